"""Reading the days and moments that people write on the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flows.mistakes import UserMistake
from rules.dates import at_local, last_minute_of


def read_moment(text: str) -> datetime:
    """Return the UTC instant that is meant: a day means its 23:59, a time without offset is Danish.

    Raises: UserMistake when it is neither a day nor a moment.

    >>> read_moment("2026-11-21").isoformat()
    '2026-11-21T22:59:00+00:00'
    >>> read_moment("2026-07-01 09:00").isoformat()
    '2026-07-01T07:00:00+00:00'
    >>> read_moment("2026-07-01T09:00+00:00").isoformat()
    '2026-07-01T09:00:00+00:00'
    """
    try:
        return _instant(text.strip())
    except (ValueError, OverflowError):
        raise UserMistake(
            da=f"»{text}« er ikke et tidspunkt. Skriv en dag (2026-11-21) eller en dag og et "
            "klokkeslæt (2026-11-21 09:00).",
            en=f'"{text}" is not a moment. Write a day (2026-11-21) or a day and a time '
            "(2026-11-21 09:00).",
        ) from None


def read_day(text: str) -> date:
    """Return the day that is meant.

    Raises: UserMistake when it is not a day of the calendar.

    >>> read_day("2026-11-21")
    datetime.date(2026, 11, 21)
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserMistake(
            da=f"»{text}« er ikke en dato. Skriv den som 2026-11-21.",
            en=f'"{text}" is not a date. Write it as 2026-11-21.',
        ) from None


def _instant(text: str) -> datetime:
    if len(text) == len("2026-11-21"):
        return last_minute_of(date.fromisoformat(text))
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return at_local(moment.date(), moment.time())
    return moment.astimezone(UTC)
