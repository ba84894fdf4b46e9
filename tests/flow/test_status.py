"""`fristvagt status` as the operator reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from flows.commands.moments import read_moment
from flows.environment import setting_name
from flows.examining.findings import Finding, Level
from flows.examining.standing import standing
from flows.examining.status import (
    CASES,
    DATA,
    DISK,
    HEARTBEAT,
    HELD,
    MAILS,
    disk_findings,
    measure,
    status,
)
from flows.examining.status_text import is_well, status_json, status_text
from flows.host_checks import MEGABYTE, Disk
from flows.owing.outage import WATCHED
from flows.service.watching_alone import show_watch
from flows.settings import Settings
from fristvagt import main
from models.case_tables import IMPORT
from models.database import open_database, writing
from models.looking import CaseTrouble, write_troubles
from models.outbox import MESSAGE
from models.outbox_messages import NewMessage, add_message
from models.runs import Slot, beat, begin_run, end_run, raise_alarm
from models.schema import migrate
from rules.dates import day_of, minutes_after
from tests.flow.case_builder import Municipality

MONDAY = read_moment("2026-11-23 08:15")


class Operator:
    """Looks at an installation at a chosen moment."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.settings = engine, Settings()

    def finding(self, subject: str, at: datetime = MONDAY) -> Finding:
        """What is said of one subject."""
        found = measure(standing(self.engine, self.settings, at))
        return next(one for one in found if one.subject == subject)

    def text(self, language: str = "en") -> str:
        """The whole status, on one line each paragraph."""
        return status_text(standing(self.engine, self.settings, MONDAY), language)

    def beats(self, at: datetime) -> None:
        """The service gives a sign of life."""
        with writing(self.engine) as connection:
            beat(connection, "serve", at)
            show_watch(connection, at)

    def takes_in(self, extracted_at: datetime) -> None:
        """An extract was taken in."""
        row = {"source": "extract", "sha256": extracted_at.isoformat(), "state": "done"}
        row |= {"extracted_at": extracted_at, "imported_at": extracted_at}
        with writing(self.engine) as connection:
            connection.execute(insert(IMPORT).values(**row, columns="{}", counts="{}", reason=""))

    def mail(self, name: str, built_at: datetime, **values: object) -> None:
        """A mail is in the outbox."""
        message = NewMessage(
            uuid=name,
            key=name,
            generation=0,
            kind="morning",
            recipient="anna",
            address="anna@kommune.example",
            subject="Frist i dag: 1 sag",
            message_id=f"<m.{name}.0@kommune.example>",
            content=b"",
            built_on=day_of(built_at),
            created_at=built_at,
            next_at=built_at,
            expires_at=minutes_after(built_at, 60),
            intents=(),
        )
        with writing(self.engine) as connection:
            add_message(connection, message)
            if values:
                connection.execute(MESSAGE.update().where(MESSAGE.c.uuid == name).values(**values))


@pytest.fixture
def operator(database: Engine) -> Operator:
    """The operator of an empty installation."""
    return Operator(database)


def test_a_new_installation_is_told_what_to_do_first(operator: Operator) -> None:
    assert operator.finding(HEARTBEAT).level is Level.WARNING
    assert "fristvagt serve" in operator.finding(HEARTBEAT).to_do.en
    assert operator.finding(DATA).level is Level.WARNING


def test_a_living_service_is_named_with_its_machine(operator: Operator) -> None:
    operator.beats(minutes_after(MONDAY, -1))
    found = operator.finding(HEARTBEAT)
    assert found.level is Level.OK
    assert "60 seconds ago" in found.what.en


@pytest.mark.parametrize(("minutes", "level"), [(5, Level.OK), (60, Level.OK), (61, Level.WRONG)])
def test_where_cron_calls_no_service_is_missed_until_cron_is(
    operator: Operator, minutes: int, level: Level
) -> None:
    with writing(operator.engine) as connection:
        beat(connection, WATCHED, minutes_after(MONDAY, -minutes))
    found = operator.finding(HEARTBEAT)
    assert found.level is level
    assert found.what.en.startswith("Mails were last looked after ")
    assert ("cron calls fristvagt run" in found.to_do.en) == (level is Level.WRONG)


def test_a_service_that_died_after_looking_after_mails_is_missed_all_the_same(
    operator: Operator,
) -> None:
    operator.beats(minutes_after(MONDAY, -10))
    with writing(operator.engine) as connection:
        beat(connection, WATCHED, minutes_after(MONDAY, -9))
    assert operator.finding(HEARTBEAT).level is Level.WRONG


def test_a_dead_service_is_wrong(operator: Operator) -> None:
    operator.beats(minutes_after(MONDAY, -200))
    found = operator.finding(HEARTBEAT)
    assert found.level is Level.WRONG
    assert "3 timer siden" in found.what.da


