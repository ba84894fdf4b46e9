"""All arithmetic with days and instants. No other module adds, subtracts or rounds a date.

Civil dates are Danish local dates; instants are aware datetimes in UTC. The way of
counting is stated in docs/decisions/0004-counting-time.md.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")
MORNING = time(7, 30)
ONE_DAY = timedelta(days=1)

Moment = date | datetime


class Unit(StrEnum):
    """The units of time a rule may count in."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"

    @property
    def one(self) -> str:
        """The unit's name after the number one ("1 working day")."""
        return self.value[:-1]


LONGEST_DAYS = {Unit.DAYS: 1, Unit.WEEKS: 7, Unit.MONTHS: 31, Unit.YEARS: 366}


@dataclass(frozen=True, slots=True)
class Duration:
    """A positive number of one unit, as it is written in a rule file."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.one if self.amount == 1 else self.unit.value}"


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later (earlier, if negative).

    A day that the target month lacks becomes that month's last day, so rounding is
    always to the earlier day.
    Raises: OverflowError outside the years 1 to 9999.
    Source: docs/decisions/0004-counting-time.md.

    >>> add_months(date(2025, 10, 31), 4)
    datetime.date(2026, 2, 28)
    >>> add_months(date(2026, 8, 31), -6)
    datetime.date(2026, 2, 28)
    """
    years, month0 = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month0 + 1
    if not 1 <= year <= 9999:
        raise OverflowError(f"{day} plus {months} months is outside the calendar")
    if day.day <= 28:
        return date(year, month, day.day)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def days_in_month(year: int, month: int) -> int:
    """Return how many days a month has.

    >>> days_in_month(2026, 2), days_in_month(2028, 2)
    (28, 29)
    """
    return monthrange(year, month)[1]


@lru_cache(maxsize=512)
def danish_holidays(year: int) -> frozenset[date]:
    """The public holidays of a year in Denmark; Store Bededag only through 2023.

    Source: the library `holidays`, which follows lov 214/2023 on Store Bededag.
    """
    import holidays  # heavy, and not needed by rules that count no working days

    return frozenset(holidays.country_holidays("DK", years=year, observed=False).keys())


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are working days: weekdays (Monday is 0) less holidays and fixed closed days.

    `closed` holds (month, day) pairs that are closed every year beside the holidays.
    """

    name: str
    weekdays: frozenset[int]
    closed: frozenset[tuple[int, int]] = field(default=frozenset({(6, 5), (12, 24), (12, 31)}))

    def is_open(self, day: date) -> bool:
        """Say whether the municipality works on that day."""
        return (
            day.weekday() in self.weekdays
            and (day.month, day.day) not in self.closed
            and day not in danish_holidays(day.year)
        )

    def add(self, day: date, working_days: int) -> date:
        """Return the last of so many working days after `day` (before it, if negative).

        The day itself is not counted. Zero days is the day itself, open or not.

        >>> MUNICIPAL.add(date(2025, 6, 2), 6)
        datetime.date(2025, 6, 12)
        >>> MONDAY_TO_SATURDAY.add(date(2025, 6, 2), 6)
        datetime.date(2025, 6, 11)
        """
        if working_days == 0:
            return day
        year, days = day.year, _open_days(self, day.year)
        before = bisect_right(days, day) - 1 if working_days > 0 else bisect_left(days, day)
        place = before + working_days
        while place >= len(days):
            place -= len(days)
            year += 1
            days = _open_days(self, year)
        while place < 0:
            year -= 1
            days = _open_days(self, year)
            place += len(days)
        return days[place]

    def open_days_between(self, day: date, later: date) -> int:
        """Return how many days after `day`, through `later`, are open.

        >>> MUNICIPAL.open_days_between(date(2026, 11, 20), date(2026, 11, 24))
        2
        """
        if later <= day:
            return 0
        years = [_open_days(self, year) for year in range(day.year, later.year + 1)]
        after = len(years[-1]) - bisect_right(years[-1], later)
        return sum(map(len, years)) - bisect_right(years[0], day) - after

    def at_or_after(self, day: date) -> date:
        """Return the day if it is open, else the next open day."""
        while not self.is_open(day):
            day += ONE_DAY
        return day

    def at_or_before(self, day: date) -> date:
        """Return the day if it is open, else the last open day before it."""
        while not self.is_open(day):
            day -= ONE_DAY
        return day


@lru_cache(maxsize=512)
def _open_days(calendar: Calendar, year: int) -> list[date]:
    if not 1 <= year <= 9999:
        raise OverflowError(f"the year {year} is outside the calendar")
    return list(filter(calendar.is_open, days_from(date(year, 1, 1), date(year, 12, 31))))


MUNICIPAL = Calendar("municipal", frozenset(range(5)))
MONDAY_TO_SATURDAY = Calendar("mon-sat", frozenset(range(6)))
CALENDARS = {calendar.name: calendar for calendar in (MUNICIPAL, MONDAY_TO_SATURDAY)}


def day_of(moment: Moment) -> date:
    """Return the Danish local day of a moment.

    >>> day_of(datetime(2026, 1, 1, 23, 30, tzinfo=UTC))
    datetime.date(2026, 1, 2)
    """
    return moment.astimezone(DENMARK).date() if isinstance(moment, datetime) else moment


def instant_of(moment: Moment) -> datetime:
    """Return the UTC instant of a moment; a day known without a time counts from its 00:00.

    >>> instant_of(date(2026, 7, 1))
    datetime.datetime(2026, 6, 30, 22, 0, tzinfo=datetime.timezone.utc)
    """
    return moment if isinstance(moment, datetime) else start_of(moment)


@lru_cache(maxsize=65536)
def start_of(day: date) -> datetime:
    """Return the UTC instant at which a Danish day begins."""
    return datetime.combine(day, time(0), DENMARK).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return the first UTC instant after a Danish day: 23, 24 or 25 hours after it began."""
    return start_of(day + ONE_DAY)


