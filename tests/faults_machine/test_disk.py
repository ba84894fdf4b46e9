"""A full disk, a disk that may only be read, and one that fails now and then."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.keeping.backup import back_up
from flows.mistakes import UserMistake
from models.database import open_database, reading
from models.outbox import count_by_state
from models.schema import migrate
from notifications.server import MailServer
from tests.faults.conftest import Reckon
from tests.faults.many_mails import many_pending_mails
from tests.faults.post import MORNING, is_underway, pending_mails, send, send_until_settled
from tests.faults.scripted_server import Script, a_scripted_server
from tests.faults_machine.small_disk import SmallDisk, a_small_disk
from tests.flow.mail_cases import MONDAY, SETTINGS, at, let_leases_run_out, plan, settle_in, warned

ROOT = Path(__file__).parents[2]
MAILS = 40


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk of sixteen megabytes: SQLite's log alone may take four."""
    with a_small_disk(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture
def house(disk: SmallDisk) -> Iterator[Engine]:
    """An installation on the small disk."""
    engine = open_database(f"sqlite:///{disk.folder / 'fristvagt.db'}")
    migrate(engine)
    yield engine
    engine.dispose()


def _shrink_the_log(engine: Engine) -> None:
    """Let SQLite's log begin anew, so that the next row needs room on the disk."""
    engine.dispose()


def told_in_words(engine: Engine, server: MailServer, minutes: int) -> str:
    """Let the sender come by; return what it says of a database that cannot be written to."""
    fault = send(engine, server, minutes).fault
    assert fault is not None
    return fault.en


def test_d5_a_disk_that_is_full_when_mails_are_to_leave_lets_none_leave_unrecorded(
    house: Engine, disk: SmallDisk, reckoned: Reckon
) -> None:
    pending_mails(house, MAILS)
    script = Script()
    with a_scripted_server(script) as server:
        disk.fill()
        for minute in range(3):
            assert "full" in told_in_words(house, server, minute)
        while_full = len(script.kept)
        disk.empty()
        let_leases_run_out(house)
        send_until_settled(house, server, range(20, 24 * 60, 5))
    found = reckoned(house, script.read)
    assert found.mails == MAILS
    # a page or two may still fit before the disk is really full
    assert while_full < MAILS


def test_d5_a_disk_that_fills_up_in_the_middle_of_the_sending(
    house: Engine, disk: SmallDisk, reckoned: Reckon
) -> None:
    pending_mails(house, MAILS)
    script, sent = Script(), 0
    with a_scripted_server(script) as server:

        def fill_in_the_middle(point: str) -> None:
            nonlocal sent
            sent += point == "answered"
            if sent == MAILS // 2 and point == "answered":
                disk.fill()

        _shrink_the_log(house)
        fault = send(house, server, at_point=fill_in_the_middle).fault
        assert fault is not None
        assert "full" in fault.en
        disk.empty()
        let_leases_run_out(house)
        send_until_settled(house, server, range(20, 24 * 60, 5))
    found = reckoned(house, script.read)
    assert found.mails == MAILS
    assert found.doubled <= 1


def test_d5_a_disk_that_is_full_when_debts_are_written_writes_none_by_half(
    house: Engine, disk: SmallDisk
) -> None:
    cases = [str(1000 + number) for number in range(300)]
    settle_in(house, cases)
    disk.fill(leave_kilobytes=8)
    with pytest.raises(DBAPIError, match="full"):
        plan(house, *map(warned, cases), now=at(MONDAY, 5, 30))
    disk.empty()
    with reading(house) as connection:
        assert count_by_state(connection) == {}
    plan(house, *map(warned, cases), now=at(MONDAY, 5, 30))
    with reading(house) as connection:
        assert count_by_state(connection) == {"planned": 300}


def test_d6_on_a_disk_that_may_only_be_read_nothing_leaves_and_afterwards_everything(
    house: Engine, disk: SmallDisk, reckoned: Reckon
) -> None:
    pending_mails(house, MAILS)
    script = Script()
    with a_scripted_server(script) as server:
        house.dispose()
        disk.only_read()
        for minute in range(3):
            assert "could not be used" in told_in_words(house, server, minute)
        assert script.read == []
        house.dispose()
        disk.write_again()
        send_until_settled(house, server, range(5, 24 * 60, 5))
    assert reckoned(house, script.read).mails == MAILS


def test_a_backup_onto_a_full_disk_says_so_and_leaves_nothing_behind(
    tmp_path: Path, disk: SmallDisk
) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'fristvagt.db'}")
    migrate(engine)
    disk.fill()
    with pytest.raises(UserMistake, match="could not be written") as told:
        back_up(engine, disk.folder, MORNING)
    assert "plads" in told.value.da
    disk.empty()
    assert list(disk.folder.iterdir()) == []
    engine.dispose()


