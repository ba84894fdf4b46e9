"""The imports: which extract was taken in last, which were refused and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from models.case_tables import IMPORT, IMPORT_REJECT
from rules.dates import day_of

DONE, REFUSED = "done", "refused"


class LastImport(NamedTuple):
    """The extract taken in last. `columns` are those of its files, by table."""

    id: int
    sha256: str
    extracted_at: datetime
    imported_at: datetime
    columns: Mapping[str, Sequence[str]]


def last_import(connection: Connection) -> LastImport | None:
    """Return the extract taken in last; None when there was none yet."""
    columns = [IMPORT.c[name] for name in LastImport._fields]
    newest = select(*columns).where(IMPORT.c.state == DONE).order_by(IMPORT.c.id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return None if row is None else LastImport._make((*row[:-1], json.loads(row.columns)))


def first_extract_on(connection: Connection) -> date | None:
    """Return the day of the first extract: since then Fristvagt has been in use. None: not yet."""
    first = select(func.min(IMPORT.c.imported_at)).where(IMPORT.c.state == DONE)
    at = connection.execute(first).scalar_one()
    return day_of(at) if at is not None else None


def record_import(connection: Connection, row: Mapping[str, Any]) -> int:
    """Store one import and return its id."""
    added = connection.execute(insert(IMPORT).values(**row))
    key = added.inserted_primary_key
    assert key is not None
    return int(key[0])


def record_refusal(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store that an extract was refused; the same refusal again only moves its moment.

    A bad extract that lies there all weekend is tried again and again.
    """
    asked = (IMPORT.c.id, IMPORT.c.state, IMPORT.c.source, IMPORT.c.reason)
    newest = connection.execute(select(*asked).order_by(IMPORT.c.id.desc()).limit(1)).one_or_none()
    if newest is not None and newest[1:] == (REFUSED, row["source"], row["reason"]):
        again = update(IMPORT).where(IMPORT.c.id == newest.id)
        connection.execute(again.values(imported_at=row["imported_at"]))
    else:
        record_import(connection, row)


def record_rejects(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store where refused rows stand and why."""
    if rows:
        connection.execute(insert(IMPORT_REJECT), rows)


def lock_imports(connection: Connection) -> None:
    """Let no other import write until this transaction ends. SQLite has one writer anyhow."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(IMPORT_LOCK)))


IMPORT_LOCK = 7_304_001
