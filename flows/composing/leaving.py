"""Which mail a mailbox gets now, and with what: decided from rows, before anything is written.

One mail a morning with everything that is owed. Later the same day only what cannot wait leaves,
and of that only so much: the rest moves to the next mail, and nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from flows.composing.mail_lines import UNDATED, moment_of, standing_of
from models.mails_today import MailsToday
from models.outbox import ACUTE, INSTANT, MORNING, Intent
from notifications.views import Standing
from rules.dates import minutes_after

GROUP_WAIT_MINUTES = 2
"""What cannot wait is kept so long for more of its kind, where another run comes soon."""

GAP_MINUTES = 30
MOST_A_DAY = 6
"""Mails a day and mailbox that could not wait. What is acute is bound by neither number."""


class Hour(NamedTuple):
    """What holds for every mailbox at a moment.

    `at_work`: within working hours. `braked`: a storm holds back what does not press.
    `group_wait` is how many minutes to wait for more of what cannot wait.
    """

    now: datetime
    at_work: bool
    braked: bool = False
    group_wait: int = 0

    @property
    def leaving(self) -> tuple[str, ...]:
        """Which debts may leave at all."""
        return (ACUTE, INSTANT, MORNING) if self.at_work else (ACUTE,)


def leaving_now(
    intents: Sequence[Intent], today: MailsToday, hour: Hour
) -> tuple[str, list[Intent]]:
    """Return the kind of the mail a mailbox gets now, and what it carries; nothing when it waits.

    `intents` are what may leave at this hour and is in no mail yet.
    """
    if hour.at_work and not hour.braked and not today.morning:
        return MORNING, list(intents)
    pressing = [intent for intent in intents if presses(intent, hour)]
    acute = any(intent.leaves == ACUTE for intent in pressing)
    if not pressing or _gathers(pressing, hour):
        return INSTANT, []
    return INSTANT, pressing if acute or takes_another(today, hour.now) else []


def takes_another(today: MailsToday, now: datetime) -> bool:
    """Say whether one more mail that cannot wait is still bearable."""
    if today.instant >= MOST_A_DAY:
        return False
    last_at = today.last_instant_at
    return last_at is None or minutes_after(last_at, GAP_MINUTES) <= now


def presses(intent: Intent, hour: Hour) -> bool:
    """Say whether a debt cannot wait for the morning; in a storm nothing overdue does."""
    if intent.leaves in {ACUTE, INSTANT}:
        return True
    return hour.braked and is_overdue(intent, hour.now)


def is_overdue(intent: Intent, now: datetime) -> bool:
    """Say whether a debt is about a deadline that has passed."""
    due = None if intent.kind in UNDATED else moment_of(intent.due_text)
    return due is not None and standing_of(due, now) is Standing.OVERDUE


def _gathers(pressing: Iterable[Intent], hour: Hour) -> bool:
    """Say whether what cannot wait arose so lately that more of it may follow at once."""
    first_at = min(max(intent.created_at, intent.send_from_at) for intent in pressing)
    return hour.now < minutes_after(first_at, hour.group_wait)
