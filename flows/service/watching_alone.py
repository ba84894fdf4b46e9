"""One service at a time on a SQLite file: a second one stands by, and takes over when it is gone.

The lock is the operating system's, on a file beside the database: it ends with the process that
holds it, however that process ends. On PostgreSQL nothing is locked: every slot and every mail is
taken by one conditional write, so that two services beside each other do no harm.
"""

from __future__ import annotations

import fcntl
import logging
import os
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import IO

from sqlalchemy import Connection, Engine

from flows.mistakes import UserMistake
from models.leases import Lease, take_lease
from rules.dates import minutes_after

log = logging.getLogger(__name__)

SERVICE = "serve"
LEASE_MINUTES = 2
LOOK_AGAIN_SECONDS = 2.0


def lock_file(engine: Engine) -> Path | None:
    """Return the file that is locked beside a SQLite database; None for any other database."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    return Path(f"{engine.url.database}.lock")


def take_watch(
    engine: Engine,
    stop: Event,
    stand_by: Callable[[], None],
    every_seconds: float = LOOK_AGAIN_SECONDS,
) -> IO[bytes] | None:
    """Return the lock once this process alone watches the database; hold on to it until the end.

    While another one has it, `stand_by` is called again and again. None when told to stop
    before that, and on a database that needs no lock.
    Raises: UserMistake when the lock's file cannot be opened.
    """
    path = lock_file(engine)
    if path is None:
        return None
    try:
        held = path.open("ab")
    except OSError as error:
        raise _cannot_lock(path, error) from None
    told = False
    while not _is_ours(held):
        stand_by()
        if not told:
            log.info("another service watches this database; standing by")
            told = True
        if stop.wait(every_seconds):
            held.close()
            return None
    return held


def show_watch(connection: Connection, now: datetime) -> Lease:
    """Record, for people to see, that this process watches; return who is recorded to.

    Beside a service that was there first, on PostgreSQL, this one is not shown.
    """
    return take_lease(connection, SERVICE, our_name(), now, minutes_after(now, LEASE_MINUTES))


def our_name() -> str:
    """Return the machine and the number of this process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _is_ours(held: IO[bytes]) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _cannot_lock(path: Path, error: OSError) -> UserMistake:
    return UserMistake(
        da=f"Låsen {path} kan ikke åbnes ({error.strerror}). Den hører til databasen: giv "
        "Fristvagts bruger lov til at skrive i den, eller slet den, mens ingen tjeneste kører.",
        en=f"The lock {path} cannot be opened ({error.strerror}). It belongs to the database: "
        "give Fristvagt's user the right to write it, or remove it while no service runs.",
    )
