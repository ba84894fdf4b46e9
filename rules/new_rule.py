"""A new rule from four answers: for what, what must happen, when, and where that is written."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from rules.book import Book, Rule
from rules.timeline import as_test, timeline_of
from rules.vocabulary import Vocabulary

THEN = ", then "


class Answers(NamedTuple):
    """What somebody answered. `when` may go on after a comma: `..., then 8 weeks after done`."""

    name: str
    record: str
    must: str
    when: str
    source: str


def rule_text(answers: Answers, vocabulary: Vocabulary, in_force: date, title: str) -> str:
    """Return a rule file with one rule and no test yet. Words may be the vocabulary's labels."""
    record = term_meant(answers.record, [*vocabulary.records], vocabulary)
    due, _, then = answers.when.partition(THEN)
    lines = [
        "language: 1",
        "rules:",
        f"  {answers.name}:",
        f"    title: {quoted(title)}",
        "    binding: standard",
        "    basis:",
        f"      - source: {quoted(answers.source)}",
        f"    for: {record}",
        f"    {_obligation(answers.must, record, vocabulary)}",
        f"    due: {due.strip()}",
        *([f"    then: {then.strip()}"] if then else []),
        f"    in_force: {in_force}",
    ]
    return "\n".join(lines) + "\n"


def with_test(text: str, rule: Rule, book: Book, start: date, name: str) -> str:
    """Return the rule file with a test made from the rule's example.

    Raises: NoExample when no case could be made up to which the rule applies.
    """
    test = as_test(timeline_of(rule, book, start), book, name)
    return f"{text}    tests:\n{test}"


def term_meant(text: str, terms: list[str], vocabulary: Vocabulary) -> str:
    """Return the term that is written or whose label is; the text itself when there is none.

    >>> words = Vocabulary((), {}, {}, {"da": {"network_meeting": "netværksmøde"}})
    >>> term_meant("Netværksmøde", ["network_meeting"], words)
    'network_meeting'
    """
    plain = text.strip().lower()
    for term in terms:
        labels = {vocabulary.label(term, language).lower() for language in vocabulary.labels}
        if plain in {term, *labels}:
            return term
    return text.strip()


def quoted(text: str) -> str:
    """Return a text in quotes, so that no character in it means anything to YAML.

    >>> quoted('§ 95: "straks"')
    '"§ 95: \\\\"straks\\\\""'
    """
    escaped = text.strip().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _obligation(text: str, record: str, vocabulary: Vocabulary) -> str:
    """Return what must happen; or, for fields of a document, what it must contain."""
    kind = vocabulary.records.get(record)
    fields = {name: f"{record}.{name}" for name in (kind.contents if kind else ())}
    parts = [part.strip() for part in text.split(",")]
    meant = [term_meant(part, [*fields.values()], vocabulary) for part in parts]
    names = [part.rpartition(".")[2] for part in meant]
    if names and all(name in fields for name in names):
        return f"must_contain: [{', '.join(names)}]"
    event = term_meant(text, ["ended", *vocabulary.events], vocabulary)
    return f"must_happen: {event}"
