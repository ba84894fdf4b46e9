"""Mails on their way: every step of the state machine is one conditional update.

    pending --claim--> claimed --before DATA--> in_data --250--> accepted
       ^                  |                        |
       +--- retry --------+--- a definite no ------+--> failed --> undeliverable, escalated
       +--- answer lost, first time ---------------+
          answer lost or content refused twice ----+--> hold, escalated

What a sender that died leaves behind is settled in models.outbox_leases.
Source: docs/decisions/0005-outbox.md and 0009-the-line.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, insert, literal_column, or_, select, update

from models.lease_clock import lease_end
from models.outbox import (
    AT_A_TIME,
    ATTEMPT,
    CANCELLED,
    CARRIES,
    INTENT,
    MESSAGE,
    PLANNED,
    SENT,
    UNDELIVERABLE,
    insert_unless_there,
)

PENDING, CLAIMED, IN_DATA, ACCEPTED = "pending", "claimed", "in_data", "accepted"
HOLD, FAILED, WITHDRAWN, SUPERSEDED = "hold", "failed", "cancelled", "superseded"
NEVER_LEFT = (WITHDRAWN, SUPERSEDED)

# written out, not bound: a partial index serves only a question that surely is within it
IS_PENDING = MESSAGE.c.state == literal_column(f"'{PENDING}'")
IS_LEASED = MESSAGE.c.state.in_([literal_column(f"'{state}'") for state in (CLAIMED, IN_DATA)])

LOST_ANSWERS = 2
"""After so many lost answers nobody knows whether it arrived: a person must look."""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A mail as built: its key, its envelope and its bytes, which never change again."""

    uuid: str
    key: str
    generation: int
    kind: str
    recipient: str
    address: str
    subject: str
    message_id: str
    content: bytes
    built_on: date
    created_at: datetime
    next_at: datetime
    expires_at: datetime
    intents: tuple[int, ...]
    any_hour: bool = False


class Claimed(NamedTuple):
    """A mail that one sender has to itself until the lease ends. `fence` proves it."""

    uuid: str
    fence: int
    key: str
    kind: str
    address: str
    content: bytes
    attempts: int
    uncertain: int
    full_since_at: datetime | None


class Begun(NamedTuple):
    """A try that has begun: its row, and which try of this mail it is, from 1."""

    id: int
    number: int


class Attempt(NamedTuple):
    """How a try to hand over a mail ended. `server_text` has no address in it."""

    phase: str
    outcome: str
    code: int | None = None
    enhanced_code: str = ""
    server_text: str = ""
    queue_id: str = ""


def add_message(connection: Connection, message: NewMessage) -> bool:
    """Record a mail with what it carries. False when that mail is already there.

    Raises: sqlalchemy.exc.IntegrityError when another live mail carries one of its intents.
    """
    row = {name: getattr(message, name) for name in NewMessage.__slots__ if name != "intents"}
    row |= {"state": PENDING, "owner": "", "fence": 0, "attempts": 0, "uncertain": 0}
    row |= {"queue_id": "", "error": ""}
    if not insert_unless_there(connection, MESSAGE, [row], MESSAGE.c.uuid):
        return False
    carried = [
        {"message_uuid": message.uuid, "intent_id": intent, "live": True}
        for intent in message.intents
    ]
    if carried:
        connection.execute(insert(CARRIES), carried)
    return True


def generations(connection: Connection, keys: Sequence[str]) -> dict[str, tuple[int, bool]]:
    """Return for each key that has mails: the next generation, and whether one of them stands.

    A mail that was called back before it left does not stand in the way of another.
    """
    standing = func.max(MESSAGE.c.generation).filter(MESSAGE.c.state.not_in(NEVER_LEFT))
    rows = connection.execute(
        select(MESSAGE.c.key, func.max(MESSAGE.c.generation), standing)
        .where(MESSAGE.c.key.in_(keys))
        .group_by(MESSAGE.c.key)
    )
    return {key: (last + 1, stands is not None) for key, last, stands in rows}


def claim(
    connection: Connection, owner: str, now: datetime, until: datetime, *, quiet: bool = False
) -> Claimed | None:
    """Take the mail that has waited longest, or None when none may leave now.

    In `quiet` hours only what may leave at any hour does.
    """
    may_leave = (IS_PENDING, MESSAGE.c.next_at <= now)
    due = (
        select(MESSAGE.c.uuid)
        .where(*may_leave, *([MESSAGE.c.any_hour] if quiet else []))
        .order_by(MESSAGE.c.next_at, MESSAGE.c.uuid)
        .limit(1)
        .with_for_update(skip_locked=True)  # SQLite leaves it out, and needs none: one writer
        # left to itself, SQLite would sort all that wait for each mail that leaves
        .with_hint(MESSAGE, "INDEXED BY ix_message_pending", "sqlite")
        .scalar_subquery()
    )
    row = connection.execute(
        update(MESSAGE)
        .where(MESSAGE.c.uuid == due, IS_PENDING)
        .values(state=CLAIMED, owner=owner, suspect=False, fence=MESSAGE.c.fence + 1)
        .values(lease_until_at=lease_end(connection, now, until))
        .returning(*(MESSAGE.c[name] for name in Claimed._fields))
    ).one_or_none()
    return Claimed(*row) if row is not None else None


