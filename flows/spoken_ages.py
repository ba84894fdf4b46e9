"""How long ago something was, in words as people say them."""

from __future__ import annotations

from flows.findings import Said

MINUTE, HOUR, DAY = 60, 3600, 86_400


def age(seconds: float) -> Said:
    """Return a length of time in the largest unit of which there are two or more.

    >>> age(90).en, age(7200).en, age(3 * 86_400).da
    ('90 seconds', '2 hours', '3 dage')
    >>> age(1).da
    '1 sekund'
    """
    for unit, da, en in (
        (DAY, "dage", "days"),
        (HOUR, "timer", "hours"),
        (MINUTE, "minutter", "minutes"),
    ):
        if seconds >= 2 * unit:
            number = int(seconds // unit)
            return Said(f"{number} {da}", f"{number} {en}")
    number = int(seconds)
    if number == 1:
        return Said("1 sekund", "1 second")
    return Said(f"{number} sekunder", f"{number} seconds")
