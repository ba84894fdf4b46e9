"""Tables of what came back, what people did by hand, and the daily count."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.column_types import CivilDate, UtcInstant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    "return_path_secret",
    "bounce",
    "outbox_action",
    "daily_count",
    "open_intent",
    "open_mail",
)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "return_path_secret",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    _create_bounce()
    _create_outbox_action()
    _create_daily_count()
    op.create_table(
        "open_intent",
        sa.Column("intent_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("intent_id"),
    )
    op.create_table(
        "open_mail",
        sa.Column("message_uuid", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("message_uuid"),
    )
    _index_what_is_carried("live = 1")


def downgrade() -> None:
    """Take them away again, with what is in them."""
    _index_what_is_carried("live")
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_bounce() -> None:
    op.create_table(
        "bounce",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("message_uuid", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("read_at", UtcInstant(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("fingerprint"),
    )
    op.create_index(op.f("ix_bounce_message_uuid"), "bounce", ["message_uuid"], unique=False)


def _create_outbox_action() -> None:
    op.create_table(
        "outbox_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("message_uuid", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_outbox_action_message_uuid"), "outbox_action", ["message_uuid"], unique=False
    )


def _create_daily_count() -> None:
    op.create_table(
        "daily_count",
        sa.Column("day", CivilDate(), nullable=False),
        sa.Column("counted_at", UtcInstant(), nullable=False),
        sa.Column("intents_open", sa.Integer(), nullable=False),
        sa.Column("intents_new", sa.Integer(), nullable=False),
        sa.Column("intents_ended", sa.Integer(), nullable=False),
        sa.Column("mails_open", sa.Integer(), nullable=False),
        sa.Column("mails_new", sa.Integer(), nullable=False),
        sa.Column("mails_ended", sa.Integer(), nullable=False),
        sa.Column("states", sa.String(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )


def _index_what_is_carried(on_sqlite: str) -> None:
    """Put the index into the words in which SQLite is asked; it is used for no others."""
    op.drop_index("uq_message_intent_live", table_name="message_intent")
    op.create_index(
        "uq_message_intent_live",
        "message_intent",
        ["intent_id"],
        unique=True,
        sqlite_where=sa.text(on_sqlite),
        postgresql_where=sa.text("live"),
    )
