"""Stretches of days on which something that must be in place is not, or there is too much of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate, zip_longest
from typing import NamedTuple

from rules.book import Condition
from rules.case import History, Record
from rules.dates import Moment, day_of, shift_days
from rules.deciding.matter import Matter
from rules.deciding.versions import counting_conditions, days_of_changes, terms_for
from rules.deciding.view import change_days, holds


class Stretch(NamedTuple):
    """From the first day with the fault to the first day without it; `over` None: it lasts."""

    start: Moment
    over: date | None


class Counts(NamedTuple):
    """How many records count: from each day on, so many. Days in ascending order."""

    days: Sequence[date]
    numbers: Sequence[int]

    def on(self, day: date) -> int:
        """Return how many count on a day."""
        place = bisect_right(self.days, day)
        return self.numbers[place - 1] if place else 0


def stretches(matter: Matter) -> list[Stretch]:
    """Return the faulty stretches of the interval that began by today, oldest first.

    A stretch is judged by the rule as it read when it began, a new one as it reads that day.
    """
    wanted = counting_conditions(matter.rule)
    counts = {id(condition): _counts(matter, condition) for condition in wanted}
    found: list[Stretch] = []
    since: Moment | None = None
    for day in _days_to_ask(matter, counts.values()):
        if since is not None and not _is_faulty(matter, counts, day_of(since), day):
            found.append(Stretch(since, day))
            since = None
        if since is None and _is_faulty(matter, counts, day, day):
            since = matter.interval.start if day == matter.interval.first else day
    return found if since is None else [*found, Stretch(since, None)]


def _is_faulty(matter: Matter, counts: Mapping[int, Counts], clock_on: date, day: date) -> bool:
    terms = terms_for(matter.view, matter.record, matter.rule, clock_on, day)
    number = counts[id(terms.counts_when)].on(day)
    if matter.rule.must.form == "have":
        return number == 0
    return terms.limit is not None and number > terms.limit


def _days_to_ask(matter: Matter, counts: Iterable[Counts]) -> list[date]:
    first, stop, today = matter.interval.first, matter.interval.stop, matter.view.today
    days = {first, *_days_of_changes(matter)}.union(*(count.days for count in counts))
    return sorted(day for day in days if first <= day <= today and (stop is None or day < stop))


def _days_of_changes(matter: Matter) -> Iterator[date]:
    yield from days_of_changes(matter.rule)
    for change in matter.rule.changes:
        if change.when is not None:
            yield from change_days(matter.view, matter.record, change.when)


def _counts(matter: Matter, condition: Condition | None) -> Counts:
    counted = _counted_elsewhere(matter)
    if counted is not None:
        days = [date.min if day is None else day for day in counted.days]
        return Counts(days, [value if isinstance(value, int) else 0 for value in counted.values])
    steps: dict[date, int] = {}
    for sibling in _siblings(matter):
        for first, beyond in _days_in_place(matter, sibling, condition):
            steps[first] = steps.get(first, 0) + 1
            if beyond is not None:
                steps[beyond] = steps.get(beyond, 0) - 1
    days = sorted(steps)
    return Counts(days, list(accumulate(steps[day] for day in days)))


def _days_in_place(
    matter: Matter, sibling: Record, condition: Condition | None
) -> Iterator[tuple[date, date | None]]:
    """Give the stretches of days on which a record counts: first day, first day after."""
    began = matter.view.began(sibling)
    if began is None:
        return
    first = day_of(began)
    beyond = None if sibling.ended is None else shift_days(day_of(sibling.ended), 1)
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
