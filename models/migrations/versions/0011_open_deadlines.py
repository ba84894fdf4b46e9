"""An index of the deadlines that are open only: closed rounds are many and nobody lists them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INDEX = "ix_deadline_open"


def upgrade() -> None:
    """Make the index anew, without the closed rounds."""
    op.drop_index(INDEX, table_name="deadline")
    op.create_index(
        INDEX,
        "deadline",
        ["due_on"],
        sqlite_where=sa.text("closed IS 0"),
        postgresql_where=sa.text("closed IS false"),
    )


def downgrade() -> None:
    """Make it as it was, with every round."""
    op.drop_index(INDEX, table_name="deadline")
    op.create_index(INDEX, "deadline", ["status", "due_on"])
