"""How the round to look at stands at the moment asked about, and when that next changes."""

from __future__ import annotations

from datetime import date, datetime

from rules.dates import (
    Moment,
    day_of,
    days_between,
    is_late,
    shift_days,
    start_of,
    too_late_from,
)
from rules.deadline import LadderStep, Status
from rules.deciding.due import Due, waiver_of
from rules.deciding.matter import Matter
from rules.deciding.round import Round
from rules.deciding.view import soonest
from rules.ladders import due_soon_from, steps_reached


class Standing:
    """A status, the mails reached, and the next instant at which one of them changes by itself."""

    __slots__ = ("next_change_at", "reached", "status")

    def __init__(
        self,
        status: Status,
        reached: tuple[LadderStep, ...] = (),
        next_change_at: datetime | None = None,
    ) -> None:
        """Put together what was found."""
        self.status = status
        self.reached = reached
        self.next_change_at = next_change_at


def standing_of(matter: Matter, last: Round) -> Standing:
    """Return how the last round of an interval stands."""
    if last.verdict is not None:
        return Standing(last.verdict)
    today = matter.view.today
    if matter.interval.has_stopped(today):
        return Standing(_stopped(matter, last))
    if last.in_place:
        return Standing(Status.MET)
    waiver = waiver_of(matter, last.due.terms, today)
    if waiver is not None:
        approved_by = last.due.terms.waive_by
        matter.note("waived", waiver.at, approved_by, journal=waiver.number)
        return Standing(Status.EXEMPTED, (), _next_day_of_pause(matter, last.due))
    if tomorrow := _next_day_of_pause(matter, last.due):
        matter.note("paused today", place=matter.place("pause_while"))
        return Standing(Status.PAUSED, (), tomorrow)
    if last.due.moment is None:
        return Standing(Status.UPCOMING)
    return _waiting(matter, last.due, last.due.moment, last.started)


def _next_day_of_pause(matter: Matter, due: Due) -> datetime | None:
    """Return when the deadline moves by another day, if the clock stands still today."""
    if isinstance(due.moment, datetime) or not matter.is_paused():
        return None
    return start_of(shift_days(matter.view.today, 1))


def _stopped(matter: Matter, last: Round) -> Status:
    """Return *missed* if the deadline had passed while the rule still applied."""
    stop, due = matter.interval.stop, last.due.moment
    if stop is None or last.in_place:
        return Status.NOT_APPLICABLE
    last_day = shift_days(stop, -1)
    if waiver_of(matter, last.due.terms, last_day) is not None:
        matter.note("stopped", stop, due)
        return Status.NOT_APPLICABLE
    if due is not None and _lay_before(matter, due, last_day):
        matter.note("missed", due, last_day)
        return Status.MISSED
    matter.note("stopped", stop, due)
    return Status.NOT_APPLICABLE


def _lay_before(matter: Matter, due: Moment, last_day: date) -> bool:
    ended = matter.record.ended
    if isinstance(due, datetime) and isinstance(ended, datetime) and matter.interval.ended:
        return is_late(ended, due)
    return day_of(due) < last_day


def _waiting(matter: Matter, due: Due, moment: Moment, started: Moment) -> Standing:
    at = matter.view.at
    ladder = due.terms.ladder
    soon, too_late = due_soon_from(ladder, moment), too_late_from(moment)
    due_day = start_of(day_of(moment))
    if at >= too_late:
        status = Status.OVERDUE
        if matter.steps is not None:
            late = days_between(day_of(moment), matter.view.today)
            matter.note("overdue", moment, late)
    elif at >= due_day:
        status = Status.DUE
    elif at >= soon:
        status = Status.DUE_SOON
    else:
        status = Status.UPCOMING
    reached, next_step = steps_reached(ladder, moment, started, at)
    ahead = (instant for instant in (soon, due_day, too_late) if instant > at)
    return Standing(status, reached, soonest(next_step, *ahead))
