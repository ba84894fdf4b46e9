"""Time phrases: `8 weeks after start`, `on assessment_completed`, `6 months before age 18`."""

from __future__ import annotations

import re

from rules.book import (
    ANY_TIME,
    Anchor,
    AnchorKind,
    AtLeast,
    FactName,
    Must,
    Phrase,
    WhenDue,
)
from rules.dates import Duration
from rules.durations import FOREIGN_UNITS, read_amount, read_duration
from rules.facts import find_fact
from rules.problems import Report
from rules.suggestions import likely, listed
from rules.vocabulary import Vocabulary
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode

PHRASE = re.compile(r"(?P<amount>.+?) +(?P<way>after|before) +(?P<anchor>.+)")
ON = re.compile(r"on +(?P<anchor>.+)")
AGE = re.compile(r"age +([1-9]\d?)")
FREE_AGE = re.compile(
    r"(?:the +)?(?P<a>\d{1,2})(?:st|nd|rd|th)? *(?:birthday|years?(?: old)?|år.*|\.? *fødselsdag)"
    r"|(?:age|alder|turning|turns|fyldt|fylder) *:?(?P<b>\d{1,2}).*"
)
EVERY = re.compile(r"(every|each|hver|hvert) +(?P<rest>.*)")
AT_LEAST = re.compile(r"(?P<number>\S+) +per +(?P<period>.+)")
FACT_AMOUNT = re.compile(r"[a-z_]+\.[a-z_]+")

FIXED: dict[str, AnchorKind] = {
    "start": "start", "began": "began", "ended": "ended", "done": "done", "due": "due",
}  # fmt: skip
DANISH = {
    "efter": "after", "før": "before", "inden": "before", "på": "on", "fra": "after",
    "from": "after", "since": "after", "following": "after",
}  # fmt: skip
ANCHOR_WORDS = {
    "begin": "start", "beginning": "start", "the start": "start", "starten": "start",
    "begyndelsen": "began", "start_date": "start", "opened": "began", "now": "start",
    "last": "done", "the last": "done", "last meeting": "done", "seneste": "done",
    "sidste": "done", "completed": "done", "completion": "done", "finished": "done",
    "deadline": "due", "fristen": "due", "frist": "due", "end": "ended", "slut": "ended",
    "ophør": "ended", "closed": "ended",
}  # fmt: skip