def message_of(connection: Connection, uuid: str) -> NewMessage:
    """Return a mail as it was built, with what it still carries."""
    names = [name for name in NewMessage.__slots__ if name != "intents"]
    row = connection.execute(
        select(*(MESSAGE.c[name] for name in names)).where(MESSAGE.c.uuid == uuid)
    ).one()
    live = select(CARRIES.c.intent_id).where(CARRIES.c.message_uuid == uuid, CARRIES.c.live)
    intents = tuple(connection.execute(live.order_by(CARRIES.c.intent_id)).scalars())
    return NewMessage(**row._mapping, intents=intents)


def count_tries(connection: Connection, uuid: str, outcome: str) -> int:
    """Return how many tries of a mail have ended so."""
    ended = (ATTEMPT.c.message_uuid == uuid, ATTEMPT.c.outcome == outcome)
    return connection.execute(select(func.count()).where(*ended)).scalar_one()


def has_been_in_data(connection: Connection, uuid: str) -> bool:
    """Say whether an earlier try reached DATA, after which the mail must not be rebuilt."""
    found = select(ATTEMPT.c.id).where(ATTEMPT.c.message_uuid == uuid, ATTEMPT.c.phase == "data")
    return connection.execute(found.limit(1)).first() is not None


def count_moot(connection: Connection, uuid: str) -> tuple[int, int]:
    """Return how many intents a mail was built with, and how many it need not tell any more."""
    # after a restore another mail may have told what this one carried
    not_owed = or_(~CARRIES.c.live, INTENT.c.state != PLANNED, INTENT.c.met_once_at.is_not(None))
    carried, moot = connection.execute(
        select(func.count(), func.count().filter(not_owed))
        .select_from(CARRIES)
        .join(INTENT, INTENT.c.id == CARRIES.c.intent_id)
        .where(CARRIES.c.message_uuid == uuid)
    ).one()
    return carried, moot


def withdraw(connection: Connection, claimed: Claimed, state: str, now: datetime) -> bool:
    """Call back a claimed mail that has not left, so that what it carries is free again."""
    moved = _move(connection, claimed, CLAIMED, state=state, finished_at=now, lease_until_at=None)
    if moved:
        _set_down(connection, claimed)
    return moved


def open_attempt(connection: Connection, claimed: Claimed, now: datetime) -> Begun:
    """Record that a try begins, before the server hears of it."""
    last = select(func.coalesce(func.max(ATTEMPT.c.number), 0) + 1).where(
        ATTEMPT.c.message_uuid == claimed.uuid
    )
    row = {
        "message_uuid": claimed.uuid,
        "number": last.scalar_subquery(),
        "phase": "",
        "outcome": "",
        "enhanced_code": "",
        "server_text": "",
        "queue_id": "",
        "started_at": now,
    }
    opened = insert(ATTEMPT).values(row).returning(ATTEMPT.c.id, ATTEMPT.c.number)
    return Begun(*connection.execute(opened).one())


def close_attempt(connection: Connection, attempt_id: int, how: Attempt, now: datetime) -> None:
    """Record how a try ended, unless its sender was taken for dead and somebody else has."""
    is_open = and_(ATTEMPT.c.id == attempt_id, ATTEMPT.c.ended_at.is_(None))
    connection.execute(update(ATTEMPT).where(is_open).values(ended_at=now, **how._asdict()))


def enter_data(connection: Connection, claimed: Claimed, attempt_id: int) -> bool:
    """Record that the mail may reach the server from now on. False: it is no longer ours.

    Doing it again changes nothing: it is asked again when the answer to the commit was lost.
    """
    moved = _move(connection, claimed, CLAIMED, IN_DATA, state=IN_DATA)
    if moved:
        connection.execute(update(ATTEMPT).where(ATTEMPT.c.id == attempt_id).values(phase="data"))
    return moved


def accept(connection: Connection, claimed: Claimed, queue_id: str, now: datetime) -> bool:
    """Record that the server has taken the mail, and with it that everything in it is told."""
    moved = _move(
        connection,
        claimed,
        IN_DATA,
        state=ACCEPTED,
        queue_id=queue_id,
        attempts=MESSAGE.c.attempts + 1,
        finished_at=now,
        lease_until_at=None,
    )
    if moved:
        settle_carried(connection, [claimed.uuid], SENT, "", now)
    return moved


