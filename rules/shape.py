"""Does a rule file have the right keys in the right places? Their values are read later."""

from __future__ import annotations

import re
from collections.abc import Collection

from rules.key_checks import UNCLEAR, check_keys, check_words
from rules.key_shapes import (
    BASIS_KEYS,
    CHANGE_KEYS,
    FILE_KEYS,
    KEYS_OF_MUST,
    MUSTS,
    REQUIRED,
    RULE_KEYS,
    RULE_NAME,
    TERM_KEYS,
    TEST_KEYS,
)
from rules.problems import START, Report, Span
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode, is_missing

LAYER = re.compile(r"national|(municipality|team): *\S.*")
LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "_": "-", " ": "-", ".": "-"})


def check_shape(root: Node | None, report: Report) -> MapNode | None:
    """Return the file's outer map when its shape is right, or None after noting what is not."""
    if root is None or is_missing(root):
        report.add("S01", START)
        return None
    if not isinstance(root, MapNode):
        report.add("S01.map", root.span)
        return None
    _check_outer(root, report)
    return None if report.failed else root


def _check_outer(root: MapNode, report: Report) -> None:
    misplaced = _misplaced_rule_keys(root, report)
    known = {key: node for key, node in root.index.items() if key not in misplaced}
    outer = MapNode(tuple(known.values()), root.span, known)
    taken = check_keys(outer, FILE_KEYS, "file", report)
    if "language" not in taken:
        report.add("S10", START, key="language", example="language: 1")
    _check_language_and_layer(root, report)
    for name, rule in _entries(root, "rules", report):
        _check_rule(name, rule, misplaced, report)
    for name, changes in _entries(root, "changes", report):
        if isinstance(changes, ListNode):
            _check_changes(changes, root.has("layer"), report)
        else:
            entry = "S05.list" if isinstance(changes, TextNode) else "S05.dash"
            report.add(entry, changes.span, key=name.text, value="…")


def _misplaced_rule_keys(root: MapNode, report: Report) -> set[str]:
    misplaced = {key for key in root.index if key in RULE_KEYS and key not in FILE_KEYS}
    for key in misplaced:
        report.add("S02", root.key(key).span, key=key)
    return misplaced


def _check_language_and_layer(root: MapNode, report: Report) -> None:
    if (language := root.text("language")) and language.text != "1":
        report.add("S09", language.span, value=language.text)
    if (layer := root.text("layer")) and not LAYER.fullmatch(layer.text):
        report.add("S11", layer.span, value=layer.text)
    layer_map = root.map("layer")
    if layer_map and layer_map.entries:
        # layer: municipality: koebenhavn, without quotes, on two lines
        key, value = layer_map.entries[0]
        text = value.text if isinstance(value, TextNode) else "…"
        report.add("S11", key.span, value=f"{key.text}: {text}")


def _entries(root: MapNode, key: str, report: Report) -> tuple[tuple[TextNode, Node], ...]:
    found = root.map(key)
    if found is None:
        return ()
    for name, _ in found.entries:
        if not RULE_NAME.fullmatch(name.text):
            report.add("S04", name.span, name=name.text, example=_as_rule_name(name.text))
    return found.entries


def _as_rule_name(text: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", text.lower().translate(LETTERS)).strip("-")
    return words if RULE_NAME.fullmatch(words) else "network-meeting"


def _check_rule(name: TextNode, node: Node, misplaced: Collection[str], report: Report) -> None:
    if not isinstance(node, MapNode):
        report.add("S05.rule", name.span, name=name.text)
        return
    taken = check_keys(node, RULE_KEYS, "rule", report) | set(misplaced)
    for key in REQUIRED:
        if key not in taken:
            report.add("S10", name.span, key=key, example=EXAMPLES[key])
    _check_must(name, node, taken, report)
    check_words(node, report)
    if isinstance(basis := node.get("basis"), ListNode):
        _check_basis(basis, report)
    if isinstance(changes := node.get("changes"), ListNode):
        _check_changes(changes, False, report)
    if isinstance(tests := node.get("tests"), ListNode):
        _check_tests(tests, report)


EXAMPLES = {
    "title": "title: Netværksmøde mindst hver 8. uge",
    "binding": "binding: standard",
    "basis": "basis:\n  - source: Barnets lov § …",
    "for": "for: case",
    "in_force": "in_force: 2026-01-01",
    "why": "why: …",
    "name": "name: …",
    "source": "source: Barnets lov § …",
    "given": "given: {case: {began: 2026-01-05}}",
}


def _check_must(name: TextNode, rule: MapNode, taken: Collection[str], report: Report) -> None:
    written = [key for key in rule.index if key in MUSTS and rule.has(key)]
    if len(written) > 1:
        report.add("S12", rule.key(written[1]).span, second=written[1], first=written[0])
    elif not any(key in taken for key in (*MUSTS, UNCLEAR)):
        report.add("S13", name.span)
    elif written:
        _check_time_keys(rule, written[0], taken, report)


def _check_time_keys(rule: MapNode, must: str, taken: Collection[str], report: Report) -> None:
    ended = must == "must_happen" and (text := rule.text(must)) and text.text == "ended"
    fitting = ("look_back", "due") if ended else KEYS_OF_MUST[must]
    for key in ("counts_when", "look_back", "then", "at_least"):
        if rule.has(key) and key not in fitting:
            what = f"{must}: ended" if ended else must
            report.add("S18", rule.key(key).span, key=key, must=what)
    if "at_least" in taken and must == "must_happen":
        for key in ("due", "then"):
            if rule.has(key):
                report.add("S15", rule.key(key).span, key=key)
    elif "due" not in taken:
        if "then" in taken and rule.has("then"):
            report.add("S14", rule.key("then").span)
        else:
            report.add("S16", rule.key(must).span)


def _check_basis(basis: ListNode, report: Report) -> None:
    for item in basis.items:
        if not isinstance(item, MapNode):
            text = item.text if isinstance(item, TextNode) else "…"
            report.add("S05.source", item.span, text=text)
        elif "source" not in check_keys(item, BASIS_KEYS, "basis", report):
            report.add("S10", _first(item), key="source", example=EXAMPLES["source"])


def _check_changes(changes: ListNode, local: bool, report: Report) -> None:
    for item in changes.items:
        if isinstance(item, MapNode):
            _check_change(item, local, report)
        else:
            report.add("S05.change", item.span)


def _check_change(change: MapNode, local: bool, report: Report) -> None:
    taken = check_keys(change, CHANGE_KEYS, "change", report)
    if "why" not in taken:
        report.add("S10", _first(change), key="why", example=EXAMPLES["why"])
    if UNCLEAR in taken:
        return
    if not local and not taken & {"from", "when"}:
        report.add("S19", _first(change))
    if not taken & {"off", *TERM_KEYS}:
        report.add("S20", _first(change))
    elif (off := change.text("off")) and off.text == "no" and not taken & set(TERM_KEYS):
        report.add("S20", off.span)
    check_words(change, report)
    if isinstance(basis := change.get("basis"), ListNode):
        _check_basis(basis, report)


def _check_tests(tests: ListNode, report: Report) -> None:
    for item in tests.items:
        if not isinstance(item, MapNode):
            report.add("S05.test", item.span)
            continue
        taken = check_keys(item, TEST_KEYS, "test", report)
        for key in ("name", "given"):
            if key not in taken:
                report.add("S10", _first(item), key=key, example=EXAMPLES[key])


def _first(node: MapNode) -> Span:
    """The first key of a list item stands for the item."""
    return (
        Span(node.entries[0][0].span.line, node.entries[0][0].span.column)
        if (node.entries)
        else node.span
    )
