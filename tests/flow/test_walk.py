"""One fact's walk: from a line of the extract to a mail in a mailbox, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from flows.commands.moments import read_moment
from flows.deciding.explain import explain
from flows.rule_book.rule_folder import good_book
from flows.run import run
from flows.settings import Settings
from models.case_tables import CASE, EVENT
from models.database import reading
from models.deadlines import DEADLINE
from models.looking import CASE_ERROR
from models.outbox import INTENT, MESSAGE
from tests.flow.mail_server import Kept, a_mail_server, parsed, text_of

EXAMPLES = Path(__file__).parents[1] / "samples" / "example-rules"
ANNA, LENE = "anna@kommune.example", "lene@kommune.example"

PEOPLE = """\
person,name,email,role,team,leader,language
anna,Anna Opdigtet,anna@kommune.example,caseworker,Nord,lene,da
lene,Lene Opdigtet,lene@kommune.example,team_leader,Nord,,da
"""
CASES = """\
case,caseworker,team,began,ended,born,target_group,open_measures
4711,anna,Nord,2026-01-05,,2010-05-01,youth,1
"""
EVENTS = "case,ref,event,at,participants\n"
MEETING = "4711,,network_meeting,{day},child|parents\n"


class Walk:
    """An extract that is told anew, a service that runs when asked, and a mail server."""

    def __init__(self, engine: Engine, settings: Settings, folder: Path, kept: Kept) -> None:
        self.engine = engine
        self.settings = settings
        self.folder = folder
        self.kept = kept

    def told(self, taken: str, cases: str, *meetings: str) -> None:
        """Write the extract as it was taken on a morning at 05:00."""
        (self.folder / "extract.csv").write_text(f"taken,source\n{taken}T05:00,test\n")
        (self.folder / "people.csv").write_text(PEOPLE)
        (self.folder / "cases.csv").write_text(cases)
        lines = [MEETING.format(day=day) for day in meetings]
        (self.folder / "events.csv").write_text(EVENTS + "".join(lines))

    def run(self, at: str) -> list[tuple[list[str], str]]:
        """Run at a Danish local time; return who got what now, weekly digests aside."""
        before = len(self.kept.taken)
        moment = read_moment(at)
        run(self.engine, self.settings, lambda: moment)
        got = [(to, text_of(parsed(content))) for _, to, content in self.kept.taken[before:]]
        return [(to, text) for to, text in got if not text.startswith("Overblik")]


@pytest.fixture
def walk(database: Engine, tmp_path: Path) -> Iterator[Walk]:
    folder = tmp_path / "extract"
    folder.mkdir()
    with a_mail_server() as (kept, server):
        settings = Settings(
            rules=EXAMPLES,
            extract=folder,
            mail_url=f"smtp://{server.host}:{server.port}",
            mail_from="Fristovervågning <frister@kommune.example>",
            fallback_mailbox="vagt@kommune.example",
            public_url="https://frister.kommune.example",
        )
        yield Walk(database, settings, folder, kept)


def test_the_last_network_meeting_of_case_4711_becomes_a_mail_to_anna(walk: Walk) -> None:
    walk.told("2026-02-21", CASES, "2026-02-20")
    assert walk.run("2026-02-23 07:30") == []

    with reading(walk.engine) as connection:
        event = connection.execute(select(EVENT.c.kind, EVENT.c.at_on)).one()
        of_meetings = DEADLINE.c.rule == "network-meeting"
        due = connection.scalar(select(DEADLINE.c.due_on).where(of_meetings, ~DEADLINE.c.closed))
        look = connection.scalar(select(CASE.c.next_look_at))
    assert (event.kind, event.at_on.isoformat()) == ("network_meeting", "2026-02-20")
    assert due is not None
    assert due.isoformat() == "2026-04-17"
    # 14 days before is Good Friday, so the mail leaves on the Wednesday before Easter
    assert look == read_moment("2026-04-01 07:30")

    assert walk.run("2026-03-31 07:30") == []
    ((to, text),) = walk.run("2026-04-01 07:30")
    assert to == [ANNA]
    assert "4711" in text
    assert "fredag 17. april 2026" in text
    assert "Netværksmøde" in text

    with reading(walk.engine) as connection:
        book = good_book(EXAMPLES)
        at = read_moment("2026-04-01 07:30")
        (why,) = explain(connection, book, "4711", at, "da", "network-meeting")
        states = connection.execute(select(INTENT.c.state, INTENT.c.step)).all()
        assert set(connection.scalars(select(MESSAGE.c.state))) == {"accepted"}
    # the mail says a date's origin in the very words that explain prints, without the date again
    last = next(step.text for step in why.steps if "17. apr. 2026" in step.text)
    assert last == "8 uger efter 20. februar 2026 (den seneste gang) = fre. 17. apr. 2026"
    assert "8 uger efter 20. februar 2026 (den seneste gang)" in " ".join(text.split())
    assert ("sent", "14 days before") in [tuple(state) for state in states]
    assert walk.run("2026-04-01 07:31") == []


def test_a_meeting_told_later_moves_the_deadline_and_starts_a_new_series(walk: Walk) -> None:
    walk.told("2026-02-21", CASES, "2026-02-20")
    assert len(walk.run("2026-04-01 07:30")) == 1
    walk.told("2026-04-02", CASES, "2026-02-20", "2026-04-01")
    assert walk.run("2026-04-14 07:30") == []
    ((to, text),) = walk.run("2026-05-13 07:30")
    assert to == [ANNA]
    assert "onsdag 27. maj 2026" in text


def test_f2_the_escalation_reaches_the_leader_and_f14_late_work_clears_it(walk: Walk) -> None:
    walk.told("2026-02-21", CASES, "2026-02-20")
    walk.run("2026-04-17 07:30")
    escalated = walk.run("2026-04-20 07:30")
    assert sorted(to for to, _ in escalated) == [[ANNA], [LENE]]
    assert all("over fristen" in text for _, text in escalated)

    walk.told("2026-04-22", CASES, "2026-02-20", "2026-04-21")
    for morning in ("2026-04-22", "2026-04-24", "2026-04-29"):
        assert walk.run(f"{morning} 07:30") == []
    with reading(walk.engine) as connection:
        verdicts = connection.scalars(
            select(DEADLINE.c.status).where(DEADLINE.c.closed).order_by(DEADLINE.c.round)
        ).all()
    assert verdicts == ["met", "met late"]


def test_f3_a_case_that_cannot_be_decided_ends_the_round_for_nobody_after_it(walk: Walk) -> None:
    broken = "0001,anna,Nord,2026-01-05,,9999-12-31,youth,1\n"
    walk.told("2026-02-21", CASES + broken, "2026-02-20")
    mails = walk.run("2026-04-01 07:30")
    assert any("fredag 17. april 2026" in text for to, text in mails if to == [ANNA])
    with reading(walk.engine) as connection:
        unwatched = set(connection.scalars(select(CASE_ERROR.c.case_ref)))
        rejected = connection.scalar(select(CASE.c.rejected).where(CASE.c.case_ref == "0001"))
    # whether the import or the evaluation stumbles over it, it is told of and not lost
    assert unwatched == {"0001"} or rejected


def test_f9_and_f16_what_falls_on_a_weekend_leaves_at_once_on_monday_morning(walk: Walk) -> None:
    walk.told("2026-02-21", CASES, "2026-02-21")
    walk.run("2026-04-15 07:30")
    # due on Saturday 18 April: "on the day" waits for working hours and is then sent at once
    assert walk.run("2026-04-18 07:30") == []
    assert walk.run("2026-04-19 12:00") == []
    assert walk.run("2026-04-20 07:29") == []
    assert sorted(to for to, _ in walk.run("2026-04-20 07:30")) == [[ANNA], [LENE]]
