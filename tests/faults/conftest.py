"""The fault suite's own report: what each fault cost, printed at the end and kept on request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.database import open_database
from tests.faults.oracle import Reckoning, reckon

FIGURES = pytest.StashKey[dict[str, dict[str, int]]]()

Reckon = Callable[..., Reckoning]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `--figures FILE` keep the figures of the run, and `--soak CASES DAYS` make it longer."""
    parser.addoption("--figures", metavar="FILE", help="write what the faults cost to this file")
    parser.addoption(
        "--soak", nargs=2, metavar=("CASES", "DAYS"), default=("40", "60"), help="see test_soak.py"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin with no figures."""
    config.stash[FIGURES] = {}


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Keep figures of this test for the report; those of its variants are added up."""
    file, _, name = request.node.nodeid.partition("::")
    test = f"{Path(file).name}::{name.partition('[')[0]}"
    figures = request.config.stash[FIGURES].setdefault(test, {})

    def keep(**found: int) -> None:
        for what, number in found.items():
            figures[what] = figures.get(what, 0) + number

    return keep


@pytest.fixture
def reckoned(note: Callable[..., None]) -> Reckon:
    """Ask the oracle, and keep its figures for the report."""

    def ask(engine: Engine, taken: Iterable[bytes], **options: bool) -> Reckoning:
        found = reckon(engine, taken, **options)
        note(**found._asdict())
        return found

    return ask


@pytest.fixture
def empty_database(database_url: str) -> Iterator[Engine]:
    """An open database without any table."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the faults cost, and keep it when asked to."""
    config = terminalreporter.config
    figures = config.stash[FIGURES]
    if file := config.getoption("--figures", None):
        Path(file).write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n")
    counted = [found for found in figures.values() if "lost" in found]
    if not counted:
        return
    terminalreporter.section("what the faults cost")
    for name, found in sorted(figures.items()):
        said = ", ".join(f"{what} {number}" for what, number in found.items())
        terminalreporter.line(f"{said}   {name}")
    total = {what: sum(one[what] for one in counted) for what in Reckoning._fields}
    terminalreporter.line(
        f"{len(counted)} tests: {total['mails']} mails taken, {total['lost']} lost, "
        f"{total['doubled']} doubled with cause, {total['held']} held for a person"
    )
