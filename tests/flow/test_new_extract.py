"""An extract on a share that hangs, or that is being written while it is read: nobody waits for it.

A named pipe in the place of mapping.yaml is what hangs: opening it waits until somebody writes it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, func, select

import flows.extract.new_extract
from flows.aside import Aside
from flows.commands.moments import read_moment
from flows.extract.new_extract import Watch
from flows.mistakes import UserMistake
from flows.run import never, run
from flows.settings import Settings
from models.case_tables import CASE
from models.database import reading
from models.runs import RUN
from models.standing import open_alarms
from rules.dates import minutes_after
from tests.flow.mail_server import Kept, a_mail_server
from tests.flow.service import settings_object, until, write_extract

MONDAY = read_moment("2026-11-23 08:15")


@pytest.fixture
def mailbox() -> Iterator[tuple[Kept, str]]:
    """A mail server on loopback, and its address."""
    with a_mail_server() as (kept, server):
        yield kept, f"smtp://{server.host}:{server.port}"


@pytest.fixture
def settings(tmp_path: Path, mailbox: tuple[Kept, str]) -> Settings:
    """The settings of an installation whose case system writes thirty invented cases."""
    extract = write_extract(tmp_path / "extract", minutes_after(MONDAY, -3 * 60))
    return settings_object(mailbox[1], extract=str(extract))


@pytest.fixture
def hanging(settings: Settings) -> Iterator[Path]:
    """What the extract's folder hangs by; it answers again at the end."""
    assert settings.extract is not None
    pipe = settings.extract / "mapping.yaml"
    os.mkfifo(pipe)
    yield pipe
    answer(pipe)


def answer(pipe: Path) -> None:
    """Let the share answer again: who waits for the pipe finds it empty, and nobody waits again."""
    with suppress(OSError):  # nobody waits for it
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    pipe.unlink(missing_ok=True)


def alarms(engine: Engine) -> list[str]:
    """The kinds of what is bad now."""
    with reading(engine) as connection:
        return [alarm.kind for alarm in open_alarms(connection)]


def cases(engine: Engine) -> int:
    """How many cases are stored."""
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(CASE)).scalar_one()


def read_to_the_end(watch: Watch) -> None:
    """Wait until the extract that is being read wants to be taken in."""
    assert watch.reading is not None
    until(lambda: watch.reading is not None and watch.reading.wait(0, never))


def test_while_the_share_hangs_mails_leave_and_when_it_answers_the_extract_is_taken_in(
    database: Engine, settings: Settings, mailbox: tuple[Kept, str], hanging: Path
) -> None:
    assert settings.extract is not None
    watch = Watch()
    hanging.rename(hanging.with_name("away"))
    # the cases are known, but it is too early for mails
    run(database, settings, lambda: minutes_after(MONDAY, -2 * 60), watch=watch)
    hanging.with_name("away").rename(hanging)
    watch.patience_seconds = 0.1
    (settings.extract / "absences.csv").touch()
    run(database, settings, lambda: MONDAY, watch=watch)
    assert mailbox[0].taken != []
    assert watch.reading is not None
    assert alarms(database) == []
    answer(hanging)
    read_to_the_end(watch)
    run(database, settings, lambda: minutes_after(MONDAY, 1), watch=watch)
    assert watch.reading is None


def test_a_share_that_has_hung_for_ten_minutes_is_told_once_and_when_it_answers(
    database: Engine, settings: Settings, hanging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(patience_seconds=0.1)
    run(database, settings, lambda: MONDAY, watch=watch)
    assert alarms(database) == []
    monkeypatch.setattr(flows.extract.new_extract, "HANGS_SECONDS", 0.0)  # ten minutes have passed
    for minute in (1, 2):
        ran = run(database, settings, partial(minutes_after, MONDAY, minute), watch=watch)
        assert [notice.en.split(":")[0] for notice in ran.notices] == [
            "The folder of the extract in FRISTVAGT_EXTRACT does not answer"
        ]
    assert alarms(database) == ["extract folder"]
    answer(hanging)
    read_to_the_end(watch)
    run(database, settings, lambda: minutes_after(MONDAY, 3), watch=watch)
    assert alarms(database) == []
    assert cases(database) > 0


def test_a_run_that_nobody_comes_back_after_waits_for_a_slow_extract_at_its_end(
    database: Engine,
    settings: Settings,
    mailbox: tuple[Kept, str],
    hanging: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(flows.extract.new_extract, "PATIENCE_SECONDS", 0.1)
    ran: list[Counter[str]] = []

    def as_cron_would() -> None:
        ran.append(run(database, settings, lambda: MONDAY).counts)

    running = Thread(target=as_cron_would)
    running.start()
    until(lambda: "report" in slots(database))  # all that can be done without it is done
    assert cases(database) == 0
    answer(hanging)
    running.join()
    assert ran[0]["rows taken in"] > 0
    assert mailbox[0].taken != []


def slots(engine: Engine) -> set[str]:
    """The schedules of which a slot was run."""
    with reading(engine) as connection:
        return set(connection.scalars(select(RUN.c.schedule)))


def test_an_extract_that_is_written_while_it_is_read_is_read_again_when_it_is_whole(
    database: Engine, settings: Settings, hanging: Path
) -> None:
    assert settings.extract is not None
    watch = Watch(patience_seconds=0.1)
    run(database, settings, lambda: MONDAY, watch=watch)
    file = settings.extract / "cases.csv"
    whole = file.read_text("utf-8")
    file.write_text("".join(whole.splitlines(keepends=True)[:-10]), "utf-8")
    answer(hanging)
    read_to_the_end(watch)
    run(database, settings, lambda: minutes_after(MONDAY, 1), watch=watch)
    assert cases(database) == 0
    assert alarms(database) == []
    file.write_text(whole, "utf-8")
    run(database, settings, lambda: minutes_after(MONDAY, 2), watch=Watch())
    assert cases(database) == len(whole.splitlines()) - 1


def test_work_aside_does_nothing_that_must_be_alone_before_somebody_waits_for_it() -> None:
    done: list[str] = []
    has_read = Event()

    def work(wait_for_turn: object) -> str:
        has_read.set()
        assert callable(wait_for_turn)
        wait_for_turn()
        done.append("alone")
        return "all of it"

    aside = Aside(work)
    assert has_read.wait(60)
    assert done == []
    assert aside.wait(60, never)
    assert aside.result() == "all of it"


def test_what_work_aside_raises_is_raised_where_it_is_waited_for() -> None:
    def work(_: object) -> datetime:
        raise UserMistake(da="galt", en="wrong")

    aside = Aside(work)
    assert aside.wait(60, never)
    with pytest.raises(UserMistake, match="wrong"):
        aside.result()


def test_who_is_told_to_stop_waits_for_no_share() -> None:
    answers = Event()
    aside = Aside(lambda _: answers.wait())
    assert not aside.wait(60, lambda: True)
    answers.set()
