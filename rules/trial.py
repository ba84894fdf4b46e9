"""Trying the tests that are written in rule files, and telling why one of them fails."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from rules.book import ANY_DUE, Book, Expectation, Place, Rule, RuleTest
from rules.case import Case
from rules.dates import Moment, day_of, morning_of, start_of
from rules.deadline import OPEN, Deadline, LadderStep
from rules.evaluate import evaluate_rule, moment_asked
from rules.spoken_dates import plain_moment
from rules.words import sentence


class Failure(NamedTuple):
    """An expectation that did not hold: what was expected, what came out, and why."""

    rule: str
    test: str
    at: str
    expected: tuple[str, ...]
    got: tuple[str, ...]
    because: tuple[str, ...]
    place: Place


class Trial(NamedTuple):
    """How the tests of a rule book went."""

    rules: int
    expectations: int
    failures: tuple[Failure, ...]


def run_tests(book: Book, language: str = "en") -> Trial:
    """Return how every test in a book's rule files went. `language` is that of the derivations."""
    failures: list[Failure] = []
    expectations = 0
    for rule in book.rules.values():
        for test in rule.tests:
            expectations += len(test.expectations)
            failures += _failures(book, rule, test, language)
    return Trial(len(book.rules), expectations, tuple(failures))


def _failures(book: Book, rule: Rule, test: RuleTest, language: str) -> list[Failure]:
    found = []
    for expectation in test.expectations:
        expected, got = compare(book, rule, test, expectation)
        if expected:
            because = _because(book, rule, test, expectation, language)
            names = (rule.name, test.name, expectation.text)
            found.append(Failure(*names, expected, got, because, expectation.place))
    return found


def compare(
    book: Book, rule: Rule, test: RuleTest, expectation: Expectation
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what was expected and what came out where they differ; both empty if all is well."""
    deadline = _asked(book, rule, test, expectation)
    pairs = []
    if expectation.status is not None and expectation.status is not deadline.status:
        pairs.append((f"status: {expectation.status}", f"status: {deadline.status}"))
    if expectation.due != ANY_DUE and expectation.due != deadline.due:
        wanted = expectation.due if isinstance(expectation.due, date) else None
        pairs.append((f"due: {_written(wanted)}", f"due: {_written(deadline.due)}"))
    if expectation.mails is not None:
        mails = mails_on(test.case, test.ref, rule, book, day_of(expectation.at))
        if mails != expectation.mails:
            pairs.append((f"mails: {_listed(expectation.mails)}", f"mails: {_listed(mails)}"))
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)


def _asked(
    book: Book, rule: Rule, test: RuleTest, expectation: Expectation, *, steps: bool = False
) -> Deadline:
    at = moment_asked(expectation.at)
    return evaluate_rule(test.case, test.ref, rule, book, at, steps=steps)[-1]


def _written(due: Moment | None) -> str:
    return "–" if due is None else plain_moment(due)


def _listed(roles: frozenset[str]) -> str:
    return ", ".join(sorted(roles)) or "none"


def _because(
    book: Book, rule: Rule, test: RuleTest, expectation: Expectation, language: str
) -> tuple[str, ...]:
    deadline = _asked(book, rule, test, expectation, steps=True)
    return tuple(
        sentence(step, book.vocabulary, language, lambda moment, _: plain_moment(moment))
        for step in deadline.steps
    )


def mails_on(case: Case, ref: str, rule: Rule, book: Book, day: date) -> frozenset[str]:
    """Return the roles that are sent a mail on a day."""
    steps = steps_on(case, ref, rule, book, day)
    return frozenset(role for step in steps for role in step.roles)


def steps_on(case: Case, ref: str, rule: Rule, book: Book, day: date) -> tuple[LadderStep, ...]:
    """Return the steps of a ladder that are sent on a day.

    Steps of whole days are judged by how the deadline stands that morning at 07:30; hour steps
    by how it stands at their own moment.
    """
    steps: list[LadderStep] = []
    morning = evaluate_rule(case, ref, rule, book, morning_of(day))[-1]
    if morning.status in OPEN:
        steps += [step for step in morning.reached if step.on == day and not step.instant]
    steps += _hour_steps(case, ref, rule, book, day)
    return tuple(dict.fromkeys(steps))


def _hour_steps(case: Case, ref: str, rule: Rule, book: Book, day: date) -> list[LadderStep]:
    steps: list[LadderStep] = []
    at = start_of(day)
    while day_of(at) == day:
        deadline = evaluate_rule(case, ref, rule, book, at)[-1]
        steps += [step for step in deadline.reached if step.instant and step.on == day]
        if deadline.next_change_at is None:
            break
        at = deadline.next_change_at
    return steps
