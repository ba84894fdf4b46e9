"""Values of facts in a test: one value, or a history of values by the day each is valid from."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from rules.case import History, Value
from rules.durations import read_duration
from rules.problems import Report
from rules.vocabulary import FactKind, FactType
from rules.wants import NUMBER, read_yes_no, tell_unknown_choice
from rules.written_dates import read_date
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode, is_missing

GONE = "missing"


def read_value_or_history(
    node: Node, name: str, fact: FactType, report: Report
) -> Value | History | None:
    """Return a fact as a test gives it; in a history, `missing` says that it ceased to be known."""
    if not isinstance(node, MapNode):
        return read_value(node, name, fact, report)
    entries: list[tuple[date, Value | None]] = []
    for key, value in node.entries:
        is_gone = is_missing(value) or (isinstance(value, TextNode) and value.text == GONE)
        found = None if is_gone else read_value(value, name, fact, report)
        if day := read_date(key, report):
            entries.append((day, found))
    entries.sort(key=lambda entry: entry[0])
    return History(tuple(day for day, _ in entries), tuple(value for _, value in entries))


def read_value(node: Node, name: str, fact: FactType, report: Report) -> Value | None:
    """Return one value of the fact called `name`, or None after noting what is wrong with it."""
    if fact.kind == "many":
        return _many(node, name, fact, report)
    if isinstance(node, TextNode):
        return READERS[fact.kind](node, name, fact, report)
    report.add("P07", node.span, fact=name)
    return None


def _many(node: Node, name: str, fact: FactType, report: Report) -> Value | None:
    values = set()
    for item in node.items if isinstance(node, ListNode) else (node,):
        if not isinstance(item, TextNode):
            report.add("P07", item.span, fact=name)
        elif item.text in fact.choices:
            values.add(item.text)
        else:
            tell_unknown_choice(item, name, fact, report)
    return frozenset(values)


def _number(node: TextNode, name: str, fact: FactType, report: Report) -> Value | None:
    if re.fullmatch(NUMBER, node.text):
        return float(node.text) if "." in node.text else int(node.text)
    report.add("P07.number", node.span, fact=name, value=node.text)
    return None


def _choice(node: TextNode, name: str, fact: FactType, report: Report) -> Value | None:
    if node.text in fact.choices:
        return node.text
    tell_unknown_choice(node, name, fact, report)
    return None


Reader = Callable[[TextNode, str, FactType, Report], Value | None]
READERS: Mapping[FactKind, Reader] = {
    "number": _number,
    "choice": _choice,
    "yes/no": lambda node, name, fact, report: read_yes_no(node, name, report),
    "date": lambda node, name, fact, report: read_date(node, report),
    "duration": lambda node, name, fact, report: read_duration(node, report),
    "text": lambda node, name, fact, report: node.text,
}
