"""The versions of the database give the tables that the program works with, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, insert, inspect, text

from models.activations import FIRST, activations
from models.database import open_database, reading, writing
from models.rule_sets import RULE_SET
from models.schema import (
    METADATA,
    NewerDatabase,
    SchemaState,
    configuration,
    migrate,
    schema_state,
)

LONG_AGO = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    """A database without any table."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()


def test_an_empty_database_becomes_current(empty: Engine) -> None:
    assert schema_state(empty) is SchemaState.EMPTY
    assert migrate(empty) is SchemaState.EMPTY
    assert schema_state(empty) is SchemaState.CURRENT


def test_migrating_again_changes_nothing(empty: Engine) -> None:
    migrate(empty)
    assert migrate(empty) is SchemaState.CURRENT


def test_services_that_are_started_at_once_on_an_empty_database_make_its_tables_once(
    database_url: str,
) -> None:
    engines = [open_database(database_url) for _ in range(3)]
    with ThreadPoolExecutor(len(engines)) as together:
        list(together.map(migrate, engines))
    assert schema_state(engines[0]) is SchemaState.CURRENT
    for engine in engines:
        engine.dispose()


def test_the_migrations_give_exactly_the_tables_of_the_program(empty: Engine) -> None:
    migrate(empty)
    with reading(empty) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_tables_that_are_read_by_case_are_clustered_on_sqlite(empty: Engine) -> None:
    migrate(empty)
    if empty.dialect.name == "sqlite":
        with reading(empty) as connection:
            asked = "SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'"
            clustered = set(connection.scalars(text(asked)))
        assert {"record", "event", "deadline"} <= clustered


def test_a_database_of_a_later_program_is_refused_and_left_alone(empty: Engine) -> None:
    migrate(empty)
    with writing(empty) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert schema_state(empty) is SchemaState.NEWER
    with pytest.raises(NewerDatabase):
        migrate(empty)
    assert schema_state(empty) is SchemaState.NEWER


def test_a_database_of_another_program_is_refused_and_left_alone(empty: Engine) -> None:
    with writing(empty) as connection:
        connection.execute(text("CREATE TABLE invoice (number INTEGER)"))
    assert schema_state(empty) is SchemaState.FOREIGN
    with pytest.raises(NewerDatabase):
        migrate(empty)
    assert inspect(empty).get_table_names() == ["invoice"]


def test_a_book_that_was_in_force_before_activations_were_recorded_is_the_first(
    empty: Engine,
) -> None:
    with writing(empty) as connection:
        command.upgrade(configuration(connection), "0003")
        row = {"sha256": "abc", "texts": "{}", "loaded_at": LONG_AGO, "active": True}
        connection.execute(insert(RULE_SET), row)
    migrate(empty)
    with reading(empty) as connection:
        (first,) = activations(connection)
    assert (first.kind, first.sha256, first.at) == (FIRST, "abc", LONG_AGO)
    assert len(first.token) == 32
