"""The daily count of the outbox: every reminder is told, on its way, or has ended for a reason.

Counted after the morning's delivery, so that what could be settled is. What does not add up is
told to the operator, with the rows concerned; nothing is mended by guessing.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Engine

from flows.mistakes import UserMistake
from flows.schedule import RECONCILE, slots_to_run
from flows.sending.reconcile_text import in_words
from flows.settings import Settings
from models.daily_counts import Counted, count, count_of, keep
from models.database import reading, writing
from models.runs import begin_run, clear_alarm, end_run, raise_alarm
from rules.dates import day_of, minutes_after

ALARM = "outbox count"
GONE_MINUTES = 10


def reconcile(engine: Engine, settings: Settings, now: datetime) -> UserMistake | None:
    """Count the outbox when today's count is due, and store it.

    Returns: what the operator must know when it does not add up; None when it does, or when
    today has been counted.
    """
    due = slots_to_run(engine, now, settings).get(RECONCILE)
    if due is None:
        return None
    with writing(engine) as connection:
        gone = minutes_after(now, -GONE_MINUTES)
        if not begin_run(connection, due.slot, now, gone_before=gone, late=due.late):
            return None
    trouble, state = None, "failed"
    try:
        trouble, state = count_today(engine, now), "done"
    finally:
        with writing(engine) as connection:
            end_run(connection, due.slot, now, state=state, counts={})
    return trouble


def count_today(engine: Engine, now: datetime) -> UserMistake | None:
    """Count, store the day's row unless there is one, and raise or clear the alarm."""
    with reading(engine) as connection:
        counted, still_open = count(connection, day_of(now), now)
    trouble = in_words(counted.faults) if counted.faults else None
    with writing(engine) as connection:
        keep(connection, counted, still_open)
        if trouble is None:
            clear_alarm(connection, ALARM, "", now)
        else:
            raise_alarm(connection, ALARM, "", now, trouble.en, trouble.da)
    return trouble


def count_now(engine: Engine, now: datetime) -> Counted:
    """Count and change nothing: as the outbox stands since the last daily count."""
    with reading(engine) as connection:
        counted, _ = count(connection, day_of(now), now)
    return counted


def count_of_day(engine: Engine, day: date) -> Counted:
    """Return the count that was stored on a day.

    Raises: UserMistake when there is none.
    """
    with reading(engine) as connection:
        counted = count_of(connection, day)
    if counted is None:
        raise UserMistake(
            da=f"Udbakken er ikke optalt {day.isoformat()}. Skriv en anden dag, eller lad --day "
            "være ude for at tælle nu.",
            en=f"The outbox was not counted on {day.isoformat()}. Write another day, or leave out "
            "--day to count now.",
        )
    return counted
