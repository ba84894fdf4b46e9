"""Which cases, caseworkers and teams are to be looked at, and what could not be assessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.dialects import postgresql, sqlite

from models.case_tables import CASE
from models.deadline_tables import CaseErrorRow, CaseloadRow

CASELOAD = cast(Table, CaseloadRow.__table__)  # type: ignore[attr-defined]
CASE_ERROR = cast(Table, CaseErrorRow.__table__)  # type: ignore[attr-defined]
LARGE_PRIME = 1_000_000_007


class CaseTrouble(NamedTuple):
    """A case, or one rule in it, that could not be assessed. Holds no value of the case."""

    case_ref: str
    rule: str
    error: str
    reason: str


def cases_to_look_at(connection: Connection, by: datetime | None) -> list[str]:
    """Return the cases to be looked at by an instant, in case order; every case for None.

    A case that was told anew is looked at whatever the instant: a question about yesterday is
    answered with what is known today.
    """
    if by is None:
        return sorted(connection.scalars(select(CASE.c.case_ref)))
    # two questions, put in order here: for one with "or", or in order, SQLite reads every case
    reasons = (CASE.c.next_look_at <= by, CASE.c.settled.is_(False))
    asked = union(*(select(CASE.c.case_ref).where(reason) for reason in reasons))
    return sorted(connection.scalars(asked))


def to_be_looked_at(by: datetime | None) -> ColumnElement[bool]:
    """Return the condition for a case to be looked at by an instant; for None every case is."""
    if by is None:
        return true()
    return or_(CASE.c.next_look_at <= by, CASE.c.settled.is_(False))


class Look(NamedTuple):
    """When a case is to be looked at, and whether only time has passed since it last was."""

    at: datetime | None
    settled: bool

    def stands_until(self, now: datetime) -> bool:
        """Say whether what is stored of the case still holds at an instant."""
        return self.settled and (self.at is None or self.at > now)


def next_looks(connection: Connection, refs: Sequence[str]) -> dict[str, Look]:
    """Return when and why each of these cases is to be looked at, as it is stored now."""
    asked = _looks(refs)
    return {row[0]: Look(row[1], row[2]) for row in connection.execute(asked)}


def lock_cases(connection: Connection, refs: Sequence[str]) -> dict[str, Look]:
    """Return the same, and keep others from changing these cases until the transaction ends.

    SQLite has one writer at a time and needs no more.
    """
    asked = _looks(refs).order_by(CASE.c.case_ref)
    if connection.dialect.name == "postgresql":
        asked = asked.with_for_update()
    return {row[0]: Look(row[1], row[2]) for row in connection.execute(asked)}


def _looks(refs: Sequence[str]) -> Select[Any]:
    columns = (CASE.c.case_ref, CASE.c.next_look_at, CASE.c.settled)
    return select(*columns).where(CASE.c.case_ref.in_(refs))


def caseloads_to_look_at(connection: Connection, kind: str, by: datetime | None) -> dict[str, str]:
    """Return the caseworkers (or teams) to count anew by an instant, each with its cases' print.

    Those are whose cases have changed in any way, and those whose own time has come; with None
    all of them.
    """
    owner = CASE.c["caseworker" if kind == "caseworker" else "team"]
    # what was last said of each case, summed: any case that changes, comes or goes changes it
    said = func.sum(CASE.c.told % LARGE_PRIME)
    prints = select(owner, func.count(), said).where(owner != "").group_by(owner)
    found = {ref: f"{count} {said}" for ref, count, said in connection.execute(prints)}
    stored = select(CASELOAD.c.ref, CASELOAD.c.cases_print, CASELOAD.c.next_look_at)
    for ref, cases_print, look_at in connection.execute(stored.where(CASELOAD.c.kind == kind)):
        due = by is None or (look_at is not None and look_at <= by)
        if found.get(ref) == cases_print and not due:
            del found[ref]
    return found


def write_caseloads(
    connection: Connection,
    kind: str,
    prints: Mapping[str, str],
    looks: Mapping[str, datetime | None],
) -> None:
    """Store what was counted, and when to count again."""
    rows = [
        {"kind": kind, "ref": ref, "cases_print": prints[ref], "next_look_at": looks[ref]}
        for ref in looks
    ]
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(CASELOAD)
    values = {name: statement.excluded[name] for name in ("cases_print", "next_look_at")}
    upsert = statement.on_conflict_do_update(index_elements=["kind", "ref"], set_=values)
    connection.execute(upsert, rows)


def write_troubles(
    connection: Connection, looked_at: Sequence[str], troubles: Iterable[CaseTrouble], now: datetime
) -> None:
    """Store which of the cases looked at could not be assessed; the others can be again."""
    kept = {(t.case_ref, t.rule, t.error): t for t in troubles}
    stored: set[tuple[Any, ...]] = set()
    key = (CASE_ERROR.c.case_ref, CASE_ERROR.c.rule, CASE_ERROR.c.error)
    for row in connection.execute(select(*key).where(CASE_ERROR.c.case_ref.in_(looked_at))):
        stored.add(tuple(row))
    gone = [k for k in stored if k not in kept]
    if gone:
        same = [(key[0] == k[0]) & (key[1] == k[1]) & (key[2] == k[2]) for k in gone]
        connection.execute(delete(CASE_ERROR).where(or_(*same)))
    new = [t._asdict() | {"since_at": now} for k, t in kept.items() if k not in stored]
    if new:
        connection.execute(insert(CASE_ERROR), new)
