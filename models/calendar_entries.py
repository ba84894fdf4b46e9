"""What stands in whose calendar since a mail put it there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from models.case_tables import table_of
from models.deadlines import DEADLINE, KEY_COLUMNS
from models.mail_tables import CalendarEntryRow
from rules.deadline import OPEN

ENTRY = table_of(CalendarEntryRow)


class CalendarEntry(NamedTuple):
    """One entry, as models.mail_tables.CalendarEntryRow tells it."""

    recipient: str
    deadline_key: str
    case_ref: str
    due_text: str
    sequence: int = 0
    cancelled: bool = False


COLUMNS = [ENTRY.c[name] for name in CalendarEntry._fields]


def entries_of(connection: Connection, recipients: Collection[str]) -> list[CalendarEntry]:
    """Return every entry of these people, the cancelled ones too."""
    asked = select(*COLUMNS).where(ENTRY.c.recipient.in_(sorted(recipients)))
    return [CalendarEntry(*row) for row in connection.execute(asked)]


def next_entry(last: CalendarEntry | None, entry: CalendarEntry) -> CalendarEntry:
    """Return an entry with the sequence that follows: one more when it says something else.

    >>> moved = CalendarEntry("mho", "4711|..", "4711", "2026-11-27")
    >>> next_entry(moved._replace(due_text="2026-11-26", sequence=2), moved).sequence
    3
    """
    if last is None:
        return entry
    same = (last.due_text, last.cancelled) == (entry.due_text, entry.cancelled)
    return entry._replace(sequence=last.sequence + (not same))


def no_longer_open(
    connection: Connection, entries: Sequence[CalendarEntry]
) -> tuple[CalendarEntry, ...]:
    """Return those entries whose deadline is met, or gone, and that still stand in a calendar."""
    standing = [entry for entry in entries if not entry.cancelled]
    refs = sorted({entry.case_ref for entry in standing})
    still = DEADLINE.c.status.in_([str(status) for status in OPEN])
    rows = connection.execute(select(*KEY_COLUMNS).where(DEADLINE.c.case_ref.in_(refs), still))
    keys = {"|".join(map(str, row)) for row in rows}
    return tuple(entry for entry in standing if entry.deadline_key not in keys)


def write_entries(connection: Connection, entries: Sequence[CalendarEntry]) -> None:
    """Record entries as they now stand, in the place of what stood there."""
    if not entries:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(ENTRY)
    changed = {name: statement.excluded[name] for name in ("due_text", "sequence", "cancelled")}
    key = [ENTRY.c.recipient, ENTRY.c.deadline_key]
    statement = statement.on_conflict_do_update(index_elements=key, set_=changed)
    connection.execute(statement, [entry._asdict() for entry in entries])
