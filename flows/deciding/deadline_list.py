"""The list of deadlines: as stored where that still holds, decided afresh where it may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from flows.known_names import require_known
from models.caseloads import load_caseworkers, load_teams
from models.cases import load_cases
from models.deadlines import Wanted, cases_asked_for, current_deadlines
from models.people import Staff, load_staff
from models.plan_data import known_later
from rules.as_known import as_known
from rules.book import Book
from rules.case import Case
from rules.dates import Moment, day_of, days_between
from rules.deadline import Deadline, Status
from rules.evaluate import evaluate
from rules.spoken_dates import plain_moment

URGENCY = (
    Status.OVERDUE,
    Status.DUE,
    Status.DUE_SOON,
    Status.PAUSED,
    Status.UPCOMING,
    Status.EXEMPTED,
    Status.MISSED,
    Status.MET_LATE,
    Status.MET,
    Status.NOT_APPLICABLE,
)


@dataclass(frozen=True, slots=True)
class ListLine:
    """One line of the list: how one rule stands for one record, and whose it is."""

    case: str
    record: str
    ref: str
    rule: str
    round: int
    status: Status
    due: Moment | None
    due_in_days: int | None
    caseworker: str
    team: str
    missing: tuple[str, ...]
    key: str
    """The deadline as the outbox and calendars know it (rules.deadline.Deadline.key)."""

    def as_json(self) -> dict[str, object]:
        """Return the line for machines. This shape is a public interface: design, section 7."""
        return {
            "case": self.case,
            "record": self.record,
            "ref": self.ref,
            "rule": self.rule,
            "round": self.round,
            "status": self.status.value,
            "due": None if self.due is None else _iso(self.due),
            "due_in_days": self.due_in_days,
            "caseworker": self.caseworker,
            "team": self.team,
            "missing": list(self.missing),
        }


def _iso(due: Moment) -> str:
    return due.isoformat() if isinstance(due, datetime) else plain_moment(due)


def list_deadlines(
    connection: Connection,
    book: Book,
    at: datetime,
    wanted: Wanted,
    *,
    as_stored: bool,
    known_by: datetime | None = None,
) -> Iterator[ListLine]:
    """Give the rounds to look at, in case order.

    `as_stored` is for a question about now: only cases whose time has come since they were last
    evaluated are decided afresh. A question about another day decides every case asked for.
    Deadlines that are not applicable are given only when that status is asked for. With
    `known_by`, cases are decided from what was known by then (rules.as_known); `book` should be
    the one in force then.
    Raises: UserMistake for a case, person or team that is not known; OverflowError, ValueError
        when a case cannot be decided, which evaluate tells of too.
    """
    require_known(connection, case=wanted.case, person=wanted.person, team=wanted.team)
    not_applicable = Status.NOT_APPLICABLE.value in wanted.statuses
    as_stored = as_stored and not not_applicable and known_by is None
    if as_stored:
        for listed in current_deadlines(connection, wanted, at):
            row = listed.stored
            yield ListLine(
                row.case_ref,
                row.kind,
                row.ref,
                row.rule,
                row.round,
                Status(row.status),
                row.due,
                _days_left(row.due, at),
                listed.caseworker,
                listed.team,
                tuple(filter(None, row.missing.split("|"))),
                row.text_key,
            )
    refs = cases_asked_for(connection, wanted, at if as_stored else None)
    seen = _seen(connection, known_by)
    for read in load_cases(connection, book.vocabulary, refs=refs):
        for deadline in _wanted(_decided(seen(read.case), book, at), wanted):
            yield _line(deadline, at, read.caseworker, read.team)
    yield from _of_caseloads(connection, book, at, wanted, seen)


def _seen(connection: Connection, known_by: datetime | None) -> Callable[[Case], Case | None]:
    """Return what gives a case as it was known by an instant; as it is for None."""
    if known_by is None:
        return lambda case: case
    return partial(as_known, at=known_by, unknown=known_later(connection, known_by))


def _decided(case: Case | None, book: Book, at: datetime, kind: str = "") -> list[Deadline]:
    return evaluate(case, book, at, kind=kind) if case is not None else []


def _of_caseloads(
    connection: Connection,
    book: Book,
    at: datetime,
    wanted: Wanted,
    seen: Callable[[Case], Case | None],
) -> Iterator[ListLine]:
    """Give the rounds of caseworkers and teams; they are few and always decided afresh."""
    kinds = {rule.record for rule in book.rules.values()}
    if wanted.case:
        return
    if "caseworker" in kinds:
        staff = load_staff(connection)
        people = [wanted.person] if wanted.person else None
        for load in load_caseworkers(connection, book.vocabulary, people=people):
            team = _team_of(staff, load.ref)
            if not wanted.team or team == wanted.team:
                for deadline in _wanted(_decided(seen(load), book, at, "caseworker"), wanted):
                    yield _line(deadline, at, load.ref, team)
    if "team" in kinds and not wanted.person:
        teams = [wanted.team] if wanted.team else None
        for load in load_teams(connection, book.vocabulary, teams=teams):
            for deadline in _wanted(_decided(seen(load), book, at, "team"), wanted):
                yield _line(deadline, at, "", load.ref)


def _team_of(staff: Staff, person: str) -> str:
    found = staff.person(person)
    return found.team if found is not None else ""


def _wanted(deadlines: list[Deadline], wanted: Wanted) -> Iterator[Deadline]:
    """Give the round to look at of each rule and record, if its status is asked for."""
    for deadline in {(d.ref, d.rule): d for d in deadlines}.values():
        if wanted.statuses:
            if deadline.status.value in wanted.statuses:
                yield deadline
        elif deadline.status is not Status.NOT_APPLICABLE:
            yield deadline


def _line(deadline: Deadline, at: datetime, caseworker: str, team: str) -> ListLine:
    return ListLine(
        deadline.case,
        deadline.kind,
        deadline.ref,
        deadline.rule,
        deadline.round,
        deadline.status,
        deadline.due,
        _days_left(deadline.due, at),
        caseworker,
        team,
        deadline.missing,
        deadline.key,
    )


def _days_left(due: Moment | None, at: datetime) -> int | None:
    return None if due is None else days_between(day_of(at), day_of(due))


def by_urgency(line: ListLine) -> tuple[int, int, str, str]:
    """Return the sort key of a list for people: what is most pressing comes first."""
    days = line.due_in_days if line.due_in_days is not None else 100_000
    return URGENCY.index(line.status), days, line.case, line.rule
