"""Tables of what holds mails back for a while: mutes, storms, and times when nobody watched."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.column_types import CivilDate, UtcInstant


class MuteRow(SQLModel, table=True):
    """Someone's wish not to be reminded of a case, or of one rule in it, until a day.

    `rule` is "" for every rule. `until_on` is the last silent day. `covers_all` says that a leader
    asked: then acute and overdue deadlines are silent too. `why` is in the person's own words and
    never leaves the database. `ended_at` is set when it is over; `ended_by` names who ended it
    before its day, "" when it ended by itself.
    """

    __tablename__ = "mute"
    __table_args__ = (
        # for planning: which mutes of these cases are in force?
        Index("ix_mute_case", "case_ref", "ended_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_ref: str
    rule: str = ""
    until_on: date = Field(sa_type=CivilDate)
    covers_all: bool = False
    why: str
    muted_by: str
    muted_at: datetime = Field(sa_type=UtcInstant)
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    ended_by: str = ""


class StormRow(SQLModel, table=True):
    """A run that would have sent far more than usual: what it held back, and until when.

    What arises until it is over belongs to it: once let go, it is not held a second time.
    `released_by` is "" when the hour let it go.
    """

    __tablename__ = "storm"

    id: int | None = Field(default=None, primary_key=True)
    began_at: datetime = Field(sa_type=UtcInstant)
    until_at: datetime = Field(sa_type=UtcInstant)
    mails: int
    reminders: int
    usual_mails: int
    usual_reminders: int
    released_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    released_by: str = ""


class OutageRow(SQLModel, table=True):
    """A time during which nobody watched, though something was to be sent.

    `late_reminders` are those told late because of it, the latest of them by `longest_hours`.
    """

    __tablename__ = "outage"

    id: int | None = Field(default=None, primary_key=True)
    from_at: datetime = Field(sa_type=UtcInstant)
    # for the builder: did what is told now fall due while nobody watched?
    until_at: datetime = Field(sa_type=UtcInstant, index=True)
    late_reminders: int = 0
    longest_hours: int = 0
