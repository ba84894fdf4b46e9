"""A preview says what the next run would send, and why the rest stays; and it writes nothing."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, insert, select

from flows.commands.mail_preview_text import preview_text
from flows.commands.moments import read_moment
from flows.composing.mail_preview import Preview, WhyNot, preview
from flows.mistakes import UserMistake
from flows.owing.muting import Asked, mute
from flows.rule_book.rule_folder import good_book
from flows.run import run
from flows.settings import Settings
from models.access_log import accesses_to
from models.case_tables import AbsenceRow
from models.database import reading, writing
from models.outbox import MESSAGE
from models.outbox_by_hand import cancel
from models.people import load_staff
from models.schema import METADATA
from models.storms import Volume, add_storm
from rules.dates import minutes_after
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.case_builder import Municipality
from tests.flow.mail_server import Kept, a_mail_server, text_of
from tests.flow.typed import ask_in

EXAMPLES = Path(__file__).parents[1] / "samples" / "example-rules"
CASE = "2026-0412"
ANNA, LENE, BO = "anna@kommune.example", "lene@kommune.example", "bo@kommune.example"
MORNING = "2026-11-23 07:30"
"""The first network meeting of the case is due on this Monday."""


class Town:
    """A municipality with one case, as tests/flow/test_run.py has it, and its previews."""

    def __init__(self, engine: Engine, settings: Settings, kept: Kept) -> None:
        self.engine = engine
        self.settings = settings
        self.kept = kept
        self.book = good_book(settings.rules)

    def run(self, at: str) -> None:
        """Run at a Danish local time."""
        moment = read_moment(at)
        run(self.engine, self.settings, lambda: moment)

    def preview(self, asked: str, at: str) -> Preview:
        """Preview at a Danish local time."""
        with reading(self.engine) as connection:
            return preview(connection, self.book, self.settings, asked, read_moment(at))

    def said(self, asked: str, at: str, language: Any = "en") -> str:
        """The preview in words."""
        found = self.preview(asked, at)
        with reading(self.engine) as connection:
            return preview_text(found, load_staff(connection), language)

    def everything(self) -> dict[str, list[Any]]:
        """Every row of the database."""
        with reading(self.engine) as connection:
            return {
                table.name: sorted(map(repr, connection.execute(select(table)).all()))
                for table in METADATA.sorted_tables
            }


@pytest.fixture
def town(database: Engine, tmp_path: Path) -> Iterator[Town]:
    municipality = Municipality(database)
    municipality.person("lene", role="team_leader")
    municipality.person("anna", leader="lene")
    municipality.person("bo", leader="lene")
    facts = {"target_group": "youth", "open_measures": 1.0}
    municipality.case(CASE, date(2026, 9, 28), born=date(2010, 5, 1), facts=facts)
    rules = shutil.copytree(EXAMPLES, tmp_path / "rules")
    with a_mail_server() as (kept, server):
        settings = Settings(
            _env_file=None,
            rules=Path(rules),
            mail_url=f"smtp://{server.host}:{server.port}",
            mail_from="Fristovervågning <frister@kommune.example>",
            fallback_mailbox="vagt@kommune.example",
            public_url="https://frister.kommune.example",
        )
        yield Town(database, settings, kept)


def unnumbered(text: str) -> str:
    """A mail's text without the number that each mail gets."""
    return re.sub(r"mail=[0-9a-f]{32}|line=[0-9a-f]{32}|\b[0-9a-f]{8}\b", "", text)


@pytest.mark.parametrize("asked", [CASE, "anna"])
@pytest.mark.parametrize(
    ("before", "at"),
    [
        ("2026-11-22 12:00", MORNING),
        ("2026-11-23 16:00", "2026-11-24 07:30"),
        ("", "2026-12-07 07:30"),
    ],
)
def test_what_a_preview_shows_is_what_the_run_then_sends(
    town: Town, asked: str, before: str, at: str
) -> None:
    if before:
        town.run(before)
    town.kept.taken.clear()
    (foretold,) = [one for one in town.preview(asked, at).mails if one.address == ANNA]
    town.run(at)
    (sent,) = town.kept.to(ANNA)
    assert foretold.mail.subject == sent["Subject"]
    assert unnumbered(foretold.mail.text).split() == unnumbered(text_of(sent)).split()


