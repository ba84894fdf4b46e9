"""Time phrases: `8 weeks after start`, `on assessment_completed`, `6 months before age 18`."""

from __future__ import annotations

import re

from rules.anchors import ANCHOR_WORDS, DOTTED, FREE_AGE, AnchorReader
from rules.book import FactName, Phrase, WhenDue
from rules.dates import Duration
from rules.durations import FOREIGN_UNITS, UNITS, read_amount, read_duration
from rules.facts import find_fact
from rules.problems import Report
from rules.vocabulary import Vocabulary
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode

PHRASE = re.compile(r"(?P<amount>.+?) +(?P<way>after|before) +(?P<anchor>.+)")
ON = re.compile(r"on +(?P<anchor>.+)")
EVERY = re.compile(r"(every|each|hver|hvert) +(?P<rest>.*)")
DANISH = {
    "efter": "after", "før": "before", "inden": "before", "på": "on", "fra": "after",
    "from": "after", "since": "after", "following": "after",
}  # fmt: skip
WITHIN = ("within", "inden", "senest", "max", "maks", "højst", "under", "ultimo", "by")
DATE = re.compile(r"\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[-./]\d{1,2}[-./]\d{4}\b")
AFTER_ONCE = ("done", "due")
"""Anchors that are known only when a thing has been done or due once."""


class PhraseReader:
    """Reads the time phrases of one rule. `record` is the kind of record the rule is for."""

    def __init__(self, record: str, vocabulary: Vocabulary, report: Report) -> None:
        self.record = record
        self.vocabulary = vocabulary
        self.report = report
        self.anchors = AnchorReader(record, vocabulary, report)

    def due(self, node: Node) -> WhenDue | None:
        """Return what `due` says: one phrase, or the first of several."""
        if isinstance(node, TextNode):
            phrase = self.first(node)
            return WhenDue((phrase,), phrase.text, phrase.place) if phrase else None
        return self._first_of(node)

    def first(self, node: TextNode) -> Phrase | None:
        """Return a phrase that says when something is due for the first time."""
        return self._phrase(node, AFTER_ONCE)

    def then(self, node: TextNode) -> Phrase | None:
        """Return what `then` says: an amount after `done` or after `due`."""
        text = node.text
        if every := EVERY.fullmatch(text):
            self.report.add("T07.then", node.span, rest=every["rest"])
            return None
        found = PHRASE.fullmatch(text)
        if found is None and not ON.fullmatch(text):
            if amount := read_duration(node, self.report):
                self.report.add("T08", node.span, value=text, example=f"{amount} after done")
            return None
        if found is None or found["way"] != "after" or found["anchor"].strip() not in AFTER_ONCE:
            example = f"{found['amount'] if found else '8 weeks'} after done"
            self.report.add("T08", node.span, value=text, example=example)
            return None
        return self._phrase(node)

    def _phrase(self, node: TextNode, refused: tuple[str, ...] = ()) -> Phrase | None:
        text, place = _tidy(node.text), self.report.place(node.span)
        if on := ON.fullmatch(node.text):
            anchor = self.anchors.read(node, on.start("anchor"), refused)
            return Phrase(None, 0, anchor, text, place) if anchor else None
        found = PHRASE.fullmatch(node.text)
        if found is None:
            self._tell_no_phrase(node)
            return None
        amount = self._amount(node, found.end("amount"))
        if amount is None:
            return None
        anchor = self.anchors.read(node, found.start("anchor"), refused)
        way = 1 if found["way"] == "after" else -1
        return Phrase(amount, way, anchor, text, place) if anchor else None

    def _first_of(self, node: Node) -> WhenDue | None:
        items = node.get("first_of") if isinstance(node, MapNode) else None
        alone = isinstance(node, MapNode) and len(node.entries) == 1
        texts = items.items if isinstance(items, ListNode) else ()
        if not alone or len(texts) < 2 or not all(isinstance(text, TextNode) for text in texts):
            self.report.add("T10", node.span)
            return None
        read = [self.first(text) for text in texts if isinstance(text, TextNode)]
        phrases = tuple(phrase for phrase in read if phrase is not None)
        if len(phrases) < len(read):
            return None
        text = "first of " + ", ".join(phrase.text for phrase in phrases)
        return WhenDue(phrases, text, self.report.place(node.span))

    def _amount(self, node: TextNode, stop: int) -> Duration | FactName | None:
        text = node.text[:stop].strip()
        if every := EVERY.fullmatch(text):
            self.report.add("T07", node.span, rest=every["rest"])
            return None
        if not DOTTED.fullmatch(text):
            return read_amount(node, 0, stop, self.report)
        span = node.part(0, len(text))
        found = find_fact(text, span, self.record, self.vocabulary, self.report)
        if found is None:
            return None
        name, fact = found
        if fact.kind != "duration":
            self.report.add("T11", span, fact=text, kind=fact.kind)
            return None
        return name

    def _tell_no_phrase(self, node: TextNode) -> None:
        text, span = node.text, node.span
        words = text.lower().split()
        if every := EVERY.fullmatch(text.lower()):
            self.report.add("T07", span, rest=_as_amount(every["rest"].split()))
        elif words and words[0] in WITHIN:
            self.report.add("T17.within", span, word=text.split()[0], rest=_as_amount(words[1:]))
        elif DATE.search(text):
            self.report.add("T17.date", span, value=text)
        elif phrase := _translated(words):
            self.report.add("T17.phrase", span, value=text, example=phrase)
        elif foreign := next((word for word in text.split() if word.lower() in DANISH), None):
            at = node.part(text.index(foreign), len(foreign))
            self.report.add("T17.word", at, word=foreign, meant=DANISH[foreign.lower()])
        elif amount := read_duration(node, self.report):
            self.report.add("T05", span, value=text, example=f"{amount} after start")


def _translated(words: list[str]) -> str | None:
    """Return a phrase of four or more foreign words in the language's own, if it is one."""
    if len(words) < 4 or words[2] not in (*DANISH, "after", "before"):
        return None
    amount = _as_amount(words[:2], unknown="")
    anchor = " ".join(words[3:])
    age = FREE_AGE.fullmatch(anchor)
    known = f"age {age['a'] or age['b']}" if age else ANCHOR_WORDS.get(anchor, anchor)
    return f"{amount} {DANISH.get(words[2], words[2])} {known}" if amount else None


def _as_amount(words: list[str], unknown: str = "8 weeks") -> str:
    """Return `8 weeks` for "8 uger", "8. uge" or "8 weeks"; `unknown` when it is none of these."""
    if len(words) >= 2 and (number := re.fullmatch(r"([1-9]\d{0,3})\.?", words[0])):
        unit = UNITS.get(FOREIGN_UNITS.get(words[1], words[1]))
        return str(Duration(int(number[1]), unit)) if unit else unknown
    return unknown


def _tidy(text: str) -> str:
    return " ".join(text.split())
