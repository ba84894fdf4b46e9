"""Changes of one rule that cannot both be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from rules.book import Change, Rule
from rules.checks_conditions import exclude_each_other
from rules.layers import layer_rank
from rules.problems import Report

KEYS = {"fields": "must_contain", "limit": "must_not_exceed", "ladder": "notify"}
"""The written keys of terms that have another name in Terms."""


def check_changes(rule: Rule, changes: Sequence[Change], reports: Mapping[str, Report]) -> None:
    """Note changes that end before they begin, and pairs that contradict each other."""
    for change in changes:
        first = change.starts or rule.in_force
        if change.until is not None and change.until < first:
            report = reports[change.place.file]
            key = "from" if change.starts else "in_force"
            place = report.at(change.places["until"])
            report.add("L08", place, until=change.until, first=first, key=key)
    for one, other in combinations(changes, 2):
        if _can_meet(one, other):
            _check_pair(one, other, reports)


def _can_meet(one: Change, other: Change) -> bool:
    # a lower layer comes after a higher one, and a later day after an earlier one: no conflict
    return (
        layer_rank(one.layer) == layer_rank(other.layer)
        and one.starts == other.starts
        and not exclude_each_other(one.when, other.when)
    )


def _check_pair(one: Change, other: Change, reports: Mapping[str, Report]) -> None:
    for name in one.new.keys() & other.new.keys():
        if one.new[name] != other.new[name]:
            key = KEYS.get(name, name)
            report = reports[other.place.file]
            place = report.at(other.places[key])
            first = one.places[key]
            where = f"{first.file}:{first.line}"
            report.add("L05", place, key=key, first=where)
            return
