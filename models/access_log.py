"""The log of who has looked at which case: adding to it, reading it, and ending its old part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Select, delete, insert, select

from models.keeping_tables import ACCESS, ACCESS_CASE, ACCESS_PURGE
from models.outbox import insert_unless_there


class Access(NamedTuple):
    """One look at a case: when, by whom, what they did, and what they had asked for."""

    at: datetime
    who: str
    action: str
    asked: str


def add_access(connection: Connection, access: Access) -> int:
    """Record that somebody looks, and return the row that its cases belong to."""
    added = connection.execute(insert(ACCESS).values(access._asdict()).returning(ACCESS.c.id))
    return int(added.scalar_one())


def add_cases(connection: Connection, access_id: int, case_refs: Iterable[str]) -> None:
    """Record which cases a look shows; a case already there stays as it is."""
    rows = [{"access_id": access_id, "case_ref": ref} for ref in dict.fromkeys(case_refs)]
    if rows:
        insert_unless_there(connection, ACCESS_CASE, rows, ACCESS_CASE.c.case_ref)


def accesses_to(
    connection: Connection, case_ref: str, since: datetime | None = None
) -> list[Access]:
    """Return every look at a case, oldest first; with `since` those from then on."""
    asked = (
        select(*(ACCESS.c[name] for name in Access._fields))
        .join(ACCESS_CASE, ACCESS_CASE.c.access_id == ACCESS.c.id)
        .where(ACCESS_CASE.c.case_ref == case_ref)
        .order_by(ACCESS.c.at, ACCESS.c.id)
    )
    if since is not None:
        asked = asked.where(ACCESS.c.at >= since)
    return [Access(*row) for row in connection.execute(asked)]


def old_accesses(before: datetime) -> Select[tuple[int]]:
    """Return the question for looks from before an instant."""
    return select(ACCESS.c.id).where(ACCESS.c.at < before)


def purge_accesses(connection: Connection, before: datetime, now: datetime, most: int) -> int:
    """Remove at most so many looks from before an instant, and record that they were removed.

    Returns: how many went; none left when it is less than `most`.
    """
    old = list(connection.scalars(old_accesses(before).order_by(ACCESS.c.at).limit(most)))
    if not old:
        return 0
    connection.execute(insert(ACCESS_PURGE).values(before_at=before, purged_at=now))
    connection.execute(delete(ACCESS_CASE).where(ACCESS_CASE.c.access_id.in_(old)))
    connection.execute(delete(ACCESS).where(ACCESS.c.id.in_(old)))
    return len(old)
