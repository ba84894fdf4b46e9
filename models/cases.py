"""The stored cases, as the plain values that rules decide on, and when each is looked at next.

One query a table, all in case order, merged as they stream: no row becomes an ORM object and
memory stays flat however many cases there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter
from sys import intern
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    select,
    true,
    update,
)

from models.case_tables import CASE, EVENT, RECORD
from models.facts_text import CACHED_TEXTS, NO_FACTS, fact_reader, read_days
from models.plain_rows import day_kept, instant_kept, raw
from rules.case import Case, Event, Facts, Record
from rules.dates import Moment
from rules.vocabulary import Vocabulary

ROWS_AT_A_TIME = 2000
CASES_AT_A_TIME = 500

Row = Sequence[Any]
Rows = Iterator[Row]
Which = Callable[[ColumnElement[str]], ColumnElement[bool]]
"""Which cases: a condition on the column that names the case, in whichever table."""


class CaseRead(NamedTuple):
    """A case, who works on it, and why its latest row could not be read ("" when it could)."""

    case: Case
    caseworker: str
    team: str
    rejected: str


def load_cases(
    connection: Connection,
    vocabulary: Vocabulary,
    *,
    due_by: datetime | None = None,
    refs: Sequence[str] | None = None,
    slice_: tuple[str, str] | None = None,
    events: Collection[str] | None = None,
) -> Iterator[CaseRead]:
    """Give every case in case order; only those to look at by an instant, or named, or in a slice.

    A slice is (first, beyond the last) by case reference; "" leaves that end open. `events` names
    the kinds of event that are wanted; a journal has many that no rule asks about. Closed cases
    and cases missing from the latest extract are given like any other. Beside its own records,
    every case has one of kind `case` (its ref is the case's) and one of kind `child` (its ref is
    `child_ref`). Facts are shared between records and must not be changed.
    """
    readers = _readers(vocabulary)
    within = _within(slice_)
    if due_by is None and refs is None:
        yield from _merged(connection, readers, within, events)
        return
    chosen = sorted(refs) if refs is not None else None
    for some in batched(_refs(connection, due_by, chosen, within), CASES_AT_A_TIME):
        yield from _merged(connection, readers, _among(some), events)


def child_ref(case_ref: str) -> str:
    """Return the ref of a case's child, which no extract names."""
    return f"{case_ref}/child"


def set_next_look(connection: Connection, moments: Mapping[str, datetime | None]) -> None:
    """Store when each of these cases, as just evaluated, must be looked at again; None: never."""
    if not moments:
        return
    statement = update(CASE).where(CASE.c.case_ref == bindparam("ref_"))
    connection.execute(
        statement.values(next_look_at=bindparam("look_"), settled=True),
        [{"ref_": ref, "look_": moment} for ref, moment in moments.items()],
    )


def mark_all_for_a_look(connection: Connection, at: datetime) -> None:
    """Have every case looked at from an instant on: after a new rule book or calendar."""
    connection.execute(update(CASE).values(next_look_at=at, settled=False))


