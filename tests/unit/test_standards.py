"""The shipped standards: sound, tested, and a test notices when any number in them is one off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from rules.book import (
    Book,
    Change,
    Condition,
    Expectation,
    Ladder,
    Phrase,
    Rule,
    Rung,
    Terms,
    WhenDue,
)
from rules.book import Test as Comparison
from rules.dates import Duration, day_of, shift_days
from rules.deadline import Status
from rules.load import Loaded, load_book
from rules.trial import compare, run_tests

FOLDER = Path(__file__).parents[2] / "rules" / "standards"
LOADED: Loaded = load_book({path.name: path.read_bytes() for path in FOLDER.glob("*.yaml")})
assert LOADED.book is not None, LOADED.problems
BOOK: Book = LOADED.book
RULES = list(BOOK.rules.values())

Variant = tuple[str, Rule]
"""What was changed, in words, and the rule with that change."""


def test_the_standards_load_without_a_single_remark() -> None:
    assert LOADED.problems == ()


def test_every_test_in_the_files_holds() -> None:
    trial = run_tests(BOOK)
    assert trial.failures == ()
    assert trial.expectations > 700


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_standard_is_tried_past_its_deadline(rule: Rule) -> None:
    assert Status.OVERDUE in {expectation.status for expectation in expectations(rule)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_standard_names_its_source_and_every_law_the_day_it_was_compared(rule: Rule) -> None:
    assert all(basis.source for basis in rule.terms.basis)
    if rule.binding == "law":
        assert any(basis.checked for basis in rule.terms.basis)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_change_of_a_standard_is_tried_before_and_after_its_day(rule: Rule) -> None:
    days = [day_of(expectation.at) for expectation in expectations(rule)]
    for change in rule.changes:
        if change.starts is not None:
            assert min(days) < change.starts <= max(days)


def expectations(rule: Rule) -> list[Expectation]:
    """All that the tests of a rule expect."""
    return [expectation for test in rule.tests for expectation in test.expectations]


def notices(rule: Rule) -> bool:
    """Say whether a test in its file fails with the rule as it reads now."""
    book = replace(BOOK, rules={**BOOK.rules, rule.name: rule})
    return any(
        compare(book, rule, test, expectation)[0]
        for test in rule.tests
        for expectation in test.expectations
    )


def nudged(number: int) -> Iterator[int]:
    """A number one higher and, where that is still a number of something, one lower."""
    yield number + 1
    if number > 1:
        yield number - 1


def durations(length: Duration) -> Iterator[Duration]:
    return (replace(length, amount=amount) for amount in nudged(length.amount))


def phrases(phrase: Phrase) -> Iterator[Phrase]:
    if isinstance(phrase.amount, Duration):
        yield from (replace(phrase, amount=amount) for amount in durations(phrase.amount))
    if phrase.anchor.kind == "age":
        for age in nudged(phrase.anchor.age):
            yield replace(phrase, anchor=replace(phrase.anchor, age=age))


def rungs(rung: Rung) -> Iterator[Rung]:
    if rung.distance is not None:
        yield from (replace(rung, distance=distance) for distance in durations(rung.distance))
    if rung.every is not None:
        yield from (replace(rung, every=every) for every in durations(rung.every))


def conditions(condition: Condition) -> Iterator[Condition]:
    for which, clauses in enumerate(condition.alternatives):
        for place, clause in enumerate(clauses):
            if clause.want.test is not Comparison.NUMBER:
                continue
            for step in (-1, 1):
                want = replace(
                    clause.want,
                    low=None if clause.want.low is None else clause.want.low + step,
                    high=None if clause.want.high is None else clause.want.high + step,
                )
                changed = (*clauses[:place], replace(clause, want=want), *clauses[place + 1 :])
                before, after = condition.alternatives[:which], condition.alternatives[which + 1 :]
                yield replace(condition, alternatives=(*before, changed, *after))


def terms(old: Terms) -> Iterator[tuple[str, Terms]]:
    """Every way in which one number of the terms can be one off, or one field be dropped."""
    yield from counted_times(old)
    if old.at_least is not None:
        for number in nudged(old.at_least.number):
            yield f"at least {number}", replace(old, at_least=replace(old.at_least, number=number))
        for per in durations(old.at_least.per) if old.at_least.per else ():
            yield f"per {per}", replace(old, at_least=replace(old.at_least, per=per))
    for limit in nudged(old.limit) if old.limit is not None else ():
        yield f"limit {limit}", replace(old, limit=limit)
    for name in old.fields if len(old.fields) > 1 else ():
        fields = tuple(other for other in old.fields if other != name)
        yield f"without {name}", replace(old, fields=fields)
    for at, rung in enumerate(old.ladder.rungs):
        for new in rungs(rung):
            whole = (*old.ladder.rungs[:at], new, *old.ladder.rungs[at + 1 :])
            name = f"mail {rung.text}: {new.distance}, every {new.every}"
            yield name, replace(old, ladder=Ladder(old.ladder.name, whole))


def counted_times(old: Terms) -> Iterator[tuple[str, Terms]]:
    for at, phrase in enumerate(old.due.phrases if old.due else ()):
        for new in phrases(phrase):
            assert old.due is not None
            whole = (*old.due.phrases[:at], new, *old.due.phrases[at + 1 :])
            yield f"due {shown(new)}", replace(old, due=WhenDue(whole, old.due.text))
    for new in phrases(old.then) if old.then else ():
        yield f"then {shown(new)}", replace(old, then=new)


def shown(phrase: Phrase) -> str:
    return f"{phrase.amount} {phrase.anchor.text} {phrase.anchor.age or ''}"


def variants(rule: Rule) -> Iterator[Variant]:
    """Every way in which one number of a rule can be one off."""
    for name, new in terms(rule.terms):
        yield name, replace(rule, terms=new)
    if rule.not_before is not None:
        for phrase in phrases(rule.not_before):
            yield f"not before {shown(phrase)}", replace(rule, not_before=phrase)
    for key in ("when", "unless", "pause_while"):
        condition = getattr(rule, key)
        for at, changed in enumerate(conditions(condition) if condition else ()):
            yield f"{key} {at}", replace(rule, **{key: changed})
    for at, change in enumerate(rule.changes):
        for name, new_terms in terms_of_change(rule, change.new):
            yield f"change: {name}", with_change(rule, at, replace(change, new=new_terms))
        for days in (-1, 1) if change.starts is not None else ():
            starts = shift_days(change.starts, days)
            yield f"change from {starts}", with_change(rule, at, replace(change, starts=starts))


def with_change(rule: Rule, at: int, change: Change) -> Rule:
    return replace(rule, changes=(*rule.changes[:at], change, *rule.changes[at + 1 :]))


def terms_of_change(
    rule: Rule, new: Mapping[str, object]
) -> Iterator[tuple[str, Mapping[str, object]]]:
    given = replace(rule.terms, **new)  # type: ignore[arg-type]
    for name, changed in terms(given):
        found = {key: getattr(changed, key) for key in new}
        if found != dict(new):
            yield name, found


VARIANTS = [(rule, name, variant) for rule in RULES for name, variant in variants(rule)]


@pytest.mark.parametrize(
    ("rule", "variant"),
    [(rule, variant) for rule, _, variant in VARIANTS],
    ids=[f"{rule.name} {name}" for rule, name, _ in VARIANTS],
)
def test_a_test_notices_when_a_number_is_one_off(rule: Rule, variant: Rule) -> None:
    assert not notices(rule)
    assert notices(variant), "nobody would notice"
