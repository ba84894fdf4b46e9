"""Putting a staged extract in the place of what is stored: only differences are written.

All in the caller's one transaction. Every case of which anything changed is noted in TOUCHED and
looked at again. What is not in the extract: a case becomes missing, never closed; a record or
event of a case that is there was taken back, and goes, unless a row about it could not be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
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
from models.staging import FLAGGED, KEPT, STAGED_CASE, STAGED_EVENT, STAGED_RECORD, TOUCHED

CHANGES_AT_A_TIME = 2000
EVENTS_SCOPE = "event"


class Difference(NamedTuple):
    """How a table differs from the extract. `gone` are missing cases, or rows taken back.

    `changes` names each changed row with the columns that changed, for whoever wants to see it.
    """

    new: tuple[str, ...]
    changes: tuple[tuple[str, tuple[str, ...]], ...]
    gone: tuple[str, ...]
    unchanged: int


class Loss(NamedTuple):
    """How much of what was there is gone: of `stored` rows, `gone`; of open cases also `closed`."""

    stored: int
    gone: int
    closed: int = 0


def loss_of_cases(connection: Connection, on: date) -> Loss:
    """Return how many cases were open before this extract, and are gone or closed in it."""
    was_open = _open_on(on)
    staged = select(STAGED_CASE.c.case_ref).where(STAGED_CASE.c.case_ref == CASE.c.case_ref)
    closed = staged.where(STAGED_CASE.c.refused == 0, STAGED_CASE.c.ended_on <= on)
    return Loss(
        _count(connection, select(CASE.c.case_ref).where(was_open)),
        _count(connection, select(CASE.c.case_ref).where(was_open, ~exists(staged))),
        _count(connection, select(CASE.c.case_ref).where(was_open, exists(closed))),
    )


def swap_cases(connection: Connection, told: Told) -> Difference:
    """Write the cases that are new or changed, and mark the open ones that are missing."""
    same = STAGED_CASE.c.case_ref == CASE.c.case_ref
    new = select(STAGED_CASE.c.case_ref).where(~exists(select(1).where(same).select_from(CASE)))
    new_refs = _refs(connection, new.order_by(STAGED_CASE.c.case_ref))
    _insert_cases(connection, told, ~exists(select(1).where(same).select_from(CASE)))
    staged = exists(select(1).where(same).select_from(STAGED_CASE))
    back = update(CASE).where(CASE.c.missing_since_on.is_not(None), staged)
    connection.execute(back.values(missing_since_on=None, next_look_at=told.at))
    changes = _change_cases(connection, told)
    gone = select(CASE.c.case_ref).where(_open_on(told.on), ~staged).order_by(CASE.c.case_ref)
    gone_refs = _refs(connection, gone)
    missing = update(CASE).where(_open_on(told.on), ~staged)
    connection.execute(missing.values(missing_since_on=told.on, next_look_at=told.at))
    total = _count(connection, select(STAGED_CASE.c.case_ref).where(STAGED_CASE.c.refused == 0))
    unchanged = total - len(new_refs) - len(changes)
    return Difference(new_refs, changes, gone_refs, max(unchanged, 0))


def loss_of_records(connection: Connection) -> dict[str, Loss]:
    """Return how many records of each kind are stored, and not in the extract any more."""
    stored = dict(_pairs(connection, select(RECORD.c.kind, func.count()).group_by(RECORD.c.kind)))
    gone = _pairs(
        connection,
        select(RECORD.c.kind, func.count()).where(_record_gone()).group_by(RECORD.c.kind),
    )
    return {kind: Loss(stored[kind], number) for kind, number in gone}


def swap_records(connection: Connection, told: Told) -> dict[str, Difference]:
    """Write the records that are new or changed, and take back those that are gone, by kind."""
    gone = _by_kind(connection, select(RECORD.c.kind, RECORD.c.ref).where(_record_gone()))
    _touch(connection, select(RECORD.c.case_ref).where(_record_gone()))
    connection.execute(delete(RECORD).where(_record_gone()))
    _move_records(connection)
    same = and_(RECORD.c.case_ref == STAGED_RECORD.c.case_ref, RECORD.c.ref == STAGED_RECORD.c.ref)
    is_new = ~exists(select(1).where(same).select_from(RECORD))
    new = _by_kind(connection, select(STAGED_RECORD.c.kind, STAGED_RECORD.c.ref).where(is_new))
    _touch(connection, select(STAGED_RECORD.c.case_ref).where(is_new))
    names = _names(STAGED_RECORD)
    rows = select(*(STAGED_RECORD.c[name] for name in names), _instant(told)).where(is_new)
    connection.execute(insert(RECORD).from_select([*names, "known_at"], rows))
    changes = _change_records(connection, told, same)
    kinds = select(STAGED_RECORD.c.kind, func.count()).group_by(STAGED_RECORD.c.kind)
    totals = dict(_pairs(connection, kinds))
    return {
        kind: Difference(
            tuple(new.get(kind, ())),
            tuple(changes.get(kind, ())),
            tuple(gone.get(kind, ())),
            totals.get(kind, 0) - len(new.get(kind, ())) - len(changes.get(kind, ())),
        )
        for kind in totals.keys() | gone.keys()
    }


def loss_of_events(connection: Connection) -> Loss:
    """Return how many events are stored, and not in the extract any more."""
    stored = _count(connection, select(EVENT.c.case_ref))
    return Loss(stored, _count(connection, select(EVENT.c.case_ref).where(_event_gone())))


def swap_events(connection: Connection, told: Told) -> tuple[int, int, int]:
    """Write the events that are new, take back those that are gone; return new, gone, unchanged.

    A corrected event is a new one in the place of one taken back: its number in the journal is
    new too.
    """
    staged = STAGED_EVENT.c
    same = and_(EVENT.c.case_ref == staged.case_ref, EVENT.c.told == staged.told)
    is_new = ~exists(select(1).where(same).select_from(EVENT))
    _touch(connection, select(staged.case_ref).where(is_new))
    last = select(func.coalesce(func.max(EVENT.c.number), 0))
    last = last.where(EVENT.c.case_ref == staged.case_ref)
    place = func.row_number().over(
        partition_by=staged.case_ref,
        order_by=[staged.at_on, staged.at_at.nulls_first(), staged.told],
    )
    names = _names(STAGED_EVENT)
    columns = [staged[name] for name in names]
    rows = select(*columns, last.scalar_subquery() + place, _instant(told)).where(is_new)
    # new ones first: a number that goes free is not given to another event
    new = connection.execute(insert(EVENT).from_select([*names, "number", "known_at"], rows))
    _touch(connection, select(EVENT.c.case_ref).where(_event_gone()))
    gone = connection.execute(delete(EVENT).where(_event_gone()))
    total = _count(connection, select(staged.case_ref))
    return new.rowcount, gone.rowcount, total - new.rowcount


def flag_cases(connection: Connection, flags: Iterable[tuple[str, str]], told: Told) -> None:
    """Store for each case why a row of it was refused, and clear it where all could be read."""
    rows = [{"case_ref": case_ref, "rejected": reason} for case_ref, reason in flags]
    if rows:
        connection.execute(insert(FLAGGED), rows)
    here = FLAGGED.c.case_ref == CASE.c.case_ref
    flagged = exists(select(1).where(here).select_from(FLAGGED))
    staged = select(1).where(STAGED_CASE.c.case_ref == CASE.c.case_ref).select_from(STAGED_CASE)
    clear = update(CASE).where(CASE.c.rejected != "", exists(staged), ~flagged)
    connection.execute(clear.values(rejected="", next_look_at=told.at))
    reason = select(FLAGGED.c.rejected).where(here).scalar_subquery()
    flag = update(CASE).where(flagged, CASE.c.rejected != reason)
    connection.execute(flag.values(rejected=reason, next_look_at=told.at))


def look_at_touched(connection: Connection, told: Told) -> None:
    """Have every case looked at of which a record or event changed."""
    touched = update(CASE).where(CASE.c.case_ref.in_(select(TOUCHED.c.case_ref)))
    connection.execute(touched.values(next_look_at=told.at))


def keep(connection: Connection, scopes: Iterable[tuple[str, str]]) -> None:
    """Note of which cases nothing of a kind may be taken back; case "" is all of them."""
    rows = [{"scope": scope, "case_ref": case_ref} for scope, case_ref in scopes]
    if rows:
        connection.execute(insert(KEPT), rows)


def _open_on(on: date) -> ColumnElement[bool]:
    ended = or_(CASE.c.ended_on.is_(None), CASE.c.ended_on > on)
    return and_(CASE.c.missing_since_on.is_(None), ended)


def _insert_cases(connection: Connection, told: Told, is_new: ColumnElement[bool]) -> None:
    names = _names(STAGED_CASE, but_not=("refused",))
    fixed = {"known_at": _instant(told), "next_look_at": _instant(told), "rejected": literal("")}
    rows = select(*(STAGED_CASE.c[name] for name in names), *fixed.values()).where(is_new)
    connection.execute(insert(CASE).from_select([*names, *fixed], rows))


def _change_cases(connection: Connection, told: Told) -> tuple[tuple[str, tuple[str, ...]], ...]:
    same = STAGED_CASE.c.case_ref == CASE.c.case_ref
    differs = and_(STAGED_CASE.c.refused == 0, STAGED_CASE.c.told != CASE.c.told)
    names = _names(STAGED_CASE, but_not=("case_ref", "refused"))
    rows = _old_and_new(CASE, STAGED_CASE, ["case_ref"], [*names, "assigned_on"], names)
    rows = rows.join(STAGED_CASE, same).where(differs).limit(CHANGES_AT_A_TIME)
    change = _update_of(CASE, ["case_ref"], [*names, "assigned_on", "next_look_at"])
    changed: list[tuple[str, tuple[str, ...]]] = []
    while found := connection.execute(rows).mappings().all():
        updates = []
        for row in found:
            new = {name: row[f"new_{name}"] for name in names}
            new |= {"next_look_at": told.at, "assigned_on": row["old_assigned_on"]}
            if row["old_told"]:  # else it was never read before: nothing has changed
                for name, kind in (("facts", "case"), ("child_facts", "child")):
                    new[name] = merge_facts(kind, row[f"old_{name}"], new[name], told)
                if row["old_caseworker"] != new["caseworker"]:
                    new["assigned_on"] = told.on
            updates.append(_bound(new, {"case_ref": row["case_ref"]}))
            changed.append((row["case_ref"], _different(row, new, names)))
        connection.execute(change, updates)
    return tuple(changed)


def _change_records(
    connection: Connection, told: Told, same: ColumnElement[bool]
) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    names = _names(STAGED_RECORD, but_not=("case_ref", "ref"))
    rows = _old_and_new(RECORD, STAGED_RECORD, ["case_ref", "ref"], names, names)
    differs = STAGED_RECORD.c.told != RECORD.c.told
    rows = rows.join(STAGED_RECORD, same).where(differs).limit(CHANGES_AT_A_TIME)
    change = _update_of(RECORD, ["case_ref", "ref"], names)
    changed: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    while found := connection.execute(rows).mappings().all():
        updates = []
        for row in found:
            new = {name: row[f"new_{name}"] for name in names}
            new["facts"] = merge_facts(new["kind"], row["old_facts"], new["facts"], told)
            updates.append(_bound(new, {"case_ref": row["case_ref"], "ref": row["ref"]}))
            difference = (row["ref"], _different(row, new, names))
            changed.setdefault(new["kind"], []).append(difference)
        connection.execute(change, updates)
        connection.execute(insert(TOUCHED), [{"case_ref": row["case_ref"]} for row in found])
    return changed


def _move_records(connection: Connection) -> None:
    """Take away the records that the extract tells under another case, to be written there."""
    elsewhere = and_(
        STAGED_RECORD.c.ref == RECORD.c.ref, STAGED_RECORD.c.case_ref != RECORD.c.case_ref
    )
    moved = RECORD.c.ref.in_(select(RECORD.c.ref).join(STAGED_RECORD, elsewhere))
    _touch(connection, select(RECORD.c.case_ref).where(moved))
    connection.execute(delete(RECORD).where(moved))


def _record_gone() -> ColumnElement[bool]:
    same = and_(STAGED_RECORD.c.case_ref == RECORD.c.case_ref, STAGED_RECORD.c.ref == RECORD.c.ref)
    return and_(
        _case_is_here(RECORD),
        ~exists(select(1).where(same).select_from(STAGED_RECORD)),
        ~_kept(RECORD, RECORD.c.kind),
    )


def _event_gone() -> ColumnElement[bool]:
    same = and_(STAGED_EVENT.c.case_ref == EVENT.c.case_ref, STAGED_EVENT.c.told == EVENT.c.told)
    return and_(
        _case_is_here(EVENT),
        ~exists(select(1).where(same).select_from(STAGED_EVENT)),
        ~_kept(EVENT, literal(EVENTS_SCOPE)),
    )


def _case_is_here(table: Table) -> ColumnElement[bool]:
    here = STAGED_CASE.c.case_ref == table.c.case_ref
    return exists(select(1).where(here).select_from(STAGED_CASE))


def _kept(table: Table, scope: ColumnElement[str]) -> ColumnElement[bool]:
    cases = KEPT.c.case_ref.in_([table.c.case_ref, literal("")])
    return exists(select(1).where(KEPT.c.scope == scope, cases).select_from(KEPT))


def _touch(connection: Connection, case_refs: Select[Any]) -> None:
    connection.execute(insert(TOUCHED).from_select(["case_ref"], case_refs.distinct()))


def _old_and_new(
    old: Table, new: Table, keys: list[str], old_names: list[str], new_names: list[str]
) -> Select[Any]:
    return select(
        *(old.c[name] for name in keys),
        *(old.c[name].label(f"old_{name}") for name in old_names),
        *(new.c[name].label(f"new_{name}") for name in new_names),
    ).select_from(old)


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


def _by_kind(connection: Connection, rows: Select[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, ref in connection.execute(rows):
        found.setdefault(kind, []).append(ref)
    return found


def _pairs(connection: Connection, rows: Select[Any]) -> list[tuple[str, int]]:
    return [(name, number) for name, number in connection.execute(rows)]


def _refs(connection: Connection, rows: Select[Any]) -> tuple[str, ...]:
    return tuple(connection.scalars(rows))


def _count(connection: Connection, rows: Select[Any]) -> int:
    return connection.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _instant(told: Told) -> ColumnElement[Any]:
    return literal(told.at, UtcInstant())
