"""Noticing, from rows alone, that nobody watched for a time in which something was to be sent.

Each run leaves when it was there. What was to be sent since then, and was not, came late because
of the time between: the mails say so, and after more than a day the operator is told how much.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from flows.mistakes import UserMistake
from flows.settings import Settings
from models.outages import Outage, acute_missed, add_outage, missed_between
from models.outbox import lock_building
from models.runs import beat, last_beat
from notifications import views
from rules.dates import (
    DENMARK,
    MUNICIPAL,
    at_local,
    day_of,
    days_from,
    hours_between,
    minutes_after,
)
from rules.spoken_dates import short_moment

WATCHED = "mails"
"""The heartbeat of whoever builds mails."""

LATE_AFTER_MINUTES = 15
LONG_HOURS = 24
"""Whole hours: a cron job that comes once a day, a minute later today, is no alarm."""


def note_outage(connection: Connection, settings: Settings, now: datetime) -> Outage | None:
    """Record that mails are looked after now, and return the time before if it missed something.

    Call it when all that changed is decided, and before mails are built.
    """
    found = None
    lock_building(connection)
    since = last_beat(connection, WATCHED)
    if since is not None and since < now:
        long_ago = minutes_after(now, -LATE_AFTER_MINUTES)
        acute = acute_missed(connection, since, long_ago)
        if acute or _missed_a_morning(settings, since, long_ago):
            missed = missed_between(connection, since, now)
            longest = hours_between(missed.first_at, now) if missed.first_at is not None else 0
            found = Outage(since, now, missed.number, longest)
            add_outage(connection, found)
    beat(connection, WATCHED, now)
    return found


def outage_behind(moments: Iterable[datetime], outages: Sequence[Outage]) -> views.Outage | None:
    """Return the time in which nobody watched, though one of these moments to tell lay in it."""
    due = list(moments)
    behind = [one for one in outages if any(map(one.covers, due))]
    if not behind:
        return None
    since, until = min(one.from_at for one in behind), max(one.until_at for one in behind)
    return views.Outage(since.astimezone(DENMARK), until.astimezone(DENMARK))


def outage_notice(outage: Outage | None) -> UserMistake | None:
    """Return what the operator must know, and may have to document, of a long outage just ended.

    None for a short one, or none.
    """
    if outage is None or hours_between(outage.from_at, outage.until_at) <= LONG_HOURS:
        return None
    since = {language: short_moment(outage.from_at, language) for language in ("da", "en")}
    until = {language: short_moment(outage.until_at, language) for language in ("da", "en")}
    number, hours = outage.late_reminders, outage.longest_hours
    return UserMistake(
        da=f"Fristvagt var nede fra {since['da']} til {until['da']}. {number} påmindelser sendes "
        f"for sent, den ældste {hours} timer efter sin tid. Gem det, hvis myndigheden skal kunne "
        "gøre rede for det.",
        en=f"Fristvagt was down from {since['en']} to {until['en']}. {number} reminders are sent "
        f"late, the oldest {hours} hours after its time. Keep this if the authority must be able "
        "to account for it.",
    )


def _missed_a_morning(settings: Settings, since: datetime, by: datetime) -> bool:
    return any(
        since < at_local(day, settings.mails_at) <= by
        for day in days_from(day_of(since), day_of(by))
        if MUNICIPAL.is_open(day)
    )
