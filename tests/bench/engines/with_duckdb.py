"""The standards as one SQL question to DuckDB, which reads the rows from a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import duckdb

from tests.bench.engines.standards import (
    NAMES,
    NOT_APPLICABLE,
    SOON_DAYS,
    TODAY,
    Answer,
    Decides,
    Engine,
    Reads,
    Row,
    Takes,
    add_working_days,
)


class Sql(NamedTuple):
    """A standard in SQL: its due day, what ends it, and when it applies."""

    due: str
    done: str = "NULL::DATE"
    applies: str = "true"


STANDARDS = {
    "assessed-in-a-day": Sql("began + 1", "assessed"),
    "receipt-in-6-working-days": Sql("calendar.sixth", "receipt_sent"),
    "examined-in-4-months": Sql("began + INTERVAL 4 MONTH", "examined"),
    "plan-in-3-months": Sql(
        "began + INTERVAL 3 MONTH",
        "plan_made",
        "kind IN ('foster_family', 'residential_institution')",
    ),
    "residential-one-year": Sql(
        "began + INTERVAL 12 MONTH", "moved_home", "kind = 'residential_institution'"
    ),
    "youth-plan-at-16": Sql(
        "born + INTERVAL 192 MONTH + INTERVAL 1 MONTH",
        "youth_plan_made",
        "born + INTERVAL 180 MONTH <= $today",
    ),
    "aftercare-before-18": Sql(
        "born + INTERVAL 216 MONTH - INTERVAL 6 MONTH",
        "aftercare_decided",
        "born + INTERVAL 192 MONTH <= $today",
    ),
    "follow-up": Sql("coalesce(last_follow_up + INTERVAL 6 MONTH, began + INTERVAL 3 MONTH)"),
    "network-meeting": Sql(
        "coalesce(last_network_meeting, began) + 56",
        applies="target_group = 'youth' AND open_measures >= 1",
    ),
    "two-visits-a-year": Sql("coalesce(supervision_visit_before_last, began) + INTERVAL 12 MONTH"),
    "child-heard": Sql("examined + 14", "child_heard"),
    "network-mapped": Sql(
        "least(began + INTERVAL 3 MONTH, plan_made + INTERVAL 1 MONTH)", "network_mapped"
    ),
}


def question() -> str:
    """Return the one question: for each case and standard, the status and the due day."""
    dues = [f'CAST({sql.due} AS DATE) AS "due {name}"' for name, sql in STANDARDS.items()]
    columns = [f'{_status(name, sql)}, "due {name}"' for name, sql in STANDARDS.items()]
    return (
        f"WITH dated AS (SELECT cases.*, {', '.join(dues)} FROM cases"
        f" LEFT JOIN calendar ON calendar.day = began)"
        f" SELECT {', '.join(columns)} FROM dated ORDER BY ref"
    )


def _status(name: str, sql: Sql) -> str:
    due, done = f'"due {name}"', sql.done
    return (
        f"CASE WHEN NOT ({sql.applies}) THEN 'not applicable'"
        f" WHEN {done} > {due} THEN 'met late' WHEN {done} IS NOT NULL THEN 'met'"
        f" WHEN {due} IS NULL OR $today < {due} - {SOON_DAYS} THEN 'upcoming'"
        f" WHEN $today > {due} THEN 'overdue' WHEN $today = {due} THEN 'due'"
        f" ELSE 'due soon' END"
    )


def load() -> Takes:
    """Open a database in memory with the calendar; give what takes the rows."""
    database, asked = duckdb.connect(), question()
    database.execute("CREATE TABLE calendar (day DATE, sixth DATE)")
    days = [TODAY - timedelta(days=back) for back in range(1100)]
    database.executemany(
        "INSERT INTO calendar VALUES (?, ?)", [(day, add_working_days(day, 6)) for day in days]
    )

    def take(rows: Sequence[Row]) -> Decides:
        _read_csv(database, rows)
        return lambda: _decide(database, asked)

    return take


def _read_csv(database: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> None:
    kinds = {"ref": "VARCHAR", "kind": "VARCHAR", "target_group": "VARCHAR"}
    kinds |= {"open_measures": "INTEGER"}
    columns = {name: kinds.get(name, "DATE") for name in Row._fields}
    with TemporaryDirectory() as folder:
        path = Path(folder, "cases.csv")
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        database.execute(
            f"CREATE OR REPLACE TABLE cases AS FROM read_csv('{path}', header = false,"
            f" columns = {columns})"
        )


def _decide(database: duckdb.DuckDBPyConnection, asked: str) -> Reads:
    found = database.execute(asked, {"today": TODAY}).fetchall()
    return lambda: [_answers(row) for row in found]


def _answers(row: Sequence[str | date | None]) -> dict[str, Answer]:
    answers = {}
    for place, name in enumerate(NAMES):
        status, due = row[2 * place : 2 * place + 2]
        assert isinstance(status, str)
        assert due is None or isinstance(due, date)
        answers[name] = NOT_APPLICABLE if status == "not applicable" else Answer(status, due)
    return answers


ENGINE = Engine(
    "DuckDB",
    duckdb.__version__,
    load,
    {},
    "a calendar table, and the first and last days of every event, worked out beforehand; it knows"
    " no rounds that are over, no pauses and no facts of an earlier day, and gives no reason",
)
