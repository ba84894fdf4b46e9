"""Indexes for what is asked every half minute, and every day, however much there is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_case_unsettled": ("settled IS 0", "settled IS false"),
    "ix_case_open": ("ended_on IS NULL", "ended_on IS NULL"),
    "ix_case_rejected": ("rejected != ''", "rejected != ''"),
}
"""On which cases, as each database puts it."""


def upgrade() -> None:
    """Make them."""
    for name, (on_sqlite, on_postgresql) in INDEXES.items():
        op.create_index(
            name,
            "case",
            ["case_ref"],
            sqlite_where=sa.text(on_sqlite),
            postgresql_where=sa.text(on_postgresql),
        )
    op.create_index("ix_intent_created", "intent", ["created_at"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_intent_created", table_name="intent")
    for name in reversed(INDEXES):
        op.drop_index(name, table_name="case")
