"""A case as it was known at an earlier moment: less what was only told later."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

from rules.case import Case, Facts, History, Record, Value


def as_known(case: Case, at: datetime, unknown: Container[str]) -> Case | None:
    """Return a case less the facts, events and records that became known after an instant.

    `unknown` are the cases and records not known by then; None when the case is one of them.
    Endings and document fields carry no such moment: they count from their own day.
    """
    if case.ref in unknown:
        return None
    records = tuple(_record(one, at) for one in case.records if one.ref not in unknown)
    return case._replace(records=records)


def _record(record: Record, at: datetime) -> Record:
    events = tuple(one for one in record.events if one.known_at is None or one.known_at <= at)
    return record._replace(facts=_facts(record.facts, at), events=events)


def _facts(facts: Facts, at: datetime) -> Facts:
    if not any(isinstance(fact, History) for fact in facts.values()):
        return facts
    known = ((name, _fact(fact, at)) for name, fact in facts.items())
    return {name: fact for name, fact in known if fact is not None}


def _fact(fact: Value | History, at: datetime) -> Value | History | None:
    """Return a fact with the entries of its history known by then; None when none was."""
    if not isinstance(fact, History) or not fact.known_at:
        return fact
    entries = zip(fact.days, fact.values, fact.known_at, strict=True)
    kept = [entry for entry in entries if entry[2] is None or entry[2] <= at]
    if not kept:
        return None
    days, values, known_at = zip(*kept, strict=True)
    return History(days, values, known_at)
