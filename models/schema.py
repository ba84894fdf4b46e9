"""The shape of the database: which version it has, and bringing it to this program's own."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, func, inspect, select
from sqlmodel import SQLModel

from models import (
    bounce_tables,
    case_tables,
    deadline_tables,
    guard_tables,
    keeping_tables,
    mail_tables,
    outbox_tables,
    rule_tables,
)
from models.database import reading, writing

if TYPE_CHECKING:
    from alembic.config import Config

TABLE_MODULES = (
    bounce_tables,
    case_tables,
    deadline_tables,
    guard_tables,
    keeping_tables,
    mail_tables,
    outbox_tables,
    rule_tables,
)
METADATA = SQLModel.metadata
"""Every table of the house; the modules above are named so that all of them are here."""

MIGRATING = 4_711_004
"""The advisory lock under which the tables are made or changed on PostgreSQL."""


class SchemaState(StrEnum):
    """How a database stands to this program. Only a CURRENT one may be used."""

    CURRENT = "current"
    EMPTY = "empty"
    OLDER = "older"
    NEWER = "newer"
    FOREIGN = "foreign"
    """It holds tables, but not ours."""


class NewerDatabase(Exception):
    """The database was changed by a later program, or is not ours; nothing was done to it."""

    def __init__(self, state: SchemaState) -> None:
        super().__init__(f"the database is {state.value}; it was not changed")
        self.state = state


def schema_state(engine: Engine) -> SchemaState:
    """Return how the database stands to this program, without changing it."""
    from alembic.runtime.migration import MigrationContext

    with reading(engine) as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            is_empty = not inspect(connection).get_table_names()
            return SchemaState.EMPTY if is_empty else SchemaState.FOREIGN
    known = _revisions()
    if revision not in known:
        return SchemaState.NEWER
    return SchemaState.CURRENT if revision == known[0] else SchemaState.OLDER


def migrate(engine: Engine) -> SchemaState:
    """Bring the database to this program's version; return how it stood before.

    Raises: NewerDatabase when it belongs to a later program or to another one.
    """
    from alembic import command

    state = schema_state(engine)
    if state in (SchemaState.NEWER, SchemaState.FOREIGN):
        raise NewerDatabase(state)
    if state is not SchemaState.CURRENT:
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                # two services that are started at once: the second one finds the work done
                connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))
            command.upgrade(configuration(connection), "head")
    return state


def configuration(connection: Connection | None = None) -> Config:
    """Return how Alembic finds our versions, and the connection it is to use."""
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", "models:migrations")
    configuration.set_main_option("path_separator", "os")
    configuration.attributes["connection"] = connection
    return configuration


def _revisions() -> list[str]:
    """Return the versions this program knows, newest first."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(configuration())
    return [revision.revision for revision in script.walk_revisions()]
