"""Databases that a test of the flows opens itself, by their address."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from models.database import open_database

Open = Callable[[str], Engine]


@pytest.fixture
def engines() -> Iterator[list[Engine]]:
    """The databases that are open; all are closed when the test is over."""
    engines: list[Engine] = []
    yield engines
    leave(engines)


@pytest.fixture
def opened(engines: list[Engine]) -> Open:
    """What opens a database."""

    def opened(url: str) -> Engine:
        engines.append(open_database(url))
        return engines[-1]

    return opened


def leave(engines: list[Engine]) -> None:
    """Close every connection, as the end of a process does."""
    for engine in engines:
        engine.dispose()
