"""sending."""

from __future__ import annotations

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables of this step."""


def downgrade() -> None:
    """Take them away again, with what is in them."""
