"""A deadline that extracts call met and then open again: bounded mails, and nobody cut off."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, insert, select

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.evaluate import evaluate_open_cases
from flows.owing.flapping import MOST_REOPENINGS, plan_flapping
from models.case_tables import EVENT, ImportRow
from models.database import open_database, reading, writing
from models.flaps import confirm, settle_confirmed
from models.outbox import INTENT, MESSAGE, count_by_state
from models.people import load_staff
from models.schema import METADATA
from notifications.server import MailServer
from rules.dates import shift_days
from tests.examples import examples
from tests.flow.case_builder import Municipality, book_of
from tests.flow.mail_cases import SETTINGS, at
from tests.flow.mail_server import a_mail_server, text_of

BOOK = book_of(
    """
  first-meeting:
    title: Det første netværksmøde
    binding: standard
    basis: [{source: Tæt på Familien}]
    for: case
    when: {case.target_group: youth}
    must_happen: network_meeting
    due: 8 weeks after start
    in_force: 2015-01-01
"""
)
DUE = date(2026, 3, 2)
WARNED_ON = date(2026, 2, 16)
"""A Monday, fourteen days before: the first step of the ladder."""


class Nights:
    """A case whose meeting comes and goes in the extracts; due on Monday 2 March 2026."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.town = engine, Municipality(engine)
        self.town.person("lene", role="team_leader")
        self.town.person("anna", leader="lene")
        self.town.case("4711", date(2026, 1, 5), facts={"target_group": "youth"})

    def night(self, day: date, *, met: bool) -> Counter[str]:
        """Take in the extract of a night, and decide."""
        now = at(day, 5, 0)
        with writing(self.engine) as connection:
            row = {"source": "e", "sha256": str(day), "state": "done", "counts": "{}"}
            row |= {"extracted_at": now, "imported_at": now}
            connection.execute(insert(ImportRow).values(row))
            connection.execute(delete(EVENT))
        if met:
            self.town.event("4711", "network_meeting", date(2026, 2, 12))
        self.town.look_again("4711", now)
        return self.decide(at(day, 5, 30))

    def decide(self, now: datetime) -> Counter[str]:
        """Decide, and settle what follows, as a run does."""
        evaluate_open_cases(self.engine, BOOK, now)
        with writing(self.engine) as connection:
            planned = plan_flapping(connection, load_staff(connection), BOOK, now)
            settle_confirmed(connection, now)
        return planned

    def send(self, now: datetime, server: MailServer) -> Counter[str]:
        """Decide what the hour brings, build and deliver."""
        self.decide(now)
        build_messages(self.engine, SETTINGS, now)
        return deliver(self.engine, SETTINGS, lambda: now, server=server).counts

    def states(self) -> dict[str, int]:
        """How many debts of each state there are."""
        with reading(self.engine) as connection:
            return count_by_state(connection)

    def reasons(self) -> set[str]:
        """Why debts were cancelled."""
        with reading(self.engine) as connection:
            asked = select(INTENT.c.state_reason).where(INTENT.c.state == "cancelled")
            return set(connection.scalars(asked))


@pytest.fixture
def nights(database: Engine) -> Nights:
    """A case that is warned of on Monday 16 February; the extract before says: not yet met."""
    found = Nights(database)
    found.night(date(2026, 2, 13), met=False)
    found.night(WARNED_ON, met=False)
    found.decide(at(WARNED_ON))
    return found


def test_what_tonights_extract_calls_met_is_neither_sent_nor_cancelled(nights: Nights) -> None:
    nights.night(shift_days(WARNED_ON, 1), met=True)
    assert nights.states()["planned"] == 1
    with a_mail_server() as (kept, server):
        nights.send(at(shift_days(WARNED_ON, 1)), server)
    assert kept.taken == []
    assert nights.states()["planned"] == 1


def test_a_mail_that_was_built_before_is_called_back(nights: Nights) -> None:
    build_messages(nights.engine, SETTINGS, at(WARNED_ON))
    nights.night(shift_days(WARNED_ON, 1), met=True)
    with a_mail_server() as (kept, server):
        nights.send(at(shift_days(WARNED_ON, 1)), server)
    assert kept.taken == []


def test_a_second_extract_that_says_the_same_ends_it(nights: Nights) -> None:
    for later in (1, 2):
        assert "cancelled" not in nights.states()
        nights.night(shift_days(WARNED_ON, later), met=True)
    assert "planned" not in nights.states()
    assert nights.reasons() == {"met"}


def test_time_alone_confirms_nothing(nights: Nights) -> None:
    nights.night(shift_days(WARNED_ON, 1), met=True)
    for later in (1, 2, 3, 9):
        nights.decide(at(shift_days(WARNED_ON, later), 12))
    assert nights.states()["planned"] == 1


