"""Seeing that the machine's clock was moved: it and the time that really passes part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from flows.mistakes import UserMistake
from models.database_clock import database_time
from rules.dates import DENMARK

MOST_SECONDS = 5 * 60
"""So much a clock may be corrected between two looks without anybody being told."""


@dataclass(slots=True)
class ClockWatch:
    """What the clock showed beside the time that passes, at the last look.

    `monotonic` gives seconds that pass whatever the clock says; they stand still while the
    machine sleeps, so that waking up is a jump too.
    """

    monotonic: Callable[[], float]
    ahead: float | None = None

    def jumped(self, now: datetime) -> int:
        """Return by how many minutes the clock has been moved since the last look, 0 if it was not.

        Negative when it was set back.
        """
        before, self.ahead = self.ahead, now.timestamp() - self.monotonic()
        moved = 0.0 if before is None else self.ahead - before
        return round(moved / 60) if abs(moved) > MOST_SECONDS else 0


def jump_notice(connection: Connection, now: datetime, minutes: int) -> UserMistake:
    """Return what the operator must know of a clock that was moved; the database's is asked too."""
    theirs = database_time(connection)
    da, en = "", ""
    if theirs is not None:
        shown = f"{theirs.astimezone(DENMARK):%Y-%m-%d %H:%M}"
        da = f" Databasens ur viser {shown}."
        en = f" The database's clock shows {shown}."
    here = f"{now.astimezone(DENMARK):%Y-%m-%d %H:%M}"
    return UserMistake(
        da=f"Uret blev flyttet {minutes:+d} minutter (eller maskinen sov) og viser nu {here}.{da} "
        "Ingen nye frister beregnes før om lidt. Se efter, om uret går rigtigt.",
        en=f"The clock was moved by {minutes:+d} minutes (or the machine slept) and shows {here} "
        f"now.{en} Nothing new is decided for a moment. See that the clock is right.",
    )
