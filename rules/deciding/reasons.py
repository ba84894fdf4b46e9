"""Why a rule applies to a record, or the first reason why it does not."""

from __future__ import annotations

from datetime import date, datetime

from rules.book import Clause, Condition, Rule, RuleStatus
from rules.case import Record
from rules.dates import Moment, day_of
from rules.deadline import Step
from rules.deciding.matter import Matter
from rules.deciding.versions import is_off
from rules.deciding.view import CaseView, clause_holds, holds, statuses_on, value_on


def note_applies(matter: Matter) -> None:
    """Write since when the rule applies, and each fact that makes it so."""
    if matter.steps is None:
        return
    rule, view, interval = matter.rule, matter.view, matter.interval
    matter.note("applies", matter.record.kind, interval.start, place=rule.place)
    if rule.when is None:
        return
    stopped = interval.stop is not None and interval.has_stopped(view.today)
    day = interval.first if stopped else view.today
    for clauses in rule.when.alternatives:
        if all(clause_holds(view, matter.record, clause, day) for clause in clauses):
            matter.steps.extend(_found(view, matter.record, clause, day) for clause in clauses)
            break
    if stopped:
        matter.note("applied until", interval.stop, interval.ended, place=rule.place)


def note_not_applicable(
    view: CaseView, record: Record, rule: Rule, began: Moment, steps: list[Step] | None
) -> None:
    """Write the first reason for which the rule does not apply, with the value that was found."""
    if steps is not None:
        steps.append(_reason(view, record, rule, began))


def _reason(view: CaseView, record: Record, rule: Rule, began: Moment) -> Step:
    place = rule.places.get("in_force", rule.place)
    today = view.today
    if day_of(began) > today or (isinstance(began, datetime) and began > view.at):
        return Step("not begun", (record.kind, began))
    if rule.in_force > today:
        return Step("not in force yet", (rule.in_force,), place.file, place.line)
    if rule.until is not None and rule.until < max(day_of(began), rule.in_force):
        place = rule.places.get("until", rule.place)
        return Step("no longer in force", (rule.until,), place.file, place.line)
    if record.ended is not None and day_of(record.ended) < rule.in_force:
        return Step("ended before in force", (record.kind, record.ended, rule.in_force))
    if is_off(view, record, rule, today):
        place = rule.places.get("changes", rule.place)
        return Step("switched off", (), place.file, place.line)
    if rule.when is not None and not holds(view, record, rule.when, today):
        return _first_failing(view, record, rule.when)
    if rule.unless is not None and holds(view, record, rule.unless, today):
        return _first_excepting(view, record, rule.unless)
    return Step("never applied", (record.kind,), rule.place.file, rule.place.line)


def _first_failing(view: CaseView, record: Record, condition: Condition) -> Step:
    for clause in condition.alternatives[0]:
        if not clause_holds(view, record, clause, view.today):
            return _found(view, record, clause, view.today)._replace(code="fact fails")
    return Step("never applied", (record.kind,))


def _first_excepting(view: CaseView, record: Record, condition: Condition) -> Step:
    for clauses in condition.alternatives:
        if all(clause_holds(view, record, clause, view.today) for clause in clauses):
            return _found(view, record, clauses[0], view.today)._replace(code="excepted")
    return Step("never applied", (record.kind,))


def _found(view: CaseView, record: Record, clause: Clause, day: date) -> Step:
    if isinstance(clause.fact, RuleStatus):
        value: object = statuses_on(view, record, clause.fact, day) or None
    else:
        value = value_on(view, record, clause.fact, day)
    values = (str(clause.fact), value, clause.want.text)
    return Step("fact", values, clause.place.file, clause.place.line)
