"""The call to a watcher outside: a dead service cannot tell that it is dead, but its silence can.

The protocol is that of Healthchecks: the address with `/start`, as it stands, or with `/fail`.
Nothing is said but that. What the watcher answers, or that it does not, changes nothing here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine

from flows.clock import monotonic
from flows.schedule import EVALUATE, due_slots
from flows.sending.line_faults import LINE_FAULT
from flows.settings import Settings
from models.database import reading
from models.standing import newest_runs, open_alarms
from rules.dates import day_of

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 5.0
TRY_AGAIN_SECONDS = 300.0


class Sign(StrEnum):
    """What the watcher is told: the end of the address that is called."""

    BEGUN = "/start"
    DONE = ""
    FAILED = "/fail"


class Caller:
    """Tells the watcher each sign of a day once, and again when it was not heard.

    Without an address nobody is called.
    """

    def __init__(self, url: str, clock: Callable[[], float] = monotonic) -> None:
        self._url = url
        self._clock = clock
        self._told: tuple[str, Sign] | None = None
        self._not_before = clock()

    def tell(self, day: str, sign: Sign) -> None:
        """Call, unless this was the last thing told, or the watcher did not answer just now."""
        if not self._url or self._told == (day, sign) or self._clock() < self._not_before:
            return
        if call(self._url + sign):
            self._told = (day, sign)
        else:
            self._not_before = self._clock() + TRY_AGAIN_SECONDS


@contextmanager
def failure_told(caller: Caller, now: datetime) -> Iterator[None]:
    """Tell the watcher when what is done inside does not come to its end."""
    came_to_its_end = False
    try:
        yield
        came_to_its_end = True
    finally:
        if not came_to_its_end:
            caller.tell(day_of(now).isoformat(), Sign.FAILED)


def tell_after_run(caller: Caller, engine: Engine, now: datetime) -> None:
    """Tell the watcher how the day's run stands, after one of the runs that cron calls.

    Each of them tells it again: none knows whether the one before was heard.
    """
    with reading(engine) as connection:
        alarms = [alarm.kind for alarm in open_alarms(connection)]
        sign = sign_after(connection, now, alarms)
    if sign is not None:
        caller.tell(*sign)


def call(url: str) -> bool:
    """Call an address, and say whether it was heard. Redirects are not followed."""
    import httpx

    try:
        answer = httpx.post(url, timeout=PATIENCE_SECONDS)
    except httpx.HTTPError as error:
        # the address holds the secret of the watcher, and so does the error's own text
        log.warning("the watcher in FRISTVAGT_PING_URL was not reached: %s", type(error).__name__)
        return False
    if answer.status_code >= 400:
        log.warning("the watcher in FRISTVAGT_PING_URL answered %s", answer.status_code)
    return answer.status_code < 400


def sign_before(
    connection: Connection, settings: Settings, now: datetime
) -> tuple[str, Sign] | None:
    """Return that the daily run is about to begin; None when it is not, or has been done."""
    due = {slot.schedule: slot for slot, _ in due_slots(now, settings)}.get(EVALUATE)
    if due is None:
        return None
    last = newest_runs(connection).get(EVALUATE)
    is_done = last is not None and last.slot == due and last.state == "done"
    return None if is_done else (due.name, Sign.BEGUN)


def sign_after(
    connection: Connection, now: datetime, alarms: Collection[str]
) -> tuple[str, Sign] | None:
    """Return how the day's run stands: failed as long as its mails cannot leave.

    An alarm about the mail line cannot come by mail: this is how it comes all the same. None
    before the run, and while it is under way.
    """
    today = day_of(now).isoformat()
    if LINE_FAULT in alarms:
        return today, Sign.FAILED
    last = newest_runs(connection).get(EVALUATE)
    if last is None or last.slot.name != today:
        return None
    signs = {"done": Sign.DONE, "failed": Sign.FAILED}
    return (today, signs[last.state]) if last.state in signs else None
