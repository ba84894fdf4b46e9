"""Counting time, against tables written by hand and against laws that must hold for every date.

Most of what other deadline systems get wrong is arithmetic that nobody tested (peers, F19):
holidays loaded once (F20), two sets of holidays in one calculator (F12).
"""

from __future__ import annotations

from calendar import isleap
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.dates import (
    DENMARK,
    MONDAY_TO_SATURDAY,
    MUNICIPAL,
    Calendar,
    Duration,
    Moment,
    Unit,
    add,
    add_months,
    age_on,
    birthday,
    danish_holidays,
    day_of,
    days_between,
    days_from,
    earlier,
    end_of,
    instant_of,
    is_late,
    morning_of,
    shift_days,
    start_of,
    times_until,
    too_late_from,
)
from rules.spans import span

DAYS = st.dates(date(2000, 1, 1), date(2080, 12, 31))
INSTANTS = st.builds(
    lambda day, second: start_of(day) + timedelta(seconds=second), DAYS, st.integers(0, 86_399)
)
CALENDARS = st.sampled_from([MUNICIPAL, MONDAY_TO_SATURDAY])
DATE_UNITS = st.sampled_from([Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS])
SHORT = st.integers(1, 60)


def local(text: str) -> datetime:
    """The UTC instant of a Danish local time. `fold=1` of the doubled hour is written with a *."""
    naive = datetime.fromisoformat(text.rstrip("*"))
    return naive.replace(tzinfo=DENMARK, fold=int(text.endswith("*"))).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "last"),
    [
        # days and weeks: the day itself is day 0; a week ends on the same weekday
        ("2026-11-20", 1, Unit.DAYS, "2026-11-21"),
        ("2026-11-20", 14, Unit.DAYS, "2026-12-04"),
        ("2026-01-05", 8, Unit.WEEKS, "2026-03-02"),
        ("2028-02-28", 1, Unit.DAYS, "2028-02-29"),
        # week 53, which 2026 has
        ("2026-12-28", 1, Unit.WEEKS, "2027-01-04"),
        ("2026-12-31", 1, Unit.WEEKS, "2027-01-07"),
        # months: the same day number, or the month's last day, always the earlier one
        ("2026-10-31", 4, Unit.MONTHS, "2027-02-28"),
        ("2027-10-31", 4, Unit.MONTHS, "2028-02-29"),
        ("2026-11-30", 3, Unit.MONTHS, "2027-02-28"),
        ("2026-01-31", 1, Unit.MONTHS, "2026-02-28"),
        ("2026-02-28", 1, Unit.MONTHS, "2026-03-28"),
        ("2026-05-31", 1, Unit.MONTHS, "2026-06-30"),
        ("2026-08-15", 6, Unit.MONTHS, "2027-02-15"),
        # years: 29 February has its 28th in ordinary years
        ("2028-02-29", 1, Unit.YEARS, "2029-02-28"),
        ("2028-02-29", 4, Unit.YEARS, "2032-02-29"),
        ("2026-02-28", 1, Unit.YEARS, "2027-02-28"),
    ],
)
def test_a_period_ends_on_the_day_in_the_table(
    start: str, amount: int, unit: Unit, last: str
) -> None:
    assert add(date.fromisoformat(start), Duration(amount, unit)) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "first"),
    [
        ("2026-08-31", 6, Unit.MONTHS, "2026-02-28"),
        ("2028-08-31", 6, Unit.MONTHS, "2028-02-29"),
        ("2027-09-10", 6, Unit.MONTHS, "2027-03-10"),
        ("2026-03-02", 14, Unit.DAYS, "2026-02-16"),
        ("2026-04-08", 2, Unit.WORKING_DAYS, "2026-04-01"),
    ],
)
def test_counting_backwards_rounds_to_the_earlier_day_too(
    start: str, amount: int, unit: Unit, first: str
) -> None:
    found = add(date.fromisoformat(start), Duration(amount, unit), times=-1)
    assert found == date.fromisoformat(first)


