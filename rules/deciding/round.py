"""One round of a rule: what it is, by which words of the rule, and what ended it."""

from __future__ import annotations

from datetime import date

from rules.book import Terms
from rules.case import Event
from rules.dates import Moment, day_of, is_late
from rules.deadline import Status
from rules.deciding.due import Due
from rules.deciding.matter import Clock, Matter
from rules.deciding.versions import terms_for
from rules.deciding.view import field_holds, field_passes


class Round:
    """One round. `verdict` is set once it is over.

    `in_place` marks a duty that holds at present, so that nothing is due.
    """

    __slots__ = ("done", "due", "in_place", "number", "started", "verdict")

    def __init__(
        self,
        number: int,
        started: Moment,
        due: Due,
        done: Moment | None = None,
        verdict: Status | None = None,
        in_place: bool = False,
    ) -> None:
        """Put together what is known of the round."""
        self.number = number
        self.started = started
        self.due = due
        self.done = done
        self.verdict = verdict
        self.in_place = in_place


def verdict(done: Moment, due: Moment | None) -> Status:
    """Return whether something done was in time. Without a deadline it cannot be late."""
    return Status.MET_LATE if due is not None and is_late(done, due) else Status.MET


def terms_at(matter: Matter, clock_on: date) -> Terms:
    """Return the rule as it reads today for a round whose clock started on a day."""
    return terms_for(matter.view, matter.record, matter.rule, clock_on, matter.view.today)


def terms_of(matter: Matter, clock: Clock) -> Terms:
    """Return the rule as it reads for a round."""
    if not matter.rule.changes:
        return matter.rule.terms
    clock_on = day_of(clock.started)
    return terms_for(matter.view, matter.record, matter.rule, clock_on, clock.as_of_on)


def counts(matter: Matter, event: Event, terms: Terms) -> bool:
    """Say whether an event passes `counts_when`, and write down why it does not."""
    if terms.counts_when is None or field_holds(event, terms.counts_when):
        return True
    if matter.steps is not None:
        failing = [
            (str(clause.fact), clause.want.text, event.fields.get(str(clause.fact)))
            for clauses in terms.counts_when.alternatives
            for clause in clauses
            if not field_passes(event, clause)
        ]
        place = matter.place("counts_when")
        matter.note(
            "does not count",
            event.kind,
            event.at,
            tuple(failing),
            place=place,
            journal=event.number,
        )
    return False


def note_done(matter: Matter, event: Event, due: Due, judged: Status) -> None:
    """Write down what ended a round, and whether it was in time."""
    if matter.steps is not None:
        fields = tuple(sorted((name, value) for name, value in event.fields.items()))
        matter.note("done", event.kind, event.at, fields, due.moment, judged, journal=event.number)
