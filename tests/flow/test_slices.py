"""Slices together hold every case once, are even, and decide what the whole would decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, text

from flows.commands.moments import read_moment
from flows.evaluate import evaluate_open_cases
from flows.opening import open_house
from flows.rule_book.rule_folder import good_book
from flows.settings import SHIPPED_RULES, Settings
from flows.slices import Slice, evaluate_slice, evaluate_slice_apart, slices
from models.looking import cases_to_look_at
from tests.flow.case_builder import Municipality

AT = read_moment("2026-11-23 05:30")
REFS = [f"2026-{number:04}" for number in range(1, 11)]


@pytest.fixture
def house(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An installation of ten cases, chosen by its settings."""
    monkeypatch.setenv("FRISTVAGT_DATABASE_URL", database_url)
    engine = open_house(Settings())
    municipality = Municipality(engine)
    municipality.person("anna")
    for ref in REFS:
        municipality.case(ref, date(2026, 9, 28), born=date(2010, 5, 1))
    yield engine
    engine.dispose()


def sizes(found: list[Slice], refs: list[str]) -> list[int]:
    """How many of the cases each slice holds."""
    return [
        sum(one.first <= ref and (not one.beyond or ref < one.beyond) for ref in refs)
        for one in found
    ]


@pytest.mark.parametrize(
    ("number", "expected"), [(1, [10]), (2, [5, 5]), (3, [4, 3, 3]), (40, [1] * 10)]
)
def test_slices_are_even_and_hold_every_case_once(
    house: Engine, number: int, expected: list[int]
) -> None:
    with house.connect() as connection:
        assert sizes(slices(connection, number), REFS) == expected


def test_there_are_no_slices_when_there_is_nothing_to_look_at(house: Engine) -> None:
    evaluate_open_cases(house, good_book(SHIPPED_RULES), AT)
    with house.connect() as connection:
        assert slices(connection, 4, AT) == []


def test_slices_even_out_the_cases_to_be_looked_at(house: Engine) -> None:
    evaluate_open_cases(house, good_book(SHIPPED_RULES), AT)
    for ref in REFS[6:]:
        Municipality(house).look_again(ref, AT)
    with house.connect() as connection:
        found = slices(connection, 2, AT)
    assert sizes(found, REFS[6:]) == [2, 2]
    assert sizes(found, REFS) == [8, 2]


def test_no_case_is_lost_where_the_database_sorts_letters_otherwise(house: Engine) -> None:
    more = ["a-1", "B-1", "å-1", "Z-1", "b-2", "Ø-9"]
    for ref in more:
        Municipality(house).case(ref, date(2026, 9, 28))
    with house.connect() as connection:
        for number in range(1, 17):
            assert sum(sizes(slices(connection, number), REFS + more)) == 16


@pytest.mark.parametrize("decide", [evaluate_slice, evaluate_slice_apart])
def test_a_slice_decides_its_own_cases_and_no_others(
    house: Engine, decide: Callable[[Slice, datetime], Counter[str]]
) -> None:
    assert decide(Slice("2026-0004", "2026-0007"), AT)["cases"] == 3
    with house.connect() as connection:
        untouched = connection.scalars(
            text('SELECT case_ref FROM "case" WHERE NOT settled ORDER BY case_ref')
        ).all()
        assert untouched == [ref for ref in REFS if not "2026-0004" <= ref < "2026-0007"]
        assert set(untouched) <= set(cases_to_look_at(connection, AT))
