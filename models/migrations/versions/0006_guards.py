"""the guards of planning."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables of this step."""


def downgrade() -> None:
    """Take them away again, with what is in them."""
