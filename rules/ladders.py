"""When the mails of a deadline's ladder are due to leave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from rules.book import Ladder, Rung
from rules.dates import (
    MUNICIPAL,
    Duration,
    Moment,
    Unit,
    add,
    day_of,
    end_of,
    instant_of,
    morning_of,
    start_of,
    times_until,
)
from rules.deadline import LadderStep

FORTNIGHT = Duration(14, Unit.DAYS)


def due_soon_from(ladder: Ladder, due: Moment) -> datetime:
    """Return the instant from which a deadline is *due soon*.

    That is 00:00 of the day the longest *before* step names (not moved to a working day), or
    14 days before when there is none; for hour deadlines the instant itself.
    """
    before = [r.distance for r in ladder.rungs if r.direction < 0 and r.distance is not None]
    return min(_counted_back(due, distance) for distance in before or [FORTNIGHT])


def _counted_back(due: Moment, distance: Duration) -> datetime:
    if distance.unit is Unit.HOURS:
        end = due if isinstance(due, datetime) else end_of(due)
        exact = instant_of(add(end, distance, times=-1))
        return exact if isinstance(due, datetime) else start_of(day_of(exact))
    if isinstance(due, datetime) and distance.unit in (Unit.DAYS, Unit.WEEKS):
        days = distance.amount * (7 if distance.unit is Unit.WEEKS else 1)
        return instant_of(add(due, Duration(24 * days, Unit.HOURS), times=-1))
    return start_of(day_of(add(due, distance, times=-1)))


def steps_reached(
    ladder: Ladder, due: Moment, started: Moment, at: datetime
) -> tuple[tuple[LadderStep, ...], datetime | None]:
    """Return the steps whose moment has come, oldest first, and the moment of the next one.

    Of a repeating step only the latest occurrence is among them. Steps before the round's clock
    started are left out: nobody is reminded of a duty they did not have.
    """
    reached: list[LadderStep] = []
    upcoming: list[datetime] = []
    for step in _single_steps(ladder, due):
        if _is_before(step, started):
            continue
        if step.moment <= at:
            reached.append(step)
        else:
            upcoming.append(step.moment)
    for rung in ladder.rungs:
        if rung.every is not None:
            latest, following = _latest_occurrence(rung, due, at)
            if latest is not None and not _is_before(latest, started):
                reached.append(latest)
            upcoming.append(following.moment)
    reached.sort(key=lambda step: step.moment)
    return tuple(reached), min(upcoming, default=None)


def steps_to_come(ladder: Ladder, due: Moment, started: Moment, at: datetime) -> list[LadderStep]:
    """Return the steps still to come, soonest first; of a repeating step its next occurrence."""
    coming = [step for step in _single_steps(ladder, due) if step.moment > at]
    for rung in ladder.rungs:
        if rung.every is not None:
            coming.append(_latest_occurrence(rung, due, at)[1])
    return sorted(
        (step for step in coming if not _is_before(step, started)), key=lambda step: step.moment
    )


def steps_on(ladder: Ladder, due: Moment, started: Moment, day: date) -> Iterator[LadderStep]:
    """Give every step that falls on a day, each occurrence of a repeating one too."""
    for step in _single_steps(ladder, due):
        if step.on == day and not _is_before(step, started):
            yield step
    for rung in ladder.rungs:
        if rung.every is not None:
            yield from _occurrences_on(rung, due, day, started)


def _occurrences_on(rung: Rung, due: Moment, day: date, started: Moment) -> Iterator[LadderStep]:
    latest, following = _latest_occurrence(rung, due, end_of(day))
    for step in (latest, following):
        if step is not None and step.on == day and not _is_before(step, started):
            yield step


def _is_before(step: LadderStep, started: Moment) -> bool:
    if step.instant and isinstance(started, datetime):
        return step.moment < started
    return step.on < day_of(started)


@lru_cache(maxsize=8192)
def _single_steps(ladder: Ladder, due: Moment) -> tuple[LadderStep, ...]:
    # thousands of deadlines share a ladder and a due day, so the answer is worth keeping
    return tuple(
        _step(rung, _rung_moment(rung, due, rung.distance, 1), 0)
        for rung in ladder.rungs
        if rung.every is None
    )


def _rung_moment(rung: Rung, due: Moment, distance: Duration | None, times: int) -> Moment:
    if distance is None:
        return day_of(due)
    if distance.unit is Unit.HOURS:
        end = due if isinstance(due, datetime) else end_of(due)
        return add(end, distance, times=rung.direction * times)
    return add(day_of(due), distance, times=rung.direction * times)


def _step(rung: Rung, moment: Moment, occurrence: int) -> LadderStep:
    """Return the step with its moment: hours exactly, days on a working day at 07:30."""
    if isinstance(moment, datetime):
        return LadderStep(rung.text, occurrence, rung.roles, day_of(moment), moment, instant=True)
    on = MUNICIPAL.at_or_before(moment) if rung.direction < 0 else MUNICIPAL.at_or_after(moment)
    return LadderStep(rung.text, occurrence, rung.roles, on, morning_of(on), instant=False)


def _latest_occurrence(
    rung: Rung, due: Moment, at: datetime
) -> tuple[LadderStep | None, LadderStep]:
    """Return the latest occurrence of a repeating step by an instant, and the one after it."""
    number = _occurrences_by(rung, due, at)
    while number >= 0:
        step = _occurrence(rung, due, number)
        if step.moment <= at:
            return step, _occurrence(rung, due, number + 1)
        number -= 1
    return None, _occurrence(rung, due, 0)


def _occurrences_by(rung: Rung, due: Moment, at: datetime) -> int:
    """Return the number (from 0) of the last occurrence whose unmoved day has come, or -1."""
    first = _first(rung, due)
    if instant_of(first) > at or rung.every is None:
        return -1
    return times_until(first, rung.every, at, MUNICIPAL)


def _first(rung: Rung, due: Moment) -> Moment:
    return _rung_moment(rung, due, rung.distance, 1)


@lru_cache(maxsize=8192)
def _occurrence(rung: Rung, due: Moment, number: int) -> LadderStep:
    first = _first(rung, due)
    assert rung.every is not None
    moment = add(first, rung.every, times=number) if number else first
    return _step(rung, moment, number + 1)
