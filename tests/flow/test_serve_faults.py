"""The service in trouble: a locked or read-only database, long ticks, a machine that slept, the
nights when the clocks change, and a watcher outside that hears or does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread, current_thread
from typing import Any

import pytest
import time_machine
from sqlalchemy import Connection, Engine, event, select

import flows.serve
from flows.commands.moments import read_moment
from flows.extract.new_extract import Watch
from flows.run import run
from flows.serve import GATHERING, serve
from flows.service.pings import Caller, Sign, sign_after
from flows.settings import Settings
from models.database import open_database, reading, writing
from models.runs import RUN, Slot, begin_run, end_run, last_beat
from models.schema import METADATA
from models.standing import open_alarms
from rules.dates import minutes_after
from tests.flow.mail_server import Kept, a_mail_server
from tests.flow.service import settings_object, settings_of, until, write_extract
from tests.flow.typed import ask_in

EXAMPLES = Path(__file__).parents[1] / "samples" / "example-rules"
MONDAY = read_moment("2026-11-23 08:15")
LONG_ENOUGH = 120.0


@pytest.fixture
def mailbox() -> Iterator[tuple[Kept, str]]:
    """A mail server on loopback, and its address."""
    with a_mail_server() as (kept, server):
        yield kept, f"smtp://{server.host}:{server.port}"


@pytest.fixture
def settings(tmp_path: Path, mailbox: tuple[Kept, str]) -> Settings:
    """The settings of a service that watches an extract of thirty invented cases."""
    extract = write_extract(tmp_path / "extract", read_moment("2026-11-23 05:00"))
    return settings_object(mailbox[1], extract=str(extract))


class Running:
    """A service in a thread of this process, with a clock that a test sets."""

    def __init__(self, engine: Engine, settings: Settings, at: datetime = MONDAY) -> None:
        self.engine, self.at = engine, at
        self.stop, self.left = Event(), Event()
        options: dict[str, Any] = {"tick_seconds": 0.05, "leave": self.left.set}
        arguments = (engine, settings, lambda: self.at, self.stop)
        self.thread = Thread(target=serve, args=arguments, kwargs=options, daemon=True)

    def has_beaten(self) -> bool:
        """Say whether a tick was done at the clock's present moment."""
        with reading(self.engine) as connection:
            return last_beat(connection, "serve") == self.at

    def has_done(self, schedule: str, slot: str) -> bool:
        """Say whether a slot was run to its end."""
        return self.runs().get((schedule, slot), ("", False))[0] == "done"

    def runs(self) -> dict[tuple[str, str], tuple[str, bool]]:
        """Each run that is recorded: by schedule and slot, its state and whether it was late."""
        asked = select(RUN.c.schedule, RUN.c.slot, RUN.c.state, RUN.c.late)
        with reading(self.engine) as connection:
            return {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(asked)}


@contextmanager
def running(engine: Engine, settings: Settings) -> Iterator[Running]:
    """Let the service run until the end of the block."""
    service = Running(engine, settings)
    service.thread.start()
    try:
        yield service
    finally:
        service.stop.set()
        service.thread.join(LONG_ENOUGH)
    assert not service.left.is_set()


def test_after_three_days_asleep_today_is_made_up_for_once_and_marked_late(
    database: Engine, settings: Settings, mailbox: tuple[Kept, str]
) -> None:
    with running(database, settings) as service:
        until(service.has_beaten)
        service.at = read_moment("2026-11-26 09:15")
        until(lambda: service.has_done("report", "2026-11-26"))
        runs = service.runs()
    assert {runs[name, "2026-11-26"] for name in ("evaluate", "mails")} == {("done", True)}
    days = {name for schedule, name in runs if schedule == "evaluate"}
    assert days == {"2026-11-23", "2026-11-26"}
    assert [name for schedule, name in runs if schedule == "digest"] == ["2026-W48"]
    ids = Counter(mail["Message-ID"] for mail in mailbox[0].mails())
    assert set(ids.values()) == {1}


