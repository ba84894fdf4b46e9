"""A backup put in the place of the database, and told what has been sent since it was taken.

Nothing is overwritten before the backup has been checked and made ready; what stood there is
moved aside, not deleted. Source: docs/decisions/0016-keeping.md.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, inspect, make_url
from sqlalchemy.exc import DBAPIError

from flows.keeping.backup import SIDE_FILES, run_tool
from flows.mistakes import UserMistake
from flows.opening import being_restored, not_ours
from flows.sending.sent_journal import sent_since
from flows.settings import Settings
from models.activations import database_token
from models.database import open_database, reading, writing
from models.replay import begin_restoring, end_restoring, mark_sent, newest_moment
from models.runs import last_beat
from models.schema import NewerDatabase, SchemaState, migrate, schema_state
from rules.dates import DENMARK, day_of, minutes_after, shift_days

HEARTBEAT = "serve"
ALIVE_MINUTES = 2


class Restored(NamedTuple):
    """What a restore came to.

    `until_at`: the newest thing the backup knows of; None for an empty one. `marked`: mails it did
    not know to be sent, now marked from the journal; None without a journal. `aside`: where the
    former database was put; None when there was none.
    """

    until_at: datetime | None
    marked: int | None
    aside: Path | None


def restore(settings: Settings, file: Path, now: datetime, *, replace: bool = False) -> Restored:
    """Put a backup in the place of the database of the settings, ready to go on.

    On SQLite a database that is there is moved aside, when `replace` is said; on PostgreSQL the
    database must be empty.
    Raises: UserMistake when the file is no backup of ours or does not pass its check, when the
    place is taken, or when somebody still works on it.
    """
    if not file.is_file():
        raise _no_file(file)
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        return _restore_sqlite(settings, file, now, replace=replace)
    return _restore_postgresql(settings, file)


def _restore_sqlite(settings: Settings, file: Path, now: datetime, *, replace: bool) -> Restored:
    place = Path(make_url(settings.database_url).database or "")
    if place.exists() and not replace:
        raise _there_already(place)
    if place.exists():
        _nobody_at_work(settings.database_url, now)
        _nobody_has_open(place)
    ready = being_restored(place)
    for ending in SIDE_FILES:
        ready.with_name(ready.name + ending).unlink(missing_ok=True)
    try:
        _copy_checked(file, ready)
        engine = open_database(f"sqlite:///{ready}")
        until_at, marked = _make_ready(engine, settings.journal)
        engine.dispose()  # the last to leave puts everything in the one file that is moved
        if place.exists():
            _nobody_has_open(place)  # making it ready took a while
        aside = _move_aside(place, now)
        ready.replace(place)
    finally:
        for ending in SIDE_FILES:
            ready.with_name(ready.name + ending).unlink(missing_ok=True)
    return Restored(until_at, marked, aside)


def _restore_postgresql(settings: Settings, file: Path) -> Restored:
    engine = open_database(settings.database_url)
    try:
        with reading(engine) as connection:
            if inspect(connection).get_table_names():
                raise _not_empty(engine.url.database or "")
        with writing(engine) as connection:
            begin_restoring(connection)
        _read_in(engine, file)
        try:
            return Restored(*_make_ready(engine, settings.journal), None)
        except UserMistake as mistake:
            raise _not_ready(engine.url.database or "", mistake) from None
    finally:
        engine.dispose()


def _read_in(engine: Engine, file: Path) -> None:
    """Read a backup into an empty database, which is empty again when it cannot be read."""
    options = ["--no-owner", "--exit-on-error", "--single-transaction"]
    try:
        run_tool("pg_restore", [*options, f"--dbname={engine.url.database}", str(file)], engine)
    except UserMistake:
        with writing(engine) as connection:
            end_restoring(connection)
        raise


def _make_ready(engine: Engine, journal: Path | None) -> tuple[datetime | None, int | None]:
    """Bring a restored database to this version, and tell it what was sent since."""
    try:
        if migrate(engine) is SchemaState.EMPTY:
            raise not_ours(SchemaState.FOREIGN)
    except NewerDatabase as newer:
        raise not_ours(newer.state) from None
    with writing(engine) as connection:
        end_restoring(connection)
        until_at = newest_moment(connection)
        if journal is None:
            return until_at, None
        # from the day before: what is marked already stays as it is
        since = shift_days(day_of(until_at), -1) if until_at is not None else date.min
        found = sent_since(journal, since, database_token(connection))
        return until_at, sum(mark_sent(connection, sent) for sent in found)


def _copy_checked(file: Path, ready: Path) -> None:
    shutil.copyfile(file, ready)
    ready.chmod(0o600)
    try:
        with closing(sqlite3.connect(ready)) as copy:
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise _damaged(file, found)


def _nobody_at_work(database_url: str, now: datetime) -> None:
    """Refuse while `serve` beats. A database too damaged to be asked has nobody at work."""
    engine = open_database(database_url)
    try:
        if schema_state(engine) is not SchemaState.CURRENT:
            return
        with reading(engine) as connection:
            beat_at = last_beat(connection, HEARTBEAT)
    except DBAPIError:
        return
    finally:
        engine.dispose()
    if beat_at is not None and minutes_after(beat_at, ALIVE_MINUTES) > now:
        raise UserMistake(
            da="fristvagt serve kører på den database. Stop den først (systemctl stop fristvagt), "
            "og prøv igen om to minutter.",
            en="fristvagt serve is at work on that database. Stop it first (systemctl stop "
            "fristvagt), and try again in two minutes.",
        )


def _nobody_has_open(place: Path) -> None:
    """Refuse while another process, such as a run by cron, could write where nobody reads again.

    SQLite gives a database to one process alone only when no other has it open.
    """
    with closing(sqlite3.connect(place, timeout=0)) as alone:
        try:
            alone.execute("PRAGMA locking_mode=EXCLUSIVE")
            alone.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise _in_use(place) from None  # any other error: a damaged one has no users


def _move_aside(place: Path, now: datetime) -> Path | None:
    """Move what is left of the former database, and return where it is; None when it is gone.

    Its log goes even when the database itself is gone: SQLite would write it into the backup.
    """
    stamp = f"{now.astimezone(DENMARK):%Y-%m-%dT%H%M%S}"
    aside = place.with_name(f"{place.name}.before-{stamp}")
    for ending in SIDE_FILES:
        part = place.with_name(place.name + ending)
        if part.exists():
            part.replace(aside.with_name(aside.name + ending))
    return aside if aside.exists() else None


def _no_file(file: Path) -> UserMistake:
    return UserMistake(
        da=f"Der er ingen fil {file}. Angiv en fil, som fristvagt backup har lavet.",
        en=f"There is no file {file}. Name one that fristvagt backup has made.",
    )


def _there_already(place: Path) -> UserMistake:
    return UserMistake(
        da=f"Der er allerede en database ({place}). Skriv --replace, hvis kopien skal træde i dens "
        "sted; den flyttes til side.",
        en=f"There is a database already ({place}). Write --replace if the backup is to take its "
        "place; it is moved aside.",
    )


def _in_use(place: Path) -> UserMistake:
    return UserMistake(
        da=f"Et andet program bruger databasen {place} lige nu, måske fristvagt run fra cron. Stop "
        "det, eller vent, til det er færdigt, og prøv igen. Intet er ændret.",
        en=f"Another program is using the database {place} just now, perhaps fristvagt run by "
        "cron. Stop it, or wait until it is done, and try again. Nothing has been changed.",
    )


def _not_empty(name: str) -> UserMistake:
    return UserMistake(
        da=f"Databasen {name} er ikke tom. Lav en ny, tom database (createdb), skriv den i "
        "FRISTVAGT_DATABASE_URL, og prøv igen. Så står den gamle urørt.",
        en=f"The database {name} is not empty. Make a new, empty one (createdb), write it in "
        "FRISTVAGT_DATABASE_URL, and try again. The old one then stays as it is.",
    )


def _not_ready(name: str, mistake: UserMistake) -> UserMistake:
    return UserMistake(
        da=f"{mistake.da} Databasen {name} rummer nu kopien, men ved ikke, hvad der er sendt "
        "siden: slet den (dropdb), og lav en ny, tom en (createdb), før I prøver igen.",
        en=f"{mistake.en} The database {name} now holds the backup, but does not know what has "
        "been sent since: remove it (dropdb), and make a new, empty one (createdb), before you "
        "try again.",
    )


def _damaged(file: Path, found: str) -> UserMistake:
    return UserMistake(
        da=f"{file} er ikke en hel sikkerhedskopi ({found}). Brug en ældre kopi. Intet er ændret.",
        en=f"{file} is not a whole backup ({found}). Use an older one. Nothing has been changed.",
    )
