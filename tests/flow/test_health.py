"""The pages for machines: alive, ready, metrics; in health, in trouble, and under a heavy hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, insert, text

from flows.commands.moments import read_moment
from flows.examining import health
from flows.examining.health import health_app
from flows.mistakes import UserMistake
from flows.rule_book.rule_folder import book_in_force
from flows.service.page_port import served, take_port
from flows.service.watching import Pulse
from flows.settings import SHIPPED_RULES
from models.case_tables import PERSON
from models.database import open_database, writing
from models.runs import Slot, begin_run, end_run, raise_alarm
from models.schema import migrate
from rules.dates import minutes_after
from tests.flow.service import settings_object

MONDAY = read_moment("2026-11-23 08:15")
LONG_ENOUGH = 120.0


@pytest.fixture
def ready(database_url: str) -> Iterator[Engine]:
    """A database of this version with the shipped rules in force."""
    engine = open_database(database_url)
    migrate(engine)
    book_in_force(engine, SHIPPED_RULES, MONDAY)
    yield engine
    engine.dispose()


class Seconds:
    """A monotonic clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    """A clock at zero."""
    return Seconds()


@pytest.fixture
def pulse(seconds: Seconds) -> Pulse:
    """The pulse of a service that has just done its first tick."""
    pulse = Pulse(90.0, seconds)
    with pulse.tick():
        return pulse


@pytest.fixture
def pages(ready: Engine, pulse: Pulse) -> Iterator[httpx.Client]:
    """Asks the pages of a service that has just done its first tick."""
    with asking(ready, pulse) as client:
        yield client


@contextmanager
def asking(engine: Engine, pulse: Pulse) -> Iterator[httpx.Client]:
    """Serve the pages of a service whose clock stands still, and give who asks them."""
    settings = settings_object("smtp://localhost:25")
    port = take_port(settings)
    assert port is not None
    address = f"http://127.0.0.1:{port.getsockname()[1]}"
    app = health_app(engine, settings, lambda: MONDAY, pulse)
    with served(app, port), httpx.Client(base_url=address, timeout=LONG_ENOUGH) as client:
        yield client


def test_a_service_that_has_started_is_alive_and_ready(pages: httpx.Client) -> None:
    alive = pages.get("/healthz")
    assert (alive.status_code, alive.json()["state"]) == (200, "well")
    ready = pages.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"state": "ready", "missing": []})


def test_before_its_first_tick_it_is_alive_and_not_yet_ready(ready: Engine) -> None:
    """The database may be read-only: nothing has been written to it yet."""
    with asking(ready, Pulse()) as pages:
        assert pages.get("/healthz").status_code == 200
        assert pages.get("/readyz").json()["missing"] == ["first tick"]


def test_p18_a_stalled_service_is_neither(
    pages: httpx.Client, pulse: Pulse, seconds: Seconds
) -> None:
    seconds.now += 91
    assert pages.get("/healthz").status_code == 503
    assert pages.get("/readyz").json()["missing"] == ["tick"]


def test_a_trouble_is_told_at_once_and_makes_it_unwell_when_it_lasts(
    pages: httpx.Client, pulse: Pulse, seconds: Seconds
) -> None:
    pulse.endure(UserMistake(da="Databasen er låst.", en="The database is locked."))
    alive = pages.get("/healthz")
    assert (alive.status_code, alive.json()["trouble"]) == (200, "The database is locked.")
    assert pages.get("/readyz").json()["missing"] == ["writing"]
    seconds.now += 91
    assert pages.get("/healthz").status_code == 503


def test_without_a_rule_book_it_is_alive_but_not_ready(database_url: str, pulse: Pulse) -> None:
    engine = open_database(database_url)
    migrate(engine)
    with asking(engine, pulse) as pages:
        assert pages.get("/healthz").status_code == 200
        assert pages.get("/readyz").json()["missing"] == ["rules"]
    engine.dispose()


def test_on_a_database_of_another_version_it_is_not_ready(
    pages: httpx.Client, ready: Engine
) -> None:
    with writing(ready) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert pages.get("/readyz").json()["missing"] == ["database newer"]


def test_the_kinds_of_open_alarms_are_on_the_page(pages: httpx.Client, pulse: Pulse) -> None:
    pulse.alarms = ("mail server", "disk", "disk")
    assert pages.get("/healthz").json()["alarms"] == ["disk", "mail server"]


def test_d12_when_others_are_asking_a_page_says_so_and_does_not_wait(
    pages: httpx.Client, ready: Engine, pulse: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_asking, asked = Event(), Event()

    def slow(*_: Any) -> list[str]:
        is_asking.set()
        asked.wait(LONG_ENOUGH)
        return []

    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(health, "what_is_missing", slow)
    first = Thread(target=pages.get, args=("/readyz",))
    first.start()
    assert is_asking.wait(LONG_ENOUGH)
    assert pages.get("/metrics").status_code == 503
    assert pages.get("/readyz").json()["missing"] == ["database"]
    assert pages.get("/healthz").status_code == 200
    asked.set()
    first.join()
    assert pages.get("/metrics").status_code == 200


def metrics(pages: httpx.Client) -> dict[str, dict[tuple[str, ...], float]]:
    """The metrics as Prometheus reads them: by name, then by the values of the labels."""
    return {
        family.name: {tuple(sample.labels.values()): sample.value for sample in family.samples}
        for family in text_string_to_metric_families(pages.get("/metrics").text)
    }


def test_the_metrics_tell_how_everything_stands(pages: httpx.Client, ready: Engine) -> None:
    at = minutes_after(MONDAY, -10)
    with writing(ready) as connection:
        for number, state in enumerate(("done", "failed")):
            slot = Slot("evaluate", f"2026-11-2{number}")
            begin_run(connection, slot, at, gone_before=at, late=False)
            end_run(connection, slot, at, state=state, counts={})
        raise_alarm(connection, "mail server", "", at, "The mail server does not answer.")
    found = metrics(pages)
    assert found["fristvagt_runs"] == {("evaluate", "done"): 1, ("evaluate", "failed"): 1}
    done = found["fristvagt_last_success_timestamp_seconds"]
    assert done == {("evaluate",): at.timestamp()}
    assert found["fristvagt_alarms"] == {("mail server",): 1}
    assert found["fristvagt_mail_line_down"] == {(): 1}
    assert found["fristvagt_oldest_unsent_seconds"] == {(): 0}
    assert "fristvagt_heartbeat_age_seconds" not in found


def test_no_metric_and_no_page_tells_of_a_person_or_a_case(
    pages: httpx.Client, ready: Engine, pulse: Pulse
) -> None:
    canary = "zzcanary"
    with writing(ready) as connection:
        row = {"person": canary, "name": canary, "email": f"{canary}@kommune.example"}
        more = {"team": canary, "leader": "", "role": "caseworker", "active": True}
        connection.execute(insert(PERSON).values(**row, **more))
        raise_alarm(connection, "undeliverable to everybody", canary, MONDAY, canary)
    for page in ("/healthz", "/readyz", "/metrics"):
        assert not re.search(canary, pages.get(page).text, re.IGNORECASE)


def test_the_house_has_no_other_pages(pages: httpx.Client) -> None:
    for page in ("/", "/docs", "/openapi.json", "/metrics/../etc/passwd"):
        assert pages.get(page).status_code == 404
