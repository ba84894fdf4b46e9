"""Stretches of days on which something that must be in place is not, or there is too much of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import accumulate, zip_longest
from typing import NamedTuple

from rules.book import Terms
from rules.case import History, Record
from rules.dates import Moment, day_of, shift_days
from rules.deciding.matter import Matter
from rules.deciding.versions import terms_for
from rules.deciding.view import change_days, holds


class Stretch(NamedTuple):
    """From the first day with the fault to the first day without it; `over` None: it lasts."""

    start: Moment
    over: date | None


def stretches(matter: Matter) -> list[Stretch]:
    """Return the faulty stretches of the interval that began by today, oldest first."""
    interval = matter.interval
    found: list[Stretch] = []
    since: Moment | None = None
    for day, number in _numbers_in_interval(matter):
        faulty = _is_faulty(matter, number)
        if faulty and since is None:
            since = interval.start if day == interval.first else day
        elif not faulty and since is not None:
            found.append(Stretch(since, day))
            since = None
    return found if since is None else [*found, Stretch(since, None)]


def _is_faulty(matter: Matter, number: int) -> bool:
    if matter.rule.must.form == "have":
        return number == 0
    limit = _terms(matter).limit
    return limit is not None and number > limit


def _numbers_in_interval(matter: Matter) -> list[tuple[date, int]]:
    """Return from which day of the interval on how many records counted, until today."""
    first, stop, today = matter.interval.first, matter.interval.stop, matter.view.today
    before, inside = 0, []
    for day, number in numbers(matter):
        if day <= first:
            before = number
        elif day <= today and (stop is None or day < stop):
            inside.append((day, number))
    return [(first, before), *inside]


def numbers(matter: Matter) -> list[tuple[date, int]]:
    """Return from which day on how many records count, in order of days."""
    counted = _counted_elsewhere(matter)
    if counted is not None:
        return [
            (date.min if day is None else day, value if isinstance(value, int) else 0)
            for day, value in zip(counted.days, counted.values, strict=True)
        ]
    steps: dict[date, int] = {}
    for sibling in _siblings(matter):
        for first, beyond in _days_in_place(matter, sibling):
            steps[first] = steps.get(first, 0) + 1
            if beyond is not None:
                steps[beyond] = steps.get(beyond, 0) - 1
    days = sorted(steps)
    return list(zip(days, accumulate(steps[day] for day in days), strict=True))


def _days_in_place(matter: Matter, sibling: Record) -> Iterator[tuple[date, date | None]]:
    """Give the stretches of days on which a record counts: first day, first day after."""
    began = matter.view.began(sibling)
    if began is None:
        return
    first = day_of(began)
    beyond = None if sibling.ended is None else shift_days(day_of(sibling.ended), 1)
    condition = _terms(matter).counts_when
    if condition is None:
        yield first, beyond
        return
    later = set(change_days(matter.view, sibling, condition))
    days = [first, *sorted(day for day in later if first < day and (not beyond or day < beyond))]
    for day, following in zip_longest(days, days[1:], fillvalue=beyond):
        if day is not None and holds(matter.view, sibling, condition, day):
            yield day, following


def _siblings(matter: Matter) -> list[Record]:
    records = matter.view.kinds.get(matter.rule.must.record, [])
    return [record for record in records if record is not matter.record]


def _counted_elsewhere(matter: Matter) -> History | None:
    counts = matter.view.case.counts
    return None if counts is None else counts.get(matter.rule.must.record)


def _terms(matter: Matter) -> Terms:
    on = day_of(matter.interval.start)
    return terms_for(matter.view, matter.record, matter.rule, on, matter.view.today)
