"""A copy of the database while everything runs: of one moment, checked, and readable by few.

SQLite is copied by its own online backup, PostgreSQL by pg_dump.
Source: docs/decisions/0016-keeping.md.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from sqlalchemy import Engine

from flows.environment import environment_with
from flows.mistakes import UserMistake
from rules.dates import DENMARK, minutes_after

PAGES = 4000
"""How much is copied between two reports of how far it has come: 16 MB."""

ENDINGS = {"sqlite": ".db", "postgresql": ".dump"}
STAMP = "????-??-??T??????"
PART = ".part"
"""What the name of a backup ends in until it is whole."""

ABANDONED_MINUTES = 24 * 60

SIDE_FILES = ("", "-wal", "-shm")
"""A SQLite database is these files together."""

Progress = Callable[[int], None]
"""Told how many hundredths are done; only SQLite can say."""


def unseen(hundredths: int) -> None:
    """Report to nobody."""


def back_up(engine: Engine, target: Path, now: datetime, progress: Progress = unseen) -> Path:
    """Copy the database as it stands, and return the file; a folder gets one named by the moment.

    Nobody who reads or writes waits for it. The file appears whole or not at all, and only its
    owner may read it.
    Raises: UserMistake when it cannot be written, does not pass its own check, or would take the
        place of the database itself.
    """
    kind = engine.dialect.name
    if target.is_dir():
        target /= f"fristvagt-{now.astimezone(DENMARK):%Y-%m-%dT%H%M%S}{ENDINGS[kind]}"
    if is_database(target, engine):
        raise _is_the_database(target)
    # named at random: another backup to the same place at the same time has a file of its own
    part = target.with_name(f".{target.name}.{token_hex(4)}{PART}")
    try:
        _remove_abandoned(target.parent, now)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        if kind == "sqlite":
            _copy_sqlite(engine, part, progress)
        else:
            _dump_postgresql(engine, part)
        _settle_on_disk(part)
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise _cannot_write(target, error) from None
    finally:
        part.unlink(missing_ok=True)
    return target


def keep_newest(folder: Path, keep: int, engine: Engine) -> list[Path]:
    """Remove all but the newest of our backups in a folder, never the database; return what went.

    A backup that has become the database keeps its name.
    """
    names = (f"fristvagt-{STAMP}{ending}" for ending in ENDINGS.values())
    found = [file for name in names for file in folder.glob(name)]
    ours = [file for file in found if not is_database(file, engine)]
    old = sorted(ours, key=lambda file: file.stem, reverse=True)[keep:]
    for file in old:
        file.unlink()
    return old


def is_database(file: Path, engine: Engine) -> bool:
    """Say whether a file is the database of an engine, by whatever path, or belongs to it."""
    place = engine.url.database or ""
    if engine.dialect.name != "sqlite" or not file.exists():
        return False
    parts = (Path(place + ending) for ending in SIDE_FILES)
    return any(part.exists() and file.samefile(part) for part in parts)


def run_tool(name: str, arguments: Sequence[str], engine: Engine) -> None:
    """Run one of PostgreSQL's own programs on the database of an engine.

    Raises: UserMistake when it is not installed, or with its last words when it fails.
    """
    program = shutil.which(name)
    if program is None:
        raise UserMistake(
            da=f"Programmet {name} er ikke installeret på denne maskine. Installér PostgreSQLs "
            "klientprogrammer i serverens udgave.",
            en=f"The program {name} is not installed on this machine. Install PostgreSQL's client "
            "programs of the server's version.",
        )
    url = engine.url
    # what stands behind the question mark too: without its sslmode a password might go to anybody
    asked = {f"PG{name.upper()}": str(value) for name, value in url.query.items()}
    where = {"PGHOST": url.host or "", "PGPORT": str(url.port or ""), "PGUSER": url.username or ""}
    # in the environment: others can read the arguments of a program that runs
    where |= {"PGPASSWORD": url.password or "", "PGDATABASE": url.database or ""} | asked
    ended = subprocess.run(
        [program, *arguments],
        env=environment_with({name: value for name, value in where.items() if value}),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        said = (ended.stderr.strip().splitlines() or ["-"])[-1]
        raise UserMistake(
            da=f"{name} kunne ikke gøre sit arbejde: {said}. Er den af en ældre version end "
            "serveren, så installér serverens (postgresql-client-18 til version 18).",
            en=f"{name} could not do its work: {said}. If it is of an older version than the "
            "server, install the server's (postgresql-client-18 for version 18).",
        )


def _copy_sqlite(engine: Engine, part: Path, progress: Progress) -> None:
    with closing(sqlite3.connect(part)) as copy:
        raw = engine.raw_connection()
        try:
            source = raw.driver_connection
            assert isinstance(source, sqlite3.Connection)
            # a reader's view of one moment: a writer in the middle does not make it begin again
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(
                copy,
                pages=PAGES,
                progress=lambda _, left, total: progress(100 - 100 * left // max(total, 1)),
            )
            source.execute("COMMIT")
        finally:
            raw.close()
        copy.execute("PRAGMA journal_mode=DELETE")
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise UserMistake(
            da=f"Kopien bestod ikke kontrollen ({found}). Databasen selv kan være skadet: kør "
            "fristvagt doctor.",
            en=f"The copy did not pass its check ({found}). The database itself may be damaged: "
            "run fristvagt doctor.",
        )


def _dump_postgresql(engine: Engine, part: Path) -> None:
    run_tool("pg_dump", ["--format=custom", "--no-owner", f"--file={part}"], engine)
    # what pg_dump has written, pg_restore must be able to read
    run_tool("pg_restore", ["--list", f"--file={os.devnull}", str(part)], engine)


def _remove_abandoned(folder: Path, now: datetime) -> None:
    """Remove what backups that were killed have left: copies of everything, and never whole."""
    for part in folder.glob(f".*.????????{PART}"):
        if part.stat().st_mtime < minutes_after(now, -ABANDONED_MINUTES).timestamp():
            part.unlink(missing_ok=True)


def _settle_on_disk(part: Path) -> None:
    with part.open("rb") as written:
        os.fsync(written.fileno())


def _is_the_database(target: Path) -> UserMistake:
    return UserMistake(
        da=f"{target} er databasen selv. Angiv en anden fil eller en mappe. Intet er ændret.",
        en=f"{target} is the database itself. Name another file or a folder. Nothing has been "
        "changed.",
    )


def _cannot_write(target: Path, error: Exception) -> UserMistake:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return UserMistake(
        da=f"Sikkerhedskopien {target} kunne ikke skrives ({reason}). Se efter plads og "
        "rettigheder. Databasen er urørt.",
        en=f"The backup {target} could not be written ({reason}). See to space and permissions. "
        "The database is untouched.",
    )
