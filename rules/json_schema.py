"""The JSON Schema of rule files, for editors: from the tables of keys and the vocabulary.

Draft-07, which yaml-language-server reads best. It knows what one file can show; what needs
more than that (other files, dates, contradictions) is found by `rules check`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rules.deadline import Status
from rules.facts import reachable
from rules.key_shapes import (
    BASIS_KEYS,
    CHANGE_KEYS,
    FILE_KEYS,
    KEYS_OF_MUST,
    MUSTS,
    REQUIRED,
    RULE_KEYS,
    RULE_NAME,
    TEST_KEYS,
    WORDS,
    Shape,
)
from rules.schema_conditions import (
    DATE,
    DURATION,
    MOMENT,
    TEXT,
    Schema,
    condition_definitions,
    given_definitions,
    one_of,
    one_or_list,
    pattern,
    ref,
)
from rules.vocabulary import Vocabulary

DRAFT = "http://json-schema.org/draft-07/schema#"

SHAPES: Mapping[Shape, Schema] = {
    "text": TEXT,
    "map": {"type": "object"},
    "list": {"type": "array", "minItems": 1},
    "condition": {"type": ["object", "array"]},
    "text or map": {"type": ["string", "object"]},
}

STEP = rf"{DURATION} +(before|after)|on the day|every +{DURATION} +from +{DURATION} +after"
AT_LEAST = rf"[1-9]\d{{0,2}} +per +({DURATION}|calendar year)"
SAY_WHEN = "Write a number, a unit and a starting point, for example: 8 weeks after start"
SAY_THEN = (
    "Count the next deadline from 'done' (when it was last held) or 'due' (the fixed grid): "
    "8 weeks after done"
)


def json_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the schema of the rule files that speak of a vocabulary."""
    file = _object(FILE_KEYS, _file_keys(), ["language"])
    return {
        "$schema": DRAFT,
        "title": "Fristvagt: regelfil",
        **file,
        "definitions": {
            "role": one_of(vocabulary.roles),
            "ladder": _ladder(),
            "basis": _object(BASIS_KEYS, {"checked": _date()}, ["source"]),
            "change": _change(),
            "test": _test(),
            "rule": _rule(vocabulary),
            **{f"on {kind}": _rule_for(kind, vocabulary) for kind in vocabulary.records},
            **{f"due {kind}": _due_for(kind, vocabulary) for kind in vocabulary.records},
            **condition_definitions(vocabulary),
            **given_definitions(vocabulary),
        },
    }


def _object(
    shapes: Mapping[str, Shape], special: Mapping[str, Schema], required: Iterable[str]
) -> Schema:
    """Return a map with the keys of a table; `special` says more than the table about some."""
    properties = {key: special.get(key, SHAPES[shape]) for key, shape in shapes.items()}
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "required": [*required],
    }


def _names(item: Schema) -> Schema:
    return {
        "type": "object",
        "propertyNames": {
            "pattern": f"^{RULE_NAME.pattern}$",
            "patternErrorMessage": "A name has small letters a-z, digits and hyphens.",
        },
        "additionalProperties": item,
    }


def _file_keys() -> dict[str, Schema]:
    changes = {"type": "array", "minItems": 1, "items": ref("change")}
    return {
        "language": {"enum": [1, "1"]},
        "layer": pattern(
            r"national|(municipality|team): *\S.*",
            'Write national, "municipality: name" or "team: name"',
        ),
        "owner": ref("role"),
        "ladders": {"type": "object", "additionalProperties": ref("ladder")},
        "rules": _names(ref("rule")),
        "changes": _names(changes),
    }


def _date() -> Schema:
    return pattern(DATE, "Write a date as year-month-day, for example: 2026-01-31")


def _list_of(name: str) -> Schema:
    return {"type": "array", "minItems": 1, "items": ref(name)}


def _ladder() -> Schema:
    return {
        "type": "object",
        "minProperties": 1,
        "patternProperties": {f"^({STEP})$": one_or_list(ref("role"))},
        "additionalProperties": False,
    }


def _when_due(phrase: Schema) -> Schema:
    first_of = {"first_of": {"type": "array", "minItems": 2, "items": phrase}}
    several = {
        "type": "object",
        "properties": first_of,
        "required": ["first_of"],
        "additionalProperties": False,
    }
    return {"anyOf": [phrase, several]}


def _phrase(amount: str, anchor: str) -> Schema:
    whole = rf"({DURATION}|{amount}) +(after|before) +({anchor})|on +({anchor})"
    return pattern(whole, SAY_WHEN)


def _terms() -> dict[str, Schema]:
    """Return what is true of the terms of every rule, and of every change."""
    phrase = _phrase(r"[a-z_]+\.[a-z_]+", r"[a-z_]+(\.[a-z_]+)?|age +[1-9]\d?")
    snippets = [
        {"label": text, "body": text}
        for text in ("8 weeks after start", "3 months after start", "6 months before age 18")
    ]
    words = {key: {"enum": [*values]} for key, values in WORDS.items()}
    return words | {
        "due": _when_due(phrase) | {"defaultSnippets": snippets},
        "not_before": phrase,
        "then": pattern(rf"({DURATION}|[a-z_]+\.[a-z_]+) +after +(done|due)", SAY_THEN),
        "at_least": pattern(AT_LEAST, "Write for example: 2 per 12 months"),
        "must_not_exceed": pattern(r"\d+ +\S+", "Write for example: 20 cases"),
        "look_back": pattern(f"{DURATION}|any time", "Write for example: 3 months, or any time"),
        "notify": {"anyOf": [{"type": "string"}, ref("ladder")]},
        "waive_by": {"anyOf": [ref("role"), {"enum": ["nobody"]}]},
        "basis": _list_of("basis"),
        "in_force": _date(),
        "from": _date(),
        "until": _date(),
    }


