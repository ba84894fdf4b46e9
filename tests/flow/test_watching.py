"""What proves that the service works, and what happens when nothing does."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, text

from flows.clock import monotonic
from flows.mistakes import UserMistake
from flows.service.watching import Pulse, progress_seen, watchdog
from flows.service.watching_alone import take_watch
from models.database import open_database, reading

LONG_ENOUGH = 120.0
NO_DATABASE = UserMistake(da="Ingen database.", en="No database.")


class Seconds:
    """A monotonic clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    """A clock at a hundred seconds."""
    return Seconds()


@pytest.fixture
def pulse(seconds: Seconds) -> Pulse:
    """The pulse of a service that stalls after ninety seconds."""
    return Pulse(90.0, seconds)


def test_a_service_that_has_just_started_is_well(pulse: Pulse, seconds: Seconds) -> None:
    seconds.now += 90
    assert pulse.is_well
    assert not pulse.is_stalled


def test_without_a_tick_for_ninety_seconds_it_is_stalled(pulse: Pulse, seconds: Seconds) -> None:
    seconds.now += 60
    with pulse.tick():
        seconds.now += 5
    seconds.now += 90
    assert pulse.is_well
    seconds.now += 1
    assert not pulse.is_well
    assert pulse.is_stalled


def test_a_long_evaluation_that_goes_on_is_not_stalled(pulse: Pulse, seconds: Seconds) -> None:
    with pulse.tick():
        for _ in range(100):
            seconds.now += 60
            pulse.move()
            assert pulse.is_well
        seconds.now += 91
        assert pulse.is_stalled


def test_what_is_done_between_two_ticks_is_no_progress(pulse: Pulse, seconds: Seconds) -> None:
    with pulse.tick():
        pulse.move()
    seconds.now += 91
    pulse.move()
    assert pulse.is_stalled


def test_a_tick_that_fails_every_time_proves_nothing(pulse: Pulse, seconds: Seconds) -> None:
    def fail() -> None:
        with pulse.tick():
            pulse.move()
            raise ZeroDivisionError

    for _ in range(4):
        with pytest.raises(ZeroDivisionError):
            fail()
        seconds.now += 30
    assert pulse.is_stalled


def test_a_trouble_that_is_told_shows_that_it_lives_but_not_that_it_works(
    pulse: Pulse, seconds: Seconds
) -> None:
    for _ in range(4):
        pulse.endure(NO_DATABASE)
        seconds.now += 30
    assert not pulse.is_stalled
    assert not pulse.is_well
    assert pulse.trouble is NO_DATABASE
    pulse.worked()
    assert pulse.is_well
    assert pulse.trouble is None


def test_each_statement_of_the_ticks_engine_is_progress(
    database: Engine, pulse: Pulse, seconds: Seconds
) -> None:
    with progress_seen(database, pulse), pulse.tick():
        seconds.now += 91
        with reading(database) as connection:
            connection.execute(text("SELECT 1"))
        assert not pulse.is_stalled


def test_the_watchdog_ends_a_stalled_service_and_not_a_living_one() -> None:
    left = Event()
    pulse = Pulse(0.3)
    with watchdog(pulse, left.set):
        for _ in range(10):
            pulse.worked()
            assert not left.wait(0.05)
        assert left.wait(LONG_ENOUGH)


def test_a_process_that_was_suspended_has_not_hung_unless_it_does_so_afterwards() -> None:
    left, suspended = Event(), Seconds()
    suspended.now = 0.0
    pulse = Pulse(1.5, lambda: monotonic() + suspended())
    with watchdog(pulse, left.set):
        suspended.now = 300.0
        assert not left.wait(0.8)
        assert left.wait(LONG_ENOUGH)


@pytest.fixture
def service_manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A socket on which systemd would listen."""
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(path)
        line.settimeout(LONG_ENOUGH)
        monkeypatch.setenv("NOTIFY_SOCKET", path)
        yield line


def test_systemd_hears_that_it_lives_as_long_as_it_does(service_manager: socket.socket) -> None:
    left = Event()
    with watchdog(Pulse(0.5), left.set):
        assert service_manager.recv(100) == b"WATCHDOG=1"
        assert left.wait(LONG_ENOUGH)
    service_manager.settimeout(0)
    heard = 0
    try:
        while service_manager.recv(100):
            heard += 1
    except BlockingIOError:
        pass
    assert heard <= 3


def test_a_lock_that_another_user_has_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "fristvagt.db.lock").mkdir()  # not to be opened for writing by anybody
    engine = open_database(f"sqlite:///{tmp_path / 'fristvagt.db'}")
    with pytest.raises(UserMistake, match=r"fristvagt\.db\.lock cannot be opened"):
        take_watch(engine, Event(), lambda: None)
