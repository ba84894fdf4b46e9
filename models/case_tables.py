"""Tables of what an extract says: cases, records, events, people, absences, and the imports.

A moment that may be known by its day only takes two columns: `..._on` (the Danish day, always
set when anything is known) and `..._at` (the UTC instant, when the time is known too).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.column_types import CivilDate, UtcInstant

CLUSTERED = {"sqlite_with_rowid": False}
"""Rows lie in primary key order, so that all rows of a case are read together."""


def table_of(row: type[SQLModel]) -> Table:
    """Return the table behind a row class, for reading and writing plain rows."""
    table = row.__table__  # type: ignore[attr-defined]
    assert isinstance(table, Table)
    return table


class CaseRow(SQLModel, table=True):
    """A case as the latest extract tells it, and when it must be looked at again.

    `facts` is JSON text, see models.facts_text. `next_look_at` is the earliest instant at which one
    of its deadlines changes by itself; an import or a new rule book sets it to now; NULL: never.
    `settled` says that nothing but time has passed since the case was last evaluated.
    `missing_since_on` is set while the case is absent from the extract (missing, never closed).
    `rejected` tells, in the words for the caseworker, why the latest row of it could not be read.
    `known_at` is when the case first reached us. `told` identifies what was last said of it.
    """

    __tablename__ = "case"
    __table_args__ = (
        # for the nightly question: which open cases must be looked at now?
        Index("ix_case_next_look", "next_look_at"),
        # ... and which were told anew?
        Index(
            "ix_case_unsettled",
            "case_ref",
            sqlite_where=text("settled IS 0"),
            postgresql_where=text("settled IS false"),
        ),
        # for what is watched every half minute: how many are open, which rows were refused?
        Index(
            "ix_case_open",
            "case_ref",
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index(
            "ix_case_rejected",
            "case_ref",
            sqlite_where=text("rejected != ''"),
            postgresql_where=text("rejected != ''"),
        ),
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
    told: int = Field(default=0, sa_type=BigInteger)
    next_look_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    settled: bool = False


class RecordRow(SQLModel, table=True):
    """A placement, measure, report, ... of a case. `contents` is JSON: field -> day filled.

    `ref` is unique over all kinds and never a case's. `known_at` and `told` are as for a case.
    """

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
    told: int = Field(default=0, sa_type=BigInteger)


class EventRow(SQLModel, table=True):
    """Something that happened. `number` is its place in the case's journal and never changes.

    `ref` is the record it happened on, or the case. `told` identifies what was said of it.
    """

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
    told: int = Field(default=0, sa_type=BigInteger)


class PersonRow(SQLModel, table=True):
    """Someone who gets mail. `active` is false once the extract no longer names them.

    `facts` is JSON text: the facts of kind `caseworker`.
    """

    __tablename__ = "person"

    person: str = Field(primary_key=True)
    name: str = ""
    email: str = ""
    role: str = ""
    team: str = Field(default="", index=True)
    leader: str = ""
    language: str = ""
    active: bool = True
    facts: str = "{}"


class AbsenceRow(SQLModel, table=True):
    """Days, both included, on which a person is away and who stands in for them."""

    __tablename__ = "absence"

    person: str = Field(primary_key=True)
    from_on: date = Field(primary_key=True, sa_type=CivilDate)
    to_on: date | None = Field(default=None, sa_type=CivilDate)
    substitute: str = ""


class ImportRow(SQLModel, table=True):
    """One extract taken in (state `done`) or refused whole (state `refused`, with the reason).

    `counts` is JSON: file -> numbers of rows; `columns` is JSON: file -> the columns it had, so
    that a column which disappears is noticed. `extracted_at` is the extract's own moment.
    """

    __tablename__ = "import"
    __table_args__ = (
        # for the first question of every import: what was taken in last?
        Index("ix_import_state", "state", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str
    sha256: str
    extracted_at: datetime = Field(sa_type=UtcInstant)
    imported_at: datetime = Field(sa_type=UtcInstant)
    state: str
    reason: str = ""
    counts: str = "{}"
    columns: str = "{}"


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


CASE = table_of(CaseRow)
RECORD = table_of(RecordRow)
EVENT = table_of(EventRow)
PERSON = table_of(PersonRow)
ABSENCE = table_of(AbsenceRow)
IMPORT = table_of(ImportRow)
IMPORT_REJECT = table_of(ImportRejectRow)
