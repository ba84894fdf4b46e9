"""Every look at a case is written down before it is shown, and the log only grows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, text, update
from sqlalchemy.exc import DBAPIError

from flows.keeping.access import READ, log_look, logged
from models.access_log import accesses_to, purge_accesses
from models.database import open_database, reading, writing
from models.keeping_tables import ACCESS, ACCESS_CASE, ACCESS_PURGE
from models.schema import migrate
from tests.flow.typed import Run, ask_in

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LONG_AGO = MONDAY - timedelta(days=400)


@pytest.fixture
def house(database_url: str) -> Iterator[Engine]:
    """A database as an installation has it: with the triggers that guard the log."""
    engine = open_database(database_url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run commands in a folder where a municipality of thirty cases has been taken in."""
    ask = ask_in(tmp_path, monkeypatch, capsys)
    assert ask("sample", "extract", "--cases", "30", "--at", "2026-11-20").code == 0
    assert ask("import", "extract").code == 0
    assert ask("evaluate", "--all", "--at", "2026-11-23 07:30").code == 0
    return ask


def looks(run: Run, case: str) -> list[tuple[str, str]]:
    """What was done to a case and what was asked for, as the log tells machines."""
    lines = map(json.loads, run("access-log", case, "--json").out.splitlines())
    return [(line["action"], line["asked"]) for line in lines]


def test_a_case_that_is_explained_is_logged_with_who_asked_and_what_for(run: Run) -> None:
    case = json.loads(run("deadlines", "--json").out.splitlines()[0])["case"]
    assert run("explain", case).code == 0
    assert looks(run, case) == [("exported", ""), ("read", ""), ("access log read", "")]


def test_a_list_is_one_look_at_each_case_it_shows_and_at_no_other(run: Run) -> None:
    everything = [json.loads(line) for line in run("deadlines", "--json").out.splitlines()]
    person = everything[0]["caseworker"]
    theirs = {line["case"] for line in everything if line["caseworker"] == person}
    others = {line["case"] for line in everything} - theirs
    run("deadlines", "--person", person)
    wanted = ("listed", f"person={person}")
    assert all(wanted in looks(run, case) for case in theirs)
    assert not any(wanted in looks(run, case) for case in others)


def test_the_log_reads_as_sentences_in_danish_too(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = json.loads(run("deadlines", "--json").out.splitlines()[0])["case"]
    monkeypatch.setenv("FRISTVAGT_LANGUAGE", "da")
    assert "trukket ud" in run("access-log", case).out
    assert "adgangslog læst" in run("access-log", case, "--since", "2026-01-01").out
    assert run("access-log", case, "--since", "2999-01-01").out == ""


def test_what_cannot_be_logged_is_not_shown(run: Run, tmp_path: Path) -> None:
    case = json.loads(run("deadlines", "--json").out.splitlines()[0])["case"]
    with writing(open_database(f"sqlite:///{tmp_path / 'fristvagt.db'}")) as connection:
        connection.execute(text("ALTER TABLE access_case RENAME TO taken_away"))
    for asked in (("explain", case), ("deadlines",), ("deadlines", "--json")):
        answer = run(*asked)
        assert (answer.code, answer.out) == (1, "")
        assert "could not be written in the access log" in answer.err


def test_a_look_that_was_written_cannot_be_changed_or_taken_away(house: Engine) -> None:
    log_look(house, READ, ["26-1"], "anna", MONDAY)
    forbidden = (
        update(ACCESS).values(who="nobody"),
        delete(ACCESS_CASE),
        update(ACCESS_CASE).values(case_ref="26-2"),
        delete(ACCESS),
    )
    for statement in forbidden:
        with pytest.raises(DBAPIError, match="only grows"), writing(house) as connection:
            connection.execute(statement)
    with reading(house) as connection:
        assert [look.who for look in accesses_to(connection, "26-1")] == ["anna"]


def test_old_looks_go_with_a_purge_that_is_itself_recorded(house: Engine) -> None:
    log_look(house, READ, ["26-1"], "anna", LONG_AGO)
    log_look(house, READ, ["26-1"], "bo", MONDAY)
    with writing(house) as connection:
        assert purge_accesses(connection, MONDAY - timedelta(days=180), MONDAY, 100) == 1
        assert purge_accesses(connection, MONDAY - timedelta(days=180), MONDAY, 100) == 0
    with reading(house) as connection:
        assert [look.who for look in accesses_to(connection, "26-1")] == ["bo"]
        assert connection.execute(ACCESS_PURGE.select()).one().purged_at == MONDAY
    with pytest.raises(DBAPIError, match="only grows"), writing(house) as connection:
        connection.execute(delete(ACCESS_PURGE))


def test_the_first_thing_of_a_list_is_logged_before_it_is_given(house: Engine) -> None:
    things = logged(iter(["26-1", "26-2"]), str, house, READ, "anna", MONDAY)
    assert next(things) == "26-1"
    with reading(house) as connection:
        assert len(accesses_to(connection, "26-1")) == 1
