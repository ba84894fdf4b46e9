"""Putting a staged extract in the place of what is stored: only differences are written.

All in the caller's one transaction. Every case of which anything changed is noted in TOUCHED and
looked at again. What is not in the extract: a case becomes missing, never closed; a record or
event of a case that is there was taken back, and goes, unless a row about it could not be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    select,
    update,
)

from models.case_tables import CASE, EVENT, RECORD
from models.column_types import UtcInstant
from models.compare import (
    CHANGED,
    GONE,
    MOVED,
    NEW,
    WHATS,
    by_kind,
    cases_in,
    count_rows,
    keys_of,
    names_of,
    noted,
    numbers_by_name,
)
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


class Difference(NamedTuple):
    """How a table differs from the extract. `gone` are missing cases, or rows taken back.

    `rows` names the first rows that differ: reference, NEW, CHANGED or GONE, changed columns.
    """

    new: int
    changed: int
    gone: int
    unchanged: int
    rows: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


def swap_cases(connection: Connection, told: Told) -> Difference:
    """Write the cases that are new or changed, and mark the open ones that are missing."""
    names = names_of(STAGED_CASE, but_not=("refused",))
    fixed = {"known_at": _instant(told), "next_look_at": _instant(told), "rejected": literal("")}
    rows = select(*(STAGED_CASE.c[name] for name in names), *fixed.values())
    rows = rows.where(STAGED_CASE.c.case_ref.in_(keys_of(CASE_DIFFERENCE, NEW)))
    connection.execute(insert(CASE).from_select([*names, *fixed], rows))
    here = select(1).where(STAGED_CASE.c.case_ref == CASE.c.case_ref).select_from(STAGED_CASE)
    back = update(CASE).where(CASE.c.missing_since_on.is_not(None), exists(here))
    connection.execute(back.values(missing_since_on=None, next_look_at=told.at, settled=False))
    changes = _change_cases(connection, told)
    missing = update(CASE).where(CASE.c.case_ref.in_(keys_of(CASE_DIFFERENCE, GONE)))
    gone_since = {"missing_since_on": told.on, "next_look_at": told.at, "settled": False}
    connection.execute(missing.values(gone_since))
    # one that had ended is no loss, but that no extract brings it any more lets it be forgotten
    ended = update(CASE).where(CASE.c.missing_since_on.is_(None), ~exists(here))
    connection.execute(ended.values(missing_since_on=told.on))
    new, changed, gone = (noted(connection, CASE_DIFFERENCE, what) for what in WHATS)
    read = count_rows(connection, select(STAGED_CASE.c.case_ref).where(STAGED_CASE.c.refused == 0))
    refused = select(STAGED_CASE.c.case_ref).where(STAGED_CASE.c.refused == 1)
    stubs = refused.where(STAGED_CASE.c.case_ref.in_(keys_of(CASE_DIFFERENCE, NEW)))
    unchanged = read - changed - (new - count_rows(connection, stubs))
    shown = _shown(connection, CASE_DIFFERENCE, CASE_DIFFERENCE.c.case_ref, changes)
    return Difference(new, changed, gone, unchanged, shown)


def swap_records(connection: Connection, told: Told) -> dict[str, Difference]:
    """Write the records that are new or changed, and take back those that are gone, by kind."""
    connection.execute(insert(TOUCHED).from_select(["case_ref"], cases_in(RECORD_DIFFERENCE)))
    lost = select(RECORD_DIFFERENCE.c.ref).where(RECORD_DIFFERENCE.c.what.in_((GONE, MOVED)))
    connection.execute(delete(RECORD).where(RECORD.c.ref.in_(lost)))
    names = names_of(STAGED_RECORD)
    here = and_(
        RECORD_DIFFERENCE.c.case_ref == STAGED_RECORD.c.case_ref,
        RECORD_DIFFERENCE.c.ref == STAGED_RECORD.c.ref,
    )
    rows = select(*(STAGED_RECORD.c[name] for name in names), _instant(told))
    rows = rows.join(RECORD_DIFFERENCE, here).where(RECORD_DIFFERENCE.c.what == NEW)
    connection.execute(insert(RECORD).from_select([*names, "known_at"], rows))
    changes = _change_records(connection, told)
    read = dict(
        numbers_by_name(
            connection,
            select(STAGED_RECORD.c.kind, func.count()).group_by(STAGED_RECORD.c.kind),
        )
    )
    new, changed, gone = (by_kind(connection, what) for what in WHATS)
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
    connection.execute(insert(TOUCHED).from_select(["case_ref"], cases_in(EVENT_DIFFERENCE)))
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
    names = names_of(STAGED_EVENT)
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
    touched = EVENT.c.case_ref.in_(keys_of(EVENT_DIFFERENCE, GONE))
    gone = exists(select(1).where(away).select_from(EVENT_DIFFERENCE))
    connection.execute(delete(EVENT).where(touched, gone))
    new, _, taken_back = (noted(connection, EVENT_DIFFERENCE, what) for what in WHATS)
    read = count_rows(connection, select(staged.case_ref))
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


def _change_cases(connection: Connection, told: Told) -> list[tuple[str, tuple[str, ...]]]:
    names = names_of(STAGED_CASE, but_not=("case_ref", "refused"))
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
    names = names_of(STAGED_RECORD, but_not=("case_ref", "ref"))
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


def _instant(told: Told) -> ColumnElement[Any]:
    return literal(told.at, UtcInstant())
