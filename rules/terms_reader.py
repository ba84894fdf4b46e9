"""Reads what a change may alter: due, then, at_least, what is counted, mails, title, basis."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rules.book import Basis, Condition, Ladder, Must
from rules.conditions import ConditionReader
from rules.frequencies import read_at_least
from rules.ladder_steps import read_ladder, read_role
from rules.phrases import PhraseReader
from rules.problems import Report
from rules.suggestions import likely, listed
from rules.vocabulary import Vocabulary
from rules.written_dates import read_date
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode

LIMIT = re.compile(r"(?P<number>\d{1,9}) +(?P<record>\S+)")
STANDARD_LADDER = "standard"
NOBODY = "nobody"
IRREGULAR = {"child": "children"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rules are read against. `rule_records` is None when not every rule could be read."""

    vocabulary: Vocabulary
    ladders: Mapping[str, Ladder]
    rule_records: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Limit:
    """What `must_not_exceed` says: so many records of a kind."""

    number: int
    record: str


class TermsReader:
    """Reads the terms of one rule for `record`, in the rule itself or in a change of it."""

    def __init__(self, record: str, around: Surroundings, report: Report) -> None:
        self.record = record
        self.around = around
        self.report = report
        self.phrases = PhraseReader(record, around.vocabulary, report)
        self.conditions = ConditionReader(record, around.vocabulary, around.rule_records, report)

    def read(self, node: MapNode, must: Must) -> dict[str, object]:
        """Return the terms a map gives, by their names in Terms."""
        readers = self._readers(must)
        return {
            readers[key.text][0]: readers[key.text][1](value)
            for key, value in node.present()
            if key.text in readers
        }

    def limit(self, node: TextNode) -> Limit | None:
        """Return what `must_not_exceed` says, or None after noting a mistake."""
        found = LIMIT.fullmatch(node.text)
        kinds = _plurals(self.around.vocabulary)
        if found is None:
            self.report.add("V17", node.span, value=node.text)
            return None
        if found["record"] in kinds:
            return Limit(int(found["number"]), kinds[found["record"]])
        at = node.part(found.start("record"), len(found["record"]))
        if meant := likely(found["record"], kinds):
            self.report.add("V17.record", at, record=found["record"], meant=meant)
        else:
            records = listed(kind for kind in kinds if kind not in self.around.vocabulary.records)
            self.report.add("V17.list", at, record=found["record"], records=records)
        return None

    def _readers(self, must: Must) -> dict[str, tuple[str, Callable[[Any], object]]]:
        """Name and reader of each term; that the values have the right shape is known already."""
        return {
            "due": ("due", self.phrases.due),
            "then": ("then", self.phrases.then),
            "at_least": ("at_least", lambda node: read_at_least(node, self.report)),
            "must_contain": ("fields", self._fields),
            "must_not_exceed": ("limit", lambda node: self._number(node, must)),
            "counts_when": ("counts_when", lambda node: self._counts_when(node, must)),
            "notify": ("ladder", self._ladder),
            "waive_by": ("waive_by", self._waive_by),
            "title": ("title", lambda node: node.text),
            "basis": ("basis", self._basis),
        }

    def _number(self, node: TextNode, must: Must) -> int | None:
        limit = self.limit(node)
        if limit is None:
            return None
        if limit.record != must.record:
            self.report.add("V17.other", node.span, record=limit.record, counted=must.record)
            return None
        return limit.number

    def _counts_when(self, node: Node, must: Must) -> Condition | None:
        match must.form:
            case "happen":
                return self.conditions.read_fields(node, must.event)
            case "have" | "not_exceed":
                return self.conditions.read_sibling(node, must.record)
            case _:
                return None

    def _fields(self, node: ListNode) -> tuple[str, ...]:
        known = self.around.vocabulary.records[self.record].contents
        fields: list[str] = []
        for item in node.items:
            text = item.text if isinstance(item, TextNode) else ""
            if text in known:
                fields.append(text)
            elif not known:
                self.report.add("V18.none", item.span, record=self.record)
                return ()
            elif meant := likely(text, known):
                self.report.add("V18", item.span, field=text, record=self.record, meant=meant)
            else:
                names = listed(known)
                self.report.add("V18.list", item.span, field=text, record=self.record, fields=names)
        return tuple(dict.fromkeys(fields))

    def _ladder(self, node: Node) -> Ladder | None:
        if isinstance(node, MapNode):
            return read_ladder("", node, self.around.vocabulary, self.report)
        text = node.text if isinstance(node, TextNode) else ""
        if text in self.around.ladders:
            return self.around.ladders[text]
        if text in self.around.vocabulary.roles:
            self.report.add("V14.role", node.span, role=text)
        elif meant := likely(text, self.around.ladders):
            self.report.add("V14", node.span, name=text, meant=meant)
        else:
            self.report.add("V14.list", node.span, name=text, names=listed(self.around.ladders))
        return None

    def _waive_by(self, node: TextNode) -> str | None:
        if node.text == NOBODY:
            return None
        return read_role(node, self.around.vocabulary, self.report)

    def _basis(self, node: ListNode) -> tuple[Basis, ...]:
        sources: list[Basis] = []
        for item in node.items:
            if isinstance(item, MapNode):
                checked = item.text("checked")
                day = read_date(checked, self.report) if checked else None
                sources.append(
                    Basis(_text(item, "source"), _text(item, "text"), _text(item, "url"), day)
                )
        return tuple(sources)


def _plurals(vocabulary: Vocabulary) -> dict[str, str]:
    """Every kind of record by its name and by its plural."""
    kinds = {kind: kind for kind in vocabulary.records}
    return kinds | {IRREGULAR.get(kind, f"{kind}s"): kind for kind in kinds}


def _text(node: MapNode, key: str) -> str:
    found = node.text(key)
    return found.text if found else ""
