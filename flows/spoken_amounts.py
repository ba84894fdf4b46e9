"""How long, how large and how many, in words as people say them."""

from __future__ import annotations

from flows.sentences import Said

MINUTE, HOUR, DAY = 60, 3600, 86_400
MEGABYTE, GIGABYTE, TERABYTE = 10**6, 10**9, 10**12


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


def size(octets: int) -> Said:
    """Return an amount of storage in the largest unit of which there is one.

    >>> size(78_113_000_000).da, size(7_450_000_000).da, size(3_999_999).en
    ('78 GB', '7,4 GB', '3 MB')
    """
    for unit, name in ((TERABYTE, "TB"), (GIGABYTE, "GB")):
        if octets >= unit:
            tenths = octets * 10 // unit
            whole, rest = divmod(tenths, 10)
            if tenths >= 100 or not rest:
                return Said(f"{whole} {name}", f"{whole} {name}")
            return Said(f"{whole},{rest} {name}", f"{whole}.{rest} {name}")
    return Said(f"{octets // MEGABYTE} MB", f"{octets // MEGABYTE} MB")


def number(value: int, language: str) -> str:
    """Return a number with its thousands set apart as the language does.

    >>> number(80549, "da"), number(80549, "en")
    ('80.549', '80,549')
    """
    return f"{value:,}".replace(",", "." if language == "da" else ",")


def several(value: int, da: tuple[str, str], en: tuple[str, str]) -> Said:
    """Return a number with its noun: of each language the word for one, and for several.

    >>> several(1, ("sag", "sager"), ("case", "cases")).da
    '1 sag'
    >>> several(1208, ("sag", "sager"), ("case", "cases")).en
    '1,208 cases'
    """
    which = 0 if value == 1 else 1
    return Said(f"{number(value, 'da')} {da[which]}", f"{number(value, 'en')} {en[which]}")
