"""When mails that are not acute may leave: on working days, between two times of day."""

from __future__ import annotations

from datetime import datetime

from flows.settings import Settings
from rules.dates import MUNICIPAL, at_local, day_of, minutes_after, shift_days

WORTH_SENDING_MINUTES = 72 * 60
"""A mail that was not taken for so long is no longer tried: someone else is told."""


def at_work(settings: Settings, now: datetime) -> bool:
    """Say whether people are at work: outside these hours nothing leaves but what is acute."""
    today = day_of(now)
    begins, ends = at_local(today, settings.mails_at), at_local(today, settings.mails_until)
    return MUNICIPAL.is_open(today) and begins <= now < ends


def worth_sending_until(settings: Settings, now: datetime, *, any_hour: bool) -> datetime:
    """Return until when a mail built now is tried: three days, and one working day at least.

    What is built before Christmas and may only leave in working hours has none for five days.
    """
    three_days = minutes_after(now, WORTH_SENDING_MINUTES)
    if any_hour:
        return three_days
    next_day = MUNICIPAL.at_or_after(shift_days(day_of(now), 1))
    return max(three_days, at_local(next_day, settings.mails_until))
