"""What is worked out once for a rule book: which rules ask about which records, and of what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from rules.book import Book, FactName, Phrase, Rule, RuleStatus, Want, WhenDue
from rules.deciding.intervals import conditions_of


class Asking(NamedTuple):
    """A rule with the facts it reads, so that a coming change of one of them is not overlooked.

    `recurs` is true when a round that is done may be followed by another.
    """

    rule: Rule
    facts: tuple[tuple[FactName, Want | None], ...]
    other_rules: tuple[str, ...]
    recurs: bool


@lru_cache(maxsize=16)
def rules_by_kind(book: Book) -> Mapping[str, tuple[Asking, ...]]:
    """Return, for each kind of record, the rules that are asked about it, in name order."""
    found: dict[str, list[Asking]] = {}
    for name in sorted(book.rules):
        rule = book.rules[name]
        found.setdefault(rule.record, []).append(asking(rule))
    return {kind: tuple(rules) for kind, rules in found.items()}


@lru_cache(maxsize=4096)
def asking(rule: Rule) -> Asking:
    """Return a rule with the facts and the other rules that it reads."""
    facts: dict[tuple[FactName, str], tuple[FactName, Want | None]] = {}
    others: list[str] = []
    for condition in conditions_of(rule):
        for clauses in condition.alternatives:
            for clause in clauses:
                if isinstance(clause.fact, RuleStatus):
                    others.append(clause.fact.rule)
                else:
                    facts[clause.fact, clause.want.text] = (clause.fact, clause.want)
    for fact in _facts_of_phrases(rule):
        facts[fact, ""] = (fact, None)
    return Asking(rule, tuple(facts.values()), tuple(dict.fromkeys(others)), _recurs(rule))


@lru_cache(maxsize=16)
def events_asked(book: Book) -> frozenset[str]:
    """Return the kinds of event that some rule of a book reads; no others decide anything."""
    found = {"waiver", "extension"}
    for rule in book.rules.values():
        found.add(rule.must.event)
        found.update(phrase.anchor.event for phrase in _phrases(rule))
    return frozenset(found - {""})


def _recurs(rule: Rule) -> bool:
    if rule.changes or rule.must.form in ("have", "not_exceed"):
        return True
    return rule.terms.then is not None or rule.terms.at_least is not None


def _facts_of_phrases(rule: Rule) -> Iterator[FactName]:
    for phrase in _phrases(rule):
        if isinstance(phrase.amount, FactName):
            yield phrase.amount
        if phrase.anchor.fact is not None:
            yield phrase.anchor.fact


def _phrases(rule: Rule) -> Iterator[Phrase]:
    """Give every time phrase that the rule may read with: its own, and those of its changes."""
    terms = [rule.terms.due, rule.terms.then, rule.not_before]
    for change in rule.changes:
        terms += [change.new.get("due"), change.new.get("then")]  # type: ignore[list-item]
    for term in terms:
        for phrase in term.phrases if isinstance(term, WhenDue) else (term,):
            if isinstance(phrase, Phrase):
                yield phrase
