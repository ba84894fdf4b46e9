"""The clock of a real process jumps: an hour, a day, over the nights when the clocks change."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from models.database import open_database, reading
from models.outbox import MESSAGE
from models.runs import RUN
from rules.dates import DENMARK
from tests.faults.conftest import Reckon
from tests.faults.scripted_server import Script, a_scripted_server

ROOT = Path(__file__).parents[2]
FRISTVAGT = Path(sys.executable).with_name("fristvagt")

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Run a command of Fristvagt as a process whose clock shows a Danish time."""

    def run(at: datetime, *arguments: str, port: int = 1) -> subprocess.CompletedProcess[str]:
        # in UTC: an hour of the autumn night has the same Danish name as the one before it
        shown = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        environment = {
            **os.environ,
            "TZ": "UTC",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FRISTVAGT_LANGUAGE": "en",
            "FRISTVAGT_MAIL_URL": f"smtp://127.0.0.1:{port}",
            "FRISTVAGT_MAIL_FROM": "Frister <frister@kommune.example>",
            "FRISTVAGT_FALLBACK_MAILBOX": "vagt@kommune.example",
            "FRISTVAGT_PUBLIC_URL": "https://frister.kommune.example",
        }
        done = subprocess.run(
            ["faketime", "-f", f"@{shown}", str(FRISTVAGT), *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


@pytest.fixture
def house(tmp_path: Path, command: Command) -> Engine:
    """A municipality of sixty cases, taken in on a Friday before the clocks are set back."""
    friday = datetime(2026, 10, 23, 5, 0, tzinfo=DENMARK)
    assert (
        command(friday, "sample", "extract", "--cases", "60", "--at", "2026-10-22").returncode == 0
    )
    assert command(friday, "import", "extract").returncode == 0
    return open_database(f"sqlite:///{tmp_path / 'fristvagt.db'}")


def mails_built(engine: Engine) -> set[str]:
    """The keys of the mails there are."""
    with reading(engine) as connection:
        return set(connection.scalars(select(MESSAGE.c.key)))


def test_t4_a_clock_that_goes_back_an_hour_or_a_day_repeats_nothing(
    house: Engine, command: Command, reckoned: Reckon
) -> None:
    friday = datetime(2026, 10, 23, 8, 0, tzinfo=DENMARK)
    script = Script()
    with a_scripted_server(script) as server:
        assert command(friday, "run", port=server.port).returncode == 0
        before, mails = mails_built(house), len(script.read)
        assert mails > 0
        for back in (timedelta(hours=1), timedelta(days=1)):
            behind = command(friday - back, "run", port=server.port)
            assert "clock" in behind.stderr
            assert mails_built(house) == before
        ahead = command(friday + timedelta(minutes=10), "run", port=server.port)
        assert ahead.returncode == 0
    assert len(script.read) == mails
    reckoned(house, script.read, settled=False)
    house.dispose()


def test_t4_a_clock_that_goes_ahead_a_day_and_comes_back_loses_nothing(
    house: Engine, command: Command, reckoned: Reckon
) -> None:
    friday = datetime(2026, 10, 23, 8, 0, tzinfo=DENMARK)
    script = Script()
    with a_scripted_server(script) as server:
        for at in (
            friday,
            friday + timedelta(days=3),  # the wrong clock
            friday + timedelta(hours=1),  # mended: nothing is planned until time has caught up
            friday + timedelta(days=3, hours=1),
            friday + timedelta(days=4),
        ):
            command(at, "run", port=server.port)
    reckoned(house, script.read, settled=False)
    with reading(house) as connection:
        slots = connection.execute(select(RUN.c.schedule, RUN.c.slot)).all()
    assert len(slots) == len(set(slots))
    house.dispose()


@pytest.mark.parametrize(
    "start",
    [datetime(2026, 10, 24, 23, 30, tzinfo=UTC), datetime(2027, 3, 28, 0, 30, tzinfo=UTC)],
    ids=["autumn", "spring"],
)
def test_t1_t2_each_slot_of_the_nights_when_the_clocks_change_runs_once(
    house: Engine, command: Command, reckoned: Reckon, start: datetime
) -> None:
    script = Script()
    with a_scripted_server(script) as server:
        # every forty minutes of real time, through the hour that comes twice or not at all
        for number in range(9):
            at = start + timedelta(minutes=40 * number)
            assert command(at, "run", port=server.port).returncode == 0
    with reading(house) as connection:
        slots = connection.execute(select(RUN.c.schedule, RUN.c.slot)).all()
    assert len(slots) == len(set(slots))
    assert {name for name, _ in slots} >= {"evaluate", "housekeeping"}
    reckoned(house, script.read, settled=False)
    house.dispose()
