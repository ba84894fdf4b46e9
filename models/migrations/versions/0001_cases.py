"""Tables of what an extract says: cases, records, events, people, imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.column_types import CivilDate, UtcInstant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = ("absence", "case", "import", "person", "event", "import_reject", "record")


def upgrade() -> None:
    """Create the tables, each after those it refers to."""
    _create_absence()
    _create_case()
    _create_import()
    _create_person()
    _create_event()
    _create_import_reject()
    _create_record()


def downgrade() -> None:
    """Take them away again, with what is in them."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_absence() -> None:
    op.create_table(
        "absence",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("from_on", CivilDate(), nullable=False),
        sa.Column("to_on", CivilDate(), nullable=True),
        sa.Column("substitute", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person", "from_on"),
    )


def _create_case() -> None:
    op.create_table(
        "case",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("caseworker", sa.String(), nullable=False),
        sa.Column("assigned_on", CivilDate(), nullable=True),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("began_on", CivilDate(), nullable=True),
        sa.Column("began_at", UtcInstant(), nullable=True),
        sa.Column("ended_on", CivilDate(), nullable=True),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.Column("born_on", CivilDate(), nullable=True),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("child_facts", sa.String(), nullable=False),
        sa.Column("known_at", UtcInstant(), nullable=False),
        sa.Column("missing_since_on", CivilDate(), nullable=True),
        sa.Column("rejected", sa.String(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.Column("next_look_at", UtcInstant(), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_ref"),
    )
    op.create_index("ix_case_caseworker", "case", ["caseworker"], unique=False)
    op.create_index("ix_case_next_look", "case", ["next_look_at"], unique=False)


def _create_import() -> None:
    op.create_table(
        "import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("extracted_at", UtcInstant(), nullable=False),
        sa.Column("imported_at", UtcInstant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("columns", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_import_state", "import", ["state", "id"], unique=False)


def _create_person() -> None:
    op.create_table(
        "person",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("leader", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_index(op.f("ix_person_team"), "person", ["team"], unique=False)


def _create_event() -> None:
    op.create_table(
        "event",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at_on", CivilDate(), nullable=False),
        sa.Column("at_at", UtcInstant(), nullable=True),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("known_at", UtcInstant(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_ref"],
            ["case.case_ref"],
        ),
        sa.PrimaryKeyConstraint("case_ref", "number"),
        sqlite_with_rowid=False,
    )


def _create_import_reject() -> None:
    op.create_table(
        "import_reject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["import.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_import_reject_case_ref"), "import_reject", ["case_ref"], unique=False)
    op.create_index(
        op.f("ix_import_reject_import_id"), "import_reject", ["import_id"], unique=False
    )


def _create_record() -> None:
    op.create_table(
        "record",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("began_on", CivilDate(), nullable=True),
        sa.Column("began_at", UtcInstant(), nullable=True),
        sa.Column("ended_on", CivilDate(), nullable=True),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("contents", sa.String(), nullable=False),
        sa.Column("known_at", UtcInstant(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_ref"],
            ["case.case_ref"],
        ),
        sa.PrimaryKeyConstraint("case_ref", "ref"),
        sa.UniqueConstraint("ref", name="uq_record_ref"),
        sqlite_with_rowid=False,
    )
