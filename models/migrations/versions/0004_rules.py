"""Tables of how the rule book in force came to be."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

from models.column_types import CivilDate, UtcInstant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("activation", "shadow")


def upgrade() -> None:
    """Create the tables; a book that is in force already becomes the first activation."""
    _create_activation()
    _create_shadow()
    op.create_index(
        "uq_rule_set_active",
        "rule_set",
        ["active"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    op.execute(
        sa.text(
            "INSERT INTO activation"
            " (token, kind, sha256, previous, at, activated_by, why, plan, overdue, accepted)"
            " SELECT :token, 'first', sha256, '', loaded_at, '', '', '', 0, 0"
            " FROM rule_set WHERE active"
        ).bindparams(token=secrets.token_hex(16))
    )


def downgrade() -> None:
    """Take them away again, with what is in them."""
    op.drop_index("uq_rule_set_active", table_name="rule_set")
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_activation() -> None:
    op.create_table(
        "activation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("activated_by", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["rule_set.sha256"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )


def _create_shadow() -> None:
    op.create_table(
        "shadow",
        sa.Column("activation_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("since_on", CivilDate(), nullable=False),
        sa.Column("until_on", CivilDate(), nullable=False),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(["activation_id"], ["activation.id"]),
        sa.PrimaryKeyConstraint("activation_id", "rule"),
    )