@pytest.mark.parametrize(("hours", "level"), [(4, Level.OK), (72, Level.OK), (73, Level.WRONG)])
def test_data_is_too_old_after_three_days(operator: Operator, hours: int, level: Level) -> None:
    operator.takes_in(minutes_after(MONDAY, -60 * hours))
    assert operator.finding(DATA).level is level


def test_the_oldest_mail_that_waits_is_told(operator: Operator) -> None:
    assert operator.finding(MAILS).what.en == "No mails are waiting."
    operator.mail("one", minutes_after(MONDAY, -150), uncertain=1)
    operator.mail("two", minutes_after(MONDAY, -10))
    operator.mail("three", minutes_after(MONDAY, -9000), state="accepted")
    assert operator.finding(MAILS).what.en == (
        "2 mails wait to be sent, the oldest for 2 hours; for 1 the mail server's answer was lost."
    )


def test_a_held_mail_is_wrong_until_somebody_has_looked(operator: Operator) -> None:
    operator.mail("one", MONDAY, state="hold")
    found = operator.finding(HELD)
    assert found.level is Level.WRONG
    assert "fristvagt outbox list" in found.to_do.en


def test_many_cases_that_cannot_be_assessed_are_a_fault_of_their_own(operator: Operator) -> None:
    town = Municipality(operator.engine)
    refs = [f"2026-{number:04}" for number in range(200)]
    for ref in refs:
        town.case(ref, day_of(MONDAY))
    for failing, level in ((1, Level.OK), (4, Level.OK), (5, Level.WRONG)):
        troubles = [CaseTrouble(ref, "", "KeyError", "") for ref in refs[:failing]]
        with writing(operator.engine) as connection:
            write_troubles(connection, refs, troubles, MONDAY)
        assert operator.finding(CASES).level is level


@pytest.mark.parametrize(
    ("free", "total", "level"),
    [
        (60_000, 80_000, Level.OK),
        (7_000, 80_000, Level.WARNING),
        (499, 1_000, Level.WARNING),
        (19, 1_000, Level.WRONG),
        (90_000, 1_000_000, Level.OK),
    ],
)
def test_little_room_on_the_disk_is_told_in_time(free: int, total: int, level: Level) -> None:
    (found,) = disk_findings(Disk(free * MEGABYTE, total * MEGABYTE))
    assert (found.subject, found.level) == (DISK, level)


def test_the_last_runs_and_the_next_are_listed_in_local_time(operator: Operator) -> None:
    with writing(operator.engine) as connection:
        slot, at = Slot("evaluate", "2026-11-23"), read_moment("2026-11-23 06:10")
        begin_run(connection, slot, at, gone_before=at, late=True)
        end_run(connection, slot, at, state="done", counts={"cases": 12})
    text = operator.text()
    assert "deciding                  Mon 23 Nov 2026 06:10  done (late)" in text
    assert "morning mails             Tue 24 Nov 2026 07:30" in text
    danish = operator.text("da")
    assert "beregning af frister      man. 23. nov. 2026 06:10  udført (forsinket)" in danish


def test_open_alarms_are_told_with_their_beginning(operator: Operator) -> None:
    with writing(operator.engine) as connection:
        raise_alarm(connection, "clock", "", MONDAY, "The clock is behind.", "Uret går bagud.")
    found = standing(operator.engine, operator.settings, MONDAY)
    (alarm,) = [one for one in status(found) if one.subject == "clock"]
    assert alarm.what == (
        "Uret går bagud. (siden man. 23. nov. 2026 08:15)",
        "The clock is behind. (since Mon 23 Nov 2026 08:15)",
    )
    assert not is_well(found)


def test_for_machines_it_is_one_object_of_counts_kinds_and_moments(operator: Operator) -> None:
    operator.beats(MONDAY)
    operator.mail("one", MONDAY)
    found = status_json(standing(operator.engine, operator.settings, MONDAY))
    assert found["level"] == "warning"  # no extract yet
    assert found["heartbeat_at"] == found["oldest_unsent_at"] == MONDAY.isoformat()
    assert found["messages"] == {"pending": 1}
    assert {one["slot"][0] for one in found["next"]} >= {"evaluate", "mails", "digest"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working folder of our own, in English."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(setting_name(field), raising=False)
    monkeypatch.setenv("FRISTVAGT_LANGUAGE", "en")
    return tmp_path


def test_the_command_ends_with_1_when_something_is_wrong(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = open_database(f"sqlite:///{folder / 'fristvagt.db'}")
    migrate(engine)
    with pytest.raises(SystemExit) as ended:
        main(["status"])
    assert ended.value.code == 0
    assert "The service has not run here yet." in capsys.readouterr().out
    with writing(engine) as connection:
        raise_alarm(connection, "clock", "", MONDAY, "The clock is behind.")
    engine.dispose()
    with pytest.raises(SystemExit) as ended:
        main(["status", "--json"])
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["level"] == "wrong"
