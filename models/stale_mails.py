"""Mails that waited into another day: what they say of days left is no longer true."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, select, update

from models.outbox import ATTEMPT, CARRIES, INSTANT, MESSAGE, MORNING
from models.outbox_messages import PENDING, SUPERSEDED


def call_back_untried(connection: Connection, built_before: date, now: datetime) -> int:
    """Call back the mails built before a day that no mailbox was asked to take; return how many.

    What they carry is free for the next mail. A mail that was tried keeps its bytes and its
    tries, and a digest tells how the week stood when it was written.
    """
    in_data = select(ATTEMPT.c.id).where(
        ATTEMPT.c.message_uuid == MESSAGE.c.uuid, ATTEMPT.c.phase == "data"
    )
    untried = (MESSAGE.c.attempts == 0, MESSAGE.c.uncertain == 0, ~in_data.exists())
    old = (
        MESSAGE.c.state == PENDING,
        MESSAGE.c.kind.in_((MORNING, INSTANT)),
        MESSAGE.c.built_on < built_before,
    )
    called_back = update(MESSAGE).where(*old, *untried).returning(MESSAGE.c.uuid)
    values = {"state": SUPERSEDED, "finished_at": now}
    uuids = list(connection.execute(called_back.values(values)).scalars())
    if uuids:
        free = update(CARRIES).where(CARRIES.c.message_uuid.in_(uuids))
        connection.execute(free.values(live=False))
    return len(uuids)
