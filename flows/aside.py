"""Work that may hang, as reading from a network share may: in a thread of its own, waited for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack
from contextvars import copy_context
from threading import Event, Thread
from types import TracebackType
from typing import Any, Generic, TypeVar

from flows.clock import monotonic

T = TypeVar("T")
LOOK_UP_SECONDS = 0.5


class Aside(Generic[T]):
    """A piece of work in a thread of its own. It ends with the process, even when it hangs.

    `work` gets a function that it is to call before what must not happen beside anything else:
    that one returns once somebody waits for the work and does nothing else meanwhile.
    """

    def __init__(self, work: Callable[[Callable[[], None]], T]) -> None:
        self._began_at = monotonic()
        self._result: Future[T] = Future()
        self._asks: Future[None] = Future()
        self._may_go_on = Event()
        arguments = (self._do, work)
        Thread(target=copy_context().run, args=arguments, name="aside", daemon=True).start()

    @property
    def seconds(self) -> float:
        """For how long it has been at work."""
        return monotonic() - self._began_at

    def wait(self, seconds: float, stopping: Callable[[], bool]) -> bool:
        """Wait until so many seconds after its beginning, or somebody stops; say if it is done.

        When it asks to do what must not happen beside anything else, it is waited for to the end.
        """
        news: tuple[Future[Any], ...] = (self._result, self._asks)
        while not wait(news, LOOK_UP_SECONDS, FIRST_COMPLETED).done:
            if self.seconds >= seconds or stopping():
                return False
        self._may_go_on.set()
        wait((self._result,))
        return True

    def result(self) -> T:
        """Return what came of it. Raises: whatever the work raised."""
        return self._result.result()

    def _do(self, work: Callable[[Callable[[], None]], T]) -> None:
        with ExitStack() as at_the_end:
            at_the_end.push(self._hand_on)
            self._result.set_result(work(self._take_turn))

    def _take_turn(self) -> None:
        if not self._asks.done():
            self._asks.set_result(None)
        self._may_go_on.wait()

    def _hand_on(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        if error is not None:
            self._result.set_exception(error)
        return True
