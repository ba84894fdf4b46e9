"""What a changed rule book is checked for before anybody may put it in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from flows.rule_book.plan_effects import Preview, retyped
from flows.rule_book.plan_mails import Mailing
from flows.rule_book.plan_words import word
from flows.spoken_amounts import number
from rules.book import Binding, Book, Rule
from rules.dates import day_of
from rules.differences import Kind, RuleDifference, new_changes
from rules.layers import NATIONAL
from rules.problems import Problem
from rules.spoken_dates import short_day
from rules.trial import run_tests

OK, WARNING, FAILED = "ok", "warning", "failed"


class Check(NamedTuple):
    """One thing that was looked at: `state` is ok, warning or failed; the text is a sentence."""

    state: str
    text: str


def checks(
    seen: Preview, before: Book, after: Book, problems: Sequence[Problem], language: str
) -> list[Check]:
    """Return everything that was checked of a changed book, and what came of it."""
    warnings = sum(problem.severity == "warning" for problem in problems)
    read = word("check rules", language, rules=len(after.rules), warnings=warnings)
    found = [Check(OK, read), _tests(after, language)]
    changed = [effect.difference for effect in seen.effects]
    found += [Check(WARNING, text) for one in changed for text in _untested(one, language)]
    found += _law(changed, language)
    if facts := retyped(before.vocabulary, after.vocabulary):
        found.append(Check(WARNING, word("retyped", language, facts=", ".join(facts))))
    return [*found, *_mails(seen.mailing(), language)]


def _tests(book: Book, language: str) -> Check:
    trial = run_tests(book, language)
    if not trial.failures:
        return Check(OK, word("check tests", language, number=trial.expectations))
    failed = len(trial.failures)
    said = word("check tests failed", language, failed=failed, number=trial.expectations)
    return Check(FAILED, said)


def _untested(difference: RuleDifference, language: str) -> Iterator[str]:
    """Give a warning for each change that no test looks past, and for a rule without tests."""
    rule = difference.after
    if rule is None or difference.kind is Kind.AFFECTED or not difference.decides:
        return
    if not rule.tests:
        yield word("untested rule", language, rule=rule.name)
        return
    last = _last_day_tested(rule)
    for change in new_changes(difference):
        if change.starts is not None and last < change.starts:
            day = short_day(change.starts, language)
            iso = change.starts.isoformat()
            yield word("untested change", language, rule=rule.name, day=day, iso=iso)


def _last_day_tested(rule: Rule) -> date:
    return max(day_of(one.at) for test in rule.tests for one in test.expectations)


def _mails(mailing: Mailing, language: str) -> Iterator[Check]:
    """Say how much mail the change causes at once, and how much of what waits it takes away."""
    if mailing.on is not None:
        said = word(
            "check at once",
            language,
            day=short_day(mailing.on, language),
            mails=number(mailing.at_once.mails, language),
            reminders=number(mailing.at_once.reminders, language),
            usual=number(mailing.usual.mails, language),
            usual_reminders=number(mailing.usual.reminders, language),
        )
        yield Check(WARNING if mailing.floods else OK, said)
    if mailing.waiting:
        said = word(
            "check cancelled",
            language,
            cancelled=number(mailing.cancelled, language),
            waiting=number(mailing.waiting, language),
        )
        yield Check(WARNING if mailing.silences else OK, said)
    if mailing.to_accept:
        yield Check(WARNING, word("check mails", language, number=mailing.to_accept))


def _law(changed: Sequence[RuleDifference], language: str) -> Iterator[Check]:
    """Say of every law that changes whether it is the law itself or a local change of it.

    That no local change loosens a law is checked when the files are read.
    """
    laws = [one for one in changed if one.rule.binding is Binding.LAW and one.decides]
    for one in laws:
        if one.kind is Kind.REMOVED:
            yield Check(WARNING, word("law removed", language, rule=one.name))
        elif one.kind is Kind.CHANGED and not _only_locally(one):
            yield Check(WARNING, word("law text", language, rule=one.name))
        elif one.kind is not Kind.AFFECTED:
            yield Check(OK, word("law floor", language, rule=one.name))
    if not laws:
        yield Check(OK, word("no law", language))


def _only_locally(difference: RuleDifference) -> bool:
    new = new_changes(difference)
    return bool(new) and all(change.layer != NATIONAL for change in new)
