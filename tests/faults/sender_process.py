"""Senders in processes of their own, that are killed at any moment.

Time runs a minute a second for them, so that a lease ends, and a lost answer is tried again,
while the test waits.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing.process import BaseProcess
from threading import Event

from sqlalchemy.exc import DBAPIError

from flows.deliver import deliver
from flows.mistakes import UserMistake
from models.database import open_database
from rules.dates import minutes_after
from tests.flow.mail_cases import SETTINGS
from tests.flow.mail_server import server_at

SECONDS_A_MINUTE = 1.0
PAUSE_SECONDS = 0.1

CONTEXT = multiprocessing.get_context("forkserver")
# the server of forks loads everything once: a sender then starts in a few milliseconds
CONTEXT.set_forkserver_preload([__name__, "notifications.smtp", "flows.run"])


def sending(url: str, port: int, connections: int, began: datetime, at: float) -> BaseProcess:
    """Start a sender that goes on until it is killed; `began` was the time at monotonic `at`."""
    sender = CONTEXT.Process(
        target=_send_for_ever, args=(url, port, connections, began, at), daemon=True
    )
    sender.start()
    return sender


def quick_clock(began: datetime, at: float) -> Callable[[], datetime]:
    """Return a clock on which a minute passes each second since monotonic `at`."""

    def now() -> datetime:
        return minutes_after(began, int((time.monotonic() - at) / SECONDS_A_MINUTE))

    return now


def _send_for_ever(url: str, port: int, connections: int, began: datetime, at: float) -> None:
    engine, clock, server = open_database(url), quick_clock(began, at), server_at(port)
    pause = Event()
    while True:
        try:
            deliver(engine, SETTINGS, clock, server=server, connections=connections)
        except (DBAPIError, UserMistake):
            engine.dispose()  # the service says so, and its next tick tries again
        pause.wait(PAUSE_SECONDS)
