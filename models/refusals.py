"""Mailboxes that refuse what we send: told by what became of earlier mails, not by a mark."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime

from sqlalchemy import Connection, literal_column, select

from models.bounces import BOUNCED_ON_THE_WAY
from models.outbox import ATTEMPT, MESSAGE
from rules.dates import day_of, days_between

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any mail: asked for a range of its column, SQLite takes the index."""

REFUSALS, WITHIN_DAYS = 3, 7
"""So many refusals within so many days are no accident."""

TRIED_ANEW_AFTER_DAYS = 30
"""A mailbox may be opened again without anybody telling us: so long, and its next mail is tried."""

COUNTED_DAYS = TRIED_ANEW_AFTER_DAYS + WITHIN_DAYS
"""So long a refusal may count."""


# written out, not bound: a partial index serves only a question that surely is within it
REFUSED = ATTEMPT.c.outcome == literal_column("'refused'")
BOUNCED = MESSAGE.c.state == literal_column("'bounced'")
HAS_ADDRESS = MESSAGE.c.address != ""


def refusing_mailboxes(connection: Connection) -> dict[str, date]:
    """Return the mailboxes that refuse our mails, in lower case, and when they last did.

    Refusals count whether the server refused at once or sent the mail back later. That no way to
    its server was known is not the mailbox's fault.
    """
    days: defaultdict[str, list[date]] = defaultdict(list)
    for address, at in sorted([*_refused(connection), *_bounced(connection)]):
        days[address.lower()].append(day_of(at))
    return {
        address: refused[-1]
        for address, refused in days.items()
        if len(refused) >= REFUSALS and days_between(refused[-REFUSALS], refused[-1]) <= WITHIN_DAYS
    }


def _refused(connection: Connection) -> list[tuple[str, datetime]]:
    asked = (
        select(MESSAGE.c.address, ATTEMPT.c.ended_at)
        .join(MESSAGE, MESSAGE.c.uuid == ATTEMPT.c.message_uuid)
        .where(REFUSED, ATTEMPT.c.phase == "rcpt", ATTEMPT.c.ended_at > LONG_AGO, HAS_ADDRESS)
        .order_by(ATTEMPT.c.ended_at)
    )
    return [(address, at) for address, at in connection.execute(asked)]


def _bounced(connection: Connection) -> list[tuple[str, datetime]]:
    came_back = (BOUNCED, MESSAGE.c.error != BOUNCED_ON_THE_WAY, HAS_ADDRESS)
    asked = select(MESSAGE.c.address, MESSAGE.c.finished_at).where(*came_back)
    return [(address, at) for address, at in connection.execute(asked) if at is not None]
