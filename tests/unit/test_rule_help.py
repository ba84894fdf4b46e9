"""`rules help CODE`: every code has a page, and its examples are what they say."""

from __future__ import annotations

import pytest

from rules.help_examples import example_files
from rules.help_pages import FAMILIES, PAGES, help_page
from rules.load import Loaded, load_book
from rules.problems import CATALOGUE
from tests.unit.rule_file_samples import SHIPPED

CODES = sorted({entry.partition(".")[0] for entry in CATALOGUE})


def load(code: str, *, wrong: bool) -> Loaded:
    """Load the example of a page."""
    return load_book(example_files(PAGES[code], wrong=wrong), SHIPPED)


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert sorted(PAGES) == CODES
    assert {code[0] for code in CODES} == set(FAMILIES)


@pytest.mark.parametrize("code", CODES)
def test_the_wrong_example_gives_the_code_and_nothing_else(code: str) -> None:
    assert {problem.code for problem in load(code, wrong=True).problems} == {code}


@pytest.mark.parametrize("code", CODES)
def test_the_right_example_gives_no_remark(code: str) -> None:
    loaded = load(code, wrong=False)
    assert loaded.problems == ()
    assert loaded.book is not None


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("code", CODES)
def test_a_page_shows_both_examples_in_the_readers_language(code: str, language: str) -> None:
    page = help_page(code, language)
    headings = ("Forkert:", "Rigtigt:") if language == "da" else ("Wrong:", "Right:")
    assert page.startswith(code)
    assert all(f"\n{heading}\n    " in page for heading in headings)
    assert "\t" not in page
    assert "\xa0" not in page
