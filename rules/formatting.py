"""`rules fmt`: one spelling of facts, tidy ends of lines; comments and everything else stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from rules.book import Book
from rules.problems import Report
from rules.source_text import read_text
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode, compose

CONDITIONS = ("when", "unless", "pause_while")


def formatted(data: bytes, book: Book) -> bytes:
    """Return a rule file in its one form. Doing it twice changes nothing more.

    Facts in conditions get the name of their record (`case.target_group`), which survives copying
    to another rule; lines lose spaces at their end, and the file ends with one line break.
    `book` is the book that the file is part of, so that the file is known to be sound.
    """
    report = Report("")
    text = read_text(data, report)
    if text is None:
        return data
    report.lines = text.split("\n")
    root = compose(text, report)
    lines = list(report.lines)
    for node, record in _bare_facts(root, book):
        at = node.span.column - 1 + (node.offset or 0)
        line = lines[node.span.line - 1]
        lines[node.span.line - 1] = f"{line[:at]}{record}.{line[at:]}"
    return _tidy(lines).encode("utf-8")


def _tidy(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).rstrip("\n") + "\n"


def _bare_facts(root: Node | None, book: Book) -> list[tuple[TextNode, str]]:
    """Return the facts written without their record, the last in the file first."""
    if not isinstance(root, MapNode):
        return []
    found = chain(_in_rules(root), _in_local_changes(root, book))
    bare = [
        (key, record)
        for key, record in found
        if "." not in key.text and key.text in book.vocabulary.records[record].facts
    ]
    # an insertion moves what stands behind it in its line
    return sorted(bare, key=lambda one: (one[0].span.line, one[0].span.column), reverse=True)


def _in_rules(root: MapNode) -> Iterator[tuple[TextNode, str]]:
    rules = root.map("rules")
    for _, rule in rules.entries if rules else ():
        kind = rule.text("for") if isinstance(rule, MapNode) else None
        if isinstance(rule, MapNode) and kind is not None:
            for key in CONDITIONS:
                yield from _facts(rule.get(key), kind.text)
            yield from _in_changes(rule.get("changes"), kind.text)


def _in_local_changes(root: MapNode, book: Book) -> Iterator[tuple[TextNode, str]]:
    changes = root.map("changes")
    for name, items in changes.entries if changes else ():
        yield from _in_changes(items, book.rules[name.text].record)


def _in_changes(changes: Node | None, record: str) -> Iterator[tuple[TextNode, str]]:
    for change in changes.items if isinstance(changes, ListNode) else ():
        if isinstance(change, MapNode):
            yield from _facts(change.get("when"), record)


def _facts(condition: Node | None, record: str) -> Iterator[tuple[TextNode, str]]:
    alternatives = condition.items if isinstance(condition, ListNode) else (condition,)
    for one in alternatives:
        for key, _ in one.entries if isinstance(one, MapNode) else ():
            yield key, record


def formatted_files(files: Mapping[str, bytes], book: Book) -> dict[str, bytes]:
    """Return the files of a folder that would change, in their one form."""
    new = {name: formatted(data, book) for name, data in files.items()}
    return {name: data for name, data in new.items() if data != files[name]}
