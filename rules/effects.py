"""What another reading of a rule would do to one case: its deadlines, its mails, its past year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from rules.book import Book, Ladder, Rule
from rules.case import Case, Record
from rules.dates import (
    Moment,
    day_of,
    days_from,
    last_minute_of,
    shift_days,
)
from rules.deadline import OPEN, Deadline, Status
from rules.deciding.plan import Asking, asking
from rules.deciding.versions import terms_for
from rules.deciding.view import CaseView
from rules.differences import RuleDifference, with_rules
from rules.evaluate import decide, view_of
from rules.ladders import steps_on
from rules.variants import alternative, in_force_since, other_running

MAIL_DAYS = 14
"""Days of mails that are counted, beginning with the day asked about."""

LATE = frozenset({Status.MET_LATE, Status.MISSED, Status.OVERDUE})

NO_MAILS: Mapping[str, int] = Counter()


class Version(NamedTuple):
    """One reading of a rule, in the book it is read with."""

    book: Book
    ask: Asking


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked about one rule: how it stands at a moment under two readings, and its past.

    `other` is the new reading with running clocks treated the other way. `past` are the old
    reading, the new one as if it had held all along, and one between; over `first` to `last`.
    """

    difference: RuleDifference
    at: datetime
    first: date
    last: date
    before: Version | None
    after: Version | None
    other: Version | None
    past: tuple[Version | None, Version | None, Version | None]


class Pairing(NamedTuple):
    """One record's open deadline under each reading (None: none is open), and the mails of it."""

    ref: str
    before: Deadline | None
    after: Deadline | None
    other: Deadline | None
    mails_before: Mapping[str, int]
    mails_after: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """How many rounds fell due in a period, and how many of them were not done in time."""

    rounds: int = 0
    late: int = 0

    def __add__(self, other: Kept) -> Kept:
        """Return both together."""
        return Kept(self.rounds + other.rounds, self.late + other.late)


class Found(NamedTuple):
    """What a question comes to for one case; `past` in the order of Question.past."""

    pairings: tuple[Pairing, ...]
    past: tuple[Kept, Kept, Kept]


class _Open(NamedTuple):
    """An open deadline, its mails in the days to come by role, and who is told the first day."""

    deadline: Deadline | None
    mails: Mapping[str, int] = NO_MAILS
    today: frozenset[str] = frozenset()


def question(
    difference: RuleDifference,
    before: Book,
    after: Book,
    at: datetime,
    first: date,
    last: date,
    *,
    looking_back: bool = True,
) -> Question:
    """Return what to ask of every case about a rule that differs between two books.

    Without `looking_back` only the two readings are compared, which costs a third.
    """
    versions = _version(before, difference.before), _version(after, difference.after)
    if not looking_back:
        return Question(difference, at, first, last, *versions, None, (None, None, None))
    between = alternative(difference)
    return Question(
        difference,
        at,
        first,
        last,
        *versions,
        _version(after, other_running(difference)),
        (
            versions[0],
            _version(after, in_force_since(difference, first)),
            _version(after, _halfway(difference, between[0], first) if between else None),
        ),
    )


def study(case: Case, asked: Question) -> Found:
    """Return what a question comes to for one case, as if nothing more is recorded in it.

    Raises: OverflowError, ValueError and the like when the case cannot be decided.
    """
    wanted = asked.difference.rule.record
    records = [record for record in case.records if record.kind == wanted]
    if not records:
        return Found((), (Kept(), Kept(), Kept()))
    pairings = tuple(_pairing(case, record, asked) for record in records)
    at = last_minute_of(asked.last)
    before, after, between = (_past(case, records, one, at, asked) for one in asked.past)
    return Found(pairings, (before, after, between))


def is_moved(pairing: Pairing) -> bool:
    """Say whether a record's open deadline lies on another day, comes or goes."""
    before, after = pairing.before, pairing.after
    if before is None or after is None:
        return before is not after
    return before.due != after.due


