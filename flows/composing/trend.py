"""The last twelve weeks of each leader: what was overdue at their end, and what was told in time.

A week is counted once, by the first digest after it, and kept: what is registered or corrected
later does not change what a leader has been shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time

from sqlalchemy import Connection

from flows.composing.teams import whose
from flows.owing.remind import ESCALATION, REMINDER
from models.imports import first_extract_on
from models.outbox import ACUTE, SENT
from models.trend_weeks import KeptWeek, Telling, keep_weeks, kept_weeks, lateness, tellings
from notifications.views import TrendWeek
from rules.dates import MUNICIPAL, at_local, day_of, shift_days
from rules.weeks import monday_of

WEEKS = 12
LONGEST_HOLIDAYS_DAYS = 14
"""What is owed on a day off is told on the next working day, at most so many days later."""

LeaderOf = Callable[[str, str], str]
"""Who leads a caseworker in a team."""


def trends(
    connection: Connection, leaders: Collection[str], leader_of: LeaderOf, now: datetime
) -> dict[str, tuple[TrendWeek, ...]]:
    """Return the latest weeks of each leader, oldest first, and keep those that are over now.

    Weeks before the first extract have no picture.
    """
    began = first_extract_on(connection)
    if began is None or not (weeks := _weeks_over(began, day_of(now))):
        return dict.fromkeys(leaders, ())
    there = {(week.leader, week.week_on) for week in kept_weeks(connection, weeks[0])}
    missing = [week for week in weeks if any((leader, week) not in there for leader in leaders)]
    if missing:
        keep_weeks(connection, _count(connection, leaders, leader_of, missing, began))
    found: defaultdict[str, list[TrendWeek]] = defaultdict(list)
    for kept in kept_weeks(connection, weeks[0]):
        number = kept.week_on.isocalendar().week
        found[kept.leader].append(TrendWeek(number, kept.overdue, kept.told, kept.in_time))
    return {leader: tuple(found[leader]) for leader in leaders}


def _weeks_over(began: date, today: date) -> list[date]:
    """The Mondays of the latest weeks that are over, oldest first."""
    mondays = [shift_days(monday_of(today), -7 * back) for back in range(WEEKS, 0, -1)]
    return [monday for monday in mondays if monday >= monday_of(began)]


def _count(
    connection: Connection,
    leaders: Collection[str],
    leader_of: LeaderOf,
    weeks: Sequence[date],
    began: date,
) -> list[KeptWeek]:
    first, last = weeks[0], _end(weeks[-1])
    overdue: Counter[tuple[str, date]] = Counter()
    for late in lateness(connection, _end(first), last):
        leader = leader_of(*whose(late.kind, late.ref, late.caseworker, late.team))
        for week in weeks:
            if late.due_on <= _end(week) and (late.done_on is None or late.done_on > _end(week)):
                overdue[leader, week] += 1
    told: Counter[tuple[str, date]] = Counter()
    in_time: Counter[tuple[str, date]] = Counter()
    # what was owed before Fristvagt was in use could not be told in time
    owed_from = max(began, shift_days(first, -LONGEST_HOLIDAYS_DAYS))
    since = at_local(owed_from, time(0, 0))
    for one in tellings(connection, (REMINDER, ESCALATION), owed_from, last, since):
        on = _to_be_told_on(one)
        key = leader_of(*whose(one.kind, one.ref, one.caseworker, one.team)), monday_of(on)
        told[key] += 1
        in_time[key] += one.state == SENT and day_of(one.state_at) <= on
    return [
        KeptWeek(leader, week, overdue[leader, week], told[leader, week], in_time[leader, week])
        for leader in leaders
        for week in weeks
    ]


def _end(monday: date) -> date:
    return shift_days(monday, 6)


def _to_be_told_on(one: Telling) -> date:
    return one.owed_on if one.leaves == ACUTE else MUNICIPAL.at_or_after(one.owed_on)
