"""Counting the outbox: how many are where, and which rows are where none may be.

All is asked of one snapshot. What was open at the count before is open still, or has ended since;
what is open and was not has begun since. So that this can be asked, a count leaves behind which
rows were open (`open_intent`, `open_mail`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    exists,
    func,
    or_,
    select,
)

from models.bounce_tables import OPEN_INTENT, OPEN_MAIL, OUTBOX_ACTION
from models.bounces import BOUNCED
from models.outbox import (
    ATTEMPT,
    CANCELLED,
    CARRIES,
    INTENT,
    MESSAGE,
    PLANNED,
    SENT,
    SUPERSEDED,
    UNDELIVERABLE,
    count_by_state,
)
from models.outbox_by_hand import RELEASE
from models.outbox_messages import (
    ACCEPTED,
    CLAIMED,
    FAILED,
    HOLD,
    IN_DATA,
    PENDING,
    WITHDRAWN,
    count_messages,
)
from models.outbox_messages import SUPERSEDED as REPLACED
from models.runs import OPS_EVENT

SLACK = timedelta(hours=1)
"""A run stamps all it writes with the moment it began, and may commit that after a count."""

LOOK_BACK = timedelta(days=7)
"""As far back as flows.sending.redirect looks for what has nobody in its recipient's place."""

NOBODY_LEFT, LINE_DOWN = "undeliverable to everybody", "mail server"
"""The alarms that speak for a reminder that has nobody in its recipient's place."""

TAKEN = (ACCEPTED, BOUNCED)
OPEN_MAILS = (PENDING, CLAIMED, IN_DATA, HOLD)
ENDED_MAILS = (*TAKEN, FAILED, WITHDRAWN, REPLACED)
INTENT_STATES = (PLANNED, SENT, SUPERSEDED, CANCELLED, UNDELIVERABLE)
ON_ITS_WAY = "on its way"

Condition = ColumnElement[bool]


class Flow(NamedTuple):
    """How many were open at the count before, how many began and ended since, are open now."""

    before: int
    new: int
    ended: int
    open: int

    @property
    def balances(self) -> bool:
        """Say whether the numbers add up."""
        return self.before + self.new - self.ended == self.open


class Kind(NamedTuple):
    """What is counted: intents or mails. `at_end` is when one ended, `remembered` those open.

    `has_ended` is put so that an index leads to what has begun lately: that of intents by when
    they began, that of mails by state and when they were built.
    """

    name: str
    table: Table
    key: Column[Any]
    remembered: Column[Any]
    is_open: Condition
    has_ended: Condition
    is_known: Condition
    at_end: Column[Any]


INTENTS = Kind(
    "intent",
    INTENT,
    INTENT.c.id,
    OPEN_INTENT.c.intent_id,
    INTENT.c.state == PLANNED,
    INTENT.c.state != PLANNED,
    INTENT.c.state.in_(INTENT_STATES),
    INTENT.c.state_at,
)
MAILS = Kind(
    "mail",
    MESSAGE,
    MESSAGE.c.uuid,
    OPEN_MAIL.c.message_uuid,
    MESSAGE.c.state.in_(OPEN_MAILS),
    MESSAGE.c.state.in_(ENDED_MAILS),
    MESSAGE.c.state.in_((*OPEN_MAILS, *ENDED_MAILS)),
    MESSAGE.c.finished_at,
)


def states(connection: Connection) -> dict[str, dict[str, int]]:
    """Return how many intents and mails are in each state; those in a mail are on their way."""
    intents = count_by_state(connection)
    in_a_mail = (
        select(func.count(func.distinct(INTENT.c.id)))
        .select_from(_in_mails())
        .where(INTENT.c.state == PLANNED, CARRIES.c.live, MESSAGE.c.state.in_(OPEN_MAILS))
    )
    under_way = connection.execute(in_a_mail).scalar_one()
    if PLANNED in intents:
        intents[PLANNED] -= under_way
    return {"intents": intents | {ON_ITS_WAY: under_way}, "mails": count_messages(connection)}


def open_now(connection: Connection, kind: Kind) -> list[Any]:
    """Return the keys of what is open."""
    return list(connection.execute(select(kind.key).where(kind.is_open)).scalars())


def flow(connection: Connection, kind: Kind, before: int, since: datetime | None) -> Flow:
    """Return how the number of open ones came from what it was at the count before.

    What began and ended between two counts is in both numbers.
    """
    known = _was_open(kind)
    begun = [] if since is None else [kind.table.c.created_at >= since]
    opened = _number(connection, kind, kind.is_open, ~known)
    closed = _number(connection, kind, ~kind.is_open, known)
    passed = _number(connection, kind, kind.has_ended, ~known, *begun)
    return Flow(before, opened + passed, closed + passed, _number(connection, kind, kind.is_open))


def faults(
    connection: Connection, since: datetime | None, now: datetime
) -> dict[str, Sequence[str]]:
    """Return which rows are where none may be, by the kind of fault; empty when all is well."""
    found = {
        name: [str(key) for key in connection.execute(rows).scalars()]
        for name, rows in questions(since, now)
    }
    return {name: keys for name, keys in found.items() if keys}


def questions(since: datetime | None, now: datetime) -> Iterator[tuple[str, Select[Any]]]:
    """Give each kind of fault and what finds its rows.

    At the first count (`since` is None) nothing is known to have been there before.
    """
    yield from _lost(INTENTS, since)
    yield from _lost(MAILS, since)
    yield from _misplaced(since, now)


