"""Who has looked at which case, and what stays of what was removed when its time was over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.column_types import CivilDate, UtcInstant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("access", "access_case", "access_purge")

# what a look showed stays as it was written; it goes only with a purge that is itself recorded
SQLITE_TRIGGERS = (
    "CREATE TRIGGER access_stays BEFORE UPDATE ON access"
    " BEGIN SELECT RAISE(ABORT, 'the access log only grows'); END",
    "CREATE TRIGGER access_case_stays BEFORE UPDATE ON access_case"
    " BEGIN SELECT RAISE(ABORT, 'the access log only grows'); END",
    "CREATE TRIGGER access_purge_stays BEFORE UPDATE ON access_purge"
    " BEGIN SELECT RAISE(ABORT, 'the access log only grows'); END",
    "CREATE TRIGGER access_is_kept BEFORE DELETE ON access"
    " WHEN NOT EXISTS (SELECT 1 FROM access_purge WHERE OLD.at < before_at)"
    " BEGIN SELECT RAISE(ABORT, 'the access log only grows'); END",
    "CREATE TRIGGER access_case_is_kept BEFORE DELETE ON access_case"
    " WHEN NOT EXISTS (SELECT 1 FROM access_purge, access"
    " WHERE access.id = OLD.access_id AND access.at < before_at)"
    " BEGIN SELECT RAISE(ABORT, 'the access log only grows'); END",
    "CREATE TRIGGER access_purge_is_kept BEFORE DELETE ON access_purge"
    " BEGIN SELECT RAISE(ABORT, 'the access log only grows'); END",
)
POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION access_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN RAISE EXCEPTION 'the access log only grows'; END $$",
    "CREATE FUNCTION access_log_was_purged() RETURNS trigger LANGUAGE plpgsql AS $$"
    " DECLARE looked timestamptz; BEGIN"
    " IF TG_TABLE_NAME = 'access' THEN looked := OLD.at;"
    " ELSE SELECT at INTO looked FROM access WHERE id = OLD.access_id; END IF;"
    " IF EXISTS (SELECT 1 FROM access_purge WHERE looked < before_at) THEN RETURN OLD; END IF;"
    " RAISE EXCEPTION 'the access log only grows'; END $$",
    *(
        f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION access_log_only_grows()"
        for table in TABLES
    ),
    *(
        f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION access_log_was_purged()"
        for table in ("access", "access_case")
    ),
    "CREATE TRIGGER access_purge_is_kept BEFORE DELETE ON access_purge"
    " FOR EACH STATEMENT EXECUTE FUNCTION access_log_only_grows()",
)


def upgrade() -> None:
    """Make the access log, guarded by the database itself, and the place for past rounds."""
    _create_tables()
    _create_past_round()
    op.add_column(
        "message", sa.Column("content_sha256", sa.String(), server_default="", nullable=False)
    )
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_TRIGGERS if on_postgresql else SQLITE_TRIGGERS:
        op.execute(sa.text(statement.replace(":=", r"\:=")))


def downgrade() -> None:
    """Take it away again, with what is in it."""
    op.drop_column("message", "content_sha256")
    for table in ("past_round", "access_purge", "access_case", "access"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION access_log_only_grows()"))
        op.execute(sa.text("DROP FUNCTION access_log_was_purged()"))


def _create_tables() -> None:
    op.create_table(
        "access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_access_at", "access", ["at"])
    op.create_table(
        "access_case",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("access_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["access_id"], ["access.id"]),
        sa.PrimaryKeyConstraint("case_ref", "access_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_access_case_access_id", "access_case", ["access_id"])
    op.create_table(
        "access_purge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("before_at", UtcInstant(), nullable=False),
        sa.Column("purged_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _create_past_round() -> None:
    op.create_table(
        "past_round",
        sa.Column("pseudonym", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("started_on", CivilDate(), nullable=True),
        sa.Column("due_on", CivilDate(), nullable=True),
        sa.Column("done_on", CivilDate(), nullable=True),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("forgotten_on", CivilDate(), nullable=False),
        sa.PrimaryKeyConstraint("pseudonym", "number"),
    )
