"""K10 and K11: killed while a report is read, or while something new is put in force.

What was in force stays in force, whole, until all of the new is; and what was killed can be done
again.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, func, inspect, select

from flows.composing.compose import build_messages
from flows.rule_book.activate import Approval, activate_plan
from flows.sending.bounces import read_bounces
from models.bounce_tables import BOUNCE
from models.database import open_database, reading, writing
from models.schema import METADATA, SchemaState, configuration, migrate, schema_state
from tests.faults.conftest import Reckon
from tests.faults.killed_process import DONE, KILLED, Way, run_and_die
from tests.faults.post import send, send_until_settled
from tests.flow.extract_builder import CASES, SATURDAY, take_in, write
from tests.flow.mail_cases import LENE, METTE, MONDAY, SETTINGS, WARNED, at, plan, settle_in
from tests.flow.mail_server import a_mail_server
from tests.flow.rule_town import RuleTown, with_changes
from tests.unit.test_bounce import sample

MORNING = at(MONDAY)
LATER = datetime(2026, 11, 21, 9, 20, tzinfo=UTC)

Rows = dict[str, Counter[tuple[Any, ...]]]


def rows(engine: Engine) -> Rows:
    """Every row of every table."""
    with reading(engine) as connection:
        return {
            name: Counter(map(tuple, connection.execute(select(table))))
            for name, table in METADATA.tables.items()
        }


# K10: a report of a mail that came back


def read_box(url: str, folder: Path) -> None:
    """Read the bounce box once."""
    read_bounces(open_database(url), SETTINGS, MORNING, box=folder)


@pytest.mark.parametrize(
    "way",
    [
        ("INSERT INTO bounce", "before commit"),
        ("INSERT INTO bounce", "after commit"),
        ("os.rename",),
        ("os.rename", "UPDATE message"),
        ("os.rename", "UPDATE message", "before commit"),
    ],
    ids=["read", "stored", "putting away", "put away", "settled"],
)
def test_k10_a_report_that_was_being_read_is_told_of_once(
    database: Engine, database_url: str, tmp_path: Path, reckoned: Reckon, way: Way
) -> None:
    settle_in(database)
    plan(database, WARNED, now=at(MONDAY, 5, 30))
    build_messages(database, SETTINGS, MORNING)
    for place in ("new", "cur", "tmp"):
        (tmp_path / place).mkdir()
    with a_mail_server() as (kept, server):
        send(database, server)
        (mail,) = kept.mails()
        number = str(mail["Message-ID"]).split(".")[1]
        (tmp_path / "new" / "1.mail").write_bytes(sample("postfix-failed", envelope_number=number))
        assert run_and_die(way, read_box, database_url, tmp_path) == KILLED
        assert run_and_die((), read_box, database_url, tmp_path) == DONE
        send_until_settled(database, server, range(1, 3))
    assert [to for _, to, _ in kept.taken] == [[METTE], [LENE]]
    with reading(database) as connection:
        assert connection.execute(select(func.count()).select_from(BOUNCE)).scalar_one() == 1
    reckoned(database, [content for _, _, content in kept.taken])


# K11: an extract, a rule book, a version


def import_saturday(url: str, folder: Path) -> None:
    """Take in the extract of the folder."""
    take_in(open_database(url), folder, SATURDAY)


@pytest.mark.parametrize(
    ("way", "is_done"),
    [
        (('INSERT INTO "case"',), False),
        (('UPDATE "case"', "before commit"), False),
        (("INSERT INTO import", "before commit"), False),
        (("INSERT INTO import", "after commit"), True),
    ],
    ids=["comparing", "swapping", "swapped", "committed"],
)
def test_k11_an_extract_is_taken_in_whole_or_not_at_all(
    database: Engine, database_url: str, tmp_path: Path, way: Way, is_done: bool
) -> None:
    take_in(database, write(tmp_path / "friday"))
    before = rows(database)
    cases = CASES.replace("S-1,anna", "S-1,bo").replace("2013-05-01", "no day")
    saturday = write(tmp_path / "saturday", SATURDAY, cases=cases)
    assert run_and_die(way, import_saturday, database_url, saturday) == KILLED
    assert (rows(database) == before) is not is_done
    assert is_done <= (saturday / "rejected.csv").exists()
    assert take_in(database, saturday, SATURDAY).state == ("unchanged" if is_done else "done")
    assert rows(database)["case"] != before["case"]
    assert take_in(database, saturday, SATURDAY).state == "unchanged"


def activate(url: str, folder: Path, saved: Path) -> None:
    """Put a saved plan in force."""
    approval = Approval("rikke", "BR 12", accepted=99, at=LATER, accepted_mails=99)
    activate_plan(open_database(url), saved, folder, approval)


@pytest.mark.parametrize(
    ("point", "is_done"), [("INSERT", False), ("before commit", False), ("after commit", True)]
)
def test_k11_a_rule_book_is_put_in_force_whole_or_not_at_all(
    database: Engine, database_url: str, tmp_path: Path, point: str, is_done: bool
) -> None:
    town = RuleTown(database, tmp_path / "rules")
    town.case("1001")
    former = town.start().book.sha256
    before = rows(database)
    town.write(with_changes())
    saved = town.saved()
    way = ("UPDATE rule_set", point)
    assert run_and_die(way, activate, database_url, town.folder, saved) == KILLED
    assert (rows(database) == before) is not is_done
    in_force = town.start(LATER).book.sha256
    assert (in_force == former) is not is_done
    if not is_done:
        assert town.activate(saved, at=LATER).sha256 == town.start(LATER).book.sha256 != former


def migrate_at(url: str) -> None:
    """Bring a database to this version."""
    migrate(open_database(url))


@pytest.mark.parametrize("since", ["", "0004"], ids=["the first", "a later one"])
@pytest.mark.parametrize(
    "way",
    [("CREATE TABLE",), ("CREATE TABLE",) * 4, ("INSERT INTO alembic", "before commit")],
    ids=["first table", "fourth table", "made"],
)
def test_k11_a_migration_is_made_whole_or_not_at_all(
    empty_database: Engine, database_url: str, way: Way, since: str
) -> None:
    if since:
        with writing(empty_database) as connection:
            command.upgrade(configuration(connection), since)
        way = tuple(point.replace("INSERT INTO", "UPDATE") for point in way)
    before, tables = schema_state(empty_database), inspect(empty_database).get_table_names()
    assert run_and_die(way, migrate_at, database_url) == KILLED
    assert schema_state(empty_database) is before
    assert sorted(inspect(empty_database).get_table_names()) == sorted(tables)
    assert migrate(empty_database) is before
    assert schema_state(empty_database) is SchemaState.CURRENT