@lru_cache(maxsize=65536)
def morning_of(day: date) -> datetime:
    """Return the UTC instant of 07:30 Danish time, when the mails of a day leave."""
    return at_local(day, MORNING)


def at_local(day: date, clock: time) -> datetime:
    """Return the UTC instant of a local time. In the doubled autumn hour: the first of the two."""
    return datetime.combine(day, clock, DENMARK).astimezone(UTC)


def exists_locally(day: date, clock: time) -> bool:
    """Say whether Danish clocks show that time that day; one hour of a spring night does not exist.

    >>> exists_locally(date(2026, 3, 29), time(2, 30)), exists_locally(date(2026, 3, 29), time(3))
    (False, True)
    """
    return at_local(day, clock).astimezone(DENMARK).time() == clock


def last_minute_of(day: date) -> datetime:
    """Return 23:59 Danish time as a UTC instant: the moment meant by a day without a time."""
    return at_local(day, time(23, 59))


def add(
    start: Moment, duration: Duration, calendar: Calendar = MUNICIPAL, times: int = 1
) -> Moment:
    """Return the last moment in time, `times` durations after `start` (before, if negative).

    Hours give an aware UTC instant, exactly so much later; every other unit gives a
    date, counted from the local day of `start`, which itself is day 0. Several
    times are one addition, so month ends do not drift.
    Units: civil days in Denmark; hours of elapsed time.
    Raises: OverflowError outside the years 1 to 9999.
    Source: docs/decisions/0004-counting-time.md.

    >>> add(date(2025, 8, 31), Duration(6, Unit.MONTHS), times=2)
    datetime.date(2026, 8, 31)
    >>> add(datetime(2026, 10, 24, 10, tzinfo=UTC), Duration(24, Unit.HOURS)).hour
    10
    """
    amount = duration.amount * times
    match duration.unit:
        case Unit.HOURS:
            return instant_of(start) + timedelta(hours=amount)
        case Unit.WORKING_DAYS:
            return calendar.add(day_of(start), amount)
        case Unit.DAYS | Unit.WEEKS:
            days = amount if duration.unit is Unit.DAYS else 7 * amount
            return day_of(start) + timedelta(days=days)
        case Unit.MONTHS | Unit.YEARS:
            months = amount if duration.unit is Unit.MONTHS else 12 * amount
            return add_months(day_of(start), months)


