"""Finds the fact a rule speaks of: its own record's, its case's or its child's."""

from __future__ import annotations

from rules.book import FactName
from rules.problems import Report, Span
from rules.suggestions import likely, listed
from rules.vocabulary import FactType, Vocabulary

LOGIC_WORDS = frozenset({"not", "and", "or", "all_of", "any_of", "all", "any", "none_of", "ikke"})
OUTSIDE_CASES = frozenset({"caseworker", "team"})
"""Kinds of record that belong to no case, so `case.` and `child.` mean nothing for them."""


def find_fact(
    text: str, span: Span, record: str, vocabulary: Vocabulary, report: Report
) -> tuple[FactName, FactType] | None:
    """Return the fact named in a rule for `record`, or None after noting what is wrong.

    The name comes back with its record, however it was written.
    """
    prefix, dot, name = text.partition(".")
    if not dot:
        prefix, name = record, text
    if prefix not in reachable(record) or prefix not in vocabulary.records:
        _tell_prefix(text, prefix, name, span, record, vocabulary, report)
        return None
    fact = vocabulary.records[prefix].facts.get(name)
    if fact is None:
        _tell_unknown(text, prefix, span, record, vocabulary, report)
        return None
    return FactName(prefix, name), fact


def reachable(record: str) -> tuple[str, ...]:
    """Return the kinds of record whose facts a rule for `record` may ask about, its own first."""
    if record in OUTSIDE_CASES:
        return (record,)
    return tuple(dict.fromkeys((record, "case", "child")))


def _tell_prefix(
    text: str,
    prefix: str,
    name: str,
    span: Span,
    record: str,
    vocabulary: Vocabulary,
    report: Report,
) -> None:
    if prefix in vocabulary.records:
        words = ", ".join(f"{kind}.…" for kind in reachable(record))
        report.add("V11", span, fact=text, kind=prefix, record=record, words=words)
        return
    meant = likely(prefix, reachable(record))
    if meant and name in vocabulary.records[meant].facts:
        report.add("V04", span, fact=text, meant=f"{meant}.{name}")
    else:
        _tell_unknown(text, record, span, record, vocabulary, report)


def _tell_unknown(
    text: str, kind: str, span: Span, record: str, vocabulary: Vocabulary, report: Report
) -> None:
    kinds = (kind, *(reached for reached in reachable(record) if reached != kind))
    names = [
        f"{reached}.{name}"
        for reached in kinds
        if reached in vocabulary.records
        for name in vocabulary.records[reached].facts
    ]
    name = text.rpartition(".")[2]
    close = likely(name, [full.rpartition(".")[2] for full in names])
    meant = next((full for full in names if name in _labels(full, vocabulary)), None) or next(
        (full for full in names if full.endswith(f".{close}")), None
    )
    if name in LOGIC_WORDS:
        report.add("V04.logic", span, fact=text)
    elif meant:
        report.add("V04", span, fact=text, meant=meant)
    else:
        report.add("V04.list", span, fact=text, facts=listed(names) or "–")


def _labels(term: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(vocabulary.label(term, language).lower() for language in vocabulary.labels)
