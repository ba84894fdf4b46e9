"""Reads vocabulary.yaml: the closed lists a rule may speak of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import NamedTuple, TypeVar

from rules.problems import START, Problem, Report, RuleFileError, Span
from rules.source_text import read_text
from rules.suggestions import likely, listed
from rules.vocabulary import EventKind, FactKind, FactType, RecordKind, Vocabulary
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode, compose, is_missing

NAME = re.compile(r"[a-z][a-z0-9_]*")
KINDS: dict[str, FactKind] = {
    "number": "number", "date": "date", "duration": "duration", "yes/no": "yes/no",
}  # fmt: skip
KIND_WORDS = {
    "tal": "number", "integer": "number", "int": "number", "dato": "date", "datetime": "date",
    "varighed": "duration", "period": "duration", "boolean": "yes/no", "bool": "yes/no",
    "ja/nej": "yes/no", "yes_no": "yes/no", "true/false": "yes/no",
}  # fmt: skip
OUTER_KEYS = ("language", "roles", "records", "events", "labels")
RESERVED = frozenset({"rule", "events", "records", "count"})
RESERVED_CHOICES = frozenset({"present", "missing"})
LANGUAGES = ("da", "en")
T = TypeVar("T")


class LoadedVocabulary(NamedTuple):
    """A vocabulary, or None and what is wrong with its file."""

    vocabulary: Vocabulary | None
    problems: tuple[Problem, ...]


@lru_cache(maxsize=4)
def load_vocabulary(file_name: str, data: bytes) -> LoadedVocabulary:
    """Read a vocabulary file. The events `waiver` and `extension` are added on every record."""
    report = Report(file_name)
    try:
        vocabulary = _read(data, report)
    except RuleFileError as error:
        return LoadedVocabulary(None, error.problems)
    return LoadedVocabulary(None if report.failed else vocabulary, tuple(report.problems))


def _read(data: bytes, report: Report) -> Vocabulary | None:
    text = read_text(data, report)
    root = None if text is None else compose(text, report)
    if report.failed:
        return None
    if not isinstance(root, MapNode):
        report.add("V20.empty", START)
        return None
    _check_keys(root, OUTER_KEYS, report)
    for key in ("roles", "records", "events"):
        if not root.has(key):
            report.add("V20", START, key=key)
    roles = _words(root.get("roles"), report)
    records = _named(root.get("records"), _record, report)
    events = _named(root.get("events"), partial(_event, records), report)
    if report.failed:
        return None
    events = {**_built_in(roles, tuple(records)), **events}
    labels = _labels(root.get("labels"), report)
    vocabulary = Vocabulary(roles, records, events, labels)
    _check_labels(root, vocabulary, report)
    return vocabulary


def _check_keys(node: MapNode, known: tuple[str, ...], report: Report) -> None:
    for key, _ in node.entries:
        if key.text not in known:
            meant = likely(key.text, known)
            if meant:
                report.add("V21", key.span, key=key.text, meant=meant)
            else:
                report.add("V21.list", key.span, key=key.text, keys=", ".join(known))


def _named(
    node: Node | None, read: Callable[[TextNode, Node, Report], T | None], report: Report
) -> dict[str, T]:
    """Read a map from names to things."""
    if node is None or is_missing(node):
        return {}
    if not isinstance(node, MapNode):
        report.add("V22", node.span)
        return {}
    found: dict[str, T] = {}
    for key, value in node.entries:
        if not NAME.fullmatch(key.text) or key.text in RESERVED:
            report.add("V23", key.span, name=key.text)
        elif (thing := read(key, value, report)) is not None:
            found[key.text] = thing
    return found


def _record(key: TextNode, node: Node, report: Report) -> RecordKind | None:
    if not isinstance(node, MapNode):
        report.add("V22", key.span)
        return None
    _check_keys(node, ("facts", "contents"), report)
    facts = _named(node.get("facts"), _fact, report)
    return RecordKind(key.text, facts, _words(node.get("contents"), report))


def _fact(key: TextNode, node: Node, report: Report) -> FactType | None:
    if isinstance(node, ListNode):
        return FactType("choice", _choices(node, report))
    if isinstance(node, MapNode):
        many = node.get("many")
        if len(node.entries) == 1 and isinstance(many, ListNode):
            return FactType("many", _choices(many, report))
        report.add("V24", node.span, fact=key.text)
        return None
    if node.text in KINDS:
        return FactType(KINDS[node.text])
    if meant := likely(node.text, KINDS, KIND_WORDS):
        report.add("V24.meant", node.span, value=node.text, meant=meant)
    else:
        report.add("V24", node.span, fact=key.text)
    return None


def _event(
    records: Mapping[str, RecordKind], key: TextNode, node: Node, report: Report
) -> EventKind | None:
    if not isinstance(node, MapNode) or not node.has("on"):
        report.add("V25", key.span, event=key.text)
        return None
    _check_keys(node, ("on", "fields"), report)
    if key.text in ("waiver", "extension"):
        report.add("V25.built_in", key.span, event=key.text)
    on = node.get("on")
    for item in on.items if isinstance(on, ListNode) else ():
        if isinstance(item, TextNode) and item.text not in records:
            meant = likely(item.text, records) or listed(records)
            report.add("V26", item.span, record=item.text, meant=meant)
    return EventKind(key.text, _words(on, report), _named(node.get("fields"), _fact, report))


def _words(node: Node | None, report: Report) -> tuple[str, ...]:
    if node is None:
        return ()
    if not isinstance(node, ListNode):
        report.add("V27", node.span)
        return ()
    words: list[str] = []
    for item in node.items:
        if not isinstance(item, TextNode) or item.is_missing:
            report.add("V27", item.span)
        elif item.text in words:
            report.add("V27.twice", item.span, word=item.text)
        else:
            words.append(item.text)
    return tuple(words)


def _choices(node: ListNode, report: Report) -> tuple[str, ...]:
    choices = _words(node, report)
    for item in node.items:
        if isinstance(item, TextNode) and item.text in RESERVED_CHOICES:
            report.add("V23", item.span, name=item.text)
    if not choices and not report.failed:
        report.add("V27", node.span)
    return choices


def _built_in(roles: tuple[str, ...], records: tuple[str, ...]) -> dict[str, EventKind]:
    approval = {
        "approved_by": FactType("choice", roles),
        "reason": FactType("text"),
        "rule": FactType("text"),
    }
    return {
        "waiver": EventKind("waiver", records, approval),
        "extension": EventKind("extension", records, {"until": FactType("date"), **approval}),
    }


def _labels(node: Node | None, report: Report) -> dict[str, dict[str, str]]:
    if node is None:
        return {}
    if not isinstance(node, MapNode):
        report.add("V28", node.span)
        return {}
    _check_keys(node, LANGUAGES, report)
    labels: dict[str, dict[str, str]] = {}
    for language, terms in node.present():
        labels[language.text] = {}
        for term, words in terms.entries if isinstance(terms, MapNode) else ():
            if isinstance(words, TextNode) and not words.is_missing:
                labels[language.text][term.text] = words.text
            else:
                report.add("V28", words.span)
    return labels


def _check_labels(root: MapNode, vocabulary: Vocabulary, report: Report) -> None:
    known = set(terms(vocabulary))
    labels = root.map("labels")
    for _, words in labels.present() if labels else ():
        for term, _ in words.entries if isinstance(words, MapNode) else ():
            if term.text not in known:
                _tell_unknown_term(term.text, term.span, known, report)


def _tell_unknown_term(term: str, span: Span, known: set[str], report: Report) -> None:
    report.add("V29", span, term=term, meant=likely(term, known) or "network_meeting")


def terms(vocabulary: Vocabulary) -> list[str]:
    """Return every term that may carry a label, in the order of the vocabulary.

    A term is "placement", "placement.kind", "placement.kind.foster_family", an event
    and its fields likewise, a document field ("decision.plan_b"), or a role.
    """
    found = list(vocabulary.roles)
    for record in vocabulary.records.values():
        found += [record.name, *_fact_terms(record.name, record.facts)]
        found += [f"{record.name}.{name}" for name in record.contents]
    for event in vocabulary.events.values():
        found += [event.name, *_fact_terms(event.name, event.fields)]
    return list(dict.fromkeys(found))


def _fact_terms(owner: str, facts: Mapping[str, FactType]) -> list[str]:
    return [
        term
        for name, fact in facts.items()
        for term in (f"{owner}.{name}", *(f"{owner}.{name}.{choice}" for choice in fact.choices))
    ]