@pytest.mark.parametrize("at", [MORNING, "2026-11-21 12:00", "2027-03-01 10:00"])
@pytest.mark.parametrize("asked", [CASE, "anna", "lene"])
def test_a_preview_writes_nothing(town: Town, asked: str, at: str) -> None:
    town.run("2026-11-06 08:00")
    before = town.everything()
    town.preview(asked, at)
    town.preview(asked, at)
    assert town.everything() == before
    assert len(town.kept.taken) == len(before["message"])


def test_it_says_to_whom_and_why_and_shows_the_mail(town: Town) -> None:
    said = town.said(CASE, MORNING)
    assert "this would be sent to" in said
    assert f"<{ANNA}> (morning):" in said
    assert "Subject:" in said
    assert f"Sag {CASE}" in said  # the mail itself is in its reader's language
    assert "fordi du er sagsbehandler" in said


def test_it_is_danish_for_danes(town: Town) -> None:
    assert "ville dette blive sendt til" in town.said(CASE, MORNING, "da")
    town.run(MORNING)
    assert "ville intet blive sendt" in town.said(CASE, MORNING, "da")


def test_what_was_told_is_not_told_again_and_the_preview_says_when_it_was(town: Town) -> None:
    town.run(MORNING)
    found = town.preview(CASE, "2026-11-23 12:00")
    assert found.mails == ()
    assert found.kept == ()
    assert {one.state for one in found.told} >= {"sent"}
    said = town.said(CASE, "2026-11-23 12:00")
    assert "nothing would be sent" in said
    assert "Told already, or ended:" in said
    assert 'step "on the day"' in said


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        ("2026-11-21 12:00", "2026-11-23 07:30"),
        ("2026-11-23 05:30", "2026-11-23 07:30"),
        ("2026-11-23 22:00", "2026-11-24 07:30"),
    ],
)
def test_outside_working_hours_it_says_when_it_leaves(town: Town, at: str, leaves: str) -> None:
    found = town.preview(CASE, at)
    assert found.mails == ()
    assert {one.why_not for one in found.kept} == {WhyNot.HOURS}
    assert {one.until for one in found.kept} == {read_moment(leaves)}
    assert "outside working hours" in town.said(CASE, at)


def test_what_comes_after_the_morning_mail_waits_for_the_next_morning(town: Town) -> None:
    town.run("2026-11-20 08:00")
    Municipality(town.engine).case(
        "2026-0500",
        date(2026, 9, 28),
        born=date(2010, 5, 1),
        facts={"target_group": "youth", "open_measures": 1.0},
    )
    town.run(MORNING)
    Municipality(town.engine).case(
        "2026-0501",
        date(2026, 9, 28),
        born=date(2010, 5, 1),
        facts={"target_group": "youth", "open_measures": 1.0},
    )
    found = town.preview("2026-0501", "2026-11-23 10:00")
    assert found.mails == ()
    assert {one.why_not for one in found.kept} == {WhyNot.NEXT_MORNING}
    assert {one.until for one in found.kept} == {read_moment("2026-11-24 07:30")}


def test_what_is_muted_is_said_to_be(town: Town) -> None:
    asked = Asked(CASE, "", date(2026, 11, 30), "ZZCANARY", "lene")
    with writing(town.engine) as connection:
        mute(connection, load_staff(connection), asked, read_moment("2026-11-22 09:00"))
    found = town.preview(CASE, MORNING)
    assert found.mails == ()
    assert {one.why_not for one in found.kept} == {WhyNot.MUTED}
    assert "muted" in town.said(CASE, MORNING)
    assert "ZZCANARY" not in town.said(CASE, MORNING)


def test_while_somebody_is_away_the_preview_shows_the_substitute_and_why(town: Town) -> None:
    away = {"person": "anna", "from_on": date(2026, 11, 20), "to_on": date(2026, 11, 30)}
    with writing(town.engine) as connection:
        connection.execute(insert(AbsenceRow).values(away | {"substitute": "bo"}))
    (mail,) = town.preview(CASE, MORNING).mails
    assert mail.address == BO
    assert "stedfortræder for" in mail.mail.text


def test_what_a_storm_holds_is_said_to_wait_for_it(town: Town) -> None:
    town.run("2026-11-22 12:00")
    now = read_moment(MORNING)
    with writing(town.engine) as connection:
        usual = Volume(1, 1)
        add_storm(
            connection, Volume(900, 900), usual, minutes_after(now, -5), minutes_after(now, 55)
        )
    found = town.preview(CASE, MORNING)
    assert {one.why_not for one in found.kept} == {WhyNot.STORM}
    assert {one.until for one in found.kept} == {minutes_after(now, 55)}


