"""Tables of who has looked at which case, and of what is kept of cases that were forgotten.

The log of looks only grows, but for what a recorded purge removes.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.case_tables import CLUSTERED, table_of
from models.column_types import CivilDate, UtcInstant


class AccessRow(SQLModel, table=True):
    """One look: who asked, when, what they did (`action`) and what they asked for, as written.

    Triggers refuse any change, and any removal that no row of `access_purge` allows.
    """

    __tablename__ = "access"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcInstant, index=True)
    who: str
    action: str
    asked: str = ""


class AccessCaseRow(SQLModel, table=True):
    """A case that a look showed. Read by case: a child's own log may be asked for."""

    __tablename__ = "access_case"
    __table_args__ = (CLUSTERED,)

    case_ref: str = Field(primary_key=True)
    access_id: int = Field(primary_key=True, foreign_key="access.id", index=True)


class AccessPurgeRow(SQLModel, table=True):
    """Housekeeping's own trace: looks before `before_at` were removed, and when that was done."""

    __tablename__ = "access_purge"

    id: int | None = Field(default=None, primary_key=True)
    before_at: datetime = Field(sa_type=UtcInstant)
    purged_at: datetime = Field(sa_type=UtcInstant)


class PastRoundRow(SQLModel, table=True):
    """How a round of a forgotten case ended, for the figures. Nothing leads back to the case.

    `pseudonym` is drawn at random and is the same for the rounds of one case; `number` counts
    them. The rest is as in `deadline`.
    """

    __tablename__ = "past_round"

    pseudonym: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    rule: str
    kind: str
    round: int
    status: str
    started_on: date | None = Field(default=None, sa_type=CivilDate)
    due_on: date | None = Field(default=None, sa_type=CivilDate)
    done_on: date | None = Field(default=None, sa_type=CivilDate)
    team: str = ""
    forgotten_on: date = Field(sa_type=CivilDate)


ACCESS = table_of(AccessRow)
ACCESS_CASE = table_of(AccessCaseRow)
ACCESS_PURGE = table_of(AccessPurgeRow)
PAST_ROUND = table_of(PastRoundRow)
