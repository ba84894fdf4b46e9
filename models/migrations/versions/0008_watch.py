"""What the operator is told, and which process watches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.column_types import UtcInstant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the lease; let each event have its Danish, and when it was told; count mails fast."""
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("since_at", UtcInstant(), nullable=False),
        sa.Column("until_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    danish = sa.Column("message_da", sa.String(), server_default="", nullable=False)
    op.add_column("ops_event", danish)
    op.add_column("ops_event", sa.Column("told_at", UtcInstant(), nullable=True))
    op.add_column("ops_event", sa.Column("recovery_told_at", UtcInstant(), nullable=True))
    op.create_index("ix_message_state", "message", ["state", "created_at"], unique=False)


def downgrade() -> None:
    """Take them away again, with what is in them."""
    op.drop_index("ix_message_state", table_name="message")
    for column in ("recovery_told_at", "told_at", "message_da"):
        op.drop_column("ops_event", column)
    op.drop_table("lease")
