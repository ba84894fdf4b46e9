"""Outside working hours nothing leaves but the acute, and nobody gets more than they can bear."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time

import pytest
from sqlalchemy import Engine, func, select, update

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.owing.working_hours import worth_sending_until
from models.database import reading, writing
from models.outbox import INTENT, MESSAGE, count_by_state
from notifications.server import MailServer
from rules.book import Binding
from rules.dates import minutes_after, shift_days
from rules.deadline import Deadline, Status
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.mail_cases import (
    JONAS,
    METTE,
    MONDAY,
    SATURDAY,
    SETTINGS,
    TUESDAY,
    WARNED,
    a_deadline,
    at,
    plan,
    settle_in,
    step,
    warned,
)
from tests.flow.mail_server import a_mail_server

EARLY = at(MONDAY, 5, 30)
CASES = [str(number) for number in range(4711, 4731)]


def tell(database: Engine, now: datetime, server: MailServer, group_wait: int = 0) -> Counter[str]:
    """Build and deliver what may leave now."""
    build_messages(database, SETTINGS, now, group_wait=group_wait)
    return deliver(database, SETTINGS, lambda: now, server=server).counts


def overdue(case: str, on: date = MONDAY) -> Deadline:
    """Return a deadline of a case that passed the day before."""
    due = shift_days(on, -1)
    return a_deadline(step("1 day after", on), case=case, due=due, status=Status.OVERDUE)


def in_hours(case: str, moment: datetime) -> Deadline:
    """Return a deadline counted in hours, of which a step is reached at a moment."""
    reached = step("4 hours before", MONDAY, hours=True)._replace(moment=moment)
    due = minutes_after(moment, 240)
    return a_deadline(reached, case=case, due=due, rule="report-assessed-24-hours")


@pytest.mark.parametrize(
    "quiet",
    [
        at(MONDAY, 7, 29),
        at(MONDAY, 17, 0),
        at(SATURDAY, 12),
        at(date(2026, 12, 25), 10),  # Christmas Day
        at(date(2026, 4, 6), 10),  # Easter Monday
        at(date(2026, 12, 24), 10),  # Christmas Eve, which municipalities keep
    ],
)
def test_a_mail_that_was_not_taken_waits_for_working_hours_too(
    database: Engine, quiet: datetime
) -> None:
    """A retry at three in the night is a mail at three in the night."""
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    build_messages(database, SETTINGS, at(MONDAY))
    with writing(database) as connection:
        connection.execute(update(MESSAGE).values(next_at=quiet, expires_at=at(date(2027, 1, 1))))
    with a_mail_server() as (kept, server):
        assert deliver(database, SETTINGS, lambda: quiet, server=server).counts == {}
    assert kept.taken == []


def test_what_was_held_over_the_weekend_leaves_at_once_when_the_hours_begin(
    database: Engine,
) -> None:
    settle_in(database)
    friday = date(2026, 11, 20)
    plan(database, WARNED, now=at(friday, 16, 55))
    build_messages(database, SETTINGS, at(friday, 16, 55))  # and the process is stopped here
    with a_mail_server() as (kept, server):
        for quiet in (at(friday, 17), at(date(2026, 11, 21), 12), at(MONDAY, 7, 29)):
            tell(database, quiet, server)
        assert kept.taken == []
        assert tell(database, at(MONDAY), server) == {"accepted": 1}


def test_what_waited_into_another_day_is_written_anew(database: Engine) -> None:
    """A mail of 23 December that says "in 3 days" would be wrong on the 28th."""
    settle_in(database)
    before, after = date(2026, 12, 23), date(2026, 12, 28)
    christmas = a_deadline(step("7 days before", before), due=date(2026, 12, 30))
    plan(database, christmas, now=at(before))
    build_messages(database, SETTINGS, at(before, 16, 55))  # and the mail server is down
    with a_mail_server() as (kept, server):
        assert tell(database, at(date(2026, 12, 27), 12), server) == {}
        assert tell(database, at(after), server) == {"accepted": 1}
    (mail,) = kept.to(METTE)
    assert mail["Subject"] == "Frist om 2 dage: 1 sag"
    with reading(database) as connection:
        states = sorted(connection.scalars(select(MESSAGE.c.state)))
    assert states == ["accepted", "superseded"]


def test_what_a_mailbox_was_asked_to_take_keeps_its_bytes_and_its_tries(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    with a_scripted_server(Script(rcpt="451 4.7.1 later")) as server:
        assert tell(database, at(MONDAY, 16, 50), server) == {"retry": 1}
    with a_mail_server() as (_, server):
        assert tell(database, at(TUESDAY), server) == {"accepted": 1}
    with reading(database) as connection:
        assert len(connection.execute(select(MESSAGE.c.uuid)).all()) == 1


def test_a_mail_that_may_not_leave_before_the_holidays_end_is_worth_it_then() -> None:
    hours = at(date(2026, 12, 23), 16, 55)
    until = worth_sending_until(SETTINGS, hours, any_hour=False)
    assert until == at(date(2026, 12, 28), 17, 0)
    assert worth_sending_until(SETTINGS, hours, any_hour=True) == minutes_after(hours, 72 * 60)
    assert worth_sending_until(SETTINGS, at(MONDAY), any_hour=False) == at(date(2026, 11, 26))


def test_an_acute_mail_is_tried_again_at_night(database: Engine) -> None:
    settle_in(database)
    night = at(SATURDAY, 2, 30)
    plan(database, in_hours("4711", night), now=night, binding=Binding.LAW)
    with a_scripted_server(Script(rcpt="451 4.7.1 later")) as server:
        assert tell(database, night, server) == {"retry": 1}
    with a_mail_server() as (_, server):
        assert tell(database, minutes_after(night, 10), server) == {"accepted": 1}


def test_the_hours_are_settings(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    settings = SETTINGS.model_copy(update={"mails_at": time(9)})
    assert build_messages(database, settings, at(MONDAY, 8, 59)) == {}
    assert build_messages(database, settings, at(MONDAY, 9, 0)) == {"morning": 1}


def test_urgent_mails_are_half_an_hour_apart_and_what_moved_is_not_dropped(
    database: Engine,
) -> None:
    settle_in(database, CASES)
    plan(database, WARNED, now=EARLY)
    with a_mail_server() as (kept, server):
        tell(database, at(MONDAY), server)
        for minute, case in enumerate(("4712", "4713", "4714")):
            now = minutes_after(at(MONDAY, 10), 5 * minute)
            plan(database, overdue(case), now=now, binding=Binding.LAW)
            tell(database, now, server)
        assert len(kept.to(METTE)) == 2
        assert tell(database, at(MONDAY, 10, 59), server) == {}
        assert tell(database, at(MONDAY, 11, 0), server) == {"accepted": 1}
    assert kept.to(METTE)[2]["Subject"] == "Overskredet: 2 sager"


def test_the_seventh_urgent_mail_of_a_day_waits_for_the_morning(database: Engine) -> None:
    settle_in(database, CASES)
    plan(database, WARNED, now=EARLY)
    with a_mail_server() as (kept, server):
        tell(database, at(MONDAY), server)
        for number in range(8):
            now = minutes_after(at(MONDAY, 8), 60 * number)
            plan(database, overdue(CASES[number + 1]), now=now, binding=Binding.LAW)
            tell(database, now, server)
        assert len(kept.to(METTE)) == 1 + 6
        tell(database, at(TUESDAY), server)
    assert kept.to(METTE)[7]["Subject"] == "Overskredet: 2 sager"
    with reading(database) as connection:
        assert count_by_state(connection) == {"sent": 9}


def test_one_mailbox_does_not_use_up_what_another_may_get(database: Engine) -> None:
    settle_in(database, CASES)
    plan(database, WARNED, now=EARLY)
    plan(database, warned("4712"), now=EARLY, caseworker="jsk")
    with a_mail_server() as (kept, server):
        tell(database, at(MONDAY), server)
        plan(database, overdue("4713"), now=at(MONDAY, 10), binding=Binding.LAW)
        tell(database, at(MONDAY, 10), server)
        late = at(MONDAY, 10, 35)
        plan(database, overdue("4714"), now=late, binding=Binding.LAW, caseworker="jsk")
        tell(database, late, server)
    assert len(kept.to(JONAS)) == 2


def test_no_number_of_mails_holds_back_what_is_acute(database: Engine) -> None:
    """A law of 24 hours may not wait for half an hour, nor for the morning."""
    settle_in(database, CASES)
    with a_mail_server() as (kept, server):
        for number in range(8):
            now = minutes_after(at(SATURDAY, 10), 3 * number)
            plan(database, in_hours(CASES[number], now), now=now, binding=Binding.LAW)
            tell(database, now, server)
    assert len(kept.to(METTE)) == 8


def test_what_arises_within_two_minutes_is_one_mail(database: Engine) -> None:
    settle_in(database, CASES)
    first = at(SATURDAY, 10)
    with a_mail_server() as (kept, server):
        for seconds, case in ((0, "4711"), (1, "4712")):
            now = minutes_after(first, seconds)
            plan(database, in_hours(case, now), now=now, binding=Binding.LAW)
            tell(database, now, server, group_wait=2)
        assert kept.taken == []
        tell(database, minutes_after(first, 2), server, group_wait=2)
    (mail,) = kept.to(METTE)
    assert "2 sager" in mail["Subject"]


def test_a_morning_with_more_than_one_run_has_one_mail(database: Engine) -> None:
    settle_in(database, CASES)
    plan(database, *map(warned, CASES), now=EARLY)
    with a_mail_server() as (kept, server):
        for minute in range(5):
            tell(database, minutes_after(at(MONDAY), minute), server, group_wait=2)
    assert len(kept.to(METTE)) == 1
    with reading(database) as connection:
        assert connection.execute(select(func.count()).select_from(INTENT)).scalar_one() == 20
