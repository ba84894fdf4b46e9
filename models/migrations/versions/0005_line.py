"""The table of the line to the mail server, and what the sender remembers of its mails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.column_types import UtcInstant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, the columns, and the indexes of the sender's questions."""
    _create_mail_line()
    op.add_column("intent", sa.Column("worth_until_at", UtcInstant(), nullable=True))
    op.add_column(
        "message",
        sa.Column("suspect", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("message", sa.Column("full_since_at", UtcInstant(), nullable=True))
    # with the tie-breaker in the index, the first mail is found without sorting the others
    op.drop_index("ix_message_pending", table_name="message")
    _index_pending("next_at", "uuid")
    op.create_index(
        "ix_message_bounced",
        "message",
        ["address"],
        sqlite_where=sa.text("state = 'bounced'"),
        postgresql_where=sa.text("state = 'bounced'"),
    )
    op.create_index("ix_attempt_outcome", "attempt", ["outcome", "ended_at"])
    op.create_index(
        "ix_attempt_refused",
        "attempt",
        ["ended_at"],
        sqlite_where=sa.text("outcome = 'refused'"),
        postgresql_where=sa.text("outcome = 'refused'"),
    )


def downgrade() -> None:
    """Take them away again, with what is in them."""
    op.drop_index("ix_attempt_refused", table_name="attempt")
    op.drop_index("ix_attempt_outcome", table_name="attempt")
    op.drop_index("ix_message_bounced", table_name="message")
    op.drop_index("ix_message_pending", table_name="message")
    _index_pending("next_at")
    op.drop_column("message", "full_since_at")
    op.drop_column("message", "suspect")
    op.drop_column("intent", "worth_until_at")
    op.drop_table("mail_line")


def _index_pending(*columns: str) -> None:
    op.create_index(
        "ix_message_pending",
        "message",
        columns,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )


def _create_mail_line() -> None:
    op.create_table(
        "mail_line",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("down_since_at", UtcInstant(), nullable=True),
        sa.Column("rests_until_at", UtcInstant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("mails_a_minute", sa.Float(), nullable=True),
        sa.Column("slowed_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