def newly_overdue(before: Deadline | None, after: Deadline | None) -> bool:
    """Say whether a deadline is overdue under the new reading only."""
    overdue = Status.OVERDUE
    was = before is not None and before.status is overdue
    return after is not None and after.status is overdue and not was


def _version(book: Book, rule: Rule | None) -> Version | None:
    if rule is None:
        return None
    return Version(book if book.rules[rule.name] is rule else _book_with(book, rule), asking(rule))


def _book_with(book: Book, rule: Rule) -> Book:
    return with_rules(book, {rule.name: rule})


def _halfway(difference: RuleDifference, rule: Rule, first: date) -> Rule | None:
    """Return a halfway rule as if it had held from a day on."""
    return in_force_since(replace(difference, after=rule), first)


def _pairing(case: Case, record: Record, asked: Question) -> Pairing:
    before = _open(case, record, asked.before, asked.at)
    after = _open(case, record, asked.after, asked.at)
    other = _open(case, record, asked.other, asked.at)
    # what stood before has been told of already; what is new or moved has not
    told = before.deadline is not None and _due(before) == _due(after)
    mails = after.mails if told else _with_catching_up(after)
    return Pairing(record.ref, before.deadline, after.deadline, other.deadline, before.mails, mails)


def _due(found: _Open) -> Moment | None:
    return found.deadline.due if found.deadline is not None else None


def _open(case: Case, record: Record, version: Version | None, at: datetime) -> _Open:
    if version is None:
        return _Open(None)
    view = view_of(case, version.book, at)
    deadline = decide(view, record, version.ask, steps=False)[-1]
    if deadline.status not in OPEN:
        return _Open(None)
    if deadline.due is None or deadline.started is None:
        return _Open(deadline)
    ladder = _ladder(view, record, version.ask.rule, deadline)
    return _Open(deadline, *_mails_to_come(ladder, deadline.due, deadline.started, day_of(at)))


def _with_catching_up(found: _Open) -> Mapping[str, int]:
    """Return the mails with those about steps long passed: each role is told the latest at once."""
    reached = found.deadline.reached if found.deadline is not None else ()
    late = {role for step in reached for role in step.roles} - found.today
    return Counter(found.mails) + Counter(late) if late else found.mails


def _ladder(view: CaseView, record: Record, rule: Rule, deadline: Deadline) -> Ladder:
    started = view.today if deadline.started is None else day_of(deadline.started)
    return terms_for(view, record, rule, started, view.today).ladder


@lru_cache(maxsize=65536)
def _mails_to_come(
    ladder: Ladder, due: Moment, started: Moment, first: date
) -> tuple[Counter[str], frozenset[str]]:
    # thousands of deadlines share a ladder, a due day and a day on which the clock started
    days = days_from(first, shift_days(first, MAIL_DAYS - 1))
    by_day = [(day, role) for day in days for role in _roles_on(ladder, due, started, day)]
    today = frozenset(role for day, role in by_day if day == first)
    return Counter(role for _, role in by_day), today


def _roles_on(ladder: Ladder, due: Moment, started: Moment, day: date) -> Iterator[str]:
    for step in steps_on(ladder, due, started, day):
        yield from step.roles


def _past(
    case: Case, records: list[Record], version: Version | None, at: datetime, asked: Question
) -> Kept:
    """Count the rounds that fell due in the period, and those of them not done in time."""
    if version is None:
        return Kept()
    view, found = view_of(case, version.book, at), Kept()
    for record in records:
        for deadline in decide(view, record, version.ask, steps=False):
            found += _kept(deadline, asked)
    return found


def _kept(deadline: Deadline, asked: Question) -> Kept:
    due, status = deadline.due, deadline.status
    if due is None or not asked.first <= day_of(due) <= asked.last:
        return Kept()
    late = status in LATE
    return Kept(int(late or status is Status.MET), int(late))
