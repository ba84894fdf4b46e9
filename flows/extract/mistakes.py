"""What is wrong with an extract, where it stands, and the sentence that says so.

A sentence shows what was read only where it can be neither a name, a CPR number nor free text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flows.extract.words import FOUND, LINE, MORE, SENTENCES, SHEET, SUGGESTION
from flows.mistakes import UserMistake

SHOWN_SENTENCES = 20


class Mistake(NamedTuple):
    """One mistake at one place. `line` 0 is the whole file; `found` is the cell as it was read.

    `sheet` is set when the file is a workbook. `values` fill the sentence of `code`.
    """

    code: str
    file: str
    line: int = 0
    column: str = ""
    found: str = ""
    values: Mapping[str, str] = {}
    sheet: str = ""


class BadCell(Exception):
    """A cell that cannot be read; whoever knows the row and file makes a Mistake of it."""

    def __init__(self, code: str, found: str = "", column: str = "", **values: str) -> None:
        super().__init__(code)
        self.code, self.found, self.column, self.values = code, found, column, values


class BadExport(UserMistake):
    """An extract that is refused whole: nothing of it is taken in; what is stored stays."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(da=_listed(mistakes, "da"), en=_listed(mistakes, "en"))
        self.mistakes = tuple(mistakes)


def sentence(mistake: Mistake, language: str, with_found: bool = True) -> str:
    """Return what is wrong, where, and what to do; without what was read, for a case's own note."""
    near = mistake.values.get("near")
    suggestion = SUGGESTION[language].format(near) if near else ""
    words = SENTENCES[mistake.code][language].format(**mistake.values, suggestion=suggestion)
    shown = FOUND[language].format(mistake.found) if with_found and showable(mistake.found) else ""
    return f"{_place(mistake, language)}: {words}{shown}"


def showable(found: str) -> bool:
    """Say whether a cell may be repeated in a message: one word or number, no name, no CPR number.

    >>> showable("2026-02-30"), showable("010112-1234"), showable("Peter"), showable("to ord")
    (True, False, False, False)
    """
    return bool(_PLAIN.fullmatch(found)) and not _NAME.fullmatch(found) and not has_cpr(found)


def has_cpr(text: str) -> bool:
    """Say whether a text holds what looks like a CPR number: a day, a month and eight figures.

    >>> has_cpr("010112-1234"), has_cpr("SAG-0101121234"), has_cpr("2026000412")
    (True, True, False)
    """
    return any(1 <= int(day) <= 31 and 1 <= int(month) <= 12 for day, month in _CPR.findall(text))


_PLAIN = re.compile(r"[0-9A-Za-zÆØÅæøå_.:/|+\-]{1,40}")
_NAME = re.compile(r"[A-ZÆØÅ][a-zæøå]+([-.][A-ZÆØÅ][a-zæøå]*)*")
_CPR = re.compile(r"(?<!\d)(\d\d)(\d\d)\d\d[- ]?\d{4}(?!\d)")


def _place(mistake: Mistake, language: str) -> str:
    parts = [mistake.file]
    if mistake.sheet:
        parts.append(f"{SHEET[language][0]} {mistake.sheet}")
    if mistake.line:
        parts.append(f"{SHEET[language][1] if mistake.sheet else LINE[language]} {mistake.line}")
    if mistake.column:
        parts.append(f"{SHEET[language][2]} {mistake.column}")
    return ", ".join(parts)


def _listed(mistakes: Sequence[Mistake], language: str) -> str:
    lines = [sentence(mistake, language) for mistake in mistakes[:SHOWN_SENTENCES]]
    if len(mistakes) > SHOWN_SENTENCES:
        lines.append(MORE[language].format(len(mistakes) - SHOWN_SENTENCES))
    return "\n".join(lines)
