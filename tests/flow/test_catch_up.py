"""After a time in which nobody watched: what holds now is told once, and said to come late."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, func, select

from flows.owing.outage import note_outage, outage_notice
from flows.run import Ran, run
from flows.service.clock_jump import ClockWatch
from flows.settings import Settings
from models.database import reading, writing
from models.deadline_tables import OpsEventRow, RunRow
from models.outages import OUTAGE
from models.outbox import INTENT, count_by_state
from rules.dates import minutes_after
from rules.deadline import Status
from tests.flow.mail_cases import (
    MONDAY,
    SETTINGS,
    TUESDAY,
    WARNED,
    a_deadline,
    at,
    plan,
    settle_in,
    step,
)
from tests.flow.mail_server import text_of
from tests.flow.test_run import ANNA, LENE, Town, town

__all__ = ["town"]  # a fixture of test_run

LATE = "Mailen er forsinket"


def watched(database: Engine, now: datetime) -> None:
    """Let somebody look after the mails at a moment."""
    with writing(database) as connection:
        note_outage(connection, SETTINGS, now)


def outages(database: Engine) -> list[tuple[datetime, datetime]]:
    """Return from when until when nobody watched."""
    with reading(database) as connection:
        rows = connection.execute(select(OUTAGE.c.from_at, OUTAGE.c.until_at).order_by(OUTAGE.c.id))
        return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("last", "first"),
    [
        (at(MONDAY, 7, 29), at(MONDAY, 7, 44)),  # no later than a tick may be
        (at(MONDAY, 17, 0), at(TUESDAY, 7, 30)),  # a night in which nothing was to be sent
        (at(date(2026, 11, 20), 8), at(MONDAY, 7, 30)),  # a weekend
        (at(date(2026, 12, 23), 16), at(date(2026, 12, 28), 7, 31)),  # Christmas
        (at(date(2026, 12, 30), 16), at(date(2027, 1, 4), 7, 30)),  # the change of the year
    ],
)
def test_a_time_in_which_nothing_was_to_be_sent_is_no_outage(
    database: Engine, last: datetime, first: datetime
) -> None:
    watched(database, last)
    watched(database, first)
    assert outages(database) == []


@pytest.mark.parametrize(
    ("last", "first"),
    [
        (at(MONDAY, 7, 29), at(MONDAY, 7, 45)),
        (at(date(2026, 11, 20), 16), at(MONDAY, 11)),  # suspended for three days
        (at(date(2026, 12, 23), 16), at(date(2026, 12, 28), 9)),
        (at(date(2026, 12, 30), 16), at(date(2027, 1, 4), 8)),
        (at(date(2026, 3, 27), 7, 0), at(date(2026, 3, 30), 12)),  # over a night of 23 hours
        (at(date(2026, 10, 23), 7, 0), at(date(2026, 10, 26), 12)),  # and one of 25
    ],
)
def test_a_morning_that_was_missed_is_an_outage_recorded_once(
    database: Engine, last: datetime, first: datetime
) -> None:
    """Fault T6."""
    watched(database, last)
    for _ in range(2):
        watched(database, first)
    assert outages(database) == [(last, first)]


def test_an_hour_rule_that_was_missed_at_night_is_an_outage_too(database: Engine) -> None:
    settle_in(database)
    night = at(MONDAY, 2, 30)
    watched(database, at(MONDAY, 1, 0))
    hours = step("4 hours before", MONDAY, hours=True)._replace(moment=night)
    plan(database, a_deadline(hours, due=minutes_after(night, 240)), now=at(MONDAY, 5, 0))
    watched(database, at(MONDAY, 5, 0))
    assert outages(database) == [(at(MONDAY, 1, 0), at(MONDAY, 5, 0))]


def test_the_first_look_ever_finds_no_outage(database: Engine) -> None:
    watched(database, at(MONDAY, 12))
    assert outages(database) == []


def test_a_mail_says_from_when_until_when_nobody_watched(town: Town) -> None:
    """Fault T6: one mail, the latest step, and the time in it."""
    town.run("2026-11-19 16:00")
    town.kept.taken.clear()
    town.run("2026-11-24 11:00")
    (mail,) = town.kept.to(ANNA)
    text = " ".join(text_of(mail).split())
    assert mail["Subject"].startswith("Overskredet")
    assert LATE in text
    assert "torsdag 19. november 2026 kl. 16.00" in text
    assert "tirsdag 24. november 2026 kl. 11.00" in text


def test_a_short_outage_on_the_day_itself_is_said_too(town: Town) -> None:
    town.run("2026-11-23 05:30")
    town.run("2026-11-23 11:00")
    assert LATE in text_of(town.kept.to(ANNA)[0])


def test_who_was_watched_over_all_the_time_reads_nothing_of_it(town: Town) -> None:
    for at_ in ("2026-11-20 16:00", "2026-11-23 05:30", "2026-11-23 07:30"):
        town.run(at_)
    assert LATE not in text_of(town.kept.to(ANNA)[0])


def test_the_leader_reads_it_where_the_deadline_passed_meanwhile(town: Town) -> None:
    town.run("2026-11-19 16:00")
    town.run("2026-11-25 08:00")
    assert any(LATE in text_of(mail) for mail in town.kept.to(LENE))


def test_the_operator_is_told_of_more_than_a_day_with_how_much_came_late(town: Town) -> None:
    town.run("2026-11-19 16:00")
    ran = town.run("2026-11-24 11:00")
    (notice,) = [notice for notice in ran.notices if "was down" in notice.en]
    assert "from Thu 19 Nov 2026 16:00 to Tue 24 Nov 2026 11:00" in notice.en
    assert "2 reminders are sent late, the oldest 99 hours" in notice.en
    assert "fra tors. 19. nov. 2026" in notice.da or "fra tor. 19. nov. 2026" in notice.da
    assert town.alarms()["outage"] is False
    assert not any("was down" in notice.en for notice in town.run("2026-11-24 11:01").notices)
    assert town.alarms()["outage"] is True


def test_of_a_morning_alone_the_operator_is_not_alarmed(town: Town) -> None:
    town.run("2026-11-23 05:30")
    town.run("2026-11-23 11:00")
    assert "outage" not in town.alarms()


def test_three_missed_weeks_are_one_digest_that_names_them(town: Town) -> None:
    town.run("2026-11-02 08:00")
    town.kept.taken.clear()
    town.run("2026-11-24 10:00")
    (mail,) = [mail for mail in town.kept.to(LENE) if "Overblik" in mail["Subject"]]
    assert "46" in mail["Subject"]
    assert "48" in mail["Subject"]
    text = " ".join(text_of(mail).split())
    assert "mandag 2. november 2026 kl. 08.00" in text
    assert "tirsdag 24. november 2026 kl. 10.00" in text


def test_what_was_resolved_during_the_outage_is_not_told(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=at(MONDAY, 5))
    watched(database, at(MONDAY, 5))
    plan(database, WARNED._replace(status=Status.MET, reached=()), now=at(TUESDAY, 10))
    with reading(database) as connection:
        assert count_by_state(connection) == {"cancelled": 1}


def test_passed_over_steps_are_recorded_as_such(database: Engine) -> None:
    """Fault T6: steps of a weekend, Christmas and the new year, all at once."""
    settle_in(database)
    steps = [step(f"{n} days before", date(2026, 12, 31 - n)) for n in (14, 7, 3)]
    over = [step(f"every 1 day {n}", date(2027, 1, n)) for n in (1, 2, 3)]
    deadline = a_deadline(*steps, *over, due=date(2026, 12, 31), status=Status.OVERDUE)
    plan(database, deadline, now=at(date(2027, 1, 4), 8))
    with reading(database) as connection:
        assert count_by_state(connection) == {"planned": 1, "superseded": 5}


class Machine:
    """A machine whose clock is moved while the time that really passes goes on."""

    def __init__(self, at: datetime) -> None:
        self.at, self.seconds = at, 0.0

    def pass_by(self, minutes: int, *, clock: int | None = None) -> datetime:
        """Let minutes pass; the clock moves by as many, unless said otherwise."""
        self.seconds += 60 * minutes
        self.at = minutes_after(self.at, minutes if clock is None else clock)
        return self.at


def a_run(database: Engine, watch: ClockWatch, now: datetime) -> Ran:
    """Run once with a watch over the clock."""
    settings: Settings = SETTINGS
    return run(database, settings, lambda: now, clock_watch=watch)


@pytest.mark.parametrize("jump", [6, 24 * 60, 3 * 24 * 60])
def test_a_clock_that_jumps_pauses_the_planning_once_and_tells(database: Engine, jump: int) -> None:
    """Fault T4 forwards; a machine that slept looks the same."""
    settle_in(database)
    machine = Machine(at(TUESDAY, 9, 0))
    watch = ClockWatch(lambda: machine.seconds)
    a_run(database, watch, machine.at)
    runs = "SELECT count(*) FROM run WHERE schedule IN ('evaluate', 'mails', 'digest')"
    with reading(database) as connection:
        before = connection.exec_driver_sql(runs).scalar_one()
    ran = a_run(database, watch, machine.pass_by(1, clock=jump + 1))
    assert any(f"+{jump} minutes" in notice.en for notice in ran.notices)
    with reading(database) as connection:
        assert connection.exec_driver_sql(runs).scalar_one() == before
        kinds = set(connection.scalars(select(OpsEventRow.kind)))
    assert "clock moved" in kinds
    if database.dialect.name == "postgresql":
        assert any("The database's clock shows" in notice.en for notice in ran.notices)
    again = a_run(database, watch, machine.pass_by(1))
    assert not any("was moved" in notice.en for notice in again.notices)


def test_a_clock_set_back_repeats_nothing_and_planning_waits(database: Engine) -> None:
    """Fault T4: an hour and a day back."""
    settle_in(database)
    machine = Machine(at(TUESDAY, 9, 0))
    watch = ClockWatch(lambda: machine.seconds)
    a_run(database, watch, machine.at)
    with reading(database) as connection:
        owed = connection.scalar(select(func.count()).select_from(INTENT))
        last = connection.scalar(select(func.max(RunRow.started_at)))
    for back in (-60, -24 * 60):
        a_run(database, watch, machine.pass_by(1, clock=back))
        a_run(database, watch, machine.pass_by(1))
    with reading(database) as connection:
        assert connection.scalar(select(func.count()).select_from(INTENT)) == owed
        assert connection.scalar(select(func.max(RunRow.started_at))) == last


@pytest.mark.parametrize("drift", [-5, -1, 0, 4, 5])
def test_a_clock_that_is_corrected_a_little_is_no_matter(drift: int) -> None:
    machine = Machine(datetime(2026, 11, 23, 8, tzinfo=UTC))
    watch = ClockWatch(lambda: machine.seconds)
    assert watch.jumped(machine.at) == 0
    assert watch.jumped(machine.pass_by(1, clock=1 + drift)) == 0


@pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_nights_in_which_the_clocks_change_are_no_jump(night: date) -> None:
    """Faults T1 and T2: the clock people see changes, the machine's does not."""
    machine = Machine(at(night, 0, 0))
    watch = ClockWatch(lambda: machine.seconds)
    assert [watch.jumped(machine.pass_by(30)) for _ in range(20)] == [0] * 20


def test_more_than_a_day_is_told_and_a_job_that_runs_once_a_day_is_not() -> None:
    from models.outages import Outage

    begun = datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert outage_notice(Outage(begun, minutes_after(begun, 24 * 60 + 1))) is None
    assert outage_notice(Outage(begun, minutes_after(begun, 25 * 60))) is not None
    assert outage_notice(None) is None