def test_a_mail_that_is_on_its_way_is_named(town: Town) -> None:
    with a_scripted_server(Script(rcpt="450 4.2.0 later")) as server:
        url = f"smtp://{server.host}:{server.port}"
        town.settings, real = town.settings.model_copy(update={"mail_url": url}), town.settings
        town.run(MORNING)
        town.settings = real
    (mail,) = town.preview(CASE, "2026-11-23 07:31").under_way
    assert mail.recipient == "anna"
    assert f"fristvagt outbox show {mail.short}" in town.said(CASE, "2026-11-23 07:31")
    assert len(town.preview("anna", "2026-11-23 07:31").under_way) == 1


def test_a_mail_that_was_called_back_by_hand_is_not_foretold_again(town: Town) -> None:
    with a_scripted_server(Script(rcpt="450 4.2.0 later")) as server:
        url = f"smtp://{server.host}:{server.port}"
        town.settings, real = town.settings.model_copy(update={"mail_url": url}), town.settings
        town.run(MORNING)
        town.settings = real
    with writing(town.engine) as connection:
        uuid = connection.execute(select(MESSAGE.c.uuid)).scalar_one()
        assert cancel(connection, uuid, "Kim", "ZZCANARY", read_moment(MORNING))
    found = town.preview(CASE, "2026-11-23 08:00")
    assert found.mails == ()
    assert found.kept == ()
    assert "by hand" in town.said(CASE, "2026-11-23 08:00")


def test_a_person_to_whom_nothing_is_owed_gets_nothing(town: Town) -> None:
    assert town.said("bo", MORNING).endswith("Nothing is owed.")


def test_a_leaders_preview_says_what_waits_for_the_digest(town: Town) -> None:
    found = town.preview("lene", "2026-12-01 09:00")
    assert found.mails == ()
    assert [(one.why_not, one.until) for one in found.kept] == [
        (WhyNot.DIGEST, read_moment("2026-12-07 08:00"))
    ]
    assert "comes with the week's digest Mon 7 Dec 2026 08:00" in town.said(
        "lene", "2026-12-01 09:00"
    )


@pytest.mark.parametrize("asked", ["2026-9999", "nobody", "", "%"])
def test_what_is_neither_a_case_nor_a_person_is_told(town: Town, asked: str) -> None:
    with pytest.raises(UserMistake, match="neither a case"):
        town.preview(asked, MORNING)


@pytest.fixture
def typed(
    town: Town,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Any:
    """The command, typed in the town's own installation on Monday morning."""
    ask = ask_in(tmp_path, monkeypatch, capsys)
    for name in ("mail_url", "mail_from", "fallback_mailbox", "public_url", "rules"):
        monkeypatch.setenv(f"FRISTVAGT_{name.upper()}", str(getattr(town.settings, name)))
    monkeypatch.setattr("flows.opening.open_house", lambda settings: town.engine)

    def typing(*arguments: str) -> Any:
        with time_machine.travel(read_moment(MORNING), tick=False):
            return ask("mail", "preview", *arguments)

    return typing


def test_the_command_shows_the_mail_writes_its_page_and_logs_the_look(
    typed: Any, town: Town, tmp_path: Path
) -> None:
    answer = typed(CASE, "--html", "mail.html")
    assert answer.code == 0
    assert "this would be sent to" in answer.out
    assert CASE in (tmp_path / "mail.html").read_text("utf-8")
    with reading(town.engine) as connection:
        (look,) = accesses_to(connection, CASE, None)
    assert (look.action, look.asked) == ("mail previewed", f"preview={CASE}")
    assert town.kept.taken == []


def test_for_machines_there_are_references_and_reasons_and_no_address(typed: Any) -> None:
    answer = typed("anna", "--at", "2026-11-21 12:00", "--json")
    told = json.loads(answer.out)
    assert told["mails"] == []
    assert {one["why"] for one in told["kept"]} == {"hours"}
    assert "@" not in answer.out


def test_a_page_that_cannot_be_written_is_told(typed: Any) -> None:
    answer = typed(CASE, "--html", "no/such/folder/mail.html")
    assert answer.code == 1
    assert "cannot be written" in answer.err
