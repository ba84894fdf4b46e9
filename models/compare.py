"""How a staged extract differs from what is stored, noted row by row before anything is written."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)

from models.case_tables import CASE, EVENT, RECORD
from models.staging import (
    CASE_DIFFERENCE,
    EVENT_DIFFERENCE,
    KEPT,
    RECORD_DIFFERENCE,
    STAGED_CASE,
    STAGED_EVENT,
    STAGED_RECORD,
)

EVENTS_SCOPE = "event"

NEW, CHANGED, GONE, MOVED = "new", "changed", "gone", "moved"
WHATS = (NEW, CHANGED, GONE)


class Loss(NamedTuple):
    """How much of what was there is gone: of `stored` rows, `gone`; of open cases also `closed`."""

    stored: int
    gone: int
    closed: int = 0


def compare_cases(connection: Connection, on: date) -> Loss:
    """Note which cases differ; return how many were open, and are gone or closed in the extract."""
    same = STAGED_CASE.c.case_ref == CASE.c.case_ref
    staged = select(1).where(same).select_from(STAGED_CASE)
    stored = select(1).where(same).select_from(CASE)
    ref = STAGED_CASE.c.case_ref
    _note(connection, CASE_DIFFERENCE, NEW, select(ref).where(~exists(stored)))
    differs = and_(STAGED_CASE.c.refused == 0, STAGED_CASE.c.told != CASE.c.told)
    changed = select(ref).join(CASE, same).where(differs)
    _note(connection, CASE_DIFFERENCE, CHANGED, changed)
    was_open = _open_on(on)
    gone = select(CASE.c.case_ref).where(was_open, ~exists(staged))
    _note(connection, CASE_DIFFERENCE, GONE, gone)
    closed = staged.where(STAGED_CASE.c.refused == 0, STAGED_CASE.c.ended_on <= on)
    return Loss(
        count_rows(connection, select(CASE.c.case_ref).where(was_open)),
        noted(connection, CASE_DIFFERENCE, GONE),
        count_rows(connection, select(CASE.c.case_ref).where(was_open, exists(closed))),
    )


def compare_records(connection: Connection) -> dict[str, Loss]:
    """Note which records differ; return by kind how many are stored, and gone in the extract."""
    staged, stored = STAGED_RECORD.c, RECORD.c
    same = and_(stored.case_ref == staged.case_ref, stored.ref == staged.ref)
    own = (staged.case_ref, staged.ref, staged.kind)
    is_new = ~exists(select(1).where(same).select_from(RECORD))
    _note(connection, RECORD_DIFFERENCE, NEW, select(*own).where(is_new))
    changed = select(*own).join(RECORD, same).where(staged.told != stored.told)
    _note(connection, RECORD_DIFFERENCE, CHANGED, changed)
    kept = ~exists(select(1).where(same).select_from(STAGED_RECORD))
    old = (stored.case_ref, stored.ref, stored.kind)
    gone = select(*old).where(kept, _case_is_here(RECORD), ~_kept(RECORD, stored.kind))
    _note(connection, RECORD_DIFFERENCE, GONE, gone)
    # told under another case now: taken away here to be written there, also from a missing case
    elsewhere = and_(stored.ref == staged.ref, stored.case_ref != staged.case_ref)
    moved = select(*old).join(STAGED_RECORD, elsewhere)
    _note(connection, RECORD_DIFFERENCE, MOVED, moved)
    of_kind = dict(
        numbers_by_name(connection, select(stored.kind, func.count()).group_by(stored.kind))
    )
    lost = by_kind(connection, GONE)
    return {kind: Loss(of_kind[kind], number) for kind, number in lost.items()}


def compare_events(connection: Connection) -> Loss:
    """Note which events differ; return how many are stored, and gone in the extract."""
    staged, stored = STAGED_EVENT.c, EVENT.c
    same = and_(stored.case_ref == staged.case_ref, stored.told == staged.told)
    is_new = ~exists(select(1).where(same).select_from(EVENT))
    new = select(staged.case_ref, staged.told).where(is_new)
    _note(connection, EVENT_DIFFERENCE, NEW, new)
    is_gone = ~exists(select(1).where(same).select_from(STAGED_EVENT))
    gone = select(stored.case_ref, stored.told).where(
        is_gone, _case_is_here(EVENT), ~_kept(EVENT, literal(EVENTS_SCOPE))
    )
    _note(connection, EVENT_DIFFERENCE, GONE, gone)
    stored_events = connection.scalar(select(func.count()).select_from(EVENT)) or 0
    return Loss(stored_events, noted(connection, EVENT_DIFFERENCE, GONE))


def names_of(table: Table, but_not: tuple[str, ...] = ()) -> list[str]:
    """Return the names of a table's columns."""
    return [column.name for column in table.columns if column.name not in but_not]


def _note(connection: Connection, differences: Table, what: str, keys: Select[Any]) -> None:
    columns = names_of(differences, but_not=("id", "what"))
    rows = keys.add_columns(literal(what)).order_by(keys.selected_columns[0])
    connection.execute(insert(differences).from_select([*columns, "what"], rows))


def noted(connection: Connection, differences: Table, what: str) -> int:
    """Return how many differences of one sort were noted."""
    return count_rows(connection, keys_of(differences, what))


def keys_of(differences: Table, what: str) -> Select[Any]:
    """Return the cases of the differences of one sort."""
    return select(differences.c.case_ref).where(differences.c.what == what)


def cases_in(differences: Table) -> Select[Any]:
    """Return every case of which anything differs, once."""
    return select(differences.c.case_ref).distinct()


def by_kind(connection: Connection, what: str) -> dict[str, int]:
    """Return how many records differ in one way, by kind."""
    kind = RECORD_DIFFERENCE.c.kind
    counted = select(kind, func.count()).where(RECORD_DIFFERENCE.c.what == what).group_by(kind)
    return dict(numbers_by_name(connection, counted))


def numbers_by_name(connection: Connection, rows: Select[Any]) -> list[tuple[str, int]]:
    """Return the rows of a counting question."""
    return [(name, number) for name, number in connection.execute(rows)]


def count_rows(connection: Connection, rows: Select[Any]) -> int:
    """Return how many rows a question has."""
    return connection.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _open_on(on: date) -> ColumnElement[bool]:
    ended = or_(CASE.c.ended_on.is_(None), CASE.c.ended_on > on)
    return and_(CASE.c.missing_since_on.is_(None), ended)


def _case_is_here(table: Table) -> ColumnElement[bool]:
    here = STAGED_CASE.c.case_ref == table.c.case_ref
    return exists(select(1).where(here).select_from(STAGED_CASE))


def _kept(table: Table, scope: ColumnElement[str]) -> ColumnElement[bool]:
    cases = KEPT.c.case_ref.in_([table.c.case_ref, literal("")])
    return exists(select(1).where(KEPT.c.scope == scope, cases).select_from(KEPT))