def times_until(
    first: Moment, duration: Duration, at: datetime, calendar: Calendar = MUNICIPAL
) -> int:
    """Return how many whole times a duration fits from `first` to an instant, which comes later.

    >>> times_until(date(2026, 1, 31), Duration(1, Unit.MONTHS), start_of(date(2026, 3, 30)))
    1
    """
    if duration.unit is Unit.HOURS:
        return (at - instant_of(first)) // timedelta(hours=duration.amount)
    day, today = day_of(first), day_of(at)
    if duration.unit is Unit.WORKING_DAYS:
        return calendar.open_days_between(day, today) // duration.amount
    times = (today - day).days // (duration.amount * LONGEST_DAYS[duration.unit])
    while day_of(add(day, duration, calendar, times + 1)) <= today:
        times += 1
    return times


def birthday(born: date, age: int) -> date:
    """Return the day someone turns `age`. Born 29 February: 28 February in ordinary years.

    Source: docs/decisions/0004-counting-time.md; the statutes do not settle leap days.

    >>> birthday(date(2008, 2, 29), 18)
    datetime.date(2026, 2, 28)
    """
    return add_months(born, 12 * age)


def age_on(born: date, day: date) -> int:
    """Return the age in whole years on a day; it changes on the birthday.

    >>> age_on(date(2008, 2, 29), date(2026, 2, 27)), age_on(date(2008, 2, 29), date(2026, 2, 28))
    (17, 18)
    """
    years = day.year - born.year
    return years if birthday(born, years) <= day else years - 1


def is_late(done: Moment, due: Moment) -> bool:
    """Say whether something done came too late.

    A date lasts to the end of its local day; an instant may be hit exactly. Something known
    only by its day counts as done at the beginning of that day against an exact instant.
    """
    if isinstance(due, datetime):
        return instant_of(done) >= too_late_from(due)
    return day_of(done) > due


def too_late_from(due: Moment) -> datetime:
    """Return the first UTC instant that is too late: next local midnight, or the next second."""
    return due + timedelta(seconds=1) if isinstance(due, datetime) else end_of(due)


def not_before(moment: Moment, start: Moment) -> bool:
    """Say whether a moment lies on or after another; by instants when both have a time."""
    if isinstance(moment, datetime) and isinstance(start, datetime):
        return moment >= start
    return day_of(moment) >= day_of(start)


def not_after(moment: Moment, at: datetime) -> bool:
    """Say whether a moment has come by an instant; a day has come from its beginning."""
    return moment <= at if isinstance(moment, datetime) else moment <= day_of(at)


def earlier(one: Moment, other: Moment) -> Moment:
    """Return the moment that passes first; a date passes at the end of its day."""
    return one if too_late_from(one) <= too_late_from(other) else other


def days_between(first: date, last: date) -> int:
    """Return how many days lie from `first` to `last` (negative when `last` comes first)."""
    return (last - first).days


def days_from(first: date, last: date) -> Iterator[date]:
    """Give every day from `first` through `last`."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def first_monday_of_next_year(day: date) -> date:
    """Return the first Monday of the year after a day's: an ordinary day to begin an example on.

    >>> first_monday_of_next_year(date(2026, 11, 21))
    datetime.date(2027, 1, 4)
    """
    first = date(day.year + 1, 1, 1)
    return first + timedelta(days=-first.weekday() % 7)


def shift_days(day: date, days: int) -> date:
    """Return the day so many days later (earlier, if negative)."""
    return day + timedelta(days=days)


def minutes_after(at: datetime, minutes: int) -> datetime:
    """Return the instant so many minutes later (earlier, if negative).

    >>> minutes_after(datetime(2026, 3, 29, 0, 50, tzinfo=UTC), 15).astimezone(DENMARK).hour
    3
    """
    return at + timedelta(minutes=minutes)


def next_minute(at: datetime) -> datetime:
    """Return the instant if it is on a full minute, else the next full minute.

    >>> next_minute(datetime(2026, 3, 10, 9, 15, 1, tzinfo=UTC)).minute
    16
    """
    whole = at.replace(second=0, microsecond=0)
    return at if whole == at else minutes_after(whole, 1)


def hours_between(first: datetime, last: datetime) -> int:
    """Return how many whole hours lie from one instant to another, rounded down.

    Half an hour after is 0, half an hour before is -1: what is over is never called 0.

    >>> noon = datetime(2026, 3, 29, 12, tzinfo=UTC)
    >>> hours_between(noon, minutes_after(noon, 239)), hours_between(noon, minutes_after(noon, -30))
    (3, -1)
    """
    return (last - first) // timedelta(hours=1)
