"""What the evaluation is given: a case with its records, facts and events, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from rules.dates import Duration, Moment

Value = str | int | float | bool | date | Duration | frozenset[str]
"""One value of a fact: a choice, number, yes/no, date, duration, or several choices at once."""


class History(NamedTuple):
    """A fact that changed: each value with the first day it holds, in ascending order.

    `days[0]` is None when the first value holds from the beginning. A value of None
    says that the fact is missing from that day on. `known_at` says when each entry
    reached us (aware UTC, or None when it is not recorded).
    """

    days: tuple[date | None, ...]
    values: tuple[Value | None, ...]
    known_at: tuple[datetime | None, ...] = ()


Facts = Mapping[str, Value | History]


class Event(NamedTuple):
    """Something that happened on a record. `number` is its place in the case's journal."""

    kind: str
    at: Moment
    fields: Mapping[str, Value]
    number: int = 0
    known_at: datetime | None = None


class Record(NamedTuple):
    """One record of a case: the case itself, its child, a placement, a report, ...

    A fact that is absent from `facts` is missing. `contents` holds the day on which
    each document field was filled. `events` are those on this record, oldest first.
    """

    kind: str
    ref: str
    began: Moment | None
    ended: Moment | None
    facts: Facts
    contents: Mapping[str, date]
    events: tuple[Event, ...]


class Case(NamedTuple):
    """All that is known of one case, or of one caseworker or team.

    `records` holds every record, the record of kind `case` (whose ref is the case's)
    among them. A caseworker is a Case whose own record is of kind `caseworker`
    and whose other records are the `case` records they are responsible for.
    `counts` overrides counting for `must_not_exceed`: kind of record -> number over time.
    """

    ref: str
    records: tuple[Record, ...]
    born: date | None = None
    counts: Mapping[str, History] | None = None