def _change() -> Schema:
    return _object(CHANGE_KEYS, _terms(), ["why"])


def _test() -> Schema:
    mails = one_or_list(ref("role"))
    expected = {
        "status": {"enum": [*Status]},
        "due": pattern(f"{MOMENT}|[-–—]|none", "Write a date, or none"),
        "mails": {"anyOf": [mails, {"enum": ["none"]}]},
    }
    several = {
        "type": "object",
        "properties": expected,
        "minProperties": 1,
        "additionalProperties": False,
    }
    day = {"anyOf": [{"enum": [*Status]}, several]}
    expect = {
        "type": "object",
        "minProperties": 1,
        "patternProperties": {f"^{MOMENT}$": day},
        "additionalProperties": False,
    }
    return _object(TEST_KEYS, {"given": ref("given"), "expect": expect}, TEST_KEYS)


def _rule(vocabulary: Vocabulary) -> Schema:
    kinds = [*vocabulary.records]
    known: dict[str, Schema] = {
        "for": {"enum": kinds},
        "must_have": {"enum": kinds},
        "changes": {
            "type": "array",
            "minItems": 1,
            "items": ref("change"),
        },
        "tests": _list_of("test"),
    }
    whole = _object(RULE_KEYS, _terms() | known, REQUIRED)
    one_obligation = [{"required": [must]} for must in MUSTS]
    by_record = [_if("for", kind, ref(f"on {kind}")) for kind in kinds]
    return {
        **whole,
        "oneOf": one_obligation,
        "dependencies": _dependencies(),
        "allOf": [*by_record, *_counted(vocabulary)],
    }


def _if(key: str, word: str, then: Schema) -> Schema:
    return {"if": {"properties": {key: {"const": word}}, "required": [key]}, "then": then}


def _dependencies() -> Schema:
    """Return which keys need or exclude others: the table of what goes with each obligation."""
    found: Schema = {
        "then": ["due"],
        "at_least": {"not": {"required": ["due"]}},
        "must_happen": {"anyOf": [{"required": ["due"]}, {"required": ["at_least"]}]},
    }
    every = set().union(*KEYS_OF_MUST.values())
    for must, fitting in KEYS_OF_MUST.items():
        if must != "must_happen":
            other = [{"required": [key]} for key in sorted(every.difference(fitting))]
            found[must] = {"required": ["due"], "not": {"anyOf": other}}
    return found


def _counted(vocabulary: Vocabulary) -> list[Schema]:
    """Return what `counts_when` may ask, for each event and each kind of record in place."""
    events = [
        _if("must_happen", name, _counts(ref(f"counted {name}"))) for name in vocabulary.events
    ]
    records = [
        _if("must_have", name, _counts(ref(f"counted {name}"))) for name in vocabulary.records
    ]
    return events + records


def _counts(asked: Schema) -> Schema:
    changes = {"items": {"properties": {"counts_when": asked}}}
    return {"properties": {"counts_when": asked, "changes": changes}}


def _rule_for(kind: str, vocabulary: Vocabulary) -> Schema:
    """Return what is true of the rules for one kind of record."""
    asked = ref(f"when {kind}")
    events = [name for name, event in vocabulary.events.items() if kind in event.on]
    contents = vocabulary.records[kind].contents
    fields = {"type": "array", "minItems": 1, "items": one_of(contents)}
    # only here, not in every rule: an editor would underline one wrong event twice
    terms = {"due": ref(f"due {kind}"), "must_contain": fields}
    changed = {"items": {"properties": {"when": asked, **terms}}}
    return {
        "properties": {
            **dict.fromkeys(("when", "unless", "pause_while"), asked),
            **terms,
            "must_happen": {"enum": ["ended", *events]},
            "changes": changed,
        }
    }


def _due_for(kind: str, vocabulary: Vocabulary) -> Schema:
    """Return when something may be due for one kind of record."""
    return _when_due(_phrase(_facts(kind, "duration", vocabulary), _anchors(kind, vocabulary)))


def _anchors(kind: str, vocabulary: Vocabulary) -> str:
    events = [name for name, event in vocabulary.events.items() if kind in event.on]
    days = _facts(kind, "date", vocabulary)
    return "|".join(["start", "began", "ended", r"age +[1-9]\d?", *events, days])


def _facts(kind: str, wanted: str, vocabulary: Vocabulary) -> str:
    """Return the facts of one type within reach, as alternatives of a pattern."""
    names = [
        rf"{record}\.{name}"
        for record in reachable(kind)
        if record in vocabulary.records
        for name, fact in vocabulary.records[record].facts.items()
        if fact.kind == wanted
    ]
    return "|".join(names) or "(?!)"
