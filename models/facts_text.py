"""Facts and their history as JSON text, and back. The text tells its own types.

A choice, number or yes/no stands as itself; several values as a list; a date as
`{"date": "2026-11-21"}`; a duration as `{"duration": "6 months"}`; a history as
`{"history": [[first day or null, value or null, known at or null], ...]}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from rules.case import Facts, History, Value
from rules.dates import Duration, Unit
from rules.vocabulary import EventKind, FactType, RecordKind

NO_FACTS: Facts = {}
PLAIN = frozenset({str, bool, int, float})
"""The types of facts that stand as themselves."""

Fits = Callable[[Value | None], bool]
"""Says whether a value is of the kind the vocabulary gives a fact."""

CACHED_TEXTS = 1_000

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def facts_text(facts: Facts) -> str:
    """Return the one written form of facts: equal facts give equal texts.

    >>> facts_text({"kind": "foster_family", "emergency": False})
    '{"emergency":false,"kind":"foster_family"}'
    """
    if not facts:
        return "{}"
    return _ENCODER.encode({name: _plain(fact) for name, fact in facts.items()})


def read_facts(text: str) -> dict[str, Value | History]:
    """Return the facts of a text.

    >>> read_facts('{"eighteen":{"date":"2026-05-01"}}')
    {'eighteen': datetime.date(2026, 5, 1)}
    """
    return {
        # every case passes here each night: the commonest types first
        name: found if type(found) in PLAIN else _fact(found)
        for name, found in json.loads(text).items()
    }


def days_text(days: Mapping[str, date]) -> str:
    """Return the written form of document fields and the days on which they were filled."""
    # by hand, since it is done for every document: a name and a date need no escaping
    return "{" + ",".join(f'"{name}":"{days[name]}"' for name in sorted(days)) + "}"


def read_days(text: str) -> dict[str, date]:
    """Return document fields and the days on which they were filled."""
    return {name: date.fromisoformat(day) for name, day in json.loads(text).items()}


def fact_reader(kind: RecordKind | EventKind) -> Callable[[str], Facts]:
    """Return a function that reads the facts of one kind, once per different text.

    Values that the vocabulary no longer knows, or knows as another type, are missing. The
    facts are shared between records with the same text and must not be changed.
    """
    types = kind.facts if isinstance(kind, RecordKind) else kind.fields
    fits = {name: _fits(fact) for name, fact in types.items()}
    known: dict[str, Facts] = {"{}": NO_FACTS}

    def read(text: str) -> Facts:
        facts = known.get(text)
        if facts is None:
            facts = _fitting(read_facts(text), fits)
            if len(known) < CACHED_TEXTS:
                known[text] = facts
        return facts

    return read


def duration_of(text: str) -> Duration:
    """Return the duration of its written form. Raises: ValueError when it is none.

    >>> duration_of("1 working day").unit.value
    'working days'
    """
    number, _, unit = text.partition(" ")
    return Duration(int(number), _UNITS[unit])


_UNITS = {name: unit for unit in Unit for name in (unit.value, unit.one)}


def _plain(fact: Value | History | None) -> Any:
    # every fact passes here at import: the commonest types first
    if fact is None or type(fact) in PLAIN:
        return fact
    if isinstance(fact, History):
        known_at = fact.known_at or (None,) * len(fact.days)
        entries = zip(fact.days, fact.values, known_at, strict=True)
        return {"history": [[_day(day), _plain(value), _at(at)] for day, value, at in entries]}
    if isinstance(fact, date):
        return {"date": fact.isoformat()}
    if isinstance(fact, Duration):
        return {"duration": str(fact)}
    assert isinstance(fact, frozenset)
    return sorted(fact)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _at(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at is not None else None


def _fact(found: Any) -> Value | History:
    if isinstance(found, dict) and "history" in found:
        entries = found["history"]
        return History(
            tuple([date.fromisoformat(day) if day else None for day, _, _ in entries]),
            tuple([None if value is None else _value(value) for _, value, _ in entries]),
            tuple([_known(at) if at else None for _, _, at in entries]),
        )
    return _value(found)


@lru_cache(maxsize=1024)
def _known(at: str) -> datetime:
    # one import, one moment: thousands of facts share it
    return datetime.fromisoformat(at)


def _value(found: Any) -> Value:
    if type(found) in PLAIN:
        return found  # type: ignore[no-any-return]
    if isinstance(found, list):
        return frozenset(found)
    if "date" in found:
        return date.fromisoformat(found["date"])
    return duration_of(found["duration"])


def _fitting(facts: Facts, fits: Mapping[str, Fits]) -> Facts:
    kept: dict[str, Value | History] = {}
    for name, fact in facts.items():
        fit = fits.get(name)
        if fit is None:
            continue
        if not isinstance(fact, History):
            if fit(fact):
                kept[name] = fact
        elif all(map(fit, fact.values)):
            kept[name] = fact
        else:
            values = (value if fit(value) else None for value in fact.values)
            kept[name] = fact._replace(values=tuple(values))
    return kept


def _fits(kind: FactType) -> Fits:
    """Return what says whether a value is of a kind; None never is."""
    match kind.kind:
        case "number":
            return lambda value: type(value) in (int, float)
        case "choice":
            return frozenset(kind.choices).__contains__
        case "many":
            choices = frozenset(kind.choices)
            return lambda value: isinstance(value, frozenset) and value <= choices
        case "yes/no":
            return lambda value: isinstance(value, bool)
        case "date":
            return lambda value: isinstance(value, date)
        case "duration":
            return lambda value: isinstance(value, Duration)
        case "text":
            return lambda value: isinstance(value, str)
