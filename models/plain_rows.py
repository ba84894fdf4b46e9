"""Rows by the thousand as plain tuples: SQLAlchemy's way, column by column, costs twice as much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, Column, ColumnElement, Connection, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import NULLTYPE, TypeEngine

from models.column_types import CivilDate, UtcInstant, day_text, instant_text

COUNTED = {"preserve_rowcount": True}
"""Has an INSERT say how many rows it wrote; without it only UPDATE and DELETE do."""

Row = Sequence[Any]
Upsert = postgresql.Insert | sqlite.Insert
Meant = Mapping[type[TypeEngine[Any]], Callable[[Any], Any]]


def raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column without conversion: days and instants come as the database keeps them."""
    return type_coerce(column, NULLTYPE).label(column.key)


@lru_cache(maxsize=65536)
def day_kept(kept: str | date) -> date:
    """Return the day of a raw column."""
    return date.fromisoformat(kept) if isinstance(kept, str) else kept


@lru_cache(maxsize=65536)
def instant_kept(kept: str | datetime) -> datetime:
    """Return the UTC instant of a raw column."""
    return datetime.fromisoformat(kept) if isinstance(kept, str) else kept.astimezone(UTC)


def row_reader(columns: Iterable[ColumnElement[Any]]) -> Callable[[Row], list[Any]]:
    """Return a function that gives the values meant by a row of these columns, read `raw`."""
    return _converter(columns, {CivilDate: day_kept, UtcInstant: instant_kept, Boolean: bool})


def insert_rows(
    connection: Connection, upsert: Upsert, columns: Sequence[Column[Any]], rows: Sequence[Row]
) -> int:
    """Insert rows of these columns, in the order of their table; return how many were written.

    Raises: ValueError for an instant without a time zone, or a day with a time.
    """
    names = [column.name for column in columns]
    assert names == [column.name for column in upsert.table.c if column.name in names]
    statement = upsert.values(dict.fromkeys(names))
    if connection.dialect.name != "sqlite":
        values = [dict(zip(names, row, strict=True)) for row in rows]
        return connection.execute(statement, values, execution_options=COUNTED).rowcount
    text = str(statement.compile(dialect=connection.dialect))
    keep = _converter(columns, {CivilDate: day_text, UtcInstant: instant_text})
    return connection.exec_driver_sql(text, [tuple(keep(row)) for row in rows]).rowcount


def _converter(columns: Iterable[ColumnElement[Any]], meant: Meant) -> Callable[[Row], list[Any]]:
    types = (type(column.type) for column in columns)
    places = [(place, meant[kind]) for place, kind in enumerate(types) if kind in meant]

    def convert(row: Row) -> list[Any]:
        values = list(row)
        for place, of in places:
            if values[place] is not None:
                values[place] = of(values[place])
        return values

    return convert
