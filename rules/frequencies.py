"""How often, and how far back: `2 per 12 months`, `1 per calendar year`, `any time`."""

from __future__ import annotations

import re
from typing import Literal

from rules.book import ANY_TIME, AtLeast
from rules.dates import Duration
from rules.durations import read_amount, read_duration
from rules.problems import Report
from rules.yaml_nodes import TextNode

AT_LEAST = re.compile(r"(?P<number>[1-9]\d{0,2}) +per +(?P<period>.+)", re.ASCII)
BARE_UNITS = frozenset({"year", "month", "week", "day"})


def read_at_least(node: TextNode, report: Report) -> AtLeast | None:
    """Return what `at_least` says: so many times per period."""
    found = AT_LEAST.fullmatch(node.text)
    if found is None:
        report.add("T18", node.span, value=node.text)
        return None
    number, period = int(found["number"]), " ".join(found["period"].split())
    text, place = f"{number} per {period}", report.place(node.span)
    if period == "calendar year":
        return AtLeast(number, None, text, place)
    if period in BARE_UNITS:
        at = node.part(found.start("period"), len(found["period"]))
        report.add("T18.one", at, number=number, unit=period)
        return None
    per = read_amount(node, found.start("period"), len(node.text), report)
    return AtLeast(number, per, text, place) if per else None


def read_look_back(node: TextNode, report: Report) -> Duration | Literal["any time"] | None:
    """Return how far before its start a rule still counts events."""
    if " ".join(node.text.split()) == ANY_TIME:
        return ANY_TIME
    return read_duration(node, report)
