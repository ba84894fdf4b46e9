"""What is already known to change later: facts dated ahead, birthdays, records to come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain

from rules.book import Rule
from rules.case import Record
from rules.dates import Moment, day_of, shift_days, start_of
from rules.deciding.plan import Asking
from rules.deciding.versions import counting_conditions, days_of_changes
from rules.deciding.view import CaseView, change_days, fact_days, soonest


def changing_days(view: CaseView, record: Record, ask: Asking) -> list[date]:
    """Return every day on which a fact that the rule reads, or another rule's status, changes."""
    days: list[date] = []
    for fact, want in ask.facts:
        days += fact_days(view, record, fact, want)
    for name in ask.other_rules:
        days += [since for since, _ in view.status_history(name, record, view).days]
    return days


def next_change(
    view: CaseView, record: Record, ask: Asking, changing: Sequence[date]
) -> datetime | None:
    """Return the next instant at which something the rule reads changes by itself.

    `changing` are its `changing_days`. Ladders and the deadline itself are asked elsewhere.
    """
    today, at = view.today, view.at
    first: date | None = None
    for day in chain(changing, _days(view, record, ask.rule)):
        if day > today and (first is None or day < first):
            first = day
    found = None if first is None else start_of(first)
    for moment in _moments(view, record):
        instant = moment if isinstance(moment, datetime) else start_of(moment)
        if instant > at and (found is None or instant < found):
            found = instant
    for name in ask.other_rules:
        found = soonest(found, view.status_history(name, record, view).next_change_at)
    return found


def _days(view: CaseView, record: Record, rule: Rule) -> Iterator[date]:
    if record.ended is not None:
        ended = day_of(record.ended)
        yield ended
        yield shift_days(ended, 1)
    if rule.until is not None:
        yield shift_days(rule.until, 1)
    if rule.changes:
        yield from days_of_changes(rule)
    if rule.must.form == "contain":
        yield from record.contents.values()
    if rule.must.record:
        yield from _days_of_siblings(view, rule)


def _days_of_siblings(view: CaseView, rule: Rule) -> Iterator[date]:
    counted = (view.case.counts or {}).get(rule.must.record)
    if counted is not None:
        yield from (day for day in counted.days if day is not None)
    conditions = tuple(counting_conditions(rule))
    for sibling in view.kinds.get(rule.must.record, ()):
        began = view.began(sibling)
        if began is not None:
            yield day_of(began)
        if sibling.ended is not None:
            yield shift_days(day_of(sibling.ended), 1)
        for condition in conditions:
            if condition is not None:
                yield from change_days(view, sibling, condition)


def _moments(view: CaseView, record: Record) -> Iterator[Moment]:
    if isinstance(record.ended, datetime):
        yield record.ended
    events = record.events
    if events and not view.has_happened(events[-1]):
        yield from (event.at for event in events if not view.has_happened(event))
    case = view.case_record
    if case is None or case is record or not case.events:
        return
    if not view.has_happened(case.events[-1]):
        yield from (event.at for event in case.events if not view.has_happened(event))
