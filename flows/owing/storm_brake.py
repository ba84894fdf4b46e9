"""A run that would send far more than usual sends what presses, and holds the rest for an hour.

A new rule or a wrong extract can make thousands of deadlines due at once. Whoever looks after
Fristvagt is told, and may let the mails go or mend what is wrong. Nothing is dropped.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from flows.mistakes import UserMistake
from models.storms import Storm, Volume, add_storm, end_storm, newest_storm, usual_volume
from rules.dates import MUNICIPAL, day_of, days_between, minutes_after, shift_days

FEW = Volume(mails=200, reminders=2000)
"""So much is never a storm, however quiet the days before were."""

TIMES_USUAL = 3
USUAL_DAYS = 30
HOLD_MINUTES = 60


def is_storm(found: Volume, usual: Volume, days: int) -> bool:
    """Say whether a run would send far more than on the median day.

    `days` are those since the last working day: after a weekend each mail holds three days'
    reminders, and that is no storm.

    >>> usual = Volume(67, 400)
    >>> is_storm(Volume(201, 900), usual, 1), is_storm(Volume(202, 900), usual, 1)
    (False, True)
    >>> is_storm(Volume(60, 3500), usual, 1), is_storm(Volume(60, 3500), usual, 3)
    (True, False)
    """
    many_mails = found.mails > max(FEW.mails, TIMES_USUAL * usual.mails)
    return many_mails or found.reminders > max(FEW.reminders, TIMES_USUAL * usual.reminders * days)


def exceeds_few(found: Volume) -> bool:
    """Say whether a storm is possible at all."""
    return found.mails > FEW.mails or found.reminders > FEW.reminders


def holding(connection: Connection, now: datetime) -> bool:
    """Say whether a storm holds back now what does not press."""
    newest = newest_storm(connection)
    return newest is not None and newest.holds(now)


def is_braked(connection: Connection, found: Volume, now: datetime) -> bool:
    """Say whether what does not press is to be held back, and record it when that begins.

    `found` is what would leave now, less what an earlier storm held and let go. Call it in the
    transaction that holds the building lock.
    """
    if holding(connection, now):
        return True
    if not exceeds_few(found):
        return False
    today = day_of(now)
    usual = usual_volume(connection, shift_days(today, -USUAL_DAYS), today)
    days = days_between(MUNICIPAL.at_or_before(shift_days(today, -1)), today)
    if not is_storm(found, usual, days):
        return False
    add_storm(connection, found, usual, now, minutes_after(now, HOLD_MINUTES))
    return True


def release_storm(connection: Connection, by: str, now: datetime) -> int:
    """Let go what a storm holds back; it leaves with the next run. `by` is recorded.

    Returns: how many mails it held, 0 when nothing was held.
    """
    newest = newest_storm(connection)
    released = end_storm(connection, by, now)
    return newest.mails if released and newest is not None else 0


def storm_notice(connection: Connection, now: datetime) -> UserMistake | None:
    """Return what the operator must know of a storm that holds mails back; None when none does."""
    newest = newest_storm(connection)
    return _in_words(newest) if newest is not None and newest.holds(now) else None


def _in_words(storm: Storm) -> UserMistake:
    return UserMistake(
        da=f"{storm.mails} mails med {storm.reminders} påmindelser er klar på én gang; det plejer "
        f"at være omkring {storm.usual_mails} mails om dagen. Det overskredne og det akutte er "
        f"sendt, resten venter {HOLD_MINUTES} minutter. Se efter, om et udtræk eller en "
        "regelændring er gået galt. Er alt i orden: fristvagt outbox release --storm.",
        en=f"{storm.mails} mails with {storm.reminders} reminders are ready at once; usually it is "
        f"about {storm.usual_mails} mails a day. What is overdue or acute has been sent, the rest "
        f"waits {HOLD_MINUTES} minutes. See whether an extract or a rule change went wrong. If all "
        "is well: fristvagt outbox release --storm.",
    )