def batched(values: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    """Give the values in portions of at most so many."""
    rest = iter(values)
    while portion := tuple(islice(rest, size)):
        yield portion


def moment(on: Any, at: Any) -> Moment | None:
    """Return the moment kept in two raw columns: an instant, a day, or nothing."""
    if at is not None:
        return instant_kept(at)
    return day_kept(on) if on is not None else None


class _Readers:
    """The readers of facts of one vocabulary. A kind it does not know gives no reader."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.records = {name: fact_reader(kind) for name, kind in vocabulary.records.items()}
        self.events = {name: fact_reader(kind) for name, kind in vocabulary.events.items()}
        self._days: dict[str, Mapping[str, date]] = {"{}": {}}

    def facts(self, kind: str, text: str) -> Facts:
        read = self.records.get(kind)
        return read(text) if read is not None else NO_FACTS

    def contents(self, text: str) -> Mapping[str, date]:
        found = self._days.get(text)
        if found is None:
            found = read_days(text)
            if len(self._days) < CACHED_TEXTS:
                self._days[text] = found
        return found


@lru_cache(maxsize=4)
def _readers(vocabulary: Vocabulary) -> _Readers:
    # what is read twice is parsed once, however many portions the cases come in
    return _Readers(vocabulary)


def _within(slice_: tuple[str, str] | None) -> Which:
    first, beyond = slice_ or ("", "")

    def which(case_ref: ColumnElement[str]) -> ColumnElement[bool]:
        low = case_ref >= first if first else true()
        return and_(low, case_ref < beyond) if beyond else low

    return which


def _among(refs: Sequence[str]) -> Which:
    return lambda case_ref: case_ref.in_(refs)


def _refs(
    connection: Connection, due_by: datetime | None, chosen: Sequence[str] | None, within: Which
) -> Iterator[str]:
    ref = CASE.c.case_ref
    asked = select(ref).where(within(ref)).order_by(ref)
    if due_by is not None:
        asked = asked.where(CASE.c.next_look_at <= due_by)
    if chosen is None:
        # all at once: the caller writes next_look_at, the very column of the question, as it reads
        yield from connection.scalars(asked).all()
        return
    for some in batched(chosen, CASES_AT_A_TIME):
        yield from connection.scalars(asked.where(ref.in_(some))).all()


def _merged(
    connection: Connection, readers: _Readers, which: Which, events: Collection[str] | None
) -> Iterator[CaseRead]:
    # whoever stops reading early leaves no cursor open on the server
    with ExitStack() as open_rows:

        def rows(table: Table, names: Sequence[str], wanted: ColumnElement[bool]) -> Rows:
            asked = and_(which(table.c.case_ref), wanted)
            return iter(open_rows.enter_context(_rows(connection, table, names, asked)))

        of_kinds = true() if events is None else EVENT.c.kind.in_(sorted(events))
        take_records = _taker(rows(RECORD, _RECORD_COLUMNS, true()))
        take_events = _taker(rows(EVENT, _EVENT_COLUMNS, of_kinds))
        for row in rows(CASE, _CASE_COLUMNS, true()):
            case_ref, caseworker, team, rejected = row[:4]
            happened = _events_by_ref(take_events(case_ref), readers)
            records = _own_records(row, happened, readers)
            records += _records(take_records(case_ref), happened, readers)
            yield CaseRead(Case(case_ref, records, born_on(row)), caseworker, team, rejected)


_CASE_COLUMNS = [
    "case_ref",
    "caseworker",
    "team",
    "rejected",
    "began_on",
    "began_at",
    "ended_on",
    "ended_at",
    "born_on",
    "facts",
    "child_facts",
]
_RECORD_COLUMNS = [
    "case_ref",
    "ref",
    "kind",
    "began_on",
    "began_at",
    "ended_on",
    "ended_at",
    "facts",
    "contents",
]
_EVENT_COLUMNS = ["case_ref", "ref", "kind", "at_on", "at_at", "fields", "number", "known_at"]


def _rows(
    connection: Connection, table: Table, names: Sequence[str], asked: ColumnElement[bool]
) -> AbstractContextManager[Iterable[Row]]:
    columns = [raw(table.c[name]) for name in names]
    rows = select(*columns).where(asked).order_by(*table.primary_key)
    return closing(connection.execute(rows, execution_options={"yield_per": ROWS_AT_A_TIME}))


def _taker(rows: Rows) -> Callable[[str], list[Row]]:
    """Return a function that gives the rows of a case; ask it in the order of the rows."""
    cases = groupby(rows, key=itemgetter(0))
    waiting = next(cases, None)

    def take(case_ref: str) -> list[Row]:
        nonlocal waiting
        if waiting is None or waiting[0] != case_ref:
            return []
        taken = list(waiting[1])
        waiting = next(cases, None)
        return taken

    return take


def _in_time_order(row: Row) -> tuple[Any, bool, Any]:
    # on one day, what is known by its day comes before what is known by the minute
    return row[3], row[4] is not None, row[4]


def _events_by_ref(rows: list[Row], readers: _Readers) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    rows.sort(key=_in_time_order)
    for _, ref, kind, at_on, at_at, fields, number, known_at in rows:
        read = readers.events.get(kind)
        if read is None:
            continue
        at = day_kept(at_on) if at_at is None else instant_kept(at_at)
        event = Event(intern(kind), at, read(fields), number, instant_kept(known_at))  # type: ignore[arg-type]
        found.setdefault(ref, []).append(event)
    return found


def born_on(row: Row) -> date | None:
    """Return the child's day of birth of a raw row of cases."""
    return day_kept(row[8]) if row[8] is not None else None


def _own_records(
    row: Row, events: Mapping[str, list[Event]], readers: _Readers
) -> tuple[Record, ...]:
    case_ref, _, _, _, began_on, began_at, ended_on, ended_at, _, facts, child_facts = row
    began, ended = moment(began_on, began_at), moment(ended_on, ended_at)
    own_events = tuple(events.get(case_ref, ()))
    own = Record("case", case_ref, began, ended, readers.facts("case", facts), {}, own_events)
    about_child = readers.facts("child", child_facts)
    born = born_on(row)
    if born is not None:
        about_child = {**about_child, "born": born}
    return own, Record("child", child_ref(case_ref), None, None, about_child, {}, ())


def _records(
    rows: list[Row], events: Mapping[str, list[Event]], readers: _Readers
) -> tuple[Record, ...]:
    return tuple(
        Record(
            intern(kind),
            ref,
            moment(began_on, began_at),
            moment(ended_on, ended_at),
            readers.facts(kind, facts),
            readers.contents(contents),
            tuple(events.get(ref, ())),
        )
        for _, ref, kind, began_on, began_at, ended_on, ended_at, facts, contents in rows
        if kind in readers.records
    )
