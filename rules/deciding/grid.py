"""Fixed grids: `then: 6 months after due` counts every deadline from the first one's anchor."""

from __future__ import annotations

from datetime import date

from rules.book import Phrase, WhenDue
from rules.dates import Duration, Moment, Unit, add, day_of, start_of, times_until
from rules.deciding.due import moved_quietly
from rules.deciding.matter import Clock, Matter
from rules.deciding.phrases import Found, amount_of, earliest


def next_point(
    matter: Matter,
    due: WhenDue | None,
    then: Phrase,
    clock: Clock,
    closed_on: date,
    done_on: date | None = None,
) -> Found:
    """Return the first point of the grid after the last closed one and after an event's day.

    Units: `closed_on` is compared with the bare grid point, `done_on` with where pauses move it.
    """
    if due is None:
        return Found(None, None, "", None, ("due",))
    first = earliest(matter, due, clock.before_anything_done())
    step, missing = amount_of(matter, then, clock)
    if first.moment is None:
        return first
    if step is None:
        return Found(None, None, then.text, None, (missing,))
    times = max(0, times_until(first.moment, step, start_of(closed_on), matter.rule.calendar) - 1)
    while True:
        moment = _point(matter, first, step, times)
        text = f"{first.text} + {times} times {step}" if times else first.text
        found = first.moved(moment, text)
        if day_of(moment) > closed_on and (
            done_on is None or _comes_after(matter, clock, found, done_on)
        ):
            return found
        times += 1


def _comes_after(matter: Matter, clock: Clock, found: Found, day: date) -> bool:
    moved = moved_quietly(matter, clock, found)
    return moved is None or day_of(moved) > day


def _point(matter: Matter, found: Found, then: Duration, times: int) -> Moment:
    """Return the point of a fixed grid `times` steps after the first deadline, which is known.

    Where the units agree it is one addition from the anchor, which keeps month ends from
    drifting: 31 Aug, 28 Feb, 31 Aug.
    """
    assert found.moment is not None
    calendar = matter.rule.calendar
    if times and found.amount is not None and found.anchor is not None:
        first, first_unit = _in_smallest(found.amount)
        step, unit = _in_smallest(then)
        if first_unit is unit:
            total = found.direction * first + times * step
            length = Duration(abs(total), unit)
            return add(found.anchor, length, calendar, 1 if total >= 0 else -1)
    return add(found.moment, then, calendar, times) if times else found.moment


def _in_smallest(duration: Duration) -> tuple[int, Unit]:
    """Return the duration in days or months when it is whole weeks or years."""
    match duration.unit:
        case Unit.WEEKS:
            return 7 * duration.amount, Unit.DAYS
        case Unit.YEARS:
            return 12 * duration.amount, Unit.MONTHS
        case unit:
            return duration.amount, unit
