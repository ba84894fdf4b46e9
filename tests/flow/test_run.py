"""A run does what is due, once, however often it is asked and however long it was away."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from flows.commands.moments import read_moment
from flows.run import WHOLE, Ran, run
from flows.settings import Settings
from models.deadline_tables import OpsEventRow, RunRow
from tests.flow.case_builder import Municipality
from tests.flow.mail_server import Kept, a_mail_server, text_of

EXAMPLES = Path(__file__).parents[1] / "samples" / "example-rules"
ANNA, LENE = "anna@kommune.example", "lene@kommune.example"


class Town:
    """A municipality with one case, a mail server, and a service that is asked at chosen times.

    The first network meeting of case 2026-0412 is due on Monday 23 November 2026.
    """

    def __init__(self, engine: Engine, settings: Settings, kept: Kept) -> None:
        self.engine = engine
        self.settings = settings
        self.kept = kept

    def run(self, at: str) -> Ran:
        """Run at a Danish local time."""
        moment = read_moment(at)
        return run(self.engine, self.settings, lambda: moment)

    def slots(self) -> dict[str, tuple[str, bool]]:
        """Every slot that was run: its state, and whether it came late."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(RunRow.__table__)).all()  # type: ignore[attr-defined]
        return {f"{row.schedule} {row.slot}": (row.state, row.late) for row in rows}

    def alarms(self) -> dict[str, bool]:
        """Every alarm, and whether it is over."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(OpsEventRow.__table__)).all()  # type: ignore[attr-defined]
        return {row.kind: row.recovered_at is not None for row in rows}


@pytest.fixture
def town(database: Engine, tmp_path: Path) -> Iterator[Town]:
    municipality = Municipality(database)
    municipality.person("lene", role="team_leader")
    municipality.person("anna", leader="lene")
    facts = {"target_group": "youth", "open_measures": 1.0}
    municipality.case("2026-0412", date(2026, 9, 28), born=date(2010, 5, 1), facts=facts)
    rules = shutil.copytree(EXAMPLES, tmp_path / "rules")
    with a_mail_server() as (kept, server):
        settings = Settings(
            rules=Path(rules),
            mail_url=f"smtp://{server.host}:{server.port}",
            mail_from="Fristovervågning <frister@kommune.example>",
            fallback_mailbox="vagt@kommune.example",
            public_url="https://frister.kommune.example",
        )
        yield Town(database, settings, kept)


def test_what_is_due_is_told_once_however_often_the_run_is_repeated(town: Town) -> None:
    """F1, F4: a real server gets the mail; a run repeated sends nothing twice."""
    first = town.run("2026-11-23 07:30")
    assert first.counts["accepted"] == 1
    (mail,) = town.kept.to(ANNA)
    assert "2026-0412" in text_of(mail)
    for again in ("2026-11-23 07:30", "2026-11-23 07:31", "2026-11-23 16:00"):
        assert town.run(again).counts["morning"] == 0
    assert len(town.kept.to(ANNA)) == 1


def test_nobody_is_written_to_at_night_or_on_a_weekend(town: Town) -> None:
    """F9: the step of Saturday's run waits for Monday morning."""
    for quiet in ("2026-11-21 12:00", "2026-11-22 23:59", "2026-11-23 05:30", "2026-11-23 07:29"):
        town.run(quiet)
        assert town.kept.taken == []
    town.run("2026-11-23 07:30")
    assert len(town.kept.to(ANNA)) == 1


def test_a_morning_that_was_missed_is_made_up_for_once_and_marked_late(town: Town) -> None:
    """F4, F5: a day skipped loses nothing and repeats nothing."""
    town.run("2026-11-23 11:00")
    town.run("2026-11-23 11:01")
    assert len(town.kept.to(ANNA)) == 1
    assert town.slots()["evaluate 2026-11-23"] == ("done", True)
    assert town.slots()["mails 2026-11-23"] == ("done", True)


def test_after_two_weeks_away_only_what_holds_now_is_told(town: Town) -> None:
    town.run("2026-11-06 08:00")
    town.kept.taken.clear()
    town.run("2026-11-24 08:00")
    (mail,) = town.kept.to(ANNA)
    assert mail["Subject"].startswith("Overskredet")


