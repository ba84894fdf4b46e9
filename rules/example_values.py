"""Invents a value for a fact, so that a condition holds: for the example of a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from rules.book import Test, Want
from rules.case import Value
from rules.dates import Duration, Unit
from rules.vocabulary import FactType

SOME_INTERVAL = Duration(4, Unit.MONTHS)
SMALL_NUMBERS = range(0, 4)


def fitting(
    fact: FactType, wanted: Sequence[Want], avoided: Sequence[Want], start: date
) -> Value | None:
    """Return a value that is as wanted and, if that can be, not as avoided; None for none at all.

    None is also right where the fact must be missing.
    """
    candidates = [*_candidates(fact, [*wanted, *avoided], start)]
    good = [value for value in candidates if all(want.holds(value) for want in wanted)]
    best = (value for value in good if not any(want.holds(value) for want in avoided))
    return next(best, next(iter(good), None))


def _candidates(fact: FactType, wants: Sequence[Want], start: date) -> Iterator[Value | None]:
    if any(want.test is Test.MISSING for want in wants):
        yield None
    match fact.kind:
        case "number":
            yield from _numbers(wants)
        case "yes/no":
            yield from (True, False)
        case "choice":
            yield from _written_first(fact.choices, wants)
        case "many":
            yield _all_wanted(wants)
        case "date":
            yield from _days(wants, start)
        case _:
            yield SOME_INTERVAL


def _numbers(wants: Iterable[Want]) -> Iterator[float]:
    for want in wants:
        for bound in (want.low, want.high):
            if bound is not None:
                yield from (bound, bound + 1, bound - 1)
        yield from (value for value in want.values if isinstance(value, float))
    yield from SMALL_NUMBERS


def _written_first(choices: Sequence[str], wants: Iterable[Want]) -> list[str]:
    """Return the choices, those a condition names first and in its order."""
    written = [name for want in wants for name in want.text.split(", ") if name in choices]
    return list(dict.fromkeys([*written, *choices]))


def _all_wanted(wants: Iterable[Want]) -> frozenset[str]:
    return frozenset(str(value) for want in wants for value in want.values)


def _days(wants: Iterable[Want], start: date) -> Iterator[date]:
    yield start
    for want in wants:
        yield from (day for day in (want.first, want.last) if day is not None)


def written(value: Value) -> str:
    """Return a value as rule files write it.

    >>> written(True), written(2.0), written(frozenset({"parents", "child"})), written("youth")
    ('yes', '2', '[child, parents]', 'youth')
    """
    match value:
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case frozenset():
            return f"[{', '.join(sorted(value))}]"
        case _:
            return str(value)
