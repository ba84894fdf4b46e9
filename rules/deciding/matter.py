"""One rule asked about one record in one interval, and the clock of one of its rounds."""

from __future__ import annotations

from datetime import date, datetime

from rules.book import NOWHERE, Place, Rule
from rules.case import Event, Record
from rules.dates import Moment, day_of, instant_of, not_after, shift_days
from rules.deadline import Step
from rules.deciding.intervals import Interval
from rules.deciding.view import CaseView, change_days, holds


class Clock:
    """Where a round's clock stands. Never changed once it is made.

    `start` is where the interval (or the gap) began, `done` the event that ended the round before.
    `as_of` is the moment asked about; for a round that was ended, the moment of what ended it.
    `as_of_on` is its day, or the last day on which the rule applied.
    """

    # a plain class, as the others made for every round: a night makes millions of them, and a
    # NamedTuple takes half again as long to make, compiled seven times as long
    __slots__ = ("as_of", "as_of_on", "done", "start")

    def __init__(self, start: Moment, done: Moment | None, as_of: datetime, as_of_on: date) -> None:
        """Set the clock."""
        self.start = start
        self.done = done
        self.as_of = as_of
        self.as_of_on = as_of_on

    @property
    def started(self) -> Moment:
        """Where this round's clock started: when the last one was done, or at `start`."""
        return self.start if self.done is None else self.done

    def before_anything_done(self) -> Clock:
        """Return the clock of the first round, as of the same moment."""
        return Clock(self.start, None, self.as_of, self.as_of_on)

    def has_seen(self, moment: Moment) -> bool:
        """Say whether something had happened when the round was ended, or is looked at."""
        return not_after(moment, self.as_of) and day_of(moment) <= self.as_of_on


class Matter:
    """A rule, a record and an interval, with the derivation being written.

    `steps` is None when no derivation is wanted; the answer is the same either way.
    """

    __slots__ = (
        "_last_day",
        "_pauses",
        "_plain",
        "began",
        "interval",
        "record",
        "rule",
        "steps",
        "view",
    )

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
        # today, or the last day on which the rule applied: nothing later touches it
        stop, today = interval.stop, view.today
        self._last_day = today if stop is None or stop > today else shift_days(stop, -1)
        self._pauses: list[tuple[date, date]] | None = None
        self._plain: bool | None = None

    def note(self, code: str, *values: object, place: Place = NOWHERE, journal: int = 0) -> None:
        """Write one step of the derivation, if one is wanted."""
        if self.steps is not None:
            self.steps.append(Step(code, values, place.file, place.line, journal))

    def place(self, key: str) -> Place:
        """Return where a key of the rule stands in its file."""
        return self.rule.places.get(key, self.rule.place)

    def clock(
        self, done: Moment | None, as_of: Moment | None, start: Moment | None = None
    ) -> Clock:
        """Return the clock of a round, as of the event that ended it, or of the moment asked.

        It started with the interval, unless a start is given.
        """
        if start is None:
            start = self.interval.start
        if as_of is None:
            return Clock(start, done, self.view.at, self._last_day)
        return Clock(start, done, instant_of(as_of), day_of(as_of))

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
        return self.view.events_of(self.record, kind)

    def built_in(self, kind: str) -> list[Event]:
        """Return the waivers or extensions that speak of this rule and record, oldest first.

        Those on the record itself count, for every rule unless they name one; those on its case
        count when they name this rule.
        """
        name, view = self.rule.name, self.view
        if not view.ever_has(kind):
            return []
        found = [e for e in self.happened(kind) if e.fields.get("rule", name) == name]
        case = view.case_record
        if case is not None and case is not self.record:
            on_case = view.events_of(case, kind)
            found += [e for e in on_case if e.fields.get("rule") == name]
            found.sort(key=lambda e: day_of(e.at))
        return found

    def is_plain(self) -> bool:
        """Say whether nothing can move a deadline of this matter from what its phrase comes to."""
        if self._plain is None:
            rule = self.rule
            self._plain = (
                self.steps is None
                and not rule.changes
                and rule.not_before is None
                and not self.pauses()
                and not self.built_in("extension")
            )
        return self._plain
