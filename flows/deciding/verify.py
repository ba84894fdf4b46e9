"""Proof that what is stored is what would be decided now: all recomputed, nothing written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from flows.deciding.assess import Evaluation, assess
from flows.evaluate import AT_A_TIME, Progress, caseload_kinds, load_loads, unseen
from models.cases import load_cases
from models.database import reading
from models.deadlines import Differences, StoredDeadline, differences, stored_deadlines
from models.looking import caseloads_to_look_at, cases_to_look_at, next_looks
from models.people import load_staff
from rules.book import Book
from rules.deciding.plan import events_asked


@dataclass(frozen=True, slots=True)
class Difference:
    """A deadline that would be written, changed or removed. `stored` or `decided` may be absent."""

    case: str
    ref: str
    rule: str
    round: int
    stored: StoredDeadline | None
    decided: StoredDeadline | None

    def as_json(self) -> dict[str, object]:
        """Return the difference for machines."""
        return {
            "case": self.case,
            "ref": self.ref,
            "rule": self.rule,
            "round": self.round,
            "stored": _said(self.stored),
            "decided": _said(self.decided),
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """How many cases were recomputed, what differs, and how many wait to be looked at.

    A case that waits is one whose time has come, or that an import changed, since the last
    evaluation; it may rightly differ, and is not counted as a difference.
    """

    cases: int
    waiting: int
    different: tuple[Difference, ...]


def verify(engine: Engine, book: Book, now: datetime, progress: Progress = unseen) -> Verification:
    """Recompute every case as of now and return what differs from what is stored."""
    with reading(engine) as connection:
        evaluation = Evaluation(book, load_staff(connection), now, "da")
        refs = cases_to_look_at(connection, None)
        waiting, asked = 0, events_asked(book)
        found: list[Difference] = []
        for start in range(0, len(refs), AT_A_TIME):
            some = refs[start : start + AT_A_TIME]
            looks = next_looks(connection, some)
            settled = [ref for ref in some if looks[ref].stands_until(now)]
            waiting += len(some) - len(settled)
            stored = stored_deadlines(connection, settled)
            for read in load_cases(connection, book.vocabulary, refs=settled, events=asked):
                one = assess(evaluation, read)
                rows = stored[one.case.ref]
                found += _differing(rows, differences(rows, one.deadlines, one.prints))
            progress(start + len(some))
        found += _caseloads(connection, evaluation)
    return Verification(len(refs) - waiting, waiting, tuple(found))


def _caseloads(connection: Connection, evaluation: Evaluation) -> Iterator[Difference]:
    """Give what differs for the caseworkers and teams whose cases are as last counted."""
    for kind in caseload_kinds(evaluation.book):
        waiting = caseloads_to_look_at(connection, kind, evaluation.now)
        loads = load_loads(connection, evaluation, kind, None)
        settled = [read for read in loads if read.case.ref not in waiting]
        stored = stored_deadlines(connection, [read.case.ref for read in settled])
        for read in settled:
            one = assess(evaluation, read, kind)
            rows = stored[one.case.ref]
            yield from _differing(rows, differences(rows, one.deadlines, one.prints))


def _differing(stored: list[StoredDeadline], found: Differences) -> Iterator[Difference]:
    before = {row.key: row for row in stored}
    for row in found.written:
        yield Difference(*_name(row), before.get(row.key), row)
    for key in found.removed:
        yield Difference(*_name(before[key]), before[key], None)


def _name(row: StoredDeadline) -> tuple[str, str, str, int]:
    return row.case_ref, row.ref, row.rule, row.round


def _said(row: StoredDeadline | None) -> dict[str, object] | None:
    if row is None:
        return None
    return {"status": row.status, "due": None if row.due is None else row.due.isoformat()}