@pytest.mark.parametrize(
    ("start", "last"),
    [
        ("2026-10-24 12:00", "2026-10-25 11:00"),  # the night with 25 hours
        ("2026-10-25 01:30", "2026-10-26 00:30"),
        ("2026-10-25 02:30", "2026-10-26 01:30"),  # the first of two half past twos
        ("2026-10-25 02:30*", "2026-10-26 02:30"),  # the second
        ("2026-03-28 12:00", "2026-03-29 13:00"),  # the night with 23 hours
        ("2026-03-28 02:30", "2026-03-29 03:30"),  # half past two does not exist on the day after
        ("2026-06-01 09:15", "2026-06-02 09:15"),
        ("2026-12-31 18:00", "2027-01-01 18:00"),
    ],
)
def test_24_hours_are_24_hours_in_any_night(start: str, last: str) -> None:
    assert add(local(start), Duration(24, Unit.HOURS)) == local(last)


def test_hours_from_a_day_without_a_time_count_from_its_midnight() -> None:
    assert add(date(2026, 5, 11), Duration(24, Unit.HOURS)) == local("2026-05-12 00:00")


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-29", 23), ("2026-10-25", 25), ("2027-03-28", 23), ("2026-06-05", 24)],
)
def test_a_date_lasts_as_long_as_its_day(day: str, hours: int) -> None:
    found = date.fromisoformat(day)
    assert end_of(found) - start_of(found) == timedelta(hours=hours)
    assert too_late_from(found) == end_of(found)


def test_an_instant_may_be_hit_exactly_and_the_next_second_is_late() -> None:
    due = local("2026-03-11 09:15")
    assert not is_late(due, due)
    assert is_late(due + timedelta(seconds=1), due)


# Every closed day of the municipal calendar that is not a Saturday or a Sunday. By hand.
CLOSED_WEEKDAYS = {
    2023: "04-06 04-07 04-10 05-05 05-18 05-29 06-05 12-25 12-26",  # 5 May: Store Bededag
    2024: "01-01 03-28 03-29 04-01 05-09 05-20 06-05 12-24 12-25 12-26 12-31",
    2025: "01-01 04-17 04-18 04-21 05-29 06-05 06-09 12-24 12-25 12-26 12-31",
    2026: "01-01 04-02 04-03 04-06 05-14 05-25 06-05 12-24 12-25 12-31",
    2027: "01-01 03-25 03-26 03-29 05-06 05-17 12-24 12-31",
    2028: "04-13 04-14 04-17 05-25 06-05 12-25 12-26",
}


@pytest.mark.parametrize("year", CLOSED_WEEKDAYS)
def test_the_municipality_is_closed_on_exactly_the_days_in_the_table(year: int) -> None:
    days = days_from(date(year, 1, 1), date(year, 12, 31))
    closed = {day for day in days if day.weekday() < 5 and not MUNICIPAL.is_open(day)}
    assert closed == {date.fromisoformat(f"{year}-{day}") for day in CLOSED_WEEKDAYS[year].split()}


EASTERS = {2024: "03-31", 2025: "04-20", 2026: "04-05", 2027: "03-28", 2028: "04-16"}
FROM_EASTER = {"Skærtorsdag": -3, "Langfredag": -2, "2. påskedag": 1, "Kr. himmelfart": 39,
               "Pinsedag": 49, "2. pinsedag": 50}  # fmt: skip


@pytest.mark.parametrize("year", EASTERS)
@pytest.mark.parametrize("holiday", FROM_EASTER)
def test_every_holiday_that_moves_with_easter_is_known(year: int, holiday: str) -> None:
    easter = date.fromisoformat(f"{year}-{EASTERS[year]}")
    assert shift_days(easter, FROM_EASTER[holiday]) in danish_holidays(year)


@pytest.mark.parametrize(
    ("day", "is_holiday"),
    [("2022-05-13", True), ("2023-05-05", True), ("2024-04-26", False), ("2030-05-17", False)],
)
def test_store_bededag_is_a_holiday_through_2023_only(day: str, is_holiday: bool) -> None:
    found = date.fromisoformat(day)
    assert (found in danish_holidays(found.year)) is is_holiday
    assert MUNICIPAL.is_open(found) is not is_holiday


