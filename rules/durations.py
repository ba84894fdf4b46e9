"""Lengths of time as written: a positive whole number and a unit."""

from __future__ import annotations

import re

from rules.dates import Duration, Unit
from rules.problems import Report, Span
from rules.suggestions import likely
from rules.yaml_nodes import TextNode

UNITS = {name: unit for unit in Unit for name in (unit.value, unit.one)}

FOREIGN_UNITS = {
    "time": "hours", "timer": "hours", "t": "hours", "h": "hours", "hrs": "hours", "hr": "hours",
    "dag": "days", "dage": "days", "døgn": "days", "d": "days", "kalenderdage": "days",
    "hverdag": "working days", "hverdage": "working days", "arbejdsdag": "working days",
    "arbejdsdage": "working days", "bankdage": "working days", "business days": "working days",
    "business day": "working days", "workdays": "working days", "weekdays": "working days",
    "working-days": "working days", "working_days": "working days",
    "uge": "weeks", "uger": "weeks", "w": "weeks", "wk": "weeks", "wks": "weeks",
    "måned": "months", "måneder": "months", "mdr": "months", "mdr.": "months", "md": "months",
    "maaneder": "months", "mth": "months", "mths": "months", "m": "months", "mo": "months",
    "år": "years", "aar": "years", "y": "years", "yr": "years", "yrs": "years",
}  # fmt: skip

NUMBER_WORDS = {
    "a": 1, "an": 1, "one": 1, "en": 1, "et": 1, "én": 1, "ét": 1, "two": 2, "to": 2,
    "three": 3, "tre": 3, "four": 4, "fire": 4, "five": 5, "fem": 5, "six": 6, "seks": 6,
    "seven": 7, "syv": 7, "eight": 8, "otte": 8, "nine": 9, "ni": 9, "ten": 10, "ti": 10,
    "eleven": 11, "elleve": 11, "twelve": 12, "tolv": 12, "fourteen": 14, "fjorten": 14,
    "twenty": 20, "tyve": 20, "half": 6,
}  # fmt: skip

LONGEST_DAYS = 36_525
"""A hundred years; a longer time limit is a slip of the finger."""

WHOLE_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)
AMOUNT = re.compile(r"(?P<number>\S+) +(?P<unit>.+)")
GLUED = re.compile(r"(\d+)([^\W\d]+)")


def read_duration(node: TextNode, report: Report) -> Duration | None:
    """Return the duration that a value is, or None after noting what is wrong with it."""
    return read_amount(node, 0, len(node.text), report)


def read_amount(node: TextNode, start: int, stop: int, report: Report) -> Duration | None:
    """Return the duration in a piece of a value, or None after noting what is wrong with it."""
    text = node.text[start:stop].strip()
    start = node.text.index(text, start)
    whole = node.part(start, len(text))
    found = AMOUNT.fullmatch(text)
    if found is None:
        _tell_incomplete(text, whole, report)
        return None
    number = node.part(start, found.end("number"))
    amount = _read_number(found["number"], found["unit"], number, whole, report)
    if amount is None:
        return None
    unit_at = node.part(start + found.start("unit"), len(found["unit"]))
    return _with_unit(amount, " ".join(found["unit"].split()), unit_at, whole, report)


def _with_unit(amount: int, unit: str, at: Span, whole: Span, report: Report) -> Duration | None:
    if unit not in UNITS:
        _tell_unit(amount, unit, at, report)
        return None
    # the span of months is worked out with dates, which end at the year 9999
    if amount > LONGEST_DAYS or (
        UNITS[unit] in (Unit.MONTHS, Unit.YEARS)
        and amount * (12 if UNITS[unit] is Unit.YEARS else 1) > 1200
    ):
        report.add("T04.long", whole, value=f"{amount} {unit}")
        return None
    return Duration(amount, UNITS[unit])


def _read_number(text: str, unit: str, span: Span, whole: Span, report: Report) -> int | None:
    if WHOLE_NUMBER.fullmatch(text):
        return int(text)
    known_unit = UNITS.get(FOREIGN_UNITS.get(unit.lower(), unit))
    if text.lower() in NUMBER_WORDS and known_unit:
        example = Duration(NUMBER_WORDS[text.lower()], known_unit)
        report.add("T02", span, value=text, example=example)
    elif re.fullmatch(r"-?\d+[.,]?\d*", text) and known_unit:
        report.add("T04", span, value=text, example=Duration(1, known_unit))
    elif text.lower() in ("every", "each", "hver", "hvert"):
        report.add("T07.duration", span, value=text, example=f"8 {unit}")
    else:
        report.add("T02.any", whole, value=f"{text} {unit}")
    return None


def _tell_unit(amount: int, unit: str, span: Span, report: Report) -> None:
    plain = unit.lower()
    meant = FOREIGN_UNITS.get(plain) or likely(plain, UNITS)
    if meant is None:
        report.add("T01.list", span, unit=unit)
        return
    meant_unit = UNITS[meant]
    entry = "T01.working" if meant_unit is Unit.WORKING_DAYS else "T01"
    report.add(entry, span, unit=unit, example=str(Duration(amount, meant_unit)))


def _tell_incomplete(text: str, span: Span, report: Report) -> None:
    if text.isdecimal():
        report.add("T03", span, value=text[:20])
    elif glued := GLUED.fullmatch(text):
        unit = FOREIGN_UNITS.get(glued[2].lower()) or likely(glued[2], UNITS) or "days"
        example = str(Duration(int(glued[1][:9]), UNITS[unit]))
        report.add("T06", span, value=text, example=example)
    else:
        report.add("T02.any", span, value=text)