def _lost(kind: Kind, since: datetime | None) -> Iterator[tuple[str, Select[Any]]]:
    """What is in no state, has gone, has ended at no time, or is open out of nothing."""
    # by way of the states, which an index holds: a mail's own stands behind its bytes
    unknown = select(kind.table.c.state).where(~kind.is_known).distinct()
    yield f"{kind.name} in no state", select(kind.key).where(kind.table.c.state.in_(unknown))
    there = exists().where(kind.key == kind.remembered)
    yield f"{kind.name} gone", select(kind.remembered).where(~there)
    if since is None:
        return
    was_open = _was_open(kind)
    at_no_time = or_(kind.at_end.is_(None), kind.at_end < since - SLACK)
    yield (
        f"{kind.name} ended at no time",
        select(kind.key).where(~kind.is_open, was_open, at_no_time),
    )
    old = kind.table.c.created_at < since - SLACK
    out_of_nothing = select(kind.key).where(kind.is_open, ~was_open, old, ~_released(kind, since))
    yield f"{kind.name} out of nothing", out_of_nothing


def _misplaced(since: datetime | None, now: datetime) -> Iterator[tuple[str, Select[Any]]]:
    """What has come to an end that its mail, its attempts or its stand-in do not bear out."""
    lately = [] if since is None else [since - SLACK]
    told = [INTENT.c.state_at >= moment for moment in lately]
    # not by when it was finished: that stands behind the mail's bytes, and costs reading them
    taken = [or_(_was_open(MAILS), MESSAGE.c.created_at >= moment) for moment in lately]
    # sets, not questions row by row: the planner would go through every mail for each reminder
    carried = select(CARRIES.c.intent_id).join(MESSAGE, MESSAGE.c.uuid == CARRIES.c.message_uuid)
    told_lately = select(INTENT.c.id).where(INTENT.c.state == SENT, *told)
    told_by = carried.where(
        CARRIES.c.live, CARRIES.c.intent_id.in_(told_lately), MESSAGE.c.state.in_(TAKEN)
    )
    yield (
        "intent told by no mail",
        told_lately.where(INTENT.c.id.not_in(told_by)),
    )
    planned = select(INTENT.c.id).where(INTENT.c.state == PLANNED)
    over = MESSAGE.c.state.in_((*ENDED_MAILS, HOLD))
    yield (
        "intent owed in a mail that is over",
        carried.where(CARRIES.c.live, CARRIES.c.intent_id.in_(planned), over),
    )
    yield (
        "intent in two mails",
        select(CARRIES.c.intent_id)
        .where(CARRIES.c.live, CARRIES.c.intent_id.in_(planned))
        .group_by(CARRIES.c.intent_id)
        .having(func.count() > 1),
    )
    yield "intent undeliverable and nobody told", _told_to_nobody(now)
    said_yes = exists().where(ATTEMPT.c.message_uuid == MESSAGE.c.uuid, _between_200_and_299())
    yield (
        "mail taken by no attempt",
        select(MESSAGE.c.uuid).where(MESSAGE.c.state.in_(TAKEN), *taken, ~said_yes),
    )
    yield "mail left behind", select(MESSAGE.c.uuid).where(_left_behind(now))


def _told_to_nobody(now: datetime) -> Select[Any]:
    other = INTENT.alias("other")
    same = ("deadline_key", "due_text", "step", "occurrence")
    told = exists().where(
        *(other.c[name] == INTENT.c[name] for name in same),
        other.c.recipient != INTENT.c.recipient,
        other.c.state != UNDELIVERABLE,
    )
    at_that_time = or_(OPS_EVENT.c.recovered_at.is_(None), OPS_EVENT.c.at >= INTENT.c.state_at)
    about_it = and_(
        OPS_EVENT.c.kind == NOBODY_LEFT, OPS_EVENT.c.subject == INTENT.c.case_ref, at_that_time
    )
    # while no mail at all can leave, nobody else can be told either
    no_mail_leaves = and_(OPS_EVENT.c.kind == LINE_DOWN, OPS_EVENT.c.recovered_at.is_(None))
    alarm = exists().where(or_(about_it, no_mail_leaves))
    at = INTENT.c.state_at
    lately = and_(at >= now - LOOK_BACK, at < now - SLACK)
    return select(INTENT.c.id).where(INTENT.c.state == UNDELIVERABLE, lately, ~told, ~alarm)


def _released(kind: Kind, since: datetime) -> Condition:
    """A person has let go a held mail: what it carries is owed again."""
    released = (OUTBOX_ACTION.c.action == RELEASE, OUTBOX_ACTION.c.at >= since - SLACK)
    if kind is MAILS:
        return exists().where(OUTBOX_ACTION.c.message_uuid == MESSAGE.c.uuid, *released)
    return exists().where(
        CARRIES.c.intent_id == INTENT.c.id,
        CARRIES.c.message_uuid == OUTBOX_ACTION.c.message_uuid,
        *released,
    )


def _left_behind(now: datetime) -> Condition:
    long_ago = now - SLACK
    abandoned = and_(MESSAGE.c.state.in_((CLAIMED, IN_DATA)), MESSAGE.c.lease_until_at < long_ago)
    expired = and_(MESSAGE.c.state == PENDING, MESSAGE.c.expires_at < long_ago)
    return or_(abandoned, expired)


def _between_200_and_299() -> Condition:
    return and_(ATTEMPT.c.code >= 200, ATTEMPT.c.code < 300)


def _in_mails() -> Any:
    return INTENT.join(CARRIES, CARRIES.c.intent_id == INTENT.c.id).join(
        MESSAGE, MESSAGE.c.uuid == CARRIES.c.message_uuid
    )


def _was_open(kind: Kind) -> Condition:
    """It was open at the count before."""
    return kind.key.in_(select(kind.remembered))


def _number(connection: Connection, kind: Kind, *conditions: Condition) -> int:
    counted = select(func.count()).select_from(kind.table).where(*conditions)
    return connection.execute(counted).scalar_one()