@pytest.mark.parametrize("day", ["2026-05-01", "2026-05-15", "2027-12-27"])
def test_days_that_are_often_free_but_no_holidays_are_open(day: str) -> None:
    assert MUNICIPAL.is_open(date.fromisoformat(day))


def test_holidays_of_a_year_far_ahead_are_known_when_they_are_asked_for() -> None:
    # F20: holidays loaded once at start, to one year ahead
    assert date(2079, 12, 25) in danish_holidays(2079)
    assert not MUNICIPAL.is_open(date(2079, 4, 24))  # 2. påskedag


# Received Monday 2 June 2025, six working days; Whit Monday is the 9th.
@pytest.mark.parametrize(
    ("saturdays", "fifth_of_june", "last"),
    [(True, True, 10), (True, False, 11), (False, True, 11), (False, False, 12)],
)
def test_six_working_days_from_2_june_2025_as_the_statutes_may_be_read(
    saturdays: bool, fifth_of_june: bool, last: int
) -> None:
    closed = frozenset({(12, 24), (12, 31)} if fifth_of_june else {(6, 5), (12, 24), (12, 31)})
    calendar = Calendar("asked", frozenset(range(6 if saturdays else 5)), closed)
    assert calendar.add(date(2025, 6, 2), 6) == date(2025, 6, last)


@pytest.mark.parametrize(
    ("start", "amount", "municipal", "with_saturdays"),
    [
        ("2026-11-20", 1, "2026-11-23", "2026-11-21"),  # from a Friday
        ("2026-11-21", 1, "2026-11-23", "2026-11-23"),  # from a Saturday
        ("2026-11-22", 1, "2026-11-23", "2026-11-23"),  # from a Sunday
        ("2026-11-16", 6, "2026-11-24", "2026-11-23"),
        ("2026-03-27", 5, "2026-04-08", "2026-04-04"),  # over Easter, whose Saturday is no holiday
        ("2026-12-23", 1, "2026-12-28", "2026-12-28"),  # over Christmas; the 26th is a holiday
        ("2026-12-30", 1, "2027-01-04", "2027-01-02"),
        ("2023-05-04", 1, "2023-05-08", "2023-05-06"),  # Store Bededag still counts
        ("2024-04-25", 1, "2024-04-26", "2024-04-26"),  # and no longer does
    ],
)
def test_working_days_end_on_the_day_in_the_table(
    start: str, amount: int, municipal: str, with_saturdays: str
) -> None:
    day = date.fromisoformat(start)
    assert MUNICIPAL.add(day, amount) == date.fromisoformat(municipal)
    assert MONDAY_TO_SATURDAY.add(day, amount) == date.fromisoformat(with_saturdays)


def test_a_half_yearly_grid_from_31_august_does_not_drift() -> None:
    half_year = Duration(6, Unit.MONTHS)
    grid = [add(date(2025, 8, 31), half_year, times=times) for times in range(1, 7)]
    assert [str(day) for day in grid] == [
        "2026-02-28", "2026-08-31", "2027-02-28", "2027-08-31", "2028-02-29", "2028-08-31",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("born", "age", "on"),
    [
        ("2008-02-29", 18, "2026-02-28"),
        ("2008-02-29", 20, "2028-02-29"),
        ("2008-03-01", 18, "2026-03-01"),
        ("2009-08-31", 18, "2027-08-31"),
    ],
)
def test_a_birthday_is_on_the_day_in_the_table(born: str, age: int, on: str) -> None:
    day = date.fromisoformat(on)
    assert birthday(date.fromisoformat(born), age) == day
    assert age_on(date.fromisoformat(born), day) == age
    assert age_on(date.fromisoformat(born), shift_days(day, -1)) == age - 1


@given(DAYS, SHORT, DATE_UNITS)
def test_a_period_never_ends_later_than_if_every_month_were_full(
    day: date, amount: int, unit: Unit
) -> None:
    length = Duration(amount, unit)
    shortest, longest = span(length)
    assert shortest - 3 <= days_between(day, day_of(add(day, length))) <= longest


