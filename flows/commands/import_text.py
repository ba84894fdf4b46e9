"""What became of an extract, as people read it."""

from __future__ import annotations

from flows.extract.report import ImportResult
from flows.words import say

HEADINGS = {
    "done": "The extract has been taken in.",
    "unchanged": "This extract has been taken in before; nothing was changed.",
    "tried": "Nothing has been changed. Taking the extract in would do this:",
    "refused": "The extract was refused; what was stored stays in force.",
}
REFUSED = (
    "Rows that were refused (see rejected.csv): {number}",
    "Rows that would be refused: {number}",
)
"""Rows that were, and rows that would be."""


def import_text(result: ImportResult, language: str) -> str:
    """Return a sentence, the differences by file, and each row that was refused."""
    lines = [say(HEADINGS[result.state], language), *result.refused.splitlines()]
    lines += result.difference
    if result.rejected:
        number = len(result.rejected)
        lines.append(say(REFUSED[result.state == "tried"], language, number=number))
        lines += [f"  {sentence}" for sentence in result.rejected]
    return "\n".join([*lines, *result.notices])
