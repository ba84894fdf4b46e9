"""Checks that need whole rules: do they contradict themselves, each other, or the law?"""

from __future__ import annotations

from collections.abc import Mapping

from rules.book import Binding, Place, Rule
from rules.checks_changes import check_changes
from rules.checks_circles import check_circles
from rules.checks_conditions import check_conditions
from rules.checks_law import check_law
from rules.dates import Duration
from rules.problems import Report
from rules.rule_reader import ReadRule
from rules.spans import span

Reports = Mapping[str, Report]


def check_files(read: Mapping[str, ReadRule], reports: Reports) -> None:
    """Note every contradiction within and between the rules of all files."""
    for found in read.values():
        rule, report = found.rule, found.report
        _check_days(rule, report)
        _check_backwards(rule, report)
        _check_sources(found)
        _check_ladder(rule, report)
        check_conditions(found)
        sound = tuple(change for change in rule.changes if not _failed(change.place, reports))
        check_changes(rule, sound, reports)
        if rule.binding is Binding.LAW:
            check_law(rule, sound, reports)
    check_circles({name: found.rule for name, found in read.items()}, reports)


def _failed(place: Place, reports: Reports) -> bool:
    return reports[place.file].failed


def _check_days(rule: Rule, report: Report) -> None:
    if rule.until is not None and rule.until < rule.in_force:
        at = report.at(rule.places["until"])
        report.add("L08", at, until=rule.until, first=rule.in_force, key="in_force")


def _check_backwards(rule: Rule, report: Report) -> None:
    if rule.not_before is None and rule.terms.due is not None:
        for phrase in rule.terms.due.phrases:
            if phrase.direction < 0:
                report.warn("L09", report.at(phrase.place), due=phrase.text)


def _check_sources(found: ReadRule) -> None:
    rule, report = found.rule, found.report
    if rule.binding is not Binding.LAW:
        return
    place = report.at(rule.places["binding"])
    if not any(basis.checked for basis in rule.terms.basis):
        report.warn("L14", place, rule=rule.name)
    if rule.pause_while is not None and len(rule.terms.basis) < 2:
        report.warn("L10", report.at(rule.pause_while.alternatives[0][0].place), rule=rule.name)


def _check_ladder(rule: Rule, report: Report) -> None:
    due = rule.terms.due
    if due is None or due.is_first_of or rule.terms.ladder.name:
        return
    phrase = due.phrases[0]
    length = phrase.amount
    if phrase.direction != 1 or phrase.anchor.kind != "start" or not isinstance(length, Duration):
        return
    for rung in rule.terms.ladder.rungs:
        distance = rung.distance
        if rung.direction == -1 and distance and span(distance)[0] > span(length)[1]:
            report.warn("L15", report.at(rung.place), step=rung.text, due=due.text)