@given(DAYS, st.integers(1, 1200))
def test_a_month_end_is_rounded_to_the_earlier_day(day: date, months: int) -> None:
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and shift_days(found, 1).day == 1)


@given(DAYS, st.integers(0, 400), SHORT, st.sampled_from(Unit), CALENDARS)
def test_starting_later_never_ends_earlier(
    day: date, later: int, amount: int, unit: Unit, calendar: Calendar
) -> None:
    # peers, section 5: shifting the start never moves the deadline backwards
    length = Duration(amount, unit)
    one, other = add(day, length, calendar), add(shift_days(day, later), length, calendar)
    assert instant_of(one) <= instant_of(other)


@given(INSTANTS, st.integers(1, 200))
def test_hours_are_elapsed_time_whatever_the_clocks_do(instant: datetime, hours: int) -> None:
    assert add(instant, Duration(hours, Unit.HOURS)) == instant + timedelta(hours=hours)


@given(DAYS, st.integers(1, 40) | st.integers(200, 800), CALENDARS)
def test_working_days_end_on_an_open_day_with_exactly_that_many_open_days_passed(
    day: date, amount: int, calendar: Calendar
) -> None:
    last = calendar.add(day, amount)
    passed = [one for one in days_from(day, last) if one != day and calendar.is_open(one)]
    assert (len(passed), passed[-1]) == (amount, last)
    assert calendar.open_days_between(day, last) == amount
    assert MONDAY_TO_SATURDAY.add(day, amount) <= MUNICIPAL.add(day, amount)


@given(DAYS, st.integers(1, 400), CALENDARS)
def test_working_days_counted_back_come_back(day: date, amount: int, calendar: Calendar) -> None:
    start = calendar.at_or_after(day)
    assert calendar.add(calendar.add(start, amount), -amount) == start


@given(DAYS, CALENDARS)
def test_moving_to_an_open_day_moves_as_little_as_possible(day: date, calendar: Calendar) -> None:
    before, after = calendar.at_or_before(day), calendar.at_or_after(day)
    assert before <= day <= after
    assert calendar.is_open(before)
    assert calendar.is_open(after)
    between = days_from(shift_days(before, 1), shift_days(after, -1))
    assert before == after or not any(map(calendar.is_open, between))


@given(DAYS)
def test_a_day_begins_where_the_one_before_ends_and_has_its_morning_at_half_past_seven(
    day: date,
) -> None:
    assert end_of(day) == start_of(shift_days(day, 1))
    assert day_of(start_of(day)) == day
    assert day_of(end_of(day) - timedelta(microseconds=1)) == day
    assert morning_of(day).astimezone(DENMARK).time() == time(7, 30)


@given(DAYS, st.integers(0, 100))
def test_someone_has_an_age_from_the_birthday_to_the_day_before_the_next(
    born: date, age: int
) -> None:
    first, beyond = birthday(born, age), birthday(born, age + 1)
    assert age_on(born, first) == age == age_on(born, shift_days(beyond, -1))
    if (born.month, born.day) == (2, 29) and not isleap(first.year):
        assert (first.month, first.day) == (2, 28)


@given(DAYS, SHORT, st.sampled_from(Unit), st.integers(0, 4000))
def test_so_many_whole_times_fit_and_not_one_more(
    day: date, amount: int, unit: Unit, later: int
) -> None:
    at, length = start_of(shift_days(day, later)), Duration(amount, unit)
    times = times_until(day, length, at)
    assert times >= 0
    assert times == 0 or instant_of(add(day, length, times=times)) <= at
    assert instant_of(add(day, length, times=times + 1)) > at


@given(DAYS | INSTANTS, DAYS | INSTANTS)
def test_of_two_moments_the_earlier_is_the_one_that_is_too_late_first(
    one: Moment, other: Moment
) -> None:
    found = earlier(one, other)
    assert found in (one, other)
    assert too_late_from(found) == min(too_late_from(one), too_late_from(other))
