"""The standards as expressions of rule-engine, with the date arithmetic lent to them by Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from importlib.metadata import version
from typing import Any, NamedTuple

import rule_engine

from rules.dates import add_months
from tests.bench.engines.standards import (
    NOT_APPLICABLE,
    TODAY,
    Answer,
    Decides,
    Engine,
    Reads,
    Row,
    Takes,
    add_working_days,
)

STANDARDS: dict[str, tuple[str, str, str]] = {
    # what is due, what ends it, when it applies
    "assessed-in-a-day": ("began + t'P1D'", "assessed", "true"),
    "receipt-in-6-working-days": ("add_working_days(began, 6)", "receipt_sent", "true"),
    "examined-in-4-months": ("add_months(began, 4)", "examined", "true"),
    "plan-in-3-months": (
        "add_months(began, 3)",
        "plan_made",
        "kind in ['foster_family', 'residential_institution']",
    ),
    "residential-one-year": (
        "add_months(began, 12)",
        "moved_home",
        "kind == 'residential_institution'",
    ),
    "youth-plan-at-16": (
        "add_months(add_months(born, 192), 1)",
        "youth_plan_made",
        "add_months(born, 180) <= today",
    ),
    "aftercare-before-18": (
        "add_months(add_months(born, 216), -6)",
        "aftercare_decided",
        "add_months(born, 192) <= today",
    ),
    "follow-up": (
        "last_follow_up == null ? add_months(began, 3) : add_months(last_follow_up, 6)",
        "null",
        "true",
    ),
    "network-meeting": (
        "(last_network_meeting == null ? began : last_network_meeting) + t'P56D'",
        "null",
        "target_group == 'youth' and open_measures >= 1",
    ),
    "two-visits-a-year": (
        "supervision_visit_before_last == null"
        " ? add_months(began, 12) : add_months(supervision_visit_before_last, 12)",
        "null",
        "true",
    ),
    "child-heard": ("examined == null ? null : examined + t'P14D'", "child_heard", "true"),
    "network-mapped": (
        "plan_made != null and add_months(plan_made, 1) < add_months(began, 3)"
        " ? add_months(plan_made, 1) : add_months(began, 3)",
        "network_mapped",
        "true",
    ),
}
STATUS = (
    "done != null ? (due != null and done > due ? 'met late' : 'met') :"
    " due == null ? 'upcoming' : today > due ? 'overdue' : today == due ? 'due' :"
    " today >= due - t'P14D' ? 'due soon' : 'upcoming'"
)


class Compiled(NamedTuple):
    """A standard's three expressions, parsed."""

    name: str
    due: rule_engine.Rule
    done: rule_engine.Rule
    applies: rule_engine.Rule


def load() -> Takes:
    """Parse the expressions; give what takes the rows."""
    context = rule_engine.Context(resolver=rule_engine.resolve_item)
    status = rule_engine.Rule(STATUS, context=context)
    standards = [
        Compiled(name, *(rule_engine.Rule(text, context=context) for text in texts))
        for name, texts in STANDARDS.items()
    ]
    return lambda rows: _take(standards, status, rows)


def _take(standards: Sequence[Compiled], status: rule_engine.Rule, rows: Sequence[Row]) -> Decides:
    lent = {
        "today": _moment(TODAY),
        "add_months": _lent(add_months),
        "add_working_days": _lent(add_working_days),
    }
    things = [{name: _told(value) for name, value in row._asdict().items()} | lent for row in rows]
    return lambda: _decide(standards, status, things)


def _decide(
    standards: Sequence[Compiled], status: rule_engine.Rule, things: Sequence[dict[str, Any]]
) -> Reads:
    found = [[_stands(standard, status, thing) for standard in standards] for thing in things]
    return lambda: [dict(zip(STANDARDS, answers, strict=True)) for answers in found]


def _stands(standard: Compiled, status: rule_engine.Rule, thing: dict[str, Any]) -> Answer:
    if not standard.applies.matches(thing):
        return NOT_APPLICABLE
    due = standard.due.evaluate(thing)
    done = standard.done.evaluate(thing)
    said = status.evaluate({**thing, "due": due, "done": done})
    return Answer(said, None if due is None else due.date())


def _told(value: object) -> object:
    return _moment(value) if isinstance(value, date) else value


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)


def _lent(count: Callable[[date, int], date]) -> Callable[[datetime, Any], datetime]:
    return lambda moment, number: _moment(count(moment.date(), int(number)))


ENGINE = Engine(
    "rule-engine",
    version("rule-engine"),
    load,
    {},
    "months and working days, lent to it as Python functions, and the first and last days of every"
    " event, worked out beforehand; it knows no rounds and no pauses, and gives no reason",
)
