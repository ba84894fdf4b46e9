"""The service as a process: stalled, killed, starved, twice at once, started wrongly, told to stop.

Each fault has its name in the catalogue. In the end the day's work is done, and done once.
"""

from __future__ import annotations

import json
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from flows.clock import now
from models.database import open_database, reading, writing
from models.runs import RUN
from models.schema import migrate
from rules.dates import day_of, minutes_after
from tests.flow.mail_server import Kept, a_mail_server
from tests.flow.service import (
    LONG_ENOUGH,
    a_service,
    answer,
    broken,
    settings_of,
    until,
    write_extract,
)


@pytest.fixture
def mailbox() -> Iterator[tuple[Kept, str]]:
    """A mail server on loopback, and its address."""
    with a_mail_server() as (kept, server):
        yield kept, f"smtp://{server.host}:{server.port}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The service's database, for looking into."""
    engine = open_database(database_url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def settings(
    engine: Engine, database_url: str, tmp_path: Path, mailbox: tuple[Kept, str]
) -> dict[str, str]:
    """The settings of a service with thirty invented cases, whose day begins at midnight."""
    extract = write_extract(tmp_path / "extract", now())
    more = {"database_url": database_url, "extract": str(extract), "evaluate_at": "00:00"}
    return settings_of(mailbox[1], **more)


@pytest.fixture
def sqlite(tmp_path: Path, mailbox: tuple[Kept, str]) -> dict[str, str]:
    """The settings of a service on SQLite, for what has nothing to do with the database."""
    return settings_of(mailbox[1], evaluate_at="00:00")


def engine_in(folder: Path) -> Engine:
    """The database that a service makes itself in its folder."""
    return open_database(f"sqlite:///{folder / 'fristvagt.db'}")


def states(engine: Engine, schedule: str = "evaluate") -> list[str]:
    """The state of each run of a schedule."""
    with reading(engine) as connection:
        return list(connection.scalars(select(RUN.c.state).where(RUN.c.schedule == schedule)))


def is_done(engine: Engine) -> bool:
    """Say whether the day's evaluation came to its end."""
    return states(engine) == ["done"]


def ten_minutes_pass(engine: Engine) -> None:
    """Put the runs recorded so far ten minutes back."""
    earlier = minutes_after(now(), -11)
    with writing(engine) as connection:
        connection.execute(update(RUN).values(started_at=earlier))
        ended = update(RUN).where(RUN.c.finished_at.is_not(None))
        connection.execute(ended.values(finished_at=earlier))


def test_p18_a_tick_that_always_raises_shows_on_the_page_and_ends_the_process(
    sqlite: dict[str, str], tmp_path: Path
) -> None:
    with a_service(tmp_path, sqlite, broken("raises")) as service:
        assert service.ends() == 70
        assert "CRITICAL" in service.log
        assert "a tick failed (ZeroDivisionError" in service.log
        assert "a value nobody" not in service.log
    engine = engine_in(tmp_path)
    with a_service(tmp_path, sqlite):
        until(lambda: is_done(engine))


def test_p20_a_tick_that_hangs_ends_the_process_and_the_next_one_does_its_work(
    sqlite: dict[str, str], tmp_path: Path
) -> None:
    with a_service(tmp_path, sqlite, broken("hangs")) as service:
        assert service.ends() == 70
        assert "no tick for" in service.log
    engine = engine_in(tmp_path)
    with a_service(tmp_path, sqlite):
        until(lambda: is_done(engine))


def test_p21_a_run_without_memory_fails_and_is_done_again(
    sqlite: dict[str, str], tmp_path: Path
) -> None:
    with a_service(tmp_path, sqlite, broken("starves")) as service:
        assert service.ends() == 70
        assert "MemoryError" in service.log
    engine = engine_in(tmp_path)
    assert states(engine) == ["failed"]
    ten_minutes_pass(engine)
    with a_service(tmp_path, sqlite):
        until(lambda: is_done(engine))


def test_p21_a_process_killed_in_mid_run_has_its_run_done_again(
    settings: dict[str, str], tmp_path: Path, engine: Engine
) -> None:
    with a_service(tmp_path, settings, broken("dies")) as service:
        assert service.ends() == -signal.SIGKILL
    assert states(engine) == ["running"]
    alone = engine.dialect.name == "sqlite"
    if not alone:  # beside others nobody knows that it died before its time is over
        ten_minutes_pass(engine)
    with a_service(tmp_path, settings) as service:
        if alone:
            service.says("1 runs died with the service before this one")
        until(lambda: is_done(engine))


def test_p16_two_services_on_one_database_do_everything_once(
    settings: dict[str, str], tmp_path: Path, engine: Engine, mailbox: tuple[Kept, str]
) -> None:
    with (
        a_service(tmp_path, settings, broken("none")) as first,
        a_service(tmp_path, settings, broken("none")) as second,
    ):
        pages = [first.address(), second.address()]
        until(lambda: is_done(engine))
        until(lambda: all(answer(f"{page}/healthz")[0] == 200 for page in pages))
        standing_by = [answer(f"{page}/healthz")[1]["state"] for page in pages]
        for service in (first, second):
            service.process.send_signal(signal.SIGTERM)
        assert [first.ends(), second.ends()] == [0, 0]
    expected = ["standing by", "well"] if engine.dialect.name == "sqlite" else ["well", "well"]
    assert sorted(standing_by) == expected
    with reading(engine) as connection:
        slots = Counter(connection.execute(select(RUN.c.schedule, RUN.c.slot)).all())
    assert set(slots.values()) == {1}
    sent = Counter(mail["Message-ID"] for mail in mailbox[0].mails())
    assert set(sent.values()) <= {1}


def test_on_sqlite_the_second_service_takes_over_when_the_first_is_gone(
    sqlite: dict[str, str], tmp_path: Path
) -> None:
    with a_service(tmp_path, sqlite, broken("none")) as first:
        first.says("watching;")
        with a_service(tmp_path, sqlite, broken("none")) as second:
            page = second.address()
            second.says("standing by")
            assert answer(f"{page}/readyz") == (
                503,
                {"state": "not ready", "missing": ["standing by"]},
            )
            first.process.send_signal(signal.SIGKILL)
            second.says("watching;")
            until(lambda: answer(f"{page}/readyz")[0] == 200)


def test_all_that_keeps_it_from_starting_is_told_at_once_without_a_traceback(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wrong = {
            "FRISTVAGT_HTTP": f"127.0.0.1:{taken.getsockname()[1]}",
            "FRISTVAGT_DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/fristvagt.db",
        }
        for language, words in (("da", "optaget af et andet program"), ("en", "is taken by")):
            with a_service(tmp_path, wrong | {"FRISTVAGT_LANGUAGE": language}) as service:
                assert service.ends() == 1
            assert words in service.log
            assert "nowhere" in service.log
            assert "FRISTVAGT_MAIL_URL" in service.log
            assert "Traceback" not in service.log


def test_an_address_of_another_machine_is_told_in_words(
    sqlite: dict[str, str], tmp_path: Path
) -> None:
    with a_service(tmp_path, sqlite | {"FRISTVAGT_HTTP": "192.0.2.7:8080"}) as service:
        assert service.ends() == 1
    assert "FRISTVAGT_HTTP (192.0.2.7:8080) cannot be used" in service.log


def test_systemd_hears_of_its_life_from_the_beginning_to_the_end(
    sqlite: dict[str, str], tmp_path: Path
) -> None:
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(path)
        systemd.settimeout(LONG_ENOUGH)
        told = sqlite | {"NOTIFY_SOCKET": path}
        with a_service(tmp_path, told, broken("none")) as service:
            assert systemd.recv(100) == b"READY=1"
            assert systemd.recv(100) == b"WATCHDOG=1"
            service.process.send_signal(signal.SIGTERM)
            while (heard := systemd.recv(100)) == b"WATCHDOG=1":
                pass
            assert heard == b"STOPPING=1"
            assert service.ends() == 0


def test_the_log_for_machines_is_json_on_every_line(sqlite: dict[str, str], tmp_path: Path) -> None:
    with a_service(tmp_path, sqlite | {"FRISTVAGT_LOG": "json"}, broken("raises")) as service:
        assert service.ends() == 70
    lines = [json.loads(line) for line in service.lines]
    assert {"INFO", "ERROR", "CRITICAL"} <= {line["level"] for line in lines}
    assert all({"at", "logger", "message"} <= set(line) for line in lines)


def test_it_needs_no_page(sqlite: dict[str, str], tmp_path: Path) -> None:
    with a_service(tmp_path, sqlite | {"FRISTVAGT_HTTP": "off"}) as service:
        service.says("watching;")
        service.process.send_signal(signal.SIGTERM)
        assert service.ends() == 0
    assert "answering" not in service.log


def test_d13_the_time_zone_of_the_machine_or_the_database_does_not_matter(
    settings: dict[str, str], tmp_path: Path, engine: Engine
) -> None:
    elsewhere = {"TZ": "Pacific/Auckland", "PGTZ": "America/Los_Angeles"}
    with a_service(tmp_path, settings | elsewhere):
        until(lambda: is_done(engine))
    with reading(engine) as connection:
        (slot,) = connection.scalars(select(RUN.c.slot).where(RUN.c.schedule == "evaluate"))
    assert slot == day_of(now()).isoformat()
