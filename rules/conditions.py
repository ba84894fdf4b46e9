"""Conditions: maps of facts and what is asked of them; a list of maps means any one of these."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from rules.book import Clause, Condition, FactName, RuleStatus, Test, Want
from rules.deadline import Status
from rules.facts import OUTSIDE_CASES, find_fact
from rules.problems import Report, Span
from rules.suggestions import likely, listed
from rules.vocabulary import FactType, Vocabulary
from rules.wants import read_want
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode, is_missing

STATUSES = frozenset(status.value for status in Status)
ReadClause = Callable[[TextNode, Node], Clause | None]


class ConditionReader:
    """Reads the conditions of one rule for `record`.

    `rule_records` holds, for each rule of the book, the kind of record it is for. It is None
    when some file could not be read, so that names cannot be checked.
    """

    def __init__(
        self,
        record: str,
        vocabulary: Vocabulary,
        rule_records: Mapping[str, str] | None,
        report: Report,
    ) -> None:
        self.record = record
        self.vocabulary = vocabulary
        self.rule_records = rule_records
        self.report = report

    def read(self, node: Node) -> Condition | None:
        """Return a condition on the rule's own record, its case, its child and other rules."""
        return self._alternatives(node, self._clause)

    def read_fields(self, node: Node, event: str) -> Condition | None:
        """Return a condition on the fields of an event."""
        fields = self.vocabulary.events[event].fields
        return self._alternatives(
            node, lambda key, want: self._own_clause(key, want, "", event, fields)
        )

    def read_sibling(self, node: Node, kind: str) -> Condition | None:
        """Return a condition on the facts of the counted records of a kind."""
        facts = self.vocabulary.records[kind].facts
        return self._alternatives(
            node, lambda key, want: self._own_clause(key, want, kind, kind, facts)
        )

    def _alternatives(self, node: Node, read: ReadClause) -> Condition | None:
        maps = node.items if isinstance(node, ListNode) else (node,)
        alternatives: list[tuple[Clause, ...]] = []
        for item in maps:
            if not isinstance(item, MapNode) or not item.entries:
                self.report.add("S17.list", item.span)
                return None
            clauses = [read(key, value) for key, value in item.entries]
            alternatives.append(tuple(clause for clause in clauses if clause is not None))
            if len(alternatives[-1]) < len(clauses):
                return None
        return Condition(tuple(alternatives), self.report.place(node.span))

    def _clause(self, key: TextNode, node: Node) -> Clause | None:
        if key.text.startswith("rule."):
            return self._rule_clause(key, node)
        if "=" in key.text and is_missing(node):
            left, _, right = key.text.partition("=")
            values = {"fact": left.strip(), "want": right.strip("= ") or "…"}
            self.report.add("S17.equals", key.span, **values)
            return None
        found = find_fact(key.text, key.span, self.record, self.vocabulary, self.report)
        if found is None:
            return None
        name, fact = found
        want = read_want(node, key.text, fact, self.report)
        return Clause(name, want, self.report.place(key.span)) if want else None

    def _own_clause(
        self, key: TextNode, node: Node, record: str, owner: str, facts: Mapping[str, FactType]
    ) -> Clause | None:
        name = key.text.removeprefix(f"{owner}.")
        if name not in facts:
            self._tell_no_field(key, owner, facts)
            return None
        want = read_want(node, key.text, facts[name], self.report)
        return Clause(FactName(record, name), want, self.report.place(key.span)) if want else None

    def _tell_no_field(self, key: TextNode, owner: str, facts: Mapping[str, FactType]) -> None:
        if meant := likely(key.text, facts):
            self.report.add("V13", key.span, field=key.text, owner=owner, meant=meant)
        elif facts:
            known = listed(facts)
            self.report.add("V13.list", key.span, field=key.text, owner=owner, fields=known)
        else:
            self.report.add("V13.none", key.span, field=key.text, owner=owner)

    def _rule_clause(self, key: TextNode, node: Node) -> Clause | None:
        name = key.text.removeprefix("rule.")
        if self.rule_records is not None and not self._rule_is_within_reach(name, key):
            return None
        texts = node.items if isinstance(node, ListNode) else (node,)
        statuses = [self._status(item) for item in texts]
        if not statuses or None in statuses:
            return None
        found = frozenset(status for status in statuses if status is not None)
        want = Want(Test.ANY, ", ".join(sorted(found)), frozenset(found))
        return Clause(RuleStatus(name), want, self.report.place(key.span))

    def _rule_is_within_reach(self, name: str, key: TextNode) -> bool:
        assert self.rule_records is not None
        if name not in self.rule_records:
            tell_unknown_rule(name, key.part(5, len(name)), self.rule_records, self.report)
            return False
        other = self.rule_records[name]
        if (other in OUTSIDE_CASES or self.record in OUTSIDE_CASES) and other != self.record:
            self.report.add("V11.rule", key.span, rule=name, other=other, record=self.record)
            return False
        return True

    def _status(self, node: Node) -> str | None:
        if isinstance(node, TextNode) and node.text in STATUSES:
            return Status(node.text).value
        text = node.text if isinstance(node, TextNode) else "…"
        if meant := likely(text, STATUSES):
            self.report.add("V15", node.span, value=text, meant=meant)
        else:
            self.report.add("V15.list", node.span, value=text, statuses=", ".join(Status))
        return None


def tell_unknown_rule(name: str, span: Span, rules: Collection[str], report: Report) -> None:
    """Note that no rule has this name."""
    if meant := likely(name, rules):
        report.add("V10", span, rule=name, meant=meant)
    else:
        report.add("V10.list", span, rule=name)
