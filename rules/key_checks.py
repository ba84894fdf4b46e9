"""Keys that are not known where they stand, and values of the wrong shape."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rules.key_shapes import MUSTS, REQUIRED, RULE_NAME, WORDS, Shape
from rules.problems import Report
from rules.suggestions import KEY_WORDS, PLACE_WORDS, VALUE_WORDS, likely, listed
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode, is_missing

SENTENCE = re.compile(r"\s*([\w.-]+)\s*(?:==?|:| is | er )\s*(.+?)\s*$")
PLACES = {
    "file": ("the file", "filen"),
    "rule": ("a rule", "en regel"),
    "change": ("a change", "en ændring"),
    "basis": ("a source", "en kilde"),
    "test": ("a test", "en prøve"),
}
UNCLEAR = "?"
"""Stands among the keys found for one that could have been meant as any of them."""
NEEDED = frozenset((*REQUIRED, *MUSTS, "due", "why", "name", "source", "language", "given"))
WRONG_SHAPES: Mapping[Shape, Mapping[type[Node], str]] = {
    "text": {MapNode: "S05", ListNode: "S05"},
    "map": {TextNode: "S05.map", ListNode: "S05.map"},
    "list": {TextNode: "S05.list", MapNode: "S05.dash"},
    "text or map": {ListNode: "S05.notify"},
    "condition": {TextNode: "S17"},
}
SPECIAL_SHAPES = {("S05.map", "rules"): "S05.rules", ("S05.notify", "due"): "S05.due"}


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
    if _is_blank(value):
        if key.text in NEEDED or not isinstance(value, TextNode):
            report.add("S06", key.span, key=key.text)
        return
    entry = WRONG_SHAPES[shape].get(type(value))
    if entry == "S17":
        _tell_sentence(key, value, report)
    elif entry is not None:
        text = value.text if isinstance(value, TextNode) else "…"
        entry = SPECIAL_SHAPES.get((entry, key.text), entry)
        if isinstance(value, MapNode) and value.entries[0][0].text.startswith("-"):
            entry, text = "S05.space", value.entries[0][0].text.removeprefix("-")
        report.add(entry, value.span, key=key.text, value=text)


def _is_blank(value: Node) -> bool:
    match value:
        case TextNode():
            return value.is_missing or not value.text.strip()
        case MapNode():
            return not value.entries
        case ListNode():
            return not value.items


def _tell_sentence(key: TextNode, value: Node, report: Report) -> None:
    found = SENTENCE.fullmatch(value.text) if isinstance(value, TextNode) else None
    fact, want = (found[1], found[2]) if found else ("case.target_group", "youth")
    report.add("S17", value.span, key=key.text, fact=fact, want=want)


def check_words(node: MapNode, report: Report) -> None:
    """Note values that are not among the words of their key."""
    for key, words in WORDS.items():
        value = node.text(key)
        if value is None or value.text in words:
            continue
        meant = likely(value.text, words, VALUE_WORDS)
        if meant:
            report.add("S07", value.span, key=key, value=value.text, meant=meant)
        else:
            report.add("S07.list", value.span, key=key, value=value.text, words=", ".join(words))
