"""When the database fails, nothing leaves that is not written down, and the next tick goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from flows.deliver import deliver
from flows.sending.deliver_database import in_words
from models.database import open_database, reading
from models.deadline_tables import OpsEventRow
from models.outbox import ATTEMPT, count_by_state
from models.outbox_messages import count_messages
from models.schema import METADATA
from tests.faults.post import MORNING, a_pending_mail, pending_mails, send
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.mail_cases import SETTINGS


def outcomes(database: Engine) -> list[str]:
    """How every try ended."""
    with reading(database) as connection:
        return list(connection.execute(select(ATTEMPT.c.outcome)).scalars())


@contextmanager
def failing(database: Engine, fails: Callable[[str], bool], error: Exception) -> Iterator[None]:
    """Let the database fail at the statements for which `fails` says so."""

    def before(connection: Connection, cursor: object, statement: str, *rest: object) -> None:
        if fails(statement):
            raise OperationalError(statement, {}, error)

    event.listen(database, "before_cursor_execute", before)
    try:
        yield
    finally:
        event.remove(database, "before_cursor_execute", before)


def test_a_database_that_may_not_be_written_to_lets_nothing_leave_and_says_so(
    database: Engine, database_url: str
) -> None:
    """Fault D6."""
    a_pending_mail(database)
    locked = open_database(database_url)

    def read_only(connection: object, record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        sqlite = isinstance(connection, sqlite3.Connection)
        forbid = "PRAGMA query_only=ON" if sqlite else "SET default_transaction_read_only = on"
        cursor.execute(forbid)
        cursor.close()
        if not sqlite:
            connection.commit()  # type: ignore[attr-defined]

    event.listen(locked, "connect", read_only)
    script = Script()
    with a_scripted_server(script) as server:
        found = deliver(locked, SETTINGS, lambda: MORNING, server=server)
        assert found.fault is not None
        assert "may be written to" in found.fault.en
        assert "må skrives i" in found.fault.da
        assert script.mails == []
        # the next tick, with the database mended, goes on as if nothing had been
        assert send(database, server).counts == {"accepted": 1}
    locked.dispose()


def test_a_disk_that_fills_up_just_before_a_mail_leaves_keeps_it_from_leaving(
    database: Engine,
) -> None:
    a_pending_mail(database)
    script = Script()

    def at_the_last_moment(statement: str) -> bool:
        return statement.startswith("UPDATE attempt SET phase")

    full = sqlite3.OperationalError("database or disk is full")
    with a_scripted_server(script) as server:
        with failing(database, at_the_last_moment, full):
            found = send(database, server)
        assert found.fault is not None
        assert "database or disk is full" in found.fault.en
        assert "that the disk is not full" in found.fault.en
    assert script.heard_verbs()[-1] != b"DATA"
    assert script.mails == []
    with reading(database) as connection:
        assert count_messages(connection) == {"claimed": 1}
        (kind,) = connection.execute(select(OpsEventRow.kind)).scalars()
    assert kind == "database"


def test_an_answer_that_cannot_be_written_down_at_once_is_written_down_later(
    database: Engine,
) -> None:
    """Fault D7: the mail has left; as long as the answer is only in memory, nobody else knows."""
    a_pending_mail(database)
    script = Script()
    calls = iter(range(5))

    def five_times(statement: str) -> bool:
        return "outcome=" in statement and next(calls, None) is not None

    busy = sqlite3.OperationalError("database is locked")
    with a_scripted_server(script) as server, failing(database, five_times, busy):
        assert send(database, server).counts == {"accepted": 1}
    assert next(calls, None) is None
    assert len(script.kept) == 1
    assert outcomes(database) == ["accepted"]


def test_a_database_locked_by_a_backup_for_a_while_is_waited_for(tmp_path: Path) -> None:
    """Fault D7, with the lock of a real other process on a real file."""
    database = open_database(f"sqlite:///{tmp_path}/fristvagt.db")
    METADATA.create_all(database)
    a_pending_mail(database)
    other = sqlite3.connect(f"{tmp_path}/fristvagt.db", isolation_level=None)
    short = create_engine(database.url, connect_args={"timeout": 0.01}, hide_parameters=True)
    event.listen(short, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    script = Script()
    with a_scripted_server(script) as server:
        other.execute("BEGIN EXCLUSIVE")
        found = deliver(short, SETTINGS, lambda: MORNING, server=server)
        assert found.fault is not None
        assert "locked" in found.fault.en
        assert script.callers == 0
        other.execute("COMMIT")
        assert send(database, server).counts == {"accepted": 1}
    other.close()
    short.dispose()
    database.dispose()


def test_a_conflict_with_another_transaction_repeats_the_whole_unit(database: Engine) -> None:
    """Fault D11."""
    pending_mails(database, 4)
    calls = iter([True, False, False, True, False, True, True, False])

    def now_and_then(statement: str) -> bool:
        return statement.startswith(("INSERT INTO attempt", "UPDATE attempt")) and next(
            calls, False
        )

    conflict = sqlite3.OperationalError("could not serialize access due to concurrent update")
    with a_scripted_server(Script()) as server, failing(database, now_and_then, conflict):
        assert send(database, server).counts == {"accepted": 4}
    assert outcomes(database) == ["accepted"] * 4
    with reading(database) as connection:
        assert count_by_state(connection) == {"sent": 4}


def test_a_commit_whose_own_answer_was_lost_is_not_done_twice(database: Engine) -> None:
    """The connection to the database breaks after it has committed that the mail is to leave."""
    a_pending_mail(database)
    lost = iter([True])

    def after(connection: Connection) -> None:
        if connection.info.pop("about to leave", False) and next(lost, False):
            connection.info["cut"] = True

    def before(connection: Connection, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("UPDATE attempt SET phase"):
            connection.info["about to leave"] = True
        if connection.info.pop("cut", False):
            raise OperationalError(statement, {}, sqlite3.OperationalError("connection lost"))

    event.listen(database, "commit", after)
    event.listen(database, "before_cursor_execute", before)
    script = Script()
    with a_scripted_server(script) as server:
        assert send(database, server).counts == {"accepted": 1}
    event.remove(database, "commit", after)
    event.remove(database, "before_cursor_execute", before)
    assert len(script.kept) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_one_connection_to_the_database_is_enough_for_the_sender(database_url: str) -> None:
    """Fault D12: and when that one is taken, it says so instead of waiting for ever."""
    one = create_engine(database_url, pool_size=1, max_overflow=0, pool_timeout=0.05)
    METADATA.create_all(one)
    pending_mails(one, 6)
    with a_scripted_server(Script()) as server:
        with one.connect():
            found = send(one, server, connections=3)
            assert found.fault is not None
            assert "no connection is free" in found.fault.en
        assert send(one, server, connections=3).counts == {"accepted": 6}
    one.dispose()


def test_what_the_database_says_is_told_in_one_line() -> None:
    error = DBAPIError("UPDATE", {}, Exception("disk full\nDETAIL: more"))
    assert "(disk full)" in in_words(error).en


@pytest.mark.parametrize("language", ["da", "en"])
def test_what_the_database_says_is_told_in_both_languages(language: str) -> None:
    assert "disk" in in_words(DBAPIError("UPDATE", {}, Exception("x"))).message(language)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_connections_to_the_database_that_are_cut_while_we_send_are_opened_again(
    database: Engine,
) -> None:
    pending_mails(database, 3)
    script = Script()

    def cut_all(point: str) -> None:
        if point == "addressed":
            with database.connect() as connection:
                others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                mine = "current_database() AND pid <> pg_backend_pid()"
                connection.execute(text(others + mine))

    with a_scripted_server(script) as server:
        assert send(database, server, at_point=cut_all).counts == {"accepted": 3}
    assert len(script.kept) == 3


def test_one_connection_that_breaks_does_not_cut_off_the_other(database: Engine) -> None:
    pending_mails(database, 2)
    seen: list[str] = []

    def break_the_first(point: str) -> None:
        seen.append(point)
        if seen.count("claimed") == 1 and point == "claimed":
            raise OSError("the disk is full")

    script = Script()
    with a_scripted_server(script) as server, pytest.raises(OSError, match="the disk is full"):
        deliver(database, SETTINGS, lambda: MORNING, server=server, at_point=break_the_first)
    assert len(script.read) == 1
    with reading(database) as connection:
        assert count_messages(connection) == {"accepted": 1, "claimed": 1}


def test_what_is_committed_is_on_the_disk_before_anything_leaves(tmp_path: Path) -> None:
    """The tests' own connections are hurried on once they are open: see tests/conftest.py."""
    database = open_database(f"sqlite:///{tmp_path}/fristvagt.db")
    opened: list[tuple[str, int]] = []

    def remember(connection: sqlite3.Connection, _: object) -> None:
        (kept,) = connection.execute("PRAGMA journal_mode").fetchone()
        (waits,) = connection.execute("PRAGMA synchronous").fetchone()
        opened.append((kept, waits))

    event.listen(database, "connect", remember)
    database.connect().close()
    database.dispose()
    assert opened == [("wal", 2)]  # FULL
