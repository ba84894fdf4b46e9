"""The README promises what is tested, and names the tests as they are."""

from __future__ import annotations

import re

import pytest

from tests.faults.promises import (
    CATALOGUE,
    PROMISES,
    README,
    Promise,
    all_tests,
    proof_by_fault,
    proof_of,
    written,
)

NAMED = re.compile(r"^- (.+) \(`(.+)`\)$", re.MULTILINE)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.text[:40])
def test_every_promise_has_tests_and_each_of_them_exists(promise: Promise) -> None:
    tests = all_tests()
    faults = proof_by_fault(tests)
    assert [fault for fault in promise.faults if fault not in faults] == []
    proof = proof_of(promise, faults)
    assert proof != []
    assert [test for test in proof if test not in tests] == []


def test_the_readme_s_table_is_the_one_that_is_proved() -> None:
    text = README.read_text("utf-8")
    assert text == written(text), "python -m tests.faults.promises writes it anew"


def test_the_catalogue_names_tests_that_exist_and_every_fault() -> None:
    text, tests = CATALOGUE.read_text("utf-8"), all_tests()
    again = "python -m tests.faults.promises writes it anew"
    assert set(NAMED.findall(text)) <= {_as_named(test, tests[test]) for test in tests}, again
    assert all(f"**{fault}**" in text for fault in proof_by_fault(tests)), again


def _as_named(test: str, path: str) -> tuple[str, str]:
    return test.partition("::")[2].removeprefix("test_").replace("_", " "), path
