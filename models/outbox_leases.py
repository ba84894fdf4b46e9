"""What senders leave behind: mails whose sender died, and mails that nobody needs any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select, update

from models.lease_clock import has_own_clock, lease_end, lease_now
from models.outbox import (
    AT_A_TIME,
    ATTEMPT,
    CARRIES,
    DIGEST,
    INTENT,
    MESSAGE,
    PLANNED,
    UNDELIVERABLE,
    settle_intents,
)
from models.outbox_messages import (
    CLAIMED,
    FAILED,
    HOLD,
    IN_DATA,
    IS_LEASED,
    IS_PENDING,
    PENDING,
    Claimed,
    settle_carried,
)
from rules.dates import minutes_after

NOT_IN_TIME = "not taken in time"

GRACE_MINUTES = 1
"""How long a sender under suspicion has to show that it lives; it does so every 30 seconds."""


def is_any_under_way(connection: Connection) -> bool:
    """Say whether a mail waits to leave, or is with a sender that lives or has died."""
    mails = (select(MESSAGE.c.uuid).where(state) for state in (IS_PENDING, IS_LEASED))
    return bool(connection.execute(select(or_(*(mail.exists() for mail in mails)))).scalar_one())


def renew_leases(connection: Connection, owner: str, now: datetime, until: datetime) -> int:
    """Keep the mails a living sender has claimed from being taken for abandoned."""
    return connection.execute(
        update(MESSAGE)
        .where(MESSAGE.c.owner == owner, IS_LEASED)
        .values(lease_until_at=lease_end(connection, now, until), suspect=False)
    ).rowcount


def abandoned(connection: Connection, now: datetime) -> list[tuple[Claimed, str]]:
    """Return the mails whose sender has died, and the state it left each in.

    On SQLite a clock set forward would make every sender look dead. There a lease that has run
    out makes its sender suspect first; a living one renews it before the grace is over.
    """
    over = (IS_LEASED, MESSAGE.c.lease_until_at < lease_now(connection, now))
    columns = [*(MESSAGE.c[name] for name in Claimed._fields), MESSAGE.c.state]
    dead = select(*columns).where(*over)
    if not has_own_clock(connection):
        dead = dead.where(MESSAGE.c.suspect)
    rows = connection.execute(dead).all()
    if not has_own_clock(connection):
        grace = minutes_after(now, GRACE_MINUTES)
        suspected = update(MESSAGE).where(*over, ~MESSAGE.c.suspect)
        connection.execute(suspected.values(suspect=True, lease_until_at=grace))
    return [(Claimed(*row[:-1]), row[-1]) for row in rows]


def close_open_attempts(connection: Connection, uuid: str, outcome: str, now: datetime) -> None:
    """Close the tries of a sender that died, so that none stays open for ever."""
    connection.execute(
        update(ATTEMPT)
        .where(ATTEMPT.c.message_uuid == uuid, ATTEMPT.c.ended_at.is_(None))
        .values(outcome=outcome, ended_at=now)
    )


def give_up_expired(connection: Connection, now: datetime) -> int:
    """Stop trying what nobody needs any more, and return how much it was; it is undeliverable.

    A reminder is given up when something about its deadline has changed since its mail was
    built; a whole mail at its own end. One whose answer was lost is held: it may have arrived.
    """
    gone = _give_up_stale(connection, now)
    # a digest that no mailbox was asked to take waits for the line, which is nobody's refusal
    untried = and_(MESSAGE.c.kind == DIGEST, MESSAGE.c.attempts == 0)
    expired = (IS_PENDING, MESSAGE.c.expires_at <= now, ~untried)
    for state, how in ((HOLD, MESSAGE.c.uncertain > 0), (FAILED, MESSAGE.c.uncertain == 0)):
        uuids = list(
            connection.execute(
                update(MESSAGE)
                .where(*expired, how)
                .values(state=state, error=NOT_IN_TIME, finished_at=now)
                .returning(MESSAGE.c.uuid)
            ).scalars()
        )
        if uuids:
            settle_carried(connection, uuids, UNDELIVERABLE, NOT_IN_TIME, now)
        gone += len(uuids)
    return gone


def count_late(connection: Connection, built_before: datetime, now: datetime, quiet: bool) -> int:
    """Return how many mails built before then have not been taken, and wait for nothing else.

    In `quiet` hours only those that may leave at any hour are counted.
    """
    underway = MESSAGE.c.state.in_((PENDING, CLAIMED, IN_DATA))
    could_have_left = or_(MESSAGE.c.next_at <= now, MESSAGE.c.error != "")
    late = [underway, MESSAGE.c.created_at <= built_before, could_have_left]
    late += [MESSAGE.c.any_hour] if quiet else []
    return connection.execute(select(func.count()).where(*late)).scalar_one()


def leave_by_the_right_clock(connection: Connection, now: datetime) -> int:
    """Let mails leave that were built by a clock that has been set back since."""
    ahead = (IS_PENDING, MESSAGE.c.next_at > now, MESSAGE.c.created_at > now)
    return connection.execute(update(MESSAGE).where(*ahead).values(next_at=now)).rowcount


def stale_reminders(connection: Connection, uuids: Sequence[str], now: datetime) -> list[int]:
    """Return what these mails carry that has changed since they were built."""
    stale = (
        INTENT.c.state == PLANNED,
        INTENT.c.worth_until_at <= now,
        # what was stale already when its mail was built has until the mail's own end
        INTENT.c.worth_until_at > MESSAGE.c.created_at,
    )
    asked = (
        select(INTENT.c.id)
        .select_from(CARRIES)
        .join(MESSAGE, MESSAGE.c.uuid == CARRIES.c.message_uuid)
        .join(INTENT, INTENT.c.id == CARRIES.c.intent_id)
        .where(CARRIES.c.message_uuid.in_(uuids), CARRIES.c.live, *stale)
    )
    return list(connection.execute(asked).scalars())


def _give_up_stale(connection: Connection, now: datetime) -> int:
    # what has not been tried yet is not given up: it leaves when its turn comes
    tried = (IS_PENDING, MESSAGE.c.uncertain == 0, MESSAGE.c.attempts > 0)
    # locked, so that none is taken and told of while what it carries is given up
    asked = select(MESSAGE.c.uuid).where(*tried).with_for_update(skip_locked=True)
    uuids = list(connection.execute(asked).scalars())
    gone = 0
    for start in range(0, len(uuids), AT_A_TIME):
        stale = stale_reminders(connection, uuids[start : start + AT_A_TIME], now)
        gone += settle_intents(connection, stale, UNDELIVERABLE, NOT_IN_TIME, now)
    return gone
