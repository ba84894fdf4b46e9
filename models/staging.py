"""Where an extract waits, row by row, until it is compared with what is stored.

The tables are temporary and belong to one connection: filling them holds up nobody, and they are
gone with it. Rows are given as the texts that the database keeps, without conversion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    update,
)

from models.column_types import CivilDate, UtcInstant
from models.database import READING

ROWS_AT_A_TIME = 5000


class StagedCase(NamedTuple):
    """A case of the extract. `refused` is 1 when its row was: only its reference is then used."""

    case_ref: str
    caseworker: str
    team: str
    began_on: str | None
    began_at: str | None
    ended_on: str | None
    ended_at: str | None
    born_on: str | None
    facts: str
    child_facts: str
    told: int
    refused: int


class StagedRecord(NamedTuple):
    """A record of the extract."""

    case_ref: str
    ref: str
    kind: str
    began_on: str | None
    began_at: str | None
    ended_on: str | None
    ended_at: str | None
    facts: str
    contents: str
    told: int


class StagedEvent(NamedTuple):
    """An event of the extract."""

    case_ref: str
    told: int
    ref: str
    kind: str
    at_on: str
    at_at: str | None
    fields: str


_STAGING = MetaData()


def _table(name: str, row: type[tuple[object, ...]], key: tuple[str, ...]) -> Table:
    types: dict[str, Any] = {
        "on": CivilDate,
        "at": UtcInstant,
        "told": BigInteger,
        "refused": BigInteger,
    }
    columns: list[Column[Any]] = [
        Column(field, types.get(field.rpartition("_")[2], Text), primary_key=field in key)
        for field in row._fields  # type: ignore[attr-defined]
    ]
    return Table(name, _STAGING, *columns, prefixes=["TEMPORARY"], sqlite_with_rowid=False)


STAGED_CASE = _table("staged_case", StagedCase, ("case_ref",))
STAGED_RECORD = _table("staged_record", StagedRecord, ("case_ref", "ref"))
STAGED_EVENT = _table("staged_event", StagedEvent, ("case_ref", "told"))
FLAGGED = Table(
    "staged_flag",
    _STAGING,
    Column("case_ref", Text, primary_key=True),
    Column("rejected", Text),
    prefixes=["TEMPORARY"],
)
KEPT = Table(
    "staged_kept",
    _STAGING,
    Column("scope", Text, primary_key=True),
    Column("case_ref", Text, primary_key=True),
    prefixes=["TEMPORARY"],
)
TOUCHED = Table("staged_touched", _STAGING, Column("case_ref", Text), prefixes=["TEMPORARY"])


def _differences(name: str, *columns: Column[Any]) -> Table:
    key = Column("id", Integer, primary_key=True)
    what = Column("what", Text)
    return Table(name, _STAGING, key, what, *columns, prefixes=["TEMPORARY"])


CASE_DIFFERENCE = _differences("case_difference", Column("case_ref", Text))
RECORD_DIFFERENCE = _differences(
    "record_difference", Column("case_ref", Text), Column("ref", Text), Column("kind", Text)
)
EVENT_DIFFERENCE = _differences(
    "event_difference", Column("case_ref", Text), Column("told", BigInteger)
)


@contextmanager
def staging(engine: Engine) -> Iterator[Connection]:
    """Give a connection of its own with the empty tables; they vanish with it."""
    with engine.connect() as connection:
        connection.detach()
        connection.execution_options(**{READING: True})
        if engine.dialect.name == "sqlite":
            # a million rows in key order: the default of 2 MB would write each page many times
            connection.exec_driver_sql("PRAGMA temp.cache_size=-65536")
        _STAGING.create_all(connection, checkfirst=False)
        connection.commit()
        yield connection


def stage(connection: Connection, table: Table, rows: Iterable[tuple[object, ...]]) -> None:
    """Put rows into a staging table. A row whose key stands there already is left out."""
    names = [column.name for column in table.columns]
    # as they come into a heap, then once in key order: an extract is in any order, and a million
    # rows put one by one where they belong would write every page of the table many times
    heap, listed = f"{table.name}_as_read", ", ".join(names)
    create = f"CREATE TEMPORARY TABLE {heap} AS SELECT {listed} FROM {table.name} WHERE 1 = 0"
    connection.exec_driver_sql(create)
    if connection.dialect.name == "postgresql":
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(f"COPY {heap} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        marks, waiting = ", ".join("?" * len(names)), iter(rows)
        while some := list(islice(waiting, ROWS_AT_A_TIME)):
            connection.exec_driver_sql(f"INSERT INTO {heap} VALUES ({marks})", some)
    key = ", ".join(column.name for column in table.primary_key)
    in_order = f"SELECT {listed} FROM {heap} WHERE 1 = 1 ORDER BY {key}"
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({listed}) {in_order} ON CONFLICT DO NOTHING"
    )
    connection.exec_driver_sql(f"DROP TABLE {heap}")


def unstage(connection: Connection, refs: Iterable[str]) -> None:
    """Take away what was staged under references that turned out to stand there twice.

    A case stays as one whose row was refused.
    """
    rows = [{"unclear": ref} for ref in refs]
    if rows:
        record = delete(STAGED_RECORD).where(STAGED_RECORD.c.ref == bindparam("unclear"))
        connection.execute(record, rows)
        case = update(STAGED_CASE).where(STAGED_CASE.c.case_ref == bindparam("unclear"))
        connection.execute(case.values(refused=1, told=0), rows)
