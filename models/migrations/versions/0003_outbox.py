"""Tables of what is owed to whom, and the mails that carry it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.column_types import CivilDate, UtcInstant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("intent", "message", "quarantine", "attempt", "message_intent")


def upgrade() -> None:
    """Create the tables, each after those it refers to."""
    _create_intent()
    _create_message()
    _create_quarantine()
    _create_attempt()
    _create_message_intent()


def downgrade() -> None:
    """Take them away again, with what is in them."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_intent() -> None:
    op.create_table(
        "intent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deadline_key", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("due_text", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("owed_to", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("leaves", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("binding", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("owed_on", CivilDate(), nullable=False),
        sa.Column("send_from_at", UtcInstant(), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("state_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "deadline_key", "due_text", "step", "occurrence", "recipient", name="uq_intent"
        ),
        sa.UniqueConstraint("link"),
    )
    op.create_index(op.f("ix_intent_case_ref"), "intent", ["case_ref"], unique=False)
    op.create_index(
        "ix_intent_planned",
        "intent",
        ["leaves", "recipient"],
        unique=False,
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_index("ix_intent_state", "intent", ["state", "state_at"], unique=False)


def _create_message() -> None:
    op.create_table(
        "message",
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("built_on", CivilDate(), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("next_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("lease_until_at", UtcInstant(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("uncertain", sa.Integer(), nullable=False),
        sa.Column("queue_id", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("finished_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("uuid"),
        sa.UniqueConstraint("key", "generation", name="uq_message_key"),
        sa.UniqueConstraint("message_id"),
    )
    op.create_index(
        "ix_message_leased",
        "message",
        ["lease_until_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('claimed', 'in_data')"),
        postgresql_where=sa.text("state IN ('claimed', 'in_data')"),
    )
    op.create_index(
        "ix_message_pending",
        "message",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )


def _create_quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_quarantine_key"), "quarantine", ["key"], unique=False)


def _create_attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_uuid", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("enhanced_code", sa.String(), nullable=False),
        sa.Column("server_text", sa.String(), nullable=False),
        sa.Column("queue_id", sa.String(), nullable=False),
        sa.Column("started_at", UtcInstant(), nullable=False),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_uuid"],
            ["message.uuid"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_uuid", "number", name="uq_attempt"),
    )
    op.create_index(op.f("ix_attempt_message_uuid"), "attempt", ["message_uuid"], unique=False)


def _create_message_intent() -> None:
    op.create_table(
        "message_intent",
        sa.Column("message_uuid", sa.String(), nullable=False),
        sa.Column("intent_id", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["intent_id"],
            ["intent.id"],
        ),
        sa.ForeignKeyConstraint(
            ["message_uuid"],
            ["message.uuid"],
        ),
        sa.PrimaryKeyConstraint("message_uuid", "intent_id"),
    )
    op.create_index(
        "uq_message_intent_live",
        "message_intent",
        ["intent_id"],
        unique=True,
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )
