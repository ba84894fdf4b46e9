"""One rule asked about one record in one interval, and the clock of one of its rounds."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from rules.book import NOWHERE, Place, Rule
from rules.case import Event, Record
from rules.dates import Moment, day_of, shift_days
from rules.deadline import Step
from rules.deciding.intervals import Interval
from rules.deciding.view import CaseView, change_days, holds


class Clock(NamedTuple):
    """Where a round's clock stands.

    `start` is where the interval (or the gap) began, `done` the event that ended the round before.
    `as_of` is the moment asked about; for a round that was ended, the moment of what ended it.
    """

    start: Moment
    done: Moment | None
    as_of: datetime
    as_of_on: date

    @property
    def started(self) -> Moment:
        """Where this round's clock started: when the last one was done, or at `start`."""
        return self.start if self.done is None else self.done


class Matter:
    """A rule, a record and an interval, with the derivation being written.

    `steps` is None when no derivation is wanted; the answer is the same either way.
    """

    __slots__ = ("_pauses", "began", "interval", "record", "rule", "steps", "view")

    def __init__(
        self,
        view: CaseView,
        record: Record,
        rule: Rule,
        began: Moment,
        interval: Interval,
        steps: list[Step] | None,
    ) -> None:
        """Put together what is asked."""
        self.view = view
        self.record = record
        self.rule = rule
        self.began = began
        self.interval = interval
        self.steps = steps
        self._pauses: list[tuple[date, date]] | None = None

    def note(self, code: str, *values: object, place: Place = NOWHERE, journal: int = 0) -> None:
        """Write one step of the derivation, if one is wanted."""
        if self.steps is not None:
            self.steps.append(Step(code, values, place.file, place.line, journal))

    def place(self, key: str) -> Place:
        """Return where a key of the rule stands in its file."""
        return self.rule.places.get(key, self.rule.place)

    def clock(self, done: Moment | None, as_of: Moment | None) -> Clock:
        """Return the clock of a round, as of the event that ended it, or of the moment asked."""
        at, today = self.view.at, self.view.today
        if isinstance(as_of, datetime):
            return Clock(self.interval.start, done, as_of, day_of(as_of))
        if as_of is not None:
            return Clock(self.interval.start, done, at, as_of)
        return Clock(self.interval.start, done, at, today)

    def pauses(self) -> list[tuple[date, date]]:
        """Return the stretches of days, ends included, on which the clock has stood still."""
        if self._pauses is None:
            self._pauses = self._find_pauses()
        return self._pauses

    def _find_pauses(self) -> list[tuple[date, date]]:
        condition = self.rule.pause_while
        if condition is None:
            return []
        first, today = day_of(self.began), self.view.today
        later = set(change_days(self.view, self.record, condition))
        days = [first, *sorted(day for day in later if first < day <= today)]
        ends = [*(shift_days(day, -1) for day in days[1:]), today]
        return [
            (day, end)
            for day, end in zip(days, ends, strict=True)
            if holds(self.view, self.record, condition, day)
        ]

    def is_paused(self) -> bool:
        """Say whether the clock stands still today."""
        pauses = self.pauses()
        return bool(pauses) and pauses[-1][1] == self.view.today

    def happened(self, kind: str) -> list[Event]:
        """Return the events of a kind on the record by the moment asked about, oldest first."""
        view = self.view
        return [e for e in self.record.events if e.kind == kind and view.has_happened(e)]
