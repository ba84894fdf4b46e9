"""The shape of what the work costs: it follows what has changed, not how much there is.

Counted, not timed: statements sent to the database, and rules decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

import rules.evaluate
from flows.evaluate import evaluate_open_cases
from flows.extract.import_extract import import_extract
from flows.sample.municipality import write_sample
from models.cases import load_cases
from models.database import reading
from rules.dates import morning_of
from rules.deciding.plan import events_asked
from tests.bench import town
from tests.flow.case_builder import Municipality, book_of

RULES = "".join(
    f"""
  {name}:
    title: {name}
    binding: standard
    basis: [{{source: lokal}}]
    for: case
    must_happen: {name.replace("-", "_")}
    due: {due}
    in_force: 2015-01-01
"""
    for name, due in (
        ("network-meeting", "8 weeks after start"),
        ("aftercare-decided", "12 months after start"),
        ("management-review", "24 months after start"),
    )
)
BEGAN = date(2026, 1, 5)
NOW = morning_of(date(2026, 1, 12))
LATER = NOW + timedelta(minutes=5)


class Counted:
    """What a piece of work asked for."""

    statements = 0
    decided = 0


@pytest.fixture
def counted(database: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    found, decide = Counted(), rules.evaluate.decide

    def count_statement(*_: Any) -> None:
        found.statements += 1

    def count_and_decide(*given: Any, **more: Any) -> Any:
        found.decided += 1
        return decide(*given, **more)

    monkeypatch.setattr(rules.evaluate, "decide", count_and_decide)
    event.listen(database, "before_cursor_execute", count_statement)
    yield found
    event.remove(database, "before_cursor_execute", count_statement)


@contextmanager
def only(counted: Counted) -> Iterator[None]:
    """Count what is done inside alone."""
    counted.statements = counted.decided = 0
    yield


def settled_town(engine: Engine, cases: range) -> Municipality:
    built = Municipality(engine)
    if cases.start == 0:
        built.person("anna")
    for number in cases:
        built.case(f"A{number:03}", BEGAN)
    evaluate_open_cases(engine, book_of(RULES), NOW)
    return built


def cost_of_a_night(
    engine: Engine, built: Municipality, counted: Counted, changed: int, at: datetime
) -> tuple[int, int]:
    for number in range(changed):
        built.look_again(f"A{number:03}", at)
    with only(counted):
        assert evaluate_open_cases(engine, book_of(RULES), at)["cases"] == changed
    return counted.statements, counted.decided


def test_a_night_costs_what_changed_however_many_cases_there_are(
    database: Engine, counted: Counted
) -> None:
    few = cost_of_a_night(database, settled_town(database, range(20)), counted, 4, LATER)
    built = settled_town(database, range(20, 100))
    many = cost_of_a_night(database, built, counted, 4, LATER + timedelta(minutes=5))

    assert few == many
    assert few[1] == 4 * 3


def test_twice_as_many_changes_are_twice_as_many_rules_and_not_one_more_statement(
    database: Engine, counted: Counted
) -> None:
    built = settled_town(database, range(40))
    once = cost_of_a_night(database, built, counted, 5, LATER)
    twice = cost_of_a_night(database, built, counted, 10, LATER + timedelta(minutes=5))

    assert twice[1] == 2 * once[1]
    assert twice[0] == once[0]


def test_a_night_in_which_nothing_happened_decides_nothing(
    database: Engine, counted: Counted
) -> None:
    settled_town(database, range(40))
    with only(counted):
        counts = evaluate_open_cases(database, book_of(RULES), LATER)

    assert counts["cases"] == 0
    assert counted.decided == 0


def test_when_only_time_has_passed_only_the_rule_whose_time_has_come_is_decided(
    database: Engine, counted: Counted
) -> None:
    settled_town(database, range(10))
    with only(counted):
        # 14 days before the eight weeks are over the first rule is due soon; the others wait
        counts = evaluate_open_cases(database, book_of(RULES), morning_of(date(2026, 2, 16)))

    assert counts["cases"] == 10
    assert counts["planned"] == 10
    # one of three rules, and once: the mail says from the same derivation how its date came about
    assert counted.decided == 10


def test_what_no_rule_asks_about_is_not_read_and_changes_no_answer(
    database: Engine, tmp_path: Path
) -> None:
    book, extract = town.book_of(10), tmp_path / "extract"
    write_sample(extract, cases=60, seed=4, at=BEGAN, vocabulary=book.vocabulary)
    import_extract(database, extract, book.vocabulary, NOW)
    asked = events_asked(book)

    with reading(database) as connection:
        whole = [read.case for read in load_cases(connection, book.vocabulary)]
        asked_of = [read.case for read in load_cases(connection, book.vocabulary, events=asked)]

    kinds = {event.kind for case in asked_of for record in case.records for event in record.events}
    assert kinds <= asked
    assert kinds < {e.kind for case in whole for record in case.records for e in record.events}
    for one, other in zip(asked_of, whole, strict=True):
        assert rules.evaluate.evaluate(one, book, NOW) == rules.evaluate.evaluate(other, book, NOW)
