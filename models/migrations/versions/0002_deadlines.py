"""Tables of what was decided, and the runs that decided it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.column_types import CivilDate, UtcInstant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "case_error",
    "caseload",
    "deadline",
    "deadline_log",
    "heartbeat",
    "ops_event",
    "rule_set",
    "run",
)


def upgrade() -> None:
    """Create the tables, each after those it refers to."""
    _create_case_error()
    _create_caseload()
    _create_deadline()
    _create_deadline_log()
    _create_heartbeat()
    _create_ops_event()
    _create_rule_set()
    _create_run()


def downgrade() -> None:
    """Take them away again, with what is in them."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_case_error() -> None:
    op.create_table(
        "case_error",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_ref", "rule", "error", name="uq_case_error"),
    )
    op.create_index(op.f("ix_case_error_case_ref"), "case_error", ["case_ref"], unique=False)


def _create_caseload() -> None:
    op.create_table(
        "caseload",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("cases_print", sa.String(), nullable=False),
        sa.Column("next_look_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "ref"),
    )


def _create_deadline() -> None:
    op.create_table(
        "deadline",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("interval_on", CivilDate(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("due_on", CivilDate(), nullable=True),
        sa.Column("due_at", UtcInstant(), nullable=True),
        sa.Column("started_on", CivilDate(), nullable=True),
        sa.Column("started_at", UtcInstant(), nullable=True),
        sa.Column("done_on", CivilDate(), nullable=True),
        sa.Column("done_at", UtcInstant(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.String(), nullable=False),
        sa.Column("rule_print", sa.String(), nullable=False),
        sa.Column("next_change_at", UtcInstant(), nullable=True),
        sa.Column("changed_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("case_ref", "ref", "rule", "interval_on", "round"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_deadline_open", "deadline", ["status", "due_on"], unique=False)


def _create_deadline_log() -> None:
    op.create_table(
        "deadline_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deadline_key", sa.String(), nullable=False),
        sa.Column("changed_at", UtcInstant(), nullable=False),
        sa.Column("old", sa.String(), nullable=False),
        sa.Column("new", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_deadline_log_deadline_key"), "deadline_log", ["deadline_key"], unique=False
    )


def _create_heartbeat() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _create_ops_event() -> None:
    op.create_table(
        "ops_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("recovered_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "subject", "epoch", name="uq_ops_event"),
    )


def _create_rule_set() -> None:
    op.create_table(
        "rule_set",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("texts", sa.String(), nullable=False),
        sa.Column("loaded_at", UtcInstant(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )


def _create_run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", UtcInstant(), nullable=False),
        sa.Column("finished_at", UtcInstant(), nullable=True),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("schedule", "slot", name="uq_run_slot"),
    )
