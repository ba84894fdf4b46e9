"""Being told to stop: what is being done is finished first, so that nothing is left half done."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event


@contextmanager
def stop_on_signals() -> Iterator[Event]:
    """Give an event that SIGTERM and SIGINT set, and SIGHUP, which a closed terminal sends.

    Told so a second time, the process ends at once. Afterwards signals mean what they meant.
    """
    stop = Event()

    def told(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    # who started it with nohup does not want it to stop
    before = {
        number: meaning
        for number in numbers
        if (meaning := signal.getsignal(number)) is not signal.SIG_IGN
    }
    for number in before:
        signal.signal(number, told)
    try:
        yield stop
    finally:
        for number, meaning in before.items():
            signal.signal(number, meaning)
