"""What was done is told in the reader's language, down to the last count."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from flows.commands.count_words import COUNTS
from models.outbox import CANCELLED, PLANNED, SUPERSEDED, UNDELIVERABLE
from notifications.bounce import Kind
from notifications.outcome import Verdict

FLOWS = Path(__file__).parents[2] / "flows"


def counted_by_name() -> set[str]:
    """Every name that a flow counts under in so many letters: counts["..."] += 1."""
    return {
        node.target.slice.value
        for path in FLOWS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.AugAssign)
        and isinstance(node.target, ast.Subscript)
        and ast.unparse(node.target.value).endswith("counts")
        and isinstance(node.target.slice, ast.Constant)
        and isinstance(node.target.slice.value, str)
    }


def test_every_count_has_words_in_both_languages() -> None:
    answers = {verdict.value for verdict in Verdict} | {f"reports {kind}" for kind in Kind}
    states = {PLANNED, SUPERSEDED, CANCELLED, UNDELIVERABLE}
    assert (counted_by_name() | answers | states) - COUNTS.keys() == set()
    assert all(danish and english for danish, english in COUNTS.values())


def test_what_housekeeping_removes_has_words() -> None:
    names = re.findall(
        r'"([a-z ]+ (?:removed|emptied|forgotten))"', (FLOWS / "housekeeping.py").read_text("utf-8")
    )
    assert len(names) >= 9
    assert set(names) - COUNTS.keys() == set()
