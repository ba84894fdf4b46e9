"""What a mailbox has had today, so that it is not sent more than people bear."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from models.outbox import AT_A_TIME, INSTANT, MESSAGE, MORNING
from models.outbox_messages import NEVER_LEFT


class MailsToday(NamedTuple):
    """A mailbox's day: whether its morning mail stands, and how many mails could not wait."""

    morning: bool = False
    instant: int = 0
    last_instant_at: datetime | None = None


def mails_today(
    connection: Connection, addresses: Sequence[str], today: date
) -> dict[str, MailsToday]:
    """Return the day of each of these mailboxes that has had a mail.

    A mail that was called back before it left does not count.
    """
    found: dict[str, MailsToday] = {}
    for start in range(0, len(addresses), AT_A_TIME):
        rows = connection.execute(
            select(MESSAGE.c.address, MESSAGE.c.kind, func.count(), func.max(MESSAGE.c.created_at))
            .where(MESSAGE.c.address.in_(addresses[start : start + AT_A_TIME]))
            .where(MESSAGE.c.built_on == today, MESSAGE.c.state.not_in(NEVER_LEFT))
            .where(MESSAGE.c.kind.in_((MORNING, INSTANT)))
            .group_by(MESSAGE.c.address, MESSAGE.c.kind)
        )
        for address, kind, number, last_at in rows:
            day = found.get(address, MailsToday())
            if kind == MORNING:
                found[address] = day._replace(morning=True)
            else:
                found[address] = day._replace(instant=number, last_instant_at=last_at)
    return found
