"""What is due when. A slot missed while the service was down is due until its day or week ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from flows.digest import first_working_day
from flows.settings import Settings
from models.runs import Slot
from rules.dates import MUNICIPAL, at_local, day_of, minutes_after

EVALUATE, MAILS, DIGEST = "evaluate", "mails", "digest"
LATE_AFTER_MINUTES = 15


class DueSlot(NamedTuple):
    """A slot whose moment has come. `late` says that it came long ago."""

    slot: Slot
    late: bool


def due_slots(now: datetime, settings: Settings) -> list[DueSlot]:
    """Return the slots whose moment has come, in the order in which they are to be run.

    Mails and digests have slots on working days only: nothing is made up for on a Sunday.
    """
    return [
        DueSlot(slot, minutes_after(moment, LATE_AFTER_MINUTES) < now)
        for slot, moment in _slots(day_of(now), settings)
        if moment <= now
    ]


def week_of(day: date) -> str:
    """Return the name of a day's week.

    >>> week_of(date(2027, 1, 1))
    '2026-W53'
    """
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _slots(today: date, settings: Settings) -> Iterator[tuple[Slot, datetime]]:
    yield Slot(EVALUATE, today.isoformat()), at_local(today, settings.evaluate_at)
    if not MUNICIPAL.is_open(today):
        return
    yield Slot(MAILS, today.isoformat()), at_local(today, settings.mails_at)
    first = first_working_day(today)
    yield Slot(DIGEST, week_of(today)), at_local(first, settings.digest_at)
