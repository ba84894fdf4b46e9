"""Weeks as an office counts them: from Monday, and from the first day that it is open."""

from __future__ import annotations

from datetime import date

from rules.dates import MUNICIPAL, shift_days


def monday_of(day: date) -> date:
    """Return the first day of the week a day is in.

    >>> monday_of(date(2026, 4, 8))
    datetime.date(2026, 4, 6)
    """
    return shift_days(day, -day.weekday())


def first_working_day_of_week(day: date) -> date:
    """Return the first working day of the week a day is in.

    >>> first_working_day_of_week(date(2026, 4, 8))
    datetime.date(2026, 4, 7)
    """
    return MUNICIPAL.at_or_after(monday_of(day))
