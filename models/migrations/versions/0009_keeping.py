"""retention and access."""

from __future__ import annotations

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables of this step."""


def downgrade() -> None:
    """Take them away again, with what is in them."""
