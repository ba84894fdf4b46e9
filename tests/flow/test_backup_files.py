"""Databases and backups are files: none takes another's place, and only their owner reads them."""

from __future__ import annotations

import os
import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from flows.clock import now
from flows.keeping.backup import back_up, keep_newest
from flows.keeping.restore import restore
from flows.mistakes import UserMistake
from models.database import reading, writing
from models.outbox import INTENT
from models.runs import beat
from models.schema import migrate
from tests.flow.conftest import Open
from tests.flow.mail_cases import MONDAY, SETTINGS, settle_in
from tests.flow.test_backup import MORNING
from tests.flow.typed import ask_in


@pytest.fixture
def settled(opened: Open, tmp_path: Path) -> tuple[str, Path]:
    """A database on SQLite, and a backup of it."""
    url = f"sqlite:///{tmp_path / 'fristvagt.db'}"
    engine = opened(url)
    migrate(engine)
    settle_in(engine)
    copy = back_up(engine, tmp_path / "kopi", MORNING)
    engine.dispose()
    return url, copy


def test_a_database_that_is_there_is_not_overwritten_unasked(
    opened: Open, settled: tuple[str, Path]
) -> None:
    url, copy = settled
    settings = SETTINGS.model_copy(update={"database_url": url})
    with pytest.raises(UserMistake, match="--replace"):
        restore(settings, copy, MORNING)
    done = restore(settings, copy, MORNING, replace=True)
    assert done.aside is not None
    with sqlite3.connect(done.aside) as former:
        assert former.execute('SELECT count(*) FROM "case"').fetchone() == (1,)


def test_nothing_is_restored_under_a_service_at_work(
    opened: Open, settled: tuple[str, Path]
) -> None:
    url, copy = settled
    settings = SETTINGS.model_copy(update={"database_url": url})
    engine = opened(url)
    with writing(engine) as connection:
        beat(connection, "serve", MORNING)
    engine.dispose()
    with pytest.raises(UserMistake, match="Stop it first"):
        restore(settings, copy, MORNING + timedelta(minutes=1), replace=True)
    assert restore(settings, copy, MORNING + timedelta(minutes=3), replace=True).aside is not None


def test_nothing_is_restored_under_a_run_that_has_the_database_open(
    opened: Open, settled: tuple[str, Path], tmp_path: Path
) -> None:
    url, copy = settled
    settings = SETTINGS.model_copy(update={"database_url": url})
    at_work = opened(url)
    with reading(at_work) as connection:
        connection.execute(select(INTENT)).all()
        with pytest.raises(UserMistake, match="Another program is using"):
            restore(settings, copy, MORNING, replace=True)
    assert [file.name for file in tmp_path.glob("*.before-*")] == []
    at_work.dispose()
    assert restore(settings, copy, MORNING, replace=True).aside is not None


def test_a_backup_never_takes_the_place_of_the_database(
    opened: Open, settled: tuple[str, Path], tmp_path: Path
) -> None:
    engine, beside = opened(settled[0]), tmp_path / "frister.db"
    beside.symlink_to(tmp_path / "fristvagt.db")
    with reading(engine) as connection:
        connection.execute(select(INTENT)).all()
        for name in ("fristvagt.db", "fristvagt.db-wal", "frister.db"):
            with pytest.raises(UserMistake, match="is the database itself"):
                back_up(engine, tmp_path / name, MORNING)