class PhraseReader:
    """Reads the time phrases of one rule. `record` is the kind of record the rule is for."""

    def __init__(self, record: str, vocabulary: Vocabulary, report: Report) -> None:
        self.record = record
        self.vocabulary = vocabulary
        self.report = report

    def due(self, node: Node) -> WhenDue | None:
        """Return what `due` says: one phrase, or the first of several."""
        if isinstance(node, TextNode):
            phrase = self.phrase(node, ("done", "due"))
            return phrase and WhenDue((phrase,), phrase.text, phrase.place)
        return self._first_of(node)

    def then(self, node: TextNode) -> Phrase | None:
        """Return what `then` says: an amount after `done` or after `due`."""
        if EVERY.fullmatch(node.text):
            self.report.add("T07.then", node.span, rest=EVERY.fullmatch(node.text)["rest"])  # type: ignore[index]
            return None
        found = PHRASE.fullmatch(node.text)
        if found is None and ON.fullmatch(node.text) is None:
            if amount := read_duration(node, self.report):
                self.report.add("T08", node.span, value=node.text, example=f"{amount} after done")
            return None
        if found is None or found["way"] != "after" or found["anchor"].strip() not in FIXED:
            amount_text = found["amount"] if found else "8 weeks"
            self.report.add("T08", node.span, value=node.text, example=f"{amount_text} after done")
            return None
        phrase = self.phrase(node)
        if phrase is not None and phrase.anchor.kind not in ("done", "due"):
            at = node.part(found.start("anchor"), len(found["anchor"]))
            self.report.add("T08", at, value=found["anchor"], example=f"{phrase.amount} after done")
            return None
        return phrase

    def phrase(self, node: TextNode, refused: tuple[str, ...] = ()) -> Phrase | None:
        """Return one time phrase; anchors in `refused` make no sense where it stands."""
        text = node.text
        if on := ON.fullmatch(text):
            anchor = self._anchor(node, on.start("anchor"), refused)
            return anchor and Phrase(None, 0, anchor, _tidy(text), self.report.place(node.span))
        found = PHRASE.fullmatch(text)
        if found is None:
            self._tell_no_phrase(node)
            return None
        amount = self._amount(node, found.end("amount"))
        if amount is None:
            return None
        anchor = self._anchor(node, found.start("anchor"), refused)
        if anchor is None:
            return None
        way = 1 if found["way"] == "after" else -1
        return Phrase(amount, way, anchor, _tidy(text), self.report.place(node.span))

    def look_back(self, node: TextNode) -> Must | None:
        """Return a Must that holds only the look-back, or None after noting a mistake."""
        if _tidy(node.text) == ANY_TIME:
            return Must("happen", look_back=ANY_TIME)
        length = read_duration(node, self.report)
        return length and Must("happen", look_back=length)

    def at_least(self, node: TextNode) -> AtLeast | None:
        """Return what `at_least` says: so many times per period."""
        found = AT_LEAST.fullmatch(node.text)
        number = found["number"] if found else ""
        if (
            not found
            or not number.isdecimal()
            or not number.isascii()
            or not 0 < int(number[:9]) <= 1000
        ):
            self.report.add("T18", node.span, value=node.text)
            return None
        place, text = self.report.place(node.span), _tidy(node.text)
        if _tidy(found["period"]) == "calendar year":
            return AtLeast(int(number), None, text, place)
        period = found["period"]
        if period in ("year", "month", "week", "day"):
            self.report.add(
                "T18.one", node.part(found.start("period"), len(period)), number=number, unit=period
            )
            return None
        per = read_amount(node, found.start("period"), len(node.text), self.report)
        return per and AtLeast(int(number), per, text, place)

    def _first_of(self, node: Node) -> WhenDue | None:
        items = node.get("first_of") if isinstance(node, MapNode) else None
        if (
            not isinstance(items, ListNode)
            or len(items.items) < 2
            or not isinstance(node, MapNode)
            or len(node.entries) > 1
        ):
            self.report.add("T10", node.span)
            return None
        phrases = []
        for item in items.items:
            if not isinstance(item, TextNode):
                self.report.add("T10", item.span)
                continue
            if phrase := self.phrase(item, ("done", "due")):
                phrases.append(phrase)
        if len(phrases) < len(items.items):
            return None
        text = "first of " + ", ".join(phrase.text for phrase in phrases)
        return WhenDue(tuple(phrases), text, self.report.place(node.span))

    def _amount(self, node: TextNode, stop: int) -> Duration | FactName | None:
        text = node.text[:stop].strip()
        if EVERY.fullmatch(text):
            self.report.add("T07", node.span, rest=EVERY.fullmatch(text)["rest"])  # type: ignore[index]
            return None
        if not FACT_AMOUNT.fullmatch(text):
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

    def _anchor(self, node: TextNode, start: int, refused: tuple[str, ...]) -> Anchor | None:
        text = _tidy(node.text[start:])
        span = node.part(start, len(node.text.rstrip()) - start)
        if text in refused:
            self.report.add("T16", span, anchor=text)
            return None
        if text in FIXED:
            return Anchor(FIXED[text], text)
        if age := AGE.fullmatch(text):
            return Anchor("age", text, age=int(age[1]))
        if "." in text and FACT_AMOUNT.fullmatch(text):
            return self._fact_anchor(text, node, start)
        if text in self.vocabulary.events:
            return self._event_anchor(text, node, start)
        if free := FREE_AGE.fullmatch(text.lower()):
            age_text = free["a"] or free["b"]
            self.report.add("T09.age", span, anchor=text, age=int(age_text) or 18)
            return None
        self._tell_anchor(text, node, start)
        return None

    def _fact_anchor(self, text: str, node: TextNode, start: int) -> Anchor | None:
        span = node.part(start, len(text))
        found = find_fact(text, span, self.record, self.vocabulary, self.report)
        if found is None:
            return None
        name, fact = found
        if fact.kind != "date":
            self.report.add("T12", span, fact=text, kind=fact.kind)
            return None
        return Anchor("fact", text, fact=name)

    def _event_anchor(self, text: str, node: TextNode, start: int) -> Anchor | None:
        event = self.vocabulary.events[text]
        if self.record in event.on:
            return Anchor("event", text, event=text)
        span = node.part(start, len(text))
        self.report.add(
            "V02.anchor", span, event=text, records=listed(event.on), record=self.record
        )
        return None

    def _tell_anchor(self, text: str, node: TextNode, start: int) -> None:
        span = node.part(start, len(node.text.rstrip()) - start)
        own = self.vocabulary.records[self.record].facts
        if text in own:
            self.report.add("T09", span, anchor=text, meant=f"{self.record}.{text}")
            return
        events = [n for n, event in self.vocabulary.events.items() if self.record in event.on]
        meant = likely(text, [*FIXED, *events], ANCHOR_WORDS)
        if meant:
            self.report.add("T09", span, anchor=text, meant=meant)
        else:
            words = "start, began, ended, done, due, age 18"
            self.report.add("T09.list", span, anchor=text, words=words, events=listed(events))

    def _tell_no_phrase(self, node: TextNode) -> None:
        text, span = node.text, node.span
        words = text.split()
        if EVERY.fullmatch(text.lower()):
            rest = " ".join(words[1:])
            known = re.fullmatch(r"\d+ (?:hour|day|working day|week|month|year)s?", rest)
            self.report.add("T07", span, rest=rest if known else "8 weeks")
        elif text.lower() != text and PHRASE.fullmatch(text.lower()):
            self.report.add("T17.case", span, value=text, example=text.lower())
        elif words and words[0].lower() in ("within", "inden", "senest", "max", "højst", "under"):
            self.report.add("T17.within", span, word=words[0], rest=_rest_as_amount(words[1:]))
        elif foreign := next((word for word in words if word.lower() in DANISH), None):
            at = node.part(text.index(foreign), len(foreign))
            self.report.add("T17.word", at, word=foreign, meant=DANISH[foreign.lower()])
        elif amount := read_duration(node, self.report):
            self.report.add("T05", span, value=text, example=f"{amount} after start")


def _rest_as_amount(words: list[str]) -> str:
    if len(words) >= 2 and words[0].isdecimal():
        unit = words[1].lower()
        return f"{words[0]} {FOREIGN_UNITS.get(unit, unit)}"
    return "8 weeks"


def _tidy(text: str) -> str:
    return " ".join(text.split())
