"""The first version: every table of the house.

Revision: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.column_types import CivilDate, UtcInstant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "absence",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("from_on", CivilDate(), nullable=False),
        sa.Column("to_on", CivilDate(), nullable=True),
        sa.Column("substitute", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person", "from_on"),
    )
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
    op.create_table(
        "case_error",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_ref", "rule", "error", name="uq_case_error"),
    )
    op.create_index(op.f("ix_case_error_case_ref"), "case_error", ["case_ref"], unique=False)
    op.create_table(
        "caseload",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("cases_print", sa.String(), nullable=False),
        sa.Column("next_look_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "ref"),
    )
    op.create_table(
        "deadline",
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("interval_on", CivilDate(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("due_on", CivilDate(), nullable=True),
        sa.Column("due_at", UtcInstant(), nullable=True),
        sa.Column("started_on", CivilDate(), nullable=True),
        sa.Column("started_at", UtcInstant(), nullable=True),
        sa.Column("done_on", CivilDate(), nullable=True),
        sa.Column("done_at", UtcInstant(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.String(), nullable=False),
        sa.Column("rule_print", sa.String(), nullable=False),
        sa.Column("next_change_at", UtcInstant(), nullable=True),
        sa.Column("changed_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("case_ref", "ref", "rule", "interval_on", "round"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_deadline_open", "deadline", ["status", "due_on"], unique=False)
    op.create_table(
        "deadline_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deadline_key", sa.String(), nullable=False),
        sa.Column("changed_at", UtcInstant(), nullable=False),
        sa.Column("old", sa.String(), nullable=False),
        sa.Column("new", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_deadline_log_deadline_key"), "deadline_log", ["deadline_key"], unique=False
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
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
    op.create_table(
        "intent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deadline_key", sa.String(), nullable=False),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("due_text", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("owed_to", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("leaves", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("binding", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("owed_on", CivilDate(), nullable=False),
        sa.Column("send_from_at", UtcInstant(), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("state_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "deadline_key", "due_text", "step", "occurrence", "recipient", name="uq_intent"
        ),
        sa.UniqueConstraint("link"),
    )
    op.create_index(op.f("ix_intent_case_ref"), "intent", ["case_ref"], unique=False)
    op.create_index(
        "ix_intent_planned",
        "intent",
        ["leaves", "recipient"],
        unique=False,
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_index("ix_intent_state", "intent", ["state", "state_at"], unique=False)
    op.create_table(
        "message",
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("built_on", CivilDate(), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("next_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("lease_until_at", UtcInstant(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("uncertain", sa.Integer(), nullable=False),
        sa.Column("queue_id", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("finished_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("uuid"),
        sa.UniqueConstraint("key", "generation", name="uq_message_key"),
        sa.UniqueConstraint("message_id"),
    )
    op.create_index(
        "ix_message_leased",
        "message",
        ["lease_until_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('claimed', 'in_data')"),
        postgresql_where=sa.text("state IN ('claimed', 'in_data')"),
    )
    op.create_index(
        "ix_message_pending",
        "message",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "ops_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("recovered_at", UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "subject", "epoch", name="uq_ops_event"),
    )
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
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_quarantine_key"), "quarantine", ["key"], unique=False)
    op.create_table(
        "rule_set",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("texts", sa.String(), nullable=False),
        sa.Column("loaded_at", UtcInstant(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", UtcInstant(), nullable=False),
        sa.Column("finished_at", UtcInstant(), nullable=True),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("schedule", "slot", name="uq_run_slot"),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_uuid", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("enhanced_code", sa.String(), nullable=False),
        sa.Column("server_text", sa.String(), nullable=False),
        sa.Column("queue_id", sa.String(), nullable=False),
        sa.Column("started_at", UtcInstant(), nullable=False),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_uuid"],
            ["message.uuid"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_uuid", "number", name="uq_attempt"),
    )
    op.create_index(op.f("ix_attempt_message_uuid"), "attempt", ["message_uuid"], unique=False)
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
    op.create_table(
        "message_intent",
        sa.Column("message_uuid", sa.String(), nullable=False),
        sa.Column("intent_id", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["intent_id"],
            ["intent.id"],
        ),
        sa.ForeignKeyConstraint(
            ["message_uuid"],
            ["message.uuid"],
        ),
        sa.PrimaryKeyConstraint("message_uuid", "intent_id"),
    )
    op.create_index(
        "uq_message_intent_live",
        "message_intent",
        ["intent_id"],
        unique=True,
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )
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


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("record")
    op.drop_index(
        "uq_message_intent_live",
        table_name="message_intent",
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )
    op.drop_table("message_intent")
    op.drop_index(op.f("ix_import_reject_import_id"), table_name="import_reject")
    op.drop_index(op.f("ix_import_reject_case_ref"), table_name="import_reject")
    op.drop_table("import_reject")
    op.drop_table("event")
    op.drop_index(op.f("ix_attempt_message_uuid"), table_name="attempt")
    op.drop_table("attempt")
    op.drop_table("run")
    op.drop_table("rule_set")
    op.drop_index(op.f("ix_quarantine_key"), table_name="quarantine")
    op.drop_table("quarantine")
    op.drop_index(op.f("ix_person_team"), table_name="person")
    op.drop_table("person")
    op.drop_table("ops_event")
    op.drop_index(
        "ix_message_pending",
        table_name="message",
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.drop_index(
        "ix_message_leased",
        table_name="message",
        sqlite_where=sa.text("state IN ('claimed', 'in_data')"),
        postgresql_where=sa.text("state IN ('claimed', 'in_data')"),
    )
    op.drop_table("message")
    op.drop_index("ix_intent_state", table_name="intent")
    op.drop_index(
        "ix_intent_planned",
        table_name="intent",
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.drop_index(op.f("ix_intent_case_ref"), table_name="intent")
    op.drop_table("intent")
    op.drop_index("ix_import_state", table_name="import")
    op.drop_table("import")
    op.drop_table("heartbeat")
    op.drop_index(op.f("ix_deadline_log_deadline_key"), table_name="deadline_log")
    op.drop_table("deadline_log")
    op.drop_index("ix_deadline_open", table_name="deadline")
    op.drop_table("deadline")
    op.drop_table("caseload")
    op.drop_index(op.f("ix_case_error_case_ref"), table_name="case_error")
    op.drop_table("case_error")
    op.drop_index("ix_case_next_look", table_name="case")
    op.drop_index("ix_case_caseworker", table_name="case")
    op.drop_table("case")
    op.drop_table("absence")
