"""Days and moments as people read them, in Danish and in English."""

from __future__ import annotations

from datetime import date, datetime

from rules.dates import DENMARK, Moment, day_of

WEEKDAYS = {
    "da": ("man.", "tirs.", "ons.", "tors.", "fre.", "lør.", "søn."),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS = {
    "da": "jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec.",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}

FULL_MONTHS = {
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "en": "January February March April May June July August September October November December",
}


def short_day(day: date, language: str) -> str:
    """Return a day with its weekday.

    >>> short_day(date(2026, 11, 13), "en"), short_day(date(2026, 11, 13), "da")
    ('Fri 13 Nov 2026', 'fre. 13. nov. 2026')
    """
    weekday, month = WEEKDAYS[language][day.weekday()], MONTHS[language].split()[day.month - 1]
    number = f"{day.day}." if language == "da" else str(day.day)
    return f"{weekday} {number} {month} {day.year}"


def short_moment(moment: Moment, language: str) -> str:
    """Return a day, or a day and the Danish time of an instant.

    >>> from datetime import UTC
    >>> short_moment(datetime(2026, 10, 25, 10, tzinfo=UTC), "en")
    'Sun 25 Oct 2026 11:00'
    """
    if not isinstance(moment, datetime):
        return short_day(moment, language)
    return f"{short_day(day_of(moment), language)} {moment.astimezone(DENMARK):%H:%M}"


def plain_moment(moment: Moment) -> str:
    """Return a moment as rule files write it: 2026-11-13, or 2026-11-13 14:30 Danish time.

    >>> plain_moment(date(2026, 11, 13))
    '2026-11-13'
    """
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return f"{moment.astimezone(DENMARK):%Y-%m-%d %H:%M}"


def full_day(day: date, language: str) -> str:
    """Return a day as it is written in a sentence.

    >>> full_day(date(2026, 1, 1), "da"), full_day(date(2026, 1, 1), "en")
    ('1. januar 2026', '1 January 2026')
    """
    month = FULL_MONTHS[language].split()[day.month - 1]
    return f"{day.day}{'.' if language == 'da' else ''} {month} {day.year}"
