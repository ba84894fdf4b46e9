"""Rules that ask each other how they stand, so that none of them can be decided."""

from __future__ import annotations

from collections.abc import Mapping

from rules.book import Condition, Rule, RuleStatus
from rules.problems import Report, Span


def check_circles(rules: Mapping[str, Rule], reports: Mapping[str, Report]) -> None:
    """Note each circle of `rule.…` conditions once, in the rule of it that comes first."""
    asks = {name: _asked(rule) for name, rule in rules.items()}
    told: set[str] = set()
    for name in rules:
        circle = _circle_from(name, asks)
        if circle and told.isdisjoint(circle):
            told.update(circle)
            _tell(rules[name], circle, reports)


def _asked(rule: Rule) -> dict[str, Condition]:
    conditions = [rule.when, rule.unless, rule.pause_while]
    conditions += [change.when for change in rule.changes]
    return {
        clause.fact.rule: condition
        for condition in conditions
        if condition is not None
        for clauses in condition.alternatives
        for clause in clauses
        if isinstance(clause.fact, RuleStatus)
    }


def _circle_from(start: str, asks: Mapping[str, Mapping[str, Condition]]) -> list[str]:
    """Return the shortest way from a rule back to itself, or nothing."""
    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        name = waiting.pop(0)
        for asked in asks.get(name, ()):
            if asked == start:
                return _way(start, name, came_from)
            if asked not in came_from:
                came_from[asked] = name
                waiting.append(asked)
    return []


def _way(start: str, last: str, came_from: Mapping[str, str]) -> list[str]:
    way = [last]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def _tell(rule: Rule, circle: list[str], reports: Mapping[str, Report]) -> None:
    following = circle[1] if len(circle) > 1 else circle[0]
    place = _asked(rule)[following].place
    report = reports[place.file]
    words = " → ".join([*circle, circle[0]])
    line = report.line(place.line).rstrip()
    report.add("L13", Span(place.line, place.column, len(line) - place.column + 1), circle=words)
