"""Tables of what is owed and what was sent. Every safety promise is a constraint here."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.column_types import CivilDate, UtcInstant


class IntentRow(SQLModel, table=True):
    """One thing one person must be told about one deadline: the unit of "sent once".

    The key is what it is about: (deadline, due, step, occurrence, recipient). A moved due date
    starts a new series; a new wording, template, address or rule text does not.
    `recipient` is a person, or "fallback" for the fallback mailbox. `role` is the role it is owed
    in, `owed_to` the person who holds that role ("" when nobody does), and `reason` how it came
    from there to the recipient ("own", "substitute absent", "leader left", ...).
    `about` is the kind of record the deadline is on. `kind`: reminder, escalation, missing_fact,
    not_assessed, undeliverable. `leaves`: acute, instant, morning or digest. `title`, `source`,
    `binding` and `because` are what the mail says of the rule, as it read when the debt arose, in
    the recipient's language. `link` is the opaque name of this line in addresses. `state`:
    planned, sent, superseded, cancelled, undeliverable; `state_reason` says by what or why.
    Until `worth_until_at`, when something about its deadline changes, it is worth being tried.
    `met_once_at` holds a planned one back: an extract has called its deadline met, and no other
    has confirmed it yet.
    """

    __tablename__ = "intent"
    __table_args__ = (
        UniqueConstraint(
            "deadline_key", "due_text", "step", "occurrence", "recipient", name="uq_intent"
        ),
        # for the builder's question: what is owed and not yet sent, by recipient?
        Index(
            "ix_intent_planned",
            "leaves",
            "recipient",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
        # for the digest's question: what could not be delivered lately?
        Index("ix_intent_state", "state", "state_at"),
        # for the daily count: what has begun since the last one?
        Index("ix_intent_created", "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    deadline_key: str
    case_ref: str = Field(index=True)
    about: str
    ref: str
    rule: str
    due_text: str
    step: str
    occurrence: int
    recipient: str
    role: str
    owed_to: str = ""
    reason: str
    kind: str
    leaves: str
    title: str
    source: str = ""
    binding: str = ""
    because: str = ""
    link: str = Field(unique=True)
    owed_on: date = Field(sa_type=CivilDate)
    send_from_at: datetime = Field(sa_type=UtcInstant)
    created_at: datetime = Field(sa_type=UtcInstant)
    late: bool = False
    state: str = "planned"
    state_reason: str = ""
    state_at: datetime = Field(sa_type=UtcInstant)
    worth_until_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    met_once_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class MessageRow(SQLModel, table=True):
    """One mail: frozen bytes and envelope, and where it stands on its way.

    `kind`: morning, instant, digest. `state`: pending, claimed, in_data, accepted, hold, failed,
    cancelled, superseded, bounced.
    `key` says what the mail is (kind, mailbox, and day, week or intents, but no address in clear)
    and is unique with `generation`. `fence` grows with every claim; each update names it, so that
    a stale sender changes nothing. `attempts` counts the tries that reached this mail's own fate,
    `uncertain` those whose answer was lost. `suspect` marks a lease that has run out once already.
    `full_since_at` is when the mailbox was first found full. `any_hour` mails leave outside
    working hours too. `content`, `subject` and `address` are emptied some time after its end.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("key", "generation", name="uq_message_key"),
        # for the operator's question: how many stand how, since when? Without reading their bytes
        Index("ix_message_state", "state", "created_at"),
        # for the sender's one question: what may leave now, oldest first?
        Index(
            "ix_message_pending",
            "next_at",
            "uuid",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        # for the builder: what has this mailbox had today?
        Index("ix_message_mailbox", "address", "built_on"),
        # for the reaper: whose lease has run out?
        Index(
            "ix_message_leased",
            "lease_until_at",
            sqlite_where=text("state IN ('claimed', 'in_data')"),
            postgresql_where=text("state IN ('claimed', 'in_data')"),
        ),
        # for the planner: which mailboxes send our mails back?
        Index(
            "ix_message_bounced",
            "address",
            sqlite_where=text("state = 'bounced'"),
            postgresql_where=text("state = 'bounced'"),
        ),
    )

    uuid: str = Field(primary_key=True)
    key: str
    generation: int = 0
    kind: str
    recipient: str
    address: str
    subject: str
    message_id: str = Field(unique=True)
    content: bytes
    content_sha256: str = Field(default="", sa_column_kwargs={"server_default": ""})
    built_on: date = Field(sa_type=CivilDate)
    created_at: datetime = Field(sa_type=UtcInstant)
    state: str = "pending"
    next_at: datetime = Field(sa_type=UtcInstant)
    expires_at: datetime = Field(sa_type=UtcInstant)
    owner: str = ""
    lease_until_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    fence: int = 0
    attempts: int = 0
    uncertain: int = 0
    queue_id: str = ""
    error: str = ""
    suspect: bool = False
    full_since_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    any_hour: bool = False
    finished_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class MessageIntentRow(SQLModel, table=True):
    """Which intents a mail carries. An intent is in at most one mail that is still `live`."""

    __tablename__ = "message_intent"
    __table_args__ = (
        Index(
            "uq_message_intent_live",
            "intent_id",
            unique=True,
            # as questions are put to SQLite: it would not use an index on the bare word
            sqlite_where=text("live = 1"),
            postgresql_where=text("live"),
        ),
    )

    message_uuid: str = Field(primary_key=True, foreign_key="message.uuid")
    intent_id: int = Field(primary_key=True, foreign_key="intent.id")
    live: bool = True


class AttemptRow(SQLModel, table=True):
    """One try to hand a mail to the mail server: opened before connecting, closed after."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("message_uuid", "number", name="uq_attempt"),
        # how many were taken today, turned down just now, refused by a mailbox lately?
        Index("ix_attempt_outcome", "outcome", "ended_at"),
        # for the planner: which mailboxes refuse our mails?
        Index(
            "ix_attempt_refused",
            "ended_at",
            sqlite_where=text("outcome = 'refused'"),
            postgresql_where=text("outcome = 'refused'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_uuid: str = Field(foreign_key="message.uuid", index=True)
    number: int
    phase: str = ""
    outcome: str = ""
    code: int | None = None
    enhanced_code: str = ""
    server_text: str = ""
    queue_id: str = ""
    started_at: datetime = Field(sa_type=UtcInstant)
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class MailLineRow(SQLModel, table=True):
    """How the way to one mail server ("host:port") stands; no row when it is as it should be.

    While `down_since_at` is set no mail leaves, but one at a time to try, and none before
    `rests_until_at`. `failures` counts the tries that failed; `verdict`, `phase`, `code` and `said`
    tell of the last one. `mails_a_minute` is lower than the setting after the server has asked
    us to be slower, since `slowed_at`.
    """

    __tablename__ = "mail_line"

    name: str = Field(primary_key=True)
    down_since_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    rests_until_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    failures: int = 0
    verdict: str = ""
    phase: str = ""
    code: int | None = None
    said: str = ""
    mails_a_minute: float | None = None
    slowed_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class QuarantineRow(SQLModel, table=True):
    """A mail that could not be built, or that the privacy gate stopped: which, when and why."""

    __tablename__ = "quarantine"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True)
    reason: str
    at: datetime = Field(sa_type=UtcInstant)
