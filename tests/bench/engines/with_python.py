"""The standards in plain Python, as the other engines' answers are judged by."""

from __future__ import annotations

import platform
from collections.abc import Sequence

from tests.bench.engines.standards import Answers, Decides, Engine, Reads, Row, Takes, answers_of


def load() -> Takes:
    """Give what takes the rows; there is nothing to load."""
    return _take


def _take(rows: Sequence[Row]) -> Decides:
    def decide() -> Reads:
        found: Answers = [answers_of(row) for row in rows]
        return lambda: found

    return decide


ENGINE = Engine(
    "plain Python",
    platform.python_version(),
    load,
    {},
    "everything: the standards are code, and change with it",
)
