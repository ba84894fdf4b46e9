"""What has changed between two rule books: which rules, in which of their words, and from when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from rules.book import Book, Change, Rule, RuleStatus, Terms
from rules.dates import shift_days
from rules.deciding.intervals import conditions_of
from rules.fingerprint import fingerprint

UNSPOKEN = frozenset({"tests", "places", "place", "name"})
"""Fields of a rule that say nothing about what it asks."""

TERMS = tuple(field.name for field in fields(Terms))


class Kind(StrEnum):
    """What has become of a rule. AFFECTED: it reads as before, but asks about one that changed."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    AFFECTED = "affected"


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """A rule that is not the same in two books.

    `decides` says whether any deadline or mail can differ; else only its wording does.
    `takes_effect_on` is the first day on which it can, today at the earliest.
    """

    name: str
    kind: Kind
    before: Rule | None
    after: Rule | None
    takes_effect_on: date
    decides: bool

    @property
    def rule(self) -> Rule:
        """The rule as it will read, or as it read if it is removed."""
        rule = self.after or self.before
        assert rule is not None
        return rule


class Wording(NamedTuple):
    """One key of a rule with its values before and after, as the values of the parsed rule."""

    key: str
    before: object
    after: object


def differences(before: Book, after: Book, today: date) -> tuple[RuleDifference, ...]:
    """Return every rule that differs between two books, in name order."""
    found = {
        name: _difference(name, before.rules.get(name), after.rules.get(name), today)
        for name in sorted({*before.rules, *after.rules})
        if not _reads_the_same(before.rules.get(name), after.rules.get(name))
    }
    touched = {name for name, one in found.items() if one.decides}
    for name in _affected(after, touched):
        if name not in found and name in before.rules:
            soonest = min((found[one].takes_effect_on for one in touched), default=today)
            rules = before.rules[name], after.rules[name]
            found[name] = RuleDifference(name, Kind.AFFECTED, *rules, soonest, decides=True)
    return tuple(found[name] for name in sorted(found))


def wordings(difference: RuleDifference) -> Iterator[Wording]:
    """Give each key of the rule itself that reads otherwise, its changes apart."""
    before, after = difference.before, difference.after
    if before is None or after is None:
        return
    old, new = _said(before), _said(after)
    for key in old:
        if key != "changes" and old[key] != new[key]:
            yield Wording(key, old[key], new[key])


def new_changes(difference: RuleDifference) -> tuple[Change, ...]:
    """Return the changes that the rule has now and had not before."""
    return _changes_beside(difference.after, difference.before)


def gone_changes(difference: RuleDifference) -> tuple[Change, ...]:
    """Return the changes that the rule had and has no longer."""
    return _changes_beside(difference.before, difference.after)


def terms_on(rule: Rule, day: date) -> Terms:
    """Return a rule as it reads on a day for a record that no exception is made for."""
    terms = rule.terms
    for change in rule.changes:
        begun = change.starts is None or change.starts <= day
        if change.when is None and begun and (change.until is None or day <= change.until):
            terms = replace(terms, **change.new)  # type: ignore[arg-type]
    return terms


def _difference(name: str, before: Rule | None, after: Rule | None, today: date) -> RuleDifference:
    if before is None:
        assert after is not None
        day = max(today, after.in_force)
        return RuleDifference(name, Kind.ADDED, None, after, day, decides=True)
    if after is None:
        return RuleDifference(name, Kind.REMOVED, before, None, today, decides=True)
    decides = fingerprint(before) != fingerprint(after) or _mails(before) != _mails(after)
    day = max(today, _first_difference(before, after) or today) if decides else today
    return RuleDifference(name, Kind.CHANGED, before, after, day, decides)


def _reads_the_same(before: Rule | None, after: Rule | None) -> bool:
    if before is None or after is None:
        return before is after
    return _said(before) == _said(after)


def _said(rule: Rule) -> dict[str, object]:
    """Return what a rule says, key by key, in values that can be compared."""
    said = {
        field.name: getattr(rule, field.name)
        for field in fields(rule)
        if field.name not in UNSPOKEN and field.name not in ("terms", "changes")
    }
    terms = {name: getattr(rule.terms, name) for name in TERMS}
    return {**said, **terms, "changes": [_said_of(change) for change in rule.changes]}


def _said_of(change: Change) -> tuple[object, ...]:
    new = sorted(change.new.items(), key=lambda item: item[0])
    span = (change.starts, change.until, change.when)
    return (change.why, change.layer, *span, change.move, change.off, new)


def _mails(rule: Rule) -> list[object]:
    return [rule.terms.ladder, *(change.new.get("ladder") for change in rule.changes)]


def _changes_beside(rule: Rule | None, other: Rule | None) -> tuple[Change, ...]:
    known = [_said_of(change) for change in other.changes] if other is not None else []
    changes = rule.changes if rule is not None else ()
    return tuple(change for change in changes if _said_of(change) not in known)


def _first_difference(before: Rule, after: Rule) -> date | None:
    """Return the first day on which two readings of a rule differ; None: they always did."""
    old, new = _said(before), _said(after)
    days: list[date | None] = []
    for key in old:
        if old[key] == new[key] or key in ("changes", "title", "about", "area", "basis"):
            continue
        lasts = [rule.until for rule in (before, after) if rule.until is not None]
        days.append(shift_days(min(lasts), 1) if key == "until" else None)
    changes = (*_changes_beside(after, before), *_changes_beside(before, after))
    days += [change.starts for change in changes]
    known = [day for day in days if day is not None]
    return min(known) if len(known) == len(days) and known else None


def _affected(book: Book, touched: set[str]) -> set[str]:
    """Return the rules that ask how one of these stands, directly or through another."""
    reached = set(touched)
    while found := {
        name
        for name, rule in book.rules.items()
        if name not in reached and not reached.isdisjoint(_rules_asked(rule))
    }:
        reached |= found
    return reached - touched


def _rules_asked(rule: Rule) -> set[str]:
    return {
        clause.fact.rule
        for condition in conditions_of(rule)
        for clauses in condition.alternatives
        for clause in clauses
        if isinstance(clause.fact, RuleStatus)
    }


def with_rules(book: Book, rules: Mapping[str, Rule]) -> Book:
    """Return a book with some rules in the place of those of the same name."""
    return Book({**book.rules, **rules}, book.vocabulary, book.sha256)
