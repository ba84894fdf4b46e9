"""Dates and times of day as people write them in rule files."""

from __future__ import annotations

import re
from datetime import date, time

from rules.dates import Moment, at_local, days_in_month, exists_locally
from rules.problems import Report, Span
from rules.yaml_nodes import TextNode

ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
FIRST_YEAR, LAST_YEAR = 1900, 2199

MONTHS_EN = ("January", "February", "March", "April", "May", "June", "July", "August",
             "September", "October", "November", "December")  # fmt: skip
MONTHS_DA = ("januar", "februar", "marts", "april", "maj", "juni", "juli", "august",
             "september", "oktober", "november", "december")  # fmt: skip

OTHER_FORMS = (
    re.compile(r"(?P<day>\d{1,2})[-./ ]+(?P<month>\d{1,2})[-./ ]+(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})[-./ ]+(?P<month>\d{1,2})[-./ ]+(?P<day>\d{1,2})"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"),
    re.compile(r"(?:d(?:en|\.)? *)?(?P<day>\d{1,2})\.? *(?P<month>[a-zæøå]+)\.? *(?P<year>\d{4})"),
    re.compile(r"(?P<month>[a-zæøå]+) *(?P<day>\d{1,2})(?:st|nd|rd|th)?,? *(?P<year>\d{4})"),
)


def read_date(node: TextNode, report: Report) -> date | None:
    """Return the date of a value, or None after noting what is wrong with it."""
    return read_date_text(node.text, node.span, report)


def read_date_text(text: str, span: Span, report: Report) -> date | None:
    """Return the date that a piece of text is, or None after noting what is wrong with it."""
    found = ISO_DATE.fullmatch(text)
    if found is None:
        report.add("T14", span, value=text, example=_as_iso(text) or "2026-01-31")
        return None
    year, month, day = (int(part) for part in found.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR:
        report.add("T13.year", span, value=text, first=FIRST_YEAR, last=LAST_YEAR)
    elif not 1 <= month <= 12:
        report.add("T13.month", span, value=text, month=found[2])
    elif not 1 <= day <= days_in_month(year, month):
        report.add(
            "T13",
            span,
            value=text,
            month=MONTHS_EN[month - 1],
            month_da=MONTHS_DA[month - 1].capitalize(),
            year=year,
            days=days_in_month(year, month),
        )
    else:
        return date(year, month, day)
    return None


def read_moment(text: str, span: Span, report: Report) -> Moment | None:
    """Return a day, or the UTC instant of a day and a Danish time of day ("2026-01-05 14:30")."""
    day_text, _, clock_text = text.strip().partition(" ")
    day = read_date_text(day_text.removesuffix("T"), span, report)
    if day is None or not clock_text:
        return day
    clock = CLOCK.fullmatch(clock_text.strip())
    if clock is None:
        report.add("T15", span, value=clock_text.strip())
        return None
    at = time(int(clock[1]), int(clock[2]))
    if not exists_locally(day, at):
        report.add("T15.gap", span, value=clock_text.strip(), day=day)
        return None
    return at_local(day, at)


def _as_iso(text: str) -> str | None:
    plain = text.strip().lower()
    for form in OTHER_FORMS:
        if found := form.fullmatch(plain):
            month = _month_number(found["month"])
            if month and 1 <= int(found["day"]) <= 31:
                return f"{found['year']}-{month:02d}-{int(found['day']):02d}"
    return None


def _month_number(text: str) -> int | None:
    if text.isdecimal():
        return int(text) if 1 <= int(text) <= 12 else None
    for names in (MONTHS_EN, MONTHS_DA):
        for number, name in enumerate(names, 1):
            if len(text) >= 3 and name.lower().startswith(text):
                return number
    return None
