"""Tables of what mails have told beside their words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.column_types import CivilDate

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("calendar_entry", "trend_week")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "calendar_entry",
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("deadline_key", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("due_text", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("recipient", "deadline_key"),
    )
    op.create_index("ix_calendar_entry_case_ref", "calendar_entry", ["case_ref"])
    op.create_table(
        "trend_week",
        sa.Column("leader", sa.String(), nullable=False),
        sa.Column("week_on", CivilDate(), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("in_time", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("leader", "week_on"),
    )


def downgrade() -> None:
    """Take them away again, with what is in them."""
    for table in reversed(TABLES):
        op.drop_table(table)
