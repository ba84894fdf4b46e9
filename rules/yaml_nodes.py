"""YAML as a tree of texts, maps and lists that all know where they stand.

Built from the parser's events: no value is ever guessed to be a number, a date or yes/no,
and what lets YAML mean something else than it says (anchors, tags, merging) is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from rules.problems import START, Report, Span
from rules.yaml_mistakes import tell_special, tell_yaml_mistake

MOST_LEVELS = 20
NOTHING = frozenset({"", "~", "null"})


@dataclass(frozen=True, slots=True)
class TextNode:
    """A key or a value. `offset` is where the text begins in its span; None if it is not there."""

    text: str
    span: Span
    offset: int | None
    quoted: bool

    @property
    def is_missing(self) -> bool:
        """Say whether it says nothing: empty, `~` or `null`, without quotes."""
        return not self.quoted and self.text in NOTHING

    def part(self, start: int, length: int) -> Span:
        """Return a piece of the text, to be underlined; all of it when it spans several lines."""
        if self.offset is None:
            return self.span
        return Span(self.span.line, self.span.column + self.offset + start, length)


@dataclass(frozen=True, slots=True)
class MapNode:
    """Keys and values, in the order written."""

    entries: tuple[tuple[TextNode, Node], ...]
    span: Span
    index: dict[str, tuple[TextNode, Node]] = field(default_factory=dict, compare=False)

    def has(self, name: str) -> bool:
        """Say whether a key is there and says something."""
        return self.get(name) is not None

    def get(self, name: str) -> Node | None:
        """Return the value of a key; None when the key is absent or its value missing."""
        found = self.index.get(name)
        return None if found is None or is_missing(found[1]) else found[1]

    def key(self, name: str) -> TextNode:
        """Return the key itself.

        Raises: KeyError when it is not there.
        """
        return self.index[name][0]

    def text(self, name: str) -> TextNode | None:
        """Return the value of a key when it is a text."""
        node = self.get(name)
        return node if isinstance(node, TextNode) else None

    def map(self, name: str) -> MapNode | None:
        """Return the value of a key when it is a map."""
        node = self.get(name)
        return node if isinstance(node, MapNode) else None

    def present(self) -> Iterator[tuple[TextNode, Node]]:
        """Give every key with its value, leaving out values that are missing."""
        return ((key, value) for key, value in self.entries if not is_missing(value))


@dataclass(frozen=True, slots=True)
class ListNode:
    """Values in a list."""

    items: tuple[Node, ...]
    span: Span


Node = TextNode | MapNode | ListNode


def is_missing(node: Node) -> bool:
    """Say whether a value says nothing."""
    return isinstance(node, TextNode) and node.is_missing


def compose(text: str, report: Report) -> Node | None:
    """Return the tree of a YAML text, or None after noting what is wrong with it."""
    builder = _Builder(report)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if not builder.take(event):
                return None
    except MarkedYAMLError as error:
        if not report.failed:
            tell_yaml_mistake(error, report)
        return None
    except (YAMLError, ValueError, OverflowError):
        # the reader's own complaints about characters, and broken escapes such as \U00110000
        report.add("Y00", START)
        return None
    return None if report.failed else builder.root


class _Builder:
    """Builds the tree with a stack of open maps and lists, so that depth costs no recursion."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.root: Node | None = None
        self.documents = 0
        self.open: list[tuple[Any, list[Node]]] = []

    def take(self, event: Any) -> bool:
        """Add one event to the tree; False when reading must stop here."""
        if isinstance(event, ScalarEvent):
            return self._is_plain_yaml(event) and self._add(self._text_node(event))
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            return self._is_plain_yaml(event) and self._start(event)
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            return self._end(event)
        if isinstance(event, AliasEvent):
            return self._refuse_mark(event)
        if isinstance(event, DocumentStartEvent):
            return self._start_document(event)
        return True

    def _is_plain_yaml(self, event: Any) -> bool:
        return (event.anchor is None and event.tag is None) or self._refuse_mark(event)

    def _refuse_mark(self, event: Any) -> bool:
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            line = self.report.line(event.start_mark.line + 1)[event.start_mark.column :]
            mark = line.split(" ")[0] or "&"
            at = Span(event.start_mark.line + 1, event.start_mark.column + 1, len(mark))
            self.report.add("Y13.mark", at, mark=mark)
            return False
        tell_special(event.start_mark.line + 1, event.start_mark.column + 1, self.report)
        return False

    def _start_document(self, event: Any) -> bool:
        self.documents += 1
        if self.documents > 1:
            self.report.add("Y10", Span(event.start_mark.line + 1, 1, 3))
        return self.documents == 1

    def _start(self, event: Any) -> bool:
        self.open.append((event, []))
        if len(self.open) > MOST_LEVELS:
            self.report.add("Y05.deep", self._span(event, event), levels=MOST_LEVELS)
            return False
        return True

    def _end(self, event: Any) -> bool:
        start, children = self.open.pop()
        span = self._span(start, event)
        # the first word of a block begins where the block does; it was noted before
        self.report.lengths.setdefault((span.line, span.column), span.length)
        if isinstance(event, SequenceEndEvent):
            return self._add(ListNode(tuple(children), span))
        node = self._map_node(children, span)
        return node is not None and self._add(node)

    def _add(self, node: Node) -> bool:
        if self.open:
            self.open[-1][1].append(node)
        else:
            self.root = node
        return True

    def _map_node(self, children: list[Node], span: Span) -> MapNode | None:
        entries: list[tuple[TextNode, Node]] = []
        index: dict[str, tuple[TextNode, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, TextNode) or key.text == "<<":
                self.report.add("Y13", key.span)
                return None
            if key.text in index:
                self._tell_duplicate(index[key.text][0], key)
            index.setdefault(key.text, (key, value))
            entries.append((key, value))
        return MapNode(tuple(entries), span, index)

    def _tell_duplicate(self, first: TextNode, second: TextNode) -> None:
        self.report.add(
            "Y14",
            second.span,
            key=second.text,
            first=first.span.line,
            source=self.report.line(first.span.line).strip(),
        )

    def _text_node(self, event: Any) -> TextNode:
        span = self._span(event, event)
        self.report.lengths[span.line, span.column] = span.length
        quoted = event.style is not None
        raw = self.report.line(span.line)[span.column - 1 : span.column - 1 + span.length]
        offset = 1 if quoted else 0
        is_there = raw[offset : len(raw) - offset] == event.value
        return TextNode(event.value, span, offset if is_there else None, quoted)

    def _span(self, first: Any, last: Any) -> Span:
        start, end = first.start_mark, last.end_mark
        line = self.report.line(start.line + 1)
        stop = end.column if end.line == start.line else len(line.rstrip())
        return Span(start.line + 1, start.column + 1, max(stop - start.column, 1))
