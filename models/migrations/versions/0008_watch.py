"""the operator."""

from __future__ import annotations

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables of this step."""


def downgrade() -> None:
    """Take them away again, with what is in them."""
