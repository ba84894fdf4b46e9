"""Mails that waited too long: what they say is true no more, or they go to the wrong mailbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from models.outbox import (
    AT_A_TIME,
    ATTEMPT,
    CARRIES,
    DIGEST,
    FALLBACK,
    INSTANT,
    MESSAGE,
    MORNING,
    UNDELIVERABLE,
)
from models.outbox_messages import (
    FAILED,
    IS_PENDING,
    PENDING,
    SUPERSEDED,
    has_been_in_data,
    settle_carried,
)
from models.runs import Slot, run_again, week_of

MOVED = "mailbox changed"
"""Why a mail was not sent to a mailbox that its recipient no longer has."""


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
    _set_free(connection, uuids)
    return len(uuids)


def call_back_misaddressed(
    connection: Connection, own_mailbox: Callable[[str], str], fallback: str, now: datetime
) -> int:
    """Call back what waits for a mailbox that is not its recipient's any more; return how much.

    `own_mailbox` gives the mailbox of a person today, "" for nobody's. What such a mail carries is
    free for the next one, and a digest is written anew. A digest of somebody who has none any more,
    and what may have arrived already, is written once: that is undeliverable.
    """
    names = ("uuid", "recipient", "address", "kind", "built_on", "fence")
    waiting = select(*(MESSAGE.c[name] for name in names))
    to_people = MESSAGE.c.kind.in_((MORNING, INSTANT, DIGEST))
    rows = connection.execute(waiting.where(IS_PENDING, to_people)).all()
    wrong = [row for row in rows if (own_mailbox(row.recipient) or fallback) != row.address]
    called_back = 0
    for row in wrong:
        goes_on = row.kind != DIGEST or row.recipient == FALLBACK or own_mailbox(row.recipient)
        written_anew = goes_on and not has_been_in_data(connection, row.uuid)
        values = {"finished_at": now, "error": MOVED}
        values["state"] = SUPERSEDED if written_anew else FAILED
        # nor has a sender had it since, who may have handed it over
        still = (MESSAGE.c.uuid == row.uuid, IS_PENDING, MESSAGE.c.fence == row.fence)
        if not connection.execute(update(MESSAGE).where(*still).values(values)).rowcount:
            continue  # a sender was quicker
        called_back += 1
        if written_anew:
            _set_free(connection, [row.uuid])
            if row.kind == DIGEST:
                run_again(connection, Slot(DIGEST, week_of(row.built_on)))
        else:
            settle_carried(connection, [row.uuid], UNDELIVERABLE, MOVED, now)
    return called_back


def _set_free(connection: Connection, uuids: Sequence[str]) -> None:
    for start in range(0, len(uuids), AT_A_TIME):
        free = update(CARRIES).where(CARRIES.c.message_uuid.in_(uuids[start : start + AT_A_TIME]))
        connection.execute(free.values(live=False))
