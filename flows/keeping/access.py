"""Every look at a case is written down before it is shown: who, when, which case, and what for.

Fails closed: what cannot be logged is not shown. Source: docs/decisions/0016-keeping.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from flows.mistakes import UserMistake
from models.access_log import Access, add_access, add_cases
from models.database import writing

READ, LISTED, EXPORTED = "read", "listed", "exported"
PREVIEWED, MAIL_SHOWN, LOG_READ = "mail previewed", "mail shown", "access log read"
COMPARED = "compared"
"""What somebody did: one case in full, cases in a list, or a list taken out for other programs."""

AT_A_TIME = 500

Shown = TypeVar("Shown")


def log_look(
    engine: Engine, action: str, case_refs: Iterable[str], who: str, at: datetime, asked: str = ""
) -> None:
    """Write down that somebody looks at these cases; call it before anything is shown.

    `asked` is what they asked for, as they wrote it.
    Raises: UserMistake when it cannot be written: then nothing may be shown.
    """
    try:
        with writing(engine) as connection:
            look = add_access(connection, Access(at, who, action, asked))
            add_cases(connection, look, case_refs)
    except DBAPIError:
        raise _cannot_log() from None


def logged(
    shown: Iterable[Shown],
    case_of: Callable[[Shown], str],
    engine: Engine,
    action: str,
    who: str,
    at: datetime,
    asked: str = "",
) -> Iterator[Shown]:
    """Give the same things, each after its case has been written down as looked at.

    A list of any length is one look; it is written even when nothing is found.
    Raises: UserMistake as `log_look` does.
    """
    try:
        with writing(engine) as connection:
            look = add_access(connection, Access(at, who, action, asked))
        things = iter(shown)
        while part := list(islice(things, AT_A_TIME)):
            with writing(engine) as connection:
                add_cases(connection, look, map(case_of, part))
            yield from part
    except DBAPIError:
        raise _cannot_log() from None


def _cannot_log() -> UserMistake:
    return UserMistake(
        da="Opslaget kunne ikke skrives i adgangsloggen, og derfor vises intet. Se efter, om "
        "databasen kan skrives i: fristvagt doctor",
        en="The look could not be written in the access log, so nothing is shown. See whether "
        "the database can be written to: fristvagt doctor",
    )


def filters(**asked: object) -> str:
    """Return what was asked for as it is logged; what was left open is left out.

    >>> filters(person="AHJ", team="", status=["overdue"])
    'person=AHJ status=overdue'
    """
    written = {
        name: ",".join(map(str, value)) if isinstance(value, list | tuple | set) else str(value)
        for name, value in asked.items()
        if value
    }
    return " ".join(f"{name}={value}" for name, value in written.items())
