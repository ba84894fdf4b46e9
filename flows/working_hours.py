"""When mails that are not acute may leave: on working days, between two times of day."""

from __future__ import annotations

from datetime import datetime

from flows.settings import Settings
from rules.dates import MUNICIPAL, at_local, day_of


def at_work(settings: Settings, now: datetime) -> bool:
    """Say whether people are at work: outside these hours nothing leaves but what is acute."""
    today = day_of(now)
    begins, ends = at_local(today, settings.mails_at), at_local(today, settings.mails_until)
    return MUNICIPAL.is_open(today) and begins <= now < ends
