"""What one cell of an extract says: dates, moments, numbers, choices, references, addresses.

A reader takes the text of a cell, trimmed and translated by the mapping, never empty, and returns
its value. Raises: BadCell with what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from flows.extract.mistakes import BadCell, has_cpr
from models.facts_text import duration_of
from rules.case import Value
from rules.dates import at_local, day_of, exists_locally
from rules.suggestions import likely, listed
from rules.vocabulary import FactType

FIRST_YEAR, LAST_YEAR = 1900, 2100

Read = Callable[[str], Any]


class Forms(NamedTuple):
    """How a file writes days and moments beside ISO: `strptime` forms, or "" for ISO only."""

    dates: str = ""
    moments: str = ""


class Stamp(NamedTuple):
    """A moment: the Danish day, and the UTC instant when the time of day is known."""

    on: date
    at: datetime | None


def read_date(text: str, forms: Forms = Forms()) -> date:  # noqa: B008 - immutable
    """Return the day of a cell; a midnight after it, as databases write, is passed over.

    >>> read_date("2026-01-31"), read_date("31-01-2026", Forms("%d-%m-%Y"))
    (datetime.date(2026, 1, 31), datetime.date(2026, 1, 31))
    """
    found = _ISO_DAY.fullmatch(text)
    if found is not None:
        return _day(found[1], text)
    if not forms.dates:
        raise BadCell("no-date", text)
    return _in_range(_in_form(text, forms.dates, "no-date").date(), text)


def read_stamp(text: str, forms: Forms = Forms()) -> Stamp:  # noqa: B008 - immutable
    """Return the moment of a cell. Without an offset the time is Danish.

    >>> read_stamp("2026-07-01T09:00").at.isoformat(), read_stamp("2026-07-01").at
    ('2026-07-01T07:00:00+00:00', None)
    """
    found = _ISO_MOMENT.fullmatch(text)
    if found is not None:
        _day(found[1], text)
        return _stamp(_iso_moment(text), text)
    if forms.moments and _fits_form(text, forms.moments):
        return _stamp(_in_form(text, forms.moments, "no-moment"), text)
    try:
        return Stamp(read_date(text, forms), None)
    except BadCell as bad:
        code = "no-moment" if bad.code == "no-date" else bad.code
        raise BadCell(code, text) from None


def read_number(text: str) -> int | float:
    """Return a number; a comma may stand for the point, but three figures after it are refused.

    >>> read_number("12"), read_number("12,5")
    (12, 12.5)
    """
    if not _NUMBER.fullmatch(text):
        raise BadCell("no-number", text)
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


def read_reference(text: str) -> str:
    """Return the reference of a case, record or person, which is never a CPR number."""
    if has_cpr(text):
        raise BadCell("cpr")
    if not _REFERENCE.fullmatch(text):
        raise BadCell("bad-ref", text)
    return text


def read_address(text: str) -> str:
    """Return one mail address that any mail server takes, in its normal form."""
    from email_validator import EmailNotValidError, validate_email

    if len(_ADDRESS_SEPARATOR.split(text)) > 1 or text.count("@") > 1:
        raise BadCell("two-addresses")
    if not text.partition("@")[0].isascii():
        raise BadCell("letters-in-address")
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise BadCell("bad-address") from None
    return checked.ascii_email or checked.normalized


def one_of(choices: Collection[str], code: str = "unknown-choice") -> Read:
    """Return a reader that takes only these words."""
    allowed = {choice: choice for choice in choices}

    def read(text: str) -> str:
        found = allowed.get(text)
        if found is None:
            raise BadCell(code, text, choices=listed(choices), near=near(text, choices))
        return found

    return read


def fact_value(kind: FactType, name: str, forms: Forms) -> Read:
    """Return the reader of a fact or field of that type. Free text is read as "given"."""
    match kind.kind:
        case "number":
            return read_number
        case "yes/no":
            return _yes_no
        case "date":
            return lambda text: read_date(text, forms)
        case "duration":
            return _duration
        case "choice":
            return one_of(kind.choices)
        case "many":
            return _many(kind.choices)
        case "text":
            return _given if name == "reason" else _word


def near(word: str, known: Collection[str]) -> str:
    """Return the known word that was probably meant, or ""."""
    return likely(word, known) or ""


_ISO_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_ISO_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:?\d\d)?"
)
_NUMBER = re.compile(r"-?\d{1,9}(?:[.,]\d{1,2})?")
_REFERENCE = re.compile(r"[0-9A-Za-zÆØÅæøå][0-9A-Za-zÆØÅæøå._/:+\-]{0,59}")
_WORD = re.compile(r"[0-9A-Za-zæøå_\-]{1,60}")
_ADDRESS_SEPARATOR = re.compile(r"[;,\s]+")


def _day(iso: str, text: str) -> date:
    try:
        return _in_range(date.fromisoformat(iso), text)
    except ValueError:
        raise BadCell("no-such-date", text) from None


def _in_range(day: date, text: str) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadCell("odd-year", text)
    return day


def _iso_moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadCell("no-moment", text) from None


def _fits_form(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007 - the zone is given to it by whoever asks
    except ValueError:
        return False
    return True


def _in_form(text: str, form: str, code: str) -> datetime:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - Danish, see _stamp
    except ValueError:
        raise BadCell(code, text) from None


def _stamp(read: datetime, text: str) -> Stamp:
    if read.tzinfo is not None:
        instant = read.astimezone(UTC)
        return Stamp(_in_range(day_of(instant), text), instant)
    _in_range(read.date(), text)
    if not exists_locally(read.date(), read.time()):
        raise BadCell("no-such-hour", text)
    return Stamp(read.date(), at_local(read.date(), read.time()))


def _yes_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise BadCell("no-yes-no", text)
    return text == "yes"


def _duration(text: str) -> Value:
    try:
        duration = duration_of(" ".join(text.split()))
    except (KeyError, ValueError):
        raise BadCell("no-duration", text) from None
    if not 0 < duration.amount < 10_000:
        raise BadCell("no-duration", text)
    return duration


def _many(choices: Collection[str]) -> Read:
    read_one = one_of(choices)

    def read(text: str) -> frozenset[str]:
        return frozenset(read_one(part.strip()) for part in text.split("|") if part.strip())

    return read


def _given(text: str) -> str:
    # a reason is free text about a child: that there is one is all we keep
    return "given"


def _word(text: str) -> str:
    if not _WORD.fullmatch(text) or has_cpr(text):
        raise BadCell("free-text", text)
    return text
