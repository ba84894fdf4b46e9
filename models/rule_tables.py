"""Tables of how the rule book in force came to be: who put it there, and what runs in shadow."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.case_tables import table_of
from models.column_types import CivilDate, UtcInstant


class ActivationRow(SQLModel, table=True):
    """A rule book that was put in force: the newest row names the one that decides now.

    `token` is drawn at random: the first row's tells this database from every other, the newest
    one's tells whether the book in force is still the one that a plan was made against.
    `kind`: first, planned or rolled back. `sha256` and `previous` name rule sets, whose texts are
    kept; `previous` is "" for the first. `plan` is the plan's own hash, `overdue` how many
    deadlines became overdue by it and `accepted` how many were accepted. `mails` is how many
    reminders became due at once or ended by it, where that is out of the ordinary (else 0), and
    `accepted_mails` how many were accepted.
    """

    __tablename__ = "activation"

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True)
    kind: str
    sha256: str = Field(foreign_key="rule_set.sha256")
    previous: str = ""
    at: datetime = Field(sa_type=UtcInstant)
    activated_by: str = ""
    why: str = ""
    plan: str = ""
    overdue: int = 0
    accepted: int = 0
    mails: int = 0
    accepted_mails: int = 0


class ShadowRow(SQLModel, table=True):
    """A rule that is tried in silence: decided and counted, but nobody is mailed about it.

    Through the day `until_on`; `ended_at` is set when the rule has begun to send its mails, or
    when it was taken out of the book before that.
    """

    __tablename__ = "shadow"

    activation_id: int = Field(primary_key=True, foreign_key="activation.id")
    rule: str = Field(primary_key=True)
    since_on: date = Field(sa_type=CivilDate)
    until_on: date = Field(sa_type=CivilDate)
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)


ACTIVATION = table_of(ActivationRow)
SHADOW = table_of(ShadowRow)