def test_a_second_extract_that_says_otherwise_lets_it_go(nights: Nights) -> None:
    nights.night(shift_days(WARNED_ON, 1), met=True)
    nights.night(shift_days(WARNED_ON, 2), met=False)
    with a_mail_server() as (kept, server):
        nights.send(at(shift_days(WARNED_ON, 2)), server)
    (mail,) = kept.mails()
    assert "4711" in text_of(mail)


def test_somebody_who_says_that_it_is_done_ends_it_at_once(nights: Nights) -> None:
    nights.night(shift_days(WARNED_ON, 1), met=True)
    now = at(shift_days(WARNED_ON, 1), 9)
    with writing(nights.engine) as connection:
        assert confirm(connection, "4711", "anna", now) == 1
        assert confirm(connection, "4711", "anna", now) == 0
    assert nights.reasons() == {"met, confirmed by anna"}


def flap(nights: Nights, times: int, server: MailServer, first: date = WARNED_ON) -> date:
    """Let the deadline be met and open again so many times, a night each; return the last day."""
    day = first
    for number in range(2 * times):
        day = shift_days(first, number + 1)
        nights.night(day, met=number % 2 == 0)
        nights.send(at(day), server)
    return day


def test_three_reopenings_in_a_week_are_no_matter_and_four_are_told_once(nights: Nights) -> None:
    """Fault I10: the leader gets one word; a week has room for no more than four at one a night."""
    day, told = WARNED_ON, []
    for number in range(2 * (MOST_REOPENINGS + 1)):
        # two extracts a day
        day = shift_days(WARNED_ON, number // 2 + 1)
        told.append(nights.night(day, met=number % 2 == 0)["planned"])
        with writing(nights.engine) as connection:
            connection.exec_driver_sql("DELETE FROM import")
    assert told == [0] * 7 + [1]
    with a_mail_server() as (kept, server):
        nights.send(at(day), server)
    (mail,) = [mail for mail in kept.mails() if "lene" in str(mail["To"])]
    assert mail["Subject"] == "Skifter frem og tilbage: 1 sag"
    text = " ".join(text_of(mail).split())
    assert "Sag 4711: Det første netværksmøde" in text
    assert "mere end tre gange på en uge" in text


def test_after_ten_flaps_nothing_was_told_twice_and_the_series_goes_on(nights: Nights) -> None:
    with a_mail_server() as (kept, server):
        flap(nights, 10, server)
    with reading(nights.engine) as connection:
        columns = (INTENT.c.deadline_key, INTENT.c.step, INTENT.c.occurrence, INTENT.c.recipient)
        told = [tuple(row) for row in connection.execute(select(*columns))]
        states = Counter(connection.scalars(select(INTENT.c.state)))
    assert len(told) == len(set(told))
    assert states["planned"] == 0
    # over 8 March, past the due date: what is overdue has been said to caseworker and leader
    assert any("Overskredet" in mail["Subject"] for mail in kept.to("anna@kommune.example"))
    assert any("Overskredet" in mail["Subject"] for mail in kept.to("lene@kommune.example"))


@settings(
    max_examples=examples(12),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.booleans(), min_size=20, max_size=20))
def test_however_it_flaps_mails_are_bounded_and_the_last_step_is_told(
    tmp_path_factory: pytest.TempPathFactory, extracts: list[bool]
) -> None:
    """Fault I10: whatever twenty extracts say, no step is told twice, and what holds is told."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('flaps') / 'fristvagt.db'}")
    METADATA.create_all(engine)
    nights = Nights(engine)
    nights.night(date(2026, 2, 13), met=False)
    with a_mail_server() as (_, server):
        for number, met in enumerate((*extracts, False, False)):
            day = shift_days(WARNED_ON, number)
            nights.night(day, met=met)
            nights.send(at(day), server)
        # the last day is Monday 9 March
    with reading(engine) as connection:
        columns = [INTENT.c[name] for name in ("deadline_key", "step", "occurrence", "recipient")]
        rows = connection.execute(select(*columns, INTENT.c.state, INTENT.c.kind)).all()
        mails = len(connection.execute(select(MESSAGE.c.uuid)).all())
    keys = [tuple(row[:4]) for row in rows]
    assert len(keys) == len(set(keys))
    assert mails <= len({key for key, row in zip(keys, rows, strict=True) if row.state == "sent"})
    assert sum(row.kind == "flapping" for row in rows) <= 3  # one a week
    assert any(row.state == "sent" and "after" in row.step for row in rows)
    engine.dispose()
