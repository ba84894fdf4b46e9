"""Findings as they are read in a terminal or a mail: how it stands, and what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from flows.findings import Finding, Level
from flows.words import say

WIDTH = 88
MARKS = {Level.OK: "ok", Level.WARNING: "warning", Level.WRONG: "wrong"}


def findings_text(findings: Iterable[Finding], language: str, width: int = WIDTH) -> str:
    """Return a paragraph for each finding, its mark in front in words and not in colour."""
    marks = {level: say(mark, language) for level, mark in MARKS.items()}
    margin = max(map(len, marks.values())) + 2
    return "\n".join(
        textwrap.fill(
            " ".join(
                filter(None, (finding.what.message(language), finding.to_do.message(language)))
            ),
            width,
            initial_indent=marks[finding.level].ljust(margin),
            subsequent_indent=" " * margin,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for finding in findings
    )
