"""The parts of the JSON Schema that come from the vocabulary: facts, conditions and records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from rules.deadline import Status
from rules.facts import reachable
from rules.vocabulary import FactType, Vocabulary

Schema = dict[str, Any]

DATE = r"\d{4}-\d{2}-\d{2}"
MOMENT = rf"{DATE}( +\d{{1,2}}:\d{{2}})?"
DURATION = r"[1-9]\d{0,3} +(hours?|(working )?days?|weeks?|months?|years?)"
NUMBER = r"-?\d+(\.\d+)?"
TEXT: Schema = {"type": ["string", "number", "boolean"]}
KNOWN = ["present", "missing"]


def pattern(expression: str, message: str) -> Schema:
    """Return what a text must look like, and what an editor says when it does not."""
    return {
        "type": ["string", "number"],
        "pattern": f"^({expression})$",
        "patternErrorMessage": message,
    }


def one_or_list(item: Schema) -> Schema:
    """Return one of a kind, or a list of them."""
    return {"anyOf": [item, {"type": "array", "minItems": 1, "items": item}]}


def one_of(words: Iterable[str]) -> Schema:
    """Return one of some words; nothing fits when there are none, which `enum` cannot say."""
    choices = [*words]
    return {"enum": choices} if choices else {"not": {}}


def want(fact: FactType) -> Schema:
    """Return what a condition may ask of a fact."""
    match fact.kind:
        case "choice":
            return _choice([*fact.choices], KNOWN)
        case "yes/no":
            return _choice(["yes", "no"], KNOWN)
        case "number":
            number = {"type": ["number", "string"], "pattern": f"^{NUMBER}$"}
            asked = rf"(under|at most|at least|over) +{NUMBER}|{NUMBER} +to +{NUMBER}|{NUMBER}"
            text = pattern(f"{asked}|present|missing", "Write for example: at least 16")
            return {"anyOf": [text, {"type": "array", "items": number}]}
        case "date":
            asked = f"(before|on|after) +{DATE}|present|missing"
            return pattern(asked, "Write for example: before 2026-01-31")
        case "many":
            several = {"type": "array", "minItems": 1, "items": one_of(fact.choices)}
            one = {"all_of": several, "any_of": several}
            return {
                "anyOf": [
                    {"enum": KNOWN},
                    _closed(one, minProperties=1, maxProperties=1),
                ]
            }
        case _:
            return {"enum": KNOWN}


def _choice(choices: list[str], known: list[str]) -> Schema:
    several = {"type": "array", "minItems": 1, "items": {"enum": choices}}
    return {"anyOf": [{"enum": [*choices, *known]}, several]}


def value(fact: FactType) -> Schema:
    """Return what a test may give for a fact: one value, or its history."""
    one = _one_value(fact)
    history = {"type": "object", "patternProperties": {f"^{DATE}$": one}, "minProperties": 1}
    return {"anyOf": [one, history | {"additionalProperties": False}]}


def _one_value(fact: FactType) -> Schema:
    match fact.kind:
        case "choice":
            return one_of(fact.choices)
        case "yes/no":
            return {"enum": ["yes", "no"]}
        case "number":
            return {"type": ["number", "string"], "pattern": f"^{NUMBER}$"}
        case "date":
            return pattern(DATE, "Write for example: 2026-01-31")
        case "duration":
            return pattern(DURATION, "Write a number and a unit, for example: 4 months")
        case "many":
            return {"type": "array", "items": one_of(fact.choices)}
        case _:
            return TEXT


def condition_definitions(vocabulary: Vocabulary) -> dict[str, Schema]:
    """Return facts, and conditions on them, each once: other parts refer to them by name."""
    found: dict[str, Schema] = {}
    for kind, record in vocabulary.records.items():
        for name, fact in record.facts.items():
            term = f"{kind}.{name}"
            found[f"fact {term}"] = {"description": vocabulary.label(term, "da"), **want(fact)}
        found |= _condition(f"when {kind}", _within_reach(kind, vocabulary), rules=True)
        found |= _condition(f"counted {kind}", _named(kind, record.facts), rules=False)
    for kind, event in vocabulary.events.items():
        for name, fact in event.fields.items():
            term = f"{kind}.{name}"
            found[f"fact {term}"] = {"description": vocabulary.label(term, "da"), **want(fact)}
        found |= _condition(f"counted {kind}", _named(kind, event.fields), rules=False)
    return found


def ref(name: str) -> Schema:
    """Return a reference to a definition."""
    return {"$ref": f"#/definitions/{quote(name)}"}


def _condition(name: str, facts: Schema, *, rules: bool) -> dict[str, Schema]:
    """Return a condition: a map, or a list of maps of which any may hold."""
    one = _closed(facts, minProperties=1)
    if rules:
        one["patternProperties"] = {r"^rule\.": one_or_list({"enum": [*Status]})}
    several = {"type": "array", "minItems": 1, "items": ref(f"one {name}")}
    return {f"one {name}": one, name: {"anyOf": [ref(f"one {name}"), several]}}


def _within_reach(record: str, vocabulary: Vocabulary) -> Schema:
    """Return the facts a rule for a kind of record may ask about, its own also by bare name."""
    found: Schema = {}
    for kind in reachable(record):
        if kind in vocabulary.records:
            for name in vocabulary.records[kind].facts:
                found[f"{kind}.{name}"] = ref(f"fact {kind}.{name}")
    return found | {name: ref(f"fact {record}.{name}") for name in vocabulary.records[record].facts}


def _named(owner: str, facts: Iterable[str]) -> Schema:
    """Return the facts of an event or of counted records, with and without its name."""
    return {
        written: ref(f"fact {owner}.{name}")
        for name in facts
        for written in (name, f"{owner}.{name}")
    }


def given_definitions(vocabulary: Vocabulary) -> dict[str, Schema]:
    """Return what a test may be given: `given`, and each kind of record in it."""
    records = {kind: ref(f"given {kind}") for kind in vocabulary.records}
    other = _closed(records, minProperties=1, maxProperties=1)
    event = {"anyOf": [TEXT, {"type": "object", "minProperties": 1, "maxProperties": 1}]}
    counts = {"type": "object", "patternProperties": {f"^{DATE}$": TEXT}}
    given = _closed(
        {
            **records,
            "events": {"type": "array", "items": event},
            "records": {"type": "array", "items": other},
            "count": counts | {"additionalProperties": False},
        }
    )
    each = {f"given {kind}": _record(kind, vocabulary) for kind in vocabulary.records}
    return {"given": given, **each}


def _record(kind: str, vocabulary: Vocabulary) -> Schema:
    record = vocabulary.records[kind]
    moment = pattern(MOMENT, "Write for example: 2026-01-31 or 2026-01-31 09:15")
    day = pattern(DATE, "Write for example: 2026-01-31")
    fields = {"type": "array", "items": one_of(record.contents)}
    filled = _closed(dict.fromkeys(record.contents, day))
    return _closed(
        {
            **{name: value(fact) for name, fact in record.facts.items()},
            "began": moment,
            "ended": moment,
            "contents": {"anyOf": [filled, fields]},
        }
    )


def _closed(properties: Schema, **more: object) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **more,
    }
