"""Tables of who has looked at which case. They only grow, but for what a recorded purge removes."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.case_tables import CLUSTERED, table_of
from models.column_types import UtcInstant


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


ACCESS = table_of(AccessRow)
ACCESS_CASE = table_of(AccessCaseRow)
ACCESS_PURGE = table_of(AccessPurgeRow)
