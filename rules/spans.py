"""How long a duration can be in days. Used by checks only: nothing is ever counted with it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from rules.dates import Duration, Unit, add_months, days_between


def span(duration: Duration) -> tuple[int, int]:
    """Return the fewest and the most days that a duration can last.

    >>> span(Duration(2, Unit.MONTHS))
    (59, 62)
    >>> span(Duration(8, Unit.WEEKS))
    (56, 56)
    """
    n = duration.amount
    match duration.unit:
        case Unit.HOURS:
            return n // 24, -(-n // 24)
        case Unit.DAYS:
            return n, n
        case Unit.WEEKS:
            return 7 * n, 7 * n
        case Unit.WORKING_DAYS:
            # at best no closed day lies between; at worst weekends and a Christmas do
            return n, 7 * (-(-n // 5)) + 9 * (1 + n // 250) + 2
        case Unit.MONTHS:
            return _span_of_months(n)
        case Unit.YEARS:
            return _span_of_months(12 * n)


@lru_cache(maxsize=256)
def _span_of_months(months: int) -> tuple[int, int]:
    # 400 years repeat the calendar; the first of a month never clamps, and clamping only shortens
    firsts = [date(year, month, 1) for year in range(2000, 2008) for month in range(1, 13)]
    lengths = [days_between(first, add_months(first, months)) for first in firsts]
    return min(lengths), max(lengths)