def test_a_backup_that_has_become_the_database_is_not_tidied_away(
    opened: Open, settled: tuple[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    engine = opened(settled[0])
    oldest = back_up(engine, folder, MORNING)
    in_use = opened(f"sqlite:///{oldest}")
    newer = back_up(in_use, folder, MORNING + timedelta(days=1))
    newest = back_up(in_use, folder, MORNING + timedelta(days=2))
    assert keep_newest(folder, 1, in_use) == [newer]
    assert oldest.exists()
    assert newest.exists()


def test_two_backups_to_one_file_at_once_are_both_whole(
    opened: Open, settled: tuple[str, Path], tmp_path: Path
) -> None:
    engine, target, moment = opened(settled[0]), tmp_path / "nightly.db", now()
    others: list[Path] = []

    def another_begins(_hundredths: int) -> None:
        if not others:
            others.append(back_up(engine, target, moment))

    assert back_up(engine, target, moment, another_begins) == target
    with sqlite3.connect(target) as copy:
        assert copy.execute('SELECT count(*) FROM "case"').fetchone() == (1,)
    assert list(tmp_path.glob(".nightly*")) == []


def test_what_a_killed_backup_left_goes_a_day_later(
    opened: Open, settled: tuple[str, Path], tmp_path: Path
) -> None:
    left, under_way = tmp_path / ".kopi.0a1b2c3d.part", tmp_path / ".kopi.ffffffff.part"
    for part, hours in ((left, 25), (under_way, 1)):
        part.write_bytes(b"half")
        os.utime(part, times=((MORNING - timedelta(hours=hours)).timestamp(),) * 2)
    back_up(opened(settled[0]), tmp_path / "kopi", MORNING)
    assert (left.exists(), under_way.exists()) == (False, True)


def test_a_backup_of_another_program_or_a_later_version_is_refused(
    opened: Open, settled: tuple[str, Path], tmp_path: Path
) -> None:
    url, copy = settled
    settings = SETTINGS.model_copy(update={"database_url": url})
    with sqlite3.connect(copy) as later:
        later.execute("UPDATE alembic_version SET version_num = '9999'")
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as other:
        other.execute("CREATE TABLE invoice (number INTEGER)")
    for file, sentence in ((copy, "newer version"), (foreign, "another program")):
        with pytest.raises(UserMistake, match=sentence):
            restore(settings, file, MORNING, replace=True)
    with reading(opened(url)) as connection:
        assert connection.execute(select(INTENT)).all() == []


def test_an_empty_file_is_no_backup(
    opened: Open, settled: tuple[str, Path], tmp_path: Path
) -> None:
    url, _ = settled
    empty = tmp_path / "empty.db"
    empty.write_bytes(b"")
    with pytest.raises(UserMistake, match="another program"):
        restore(SETTINGS.model_copy(update={"database_url": url}), empty, MORNING, replace=True)


def test_a_line_cut_off_by_a_crash_is_passed_over_and_a_bad_one_is_told(
    opened: Open, settled: tuple[str, Path], tmp_path: Path
) -> None:
    url, copy = settled
    journal = tmp_path / "journal"
    journal.mkdir()
    settings = SETTINGS.model_copy(update={"database_url": url, "journal": journal})
    file = journal / f"sent-{MONDAY}.jsonl"
    file.write_text('{"message": {"uu')
    assert restore(settings, copy, MORNING, replace=True).marked == 0
    file.write_text('{"message": 1}\n{}\n')
    with pytest.raises(UserMistake, match="Line 1 of"):
        restore(settings, copy, MORNING + timedelta(hours=1), replace=True)


def test_a_new_database_can_be_read_by_its_owner_only(tmp_path: Path, opened: Open) -> None:
    place = tmp_path / "fristvagt.db"
    migrate(opened(f"sqlite:///{place}"))
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    with writing(opened(f"sqlite:///{place}")) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
        log = place.with_name("fristvagt.db-wal")
        assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_the_folder_for_backups_is_made_when_it_is_to_keep_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ask_in(tmp_path, monkeypatch, capsys)
    assert ask("migrate").code == 0
    assert ask("backup", "copies", "--keep", "2").code == 0
    assert stat.S_IMODE((tmp_path / "copies").stat().st_mode) == 0o700
    (tmp_path / "taken").write_text("mine")
    refused = ask("backup", "taken", "--keep", "2")
    assert (refused.code, "cannot be one" in refused.err) == (1, True)
