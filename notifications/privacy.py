"""The gate before the outbox: nothing about a child leaves, whatever a template or a rule says.

It fails closed. What it stops is replaced by a mail that says only how many deadlines wait.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache
from unicodedata import combining, normalize

from stdnum.dk import cpr
from stdnum.exceptions import ValidationError

from notifications.render import Mail
from notifications.views import DigestView, Line, ReminderView, Standing

CASE_REFERENCE = re.compile(r"(?=.*\d)[A-Za-zÆØÅæøå0-9][A-Za-zÆØÅæøå0-9._/-]{0,39}")
BETWEEN = r"[\s._/\u2010-\u2015\u2212-]"
TEN_DIGITS = re.compile(r"(?<!\d)(\d{6})[\s.\u00a0\u2010-\u2015-]?(\d{4})(?!\d)")
TEN_DIGITS_APART = re.compile(
    rf"(?<!\d)(\d\d){BETWEEN}?(\d\d){BETWEEN}?(\d\d){BETWEEN}{{0,3}}(\d{{4}})(?!\d)"
)
"""As somebody may write them. A case number may look so, too: it is not asked this."""

OUR_LINK = re.compile(r"[?&](?:line|mail)=[0-9a-f]{32}\b")
WORD = re.compile(r"[^\W\d_]+")
LONGEST_NAME = 6


def find_leak(
    view: ReminderView | DigestView, mail: Mail, names: Collection[str] = frozenset()
) -> str:
    """Return what a mail must not say but does ("" for nothing), never the value itself.

    `names` are full names of people that no line may hold; the staff's own are said in other
    places of a mail.
    """
    lines = list(_lines(view))
    if any(line.case and not is_case_reference(line.case) for line in lines):
        return "a case reference with characters it cannot have"
    said = {text for line in lines for text in (line.title, line.because, line.source)}
    written = said | {line.staff for line in lines}
    # what follows a break in the text may stand on the next line, and be moved in
    read = (" ".join(OUR_LINK.sub("", text).split()) for text in (mail.subject, mail.text))
    if any(map(has_cpr_number, read)) or any(map(_has_cpr_number_apart, written)):
        return "a number that may be a CPR number"
    if any(has_name(text, names) for text in said):
        return "a person's name"
    return ""


def is_case_reference(text: str) -> bool:
    """Say whether a text can be a case reference: no spaces, at least one digit, not a CPR number.

    >>> is_case_reference("27.36.00-G01-12-25"), is_case_reference("Ida Holm")
    (True, False)
    """
    return CASE_REFERENCE.fullmatch(text) is not None and not has_cpr_number(text)


def has_cpr_number(text: str) -> bool:
    """Say whether ten digits in a text may be a CPR number: they begin with a possible birthday.

    The check digit is not asked for; CPR numbers without one are given out since 2007.

    >>> has_cpr_number("barn 010115-1234"), has_cpr_number("sag 9999991234")
    (True, False)
    """
    return any(_may_be_cpr(first + last) for first, last in TEN_DIGITS.findall(text))


def has_name(text: str, names: Collection[str]) -> bool:
    """Say whether a text holds one of the full names, in any order and with or without accents.

    A single letter between the names is passed over.

    >>> has_name("Ring til Holm, Ida M.", {"ida holm"})
    True
    """
    looked_for = _names(frozenset(names))
    words = _words(text)
    return any(
        tuple(sorted(words[at : at + length])) in looked_for
        for length in range(2, LONGEST_NAME + 1)
        for at in range(len(words) - length + 1)
    )


@lru_cache(maxsize=4)
def _names(names: frozenset[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(sorted(_words(name))) for name in names)


def _words(text: str) -> list[str]:
    """The words of a text as names are compared: no accents, no capitals, no single letters."""
    plain = "".join(one for one in normalize("NFKD", text) if not combining(one))
    return [word.casefold() for word in WORD.findall(plain) if len(word) > 1]


def _has_cpr_number_apart(text: str) -> bool:
    return any(_may_be_cpr("".join(parts)) for parts in TEN_DIGITS_APART.findall(text))


def _may_be_cpr(digits: str) -> bool:
    try:
        born: date = cpr.get_birth_date(digits)
    except ValidationError:
        return False
    return born is not None


def _lines(view: ReminderView | DigestView) -> Iterable[Line]:
    if isinstance(view, ReminderView):
        return view.lines
    muted = (Line(Standing.COMING, one.case, one.title) for one in view.muted)
    return (*view.overdue, *view.undeliverable, *view.not_assessed, *view.coming, *muted)
