"""Putting the staff of an extract in the place of the stored one: only differences are written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from models.case_tables import ABSENCE, PERSON
from models.compare import CHANGED, GONE, NEW
from models.swap import SHOWN_ROWS, Difference


def stored_people(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return the rows of everybody ever named, by identity."""
    rows = connection.execute(select(PERSON)).mappings()
    return {row["person"]: dict(row) for row in rows}


def swap_people(
    connection: Connection, rows: Sequence[Mapping[str, Any]], *, keep_absent: bool
) -> Difference:
    """Write people that are new or changed; those not named any more become leavers.

    `keep_absent` leaves everybody active who is not named: a row did not say whom it was about.
    """
    stored = stored_people(connection)
    named = {row["person"] for row in rows}
    new = [dict(row) for row in rows if row["person"] not in stored]
    changed = [dict(row) for row in rows if stored.get(row["person"], row) != row]
    gone = [row for who, row in stored.items() if who not in named and row["active"]]
    gone = [] if keep_absent else gone
    if new:
        connection.execute(insert(PERSON), new)
    changed_rows = [*changed, *({**row, "active": False} for row in gone)]
    if changed_rows:
        connection.execute(_update_by_key(PERSON), _bound(PERSON, changed_rows))
    columns = {row["person"]: _columns(stored[row["person"]], row) for row in changed}
    unchanged = len(rows) - len(new) - len(changed)
    return Difference(
        len(new), len(changed), len(gone), unchanged, _shown(new, changed, gone, columns)
    )


def swap_absences(
    connection: Connection, rows: Sequence[Mapping[str, Any]], unclear: Collection[str]
) -> Difference:
    """Write the absences that differ. Those of people with an unreadable row stay as they are."""
    found = connection.execute(select(ABSENCE)).mappings()
    rows_stored = [dict(row) for row in found if row["person"] not in unclear]
    stored = {_key(row): row for row in rows_stored}
    told = {_key(row): dict(row) for row in rows}
    new = [row for key, row in told.items() if key not in stored]
    changed = [row for key, row in told.items() if stored.get(key, row) != row]
    gone = [row for key, row in stored.items() if key not in told]
    by_key = delete(ABSENCE).where(
        ABSENCE.c.person == bindparam("at_person"), ABSENCE.c.from_on == bindparam("at_from_on")
    )
    if gone:
        connection.execute(by_key, [_at(row, ("person", "from_on")) for row in gone])
    if new:
        connection.execute(insert(ABSENCE), new)
    if changed:
        connection.execute(_update_by_key(ABSENCE), _bound(ABSENCE, changed))
    columns = {row["person"]: _columns(stored[_key(row)], row) for row in changed}
    unchanged = len(told) - len(new) - len(changed)
    return Difference(
        len(new), len(changed), len(gone), unchanged, _shown(new, changed, gone, columns)
    )


def _shown(
    new: Sequence[Mapping[str, Any]],
    changed: Sequence[Mapping[str, Any]],
    gone: Sequence[Mapping[str, Any]],
    columns: Mapping[str, tuple[str, ...]],
) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    by_what = ((NEW, new), (CHANGED, changed), (GONE, gone))
    return tuple(
        (row["person"], what, columns.get(row["person"], ()) if what == CHANGED else ())
        for what, rows in by_what
        for row in rows[:SHOWN_ROWS]
    )


def _key(row: Mapping[str, Any]) -> tuple[Any, Any]:
    return row["person"], row["from_on"]


def _columns(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in new if old[name] != new[name])


def _update_by_key(table: Table) -> Any:
    keys = [column.name for column in table.primary_key]
    where = [table.c[name] == bindparam(f"at_{name}") for name in keys]
    others = [column.name for column in table.columns if column.name not in keys]
    return update(table).where(*where).values({name: bindparam(f"to_{name}") for name in others})


def _bound(table: Table, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    keys = tuple(column.name for column in table.primary_key)
    return [
        _at(row, keys) | {f"to_{name}": value for name, value in row.items() if name not in keys}
        for row in rows
    ]


def _at(row: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {f"at_{name}": row[name] for name in keys}
