"""What a time phrase counts from: `start`, `done`, `age 18`, an event, a fact that is a date."""

from __future__ import annotations

import re

from rules.book import Anchor, AnchorKind
from rules.facts import find_fact
from rules.problems import Report
from rules.suggestions import likely, listed
from rules.vocabulary import Vocabulary
from rules.yaml_nodes import TextNode

AGE = re.compile(r"age +([1-9]\d?)")
FREE_AGE = re.compile(
    r"(?:(?:the|det|den) +)?(?P<a>\d{1,2})(?:st|nd|rd|th|\.)? *"
    r"(?:birthday|years?(?: old)?|år.*|fødselsdag)"
    r"|(?:age|alder|turning|turns|fyldt|fylder) *:?(?P<b>\d{1,2}).*"
)
DOTTED = re.compile(r"[a-z_]+\.[a-z_]+")

FIXED: dict[str, AnchorKind] = {
    "start": "start", "began": "began", "ended": "ended", "done": "done", "due": "due",
}  # fmt: skip
ANCHOR_WORDS = {
    "begin": "start", "beginning": "start", "the start": "start", "starten": "start",
    "begyndelsen": "began", "start_date": "start", "opened": "began", "now": "start",
    "last": "done", "the last": "done", "last meeting": "done", "seneste": "done",
    "sidste": "done", "completed": "done", "completion": "done", "finished": "done",
    "deadline": "due", "fristen": "due", "frist": "due", "end": "ended", "slut": "ended",
    "ophør": "ended", "closed": "ended",
}  # fmt: skip


class AnchorReader:
    """Reads the anchors of one rule's phrases. `record` is the kind of record the rule is for."""

    def __init__(self, record: str, vocabulary: Vocabulary, report: Report) -> None:
        self.record = record
        self.vocabulary = vocabulary
        self.report = report

    def read(self, node: TextNode, start: int, refused: tuple[str, ...] = ()) -> Anchor | None:
        """Return the anchor that a phrase ends with, or None after noting a mistake.

        It begins at `start`. Those in `refused` make no sense where the phrase stands.
        """
        text = " ".join(node.text[start:].split())
        if text in refused:
            self.report.add("T16", node.part(start, len(text)), anchor=text)
            return None
        if text in FIXED:
            return Anchor(FIXED[text], text)
        if age := AGE.fullmatch(text):
            return Anchor("age", text, age=int(age[1]))
        if DOTTED.fullmatch(text):
            return self._fact(text, node, start)
        if text in self.vocabulary.events:
            return self._event(text, node, start)
        self._tell_unknown(text, node, start)
        return None

    def _fact(self, text: str, node: TextNode, start: int) -> Anchor | None:
        span = node.part(start, len(text))
        found = find_fact(text, span, self.record, self.vocabulary, self.report)
        if found is None:
            return None
        name, fact = found
        if fact.kind != "date":
            self.report.add("T12", span, fact=text, kind=fact.kind)
            return None
        return Anchor("fact", text, fact=name)

    def _event(self, text: str, node: TextNode, start: int) -> Anchor | None:
        on = self.vocabulary.events[text].on
        if self.record in on:
            return Anchor("event", text, event=text)
        span = node.part(start, len(text))
        self.report.add("V02.anchor", span, event=text, records=listed(on), record=self.record)
        return None

    def _tell_unknown(self, text: str, node: TextNode, start: int) -> None:
        span = node.part(start, len(node.text.rstrip()) - start)
        events = [name for name, event in self.vocabulary.events.items() if self.record in event.on]
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            self.report.add("T17.date", span, value=text)
        elif free := FREE_AGE.fullmatch(text.lower()):
            self.report.add("T09.age", span, anchor=text, age=int(free["a"] or free["b"]) or 18)
        elif text in self.vocabulary.records[self.record].facts:
            self.report.add("T09", span, anchor=text, meant=f"{self.record}.{text}")
        elif meant := likely(text, [*FIXED, *events], ANCHOR_WORDS):
            self.report.add("T09", span, anchor=text, meant=meant)
        else:
            words = "start, began, ended, done, due, age 18"
            self.report.add("T09.list", span, anchor=text, words=words, events=listed(events))
