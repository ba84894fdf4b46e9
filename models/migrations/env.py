"""Runs the migrations on the connection that `models.schema` hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from models.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite cannot change a column in place: the table is copied
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
