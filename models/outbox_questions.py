"""What people ask of the outbox: which mails there are, and everything about one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from models.bounce_tables import BOUNCE, OUTBOX_ACTION
from models.bounces import BOUNCED
from models.outbox import (
    ATTEMPT,
    CARRIES,
    INTENT,
    MESSAGE,
    PLANNED,
    SENT,
    UNDELIVERABLE,
    Intent,
    intents_in,
)
from models.outbox_messages import CLAIMED, FAILED, HOLD, IN_DATA, PENDING

UNFINISHED = (PENDING, CLAIMED, IN_DATA, HOLD)
NOT_DELIVERED = (FAILED, BOUNCED)

FEWEST_LETTERS = 4
"""So much of a mail's number must be given to find it."""


class MailSought(NamedTuple):
    """Which mails are asked for; what is empty leaves all in.

    Without any of these: what is not finished, and what was not delivered since `lately`.
    """

    states: tuple[str, ...] = ()
    person: str = ""
    case: str = ""
    since: datetime | None = None


class MailSeen(NamedTuple):
    """One mail and where it stands. `carries` is how many reminders are in it.

    `any_hour` mails leave outside working hours too.
    """

    uuid: str
    kind: str
    recipient: str
    address: str
    subject: str
    state: str
    created_at: datetime
    next_at: datetime
    expires_at: datetime
    attempts: int
    uncertain: int
    generation: int
    any_hour: bool
    error: str
    queue_id: str
    finished_at: datetime | None
    carries: int

    @property
    def short(self) -> str:
        """Its number as it stands at the foot of the mail."""
        return self.uuid[:8]


class Tried(NamedTuple):
    """One try to hand a mail over. `ended_at` is None while it lasts."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    phase: str
    outcome: str
    code: int | None
    enhanced_code: str
    server_text: str


class Reported(NamedTuple):
    """What came back about a mail."""

    kind: str
    status: str
    read_at: datetime


class DoneByHand(NamedTuple):
    """What a person did to a mail. `why` never leaves the database but for this view."""

    at: datetime
    done_by: str
    action: str
    why: str


class MailStory(NamedTuple):
    """Everything about one mail.

    `told_instead` names, by the id of what could not be delivered, who else is told of it.
    """

    mail: MailSeen
    carried: tuple[Intent, ...]
    told_instead: Mapping[int, tuple[str, ...]]
    tries: tuple[Tried, ...]
    reports: tuple[Reported, ...]
    by_hand: tuple[DoneByHand, ...]


def mails(connection: Connection, sought: MailSought, lately: datetime) -> list[MailSeen]:
    """Return the mails asked for, newest first."""
    conditions = _about(sought)
    if not conditions:
        lost = and_(MESSAGE.c.state.in_(NOT_DELIVERED), MESSAGE.c.finished_at >= lately)
        conditions = [or_(MESSAGE.c.state.in_(UNFINISHED), lost)]
    return _mails(connection, *conditions)


def _about(sought: MailSought) -> list[Any]:
    conditions: list[Any] = []
    if sought.states:
        conditions.append(MESSAGE.c.state.in_(sought.states))
    if sought.person:
        conditions.append(MESSAGE.c.recipient == sought.person)
    if sought.since is not None:
        conditions.append(MESSAGE.c.created_at >= sought.since)
    if sought.case:
        about = select(CARRIES.c.message_uuid).join(INTENT, INTENT.c.id == CARRIES.c.intent_id)
        conditions.append(MESSAGE.c.uuid.in_(about.where(INTENT.c.case_ref == sought.case)))
    return conditions


def mails_named(connection: Connection, beginning: str) -> list[MailSeen]:
    """Return the mails whose number begins so."""
    exactly = MESSAGE.c.uuid.startswith(beginning.lower(), autoescape=True)
    return _mails(connection, exactly) if len(beginning) >= FEWEST_LETTERS else []


def mails_under_way(
    connection: Connection, case_ref: str, recipients: Sequence[str]
) -> list[MailSeen]:
    """Return the unfinished mails to these people; with a case, those that tell of it."""
    sought = MailSought(case=case_ref)
    to_them = MESSAGE.c.recipient.in_(recipients)
    return _mails(connection, *_about(sought), to_them, MESSAGE.c.state.in_(UNFINISHED))


def cases_in(connection: Connection, uuids: Sequence[str]) -> list[str]:
    """Return the cases that these mails tell of."""
    asked = select(INTENT.c.case_ref).join(CARRIES, CARRIES.c.intent_id == INTENT.c.id).distinct()
    return list(connection.execute(asked.where(CARRIES.c.message_uuid.in_(uuids))).scalars())


def story(connection: Connection, mail: MailSeen) -> MailStory:
    """Return everything about one mail."""
    of_mail = ATTEMPT.c.message_uuid == mail.uuid
    tries = select(*_columns(ATTEMPT, Tried)).where(of_mail).order_by(ATTEMPT.c.number)
    reports = select(*_columns(BOUNCE, Reported)).where(BOUNCE.c.message_uuid == mail.uuid)
    by_hand = select(*_columns(OUTBOX_ACTION, DoneByHand)).where(
        OUTBOX_ACTION.c.message_uuid == mail.uuid
    )
    carried = intents_in(connection, mail.uuid)
    return MailStory(
        mail,
        tuple(carried),
        {one.id: _told_instead(connection, one) for one in carried if one.state == UNDELIVERABLE},
        tuple(Tried(*row) for row in connection.execute(tries)),
        tuple(Reported(*row) for row in connection.execute(reports.order_by(BOUNCE.c.id))),
        tuple(DoneByHand(*row) for row in connection.execute(by_hand.order_by(OUTBOX_ACTION.c.id))),
    )


def _mails(connection: Connection, *conditions: Any) -> list[MailSeen]:
    carries = (
        select(func.count())
        .where(CARRIES.c.message_uuid == MESSAGE.c.uuid)
        .scalar_subquery()
        .label("carries")
    )
    # never the bytes: a list of a year would hold them all
    columns: list[Any] = [MESSAGE.c[name] for name in MailSeen._fields if name != "carries"]
    asked = select(*[*columns, carries]).where(*conditions)
    rows = connection.execute(asked.order_by(MESSAGE.c.created_at.desc(), MESSAGE.c.uuid))
    return [MailSeen(*row) for row in rows]


def _told_instead(connection: Connection, lost: Intent) -> tuple[str, ...]:
    same = ("deadline_key", "due_text", "step", "occurrence", "role", "owed_to")
    asked = select(INTENT.c.recipient).where(
        *(INTENT.c[name] == getattr(lost, name) for name in same),
        INTENT.c.recipient != lost.recipient,
        INTENT.c.state.in_((PLANNED, SENT)),
    )
    return tuple(connection.execute(asked.order_by(INTENT.c.id)).scalars())


def _columns(table: Any, shape: type[NamedTuple]) -> list[Any]:
    return [table.c[name] for name in shape._fields]
