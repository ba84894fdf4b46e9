"""Conditions that can never hold, and exceptions that leave nothing of a rule."""

from __future__ import annotations

from itertools import combinations

from rules.book import Clause, Condition, Test, Want
from rules.problems import Report
from rules.rule_reader import ReadRule


def check_conditions(found: ReadRule) -> None:
    """Note contradictions in a rule's conditions."""
    rule, report = found.rule, found.report
    whens = [change.when for change in rule.changes if change.place.file == report.file]
    for condition in (rule.when, rule.unless, rule.pause_while, rule.terms.counts_when, *whens):
        if condition is not None:
            _check_alternatives(condition, report)
    if rule.when is not None and rule.unless is not None:
        _check_unless(rule.when, rule.unless, report)


def includes(wider: Want, narrower: Want) -> bool:
    """Say whether every value that `narrower` likes is surely liked by `wider` too."""
    if wider.test is Test.PRESENT:
        return narrower.test is not Test.MISSING
    if narrower.test is Test.ANY:
        return all(wider.holds(value) for value in narrower.values)
    match wider.test, narrower.test:
        case Test.MISSING, Test.MISSING:
            return True
        case (Test.ALL_OF, Test.ALL_OF):
            return wider.values <= narrower.values
        case (Test.ANY_OF, Test.ANY_OF):
            return wider.values >= narrower.values
        case (Test.ANY_OF, Test.ALL_OF):
            return not wider.values.isdisjoint(narrower.values)
        case (Test.NUMBER, Test.NUMBER):
            return _low_reaches(wider, narrower) and _high_reaches(wider, narrower)
        case (Test.DAY, Test.DAY):
            starts = wider.first is None or (narrower.first or wider.first) >= wider.first
            if wider.first is not None and narrower.first is None:
                starts = False
            ends = wider.last is None or (narrower.last is not None and narrower.last <= wider.last)
            return starts and ends
    return False


def excludes(one: Want, other: Want) -> bool:
    """Say whether surely no value is liked by both."""
    if Test.MISSING in (one.test, other.test):
        return one.test is not other.test
    if one.test is Test.ANY:
        return not any(other.holds(value) for value in one.values)
    if other.test is Test.ANY:
        return not any(one.holds(value) for value in other.values)
    if one.test is Test.NUMBER and other.test is Test.NUMBER:
        return _lies_below(one, other) or _lies_below(other, one)
    if one.test is Test.DAY and other.test is Test.DAY:
        return _ends_before(one, other) or _ends_before(other, one)
    return False


def exclude_each_other(one: Condition | None, other: Condition | None) -> bool:
    """Say whether surely no record ever meets both conditions on the same day."""
    if one is None or other is None:
        return False
    return all(
        any(
            clause.fact == another.fact and excludes(clause.want, another.want)
            for clause in first
            for another in second
        )
        for first in one.alternatives
        for second in other.alternatives
    )


def _check_alternatives(condition: Condition, report: Report) -> None:
    for clauses in condition.alternatives:
        for first, second in combinations(clauses, 2):
            if first.fact == second.fact and excludes(first.want, second.want):
                values = {"fact": first.fact, "first": first.want.text, "line": first.place.line}
                report.add("L06", report.at(second.place), second=second.want.text, **values)


def _check_unless(when: Condition, unless: Condition, report: Report) -> None:
    reasons = [_swallows(clauses, unless) for clauses in when.alternatives]
    found = [reason for reason in reasons if reason is not None]
    if len(found) < len(reasons):
        return
    swallowing, swallowed = found[0]
    report.add(
        "L07",
        report.at(swallowing.place),
        fact=swallowed.fact,
        want=swallowed.want.text,
        line=swallowed.place.line,
    )


def _swallows(when: tuple[Clause, ...], unless: Condition) -> tuple[Clause, Clause] | None:
    """Find the first pair that shows how `unless` covers all that these clauses select."""
    for clauses in unless.alternatives:
        pairs = [
            next(
                (
                    (clause, given)
                    for given in when
                    if given.fact == clause.fact and includes(clause.want, given.want)
                ),
                None,
            )
            for clause in clauses
        ]
        if None not in pairs:
            return pairs[0]
    return None


def _low_reaches(wider: Want, narrower: Want) -> bool:
    if wider.low is None:
        return True
    if narrower.low is None or narrower.low < wider.low:
        return False
    return narrower.low > wider.low or narrower.low_open or not wider.low_open


def _high_reaches(wider: Want, narrower: Want) -> bool:
    if wider.high is None:
        return True
    if narrower.high is None or narrower.high > wider.high:
        return False
    return narrower.high < wider.high or narrower.high_open or not wider.high_open


def _lies_below(one: Want, other: Want) -> bool:
    if one.high is None or other.low is None:
        return False
    return one.high < other.low or (one.high == other.low and (one.high_open or other.low_open))


def _ends_before(one: Want, other: Want) -> bool:
    return one.last is not None and other.first is not None and one.last < other.first
