"""When the database fails in the middle of sending: nothing leaves that is not written down."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, TimeoutError

from flows.mistakes import UserMistake
from models.database import writing
from models.runs import raise_alarm

log = logging.getLogger(__name__)

DATABASE_FAULT = "database"
DATABASE_FAULTS = (OperationalError, InternalError, InterfaceError, TimeoutError)
"""Locked, read-only, full, gone, a conflict with another transaction, no connection free."""

PAUSE_SECONDS = 0.2

_Found = TypeVar("_Found")


class Timer(NamedTuple):
    """How time passes for the sender: seconds that only grow, and waiting for some of them."""

    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]


async def write(
    engine: Engine, timer: Timer, unit: Callable[[Connection], _Found], patience: float
) -> _Found:
    """Do all of a unit in one transaction, again and again for so many seconds if need be.

    The unit must change nothing when it has been done already: the answer to a commit may be
    lost, too.
    Raises: one of DATABASE_FAULTS when the patience is over.
    """
    end = timer.monotonic() + patience
    while True:
        try:
            with writing(engine) as connection:
                return unit(connection)
        except DATABASE_FAULTS:
            if timer.monotonic() + PAUSE_SECONDS > end:
                raise
        await timer.sleep(PAUSE_SECONDS)


def tell_database_fault(engine: Engine, error: Exception, now: datetime) -> UserMistake:
    """Say what is wrong with the database, and record it once, if it takes that much."""
    mistake = in_words(error)
    log.error("%s", mistake.en)
    with suppress(*DATABASE_FAULTS), writing(engine) as connection:
        raise_alarm(connection, DATABASE_FAULT, "", now, mistake.en, mistake.da)
    return mistake


def in_words(error: Exception) -> UserMistake:
    """Return what is wrong with the database, and what to do."""
    said = str(getattr(error, "orig", None) or "no connection is free")
    reason = " ".join(said.split("\n")[0].split())
    return UserMistake(
        da=f"Databasen kunne ikke bruges, mens mails blev sendt ({reason}). Se efter, om den "
        "kører, om disken er fuld, og om den må skrives i. Ingen mail er sendt, uden at det er "
        "skrevet ned, og der prøves igen af sig selv.",
        en=f"The database could not be used while mails were sent ({reason}). See that it runs, "
        "that the disk is not full, and that it may be written to. No mail has left without being "
        "written down, and it is tried again by itself.",
    )
