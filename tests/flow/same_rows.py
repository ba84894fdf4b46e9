"""Whether two databases hold the same, however and in whatever order it was written."""

from __future__ import annotations

import re
from collections import Counter

from sqlalchemy import Engine, select

from models.schema import METADATA

DRAWN_BY_LOT = {"uuid", "message_uuid", "message_id", "content", "link", "token", "owner"}
NUMBERED = {"id", "intent_id", "queue_id"}
DRAWN = DRAWN_BY_LOT | NUMBERED
"""Columns whose values are drawn by lot, or numbered in the order of writing."""

Rows = dict[str, Counter[str]]


def rows(engine: Engine) -> Rows:
    """Every row of every table, but for what is drawn by lot."""
    with engine.connect() as connection:
        return {
            table.name: Counter(
                str({k: _value(v) for k, v in row._asdict().items() if k not in DRAWN})
                for row in connection.execute(select(table))
            )
            for table in METADATA.sorted_tables
        }


def different_tables(one: Rows, other: Rows) -> list[str]:
    """The tables in which two databases do not hold the same."""
    return [name for name in one if one[name] != other[name]]


def _value(value: object) -> str:
    # the mail server numbers what it queues
    return re.sub(r"queued as \w+", "queued", repr(value))
