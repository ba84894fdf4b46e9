"""bounces and counts."""

from __future__ import annotations

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables of this step."""


def downgrade() -> None:
    """Take them away again, with what is in them."""
