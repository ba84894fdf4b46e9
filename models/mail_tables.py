"""Tables of what mails told beside their words: calendar entries, and weeks that are over."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field, SQLModel

from models.column_types import CivilDate


class CalendarEntryRow(SQLModel, table=True):
    """A deadline as it stands in somebody's calendar since a mail put it there.

    `sequence` grows whenever the entry changes, so that calendars take the newest. `cancelled`
    ones have been taken back. With its case it is forgotten.
    """

    __tablename__ = "calendar_entry"

    recipient: str = Field(primary_key=True)
    deadline_key: str = Field(primary_key=True)
    case_ref: str = Field(index=True)
    due_text: str
    sequence: int = 0
    cancelled: bool = False


class TrendWeekRow(SQLModel, table=True):
    """How a leader's cases stood when a week was over. Written once and never changed.

    `week_on` is the week's Monday; `overdue`, `told` and `in_time` are those of
    notifications.views.TrendWeek.
    """

    __tablename__ = "trend_week"

    leader: str = Field(primary_key=True)
    week_on: date = Field(primary_key=True, sa_type=CivilDate)
    overdue: int
    told: int
    in_time: int
