"""Tables and columns of what holds mails back for a while."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.column_types import CivilDate, UtcInstant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("mute", "storm", "outage")


def upgrade() -> None:
    """Create the tables, and the columns that hold a debt or a mail back."""
    _create_mute()
    _create_storm()
    _create_outage()
    op.add_column("intent", sa.Column("met_once_at", UtcInstant(), nullable=True))
    op.add_column(
        "message",
        sa.Column("any_hour", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_message_mailbox", "message", ["address", "built_on"])
    op.create_index("ix_deadline_log_changed", "deadline_log", ["changed_at"])


def downgrade() -> None:
    """Take them away again, with what is in them."""
    op.drop_index("ix_deadline_log_changed", table_name="deadline_log")
    op.drop_index("ix_message_mailbox", table_name="message")
    op.drop_column("message", "any_hour")
    op.drop_column("intent", "met_once_at")
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_mute() -> None:
    op.create_table(
        "mute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("until_on", CivilDate(), nullable=False),
        sa.Column("covers_all", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("muted_by", sa.String(), nullable=False),
        sa.Column("muted_at", UtcInstant(), nullable=False),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_mute_case", "mute", ["case_ref", "ended_at"])


def _create_storm() -> None:
    op.create_table(
        "storm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcInstant(), nullable=False),
        sa.Column("until_at", UtcInstant(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("usual_mails", sa.Integer(), nullable=False),
        sa.Column("usual_reminders", sa.Integer(), nullable=False),
        sa.Column("released_at", UtcInstant(), nullable=True),
        sa.Column("released_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _create_outage() -> None:
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_at", UtcInstant(), nullable=False),
        sa.Column("until_at", UtcInstant(), nullable=False),
        sa.Column("late_reminders", sa.Integer(), nullable=False),
        sa.Column("longest_hours", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_outage_until_at", "outage", ["until_at"])
