"""How facts are kept as text, and what becomes of them when an extract tells something else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.fact_changes import Told, merge_fact, merge_facts
from models.facts_text import days_text, fact_reader, facts_text, read_days, read_facts
from rules.case import History, Value
from rules.dates import Duration, Unit
from rules.vocabulary import FactType, RecordKind

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
TOLD = Told(TODAY, NOW)

DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
WORDS = st.sampled_from(["child", "youth", "ungdom_æøå"])
VALUES: st.SearchStrategy[Value] = st.one_of(
    WORDS,
    st.booleans(),
    st.integers(-1000, 1000),
    DAYS,
    st.builds(Duration, st.integers(1, 99), st.sampled_from(Unit)),
    st.frozensets(WORDS),
)
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Any history of a fact."""
    days: list[date | None] = sorted(draw(st.sets(DAYS, min_size=1, max_size=4)))
    if draw(st.booleans()):
        days[0] = None
    values = tuple(draw(st.none() | VALUES) for _ in days)
    return History(tuple(days), values, tuple(draw(MOMENTS) for _ in days))


FACTS = st.dictionaries(WORDS, VALUES | histories(), max_size=3)


@given(FACTS)
def test_facts_are_read_as_they_were_written(facts: dict[str, Value | History]) -> None:
    assert read_facts(facts_text(facts)) == facts


@given(st.dictionaries(st.sampled_from(["plan_b", "reasons", "purpose"]), DAYS))
def test_document_fields_are_read_as_they_were_written(days: dict[str, date]) -> None:
    assert read_days(days_text(days)) == days


@given(FACTS)
def test_the_same_extract_again_changes_no_fact(facts: dict[str, Value | History]) -> None:
    text = facts_text(facts)
    assert merge_facts("case", text, text, TOLD) == text


@given(st.none() | VALUES, st.lists(st.none() | VALUES, min_size=1, max_size=6))
def test_each_day_keeps_the_value_its_extract_told(
    first: Value | None, later: list[Value | None]
) -> None:
    fact: Value | History | None = first
    for number, value in enumerate(later):
        on = TODAY + timedelta(days=number)
        fact = merge_fact(fact, value, Told(on, NOW + timedelta(days=number)))
    assert value_on(fact, TODAY - timedelta(days=1)) == first
    for number, value in enumerate(later):
        assert value_on(fact, TODAY + timedelta(days=number)) == value


def value_on(fact: Value | History | None, day: date) -> Value | None:
    """The value of a fact on a day."""
    if not isinstance(fact, History):
        return fact
    past = [value for at, value in zip(fact.days, fact.values, strict=True) if (at or day) <= day]
    return past[-1] if past else None


def test_a_told_history_keeps_when_each_entry_became_known() -> None:
    before = merge_fact(
        False, True, Told(TODAY - timedelta(days=5), NOW - timedelta(days=5)), is_first=False
    )
    told = History((None, TODAY - timedelta(days=5), TODAY), (False, True, False), (None,) * 3)
    merged = merge_fact(before, told, TOLD)
    assert isinstance(merged, History)
    assert merged.known_at == (None, NOW - timedelta(days=5), NOW)


def test_a_yes_is_no_number_one() -> None:
    merged = merge_fact(1, True, TOLD)
    assert isinstance(merged, History)
    assert merged.values == (1, True)


def test_a_fact_that_the_vocabulary_no_longer_knows_is_missing() -> None:
    kind = RecordKind("case", {"abroad": FactType("yes/no"), "group": FactType("choice", ("a",))})
    text = facts_text({"abroad": 1, "group": "b", "gone": "x"})
    assert fact_reader(kind)(text) == {}
    changed = facts_text({"group": History((None, TODAY), ("b", "a"), (None, None))})
    assert fact_reader(kind)(changed) == {
        "group": History((None, TODAY), (None, "a"), (None, None))
    }