def test_a_journal_on_a_full_disk_stops_no_mail(
    database: Engine, disk: SmallDisk, reckoned: Reckon
) -> None:
    pending_mails(database, MAILS)
    settings = SETTINGS.model_copy(update={"journal": disk.folder})
    script = Script()
    disk.fill()
    with a_scripted_server(script) as server:
        deliver(database, settings, lambda: MORNING, server=server)
    assert reckoned(database, script.read).mails == MAILS


SENDING_IN_BAD_TIMES = """
import sys
from sqlalchemy import event
from models.database import open_database
from tests.faults.post import send
from tests.flow.mail_server import server_at
engine, server = open_database(sys.argv[1]), server_at(int(sys.argv[2]))
event.listen(engine, "handle_error", lambda context: print("failed"))
for minute in range(0, 600, 7):
    send(engine, server, minute, connections=2)
"""


def test_d8_random_write_errors_lose_nothing(tmp_path: Path, reckoned: Reckon) -> None:
    """Three of a hundred writes to the disk fail, in a real process, for 60 mails."""
    url = f"sqlite:///{tmp_path / 'fristvagt.db'}"
    engine = open_database(url)
    migrate(engine)
    many_pending_mails(engine, 60)
    engine.dispose()
    script = Script()
    with a_scripted_server(script) as server:
        sending = (sys.executable, "-c", SENDING_IN_BAD_TIMES)
        bad = "enable_random name=posix/io/rw/pwrite,probability=0.03"
        ended = subprocess.run(
            [*("fiu-run", "-x", "-c", bad), *sending, url, str(server.port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr[-2000:]
        assert "failed" in ended.stdout, "no write failed: the test tried nothing"
        let_leases_run_out(engine)
        send_until_settled(engine, server, range(601, 72 * 60, 7))
    assert not is_underway(engine)
    assert reckoned(engine, script.read).lost == 0
    engine.dispose()


def test_p23_a_power_cut_at_any_moment_leaves_a_database_to_go_on_from(
    tmp_path: Path, reckoned: Reckon
) -> None:
    """What the disk holds is copied in the middle of the work, and each copy is started from."""
    engine = open_database(f"sqlite:///{tmp_path / 'fristvagt.db'}")
    migrate(engine)
    pending_mails(engine, MAILS)
    script, copies = Script(), []

    def cut(point: str) -> None:
        if len(script.read) % 9 == 4 and point in {"in data", "answered", "settled"}:
            folder = tmp_path / f"copy{len(copies)}"
            folder.mkdir()
            for ending in ("", "-wal"):
                shutil.copy(tmp_path / f"fristvagt.db{ending}", folder)
            copies.append((folder, list(script.read)))

    with a_scripted_server(script) as server:
        send(engine, server, at_point=cut)
    engine.dispose()
    assert len(copies) >= 9
    for folder, taken_before in copies:
        with sqlite3.connect(folder / "fristvagt.db") as plain:
            assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        plain.close()
        again = open_database(f"sqlite:///{folder / 'fristvagt.db'}")
        script = Script()
        with a_scripted_server(script) as server:
            let_leases_run_out(again)
            build_messages(again, SETTINGS, MORNING)
            send_until_settled(again, server, range(20, 24 * 60, 5))
        assert reckoned(again, [*taken_before, *script.read]).mails == MAILS
        again.dispose()
