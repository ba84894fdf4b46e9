"""The `given` of a test: turns a few facts written in a rule file into a whole Case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from rules.book import Rule
from rules.case import Case, Event, History, Record, Value
from rules.dates import Moment, instant_of
from rules.durations import read_duration
from rules.facts import OUTSIDE_CASES
from rules.problems import Report, Span
from rules.suggestions import likely, listed
from rules.terms_reader import Surroundings
from rules.vocabulary import EventKind, FactType, RecordKind
from rules.wants import NUMBER, TRUTH, YES_NO, tell_unknown_choice
from rules.written_dates import read_date, read_moment
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode, is_missing

OWN_KEYS = ("began", "ended", "contents")
LIST_KEYS = ("events", "records", "count")


class Example(NamedTuple):
    """The made-up case, the record the rule is asked about, and when that record began."""

    case: Case
    ref: str
    began: Moment | None


@dataclass(slots=True)
class _Draft:
    """A record while it is being read."""

    kind: str
    ref: str
    span: Span
    began: Moment | None = None
    ended: Moment | None = None
    facts: dict[str, Value | History] = field(default_factory=dict)
    contents: dict[str, date] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)


class GivenReader:
    """Reads what a test of one rule is given."""

    def __init__(self, rule: Rule, around: Surroundings, report: Report) -> None:
        self.rule = rule
        self.vocabulary = around.vocabulary
        self.report = report

    def read(self, node: Node | None, place: Span) -> Example | None:
        """Return the example, or None after noting what is wrong with it."""
        before = len(self.report.problems)
        if not isinstance(node, MapNode) or not node.entries:
            self.report.add("P02", place, record=self.rule.record)
            return None
        drafts = self._records(node)
        tested = next((draft for draft in drafts if draft.kind == self.rule.record), None)
        if tested is None:
            if len(self.report.problems) == before:
                self.report.add("P02", node.span, record=self.rule.record)
            return None
        self._complete(drafts, tested)
        self._events(node.get("events"), drafts, tested)
        counts = self._counts(node.get("count"))
        if len(self.report.problems) > before:
            return None
        return self._example(drafts, tested, counts)

    def _records(self, node: MapNode) -> list[_Draft]:
        drafts: list[_Draft] = []
        for key, value in node.present():
            if key.text in self.vocabulary.records:
                drafts.append(self._record(key, value, key.text))
            elif key.text not in LIST_KEYS:
                self._tell_unknown_key(key)
        # the record under test comes first, so that its plain name is its reference
        siblings = node.get("records")
        if siblings is not None and not isinstance(siblings, ListNode):
            self.report.add("P09", siblings.span)
        for item in siblings.items if isinstance(siblings, ListNode) else ():
            drafts += self._sibling(item, drafts)
        return drafts

    def _sibling(self, item: Node, drafts: list[_Draft]) -> list[_Draft]:
        if not isinstance(item, MapNode) or len(item.entries) != 1:
            self.report.add("P09", item.span)
            return []
        key, value = item.entries[0]
        if key.text not in self.vocabulary.records:
            self._tell_unknown_key(key)
            return []
        number = 2 + sum(draft.kind == key.text for draft in drafts)
        return [self._record(key, value, f"{key.text}-{number}")]

    def _tell_unknown_key(self, key: TextNode) -> None:
        known = [*self.vocabulary.records, *LIST_KEYS]
        if meant := likely(key.text, known):
            self.report.add("P03", key.span, key=key.text, meant=meant)
        else:
            self.report.add("P03.list", key.span, key=key.text, known=listed(known))

    def _record(self, key: TextNode, node: Node, ref: str) -> _Draft:
        draft = _Draft(key.text, ref, key.span)
        if not isinstance(node, MapNode):
            self.report.add("P04", node.span, record=key.text)
            return draft
        kind = self.vocabulary.records[key.text]
        for name, value in node.present():
            if name.text in ("began", "ended") and name.text not in kind.facts:
                self._bound(draft, name, value)
            elif name.text == "contents":
                self._contents(draft, value, kind)
            elif name.text in kind.facts:
                self._fact(draft, name, value, kind)
            else:
                self._tell_unknown_fact(name, kind)
        if draft.began and draft.ended and instant_of(draft.ended) < instant_of(draft.began):
            self.report.add("P06", node.key("ended").span)
        return draft

    def _fact(self, draft: _Draft, name: TextNode, value: Node, kind: RecordKind) -> None:
        found = self._value_or_history(value, f"{kind.name}.{name.text}", kind.facts[name.text])
        if found is not None:
            draft.facts[name.text] = found

    def _tell_unknown_fact(self, name: TextNode, kind: RecordKind) -> None:
        known = [*kind.facts, *OWN_KEYS]
        if meant := likely(name.text, known):
            self.report.add("P05", name.span, fact=name.text, record=kind.name, meant=meant)
        else:
            names = listed(known)
            self.report.add("P05.list", name.span, fact=name.text, record=kind.name, facts=names)

    def _bound(self, draft: _Draft, name: TextNode, value: Node) -> None:
        if not isinstance(value, TextNode):
            self.report.add("T14", value.span, value="…", example="2026-01-05")
            return
        moment = read_moment(value.text, value.span, self.report)
        if name.text == "began":
            draft.began = moment
        else:
            draft.ended = moment

    def _contents(self, draft: _Draft, node: Node, kind: RecordKind) -> None:
        if not isinstance(node, MapNode):
            self.report.add("P08", node.span)
            return
        for key, value in node.present():
            if key.text not in kind.contents:
                meant = likely(key.text, kind.contents) or listed(kind.contents) or "–"
                values = {"field": key.text, "record": kind.name, "meant": meant}
                self.report.add("V18", key.span, **values)
            elif not isinstance(value, TextNode):
                self.report.add("P08", value.span)
            elif day := read_date(value, self.report):
                draft.contents[key.text] = day

    def _value_or_history(self, node: Node, name: str, fact: FactType) -> Value | History | None:
        if not isinstance(node, MapNode):
            return self._value(node, name, fact)
        entries: list[tuple[date, Value | None]] = []
        for key, value in node.entries:
            day = read_date(key, self.report)
            gone = is_missing(value) or (isinstance(value, TextNode) and value.text == "missing")
            found = None if gone else self._value(value, name, fact)
            if day is not None:
                entries.append((day, found))
        entries.sort(key=lambda entry: entry[0])
        return History(tuple(day for day, _ in entries), tuple(value for _, value in entries))

    def _value(self, node: Node, name: str, fact: FactType) -> Value | None:
        if fact.kind == "many":
            return self._many(node, name, fact)
        if not isinstance(node, TextNode):
            self.report.add("P07", node.span, fact=name)
            return None
        match fact.kind:
            case "number":
                if re.fullmatch(NUMBER, node.text):
                    return float(node.text) if "." in node.text else int(node.text)
                self.report.add("P07.number", node.span, fact=name, value=node.text)
            case "date":
                return read_date(node, self.report)
            case "duration":
                return read_duration(node, self.report)
            case "yes/no":
                if node.text in YES_NO:
                    return YES_NO[node.text]
                meant = TRUTH.get(node.text.lower(), "yes")
                self.report.add("V07", node.span, fact=name, value=node.text, meant=meant)
            case "choice":
                if node.text in fact.choices:
                    return node.text
                tell_unknown_choice(node, name, fact, self.report)
            case _:
                return node.text
        return None

    def _many(self, node: Node, name: str, fact: FactType) -> Value | None:
        items = node.items if isinstance(node, ListNode) else (node,)
        values = []
        for item in items:
            if isinstance(item, TextNode) and item.text in fact.choices:
                values.append(item.text)
            elif isinstance(item, TextNode):
                tell_unknown_choice(item, name, fact, self.report)
            else:
                self.report.add("P07", item.span, fact=name)
        return frozenset(values)

    def _complete(self, drafts: list[_Draft], tested: _Draft) -> None:
        """Give every case-bound record a beginning, and the case itself a record."""
        if tested.kind in OUTSIDE_CASES:
            return
        case = next((draft for draft in drafts if draft.kind == "case"), None)
        if case is None:
            case = _Draft("case", "case", tested.span)
            drafts.append(case)
        case.began = case.began or tested.began
        if case.began is None:
            self.report.add("P02.began", tested.span, record=tested.kind)
        for draft in drafts:
            draft.began = draft.began or case.began

    def _events(self, node: Node | None, drafts: list[_Draft], tested: _Draft) -> None:
        if node is not None and not isinstance(node, ListNode):
            self.report.add("P10", node.span)
        for item in node.items if isinstance(node, ListNode) else ():
            self._event(item, drafts, tested)

    def _event(self, item: Node, drafts: list[_Draft], tested: _Draft) -> None:
        key, fields = _event_parts(item)
        if key is None:
            self.report.add("P10", item.span)
            return
        moment_text, _, name = key.text.strip().rpartition(" ")
        kind = self.vocabulary.events.get(name)
        if kind is None:
            self._tell_unknown_event(key, name)
            return
        at = read_moment(moment_text, key.part(0, len(moment_text)), self.report)
        holder = next((draft for draft in (tested, *drafts) if draft.kind in kind.on), None)
        if holder is None:
            on = key.part(len(key.text) - len(name), len(name))
            self.report.add("P11", on, event=name, records=listed(kind.on))
        elif at is not None:
            holder.events.append(Event(name, at, self._fields(fields, kind)))

    def _tell_unknown_event(self, key: TextNode, name: str) -> None:
        at = key.part(len(key.text) - len(name), len(name))
        if " " not in key.text.strip():
            self.report.add("P10", key.span)
        elif meant := likely(name, self.vocabulary.events):
            self.report.add("V03", at, event=name, meant=meant)
        else:
            own = [n for n, kind in self.vocabulary.events.items() if self.rule.record in kind.on]
            values = {"event": name, "record": self.rule.record, "events": listed(own)}
            self.report.add("V03.list", at, **values)

    def _fields(self, node: Node | None, kind: EventKind) -> Mapping[str, Value]:
        if node is not None and not isinstance(node, MapNode):
            self.report.add("P10", node.span)
        found: dict[str, Value] = {}
        for key, value in node.present() if isinstance(node, MapNode) else ():
            if key.text not in kind.fields:
                meant = likely(key.text, kind.fields) or listed(kind.fields) or "–"
                self.report.add("V13", key.span, field=key.text, owner=kind.name, meant=meant)
                continue
            read = self._value(value, f"{kind.name}.{key.text}", kind.fields[key.text])
            if read is not None:
                found[key.text] = read
        return found

    def _counts(self, node: Node | None) -> Mapping[str, History] | None:
        if node is None:
            return None
        if self.rule.must.form != "not_exceed" or not isinstance(node, MapNode):
            self.report.add("P12", node.span)
            return None
        found = self._value_or_history(node, "count", FactType("number"))
        return {self.rule.must.record: found} if isinstance(found, History) else None

    def _example(
        self, drafts: list[_Draft], tested: _Draft, counts: Mapping[str, History] | None
    ) -> Example:
        owner = (
            tested
            if tested.kind in OUTSIDE_CASES
            else next(draft for draft in drafts if draft.kind == "case")
        )
        journal = sorted(
            ((event, draft) for draft in drafts for event in draft.events),
            key=lambda entry: instant_of(entry[0].at),
        )
        for draft in drafts:
            draft.events = [
                event._replace(number=number)
                for number, (event, holder) in enumerate(journal, 1)
                if holder is draft
            ]
        child = next((draft for draft in drafts if draft.kind == "child"), None)
        born = child.facts.get("born") if child else None
        records = tuple(_record_of(draft) for draft in drafts)
        day = born if isinstance(born, date) and not isinstance(born, datetime) else None
        return Example(Case(owner.ref, records, day, counts), tested.ref, tested.began)


def _event_parts(item: Node) -> tuple[TextNode | None, Node | None]:
    if isinstance(item, TextNode):
        return item, None
    if isinstance(item, MapNode) and len(item.entries) == 1:
        key, fields = item.entries[0]
        return key, None if is_missing(fields) else fields
    return None, None


def _record_of(draft: _Draft) -> Record:
    return Record(
        draft.kind,
        draft.ref,
        draft.began,
        draft.ended,
        draft.facts,
        draft.contents,
        tuple(draft.events),
    )
