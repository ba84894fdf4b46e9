"""Stretches of days on which something that must be in place is not, or there is too much of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from rules.book import Condition, Terms
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
    interval, today = matter.interval, matter.view.today
    found: list[Stretch] = []
    since: Moment | None = None
    for day in _days_to_ask(matter):
        faulty = _is_faulty(matter, day)
        if faulty and since is None:
            since = interval.start if day == interval.first else day
        elif not faulty and since is not None:
            found.append(Stretch(since, day))
            since = None
    if since is not None:
        found.append(Stretch(since, None))
    return [stretch for stretch in found if day_of(stretch.start) <= today]


def _days_to_ask(matter: Matter) -> list[date]:
    first, stop, today = matter.interval.first, matter.interval.stop, matter.view.today
    days = {first, *(day for day in days_of_siblings(matter) if day >= first)}
    return sorted(day for day in days if day <= today and (stop is None or day < stop))


def days_of_siblings(matter: Matter) -> Iterator[date]:
    """Give every day on which the number of records that count may change."""
    counted = _counted_elsewhere(matter)
    if counted is not None:
        yield from (day for day in counted.days if day is not None)
        return
    condition = _counts_when(matter)
    for sibling in _siblings(matter):
        began = matter.view.began(sibling)
        if began is not None:
            yield day_of(began)
        if sibling.ended is not None:
            yield shift_days(day_of(sibling.ended), 1)
        if condition is not None:
            yield from change_days(matter.view, sibling, condition)


def _is_faulty(matter: Matter, day: date) -> bool:
    if matter.rule.must.form == "have":
        return not any(_in_place(matter, day))
    limit = _terms(matter).limit
    return limit is not None and number_on(matter, day) > limit


def number_on(matter: Matter, day: date) -> int:
    """Return how many records that count are open on a day."""
    counted = _counted_elsewhere(matter)
    if counted is None:
        return sum(_in_place(matter, day))
    found = 0
    for since, value in zip(counted.days, counted.values, strict=True):
        if (since is None or since <= day) and isinstance(value, int):
            found = value
    return found


def _in_place(matter: Matter, day: date) -> Iterable[bool]:
    condition = _counts_when(matter)
    return (_is_in_place(matter, sibling, condition, day) for sibling in _siblings(matter))


def _is_in_place(matter: Matter, sibling: Record, condition: Condition | None, day: date) -> bool:
    began = matter.view.began(sibling)
    if began is None or day < day_of(began):
        return False
    if sibling.ended is not None and day > day_of(sibling.ended):
        return False
    return condition is None or holds(matter.view, sibling, condition, day)


def _siblings(matter: Matter) -> list[Record]:
    records = matter.view.kinds.get(matter.rule.must.record, [])
    return [record for record in records if record is not matter.record]


def _counted_elsewhere(matter: Matter) -> History | None:
    counts = matter.view.case.counts
    return None if counts is None else counts.get(matter.rule.must.record)


def _terms(matter: Matter) -> Terms:
    on = day_of(matter.interval.start)
    return terms_for(matter.view, matter.record, matter.rule, on, matter.view.today)


def _counts_when(matter: Matter) -> Condition | None:
    return _terms(matter).counts_when
