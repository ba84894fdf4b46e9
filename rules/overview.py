"""What a rule book holds: local choices, areas covered, and law whose text was not compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from rules.book import Basis, Binding, Book, Rule
from rules.dates import add_months
from rules.key_shapes import WORDS

NOT_DEMANDED = "capacity"
MANDATORY_AREAS = tuple(area for area in WORDS["area"] if area != NOT_DEMANDED)
"""The areas a municipality's standards must cover at least: executive order 614/2006, § 2."""

MONTHS_UNTIL_STALE = 12

LOCAL_CHOICE = re.compile(
    r"\b(vores (valg|læsning)|lokalt (valg|valgt|tal)|besluttes lokalt"
    r"|our (choice|reading)|local (choice|number)|chosen locally)\b",
    re.IGNORECASE,
)
"""The words in `about` by which a rule says that a number or a reading is not its source's."""

AREAS = {
    "early_effort": ("tidlig indsats", "early effort"),
    "involvement": ("inddragelse", "involvement"),
    "family_network": ("familie og netværk", "family and network"),
    "follow_up": ("opfølgning", "follow-up"),
    "over_15": ("unge over 15 år", "young people over 15"),
    "capacity": ("kapacitet", "capacity"),
    "": ("uden område", "no area"),
}
"""The areas in Danish and in English."""


def is_local_choice(rule: Rule) -> bool:
    """Say whether a rule's `about` says that something in it was chosen here, not by its source."""
    return LOCAL_CHOICE.search(rule.about) is not None


def areas_covered(book: Book) -> dict[str, tuple[str, ...]]:
    """Return the rules of each area; mandatory areas first, and there even when without a rule."""
    areas = [*MANDATORY_AREAS, NOT_DEMANDED, ""]
    return {
        area: names
        for area in areas
        if (names := tuple(rule.name for rule in book.rules.values() if rule.area == area))
        or area in MANDATORY_AREAS
    }


class Stale(NamedTuple):
    """A source of a law rule that should be read again. `checked` is None when it never was."""

    rule: str
    source: str
    checked: date | None


def stale_sources(book: Book, at: date) -> tuple[Stale, ...]:
    """Return the sources of law rules not compared within twelve months of a day, oldest first."""
    oldest = add_months(at, -MONTHS_UNTIL_STALE)
    found = [
        Stale(rule.name, basis.source, basis.checked)
        for rule in book.rules.values()
        if rule.binding is Binding.LAW
        for basis in _sources(rule)
        if basis.checked is None or basis.checked < oldest
    ]
    return tuple(sorted(found, key=lambda one: (one.checked or date.min, one.rule)))


def _sources(rule: Rule) -> Iterable[Basis]:
    yield from rule.terms.basis
    for change in rule.changes:
        sources = change.new.get("basis", ())
        if isinstance(sources, tuple):
            yield from sources
