"""A night through a real Prefect server and worker: the same rows and mails, and nothing told."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from flows.commands.moments import read_moment
from flows.environment import setting_name
from flows.opening import open_house
from flows.rule_book.rule_folder import good_book
from flows.run import run
from flows.sample.municipality import write_sample
from flows.settings import SHIPPED_RULES, Settings
from models.case_tables import CASE
from models.schema import METADATA
from tests.flow.mail_server import Kept, a_mail_server, text_of
from tests.flow.prefect_service import ROOT, PrefectService, a_prefect_server, a_worker
from tests.flow.same_rows import Rows, different_tables, rows

MONDAY_MORNING = "2026-11-23T08:00:00+01:00"
NIGHT = ("import", "evaluate-in-slices", "digest", "deliver", "housekeeping")


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectService]:
    """A Prefect server with the deployments of deploy/prefect.yaml."""
    with a_prefect_server(tmp_path_factory.mktemp("prefect")) as service:
        service.deploy()
        yield service


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extract of an invented municipality."""
    folder = tmp_path_factory.mktemp("extract")
    at = read_moment("2026-11-23 05:00")
    vocabulary = good_book(SHIPPED_RULES).vocabulary
    write_sample(folder, cases=40, seed=1, at=at, vocabulary=vocabulary)
    return folder


@pytest.fixture
def mailbox() -> Iterator[tuple[Kept, str]]:
    """A mail server on loopback, and its address."""
    with a_mail_server() as (kept, server):
        yield kept, f"smtp://{server.host}:{server.port}"


def installation(database_url: str, extract: Path, mail_url: str) -> Settings:
    """The settings of one installation."""
    return Settings(
        database_url=database_url,
        extract=extract,
        mail_url=mail_url,
        mail_from="Fristovervågning <frister@kommune.example>",
        fallback_mailbox="vagt@kommune.example",
        public_url="https://frister.kommune.example",
        slices=2,
    )


def written(settings: Settings) -> dict[str, str]:
    """Settings as a worker's environment holds them."""
    chosen = settings.model_dump(exclude_unset=True)
    return {setting_name(name): str(value) for name, value in chosen.items()}


def read(kept: Kept) -> Counter[tuple[str, str, str]]:
    """What was sent to whom: subject and text, but for the links and numbers drawn by lot."""
    return Counter(
        (mail["To"], mail["Subject"], re.sub(rf"https://\S+|{mail['X-Reminder-Id'][:8]}", "", text))
        for mail in kept.mails()
        for text in [text_of(mail)]
    )


def a_plain_night(settings: Settings, kept: Kept) -> tuple[Rows, Counter[tuple[str, str, str]]]:
    """The rows and mails of the same night in one process, without Prefect."""
    engine = open_house(settings)
    assert run(engine, settings, lambda: read_moment(MONDAY_MORNING)).notices == []
    engine.dispose()
    return everything(settings, kept)


def everything(settings: Settings, kept: Kept) -> tuple[Rows, Counter[tuple[str, str, str]]]:
    """All rows of an installation, and the mails that left it."""
    engine = create_engine(settings.database_url)
    found = rows(engine)
    engine.dispose()
    return found, read(kept)


def test_a_night_on_prefect_leaves_the_rows_and_mails_of_a_plain_run_and_no_case_there(
    prefect: PrefectService, extract: Path, mailbox: tuple[Kept, str], tmp_path: Path
) -> None:
    kept, mail_url = mailbox
    plain = installation(f"sqlite:///{tmp_path}/plain.db", extract, mail_url)
    expected = a_plain_night(plain, kept)
    kept.taken.clear()
    ours = installation(f"sqlite:///{tmp_path}/prefect.db", extract, mail_url)
    with a_worker(prefect, written(ours)) as log:
        states = [prefect.run(deployment, MONDAY_MORNING) for deployment in NIGHT]
    assert [state["type"] for state in states] == ["COMPLETED"] * len(NIGHT), log.read_text()
    assert "cases 101" in states[1]["message"]
    found, mails = everything(ours, kept)
    assert different_tables(found, expected[0]) == []
    assert mails == expected[1]
    assert len(mails) > 3
    assert kept_by_prefect(prefect.home, secrets_of(ours)) == set()


def secrets_of(settings: Settings) -> set[str]:
    """What must not be found outside: every case, name and address, and how they are reached."""
    engine = create_engine(settings.database_url)
    with engine.connect() as connection:
        people = connection.execute(select(METADATA.tables["person"])).all()
        found = set(connection.scalars(select(CASE.c.case_ref)))
    engine.dispose()
    found |= {text for person in people for text in (person.name, person.email)}
    return found | {settings.mail_url, settings.database_url, settings.fallback_mailbox}


def kept_by_prefect(home: Path, secrets: set[str]) -> set[str]:
    """Which of the secrets stand in any table of Prefect's database, or in any file beside it."""
    with closing(sqlite3.connect(home / "prefect.db")) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = [name for (name,) in names]
        told = [repr(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in tables]
    assert any("slice 2" in text for text in told), "the tables that were read are not Prefect's"
    told += [file.read_bytes().decode("latin-1") for file in home.rglob("*") if file.is_file()]
    return {secret for secret in secrets for text in told if secret and secret in text}


def test_the_server_takes_every_deployment_as_it_is_written(prefect: PrefectService) -> None:
    taken = prefect.ask("POST", "/deployments/filter", {})
    schedules = {
        one["name"]: [
            (schedule["schedule"]["cron"], schedule["schedule"]["timezone"], schedule["active"])
            for schedule in one["schedules"]
        ]
        for one in taken
    }
    danish = "Europe/Copenhagen"
    assert schedules == {
        "run": [("*/5 * * * *", danish, False)],
        "import": [("*/5 * * * *", danish, True)],
        "evaluate": [],
        "evaluate-in-slices": [("1-59/5 * * * *", danish, True)],
        "deliver": [("2-59/5 * * * *", danish, True)],
        "digest": [("0 8-16 * * 1-5", danish, True)],
        "housekeeping": [("30 3-6 * * *", danish, True)],
    }
    assert [one["pull_steps"] for one in taken if one["pull_steps"]] == []
    limits = {one["name"]: (one["global_concurrency_limit"] or {}).get("limit") for one in taken}
    assert limits == {name: None if name == "evaluate" else 1 for name in schedules}


def test_reminders_leave_while_prefects_database_is_locked(
    prefect: PrefectService, extract: Path, mailbox: tuple[Kept, str], tmp_path: Path
) -> None:
    kept, mail_url = mailbox
    settings = installation(f"sqlite:///{tmp_path}/fristvagt.db", extract, mail_url)
    with closing(sqlite3.connect(prefect.home / "prefect.db", timeout=60)) as locking:
        locking.execute("BEGIN EXCLUSIVE")
        done = run_once(prefect.environment | written(settings), tmp_path)
    assert done.returncode == 0, done.stderr
    assert kept.taken


def run_once(environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `fristvagt run` in a process of its own, on a Monday morning."""
    arguments = ["run", "--at", "2026-11-23 08:00"]
    return subprocess.run(
        [sys.executable, "-m", "fristvagt", *arguments],
        env={**environment, "PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
