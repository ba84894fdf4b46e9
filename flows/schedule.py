"""What is due when. A slot missed while the service was down is due until its day or week ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Engine

from flows.settings import Settings
from models.database import reading
from models.runs import Slot, done_among, week_of
from rules.dates import MUNICIPAL, at_local, day_of, days_from, minutes_after, shift_days
from rules.weeks import first_working_day_of_week

HOUSEKEEPING, EVALUATE, RECONCILE = "housekeeping", "evaluate", "reconcile"
MAILS, REPORT, DIGEST = "mails", "report", "digest"
LATE_AFTER_MINUTES = 15

LONGEST_PAUSE_DAYS = 21
"""No schedule is silent for longer: after a week without a working day comes one with some."""


class DueSlot(NamedTuple):
    """A slot whose moment has come. `late` says that it came long ago."""

    slot: Slot
    late: bool


class NextSlot(NamedTuple):
    """A slot whose moment is still to come."""

    slot: Slot
    at: datetime


def due_slots(now: datetime, settings: Settings) -> list[DueSlot]:
    """Return the slots whose moment has come, in the order in which they are to be run.

    Mails and digests have slots on working days only: nothing is made up for on a Sunday. The
    operator's report has one every day, so that its silence means something.
    """
    return [
        DueSlot(slot, minutes_after(moment, LATE_AFTER_MINUTES) < now)
        for slot, moment in _slots(day_of(now), settings)
        if moment <= now
    ]


def slots_to_run(engine: Engine, now: datetime, settings: Settings) -> dict[str, DueSlot]:
    """Return by schedule the slots that are due and have not been run to their end."""
    due = due_slots(now, settings)
    with reading(engine) as connection:
        done = done_among(connection, [one.slot for one in due])
    return {one.slot.schedule: one for one in due if one.slot not in done}


def next_slots(now: datetime, settings: Settings) -> list[NextSlot]:
    """Return the next slot of each schedule that is still to come, soonest first."""
    today = day_of(now)
    found: dict[str, NextSlot] = {}
    for day in days_from(today, shift_days(today, LONGEST_PAUSE_DAYS)):
        for slot, moment in _slots(day, settings):
            if moment > now:
                found.setdefault(slot.schedule, NextSlot(slot, moment))
    return sorted(found.values(), key=lambda following: following.at)


def _slots(today: date, settings: Settings) -> Iterator[tuple[Slot, datetime]]:
    yield Slot(HOUSEKEEPING, today.isoformat()), at_local(today, settings.housekeeping_at)
    yield Slot(EVALUATE, today.isoformat()), at_local(today, settings.evaluate_at)
    yield Slot(RECONCILE, today.isoformat()), at_local(today, settings.evaluate_at)
    if MUNICIPAL.is_open(today):
        yield Slot(MAILS, today.isoformat()), at_local(today, settings.mails_at)
        first = first_working_day_of_week(today)
        yield Slot(DIGEST, week_of(today)), at_local(first, settings.digest_at)
    yield Slot(REPORT, today.isoformat()), at_local(today, settings.mails_at)
