"""Half a minute in which nothing is to be done: a few rows are read, and a heartbeat is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from flows.commands.moments import read_moment
from flows.run import Ran, run
from flows.settings import Settings
from models.database import reading
from tests.flow.case_builder import Municipality
from tests.flow.mail_server import a_mail_server
from tests.flow.test_run import EXAMPLES

KEPT_FOR_LONG = frozenset(
    {"attempt", "deadline", "deadline_log", "event", "intent", "message", "message_intent"}
    | {"past_round", "record"}
)
"""What grows with every day that passes."""

SCANNED = re.compile(r"SCAN (\w+)")


class Asked:
    """The statements sent to a database, and the tables in which they changed anything."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, Any]] = []
        self.changed: set[str] = set()

    def note(self, _: Connection, cursor: Any, statement: str, parameters: Any, *__: Any) -> None:
        """Keep a statement that has been carried out."""
        self.statements.append((statement, parameters))
        written = re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)", statement)
        if written is not None and cursor.rowcount > 0:
            self.changed.add(written[1])


@contextmanager
def asked_of(engine: Engine) -> Iterator[Asked]:
    """Note what is asked of a database meanwhile."""
    asked = Asked()
    event.listen(engine, "after_cursor_execute", asked.note)
    yield asked
    event.remove(engine, "after_cursor_execute", asked.note)


@pytest.fixture
def idle(database: Engine) -> Iterator[Asked]:
    """What is asked in a minute at noon, when the morning's mail has been sent."""
    town = Municipality(database)
    town.person("lene", role="team_leader")
    town.person("anna", leader="lene")
    facts = {"target_group": "youth", "open_measures": 1.0}
    town.case("2026-0412", date(2026, 9, 28), born=date(2010, 5, 1), facts=facts)
    with a_mail_server() as (kept, server):
        settings = Settings(
            rules=EXAMPLES,
            mail_url=f"smtp://{server.host}:{server.port}",
            mail_from="Fristovervågning <frister@kommune.example>",
            fallback_mailbox="vagt@kommune.example",
            public_url="https://frister.kommune.example",
        )
        for at in ("05:30", "07:30", "08:00", "11:59"):
            tick(database, settings, at)
        assert kept.taken
        with asked_of(database) as asked:
            assert +tick(database, settings, "12:00").counts == {}
        yield asked


def tick(engine: Engine, settings: Settings, at: str) -> Ran:
    """Do what the service does each half minute."""
    moment = read_moment(f"2026-11-23 {at}")
    return run(engine, settings, lambda: moment)


def test_an_idle_tick_writes_nothing_but_that_somebody_was_there(idle: Asked) -> None:
    assert idle.changed == {"heartbeat"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_idle_tick_goes_through_no_table_that_grows(database: Engine, idle: Asked) -> None:
    with reading(database) as connection:
        scanned = {
            table
            for statement, parameters in idle.statements
            if statement.startswith(("SELECT", "UPDATE", "DELETE"))
            for table in SCANNED.findall(plan_of(connection, statement, parameters))
        }
    assert "case_error" in scanned  # else the plans say something else than they used to
    assert scanned & KEPT_FOR_LONG == set()


def plan_of(connection: Connection, statement: str, parameters: Any) -> str:
    """Return how SQLite goes about a statement, in its own words."""
    explained = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return "\n".join(str(row.detail) for row in explained)