def test_the_digest_comes_once_a_week_even_when_nothing_is_wrong(town: Town) -> None:
    for at in ("2026-11-16 08:00", "2026-11-16 08:01", "2026-11-18 09:00", "2026-11-20 09:00"):
        town.run(at)
    assert len(town.kept.to(LENE)) == 1
    assert town.slots()["digest 2026-W47"] == ("done", False)
    town.run("2026-11-23 08:00")
    assert town.slots()["digest 2026-W48"] == ("done", False)


def test_a_run_leaves_what_it_counted(town: Town) -> None:
    town.run("2026-11-23 05:30")
    with town.engine.connect() as connection:
        run_of_evaluate = select(RunRow).where(RunRow.schedule == "evaluate")
        row = connection.execute(run_of_evaluate).one()
    assert json.loads(row.counts)["cases"] == 1
    assert row.rule_set != ""
    assert row.finished_at is not None


def test_what_cannot_be_decided_holds_up_no_mail_that_is_built(town: Town) -> None:
    """As cron calls it: the mails leave, and the run fails all the same."""

    def fails(*_: Any, **__: Any) -> Counter[str]:
        raise ZeroDivisionError

    mailed = town.settings
    town.settings = mailed.model_copy(update={"mail_url": "smtp://127.0.0.1:9"})
    town.run("2026-11-23 07:30")
    town.settings = mailed
    moment = read_moment("2026-11-23 08:30")
    with pytest.raises(ZeroDivisionError):
        run(town.engine, mailed, lambda: moment, share=WHOLE._replace(deciding=fails))
    assert len(town.kept.to(ANNA)) == 1


def test_with_a_broken_rule_folder_people_are_reminded_by_the_last_good_book(town: Town) -> None:
    town.run("2026-11-06 08:00")
    town.kept.taken.clear()
    (town.settings.rules / "10-examples.yaml").write_text("rules: [", "utf-8")
    ran = town.run("2026-11-23 08:00")
    assert any("10-examples.yaml" in notice.da for notice in ran.notices)
    assert len(town.kept.to(ANNA)) == 1
    assert town.alarms()["rule_files"] is False
    shutil.copy(EXAMPLES / "10-examples.yaml", town.settings.rules)
    assert town.run("2026-11-23 08:05").notices == []
    assert town.alarms()["rule_files"] is True


def test_while_the_mail_server_is_away_mails_wait_and_then_leave(town: Town) -> None:
    away = town.settings.model_copy(update={"mail_url": "smtp://127.0.0.1:1"})
    real, town.settings = town.settings, away
    ran = town.run("2026-11-23 07:30")
    assert [notice for notice in ran.notices if "127.0.0.1" in notice.en]
    town.settings = real
    town.run("2026-11-23 07:35")
    assert len(town.kept.to(ANNA)) == 1


def test_a_clock_that_went_back_stops_deciding_and_says_so(town: Town) -> None:
    town.run("2026-11-23 08:00")
    ran = town.run("2026-11-22 08:00")
    assert any("clock" in notice.en for notice in ran.notices)
    # it may also have been ahead before: then only a backup leads back
    assert any("fristvagt restore" in notice.en for notice in ran.notices)
    assert "evaluate 2026-11-22" not in town.slots()
    assert town.alarms() == {"clock": False}
    assert town.run("2026-11-23 08:05").notices == []


def test_the_operator_is_told_when_next_years_holidays_are_not_known(town: Town) -> None:
    """F20: the library knows the holidays up to 2100."""
    ran = town.run("2100-11-22 08:00")
    assert any("holidays" in notice.en for notice in ran.notices)
    assert town.alarms()["holidays"] is False


def test_a_run_told_to_stop_does_nothing_more_and_the_next_one_does_it_all(town: Town) -> None:
    at = read_moment("2026-11-23 07:30")
    run(town.engine, town.settings, lambda: at, stopping=lambda: True)
    assert town.kept.taken == []
    later = "2026-11-23 07:50"  # the slots were taken by a run that ended in the middle
    town.run(later)
    assert len(town.kept.to(ANNA)) == 1
