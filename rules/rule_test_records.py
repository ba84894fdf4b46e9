"""The records of a test: each with its facts, its beginning and end, and what is filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from rules.case import Event, History, Record, Value
from rules.dates import Moment, day_of, instant_of
from rules.problems import Report, Span
from rules.rule_test_values import read_value_or_history
from rules.suggestions import likely, listed
from rules.vocabulary import RecordKind, Vocabulary
from rules.written_dates import read_date, read_moment
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode

OWN_KEYS = ("began", "ended", "contents")
LIST_KEYS = ("events", "records", "count")


@dataclass(slots=True)
class Draft:
    """A record while its test is being read."""

    kind: str
    ref: str
    span: Span
    began: Moment | None = None
    ended: Moment | None = None
    facts: dict[str, Value | History] = field(default_factory=dict)
    contents: dict[str, date] = field(default_factory=dict)
    filled_at_start: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def record(self) -> Record:
        """Return the finished record."""
        days = {} if self.began is None else dict.fromkeys(self.filled_at_start, day_of(self.began))
        contents, events = days | self.contents, tuple(self.events)
        return Record(self.kind, self.ref, self.began, self.ended, self.facts, contents, events)


def read_drafts(node: MapNode, vocabulary: Vocabulary, report: Report) -> list[Draft]:
    """Return every record a test is given: those by name first, then those under `records`."""
    drafts: list[Draft] = []
    for key, value in node.present():
        if key.text in vocabulary.records:
            drafts.append(_draft(key, value, key.text, vocabulary, report))
        elif key.text not in LIST_KEYS:
            _tell_unknown_key(key, vocabulary, report)
    others = node.get("records")
    if others is not None and not isinstance(others, ListNode):
        report.add("P09", others.span)
    for item in others.items if isinstance(others, ListNode) else ():
        if (draft := _other(item, drafts, vocabulary, report)) is not None:
            drafts.append(draft)
    return drafts


def _other(item: Node, drafts: list[Draft], vocabulary: Vocabulary, report: Report) -> Draft | None:
    if not isinstance(item, MapNode) or len(item.entries) != 1:
        report.add("P09", item.span)
        return None
    key, value = item.entries[0]
    if key.text not in vocabulary.records:
        _tell_unknown_key(key, vocabulary, report)
        return None
    # the record by its plain name is the one the rule is asked about
    number = 2 + sum(draft.kind == key.text and draft.ref != key.text for draft in drafts)
    return _draft(key, value, f"{key.text}-{number}", vocabulary, report)


def _tell_unknown_key(key: TextNode, vocabulary: Vocabulary, report: Report) -> None:
    known = [*vocabulary.records, *LIST_KEYS]
    if meant := likely(key.text, known):
        report.add("P03", key.span, key=key.text, meant=meant)
    else:
        report.add("P03.list", key.span, key=key.text, known=listed(known))


def _draft(key: TextNode, node: Node, ref: str, vocabulary: Vocabulary, report: Report) -> Draft:
    draft = Draft(key.text, ref, key.span)
    if not isinstance(node, MapNode):
        report.add("P04", node.span, record=key.text)
        return draft
    for name, value in node.present():
        _read_key(draft, name, value, vocabulary.records[key.text], report)
    if draft.began and draft.ended and instant_of(draft.ended) < instant_of(draft.began):
        report.add("P06", node.key("ended").span)
    return draft


def _read_key(draft: Draft, name: TextNode, value: Node, kind: RecordKind, report: Report) -> None:
    if name.text in kind.facts:
        fact = kind.facts[name.text]
        found = read_value_or_history(value, f"{kind.name}.{name.text}", fact, report)
        if found is not None:
            draft.facts[name.text] = found
    elif name.text == "began":
        draft.began = _bound(value, report)
    elif name.text == "ended":
        draft.ended = _bound(value, report)
    elif name.text == "contents":
        _read_contents(draft, value, kind, report)
    else:
        _tell_unknown_fact(name, kind, report)


def _tell_unknown_fact(name: TextNode, kind: RecordKind, report: Report) -> None:
    known = [*kind.facts, *OWN_KEYS]
    if meant := likely(name.text, known):
        report.add("P05", name.span, fact=name.text, record=kind.name, meant=meant)
    else:
        report.add("P05.list", name.span, fact=name.text, record=kind.name, facts=listed(known))


def _bound(value: Node, report: Report) -> Moment | None:
    if isinstance(value, TextNode):
        return read_moment(value.text, value.span, report)
    report.add("T14", value.span, value="…", example="2026-01-05")
    return None


def _read_contents(draft: Draft, node: Node, kind: RecordKind, report: Report) -> None:
    if isinstance(node, TextNode):
        report.add("P08", node.span)
        return
    for item in node.items if isinstance(node, ListNode) else ():
        if not isinstance(item, TextNode):
            report.add("P08", item.span)
        elif _is_field(item, kind, report):
            draft.filled_at_start.append(item.text)
    for key, value in node.present() if isinstance(node, MapNode) else ():
        if not isinstance(value, TextNode):
            report.add("P08", value.span)
        elif _is_field(key, kind, report) and (day := read_date(value, report)):
            draft.contents[key.text] = day


def _is_field(name: TextNode, kind: RecordKind, report: Report) -> bool:
    if name.text in kind.contents:
        return True
    meant = likely(name.text, kind.contents) or listed(kind.contents) or "–"
    report.add("V18", name.span, field=name.text, record=kind.name, meant=meant)
    return False
