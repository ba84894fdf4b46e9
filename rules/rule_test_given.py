"""The `given` of a test: turns a few facts written in a rule file into a whole Case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from rules.book import Rule
from rules.case import Case, Event, History, Value
from rules.dates import Moment, instant_of
from rules.facts import OUTSIDE_CASES
from rules.problems import Report, Span
from rules.rule_test_records import Draft, read_drafts
from rules.rule_test_values import read_value, read_value_or_history
from rules.suggestions import likely, listed
from rules.terms_reader import Surroundings
from rules.vocabulary import EventKind, FactType
from rules.written_dates import read_moment
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode, is_missing

EVENT = re.compile(r"\S+( +[\d.:]+)? +[^\W\d].*")
"""A date, perhaps a time of day, and a name that begins with a letter."""


class Example(NamedTuple):
    """The made-up case, the record the rule is asked about, and when that record began."""

    case: Case
    ref: str
    began: Moment | None


class GivenReader:
    """Reads what a test of one rule is given."""

    def __init__(self, rule: Rule, around: Surroundings, report: Report) -> None:
        self.rule = rule
        self.vocabulary = around.vocabulary
        self.report = report

    def read(self, node: Node | None, place: Span) -> Example | None:
        """Return the example, or None after noting what is wrong with it."""
        before = len(self.report.problems)
        given = node if isinstance(node, MapNode) else MapNode((), place)
        drafts = read_drafts(given, self.vocabulary, self.report)
        tested = next((draft for draft in drafts if draft.kind == self.rule.record), None)
        if tested is None:
            if len(self.report.problems) == before:
                self.report.add("P02", place, record=self.rule.record)
            return None
        counts = self._counts(given.get("count"))
        if len(self.report.problems) == before:
            self._complete(drafts, tested, counts)
        self._read_events(given.get("events"), drafts, tested)
        return None if len(self.report.problems) > before else _example(drafts, tested, counts)

    def _complete(
        self, drafts: list[Draft], tested: Draft, counts: Mapping[str, History] | None
    ) -> None:
        """Give every record a beginning, and a case to records that belong to one."""
        owner = tested
        if tested.kind not in OUTSIDE_CASES:
            found = next((draft for draft in drafts if draft.kind == "case"), None)
            owner = found or Draft("case", "case", tested.span)
            drafts += [] if found else [owner]
        elif tested.began is None and counts is not None:
            # somebody whose records are counted is there from the first count on
            tested.began = counts[self.rule.must.record].days[0]
        owner.began = owner.began or tested.began
        if owner.began is None:
            self.report.add("P02.began", tested.span, record=tested.kind)
        for draft in drafts:
            draft.began = draft.began or owner.began

    def _read_events(self, node: Node | None, drafts: list[Draft], tested: Draft) -> None:
        if node is not None and not isinstance(node, ListNode):
            self.report.add("P10", node.span)
        for item in node.items if isinstance(node, ListNode) else ():
            key, fields = _event_parts(item)
            if key is None or not EVENT.fullmatch(key.text.strip()):
                self.report.add("P10", item.span)
            else:
                self._read_event(key, fields, drafts, tested)

    def _read_event(
        self, key: TextNode, fields: Node | None, drafts: list[Draft], tested: Draft
    ) -> None:
        moment, _, name = key.text.strip().rpartition(" ")
        name_at = key.part(len(key.text.rstrip()) - len(name), len(name))
        kind = self.vocabulary.events.get(name)
        if kind is None:
            self._tell_unknown_event(name, name_at)
            return
        at = read_moment(moment, key.part(0, len(moment)), self.report)
        holder = next((draft for draft in (tested, *drafts) if draft.kind in kind.on), None)
        if holder is None:
            self.report.add("P11", name_at, event=name, records=listed(kind.on))
        elif at is not None:
            holder.events.append(Event(name, at, self._fields(fields, kind)))

    def _tell_unknown_event(self, name: str, span: Span) -> None:
        events = self.vocabulary.events
        own = listed(n for n, kind in events.items() if self.rule.record in kind.on)
        if meant := likely(name, events):
            self.report.add("V03", span, event=name, meant=meant)
        else:
            record = self.rule.record
            self.report.add("V03.list", span, event=name, record=record, events=own)

    def _fields(self, node: Node | None, kind: EventKind) -> Mapping[str, Value]:
        if node is not None and not isinstance(node, MapNode):
            self.report.add("P10", node.span)
        found: dict[str, Value] = {}
        for key, value in node.present() if isinstance(node, MapNode) else ():
            if key.text not in kind.fields:
                meant = likely(key.text, kind.fields) or listed(kind.fields) or "–"
                self.report.add("V13", key.span, field=key.text, owner=kind.name, meant=meant)
                continue
            name = f"{kind.name}.{key.text}"
            read = read_value(value, name, kind.fields[key.text], self.report)
            if read is not None:
                found[key.text] = read
        return found

    def _counts(self, node: Node | None) -> Mapping[str, History] | None:
        if node is None:
            return None
        if self.rule.must.form != "not_exceed" or not isinstance(node, MapNode) or not node.entries:
            self.report.add("P12", node.span)
            return None
        found = read_value_or_history(node, "count", FactType("number"), self.report)
        is_whole = isinstance(found, History) and len(found.days) == len(node.entries)
        return {self.rule.must.record: found} if isinstance(found, History) and is_whole else None


def _example(drafts: list[Draft], tested: Draft, counts: Mapping[str, History] | None) -> Example:
    _number_events(drafts)
    is_outside = tested.kind in OUTSIDE_CASES
    owner = tested if is_outside else next(draft for draft in drafts if draft.kind == "case")
    child = next((draft for draft in drafts if draft.kind == "child"), None)
    born = child.facts.get("born") if child else None
    records = tuple(draft.record() for draft in drafts)
    case = Case(owner.ref, records, born if isinstance(born, date) else None, counts)
    return Example(case, tested.ref, tested.began)


def _number_events(drafts: list[Draft]) -> None:
    """Give the events of all records their places in the journal, oldest first."""
    journal = [(event, draft) for draft in drafts for event in draft.events]
    journal.sort(key=lambda entry: instant_of(entry[0].at))
    for draft in drafts:
        draft.events = []
    for number, (event, draft) in enumerate(journal, 1):
        draft.events.append(event._replace(number=number))


def _event_parts(item: Node) -> tuple[TextNode | None, Node | None]:
    if isinstance(item, TextNode):
        return item, None
    if isinstance(item, MapNode) and len(item.entries) == 1:
        key, fields = item.entries[0]
        return key, None if is_missing(fields) else fields
    return None, None
