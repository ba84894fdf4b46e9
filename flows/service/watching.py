"""Whether the service still works: what proves it, and the watchdog that ends it when nothing does.

A dead process is started again by the service manager; one that only looks alive is not. So the
watchdog is a thread of its own, and it goes by a clock that nobody sets.
Source: docs/decisions/0013-the-service-watches-itself.md.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from sqlalchemy import Engine, event

from flows.clock import monotonic
from flows.mistakes import UserMistake
from flows.service.service_manager import ALIVE, notify

log = logging.getLogger(__name__)

STALL_SECONDS = 90.0
"""Three ticks: for so long nothing may prove that the service works."""

LOOKS_BEFORE_STALLED = 3

SOFTWARE_FAILED = 70
"""The exit code EX_SOFTWARE of sysexits.h: start it again."""


class Pulse:
    """When the service last proved that it works.

    A tick that was done proves it, and so does progress in the one under way: a long evaluation
    is not a stalled one. A tick that ended in a trouble that is told (no database, no rules) shows
    that the service lives, not that it works: a new start would not help.
    Units: seconds of the monotonic clock, which stands still while the machine sleeps.
    """

    def __init__(
        self, stall_seconds: float = STALL_SECONDS, clock: Callable[[], float] = monotonic
    ) -> None:
        self.clock = clock
        self.stall_seconds = stall_seconds
        self._lived_at = self._worked_at = clock()
        self._moved_at: float | None = None
        self.trouble: UserMistake | None = None
        self.alarms: tuple[str, ...] = ()
        self.stands_by = False
        self.has_ticked = False

    @contextmanager
    def tick(self) -> Iterator[None]:
        """Count what happens inside as one tick; it worked unless an exception leaves it."""
        self._moved_at = self.clock()
        try:
            yield
            self.worked()
            self.has_ticked = True
        finally:
            # progress of a tick that failed proves nothing once it is over
            self._moved_at = None

    def move(self) -> None:
        """Note progress in the tick under way; there is none between two ticks."""
        if self._moved_at is not None:
            self._moved_at = self.clock()

    def worked(self) -> None:
        """Note that all is done that was to be done."""
        self._lived_at = self._worked_at = self.clock()
        self.trouble = None

    def wake(self) -> None:
        """Note that the whole process was suspended, so that nothing could be proved meanwhile."""
        self._lived_at = self.clock()

    def endure(self, trouble: UserMistake) -> None:
        """Note a trouble that was told and has to be mended outside."""
        self._lived_at = self.clock()
        self.trouble = trouble

    def silent_seconds(self) -> float:
        """Return for how long nothing has proved that the service works."""
        return self.clock() - max(self._worked_at, self._moved_at or self._worked_at)

    @property
    def is_well(self) -> bool:
        """Say whether the service works."""
        return self.silent_seconds() <= self.stall_seconds

    @property
    def is_stalled(self) -> bool:
        """Say whether not even a told trouble shows that it lives: only a new start can help."""
        last = max(self._lived_at, self._moved_at or self._lived_at)
        return self.clock() - last > self.stall_seconds


@contextmanager
def progress_seen(engine: Engine, pulse: Pulse) -> Iterator[None]:
    """Count each finished statement of the tick's own engine as progress.

    So an import, an evaluation and the renewing of leases while a mail server takes its time all
    show that work goes on, and a tick that hangs shows nothing.
    """

    def move(*_: Any) -> None:
        pulse.move()

    event.listen(engine, "after_cursor_execute", move)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", move)


@contextmanager
def watchdog(pulse: Pulse, leave: Callable[[], None]) -> Iterator[None]:
    """Look at the pulse again and again; when it stalls, `leave` is called, once.

    The service manager is told each time that we live, so that it notices if this thread dies too.
    """
    over = Event()

    def look() -> None:
        every_seconds = pulse.stall_seconds / LOOKS_BEFORE_STALLED
        looked_at = pulse.clock()
        while not over.wait(every_seconds):
            away_seconds, looked_at = pulse.clock() - looked_at, pulse.clock()
            if away_seconds > 2 * every_seconds:
                # who was suspended and goes on, as after Ctrl-Z, has not hung
                pulse.wake()
            if pulse.is_stalled:
                log.critical(
                    "no tick for %d seconds; leaving, to be started again", pulse.silent_seconds()
                )
                leave()
                return
            notify(ALIVE)

    thread = Thread(target=look, name="watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def leave_at_once() -> None:
    """End the process although its threads hang; what was under way is taken up at the next start.

    Nothing is lost: what is owed and what was sent is in the database before and after each step.
    """
    logging.shutdown()
    os._exit(SOFTWARE_FAILED)
