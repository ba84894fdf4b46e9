"""A broken rule folder stops nobody: the last good book decides, also after a restart."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, insert, select

from flows.mistakes import UserMistake
from flows.rule_book.rule_folder import book_in_force, read_folder, texts_of
from models.activations import FIRST, activations
from models.case_tables import CASE
from models.database import open_database, writing

SAMPLES = Path(__file__).parents[1] / "samples" / "example-rules"
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A rule folder of its own, to break."""
    return Path(shutil.copytree(SAMPLES, tmp_path / "rules"))


def spoil(folder: Path) -> None:
    """Break one rule file the way people do: a line is indented too far."""
    path = folder / "10-examples.yaml"
    text = path.read_text("utf-8").replace("    binding: law", "      binding: law", 1)
    path.write_text(text, "utf-8")


def test_a_good_folder_is_in_force_at_once(database: Engine, folder: Path) -> None:
    found = book_in_force(database, folder, MONDAY)
    assert found.trouble is None
    assert found.is_new
    assert len(found.book.rules) == 10
    assert not book_in_force(database, folder, TUESDAY).is_new


def test_a_broken_folder_leaves_the_last_good_book_in_force(database: Engine, folder: Path) -> None:
    good = book_in_force(database, folder, MONDAY)
    spoil(folder)
    found = book_in_force(database, folder, TUESDAY)
    assert found.book == good.book
    assert found.since == MONDAY
    assert found.trouble is not None
    assert "10-examples.yaml:" in found.trouble.da


@pytest.mark.parametrize("harm", ["gone", "empty", "a file"])
def test_a_folder_that_is_gone_or_empty_is_told_and_the_last_good_book_decides(
    database: Engine, folder: Path, harm: str
) -> None:
    good = book_in_force(database, folder, MONDAY)
    shutil.rmtree(folder)
    if harm == "empty":
        folder.mkdir()
    if harm == "a file":
        folder.write_text("not a folder", "utf-8")
    found = book_in_force(database, folder, TUESDAY)
    assert found.book == good.book
    assert found.trouble is not None
    assert str(folder) in found.trouble.en


def test_after_a_restart_the_last_good_book_comes_from_the_database(
    database_url: str, database: Engine, folder: Path
) -> None:
    good = book_in_force(database, folder, MONDAY)
    spoil(folder)
    restarted = open_database(database_url)
    assert book_in_force(restarted, folder, TUESDAY).book == good.book
    restarted.dispose()


def test_without_any_good_book_every_mistake_is_told(database: Engine, folder: Path) -> None:
    spoil(folder)
    with pytest.raises(UserMistake, match=r"10-examples\.yaml:\d+:\d+"):
        book_in_force(database, folder, MONDAY)


def test_a_folder_mended_as_it_was_is_no_trouble_any_more(database: Engine, folder: Path) -> None:
    book_in_force(database, folder, MONDAY)
    good = (folder / "10-examples.yaml").read_bytes()
    spoil(folder)
    assert book_in_force(database, folder, TUESDAY).trouble is not None
    (folder / "10-examples.yaml").write_bytes(good)
    assert book_in_force(database, folder, TUESDAY).trouble is None


def test_a_changed_folder_is_told_of_and_not_used(database: Engine, folder: Path) -> None:
    good = book_in_force(database, folder, MONDAY)
    path = folder / "10-examples.yaml"
    path.write_text(path.read_text("utf-8") + "\n# another wording\n", "utf-8")
    found = book_in_force(database, folder, TUESDAY)
    assert (found.book.sha256, found.since, found.is_new) == (good.book.sha256, MONDAY, False)
    assert found.trouble is not None
    assert "fristvagt rules plan" in found.trouble.en


def test_shipped_files_that_a_folder_does_not_lean_on_do_not_matter(folder: Path) -> None:
    assert set(texts_of(folder)) == {"00-ladders.yaml", "10-examples.yaml", "vocabulary.yaml"}
    (folder / "vocabulary.yaml").unlink()
    assert "shipped/vocabulary.yaml" in texts_of(folder)
    assert not any("barnets-lov" in name for name in texts_of(folder))


def test_a_book_that_fails_its_own_tests_is_not_put_in_force(
    database: Engine, folder: Path
) -> None:
    path = folder / "10-examples.yaml"
    text = path.read_text("utf-8").replace("due: 24 hours after start", "due: 25 hours after start")
    path.write_text(text.replace("due: 8 weeks after start", "due: 9 weeks after start"), "utf-8")
    with pytest.raises(UserMistake, match="test failed: "):
        book_in_force(database, folder, MONDAY)


def test_the_first_book_has_every_case_looked_at(database: Engine, folder: Path) -> None:
    with writing(database) as connection:
        connection.execute(insert(CASE).values(case_ref="2026-0412", known_at=MONDAY))
    book_in_force(database, folder, TUESDAY)
    with database.connect() as connection:
        assert connection.execute(select(CASE.c.next_look_at)).scalar() == TUESDAY


def test_the_first_activation_is_recorded(database: Engine, folder: Path) -> None:
    found = book_in_force(database, folder, MONDAY)
    with database.connect() as connection:
        (first,) = activations(connection)
    assert (first.kind, first.sha256, first.at) == (FIRST, found.book.sha256, MONDAY)


def test_only_rule_files_are_read(folder: Path) -> None:
    (folder / "notes.txt").write_text("not a rule file", "utf-8")
    (folder / "old.yaml.bak").write_text("neither", "utf-8")
    assert set(read_folder(folder)) == {"00-ladders.yaml", "10-examples.yaml", "vocabulary.yaml"}


def test_a_folder_with_ten_thousand_rules_is_refused_in_words(folder: Path) -> None:
    rule = (folder / "10-examples.yaml").read_bytes()
    for number in range(4_000_000 // len(rule)):
        (folder / f"{number:04}.yaml").write_bytes(rule)
    with pytest.raises(UserMistake, match="holds more than 2 MB"):
        read_folder(folder)


def test_of_two_first_starts_in_the_same_moment_one_book_is_recorded(
    database: Engine, folder: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    (other / "10-examples.yaml").write_text(
        (folder / "10-examples.yaml").read_text("utf-8") + "# another\n", "utf-8"
    )
    ready = Barrier(2)

    def start(which: Path) -> str:
        ready.wait()
        return book_in_force(database, which, MONDAY).book.sha256

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(start, (folder, other))
    with database.connect() as connection:
        (recorded,) = activations(connection)
    assert first == second == recorded.sha256
