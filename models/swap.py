"""Putting a staged extract in the place of what is stored: only differences are written.

All in the caller's one transaction. Every case of which anything changed is noted in TOUCHED and
looked at again. What is not in the extract: a case becomes missing, never closed; a record or
event of a case that is there was taken back, and goes, unless a row about it could not be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from models.case_tables import CASE, EVENT, RECORD
from models.column_types import UtcInstant
from models.fact_changes import Told, merge_facts
from models.staging import (
    CASE_DIFFERENCE,
    EVENT_DIFFERENCE,
    FLAGGED,
    KEPT,
    RECORD_DIFFERENCE,
    STAGED_CASE,
    STAGED_EVENT,
    STAGED_RECORD,
    TOUCHED,
)

CHANGES_AT_A_TIME = 2000
SHOWN_ROWS = 50
EVENTS_SCOPE = "event"

NEW, CHANGED, GONE, MOVED = "new", "changed", "gone", "moved"


class Difference(NamedTuple):
    """How a table differs from the extract. `gone` are missing cases, or rows taken back.

    `rows` names the first rows that differ: reference, NEW, CHANGED or GONE, changed columns.
    """

    new: int
    changed: int
    gone: int
    unchanged: int
    rows: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


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
        _count(connection, select(CASE.c.case_ref).where(was_open)),
        _noted(connection, CASE_DIFFERENCE, GONE),
        _count(connection, select(CASE.c.case_ref).where(was_open, exists(closed))),
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
    of_kind = dict(_pairs(connection, select(stored.kind, func.count()).group_by(stored.kind)))
    lost = _kinds(connection, GONE)
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
    return Loss(stored_events, _noted(connection, EVENT_DIFFERENCE, GONE))


def swap_cases(connection: Connection, told: Told) -> Difference:
    """Write the cases that are new or changed, and mark the open ones that are missing."""
    names = _names(STAGED_CASE, but_not=("refused",))
    fixed = {"known_at": _instant(told), "next_look_at": _instant(told), "rejected": literal("")}
    rows = select(*(STAGED_CASE.c[name] for name in names), *fixed.values())
    rows = rows.where(STAGED_CASE.c.case_ref.in_(_difference(CASE_DIFFERENCE, NEW)))
    connection.execute(insert(CASE).from_select([*names, *fixed], rows))
    here = select(1).where(STAGED_CASE.c.case_ref == CASE.c.case_ref).select_from(STAGED_CASE)
    back = update(CASE).where(CASE.c.missing_since_on.is_not(None), exists(here))
    connection.execute(back.values(missing_since_on=None, next_look_at=told.at, settled=False))
    changes = _change_cases(connection, told)
    missing = update(CASE).where(CASE.c.case_ref.in_(_difference(CASE_DIFFERENCE, GONE)))
    gone_since = {"missing_since_on": told.on, "next_look_at": told.at, "settled": False}
    connection.execute(missing.values(gone_since))
    new, changed, gone = (_noted(connection, CASE_DIFFERENCE, what) for what in _WHATS)
    read = _count(connection, select(STAGED_CASE.c.case_ref).where(STAGED_CASE.c.refused == 0))
    refused = select(STAGED_CASE.c.case_ref).where(STAGED_CASE.c.refused == 1)
    stubs = refused.where(STAGED_CASE.c.case_ref.in_(_difference(CASE_DIFFERENCE, NEW)))
    unchanged = read - changed - (new - _count(connection, stubs))
    shown = _shown(connection, CASE_DIFFERENCE, CASE_DIFFERENCE.c.case_ref, changes)
    return Difference(new, changed, gone, unchanged, shown)


def swap_records(connection: Connection, told: Told) -> dict[str, Difference]:
    """Write the records that are new or changed, and take back those that are gone, by kind."""
    connection.execute(insert(TOUCHED).from_select(["case_ref"], _cases_of(RECORD_DIFFERENCE)))
    lost = select(RECORD_DIFFERENCE.c.ref).where(RECORD_DIFFERENCE.c.what.in_((GONE, MOVED)))
    connection.execute(delete(RECORD).where(RECORD.c.ref.in_(lost)))
    names = _names(STAGED_RECORD)
    here = and_(
        RECORD_DIFFERENCE.c.case_ref == STAGED_RECORD.c.case_ref,
        RECORD_DIFFERENCE.c.ref == STAGED_RECORD.c.ref,
    )
    rows = select(*(STAGED_RECORD.c[name] for name in names), _instant(told))
    rows = rows.join(RECORD_DIFFERENCE, here).where(RECORD_DIFFERENCE.c.what == NEW)
    connection.execute(insert(RECORD).from_select([*names, "known_at"], rows))
    changes = _change_records(connection, told)
    read = dict(
        _pairs(
            connection,
            select(STAGED_RECORD.c.kind, func.count()).group_by(STAGED_RECORD.c.kind),
        )
    )
    new, changed, gone = (_kinds(connection, what) for what in _WHATS)
    differences = {}
    for kind in sorted(read.keys() | gone.keys()):
        added, altered, away = (found.get(kind, 0) for found in (new, changed, gone))
        of_kind = RECORD_DIFFERENCE.c.kind == kind
        ref = RECORD_DIFFERENCE.c.ref
        shown = _shown(connection, RECORD_DIFFERENCE, ref, changes.get(kind, ()), of_kind)
        unchanged = read.get(kind, 0) - added - altered
        differences[kind] = Difference(added, altered, away, unchanged, shown)
    return differences


def swap_events(connection: Connection, told: Told) -> Difference:
    """Write the events that are new, and take back those that are gone.

    A corrected event is a new one in the place of one taken back: its number in the journal is
    new too.
    """
    connection.execute(insert(TOUCHED).from_select(["case_ref"], _cases_of(EVENT_DIFFERENCE)))
    staged = STAGED_EVENT.c
    here = and_(
        EVENT_DIFFERENCE.c.case_ref == staged.case_ref, EVENT_DIFFERENCE.c.told == staged.told
    )
    last = select(func.coalesce(func.max(EVENT.c.number), 0))
    last = last.where(EVENT.c.case_ref == staged.case_ref).correlate(STAGED_EVENT)
    place = func.row_number().over(
        partition_by=staged.case_ref,
        order_by=[staged.at_on, staged.at_at.nulls_first(), staged.told],
    )
    names = _names(STAGED_EVENT)
    columns = [staged[name] for name in names]
    rows = select(*columns, last.scalar_subquery() + place, _instant(told))
    rows = rows.join(EVENT_DIFFERENCE, here).where(EVENT_DIFFERENCE.c.what == NEW)
    # new ones first: a number that goes free is not given to another event
    connection.execute(insert(EVENT).from_select([*names, "number", "known_at"], rows))
    away = and_(
        EVENT_DIFFERENCE.c.case_ref == EVENT.c.case_ref,
        EVENT_DIFFERENCE.c.told == EVENT.c.told,
        EVENT_DIFFERENCE.c.what == GONE,
    )
    touched = EVENT.c.case_ref.in_(_difference(EVENT_DIFFERENCE, GONE))
    gone = exists(select(1).where(away).select_from(EVENT_DIFFERENCE))
    connection.execute(delete(EVENT).where(touched, gone))
    new, _, taken_back = (_noted(connection, EVENT_DIFFERENCE, what) for what in _WHATS)
    read = _count(connection, select(staged.case_ref))
    return Difference(new, 0, taken_back, read - new)


def flag_cases(connection: Connection, flags: Iterable[tuple[str, str]], told: Told) -> None:
    """Store for each case why a row of it was refused, and clear it where all could be read."""
    rows = [{"case_ref": case_ref, "rejected": reason} for case_ref, reason in flags]
    if rows:
        connection.execute(insert(FLAGGED), rows)
    here = FLAGGED.c.case_ref == CASE.c.case_ref
    flagged = exists(select(1).where(here).select_from(FLAGGED))
    staged = select(1).where(STAGED_CASE.c.case_ref == CASE.c.case_ref).select_from(STAGED_CASE)
    clear = update(CASE).where(CASE.c.rejected != "", exists(staged), ~flagged)
    connection.execute(clear.values(rejected="", next_look_at=told.at, settled=False))
    reason = select(FLAGGED.c.rejected).where(here).scalar_subquery()
    flag = update(CASE).where(flagged, CASE.c.rejected != reason)
    connection.execute(flag.values(rejected=reason, next_look_at=told.at, settled=False))


def look_at_touched(connection: Connection, told: Told) -> None:
    """Have every case looked at of which a record or event changed."""
    touched = update(CASE).where(CASE.c.case_ref.in_(select(TOUCHED.c.case_ref)))
    connection.execute(touched.values(next_look_at=told.at, settled=False))


def keep(connection: Connection, scopes: Iterable[tuple[str, str]]) -> None:
    """Note of which cases nothing of a kind may be taken back; case "" is all of them."""
    rows = [{"scope": scope, "case_ref": case_ref} for scope, case_ref in scopes]
    if rows:
        connection.execute(insert(KEPT), rows)


def _open_on(on: date) -> ColumnElement[bool]:
    ended = or_(CASE.c.ended_on.is_(None), CASE.c.ended_on > on)
    return and_(CASE.c.missing_since_on.is_(None), ended)


def _change_cases(connection: Connection, told: Told) -> list[tuple[str, tuple[str, ...]]]:
    names = _names(STAGED_CASE, but_not=("case_ref", "refused"))
    change = _update_of(CASE, ["case_ref"], [*names, "assigned_on", "next_look_at", "settled"])
    rows = _old_and_new(CASE, STAGED_CASE, CASE_DIFFERENCE, ["case_ref"], names)
    rows = rows.add_columns(CASE.c.assigned_on)
    shown: list[tuple[str, tuple[str, ...]]] = []
    for found in _portions(connection, CASE_DIFFERENCE, rows):
        updates = []
        for row in found:
            new = {name: row[f"new_{name}"] for name in names}
            new |= {"next_look_at": told.at, "settled": False}
            new["assigned_on"] = row["assigned_on"]
            if row["old_told"]:  # else it was never read before: nothing has changed
                for name, kind in (("facts", "case"), ("child_facts", "child")):
                    new[name] = merge_facts(kind, row[f"old_{name}"], new[name], told)
                if row["old_caseworker"] != new["caseworker"]:
                    new["assigned_on"] = told.on
            updates.append(_bound(new, {"case_ref": row["case_ref"]}))
            if len(shown) < SHOWN_ROWS:
                shown.append((row["case_ref"], _different(row, new, names)))
        connection.execute(change, updates)
    return shown


def _change_records(
    connection: Connection, told: Told
) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    names = _names(STAGED_RECORD, but_not=("case_ref", "ref"))
    change = _update_of(RECORD, ["case_ref", "ref"], names)
    rows = _old_and_new(RECORD, STAGED_RECORD, RECORD_DIFFERENCE, ["case_ref", "ref"], names)
    shown: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for found in _portions(connection, RECORD_DIFFERENCE, rows):
        updates = []
        for row in found:
            new = {name: row[f"new_{name}"] for name in names}
            new["facts"] = merge_facts(new["kind"], row["old_facts"], new["facts"], told)
            updates.append(_bound(new, {"case_ref": row["case_ref"], "ref": row["ref"]}))
            of_kind = shown.setdefault(new["kind"], [])
            if len(of_kind) < SHOWN_ROWS:
                of_kind.append((row["ref"], _different(row, new, names)))
        connection.execute(change, updates)
    return shown


def _portions(
    connection: Connection, differences: Table, rows: Select[Any]
) -> Iterator[Sequence[RowMapping]]:
    """Give the changed rows, old and new, so many at a time."""
    rows = rows.add_columns(differences.c.id).where(differences.c.what == CHANGED)
    rows = rows.order_by(differences.c.id).limit(CHANGES_AT_A_TIME)
    beyond = 0
    while found := connection.execute(rows.where(differences.c.id > beyond)).mappings().all():
        yield found
        beyond = found[-1]["id"]


def _case_is_here(table: Table) -> ColumnElement[bool]:
    here = STAGED_CASE.c.case_ref == table.c.case_ref
    return exists(select(1).where(here).select_from(STAGED_CASE))


def _kept(table: Table, scope: ColumnElement[str]) -> ColumnElement[bool]:
    cases = KEPT.c.case_ref.in_([table.c.case_ref, literal("")])
    return exists(select(1).where(KEPT.c.scope == scope, cases).select_from(KEPT))


_WHATS = (NEW, CHANGED, GONE)


def _note(connection: Connection, differences: Table, what: str, keys: Select[Any]) -> None:
    columns = _names(differences, but_not=("id", "what"))
    rows = keys.add_columns(literal(what)).order_by(keys.selected_columns[0])
    connection.execute(insert(differences).from_select([*columns, "what"], rows))


def _noted(connection: Connection, differences: Table, what: str) -> int:
    return _count(connection, _difference(differences, what))


def _difference(differences: Table, what: str) -> Select[Any]:
    return select(differences.c.case_ref).where(differences.c.what == what)


def _cases_of(differences: Table) -> Select[Any]:
    return select(differences.c.case_ref).distinct()


def _kinds(connection: Connection, what: str) -> dict[str, int]:
    kind = RECORD_DIFFERENCE.c.kind
    counted = select(kind, func.count()).where(RECORD_DIFFERENCE.c.what == what).group_by(kind)
    return dict(_pairs(connection, counted))


def _shown(
    connection: Connection,
    differences: Table,
    ref: ColumnElement[str],
    changes: Sequence[tuple[str, tuple[str, ...]]],
    *which: ColumnElement[bool],
) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return the first rows that differ; of changed ones with the columns that did."""
    rows = select(ref, differences.c.what).where(differences.c.what.in_((NEW, GONE)), *which)
    found = connection.execute(rows.order_by(differences.c.id).limit(SHOWN_ROWS))
    shown: list[tuple[str, str, tuple[str, ...]]] = [(name, what, ()) for name, what in found]
    shown += [(name, CHANGED, columns) for name, columns in changes]
    return tuple(shown)


