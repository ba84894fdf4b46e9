"""Tables of what was decided: deadlines, what could not be assessed, rule books and runs."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.case_tables import CLUSTERED
from models.column_types import CivilDate, UtcInstant


class DeadlineRow(SQLModel, table=True):
    """One round of one rule for one record, as last evaluated (rules.deadline.Deadline).

    Rounds with `closed` are history: only a corrected fact may change them, and that is logged.
    `missing` holds the names of missing facts, separated by a bar. `rule_print` identifies the
    rule as it read when the row was written, `changed_at` is when that was. `current` marks the
    round to look at of a rule and record. Rounds that are not applicable have no row. `case_ref`
    is a case, or the caseworker or team of a rule for those. `next_change_at`, of a current row, is
    the next instant at which anything about it changes by itself.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        # for lists and digests: what is open, and due by when? Most rows are closed rounds, and
        # cost nothing here
        Index(
            "ix_deadline_open",
            "due_on",
            sqlite_where=text("closed IS 0"),
            postgresql_where=text("closed IS false"),
        ),
        CLUSTERED,
    )

    case_ref: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    rule: str = Field(primary_key=True)
    interval_on: date = Field(primary_key=True, sa_type=CivilDate)
    round: int = Field(primary_key=True)
    kind: str
    status: str
    due_on: date | None = Field(default=None, sa_type=CivilDate)
    due_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    started_on: date | None = Field(default=None, sa_type=CivilDate)
    started_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    done_on: date | None = Field(default=None, sa_type=CivilDate)
    done_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    closed: bool = False
    current: bool = True
    missing: str = ""
    rule_print: str
    next_change_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    changed_at: datetime = Field(sa_type=UtcInstant)


class CaseloadRow(SQLModel, table=True):
    """A caseworker or team as last counted, and when to count again.

    `cases_print` says what their cases looked like then; when it differs they are looked at anew.
    """

    __tablename__ = "caseload"

    kind: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    cases_print: str
    next_look_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class DeadlineLogRow(SQLModel, table=True):
    """A closed round that a corrected fact changed: how it stood before, and after."""

    __tablename__ = "deadline_log"
    __table_args__ = (
        # for the guard against flapping: what was corrected lately?
        Index("ix_deadline_log_changed", "changed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    deadline_key: str = Field(index=True)
    changed_at: datetime = Field(sa_type=UtcInstant)
    old: str
    new: str


class CaseErrorRow(SQLModel, table=True):
    """A case, or one rule in it, that could not be assessed, and why. Removed when it can be again.

    `reason` never holds a value from the case; `rule` is "" when it concerns the whole case.
    """

    __tablename__ = "case_error"
    __table_args__ = (UniqueConstraint("case_ref", "rule", "error", name="uq_case_error"),)

    id: int | None = Field(default=None, primary_key=True)
    case_ref: str = Field(index=True)
    rule: str = ""
    error: str
    reason: str
    since_at: datetime = Field(sa_type=UtcInstant)


class RuleSetRow(SQLModel, table=True):
    """A rule book that was once good, with the exact texts of its files (JSON: name -> text).

    The one with `active` is in force; a folder that does not load never replaces it.
    """

    __tablename__ = "rule_set"
    __table_args__ = (
        # for every transaction of an evaluation: which book is in force? And there is only one
        Index(
            "uq_rule_set_active",
            "active",
            unique=True,
            sqlite_where=text("active"),
            postgresql_where=text("active"),
        ),
    )

    sha256: str = Field(primary_key=True)
    texts: str
    loaded_at: datetime = Field(sa_type=UtcInstant)
    active: bool = Field(default=False)


class RunRow(SQLModel, table=True):
    """One run of a scheduled flow. A slot (a local day, or day and time) is run once.

    `state`: running, done, failed or abandoned. `counts` is JSON text.
    """

    __tablename__ = "run"
    __table_args__ = (UniqueConstraint("schedule", "slot", name="uq_run_slot"),)

    id: int | None = Field(default=None, primary_key=True)
    schedule: str
    slot: str
    state: str
    started_at: datetime = Field(sa_type=UtcInstant)
    finished_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    rule_set: str = ""
    import_id: int | None = None
    late: bool = False
    counts: str = "{}"


class OpsEventRow(SQLModel, table=True):
    """Something the operator must know: a row for each time it went bad, and when it recovered.

    `message` is English, `message_da` Danish ("" when there is none). `told_at` and
    `recovery_told_at` say when a mail about it was put in the outbox.
    """

    __tablename__ = "ops_event"
    __table_args__ = (UniqueConstraint("kind", "subject", "epoch", name="uq_ops_event"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str = ""
    epoch: int = 0
    at: datetime = Field(sa_type=UtcInstant)
    message: str
    message_da: str = Field(default="", sa_column_kwargs={"server_default": ""})
    recovered_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    told_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    recovery_told_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class HeartbeatRow(SQLModel, table=True):
    """When each long-running part last said that it lives."""

    __tablename__ = "heartbeat"

    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcInstant)


class LeaseRow(SQLModel, table=True):
    """Who does something that one does at a time. It is for people to see, and guards nothing.

    `holder` is a machine and process, `epoch` grows each time another one takes it.
    """

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: str
    epoch: int = 1
    since_at: datetime = Field(sa_type=UtcInstant)
    until_at: datetime = Field(sa_type=UtcInstant)
