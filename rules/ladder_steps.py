"""Ladders of mails as written: which roles hear of a deadline, and how long before or after."""

from __future__ import annotations

import re

from rules.book import Ladder, Rung
from rules.dates import Duration
from rules.durations import read_amount
from rules.problems import Report, Span
from rules.suggestions import likely, listed
from rules.vocabulary import Vocabulary
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode

ONE = re.compile(r"(?P<amount>.+?) +(?P<way>before|after)")
EVERY = re.compile(r"every +(?P<every>.+?) +from +(?P<from>.+?) +after")
ON_THE_DAY = "on the day"
OTHER_STEPS = {
    "on day": ON_THE_DAY, "same day": ON_THE_DAY, "on due": ON_THE_DAY, "på dagen": ON_THE_DAY,
    "due": ON_THE_DAY, "on the due date": ON_THE_DAY, "samme dag": ON_THE_DAY,
    "on due date": ON_THE_DAY, "deadline": ON_THE_DAY, "on deadline": ON_THE_DAY,
    "on the deadline": ON_THE_DAY,
}  # fmt: skip
DANISH = {"før": "before", "efter": "after", "inden": "before"}


def read_ladder(name: str, node: MapNode, vocabulary: Vocabulary, report: Report) -> Ladder | None:
    """Return a ladder, or None after noting what is wrong with it. `name` is "" inside a rule."""
    rungs: dict[str, Rung] = {}
    for key, value in node.entries:
        rung = _rung(key, vocabulary, value, report)
        if rung is None:
            continue
        if rung.text in rungs:
            report.add("L11.step", key.span, step=rung.text)
        rungs[rung.text] = rung
    return Ladder(name, tuple(rungs.values())) if len(rungs) == len(node.entries) else None


def read_roles(node: Node, vocabulary: Vocabulary, report: Report) -> tuple[str, ...] | None:
    """Return one or several roles, or None after noting which are not roles."""
    items = node.items if isinstance(node, ListNode) else (node,)
    roles = [read_role(item, vocabulary, report) for item in items]
    if not items:
        report.add("V05.none", node.span, roles=listed(vocabulary.roles))
    found = tuple(dict.fromkeys(role for role in roles if role is not None))
    return found if found and None not in roles else None


def read_role(node: Node, vocabulary: Vocabulary, report: Report) -> str | None:
    """Return a role of the vocabulary, or None after noting that it is not one."""
    text = node.text if isinstance(node, TextNode) else ""
    if text in vocabulary.roles:
        return text
    roles = listed(vocabulary.roles)
    if "@" in text:
        report.add("V05.person", node.span, value=text, roles=roles)
    elif meant := likely(text, vocabulary.roles):
        report.add("V05", node.span, value=text, meant=meant)
    elif text and not (isinstance(node, TextNode) and node.is_missing):
        report.add("V05.list", node.span, value=text, roles=roles)
    else:
        report.add("V05.none", node.span, roles=roles)
    return None


def _rung(key: TextNode, vocabulary: Vocabulary, value: Node, report: Report) -> Rung | None:
    text = " ".join(key.text.split())
    place = report.place(key.span)
    if text == ON_THE_DAY:
        roles = read_roles(value, vocabulary, report)
        return Rung(text, 0, None, None, roles, place) if roles else None
    found = EVERY.fullmatch(key.text) or ONE.fullmatch(key.text)
    if found is None:
        _tell_step(key, text, report)
        return None
    lengths = _lengths(key, found, report)
    roles = read_roles(value, vocabulary, report)
    if lengths is None or roles is None:
        return None
    distance, every = lengths
    if every is not None:
        return Rung(f"every {every} from {distance} after", 1, distance, every, roles, place)
    way = found["way"]
    return Rung(f"{distance} {way}", 1 if way == "after" else -1, distance, None, roles, place)


def _lengths(
    key: TextNode, found: re.Match[str], report: Report
) -> tuple[Duration, Duration | None] | None:
    if "every" in found.re.groupindex:
        every = read_amount(key, found.start("every"), found.end("every"), report)
        distance = read_amount(key, found.start("from"), found.end("from"), report)
        return (distance, every) if every and distance else None
    if found["amount"].startswith("every "):
        report.add("T19.every", key.span, step=" ".join(key.text.split()))
        return None
    amount = read_amount(key, 0, found.end("amount"), report)
    return (amount, None) if amount else None


def _tell_step(key: TextNode, text: str, report: Report) -> None:
    words = text.split()
    foreign = next((word for word in words if word in DANISH), None)
    if meant := OTHER_STEPS.get(text.lower()):
        report.add("T19", key.span, step=text, example=meant)
    elif foreign:
        at = Span(key.span.line, key.span.column + key.text.index(foreign), len(foreign))
        report.add("T17.word", at, word=foreign, meant=DANISH[foreign])
    elif text.startswith("every "):
        report.add("T19.every", key.span, step=text)
    elif re.fullmatch(r"\d+ .+", text):
        report.add("T19", key.span, step=text, example=f"{words[0]} {words[1]} before")
    else:
        report.add("T19", key.span, step=text, example="3 days before")
