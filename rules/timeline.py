"""The days on which something happens to an example: its statuses, its deadlines and its mails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from rules.book import Book, Rule
from rules.case import Case
from rules.dates import Moment, day_of, last_minute_of, next_minute, start_of
from rules.deadline import OPEN, Deadline, LadderStep, Status
from rules.evaluate import evaluate_rule
from rules.example_case import Example, case_of, example_of
from rules.spoken_dates import plain_moment
from rules.trial import mails_on, steps_on

MOST_ROWS = 300
"""No ladder is longer; a rule that goes on for ever ends its timeline here."""


class NoExample(Exception):
    """No case could be made up to which the rule applies."""


class Row(NamedTuple):
    """How the example stands at a moment: a day (at its end), or a minute when hours count.

    `events` are those of that day, `mails` the steps of the ladder that are sent.
    """

    at: Moment
    status: Status
    due: Moment | None
    events: tuple[str, ...]
    mails: tuple[LadderStep, ...]


class Timeline(NamedTuple):
    """An example and what happens to it. `goes_on` says that more mails follow the last row."""

    rule: Rule
    example: Example
    rows: tuple[Row, ...]
    goes_on: bool


def timeline_of(rule: Rule, book: Book, start: date) -> Timeline:
    """Return an example case that begins on a day, and every day that matters to it.

    Raises: NoExample when no case could be made up to which the rule applies.
    """
    example = example_of(rule, book, start)
    case, ref = case_of(example, rule, book)
    walk = _Walk(rule, book, case, ref, example)
    rows = tuple(walk.rows())
    if all(row.status is Status.NOT_APPLICABLE for row in rows):
        raise NoExample(rule.name)
    return Timeline(rule, example, rows, walk.goes_on)


class _Walk:
    """Goes through the example's time, from one change to the next."""

    def __init__(self, rule: Rule, book: Book, case: Case, ref: str, example: Example) -> None:
        self.rule = rule
        self.book = book
        self.case = case
        self.ref = ref
        self.events = sorted(example.events)
        self.goes_on = False
        self.start = example.start

    def rows(self) -> Iterator[Row]:
        """Give every moment at which the status, the deadline or the mails are new."""
        at: datetime | None = self._first_moment()
        last: Row | None = None
        before = start_of(self.start)
        for _ in range(MOST_ROWS):
            if at is None:
                return
            deadline = self._ask(at)
            row = self._row(at, before, deadline)
            if last is None or row[1:3] != last[1:3] or row.mails or row.events:
                yield row
                last = row
            if self._is_told(deadline, at):
                self.goes_on = deadline.status in OPEN and deadline.next_change_at is not None
                return
            before, at = at, self._next(deadline, at)
        self.goes_on = True

    def _first_moment(self) -> datetime:
        began = next(record.began for record in self.case.records if record.ref == self.ref)
        if isinstance(began, datetime):
            return began
        return last_minute_of(self.start)

    def _ask(self, at: datetime) -> Deadline:
        return evaluate_rule(self.case, self.ref, self.rule, self.book, at)[-1]

    def _row(self, at: datetime, before: datetime, deadline: Deadline) -> Row:
        day = day_of(at)
        if self._counts_hours():
            mails = tuple(step for step in deadline.reached if before < step.moment <= at)
            return Row(at, deadline.status, deadline.due, (), mails)
        steps = steps_on(self.case, self.ref, self.rule, self.book, day)
        events = tuple(text for on, text in self.events if on == day)
        return Row(day, deadline.status, deadline.due, events, steps)

    def _counts_hours(self) -> bool:
        began = next(record.began for record in self.case.records if record.ref == self.ref)
        return isinstance(began, datetime)

    def _next(self, deadline: Deadline, at: datetime) -> datetime | None:
        event = next((on for on, _ in self.events if on > day_of(at)), None)
        moments = [deadline.next_change_at, None if event is None else start_of(event)]
        soon = min((moment for moment in moments if moment is not None), default=None)
        if soon is None:
            return None
        if self._counts_hours():
            return next_minute(soon)
        return last_minute_of(day_of(soon))

    def _is_told(self, deadline: Deadline, at: datetime) -> bool:
        """Say whether nothing new can come: it is over, or every kind of mail was sent once."""
        if any(on > day_of(at) for on, _ in self.events):
            return False
        if deadline.status is not Status.OVERDUE:
            return deadline.status not in OPEN and deadline.next_change_at is None
        reached = {step.step for step in deadline.reached}
        rungs = (rung for rung in self.rule.terms.ladder.rungs if rung.direction > 0)
        return all(rung.text in reached for rung in rungs)


def as_test(timeline: Timeline, book: Book, name: str) -> str:
    """Return a timeline as a test to paste below `tests:` of its rule."""
    lines = [f"- name: {name}", "  given:"]
    lines += [f"    {line}" for line in timeline.example.lines()]
    lines += ["  expect:", *(f"    {line}" for line in _expectations(timeline, book))]
    return "\n".join(f"      {line}" for line in lines) + "\n"


def _expectations(timeline: Timeline, book: Book) -> Iterator[str]:
    mails = _mails_by_day(timeline, book)
    for row in timeline.rows:
        parts = [f"status: {row.status}"]
        parts += [f"due: {plain_moment(row.due)}"] if row.due is not None else []
        if not isinstance(row.at, datetime) and row.mails:
            parts.append(f"mails: {mails[row.at]}")
        said = f"{{{', '.join(parts)}}}" if len(parts) > 1 else str(row.status)
        yield f"{plain_moment(row.at)}: {said}"
    if isinstance(timeline.rows[0].at, datetime):
        for day, roles in mails.items():
            yield f"{day}: {{mails: {roles}}}"


def _mails_by_day(timeline: Timeline, book: Book) -> dict[date, str]:
    case, ref = case_of(timeline.example, timeline.rule, book)
    days = dict.fromkeys(day_of(row.at) for row in timeline.rows)
    found = {}
    for day in days:
        roles = mails_on(case, ref, timeline.rule, book, day)
        named = [role for role in book.vocabulary.roles if role in roles]
        found[day] = named[0] if len(named) == 1 else f"[{', '.join(named)}]" if named else "none"
    return found
