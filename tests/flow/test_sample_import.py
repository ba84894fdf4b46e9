"""The sample is an extract like any other: it is taken in without a word of complaint."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.evaluate import evaluate_open_cases
from flows.extract.import_extract import import_extract
from flows.rule_book.rule_folder import good_book
from flows.sample.municipality import write_sample
from flows.settings import SHIPPED_RULES
from rules.book import Book
from rules.dates import morning_of, shift_days

DAY = date(2026, 11, 2)


@pytest.fixture(scope="module")
def book() -> Book:
    return good_book(SHIPPED_RULES)


def test_no_row_is_refused_now_or_later(tmp_path: Path, book: Book, database: Engine) -> None:
    for days in (0, 1, 30):
        day = shift_days(DAY, days)
        write_sample(tmp_path / "x", cases=60, seed=3, at=day, vocabulary=book.vocabulary)
        taken = import_extract(database, tmp_path / "x", book.vocabulary, morning_of(day))
        assert (taken.state, taken.refused, taken.rejected) == ("done", "", ())
        assert taken.counts["events"].new > 0
        assert taken.counts["events"].gone == 0
        assert taken.counts["cases"].gone == 0


def test_what_was_told_yesterday_stands_today(tmp_path: Path, book: Book, database: Engine) -> None:
    for days in (0, 1):
        day = shift_days(DAY, days)
        write_sample(tmp_path / "x", cases=150, seed=3, at=day, vocabulary=book.vocabulary)
        taken = import_extract(database, tmp_path / "x", book.vocabulary, morning_of(day))
    changed = taken.counts["cases"]
    assert changed.changed < changed.unchanged / 10
    assert taken.counts["reports"].unchanged > 100


def test_every_case_of_it_can_be_assessed(tmp_path: Path, book: Book, database: Engine) -> None:
    write_sample(tmp_path / "x", cases=60, seed=3, at=DAY, vocabulary=book.vocabulary)
    import_extract(database, tmp_path / "x", book.vocabulary, morning_of(DAY))
    counts = evaluate_open_cases(database, book, morning_of(DAY))
    assert counts["cases"] > 60
    assert counts["could not be assessed"] == 0


@pytest.mark.parametrize("cases", [1, 3, 8])
def test_a_very_small_municipality_is_taken_in_day_after_day(
    tmp_path: Path, book: Book, database: Engine, cases: int
) -> None:
    for days in range(0, 90, 9):
        day = shift_days(DAY, days)
        write_sample(tmp_path / "x", cases=cases, seed=3, at=day, vocabulary=book.vocabulary)
        taken = import_extract(database, tmp_path / "x", book.vocabulary, morning_of(day))
        assert (taken.refused, taken.rejected) == ("", ()), day
