"""Which mails a deadline has led to, as the outbox tells it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from models.outbox import INTENT
from rules.dates import day_of


class MailAbout(NamedTuple):
    """One thing somebody was told, or is to be told, about a deadline.

    `on` is the day it was settled if it was, else the day it is owed.
    """

    state: str
    on: date
    role: str
    step: str
    reason: str


def mails_about(connection: Connection, deadline_key: str) -> list[MailAbout]:
    """Return what was owed about a deadline and what became of it, oldest first."""
    columns = ("state", "state_at", "owed_on", "role", "step", "state_reason")
    rows = connection.execute(
        select(*(INTENT.c[name] for name in columns))
        .where(INTENT.c.deadline_key == deadline_key)
        .order_by(INTENT.c.send_from_at, INTENT.c.id)
    )
    return [
        MailAbout(state, owed_on if state == "planned" else day_of(state_at), role, step, reason)
        for state, state_at, owed_on, role, step, reason in rows
    ]
