"""Tables of what came back, what people did to mails by hand, and the daily count."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.case_tables import table_of
from models.column_types import CivilDate, UtcInstant


class ReturnPathSecretRow(SQLModel, table=True):
    """What return addresses are signed with. One row, drawn at random when first asked for."""

    __tablename__ = "return_path_secret"

    id: int = Field(primary_key=True)
    secret: bytes


class BounceRow(SQLModel, table=True):
    """One mail that came to the bounce box, and what it meant; nothing of its text or addresses.

    `fingerprint` is the hash of its bytes: read twice, it counts once. `message_uuid` is the mail
    it is about, "" when that is not known; it is no foreign key, since reports outlive mails.
    `kind` is one of notifications.bounce.Kind. `status` is
    the code it gave, such as 5.1.1. `waits` while its mail is not yet known to have been accepted.
    """

    __tablename__ = "bounce"

    id: int | None = Field(default=None, primary_key=True)
    fingerprint: str = Field(unique=True)
    message_uuid: str = Field(default="", index=True)
    kind: str
    status: str = ""
    read_at: datetime = Field(sa_type=UtcInstant)
    waits: bool = False


class OutboxActionRow(SQLModel, table=True):
    """Something a person did to the outbox by hand: who, when, what and why.

    `action`: release, cancel or release storm; `message_uuid` is "" for the last. `why` is in the
    person's own words and never leaves the database.
    """

    __tablename__ = "outbox_action"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcInstant)
    done_by: str
    action: str
    message_uuid: str = Field(default="", index=True)
    why: str = ""


class DailyCountRow(SQLModel, table=True):
    """The outbox as counted on one day: what was open the time before, plus new, minus ended.

    `states` is JSON: {"intents": {state: number}, "mails": {state: number}}. `faults` is how many
    kinds of imbalance were found.
    """

    __tablename__ = "daily_count"

    day: date = Field(primary_key=True, sa_type=CivilDate)
    counted_at: datetime = Field(sa_type=UtcInstant)
    intents_open: int
    intents_new: int
    intents_ended: int
    mails_open: int
    mails_new: int
    mails_ended: int
    states: str
    faults: int


class OpenIntentRow(SQLModel, table=True):
    """An intent that was open at the last daily count: by the next it is open still, or ended."""

    __tablename__ = "open_intent"

    intent_id: int = Field(primary_key=True)


class OpenMailRow(SQLModel, table=True):
    """A mail that was open at the last daily count."""

    __tablename__ = "open_mail"

    message_uuid: str = Field(primary_key=True)


RETURN_PATH_SECRET = table_of(ReturnPathSecretRow)
BOUNCE = table_of(BounceRow)
OUTBOX_ACTION = table_of(OutboxActionRow)
DAILY_COUNT = table_of(DailyCountRow)
OPEN_INTENT = table_of(OpenIntentRow)
OPEN_MAIL = table_of(OpenMailRow)
