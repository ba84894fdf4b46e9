"""Findings as they are read in a terminal or a mail: how it stands, and what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from flows.examining.findings import Finding, Level
from flows.words import say

WIDTH = 88
MARKS = {Level.OK: "ok", Level.WARNING: "warning", Level.WRONG: "wrong"}


def findings_text(findings: Iterable[Finding], language: str, width: int = WIDTH) -> str:
    """Return a paragraph for each finding, its mark in front in words and not in colour."""
    marks = {level: say(mark, language) for level, mark in MARKS.items()}
    margin = max(map(len, marks.values())) + 2
    return "\n".join(
        line
        for finding in findings
        for line in _lines(finding, marks[finding.level].ljust(margin), language, width)
    )


def _lines(finding: Finding, mark: str, language: str, width: int) -> Iterator[str]:
    what, to_do = finding.what.message(language), finding.to_do.message(language)
    first = mark
    for line in f"{what} {to_do}".strip().splitlines():
        yield textwrap.fill(
            line.strip(),
            width,
            initial_indent=first,
            subsequent_indent=" " * len(mark),
            break_long_words=False,
            break_on_hyphens=False,
        )
        first = " " * len(mark)