def put_back(
    connection: Connection,
    claimed: Claimed,
    state: str,
    next_at: datetime,
    error: str,
    tries: int,
    full_since_at: datetime | None = None,
) -> bool:
    """Let a mail that certainly did not leave wait until `next_at`.

    `tries` is 1 when it was this mail's own try, 0 when the line failed. `full_since_at` is when
    its mailbox was first found full, None when it no longer is.
    """
    return _move(
        connection,
        claimed,
        state,
        state=PENDING,
        next_at=next_at,
        error=error,
        attempts=MESSAGE.c.attempts + tries,
        full_since_at=full_since_at,
        owner="",
        lease_until_at=None,
    )


def fail(connection: Connection, claimed: Claimed, state: str, error: str, now: datetime) -> bool:
    """Record that this mail will never be taken; what it carries is undeliverable."""
    moved = _move(
        connection,
        claimed,
        state,
        state=FAILED,
        error=error,
        attempts=MESSAGE.c.attempts + 1,
        finished_at=now,
        lease_until_at=None,
    )
    if moved:
        settle_carried(connection, [claimed.uuid], UNDELIVERABLE, error, now)
    return moved


def hold(connection: Connection, claimed: Claimed, state: str, error: str, now: datetime) -> bool:
    """Record that a person must look before this mail goes on; what it carries is undeliverable."""
    moved = _move(
        connection,
        claimed,
        state,
        state=HOLD,
        error=error,
        attempts=MESSAGE.c.attempts + 1,
        finished_at=now,
        owner="",
        lease_until_at=None,
    )
    if moved:
        settle_carried(connection, [claimed.uuid], UNDELIVERABLE, error, now)
    return moved


def replace_by(connection: Connection, claimed: Claimed, state: str, new: NewMessage) -> bool:
    """Let another mail, the next generation, carry what a claimed one has not told."""
    moved = _move(
        connection,
        claimed,
        state,
        state=SUPERSEDED,
        error="too big",
        finished_at=new.created_at,
        lease_until_at=None,
    )
    if moved:
        _set_down(connection, claimed)
        add_message(connection, new)
    return moved


def lose_answer(
    connection: Connection, claimed: Claimed, next_at: datetime, error: str, now: datetime
) -> bool:
    """Record that the server's answer was lost: the same bytes once more, then a person looks."""
    again = claimed.uncertain + 1 < LOST_ANSWERS
    moved = _move(
        connection,
        claimed,
        IN_DATA,
        state=PENDING if again else HOLD,
        next_at=next_at,
        uncertain=MESSAGE.c.uncertain + 1,
        attempts=MESSAGE.c.attempts + 1,
        error=error,
        owner="",
        lease_until_at=None,
    )
    if moved and not again:
        settle_carried(connection, [claimed.uuid], UNDELIVERABLE, "answer lost twice", now)
    return moved


def count_messages(connection: Connection) -> dict[str, int]:
    """Return how many mails are in each state."""
    rows = connection.execute(select(MESSAGE.c.state, func.count()).group_by(MESSAGE.c.state))
    return dict(rows.all())


def _move(connection: Connection, claimed: Claimed, *from_states: str, **values: Any) -> bool:
    # the fence: a sender that was taken for dead and comes back changes nothing
    moved = connection.execute(
        update(MESSAGE)
        .where(
            MESSAGE.c.uuid == claimed.uuid,
            MESSAGE.c.fence == claimed.fence,
            MESSAGE.c.state.in_(from_states),
        )
        .values(**values)
    ).rowcount
    return moved == 1


def _set_down(connection: Connection, claimed: Claimed) -> None:
    """Let a mail that never leaves carry nothing."""
    connection.execute(
        update(CARRIES).where(CARRIES.c.message_uuid == claimed.uuid).values(live=False)
    )


def settle_carried(
    connection: Connection, uuids: Sequence[str], state: str, reason: str, now: datetime
) -> None:
    """Let what these mails carry end as they did."""
    # what was cancelled while its mail was already leaving has been told all the same
    movable = (PLANNED, CANCELLED) if state == SENT else (PLANNED,)
    ended = update(INTENT).values(state=state, state_reason=reason, state_at=now)
    for start in range(0, len(uuids), AT_A_TIME):
        part = CARRIES.c.message_uuid.in_(uuids[start : start + AT_A_TIME])
        carried = select(CARRIES.c.intent_id).where(part, CARRIES.c.live)
        connection.execute(ended.where(INTENT.c.id.in_(carried), INTENT.c.state.in_(movable)))
