"""Deadlines as calendars read them: whole days, private, without a person or an alarm.

Nobody is organizer or attendee: a calendar would then offer to answer a mailbox nobody reads.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from icalendar import Calendar, Event

PUBLISH, CANCEL = "PUBLISH", "CANCEL"
OURS = uuid.UUID("6f7d1a52-3a0e-5d0c-9a47-5f1a0f6c2b11")


class Entry(NamedTuple):
    """A deadline as a calendar shows it. `link` is "" when there is nowhere to look."""

    uid: str
    sequence: int
    on: date
    summary: str
    link: str = ""


def entry_uid(deadline_key: str, recipient: str) -> str:
    """Return the name of a deadline in one person's calendar: always the same, and opaque.

    >>> entry_uid("4711|4711|network-meeting|2026-01-05|1", "mho")
    '4817302b-472d-5a33-b9d5-b33c3a999dad'
    """
    return str(uuid.uuid5(OURS, f"{deadline_key}\n{recipient}"))


def calendar_bytes(entries: Iterable[Entry], method: str, at: datetime) -> bytes:
    """Return a calendar file; the same entries at the same moment give the same bytes.

    `method` is PUBLISH, or CANCEL to take the entries back.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Fristvagt//Fristvagt//DA")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for entry in sorted(entries, key=lambda entry: (entry.on, entry.uid)):
        calendar.add_component(_event(entry, method, at))
    return bytes(calendar.to_ical())


def _event(entry: Entry, method: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", at)
    event.add("dtstart", entry.on)
    event.add("summary", entry.summary)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if method == CANCEL:
        event.add("status", "CANCELLED")
    if entry.link:
        event.add("description", entry.link)
    return event