def impatient(url: str) -> Engine:
    """A SQLite database that waits for a lock for a moment only; the house waits ten seconds."""
    engine = open_database(url)

    def hurry(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    event.listen(engine, "connect", hurry)
    METADATA.create_all(engine)
    return engine


def test_d7_while_the_database_is_locked_it_waits_and_no_slot_is_lost(
    tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{tmp_path / 'fristvagt.db'}"
    engine, backup = impatient(url), open_database(url)
    with ExitStack() as locked:
        locked.enter_context(writing(backup))
        with running(engine, settings) as service:
            until(lambda: "The database cannot be used (database is locked)" in caplog.text)
            assert not service.has_beaten()
            locked.close()
            until(service.has_beaten)
            assert service.runs()["evaluate", "2026-11-23"][0] == "done"
    backup.dispose()
    engine.dispose()


class Switch:
    """Makes every transaction of a database read-only while it is on."""

    def __init__(self, engine: Engine) -> None:
        self.on = False
        event.listen(engine, "begin", self.begin)

    def begin(self, connection: Connection) -> None:
        """Forbid writing in the transaction that begins, or allow it again."""
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA query_only={'ON' if self.on else 'OFF'}")
        elif self.on:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def test_d6_on_a_read_only_database_it_says_so_sends_nothing_and_goes_on_when_it_is_mended(
    database: Engine,
    settings: Settings,
    mailbox: tuple[Kept, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    switch = Switch(database)
    switch.on = True
    with running(database, settings) as service:
        until(lambda: "The database cannot be used" in caplog.text)
        assert "read" in caplog.text
        assert not service.has_beaten()
        assert mailbox[0].taken == []
        switch.on = False
        until(service.has_beaten)
    assert mailbox[0].taken != []
    assert caplog.text.count("The database cannot be used") == 1


def test_what_cannot_be_decided_holds_up_no_mail_that_is_built(
    database: Engine,
    settings: Settings,
    mailbox: tuple[Kept, str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(*_: Any, **__: Any) -> Counter[str]:
        raise ZeroDivisionError

    silent = settings.model_copy(update={"mail_url": "smtp://127.0.0.1:9"})
    run(database, silent, lambda: MONDAY)
    assert mailbox[0].taken == []
    monkeypatch.setattr(flows.serve, "GATHERING", GATHERING._replace(deciding=fails))
    with running(database, settings) as service:
        service.at = minutes_after(MONDAY, 20)  # the line has rested
        until(lambda: mailbox[0].taken != [])
        until(lambda: "a tick failed (ZeroDivisionError" in caplog.text)
        assert not service.has_beaten()


def test_an_extract_folder_that_cannot_be_looked_into_stops_neither_deciding_nor_sending(
    database: Engine, settings: Settings, mailbox: tuple[Kept, str]
) -> None:
    run(database, settings, lambda: minutes_after(MONDAY, -2 * 60))  # too early for mails
    # as of a share that is away, the system says of this name more than that it is not there
    away = settings.model_copy(update={"extract": Path("x" * 300)})
    with running(database, away) as service:
        until(service.has_beaten)
        assert mailbox[0].taken != []
    with reading(database) as connection:
        assert [alarm.kind for alarm in open_alarms(connection)] == ["extract"]


def test_an_extract_that_was_refused_is_tried_again_though_nothing_was_changed(
    database: Engine, settings: Settings
) -> None:
    early = minutes_after(MONDAY, -4 * 60)  # the extract says it was taken at 05:00
    watch = Watch()
    for minutes, alarms in ((0, ["extract"]), (9, ["extract"]), (60, [])):
        run(database, settings, partial(minutes_after, early, minutes), watch=watch)
        with reading(database) as connection:
            assert [alarm.kind for alarm in open_alarms(connection)] == alarms


def test_p19_a_tick_longer_than_its_interval_is_alone_and_does_all_that_is_due(
    database: Engine, settings: Settings
) -> None:
    at_work: set[str] = set()
    together: list[int] = []
    pause = Event()

    def slowly(*_: Any) -> None:
        if current_thread().name.startswith("ThreadPoolExecutor"):
            at_work.add(current_thread().name)
            together.append(len(at_work))
            if len(together) < 50:
                pause.wait(0.02)  # fifty statements together take twenty intervals

    event.listen(database, "before_cursor_execute", slowly)
    with running(database, settings) as service:
        until(service.has_beaten)
        assert service.runs()["evaluate", "2026-11-23"][0] == "done"
    assert max(together) == 1


@pytest.mark.parametrize("night", ["2026-03-28", "2026-10-24"])
def test_in_the_night_when_the_clocks_change_each_slot_is_run_once_and_none_late(
    database: Engine, mailbox: tuple[Kept, str], night: str
) -> None:
    at = {"evaluate_at": "03:00", "housekeeping_at": "01:59"}
    settings = settings_object(mailbox[1], rules=str(EXAMPLES), **at)
    evening = read_moment(f"{night} 22:00")
    for minutes in range(0, 8 * 60, 20):
        run(database, settings, partial(minutes_after, evening, minutes))
    with reading(database) as connection:
        asked = select(RUN.c.schedule, RUN.c.slot, RUN.c.late)
        rows = [tuple(row) for row in connection.execute(asked)]
    of_the_night = [row for row in rows if row[1] > night and row[0] != "report"]
    assert len(of_the_night) == len(set(of_the_night)) == 3
    assert {row[0] for row in of_the_night} == {"evaluate", "housekeeping", "reconcile"}


class Watcher(BaseHTTPRequestHandler):
    """A watching service that notes what it is called with."""

    calls: list[str]
    code = 200

    def do_POST(self) -> None:
        """Note the call."""
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.calls.append(self.path + body.decode())
        self.send_response(self.code)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def watcher() -> Iterator[tuple[type[Watcher], str]]:
    """A watching service on loopback, and its address."""
    handler = type("OneWatcher", (Watcher,), {"calls": []})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield handler, f"http://127.0.0.1:{server.server_port}/ping/5d1f"
        server.shutdown()
        thread.join()


def test_the_watcher_outside_hears_that_the_day_began_and_that_it_is_done(
    database: Engine, settings: Settings, watcher: tuple[type[Watcher], str]
) -> None:
    heard, url = watcher
    told = settings.model_copy(update={"ping_url": url})
    with running(database, told) as service:
        until(lambda: heard.calls[-1:] == ["/ping/5d1f"])
        service.at = minutes_after(MONDAY, 24 * 60)
        until(lambda: len(heard.calls) >= 4)
    assert heard.calls == ["/ping/5d1f/start", "/ping/5d1f"] * 2


def test_the_watcher_hears_of_a_failure_while_the_mail_server_is_silent(
    database: Engine, settings: Settings, watcher: tuple[type[Watcher], str]
) -> None:
    heard, url = watcher
    silent = {"ping_url": url, "mail_url": "smtp://127.0.0.1:9"}
    with running(database, settings.model_copy(update=silent)) as service:
        until(service.has_beaten)
        service.at = minutes_after(MONDAY, 11)  # a line that is down for ten minutes is an alarm
        until(lambda: heard.calls[-1:] == ["/ping/5d1f/fail"])


def test_a_watcher_that_is_not_there_disturbs_nothing(
    database: Engine,
    settings: Settings,
    mailbox: tuple[Kept, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    nobody = settings.model_copy(update={"ping_url": "http://127.0.0.1:9/secret-5d1f"})
    with running(database, nobody) as service:
        until(service.has_beaten)
    assert mailbox[0].taken != []
    assert "the watcher in FRISTVAGT_PING_URL was not reached" in caplog.text
    assert "5d1f" not in caplog.text


def test_a_watcher_that_did_not_hear_is_called_again_after_five_minutes(
    watcher: tuple[type[Watcher], str],
) -> None:
    heard, url = watcher
    heard.code = 500
    seconds = [0.0]
    caller = Caller(url, lambda: seconds[0])
    for _ in range(10):
        caller.tell("2026-11-23", Sign.DONE)
        seconds[0] += 60
    assert len(heard.calls) == 2
    heard.code = 200
    for _ in range(10):
        caller.tell("2026-11-23", Sign.DONE)
        seconds[0] += 60
    assert len(heard.calls) == 3


def test_each_run_that_cron_calls_tells_how_the_days_run_stands(
    tmp_path: Path,
    settings: Settings,
    watcher: tuple[type[Watcher], str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    heard, url = watcher
    run_now = ask_in(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("FRISTVAGT_PING_URL", url)
    for name, value in settings_of(settings.mail_url, extract=str(settings.extract)).items():
        monkeypatch.setenv(name, value)
    with time_machine.travel(minutes_after(MONDAY, -4 * 60)):
        assert run_now("run").code == 0
        assert heard.calls == []  # the day's run is still to come
    with time_machine.travel(MONDAY):
        run_now("run")
        run_now("run", "--at", "2026-11-23 10:00")
        assert heard.calls == ["/ping/5d1f"]
    monkeypatch.setenv("FRISTVAGT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    assert run_now("run").code == 1
    assert heard.calls[1:] == ["/ping/5d1f/fail"]


def test_a_failed_run_is_a_failure_for_the_watcher(database: Engine) -> None:
    slot = Slot("evaluate", "2026-11-23")
    with writing(database) as connection:
        assert sign_after(connection, MONDAY, ()) is None
        begin_run(connection, slot, MONDAY, gone_before=MONDAY, late=False)
        assert sign_after(connection, MONDAY, ()) is None
        end_run(connection, slot, MONDAY, state="failed", counts={})
        assert sign_after(connection, MONDAY, ()) == ("2026-11-23", Sign.FAILED)
        assert sign_after(connection, minutes_after(MONDAY, 24 * 60), ()) is None


def test_a_run_that_is_told_to_stop_in_the_middle_is_taken_up_at_the_next_start(
    database: Engine, settings: Settings
) -> None:
    def states() -> list[str]:
        with reading(database) as connection:
            return list(connection.scalars(select(RUN.c.state).where(RUN.c.schedule == "evaluate")))

    run(database, settings, lambda: MONDAY, stopping=lambda: True)
    assert states() == ["abandoned"]
    run(database, settings, lambda: MONDAY)
    assert states() == ["done"]
