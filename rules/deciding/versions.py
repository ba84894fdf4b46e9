"""Which words of a rule are in force for a record on a day: the base rule with its changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from rules.book import Binding, Change, Condition, Rule, Terms
from rules.case import Record
from rules.dates import shift_days
from rules.deciding.view import CaseView, holds


def matching_changes(
    view: CaseView, record: Record, rule: Rule, clock_on: date, today: date
) -> Iterator[Change]:
    """Give the changes that hold for a round whose clock started on a day, in order.

    A change is judged by the day the round's clock started; with `running: move` by today.
    """
    for change in rule.changes:
        day = today if change.move else clock_on
        if change_matches(view, record, change, day):
            yield change


def change_matches(view: CaseView, record: Record, change: Change, day: date) -> bool:
    """Say whether a change holds for a record on a day."""
    if change.starts is not None and day < change.starts:
        return False
    if change.until is not None and day > change.until:
        return False
    return change.when is None or holds(view, record, change.when, day)


def terms_for(view: CaseView, record: Record, rule: Rule, clock_on: date, today: date) -> Terms:
    """Return the rule as it reads for a round whose clock started on a day."""
    if not rule.changes:
        return rule.terms
    return _applied(rule, tuple(matching_changes(view, record, rule, clock_on, today)))


def national_terms(
    view: CaseView, record: Record, rule: Rule, clock_on: date, today: date
) -> Terms | None:
    """Return a law as it reads without the changes of lower layers; None if there are none."""
    if rule.binding is not Binding.LAW:
        return None
    if all(change.layer == rule.layer for change in rule.changes):
        return None
    changes = matching_changes(view, record, rule, clock_on, today)
    return _applied(rule, tuple(change for change in changes if change.layer == rule.layer))


@lru_cache(maxsize=4096)
def _applied(rule: Rule, changes: tuple[Change, ...]) -> Terms:
    terms = rule.terms
    for change in changes:
        if change.new:
            terms = replace(terms, **change.new)  # type: ignore[arg-type]
    return terms


@lru_cache(maxsize=4096)
def switches_off(rule: Rule) -> bool:
    """Say whether some change switches the rule off at all."""
    return any(change.off for change in rule.changes)


def is_off(view: CaseView, record: Record, rule: Rule, day: date) -> bool:
    """Say whether a change switches the rule off on a day.

    A lower layer cannot switch off a law.
    """
    return switches_off(rule) and any(
        change.off
        and (rule.binding is not Binding.LAW or change.layer == rule.layer)
        and change_matches(view, record, change, day)
        for change in rule.changes
    )


def days_of_changes(rule: Rule) -> Iterator[date]:
    """Give the days on which a change begins to hold, or no longer does."""
    for change in rule.changes:
        if change.starts is not None:
            yield change.starts
        if change.until is not None:
            yield shift_days(change.until, 1)


def counting_conditions(rule: Rule) -> Iterator[Condition | None]:
    """Give every `counts_when` that the rule may read with: its own, and those of its changes."""
    yield rule.terms.counts_when
    for change in rule.changes:
        found = change.new.get("counts_when")
        if isinstance(found, Condition):
            yield found
