"""How much mail a rule change caused or took away at once, and how much was accepted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COLUMNS = ("mails", "accepted_mails")


def upgrade() -> None:
    """Add the numbers; the rule changes until now asked for none."""
    for name in COLUMNS:
        op.add_column(
            "activation", sa.Column(name, sa.Integer(), server_default="0", nullable=False)
        )


def downgrade() -> None:
    """Take them away again, with what is in them."""
    for name in reversed(COLUMNS):
        op.drop_column("activation", name)