def _old_and_new(
    old: Table, new: Table, differences: Table, keys: list[str], names: list[str]
) -> Select[Any]:
    rows = select(
        *(old.c[name] for name in keys),
        *(old.c[name].label(f"old_{name}") for name in names),
        *(new.c[name].label(f"new_{name}") for name in names),
    ).select_from(differences)
    for table in (old, new):
        rows = rows.join(table, and_(*(table.c[key] == differences.c[key] for key in keys)))
    return rows


def _update_of(table: Table, keys: list[str], names: list[str]) -> Any:
    where = [table.c[name] == bindparam(f"at_{name}") for name in keys]
    return update(table).where(*where).values({name: bindparam(f"to_{name}") for name in names})


def _bound(new: dict[str, Any], keys: dict[str, str]) -> dict[str, Any]:
    values = {f"to_{name}": value for name, value in new.items()}
    return values | {f"at_{name}": value for name, value in keys.items()}


def _different(row: Any, new: dict[str, Any], names: list[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name != "told" and row[f"old_{name}"] != new[name])


def _names(table: Table, but_not: tuple[str, ...] = ()) -> list[str]:
    return [column.name for column in table.columns if column.name not in but_not]


def _pairs(connection: Connection, rows: Select[Any]) -> list[tuple[str, int]]:
    return [(name, number) for name, number in connection.execute(rows)]


def _count(connection: Connection, rows: Select[Any]) -> int:
    return connection.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _instant(told: Told) -> ColumnElement[Any]:
    return literal(told.at, UtcInstant())
