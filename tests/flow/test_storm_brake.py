"""A run that would send far more than usual holds what does not press, and drops nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from flows.composing.compose import build_messages
from flows.owing.remind import plan_intents
from flows.owing.storm_brake import FEW, release_storm, storm_notice
from flows.run import Ran, run
from models.case_tables import CASE, PERSON
from models.database import reading, writing
from models.deadline_tables import OpsEventRow
from models.guard_tables import StormRow
from models.outbox import CARRIES, INTENT, MESSAGE, PLANNED
from models.people import load_staff
from models.storms import STORM
from rules.book import Binding
from rules.dates import minutes_after, shift_days
from rules.deadline import Status
from tests.flow.mail_cases import (
    MONDAY,
    SETTINGS,
    TUESDAY,
    a_deadline,
    add_case,
    at,
    owed_of,
    plan,
    settle_in,
    step,
    warned,
)

EIGHT_WEEKS = [shift_days(MONDAY, -7 * week) for week in range(1, 5)]


def hire(database: Engine, number: int) -> list[str]:
    """Put so many caseworkers with a case each in the database; return their names."""
    names = [f"p{one:04}" for one in range(number)]
    with writing(database) as connection:
        rows = [
            {"person": name, "name": name, "email": f"{name}@kommune.dk", "role": "caseworker"}
            for name in names
        ]
        connection.execute(insert(PERSON), [{"team": "Nord", "active": True} | r for r in rows])
        for name in names:
            add_case(connection, f"case-{name}", name)
    return names


def warn(database: Engine, names: Sequence[str], now: datetime, *, over: bool = False) -> None:
    """Owe each of them a reminder, of something overdue if so."""
    due = date(2026, 11, 20) if over else date(2026, 11, 26)
    deadlines = [
        owed_of(
            warned(f"case-{name}")._replace(
                due=due, status=Status.OVERDUE if over else Status.DUE_SOON
            ),
            name,
        )
        for name in names
    ]
    with writing(database) as connection:
        refs = [one.deadline.case for one in deadlines]
        plan_intents(connection, refs, deadlines, load_staff(connection), now)


def had_mails(database: Engine, day: date, mails: int) -> None:
    """Let so many mails of one reminder have been sent on a day."""
    with writing(database) as connection:
        (some,) = connection.execute(select(INTENT.c.id).limit(1)).scalars()
        common = {"kind": "morning", "recipient": "x", "subject": "s", "content": b"", "fence": 1}
        common |= {"built_on": day, "state": "accepted", "created_at": at(day), "next_at": at(day)}
        for number in range(mails):
            name = f"{day}-{number}"
            row = {"uuid": name, "key": name, "message_id": name, "address": f"{name}@x.dk"}
            row |= {"expires_at": at(day), "generation": 0}
            connection.execute(insert(MESSAGE), common | row)
            carried = {"message_uuid": name, "intent_id": some, "live": False}
            connection.execute(insert(CARRIES), carried)


def build(database: Engine, now: datetime) -> Counter[str]:
    """Build what may leave now."""
    return build_messages(database, SETTINGS, now)


def states(database: Engine) -> Counter[str]:
    """How many reminders are in a mail, and how many wait."""
    with reading(database) as connection:
        in_mails = set(connection.scalars(select(CARRIES.c.intent_id).where(CARRIES.c.live)))
        owed = connection.scalars(select(INTENT.c.id).where(INTENT.c.state == PLANNED))
        return Counter("mailed" if one in in_mails else "waits" for one in owed)


@pytest.fixture
def storm(database: Engine) -> Engine:
    """Monday 07:30: 250 are to be told at once, ten of them of something overdue."""
    settle_in(database)
    names = hire(database, 250)
    warn(database, names[:10], at(MONDAY, 5), over=True)
    warn(database, names[10:], at(MONDAY, 5))
    assert build(database, at(MONDAY)) == {"instant": 10}
    return database


def test_what_is_overdue_goes_at_once_and_the_rest_waits(storm: Engine) -> None:
    """Faults I6 and the first import of a municipality: there is no median yet."""
    assert states(storm) == {"mailed": 10, "waits": 240}
    assert build(storm, minutes_after(at(MONDAY), 59)) == {}
    with reading(storm) as connection:
        (row,) = connection.execute(select(STORM)).all()
        notice = storm_notice(connection, at(MONDAY, 8, 0))
    assert (row.mails, row.reminders, row.usual_mails) == (250, 250, 0)
    assert notice is not None
    assert "250 mails" in notice.en
    assert "250 mails" in notice.da


def test_after_an_hour_it_goes_by_itself(storm: Engine) -> None:
    assert build(storm, minutes_after(at(MONDAY), 60)) == {"morning": 240}
    assert states(storm) == {"mailed": 250}


def test_it_goes_when_somebody_lets_it_go_and_who_is_recorded(storm: Engine) -> None:
    now = minutes_after(at(MONDAY), 5)
    with writing(storm) as connection:
        assert release_storm(connection, "it-vagt", now) == 250
        assert release_storm(connection, "another", now) == 0
    assert build(storm, now) == {"morning": 240}
    with reading(storm) as connection:
        assert connection.scalar(select(StormRow.released_by)) == "it-vagt"
        assert storm_notice(connection, now) is None


def test_what_is_acute_never_waits_for_a_storm(storm: Engine) -> None:
    now = at(MONDAY, 8, 0)
    hours = step("4 hours before", MONDAY, hours=True)._replace(moment=now)
    due = minutes_after(now, 240)
    acute = a_deadline(hours, due=due, rule="report-assessed-24-hours")
    plan(storm, acute, now=now, binding=Binding.LAW)
    assert build(storm, now) == {"instant": 1}


def test_a_storm_late_in_the_day_is_not_held_again_in_the_morning(database: Engine) -> None:
    """An hour is an hour: after it the mails wait for nothing but working hours."""
    settle_in(database)
    warn(database, hire(database, 250), at(MONDAY, 16))
    assert build(database, at(MONDAY, 16, 30)) == {}
    assert build(database, at(MONDAY, 17, 30)) == {}
    assert build(database, at(TUESDAY)) == {"morning": 250}


def test_a_second_storm_is_held_like_the_first(storm: Engine) -> None:
    build(storm, minutes_after(at(MONDAY), 60))
    names = [f"p{one:04}" for one in range(250)]
    with writing(storm) as connection:
        connection.execute(update(INTENT).values(state="sent"))
        # three days of ordinary mails lie between, so that the first storm is not the usual
        connection.execute(delete(CARRIES))
        connection.execute(delete(MESSAGE))
    moved = [
        owed_of(warned(f"case-{name}")._replace(due=date(2026, 12, 1)), name) for name in names
    ]
    with writing(storm) as connection:
        refs = [one.deadline.case for one in moved]
        plan_intents(connection, refs, moved, load_staff(connection), at(TUESDAY, 5))
    assert build(storm, at(TUESDAY)) == {}


def test_three_times_the_usual_is_no_storm_and_one_more_is(database: Engine) -> None:
    settle_in(database)
    names = hire(database, 211)
    warn(database, names[:-1], at(MONDAY, 5))
    for day, mails in zip(EIGHT_WEEKS, (70, 70, 3, 400), strict=True):
        had_mails(database, day, mails)
    assert build(database, at(MONDAY)) == {"morning": 210}  # the median is 70


def test_one_more_than_three_times_the_usual_is_held(database: Engine) -> None:
    settle_in(database)
    warn(database, hire(database, 211), at(MONDAY, 5))
    for day in EIGHT_WEEKS:
        had_mails(database, day, 70)
    assert build(database, at(MONDAY)) == {}


def test_few_mails_are_no_storm_however_quiet_it_was(database: Engine) -> None:
    settle_in(database)
    warn(database, hire(database, FEW.mails), at(MONDAY, 5))
    assert build(database, at(MONDAY)) == {"morning": FEW.mails}


def test_thousands_of_reminders_in_few_mails_are_a_storm_too(database: Engine) -> None:
    """Fault I6: a rule edit makes five thousand cases due; mails gather them by person."""
    settle_in(database)
    with writing(database) as connection:
        rows = [
            {
                "case_ref": f"c{number:05}",
                "caseworker": "mho",
                "team": "Nord",
                "known_at": at(MONDAY),
            }
            for number in range(5000)
        ]
        connection.execute(insert(CASE), rows)
        owed_now = [owed_of(warned(f"c{number:05}")) for number in range(5000)]
        refs = [one.deadline.case for one in owed_now]
        plan_intents(connection, refs, owed_now, load_staff(connection), at(MONDAY, 5))
    assert build(database, at(MONDAY)) == {}
    assert build(database, minutes_after(at(MONDAY), 60)) == {"morning": 1}


def test_what_waits_for_tomorrow_anyhow_is_no_storm(database: Engine) -> None:
    settle_in(database)
    names = hire(database, 250)
    for one in range(0, 250, 200):  # two runs: neither is a storm
        part = names[one : one + 200]
        warn(database, part, at(MONDAY, 5))
        build(database, minutes_after(at(MONDAY), one))
    later = [owed_of(warned(f"case-{n}")._replace(rule="other-rule"), n) for n in names]
    with writing(database) as connection:
        plan_intents(connection, [], later, load_staff(connection), at(MONDAY, 12))
    assert build(database, at(MONDAY, 12)) == {}
    with reading(database) as connection:
        assert connection.execute(select(STORM)).all() == []


def test_the_operator_is_told_while_it_holds_and_when_it_is_over(storm: Engine) -> None:
    def run_at(now: datetime) -> Ran:
        return run(storm, SETTINGS, lambda: now)

    ran = run_at(minutes_after(at(MONDAY), 2))
    assert any("outbox release --storm" in notice.da for notice in ran.notices)
    again = run_at(minutes_after(at(MONDAY), 61))
    assert not any("storm" in notice.en for notice in again.notices)
    with reading(storm) as connection:
        alarm = connection.execute(select(OpsEventRow).where(OpsEventRow.kind == "storm")).one()
    assert alarm.recovered_at == minutes_after(at(MONDAY), 61)
