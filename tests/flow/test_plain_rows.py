"""Rows by the thousand: what is written as plain tuples is read as it was meant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError

from models.case_tables import ABSENCE
from models.database import reading, writing
from models.looking import CASELOAD
from models.plain_rows import Row, Upsert, insert_rows, raw, row_reader

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def _insert(database: Engine, table: Table) -> Upsert:
    if database.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def insert(database: Engine, *rows: Row) -> int:
    """Insert caseloads that are not there yet, and return how many there were."""
    unless_there = _insert(database, CASELOAD).on_conflict_do_nothing()
    with writing(database) as connection:
        return insert_rows(connection, unless_there, list(CASELOAD.c), rows)


def test_an_instant_of_any_zone_comes_back_in_utc_and_none_as_none(database: Engine) -> None:
    in_denmark = NOON.astimezone(timezone(timedelta(hours=2)))
    insert(database, ("team", "North", "1 1", in_denmark), ("team", "South", "2 2", None))

    with reading(database) as connection:
        rows = connection.execute(select(*map(raw, CASELOAD.c)).order_by(CASELOAD.c.ref)).all()
        found = list(map(row_reader(CASELOAD.c), rows))
        assert connection.scalars(select(CASELOAD.c.next_look_at)).all().count(NOON) == 1

    assert found == [["team", "North", "1 1", NOON], ["team", "South", "2 2", None]]
    assert found[0][3].tzinfo is UTC


def test_what_is_there_already_is_not_counted(database: Engine) -> None:
    row = ("team", "North", "1 1", NOON)
    assert insert(database, row, ("team", "South", "2 2", NOON)) == 2
    assert insert(database, row, ("team", "West", "3 3", NOON)) == 1


def test_an_instant_without_a_time_zone_is_refused(database: Engine) -> None:
    with pytest.raises((ValueError, StatementError), match="needs a time zone"):
        insert(database, ("team", "North", "1 1", NOON.replace(tzinfo=None)))


def test_a_day_with_a_time_is_refused(database: Engine) -> None:
    columns = [ABSENCE.c["person"], ABSENCE.c["from_on"]]
    with (
        pytest.raises((ValueError, StatementError), match="has no time of day"),
        writing(database) as connection,
    ):
        insert_rows(connection, _insert(database, ABSENCE), columns, [("ane", NOON)])


def test_days_come_back_as_days(database: Engine) -> None:
    columns = [ABSENCE.c[name] for name in ("person", "from_on", "to_on", "substitute")]
    away = ("ane", date(2026, 3, 1), None, "bo")
    with writing(database) as connection:
        insert_rows(connection, _insert(database, ABSENCE), columns, [away])
        row = connection.execute(select(*map(raw, columns))).one()

    assert tuple(row_reader(columns)(row)) == away
