"""Opening the database, and the two ways of using it: reading, and writing in one transaction."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine.interfaces import DBAPIConnection

READING = "fristvagt_reading"


def open_database(url: str) -> Engine:
    """Return an engine on SQLite or PostgreSQL, set so that what is committed survives a power cut.

    Raises: sqlalchemy.exc.ArgumentError for an address that is neither.
    Source: docs/decisions/0005-outbox.md.
    """
    address = make_url(url)
    if address.drivername in {"postgresql", "postgres"}:
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        # a pool such as PgBouncer gives each transaction another session, which knows nothing of
        # the statements that were prepared in the last one
        unprepared = {"prepare_threshold": None}
        return create_engine(
            address, pool_pre_ping=True, hide_parameters=True, connect_args=unprepared
        )
    # inserts of a thousand rows are statements of megabytes: keeping 128 of them costs more than
    # preparing the few small ones again
    options = {"timeout": 10, "cached_statements": 16}
    # values stay out of error messages: they may tell of a child
    engine = create_engine(address, connect_args=options, hide_parameters=True)
    engine.dialect.statement_compiler = _WithHints
    event.listen(engine, "do_connect", _keep_from_others)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that is committed at the end, or undone by an exception.

    On SQLite the write lock is taken at once: a transaction that reads first and writes
    later would fail instead of waiting.
    """
    with engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one moment of the database and holds up no writer."""
    with engine.connect() as plain:
        connection = plain.execution_options(**{READING: True})
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


class _WithHints(SQLiteCompiler):
    """Lets a question name its index (`with_hint`): without statistics SQLite guesses, and badly.

    It would take ten rows for all that are alike in any column, and sort ten thousand for one.
    """

    def get_from_hint_text(self, table: Any, text: Any) -> Any:
        return text


def _keep_from_others(
    _dialect: Dialect, _record: Any, arguments: list[Any], _options: dict[str, Any]
) -> None:
    """Let nobody but its owner read a file that is about to be made; SQLite would let everybody."""
    file = str(arguments[0]) if arguments else ":memory:"
    if file and not file.startswith((":memory:", "file:")):
        # where it cannot be made, SQLite says why
        with suppress(OSError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _prepare_sqlite(connection: DBAPIConnection, record: Any) -> None:
    # we begin transactions ourselves: the driver's own BEGIN comes too late, at the first write
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    only_reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if only_reading else "BEGIN IMMEDIATE")
