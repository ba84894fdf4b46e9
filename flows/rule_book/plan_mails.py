"""How much mail a rule change causes or takes away at once, against what is usual."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection

from flows.owing.intent_changes import compare
from flows.owing.recipients import Recipient, recipients
from flows.owing.remind import ABOUT_DEADLINES, OwedDeadline, Told, due_text, wanted
from flows.owing.storm_brake import USUAL_DAYS, is_storm
from models.activations import rules_in_shadow
from models.outbox import CANCELLED, DIGEST, PLANNED, SENT, Intent, waiting_intents
from models.people import Staff, load_staff
from models.storms import Volume, usual_volume
from rules.dates import shift_days

A_TENTH = 10
"""More than one waiting reminder in so many may not go by a rule change without a yes."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """What there is to compare with: the median day, what waits, by deadline, and who is told.

    `silent` are the rules that are tried in shadow already: what they ask is told to nobody.
    """

    staff: Staff
    usual: Volume
    waiting: Mapping[str, Sequence[Intent]]
    silent: frozenset[str]

    @property
    def size(self) -> int:
        """How many reminders wait."""
        return sum(map(len, self.waiting.values()))


class Mailing(NamedTuple):
    """What a change makes due on one day, `on`, and how many of the waiting reminders it ends.

    `on` is the day on which it makes most due; None when it makes nothing due.
    """

    on: date | None
    at_once: Volume
    usual: Volume
    cancelled: int
    waiting: int

    @property
    def floods(self) -> bool:
        """Say whether so much at once would be a storm.

        >>> Mailing(None, Volume(90, 900), Volume(20, 40), 0, 0).floods
        False
        >>> Mailing(None, Volume(201, 400), Volume(67, 400), 0, 0).floods
        False
        >>> Mailing(None, Volume(202, 400), Volume(67, 400), 0, 0).floods
        True
        """
        return is_storm(self.at_once, self.usual, 1)

    @property
    def silences(self) -> bool:
        """Say whether more than one waiting reminder in ten would go.

        >>> [Mailing(None, Volume(0, 0), Volume(0, 0), n, 20).silences for n in (0, 2, 3)]
        [False, False, True]
        """
        return self.cancelled * A_TENTH > self.waiting

    @property
    def to_accept(self) -> int:
        """How many reminders need a yes: those of a flood and those of a silence, 0 for neither.

        >>> Mailing(None, Volume(300, 400), Volume(20, 40), 5, 20).to_accept
        405
        >>> Mailing(None, Volume(30, 40), Volume(20, 40), 5, 20).to_accept
        5
        """
        return self.floods * self.at_once.reminders + self.silences * self.cancelled


def read_outbox(connection: Connection, today: date) -> Outbox:
    """Return how much mail is usual, and what waits to be sent."""
    waiting: defaultdict[str, list[Intent]] = defaultdict(list)
    for intent in waiting_intents(connection, ABOUT_DEADLINES):
        if not intent.on_its_way:
            waiting[intent.deadline_key].append(intent)
    usual = usual_volume(connection, shift_days(today, -USUAL_DAYS), today)
    return Outbox(load_staff(connection), usual, waiting, rules_in_shadow(connection, today))


def told_on(staff: Staff, day: date) -> Told:
    """Return who is told on a day what is owed to a role; each question is answered once."""

    @cache
    def told(role: str, caseworker: str, team: str) -> tuple[Recipient, ...]:
        return recipients(role, caseworker, team, staff, day)

    return told


def told_at_once(
    before: OwedDeadline | None, after: OwedDeadline | None, told: Told, at: datetime
) -> list[str]:
    """Return who is told of a deadline because its rule reads otherwise, once for each reminder.

    What stood before is taken to have been told. What waits for the weekly digest is left out.
    """
    if after is None or _stands(before, after):
        return []
    known: list[Intent] = []
    if before is not None and before.deadline.key == after.deadline.key:
        known = [
            one._replace(state=SENT, state_at=one.send_from_at) if one.state == PLANNED else one
            for one in wanted(before, told, at, None)
        ]
    new = compare(wanted(after, told, at, None), known, after.due_text).new
    return [one.recipient for one in new if one.state == PLANNED and one.leaves != DIGEST]


def cancelled(
    after: OwedDeadline | None, waiting: Sequence[Intent], told: Told, at: datetime
) -> int:
    """Return how many waiting reminders of a deadline end, and nothing tells their reader of it.

    A reminder of the former date is not counted when its reader gets one of the new date.
    """
    if not waiting:
        return 0
    owed = wanted(after, told, at, None) if after is not None else ()
    still_told = {one.recipient for one in owed if one.state == PLANNED}
    due = due_text(after.deadline.due) if after is not None else None
    settled = compare(owed, waiting, due).settled
    ended = {id_ for (state, _), ids in settled.items() if state == CANCELLED for id_ in ids}
    return sum(one.id in ended and one.recipient not in still_told for one in waiting)


def largest_day(by_day: Mapping[date, Counter[str]]) -> tuple[date | None, Volume]:
    """Return the day on which most people are told, and how many, how often.

    >>> christmas, easter = date(2026, 12, 24), date(2027, 3, 28)
    >>> day, volume = largest_day({christmas: Counter(anna=9), easter: Counter(anna=1, bo=1)})
    >>> day == easter, volume
    (True, Volume(mails=2, reminders=2))
    >>> largest_day({})
    (None, Volume(mails=0, reminders=0))
    """
    volumes = {day: Volume(len(told), told.total()) for day, told in by_day.items() if told}
    if not volumes:
        return None, Volume(0, 0)
    day = max(sorted(volumes), key=volumes.__getitem__)
    return day, volumes[day]


def _stands(before: OwedDeadline | None, after: OwedDeadline) -> bool:
    """Say whether a deadline is the same under both readings, with the same steps reached."""
    if before is None:
        return False
    old, new = before.deadline, after.deadline
    return (old.key, old.due, old.reached, old.missing) == (
        new.key,
        new.due,
        new.reached,
        new.missing,
    )
