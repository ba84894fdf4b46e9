"""On which days a rule applies to a record: consecutive days form an interval."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from rules.book import Condition, Rule
from rules.case import Record
from rules.dates import Moment, day_of, shift_days, start_of
from rules.deciding.versions import days_of_changes, is_off, switches_off
from rules.deciding.view import CaseView, holds


class Interval:
    """Days on which a rule applies. `stop` is the first day after `first` on which it does not.

    `start` is where the clock starts: the record's own moment if the interval begins with it.
    `ended` says that the interval stops because the record ended.
    """

    __slots__ = ("ended", "first", "start", "stop")

    def __init__(self, first: date, start: Moment, stop: date | None, ended: bool) -> None:
        """Put together what is known of the interval."""
        self.first = first
        self.start = start
        self.stop = stop
        self.ended = ended

    def has_stopped(self, day: date) -> bool:
        """Say whether the rule no longer applies on a day."""
        return self.stop is not None and self.stop <= day


class Applies:
    """The intervals begun by today, oldest first, and the next instant at which that changes."""

    __slots__ = ("intervals", "next_change_at")

    def __init__(self, intervals: list[Interval], next_change_at: datetime | None) -> None:
        """Put both together."""
        self.intervals = intervals
        self.next_change_at = next_change_at


def intervals(
    view: CaseView, record: Record, rule: Rule, began: Moment, changing: Sequence[date]
) -> Applies:
    """Return when the rule has applied to a record that began at a moment.

    `changing` are the days on which anything the rule reads of the record changes.
    """
    began_on = day_of(began)
    first = began_on if began_on > rule.in_force else rule.in_force
    last = _last_day(record, rule)
    if last is not None and last < first:
        return Applies([], None)
    if first > view.today:
        return Applies([], start_of(first))
    if isinstance(began, datetime) and began > view.at:
        return Applies([], began)
    stop = None if last is None else shift_days(last, 1)
    spans, next_on = _spans(view, record, rule, first, stop, changing)
    found = [_interval(record, rule, began, start, stop) for start, stop in spans]
    return Applies(found, None if next_on is None else start_of(next_on))


def _last_day(record: Record, rule: Rule) -> date | None:
    ended = None if record.ended is None else day_of(record.ended)
    if ended is None or rule.until is None:
        return ended or rule.until
    return min(ended, rule.until)


def _interval(
    record: Record, rule: Rule, began: Moment, first: date, stop: date | None
) -> Interval:
    at_its_own_moment = rule.retroactive or first == day_of(began)
    ended = record.ended is not None and stop == shift_days(day_of(record.ended), 1)
    return Interval(first, began if at_its_own_moment else first, stop, ended)


def _spans(
    view: CaseView,
    record: Record,
    rule: Rule,
    first: date,
    stop: date | None,
    changing: Sequence[date],
) -> tuple[list[tuple[date, date | None]], date | None]:
    """Return (first day, first day after) of each interval begun by today, and the next change."""
    if rule.when is None and rule.unless is None and not switches_off(rule):
        future_stop = stop if stop is not None and stop > view.today else None
        return [(first, stop)], future_stop
    spans: list[tuple[date, date | None]] = []
    since: date | None = None
    for day in _days_to_ask(rule, first, stop, changing):
        applies = (stop is None or day < stop) and selected(view, record, rule, day)
        if applies == (since is not None):
            continue
        if day > view.today:
            if since is not None:
                spans.append((since, day))
            return spans, day
        if since is not None:
            spans.append((since, day))
            since = None
        else:
            since = day
    if since is not None:
        spans.append((since, stop))
    return spans, None


def _days_to_ask(
    rule: Rule, first: date, stop: date | None, changing: Sequence[date]
) -> list[date]:
    days = {first, *changing}
    if switches_off(rule):
        days.update(days_of_changes(rule))
    if stop is not None:
        days.add(stop)
    return sorted(day for day in days if day >= first and (stop is None or day <= stop))


def selected(view: CaseView, record: Record, rule: Rule, day: date) -> bool:
    """Say whether `when` holds, `unless` does not, and no change switches the rule off on a day."""
    if rule.when is not None and not holds(view, record, rule.when, day):
        return False
    if rule.unless is not None and holds(view, record, rule.unless, day):
        return False
    return not is_off(view, record, rule, day)


def conditions_of(rule: Rule) -> tuple[Condition, ...]:
    """Return every condition on facts of the record, its case and its child."""
    changes = (change.when for change in rule.changes)
    return tuple(c for c in (rule.when, rule.unless, rule.pause_while, *changes) if c is not None)
