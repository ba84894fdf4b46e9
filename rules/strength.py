"""Would anybody notice if a number in a rule changed? Each is changed by one, and the tests run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from rules.book import (
    AtLeast,
    Book,
    Change,
    Clause,
    Condition,
    Phrase,
    Place,
    Rule,
    Terms,
    Test,
    WhenDue,
)
from rules.dates import Duration
from rules.trial import compare


class Number(NamedTuple):
    """A number of a rule: the key it stands under, how it is written, and where."""

    rule: str
    key: str
    text: str
    place: Place


class Variant(NamedTuple):
    """A rule in which one number is one off."""

    number: Number
    rule: Rule


class Strength(NamedTuple):
    """How many numbers there are, and those whose change no test would notice.

    `beyond` are numbers in another file's changes of a rule, where no test can be written and no
    test of the rule happens to guard them; they are not among `numbers`.
    """

    numbers: int
    unnoticed: tuple[Number, ...]
    beyond: tuple[Number, ...]


def strength_of(book: Book) -> Strength:
    """Return which numbers of a book are guarded by the tests in its files.

    A number is guarded when a test fails with one more and when a test fails with one less.
    """
    noticed: dict[Number, bool] = {}
    for rule in book.rules.values():
        for variant in variants_of(rule):
            if noticed.get(variant.number, True):
                noticed[variant.number] = _notices(book, variant.rule)
    missed = [number for number, is_guarded in noticed.items() if not is_guarded]
    beyond = [n for n in missed if n.place.file != book.rules[n.rule].place.file]
    unnoticed = [number for number in missed if number not in beyond]
    return Strength(len(noticed) - len(beyond), tuple(unnoticed), tuple(beyond))


def variants_of(rule: Rule) -> Iterator[Variant]:
    """Give the rule with each of its numbers one higher and one lower, one at a time."""
    for number, terms in _of_terms(rule, rule.terms):
        yield Variant(number, replace(rule, terms=terms))
    if rule.not_before:
        for phrase in _phrases(rule.not_before):
            number = Number(rule.name, "not_before", rule.not_before.text, rule.not_before.place)
            yield Variant(number, replace(rule, not_before=phrase))
    if isinstance(rule.must.look_back, Duration):
        place = rule.places.get("look_back", rule.place)
        number = Number(rule.name, "look_back", str(rule.must.look_back), place)
        for back in _durations(rule.must.look_back):
            yield Variant(number, replace(rule, must=replace(rule.must, look_back=back)))
    yield from _of_conditions(rule)
    for at, change in enumerate(rule.changes):
        for number, changed in _of_change(rule, change):
            changes = (*rule.changes[:at], changed, *rule.changes[at + 1 :])
            yield Variant(number, replace(rule, changes=changes))


def _notices(book: Book, rule: Rule) -> bool:
    changed = replace(book, rules={**book.rules, rule.name: rule})
    return any(
        compare(changed, rule, test, expectation)[0]
        for test in rule.tests
        for expectation in test.expectations
    )


def _of_terms(rule: Rule, terms: Terms) -> Iterator[tuple[Number, Terms]]:
    for number, due in _of_due(rule, terms.due):
        yield number, replace(terms, due=due)
    for number, then in _of_then(rule, terms.then):
        yield number, replace(terms, then=then)
    for number, at_least in _of_at_least(rule, terms.at_least):
        yield number, replace(terms, at_least=at_least)
    if terms.limit is not None:
        place = rule.places.get("must_not_exceed", rule.place)
        number = Number(rule.name, "must_not_exceed", str(terms.limit), place)
        for limit in _nudged(terms.limit):
            yield number, replace(terms, limit=limit)
    if terms.counts_when:
        for number, condition in _of_condition(rule, "counts_when", terms.counts_when):
            yield number, replace(terms, counts_when=condition)


def _of_due(rule: Rule, due: WhenDue | None) -> Iterator[tuple[Number, WhenDue]]:
    for at, phrase in enumerate(due.phrases if due else ()):
        number = Number(rule.name, "due", phrase.text, phrase.place)
        for other in _phrases(phrase):
            assert due is not None
            yield number, replace(due, phrases=(*due.phrases[:at], other, *due.phrases[at + 1 :]))


def _of_then(rule: Rule, then: Phrase | None) -> Iterator[tuple[Number, Phrase]]:
    if then is not None:
        for other in _phrases(then):
            yield Number(rule.name, "then", then.text, then.place), other


def _of_at_least(rule: Rule, often: AtLeast | None) -> Iterator[tuple[Number, AtLeast]]:
    if often is None:
        return
    times = Number(rule.name, "at_least", f"{often.number} per …", often.place)
    for number in _nudged(often.number):
        yield times, replace(often, number=number)
    for per in _durations(often.per) if often.per else ():
        yield (
            Number(rule.name, "at_least", f"per {often.per}", often.place),
            replace(often, per=per),
        )


def _of_change(rule: Rule, change: Change) -> Iterator[tuple[Number, Change]]:
    for key, value in change.new.items():
        for number, other in _of_new_value(rule, key, value, change.places.get(key, change.place)):
            yield number, replace(change, new={**change.new, key: other})
    if change.when:
        for number, condition in _of_condition(rule, "when", change.when):
            yield number, replace(change, when=condition)


def _of_new_value(
    rule: Rule, key: str, value: object, place: Place
) -> Iterator[tuple[Number, object]]:
    match value:
        case WhenDue():
            yield from _of_due(rule, value)
        case Phrase():
            yield from _of_then(rule, value)
        case AtLeast():
            yield from _of_at_least(rule, value)
        case Condition():
            yield from _of_condition(rule, key, value)
        case int():
            for limit in _nudged(value):
                yield Number(rule.name, "must_not_exceed", str(value), place), limit


def _of_conditions(rule: Rule) -> Iterator[Variant]:
    if rule.when:
        for number, condition in _of_condition(rule, "when", rule.when):
            yield Variant(number, replace(rule, when=condition))
    if rule.unless:
        for number, condition in _of_condition(rule, "unless", rule.unless):
            yield Variant(number, replace(rule, unless=condition))
    if rule.pause_while:
        for number, condition in _of_condition(rule, "pause_while", rule.pause_while):
            yield Variant(number, replace(rule, pause_while=condition))


def _of_condition(rule: Rule, key: str, condition: Condition) -> Iterator[tuple[Number, Condition]]:
    for which, clauses in enumerate(condition.alternatives):
        for at, clause in enumerate(clauses):
            number = Number(rule.name, key, f"{clause.fact}: {clause.want.text}", clause.place)
            for other in _clauses(clause):
                whole = (*clauses[:at], other, *clauses[at + 1 :])
                before, after = condition.alternatives[:which], condition.alternatives[which + 1 :]
                yield number, replace(condition, alternatives=(*before, whole, *after))


def _clauses(clause: Clause) -> Iterator[Clause]:
    want = clause.want
    if want.test is not Test.NUMBER:
        return
    for step in (1, -1):
        low = None if want.low is None else want.low + step
        high = None if want.high is None else want.high + step
        yield replace(clause, want=replace(want, low=low, high=high))


def _phrases(phrase: Phrase) -> Iterator[Phrase]:
    if isinstance(phrase.amount, Duration):
        for amount in _durations(phrase.amount):
            yield replace(phrase, amount=amount)
    if phrase.anchor.kind == "age":
        for age in _nudged(phrase.anchor.age):
            yield replace(phrase, anchor=replace(phrase.anchor, age=age))


def _durations(duration: Duration) -> Iterator[Duration]:
    for amount in _nudged(duration.amount):
        yield replace(duration, amount=amount)


def _nudged(number: int) -> Iterator[int]:
    """Give one more and, where that is still a number of something, one less."""
    yield number + 1
    if number > 1:
        yield number - 1
