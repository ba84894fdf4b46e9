"""The service itself: it takes in what comes, reminds, lives visibly, and stops when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine

from flows.commands.moments import read_moment
from flows.rule_book.rule_folder import good_book
from flows.sample.municipality import write_sample
from flows.serve import HEARTBEAT, serve
from flows.settings import SHIPPED_RULES, Settings
from models.database import reading
from models.runs import last_beat
from tests.flow.mail_server import Kept, a_mail_server

AT = "2026-11-23 08:15"
LONG_ENOUGH = 120.0


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """The extract of an invented municipality of thirty cases."""
    folder = tmp_path / "extract"
    write_sample(
        folder,
        cases=30,
        seed=1,
        at=read_moment("2026-11-23 05:00"),
        vocabulary=good_book(SHIPPED_RULES).vocabulary,
    )
    return folder


@pytest.fixture
def mailbox() -> Iterator[tuple[Kept, str]]:
    """A mail server on loopback, and its address."""
    with a_mail_server() as (kept, server):
        yield kept, f"smtp://{server.host}:{server.port}"


def settings_for(extract: Path, mail_url: str) -> Settings:
    """The settings of a service that watches the extract."""
    return Settings(
        extract=extract,
        mail_url=mail_url,
        mail_from="Fristovervågning <frister@kommune.example>",
        fallback_mailbox="vagt@kommune.example",
        public_url="https://frister.kommune.example",
    )


def serve_until(engine: Engine, settings: Settings, seen: Callable[[], bool]) -> bool:
    """Let the service run with a clock that stands still, until something is seen."""
    stop, over = Event(), Event()
    finished: list[bool] = []
    now = read_moment(AT)

    def clock() -> object:
        if seen():
            over.set()
        return now

    def work() -> None:
        finished.append(serve(engine, settings, clock, stop, tick_seconds=0.05))  # type: ignore[arg-type]

    thread = Thread(target=work, daemon=True)
    thread.start()
    was_seen = over.wait(LONG_ENOUGH)
    stop.set()
    thread.join(LONG_ENOUGH)
    assert was_seen
    return finished == [True]


def test_a_new_extract_becomes_mails_without_anybody_asking(
    database: Engine, extract: Path, mailbox: tuple[Kept, str]
) -> None:
    """F18: what is to be told is told by the schedule itself."""
    kept, url = mailbox
    settings = settings_for(extract, url)

    def beaten() -> bool:
        with reading(database) as connection:
            return last_beat(connection, HEARTBEAT) is not None

    assert serve_until(database, settings, beaten)
    assert {recipient for _, (recipient,), _ in kept.taken} != set()
    number = len(kept.taken)
    assert serve_until(database, settings, lambda: True)
    assert len(kept.taken) == number


def test_a_tick_that_fails_is_told_and_the_next_one_works(
    database: Engine, extract: Path, mailbox: tuple[Kept, str], caplog: pytest.LogCaptureFixture
) -> None:
    kept, url = mailbox
    calls = iter(range(1_000_000))

    def clock() -> object:
        number = next(calls)
        if number == 1:  # the first tick; the zeroth call is the service's own
            raise ZeroDivisionError("a value nobody should read in a log")
        if kept.taken:
            stop.set()
        return read_moment(AT)

    stop = Event()
    settings = settings_for(extract, url)
    assert serve(database, settings, clock, stop, tick_seconds=0.05)  # type: ignore[arg-type]
    assert "a tick failed (ZeroDivisionError" in caplog.text
    assert "a value nobody" not in caplog.text
    assert kept.taken != []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_command_stops_cleanly_when_told_to(
    tmp_path: Path, extract: Path, mailbox: tuple[Kept, str], number: signal.Signals
) -> None:
    settings = {
        "FRISTVAGT_EXTRACT": str(extract),
        "FRISTVAGT_MAIL_URL": mailbox[1],
        "FRISTVAGT_MAIL_FROM": "frister@kommune.example",
        "FRISTVAGT_FALLBACK_MAILBOX": "vagt@kommune.example",
        "FRISTVAGT_PUBLIC_URL": "https://frister.kommune.example",
        "FRISTVAGT_HTTP": "127.0.0.1:0",
    }
    service = subprocess.Popen(
        [Path(sys.executable).parent / "fristvagt", "serve"],
        cwd=tmp_path,
        env={**os.environ, **settings},
        stderr=subprocess.PIPE,
        text=True,
        # tests that were started with nohup, or behind a shell, would hand down to ignore it
        preexec_fn=partial(signal.signal, number, signal.SIG_DFL),
    )
    assert service.stderr is not None
    begun = next((line for line in service.stderr if "watching" in line), "it never began")
    service.send_signal(number)
    _, rest = service.communicate(timeout=LONG_ENOUGH)
    assert service.returncode == 0, begun + rest
    assert "stopped" in rest
    assert "Traceback" not in rest


def test_the_service_needs_no_prefect() -> None:
    code = "import sys, flows.serve; print('prefect' in sys.modules)"
    root = Path(__file__).parents[2]
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"
