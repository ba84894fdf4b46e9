"""The stored deadlines: read as plain rows, and only differences written."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import zip_longest
from typing import NamedTuple, cast

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, or_, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from models.case_tables import CASE
from models.deadline_tables import DeadlineLogRow, DeadlineRow
from models.plain_rows import insert_rows, raw, row_reader
from rules.dates import Moment, day_of
from rules.deadline import Deadline, Status

DEADLINE = cast(Table, DeadlineRow.__table__)  # type: ignore[attr-defined]
LOG = cast(Table, DeadlineLogRow.__table__)  # type: ignore[attr-defined]

Key = tuple[str, str, str, date, int]
"""(case_ref, ref, rule, interval_on, round): the primary key of a stored deadline."""

Pair = tuple[str, str]
"""(ref, rule): a record and a rule asked about it."""


class StoredDeadline(NamedTuple):
    """A deadline as it is kept; the columns in the order of the table, less `changed_at`."""

    case_ref: str
    ref: str
    rule: str
    interval_on: date
    round: int
    kind: str
    status: str
    due_on: date | None
    due_at: datetime | None
    started_on: date | None
    started_at: datetime | None
    done_on: date | None
    done_at: datetime | None
    closed: bool
    current: bool
    missing: str
    rule_print: str
    next_change_at: datetime | None

    @property
    def key(self) -> Key:
        """The primary key."""
        return self[:5]

    @property
    def text_key(self) -> str:
        """The key as text, as the outbox knows it (rules.deadline.Deadline.key)."""
        return "|".join(map(str, self.key))

    @property
    def due(self) -> Moment | None:
        """The instant, or else the day, on which it is due."""
        return self.due_at or self.due_on


COLUMNS = [DEADLINE.c[name] for name in StoredDeadline._fields]
RAW_COLUMNS = [raw(column) for column in COLUMNS]
KEY_COLUMNS = COLUMNS[:5]

_read = row_reader(COLUMNS)


class Differences(NamedTuple):
    """What must be written so that the stored deadlines are as they were decided.

    `corrected` are closed rounds that a corrected fact changed: as they were, and as they are.
    """

    written: tuple[StoredDeadline, ...]
    removed: tuple[Key, ...]
    corrected: tuple[tuple[StoredDeadline, StoredDeadline | None], ...]

    def __bool__(self) -> bool:
        """Say whether anything differs."""
        return bool(self.written or self.removed)


def stored_form(deadline: Deadline, rule_print: str, *, current: bool) -> StoredDeadline:
    """Return a decided deadline as it is kept. Not for one that is not applicable."""
    assert deadline.interval is not None
    return StoredDeadline(
        deadline.case,
        deadline.ref,
        deadline.rule,
        deadline.interval,
        deadline.round,
        deadline.kind,
        deadline.status.value,
        *_two_columns(deadline.due),
        *_two_columns(deadline.started),
        *_two_columns(deadline.done),
        deadline.closed,
        current,
        "|".join(deadline.missing),
        rule_print,
        deadline.next_change_at if current else None,
    )


def _two_columns(moment: Moment | None) -> tuple[date | None, datetime | None]:
    if isinstance(moment, datetime):
        return day_of(moment), moment
    return moment, None


def stored_deadlines(
    connection: Connection, case_refs: Sequence[str]
) -> dict[str, list[StoredDeadline]]:
    """Return what is stored of these cases, by case."""
    rows = connection.execute(select(*RAW_COLUMNS).where(DEADLINE.c.case_ref.in_(case_refs)))
    found: dict[str, list[StoredDeadline]] = {ref: [] for ref in case_refs}
    for row in rows.all():
        found[row[0]].append(StoredDeadline._make(_read(row)))
    return found


def standing_pairs(stored: Iterable[StoredDeadline], now: datetime) -> dict[Pair, StoredDeadline]:
    """Return the current rows that no passing of time has changed by an instant."""
    return {
        (row.ref, row.rule): row
        for row in stored
        if row.current and (row.next_change_at is None or row.next_change_at > now)
    }


def differences(
    stored: Iterable[StoredDeadline],
    decided: Iterable[Deadline],
    prints: Mapping[str, str],
    standing: Collection[Pair] = (),
) -> Differences:
    """Return what differs between what is stored of a case and what was decided now.

    `prints` are the fingerprints of the rules that were asked; what is stored of other rules
    stays, and so does what stands as it did (`standing`: record and rule). A closed round is
    history: an edited rule does not touch it. A corrected fact does, and shows in when the
    round's clock started or when it was done, or in a round that is gone though its rule reads
    as it did.
    """
    asked = [old for old in stored if old.rule in prints and old[1:3] not in standing]
    decided_now = {row.key: row for row in _rows(decided, prints)}
    kept = {old.key for old in asked if _is_history(old, decided_now.get(old.key), prints)}
    now = _beside_history(decided_now, kept)
    written: list[StoredDeadline] = []
    removed: list[Key] = []
    corrected: list[tuple[StoredDeadline, StoredDeadline | None]] = []
    for old in asked:
        if old.key in kept:
            written += _no_longer_current(old, decided_now.get(old.key))
            continue
        new = now.pop(old.key, None)
        if new == old:
            continue
        if old.closed and (new is None or new != old._replace(current=new.current)):
            corrected.append((old, new))
        if new is None:
            removed.append(old.key)
        else:
            written.append(new)
    return Differences((*written, *now.values()), tuple(removed), tuple(corrected))


def _no_longer_current(old: StoredDeadline, new: StoredDeadline | None) -> Iterator[StoredDeadline]:
    """Give a round that is history once more, when it stops being the one to look at."""
    current = new is not None and new.closed and new.current
    if old.current != current:
        yield old._replace(current=current)


def _beside_history(
    now: Mapping[Key, StoredDeadline], kept: Collection[Key]
) -> dict[Key, StoredDeadline]:
    """Return what was decided less what is history; a round still open gets a number of its own.

    An edited rule may open again a round that was closed under the old one: the old verdict
    stays, and the new round must be watched all the same.
    """
    found = {key: row for key, row in now.items() if key not in kept}
    for key in kept:
        again = now.get(key)
        if again is None or again.closed:
            continue
        number = again.round
        while (*key[:4], number) in kept or (*key[:4], number) in found:
            number += 1
        moved = again._replace(round=number)
        found[moved.key] = moved
    return found


def _rows(decided: Iterable[Deadline], prints: Mapping[str, str]) -> Iterator[StoredDeadline]:
    """Give what was decided as it is kept; the last round of each rule and record is current."""
    rounds = list(decided)
    for deadline, following in zip_longest(rounds, rounds[1:]):
        if deadline.status is not Status.NOT_APPLICABLE:
            last = following is None or deadline[2:4] != following[2:4]
            yield stored_form(deadline, prints[deadline.rule], current=last)


def _is_history(old: StoredDeadline, new: StoredDeadline | None, prints: Mapping[str, str]) -> bool:
    """Say whether a stored round is closed and only its rule, not a fact, has changed since."""
    if not old.closed or old.rule_print == prints[old.rule]:
        return False
    if new is None or not new.closed:
        return True
    facts = (old.started_on, old.started_at, old.done_on, old.done_at)
    return facts == (new.started_on, new.started_at, new.done_on, new.done_at)


def write_differences(connection: Connection, found: Sequence[Differences], now: datetime) -> None:
    """Write what differs, and log each closed round that a corrected fact changed."""
    removed = [key for one in found for key in one.removed]
    for start in range(0, len(removed), 200):
        some = removed[start : start + 200]
        connection.execute(delete(DEADLINE).where(tuple_(*KEY_COLUMNS).in_(some)))
    _write_rows(connection, [row for one in found for row in one.written], now)
    log = [_log_row(old, new, now) for one in found for old, new in one.corrected]
    if log:
        connection.execute(insert(LOG), log)


def _write_rows(connection: Connection, rows: Sequence[StoredDeadline], now: datetime) -> None:
    """Insert the rows, or put them in the place of those that have their keys."""
    if not rows:
        return
    upsert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(DEADLINE)
    values = {c.name: upsert.excluded[c.name] for c in DEADLINE.c if not c.primary_key}
    upsert = upsert.on_conflict_do_update(index_elements=KEY_COLUMNS, set_=values)
    insert_rows(connection, upsert, [*COLUMNS, DEADLINE.c.changed_at], [(*r, now) for r in rows])


def _log_row(old: StoredDeadline, new: StoredDeadline | None, now: datetime) -> dict[str, object]:
    return {
        "deadline_key": old.text_key,
        "changed_at": now,
        "old": _as_text(old),
        "new": _as_text(new) if new is not None else "",
    }


def _as_text(row: StoredDeadline) -> str:
    said = {
        "status": row.status,
        "due": str(row.due or ""),
        "started": str(row.started_at or row.started_on or ""),
        "done": str(row.done_at or row.done_on or ""),
    }
    return json.dumps(said)


class ListedDeadline(NamedTuple):
    """The round to look at of a rule and record, with whose it is."""

    stored: StoredDeadline
    caseworker: str
    team: str


class Wanted(NamedTuple):
    """Which deadlines a list is about; "" or an empty tuple asks for all."""

    case: str = ""
    person: str = ""
    team: str = ""
    statuses: tuple[str, ...] = ()


def current_deadlines(
    connection: Connection, wanted: Wanted, looked_at_after: datetime
) -> Iterator[ListedDeadline]:
    """Give the stored rounds to look at of the cases that stand as stored at a moment.

    Cases to be looked at by then are left out: how they stand must be decided first. Rounds of
    caseworkers and teams are left out too.
    """
    rows = (
        select(*COLUMNS, CASE.c.caseworker, CASE.c.team)
        .join_from(DEADLINE, CASE, DEADLINE.c.case_ref == CASE.c.case_ref)
        .where(DEADLINE.c.current, *_asked_of_cases(wanted))
        .where(CASE.c.settled)
        .where(or_(CASE.c.next_look_at.is_(None), CASE.c.next_look_at > looked_at_after))
        .order_by(*KEY_COLUMNS)
    )
    if wanted.statuses:
        rows = rows.where(DEADLINE.c.status.in_(wanted.statuses))
    for row in connection.execute(rows, execution_options={"yield_per": 2000}):
        yield ListedDeadline(StoredDeadline(*row[:-2]), row[-2], row[-1])


def cases_asked_for(
    connection: Connection, wanted: Wanted, to_look_at_by: datetime | None
) -> list[str]:
    """Return the cases a list is about; with an instant only those to be looked at by then."""
    asked = select(CASE.c.case_ref).where(*_asked_of_cases(wanted)).order_by(CASE.c.case_ref)
    if to_look_at_by is not None:
        asked = asked.where(or_(CASE.c.next_look_at <= to_look_at_by, CASE.c.settled.is_(False)))
    return list(connection.scalars(asked))


def _asked_of_cases(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (CASE.c.case_ref, wanted.case),
        (CASE.c.caseworker, wanted.person),
        (CASE.c.team, wanted.team),
    ):
        if value:
            yield column == value
