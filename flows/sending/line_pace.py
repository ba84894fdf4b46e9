"""How fast mails may leave: one, and a while later the next, whoever sends it."""

from __future__ import annotations

from datetime import datetime

from models.mail_line import Line
from rules.dates import minutes_after

FIRST_MAILS_A_MINUTE = 120
"""Where a line without a limit begins to halve."""

SLOWEST = 1.0
FASTER_MINUTES = 10
"""After so long without a complaint a line is let go half as fast again."""

FASTER = 1.5
FREE_FROM = 10 * FIRST_MAILS_A_MINUTE
"""So fast, a line that had no limit to begin with has none again."""


def seconds_to_wait(last_at: datetime | None, mails_a_minute: float | None, now: datetime) -> float:
    """Return for how many seconds the next mail must wait after the last one; 0: it may leave.

    A last one that lies further ahead than its turn lasts was sent by a clock that has been set
    back since: waiting for that would be silence.

    >>> from datetime import UTC
    >>> last_at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    >>> [seconds_to_wait(last_at, 30, last_at.replace(second=second)) for second in (0, 1, 2)]
    [2.0, 1.0, 0.0]
    >>> seconds_to_wait(last_at, 30, last_at.replace(hour=7))
    0.0
    """
    if last_at is None or mails_a_minute is None:
        return 0.0
    turn, passed = 60 / mails_a_minute, (now - last_at).total_seconds()
    return turn - passed if -turn < passed < turn else 0.0


def mails_a_minute(line: Line, setting: int | None, now: datetime) -> float | None:
    """Return how fast mails may leave now: faster again, step by step, after a complaint.

    >>> from datetime import UTC
    >>> slowed = Line("x", mails_a_minute=10, slowed_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    >>> [mails_a_minute(slowed, 30, datetime(2026, 11, 23, 8, m, tzinfo=UTC)) for m in (9, 10, 59)]
    [10, 15.0, 30]
    """
    if line.mails_a_minute is None or line.slowed_at is None:
        return setting
    found, at = line.mails_a_minute, minutes_after(line.slowed_at, FASTER_MINUTES)
    while at <= now and found < FREE_FROM:
        found, at = found * FASTER, minutes_after(at, FASTER_MINUTES)
    if setting is None:
        return found if found < FREE_FROM else None
    return min(found, setting)


def slower(line: Line, setting: int | None, now: datetime) -> Line:
    """Return a line whose server has asked us to be slower: half as fast, after a minute's rest.

    Several mails that are told so in one minute are one complaint.
    """
    rest = minutes_after(now, 1)
    if line.slowed_at is not None and now < minutes_after(line.slowed_at, 1):
        return line._replace(rests_until_at=rest)
    so_far = mails_a_minute(line, setting, now) or FIRST_MAILS_A_MINUTE
    half = max(SLOWEST, so_far / 2)
    return line._replace(mails_a_minute=half, slowed_at=now, rests_until_at=rest)
