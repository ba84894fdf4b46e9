"""The only reader of the clock. Everything else is told what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant, aware and in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Return seconds that only ever grow, whatever is done to the wall clock.

    Units: seconds since an instant that means nothing; only differences do.
    """
    return time.monotonic()
