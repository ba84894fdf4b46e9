"""Examining the database: its version and soundness, its clock, the people in it, how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError

from flows.examining.findings import Finding, Level, mistaken, well
from flows.examining.standing import standing
from flows.examining.status import disk_findings, status
from flows.host_checks import database_file, disk_at
from flows.mistakes import UserMistake
from flows.opening import damaged, not_ours, open_reachable, state_of, waits_for_migrate
from flows.sentences import Said
from flows.settings import Settings
from flows.spoken_amounts import age, several
from models.database import reading
from models.people import people
from models.runs import newest_run_at
from models.schema import SchemaState
from notifications.addresses import mailbox
from rules.dates import minutes_after

APART_SECONDS = 60
NAMED = 5
"""So many people without an address are named; the rest is a number."""


def database_findings(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Return what was found of the database. It is not made, moved or changed."""
    path = database_file(settings.database_url)
    if path is not None and not path.exists():
        yield _none_yet()
        if path.parent.is_dir():
            yield from disk_findings(disk_at(path.parent))
        return
    try:
        engine = open_reachable(settings)
    except UserMistake as mistake:
        yield mistaken("database", mistake)
        return
    try:
        yield from _inside(engine, settings, now)
    except UserMistake as mistake:
        yield mistaken("database", mistake)
    except DatabaseError as error:
        yield mistaken("database", damaged(str(error.orig).splitlines()[0]))
    finally:
        engine.dispose()


def _inside(engine: Engine, settings: Settings, now: datetime) -> Iterator[Finding]:
    trouble = _wrong_version(state_of(engine))
    if trouble is not None:
        yield trouble
        return
    with reading(engine) as connection:
        yield _soundness(connection)
        yield from _clock(connection, now)
        yield _addresses(connection)
    yield from status(standing(engine, settings, now))


def _none_yet() -> Finding:
    return Finding(
        Level.WARNING,
        "database",
        Said("Der er ingen database endnu.", "There is no database yet."),
        Said("Kør fristvagt migrate.", "Run fristvagt migrate."),
    )


def _wrong_version(state: SchemaState) -> Finding | None:
    match state:
        case SchemaState.CURRENT:
            return None
        case SchemaState.EMPTY:
            return _none_yet()
        case SchemaState.OLDER:
            return mistaken("database", waits_for_migrate())
        case _:
            return mistaken("database", not_ours(state))


def _soundness(connection: Connection) -> Finding:
    """What the database says of itself; PostgreSQL checks its pages when they are read."""
    if connection.dialect.name != "sqlite":
        asked = str(connection.execute(text("SHOW server_version")).scalar_one())
        return well(
            "database",
            da=f"Databasen svarer (PostgreSQL {asked}) og passer til denne udgave.",
            en=f"The database answers (PostgreSQL {asked}) and fits this version.",
        )
    said = str(connection.execute(text("PRAGMA integrity_check(1)")).scalar_one())
    if said == "ok":
        return well(
            "database",
            da="Databasen er hel (SQLite) og passer til denne udgave.",
            en="The database is sound (SQLite) and fits this version.",
        )
    return mistaken("database", damaged(said))


def _clock(connection: Connection, now: datetime) -> Iterator[Finding]:
    """Compare the clock with the database's own, and with the newest run."""
    newest = newest_run_at(connection)
    if newest is not None and newest > minutes_after(now, 1):
        yield Finding(Level.WRONG, "clock", _BEHIND, _SET_IT)
        return
    if connection.dialect.name == "postgresql":
        theirs = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        apart = abs((theirs - now).total_seconds())
        if apart > APART_SECONDS:
            by = age(apart)
            yield Finding(
                Level.WRONG,
                "clock",
                Said(
                    f"Maskinens ur og databasens går {by.da} fra hinanden.",
                    f"The clocks of this machine and of the database differ by {by.en}.",
                ),
                _SET_IT,
            )
            return
    yield well("clock", da="Uret går rigtigt.", en="The clock is right.")


def _addresses(connection: Connection) -> Finding:
    """How many of the staff cannot be mailed; they are named by identity, never by name."""
    staff = [person for person in people(connection).values() if person.active]
    without = [person.person for person in staff if not mailbox(person.email)]
    if not staff:
        return Finding(
            Level.WARNING,
            "addresses",
            Said("Der er ingen medarbejdere endnu.", "There are no members of staff yet."),
            Said("De kommer med udtrækket.", "They come with the extract."),
        )
    if not without:
        there = several(
            len(staff),
            ("medarbejder; hver har", "medarbejdere; alle har"),
            ("member of staff, who has", "members of staff; all have"),
        )
        return well(
            "addresses",
            da=f"{there.da} en mailadresse.",
            en=f"{there.en} a mail address.",
        )
    named = ", ".join(without[:NAMED]) + (" ..." if len(without) > NAMED else "")
    lacking = several(
        len(without),
        ("medarbejder", "medarbejdere"),
        ("member of staff has", "members of staff have"),
    )
    return Finding(
        Level.WARNING,
        "addresses",
        Said(
            f"{lacking.da} har ingen brugbar mailadresse ({named}); deres mails går til lederen "
            "eller den fælles postkasse.",
            f"{lacking.en} no usable mail address ({named}); their mails go to the leader or the "
            "fallback mailbox.",
        ),
        Said("Ret dem i people.csv.", "Correct them in people.csv."),
    )


_BEHIND = Said(
    "Uret går bagud: det seneste, der blev kørt, ligger senere end nu.",
    "The clock is behind: the newest run lies later than now.",
)
_SET_IT = Said("Stil urene ved tidsservere (NTP).", "Set the clocks by time servers (NTP).")
