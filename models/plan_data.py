"""What previewing a rule change reads: whom it is about, and whether the data has moved since."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Connection, func, or_, select

from models.case_tables import CASE, EVENT, IMPORT, RECORD
from models.looking import LARGE_PRIME


def cases_open_since(connection: Connection, day: date) -> list[str]:
    """Return the cases that were open on a day or later, in case order."""
    is_open = or_(CASE.c.ended_on.is_(None), CASE.c.ended_on >= day)
    return list(
        connection.scalars(select(CASE.c.case_ref).where(is_open).order_by(CASE.c.case_ref))
    )


def open_cases(connection: Connection, day: date) -> int:
    """Return how many cases are open on a day."""
    is_open = or_(CASE.c.ended_on.is_(None), CASE.c.ended_on > day)
    return connection.execute(select(func.count()).select_from(CASE).where(is_open)).scalar() or 0


def data_fingerprint(connection: Connection) -> str:
    """Return a short text that differs when an import or a registration has changed any case."""
    said = []
    for table in (CASE, RECORD, EVENT):
        told = func.coalesce(func.sum(table.c.told % LARGE_PRIME), 0)
        newest = func.max(table.c.known_at)
        said.append(connection.execute(select(func.count(), told, newest).select_from(table)).one())
    taken_in = connection.execute(select(func.max(IMPORT.c.id))).scalar()
    text = "|".join(f"{number} {int(told)} {newest}" for number, told, newest in said)
    return sha256(f"{text}|{taken_in}".encode()).hexdigest()[:16]


def known_later(connection: Connection, at: datetime) -> frozenset[str]:
    """Return the cases and records that only became known after an instant."""
    found: set[str] = set()
    for column, known_at in ((CASE.c.case_ref, CASE.c.known_at), (RECORD.c.ref, RECORD.c.known_at)):
        found.update(connection.scalars(select(column).where(known_at > at)))
    return frozenset(found)
