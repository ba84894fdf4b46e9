"""Rule files with one mistake each: what is printed, to the character."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rules.problems import as_json, render
from tests.unit.rule_file_samples import SAMPLES, load_folder

A_TEST_THAT_FAILS = "54-a-test-that-fails"
MALFORMED = sorted(folder for folder in (SAMPLES / "malformed").iterdir() if folder.is_dir())
MISTAKES = [folder for folder in MALFORMED if folder.name != A_TEST_THAT_FAILS]


def test_all_samples_are_tried() -> None:
    assert len(MALFORMED) == 27


@pytest.mark.parametrize("folder", MISTAKES, ids=lambda folder: folder.name)
def test_the_message_is_printed_as_agreed(folder: Path) -> None:
    loaded = load_folder(folder)
    printed = "\n".join(render(problem, "en") for problem in loaded.problems)
    assert printed == (folder / "expected.txt").read_text(encoding="utf-8").rstrip("\n")
    assert loaded.book is None


@pytest.mark.parametrize("folder", MISTAKES, ids=lambda folder: folder.name)
def test_machines_are_told_the_same_place_and_message(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    (problem,) = load_folder(folder).problems
    told = as_json(problem, "en")
    assert {key: told[key] for key in ("file", "line", "column", "message")} == {
        key: expected[key] for key in ("file", "line", "column", "message")
    }
    assert set(told) == {"file", "line", "column", "code", "severity", "message", "hint"}


def test_a_test_that_will_fail_loads_and_knows_where_it_stands() -> None:
    loaded = load_folder(SAMPLES / "malformed" / A_TEST_THAT_FAILS)
    assert loaded.book is not None
    (test,) = loaded.book.rules["network-meeting"].tests
    (expectation,) = test.expectations
    assert tuple(expectation.place) == ("local.yaml", 15, 18)
