"""The picture of the last weeks: counted once when a week is over, and never changed after."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import Engine, insert, update

from flows.composing.teams import leaders_in
from flows.composing.trend import trends
from models.case_tables import IMPORT, PersonRow
from models.database import writing
from models.deadline_tables import DeadlineRow
from models.deadlines import DEADLINE
from models.outbox import (
    DIGEST,
    MORNING,
    PLANNED,
    SENT,
    UNDELIVERABLE,
    Intent,
    add_intents,
    settle_intents,
)
from models.people import load_staff
from notifications.views import TrendWeek
from rules.deadline import Status
from tests.flow.mail_cases import MONDAY, add_case, at, settle_in

NEXT_MONDAY = date(2026, 11, 30)
"""The Monday after the week of MONDAY (week 48)."""


def add_deadline(database: Engine, case: str, due: date, **more: object) -> None:
    row = {"case_ref": case, "ref": case, "rule": "r", "interval_on": MONDAY, "round": 1}
    row |= {"kind": "case", "status": str(Status.OVERDUE), "due_on": due, "closed": False}
    row |= {"missing": "", "rule_print": "", "changed_at": at(MONDAY), **more}
    with writing(database) as connection:
        connection.execute(insert(DeadlineRow).values(row))


def owe(
    database: Engine, on: date, told_at: datetime | None, *, leaves: str = MORNING, case: str = "1"
) -> None:
    """Owe Mette a reminder on a day, and tell her at a moment (or not at all)."""
    number = uuid4().hex
    texts = dict.fromkeys(("source", "binding", "because", "state_reason", "owed_to"), "")
    about = {"deadline_key": f"{case}|{number}", "case_ref": case, "about": "case", "ref": case}
    step = {"rule": "r", "due_text": "", "step": "s", "occurrence": 0, "recipient": "mho"}
    how = {"role": "caseworker", "reason": "own", "kind": "reminder", "leaves": leaves}
    when = {"owed_on": on, "send_from_at": at(on), "created_at": at(on), "state_at": at(on)}
    intent = Intent(
        **texts,
        **about,
        **step,
        **how,
        **when,
        title="t",
        link=number,
        late=False,
        state=PLANNED,
    )
    with writing(database) as connection:
        add_intents(connection, [intent])
    if told_at is not None:
        settle_all(database, SENT, told_at)


def settle_all(database: Engine, state: str, moment: datetime) -> None:
    with writing(database) as connection:
        settle_intents(connection, range(1, 100), state, "", moment)


def picture(database: Engine, today: date, leader: str = "lln") -> tuple[TrendWeek, ...]:
    """Return what a digest built that day shows its leader."""
    with writing(database) as connection:
        leader_of = leaders_in(load_staff(connection))
        return trends(connection, [leader], leader_of, at(today, 8))[leader]


def used_since(database: Engine, first: date) -> None:
    with writing(database) as connection:
        connection.execute(update(IMPORT).values(imported_at=at(first, 5)))


def test_the_weeks_begin_with_the_first_extract_and_are_at_most_twelve(database: Engine) -> None:
    settle_in(database)
    assert [week.week for week in picture(database, MONDAY)] == [45, 46, 47]
    used_since(database, date(2026, 3, 2))
    assert [week.week for week in picture(database, MONDAY)] == list(range(36, 48))


def test_an_installation_without_an_extract_has_no_picture(database: Engine) -> None:
    assert picture(database, MONDAY, "") == ()


def test_a_week_counts_what_was_overdue_when_it_ended(database: Engine) -> None:
    settle_in(database, ["1", "2", "3", "4", "5"])
    used_since(database, date(2026, 11, 16))
    add_deadline(database, "1", date(2026, 11, 22))  # the Sunday on which week 47 ended
    add_deadline(database, "2", date(2026, 11, 23))
    met = {"status": str(Status.MET_LATE), "closed": True}
    add_deadline(database, "3", date(2026, 11, 18), done_on=date(2026, 11, 24), **met)
    add_deadline(database, "4", date(2026, 11, 18), done_on=date(2026, 11, 20), **met)
    in_time = {"status": str(Status.MET), "closed": True}
    add_deadline(database, "5", date(2026, 11, 18), done_on=date(2026, 11, 17), **in_time)
    assert [week.overdue for week in picture(database, NEXT_MONDAY)] == [2, 2]


def test_a_week_that_is_over_does_not_change_whatever_is_registered_later(database: Engine) -> None:
    settle_in(database, ["1"])
    used_since(database, MONDAY)
    add_deadline(database, "1", date(2026, 11, 25))
    owe(database, MONDAY, None)
    before = picture(database, NEXT_MONDAY)
    assert before == (TrendWeek(48, overdue=1, told=1, in_time=0),)
    with writing(database) as connection:
        done = {"status": str(Status.MET), "closed": True, "done_on": date(2026, 11, 24)}
        connection.execute(update(DEADLINE).values(done))
    settle_all(database, SENT, at(MONDAY))
    assert picture(database, NEXT_MONDAY) == before
    assert picture(database, date(2026, 12, 7))[0] == before[0]


@pytest.mark.parametrize(
    ("owed_on", "told_at", "in_time"),
    [
        (MONDAY, at(MONDAY, 7, 30), 1),
        (MONDAY, at(MONDAY, 23, 59), 1),
        (MONDAY, at(date(2026, 11, 24), 7, 30), 0),
        (date(2026, 11, 21), at(MONDAY, 7, 30), 1),  # a Saturday's is told on Monday
    ],
)
def test_told_in_time_means_on_the_working_day_it_was_owed(
    database: Engine, owed_on: date, told_at: datetime, in_time: int
) -> None:
    settle_in(database, ["1"])
    used_since(database, date(2026, 11, 20))
    owe(database, owed_on, told_at)
    assert picture(database, NEXT_MONDAY)[-1] == TrendWeek(48, 0, told=1, in_time=in_time)


def test_what_reached_nobody_was_not_told_and_what_waits_for_a_digest_is_not_counted(
    database: Engine,
) -> None:
    settle_in(database, ["1"])
    used_since(database, MONDAY)
    owe(database, MONDAY, None)
    settle_all(database, UNDELIVERABLE, at(MONDAY))
    owe(database, MONDAY, None, leaves=DIGEST)
    assert picture(database, NEXT_MONDAY) == (TrendWeek(48, overdue=0, told=1, in_time=0),)


def test_what_was_owed_before_the_first_extract_is_nobodys_lateness(database: Engine) -> None:
    settle_in(database, ["1"])
    used_since(database, date(2026, 11, 25))
    owe(database, MONDAY, at(date(2026, 11, 25)))
    owe(database, date(2026, 11, 26), at(date(2026, 11, 26)))
    assert picture(database, NEXT_MONDAY) == (TrendWeek(48, overdue=0, told=1, in_time=1),)


def test_each_leader_sees_their_own_cases_only(database: Engine) -> None:
    settle_in(database, ["1"])
    used_since(database, MONDAY)
    with writing(database) as connection:
        other = {"person": "sne", "name": "Sofie Nees", "email": "sofie@kommune.dk"}
        more = {"role": "team_leader", "team": "Syd", "leader": "", "language": "en"}
        connection.execute(insert(PersonRow).values(**other, **more, active=True))
        add_case(connection, "2", "jsk", team="Syd")
    for case in ("1", "2"):
        add_deadline(database, case, date(2026, 11, 25))
    add_deadline(database, "2", date(2026, 11, 26), round=2)
    assert [week.overdue for week in picture(database, NEXT_MONDAY)] == [1]
    assert [week.overdue for week in picture(database, NEXT_MONDAY, "sne")] == [2]
