"""The standards as one expression node of a ZEN decision, evaluated case by case."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from typing import NamedTuple

import zen

from tests.bench.engines.standards import (
    NOT_APPLICABLE,
    SOON_DAYS,
    TODAY,
    Answer,
    Decides,
    Engine,
    Reads,
    Row,
    Takes,
)


class Expressions(NamedTuple):
    """A standard in ZEN's expressions: its due day, what ends it, and when it applies."""

    due: str
    done: str = "null"
    applies: str = "true"


STANDARDS = {
    "assessed-in-a-day": Expressions("d(began).add(1, 'day')", "assessed"),
    "examined-in-4-months": Expressions("d(began).add(4, 'month')", "examined"),
    "plan-in-3-months": Expressions(
        "d(began).add(3, 'month')",
        "plan_made",
        "kind in ['foster_family', 'residential_institution']",
    ),
    "residential-one-year": Expressions(
        "d(began).add(12, 'month')", "moved_home", "kind == 'residential_institution'"
    ),
    "youth-plan-at-16": Expressions(
        "d(born).add(192, 'month').add(1, 'month')",
        "youth_plan_made",
        "d(born).add(180, 'month') <= d(today)",
    ),
    "aftercare-before-18": Expressions(
        "d(born).add(216, 'month').sub(6, 'month')",
        "aftercare_decided",
        "d(born).add(192, 'month') <= d(today)",
    ),
    "follow-up": Expressions(
        "last_follow_up == null ? d(began).add(3, 'month') : d(last_follow_up).add(6, 'month')"
    ),
    "network-meeting": Expressions(
        "d(last_network_meeting ?? began).add(56, 'day')",
        applies="target_group == 'youth' and open_measures >= 1",
    ),
    "two-visits-a-year": Expressions("d(supervision_visit_before_last ?? began).add(12, 'month')"),
    "child-heard": Expressions(
        "examined == null ? null : d(examined).add(14, 'day')", "child_heard"
    ),
    "network-mapped": Expressions(
        "plan_made != null and d(plan_made).add(1, 'month') < d(began).add(3, 'month')"
        " ? d(plan_made).add(1, 'month') : d(began).add(3, 'month')",
        "network_mapped",
    ),
}


def decision() -> str:
    """Return the decision as the JSON that ZEN's editor writes."""
    expressions = []
    for name, standard in STANDARDS.items():
        key = name.replace("-", "_")
        expressions.append({"id": f"due {key}", "key": f"due_{key}", "value": standard.due})
        status = _status(f"$.due_{key}", standard)
        expressions.append({"id": f"status {key}", "key": f"status_{key}", "value": status})
    nodes = [
        {"id": "case", "type": "inputNode", "name": "case"},
        {
            "id": "standards",
            "type": "expressionNode",
            "name": "standards",
            "content": {"expressions": expressions},
        },
        {"id": "answers", "type": "outputNode", "name": "answers"},
    ]
    edges = [
        {"id": f"{one} {other}", "type": "edge", "sourceId": one, "targetId": other}
        for one, other in (("case", "standards"), ("standards", "answers"))
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def _status(due: str, standard: Expressions) -> str:
    done = standard.done
    return (
        f"not ({standard.applies}) ? 'not applicable' :"
        f" {done} != null ? ({due} != null and d({done}) > d({due}) ? 'met late' : 'met') :"
        f" {due} == null or d(today) < d({due}).sub({SOON_DAYS}, 'day') ? 'upcoming' :"
        f" d(today) > d({due}) ? 'overdue' : d(today) < d({due}) ? 'due soon' : 'due'"
    )


def load() -> Takes:
    """Let ZEN read the decision; give what takes the rows."""
    found = zen.ZenEngine().create_decision(decision())
    return lambda rows: _take(found, rows)


def _take(found: zen.ZenDecision, rows: Sequence[Row]) -> Decides:
    contexts = [
        {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in row._asdict().items()
        }
        | {"today": TODAY.isoformat()}
        for row in rows
    ]
    return lambda: _decide(found, contexts)


def _decide(found: zen.ZenDecision, contexts: Sequence[dict[str, object]]) -> Reads:
    results = [found.evaluate(context)["result"] for context in contexts]
    return lambda: [_answers(result) for result in results]


def _answers(result: dict[str, str | None]) -> dict[str, Answer]:
    answers = {}
    for name in STANDARDS:
        key = name.replace("-", "_")
        status, due = result.get(f"status_{key}"), result.get(f"due_{key}")
        assert status is not None
        day = None if due is None else date.fromisoformat(due[:10])
        answers[name] = NOT_APPLICABLE if status == "not applicable" else Answer(status, day)
    return answers


ENGINE = Engine(
    "ZEN",
    version("zen-engine"),
    load,
    {"receipt-in-6-working-days": "ZEN knows no working days"},
    "the first and last days of every event, worked out beforehand; it knows no rounds, no pauses"
    " and no facts of an earlier day, and its trace gives values, not reasons",
)
