"""Does a rule file have the right keys in the right places? Their values are read later."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from rules.key_shapes import (
    BASIS_KEYS,
    CHANGE_KEYS,
    FILE_KEYS,
    KEYS_OF_MUST,
    MUSTS,
    REQUIRED,
    RULE_KEYS,
    TERM_KEYS,
    TEST_KEYS,
    WORDS,
    Shape,
)
from rules.problems import START, Report, Span
from rules.suggestions import KEY_WORDS, PLACE_WORDS, VALUE_WORDS, likely, listed
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode, is_missing

RULE_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LAYER = re.compile(r"national|(municipality|team): *\S.*")
SENTENCE = re.compile(r"\s*([\w.-]+)\s*(?:==?|:| is | er )\s*(.+?)\s*$")
PLACES = {
    "file": ("the file", "filen"),
    "rule": ("a rule", "en regel"),
    "change": ("a change", "en ændring"),
    "basis": ("a source", "en kilde"),
    "test": ("a test", "en prøve"),
}
UNCLEAR = "?"
NEEDED = frozenset((*REQUIRED, *MUSTS, "due", "why", "name", "source", "language", "given"))
WRONG_SHAPES: Mapping[Shape, Mapping[type[Node], str]] = {
    "text": {MapNode: "S05", ListNode: "S05"},
    "map": {TextNode: "S05.map", ListNode: "S05.map"},
    "list": {TextNode: "S05.list", MapNode: "S05.dash"},
    "text or map": {ListNode: "S05.notify"},
    "condition": {TextNode: "S17"},
}
SPECIAL_SHAPES = {("S05.map", "rules"): "S05.rules", ("S05.notify", "due"): "S05.due"}
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
    _check_words(node, report)
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


def check_keys(node: MapNode, shapes: Mapping[str, Shape], place: str, report: Report) -> set[str]:
    """Note unknown keys and values of the wrong shape.

    Returns: the keys that are there, so that one mistake is not told twice: a misspelt key counts
        as the one it was meant to be, and UNCLEAR stands for those that could be any.
    """
    taken = set()
    above: TextNode | None = None
    for key, value in node.entries:
        if key.text in shapes:
            taken.add(key.text)
            _check_value(key, value, shapes[key.text], place, report)
            # an empty key with an unknown one below it: that one is not indented
            is_open = is_missing(value) and shapes[key.text] != "text"
            above = key if is_open else None
        elif above is not None:
            _tell_not_indented(key, above, place, report)
        else:
            taken.add(_tell_unknown_key(key, node, shapes, place, report))
    return taken


def _tell_not_indented(key: TextNode, above: TextNode, place: str, report: Report) -> None:
    place_en, place_da = PLACES[place]
    values = {"place": place_en, "place_da": place_da, "above": above.text}
    if RULE_NAME.fullmatch(key.text) and above.text == "rules":
        report.add("S02.rule", key.span, key=key.text)
    else:
        report.add("S08", key.span, key=key.text, **values)


def _tell_unknown_key(
    key: TextNode, node: MapNode, shapes: Mapping[str, Shape], place: str, report: Report
) -> str:
    place_en, place_da = PLACES[place]
    free = [name for name in shapes if name not in node.index]
    meant = likely(key.text, free, KEY_WORDS | PLACE_WORDS.get(place, {}))
    report.add(
        "S03" if meant else "S03.list",
        key.span,
        key=key.text,
        place=place_en,
        place_da=place_da,
        meant=meant,
        keys=listed(shapes),
    )
    return meant or UNCLEAR


def _check_value(key: TextNode, value: Node, shape: Shape, place: str, report: Report) -> None:
    if (place, key.text) == ("test", "expect"):
        return
    is_empty = isinstance(value, MapNode) and not value.entries
    if is_missing(value) or (is_empty and shape != "text") or value == ListNode((), value.span):
        if not is_missing(value) or key.text in NEEDED:
            report.add("S06", key.span, key=key.text)
        return
    entry = WRONG_SHAPES[shape].get(type(value))
    if entry == "S17":
        _tell_sentence(key, value, report)
    elif entry is not None:
        text = value.text if isinstance(value, TextNode) else "…"
        report.add(
            SPECIAL_SHAPES.get((entry, key.text), entry), value.span, key=key.text, value=text
        )


def _tell_sentence(key: TextNode, value: Node, report: Report) -> None:
    found = SENTENCE.fullmatch(value.text) if isinstance(value, TextNode) else None
    fact, want = (found[1], found[2]) if found else ("case.target_group", "youth")
    report.add("S17", value.span, key=key.text, fact=fact, want=want)


def _check_words(node: MapNode, report: Report) -> None:
    for key, words in WORDS.items():
        value = node.text(key)
        if value is None or value.text in words:
            continue
        meant = likely(value.text, words, VALUE_WORDS)
        if meant:
            report.add("S07", value.span, key=key, value=value.text, meant=meant)
        else:
            report.add("S07.list", value.span, key=key, value=value.text, words=", ".join(words))


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
    _check_words(change, report)
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
