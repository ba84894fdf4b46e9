"""Tables of what an extract says: cases, records, events, people, absences, and the imports themselves.

A moment that may be known by its day only takes two columns: `..._on` (the Danish day, always
set when anything is known) and `..._at` (the UTC instant, when the time is known too).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.column_types import CivilDate, UtcInstant

CLUSTERED = {"sqlite_with_rowid": False}
"""Rows lie in primary key order, so that all rows of a case are read together."""


class CaseRow(SQLModel, table=True):
    """A case as the latest extract tells it, and when it must be looked at again.

    `facts` is JSON text, see models.facts_text. `next_look_at` is the earliest instant at which one
    of its deadlines changes by itself; an import or a new rule book sets it to now; NULL: never.
    `missing_since_on` is set while the case is absent from the extract (missing, never closed).
    `rejected` tells, in the words for the caseworker, why the latest row of it could not be read.
    """

    __tablename__ = "case"
    __table_args__ = (
        # for the nightly question: which open cases must be looked at now?
        Index("ix_case_next_look", "next_look_at"),
        # for lists and digests: whose cases are these?
        Index("ix_case_caseworker", "caseworker"),
    )

    case_ref: str = Field(primary_key=True)
    caseworker: str = ""
    assigned_on: date | None = Field(default=None, sa_type=CivilDate)
    team: str = ""
    began_on: date | None = Field(default=None, sa_type=CivilDate)
    began_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    ended_on: date | None = Field(default=None, sa_type=CivilDate)
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    born_on: date | None = Field(default=None, sa_type=CivilDate)
    facts: str = "{}"
    child_facts: str = "{}"
    known_at: datetime = Field(sa_type=UtcInstant)
    missing_since_on: date | None = Field(default=None, sa_type=CivilDate)
    rejected: str = ""
    next_look_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class RecordRow(SQLModel, table=True):
    """A placement, measure, report, ... of a case. `contents` is JSON: field -> day filled."""

    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("ref", name="uq_record_ref"), CLUSTERED)

    case_ref: str = Field(primary_key=True, foreign_key="case.case_ref")
    ref: str = Field(primary_key=True)
    kind: str
    began_on: date | None = Field(default=None, sa_type=CivilDate)
    began_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    ended_on: date | None = Field(default=None, sa_type=CivilDate)
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    facts: str = "{}"
    contents: str = "{}"
    known_at: datetime = Field(sa_type=UtcInstant)


class EventRow(SQLModel, table=True):
    """Something that happened. `number` is its place in the case's journal and never changes."""

    __tablename__ = "event"
    __table_args__ = (CLUSTERED,)

    case_ref: str = Field(primary_key=True, foreign_key="case.case_ref")
    number: int = Field(primary_key=True)
    ref: str
    kind: str
    at_on: date = Field(sa_type=CivilDate)
    at_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    fields: str = "{}"
    known_at: datetime = Field(sa_type=UtcInstant)


class PersonRow(SQLModel, table=True):
    """Someone who gets mail. `active` is false once the extract no longer names them."""

    __tablename__ = "person"

    person: str = Field(primary_key=True)
    name: str = ""
    email: str = ""
    role: str = ""
    team: str = Field(default="", index=True)
    leader: str = ""
    language: str = ""
    active: bool = True


class AbsenceRow(SQLModel, table=True):
    """Days, both included, on which a person is away and who stands in for them."""

    __tablename__ = "absence"

    person: str = Field(primary_key=True)
    from_on: date = Field(primary_key=True, sa_type=CivilDate)
    to_on: date | None = Field(default=None, sa_type=CivilDate)
    substitute: str = ""


class ImportRow(SQLModel, table=True):
    """One extract taken in (state `done`) or refused whole (state `refused`, with the reason)."""

    __tablename__ = "import"
    __table_args__ = (UniqueConstraint("source", "sha256", "state", name="uq_import_file"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    sha256: str
    extracted_at: datetime = Field(sa_type=UtcInstant)
    imported_at: datetime = Field(sa_type=UtcInstant)
    state: str
    reason: str = ""
    counts: str = "{}"


class ImportRejectRow(SQLModel, table=True):
    """A row of an extract that was refused: where it stands and why, never what else is in it."""

    __tablename__ = "import_reject"

    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="import.id", index=True)
    file: str
    line: int
    column: str = ""
    case_ref: str = Field(default="", index=True)
    ref: str = ""
    code: str
