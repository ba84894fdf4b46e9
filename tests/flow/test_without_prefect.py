"""No reminder depends on Prefect: neither `run` nor `serve` so much as loads it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.commands.moments import read_moment
from flows.opening import open_house
from flows.rule_book.rule_folder import good_book
from flows.sample.municipality import write_sample
from flows.settings import SHIPPED_RULES, Settings
from tests.flow.mail_server import Kept, a_mail_server
from tests.flow.prefect_service import ROOT, free_port, wait_for

LOADED = """
import atexit, sys
atexit.register(lambda: print("prefect loaded:", "prefect" in sys.modules))
from fristvagt import main
main(sys.argv[1:])
"""
"""Fristvagt's own command, that says at its end whether Prefect was loaded."""


@pytest.fixture
def kept() -> Iterator[tuple[Kept, str]]:
    """A mail server on loopback, and its address."""
    with a_mail_server() as (kept, server):
        yield kept, f"smtp://{server.host}:{server.port}"


@pytest.fixture
def environment(tmp_path: Path, kept: tuple[Kept, str]) -> dict[str, str]:
    """An installation whose Prefect server is down."""
    write_sample(
        tmp_path / "extract",
        cases=30,
        seed=1,
        at=read_moment("2026-11-23 05:00"),
        vocabulary=good_book(SHIPPED_RULES).vocabulary,
    )
    url = f"sqlite:///{tmp_path}/fristvagt.db"
    open_house(Settings(database_url=url)).dispose()
    return os.environ | {
        "FRISTVAGT_DATABASE_URL": url,
        "FRISTVAGT_EXTRACT": str(tmp_path / "extract"),
        "FRISTVAGT_MAIL_URL": kept[1],
        "FRISTVAGT_MAIL_FROM": "frister@kommune.example",
        "FRISTVAGT_FALLBACK_MAILBOX": "vagt@kommune.example",
        "FRISTVAGT_PUBLIC_URL": "https://frister.kommune.example",
        "FRISTVAGT_HTTP": f"127.0.0.1:{free_port()}",
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{free_port()}/api",
        "PREFECT_CLIENT_MAX_RETRIES": "0",
        "PYTHONPATH": str(ROOT),
    }


def started(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    """A process of Python, whose words can be read."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_with_prefect_down_a_flow_fails_aloud_and_a_plain_run_sends(
    environment: dict[str, str], kept: tuple[Kept, str]
) -> None:
    flow = started(environment, "-c", "from flows.prefect_flows import run_flow; run_flow()")
    _, told = flow.communicate(timeout=120)
    assert flow.returncode != 0
    assert "Failed to reach API" in told
    assert kept[0].taken == []
    plain = started(environment, "-c", LOADED, "run", "--at", "2026-11-23 08:00")
    said, told = plain.communicate(timeout=120)
    assert plain.returncode == 0, told
    assert kept[0].taken
    assert "prefect loaded: False" in said


def test_the_service_never_loads_prefect(
    environment: dict[str, str], tmp_path: Path, kept: tuple[Kept, str]
) -> None:
    serving = started(environment, "-c", LOADED, "serve")
    engine = open_house(Settings(database_url=environment["FRISTVAGT_DATABASE_URL"]))

    def has_ticked() -> bool:
        from models.database import reading
        from models.runs import last_beat

        with reading(engine) as connection:
            return last_beat(connection, "serve") is not None or serving.poll() is not None

    wait_for(has_ticked)
    engine.dispose()
    serving.send_signal(signal.SIGTERM)
    said, told = serving.communicate(timeout=60)
    assert serving.returncode == 0, told
    assert "prefect loaded: False" in said
