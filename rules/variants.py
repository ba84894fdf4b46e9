"""A rule as it might have been: with running clocks moved or kept, since a year, or half as far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from rules.book import AtLeast, Change, Phrase, Rule, Terms, WhenDue
from rules.dates import Duration
from rules.differences import RuleDifference, new_changes, terms_on


def other_running(difference: RuleDifference) -> Rule | None:
    """Return the rule with running clocks moved where the new changes keep them, and vice versa.

    None when there is no choice: the rule is new or gone, or it was itself rewritten.
    """
    rule, new = difference.after, new_changes(difference)
    if rule is None or difference.before is None or not new:
        return None
    changes = (replace(one, move=not one.move) if one in new else one for one in rule.changes)
    return replace(rule, changes=tuple(changes))


def in_force_since(difference: RuleDifference, day: date) -> Rule | None:
    """Return the rule as if what is new in it had held from a day on; None if it is removed."""
    rule, new = difference.after, new_changes(difference)
    if rule is None:
        return None
    if difference.before is None:
        rule = replace(rule, in_force=min(rule.in_force, day))
    changes = (_since(one, day) if one in new else one for one in rule.changes)
    return replace(rule, changes=tuple(changes))


def alternative(difference: RuleDifference) -> tuple[Rule, str] | None:
    """Return the rule with its new numbers half as far from the old ones, and the first of them.

    None when no number changed, or nothing lies between: 8 weeks and 7 weeks.
    """
    before, after = difference.before, difference.after
    if before is None or after is None:
        return None
    if new := new_changes(difference):
        found = [_between_change(before, one, difference.takes_effect_on) for one in new]
        values = [text for _, text in found if text]
        changed = {id(one): other for one, (other, _) in zip(new, found, strict=True)}
        rule = replace(after, changes=tuple(changed.get(id(one), one) for one in after.changes))
        return (rule, values[0]) if values else None
    values_by_key = _between_terms(before.terms, _values(after.terms))
    if not values_by_key:
        return None
    terms = replace(after.terms, **values_by_key)  # type: ignore[arg-type]
    return replace(after, terms=terms), _number_of(next(iter(values_by_key.values())))


NUMBERED = ("due", "then", "at_least", "limit")
"""The terms that hold a number; `due` and `then` hold a length of time."""


def _since(change: Change, day: date) -> Change:
    return replace(change, starts=day) if change.starts is None or change.starts > day else change


def _values(terms: Terms) -> dict[str, object]:
    return {key: getattr(terms, key) for key in NUMBERED}


def _between_change(rule: Rule, change: Change, day: date) -> tuple[Change, str]:
    """Return a change with its numbers halfway, and the first of these as text."""
    found = _between_terms(terms_on(rule, day), change.new)
    if not found:
        return change, ""
    changed = replace(change, new={**change.new, **found})
    return changed, _number_of(next(iter(found.values())))


def _between_terms(before: Terms, after: Mapping[str, object]) -> dict[str, object]:
    """Return the terms whose numbers changed, each with the number between the two."""
    found: dict[str, object] = {}
    for key in NUMBERED:
        old, new = getattr(before, key), after.get(key)
        if old is None or new is None or old == new:
            continue
        between = _between(old, new)
        if between is not None:
            found[key] = between
    return found


def _between(old: object, new: object) -> object | None:
    match old, new:
        case int(), int():
            return _number_between(old, new)
        case AtLeast(), AtLeast():
            return _frequency_between(old, new)
        case Phrase(), Phrase():
            return _phrase_between(old, new)
        case WhenDue(), WhenDue() if not old.is_first_of and not new.is_first_of:
            phrase = _phrase_between(old.phrases[0], new.phrases[0])
            return phrase and WhenDue((phrase,), phrase.text, new.place)
    return None


def _frequency_between(old: AtLeast, new: AtLeast) -> AtLeast | None:
    number, per = _number_between(old.number, new.number), new.per
    if old.number == new.number and old.per is not None and per is not None:
        number, per = new.number, _length_between(old.per, per)
        if per is None:
            return None
    elif old.per != per or number is None:
        return None
    assert number is not None
    text = f"{number} per {per}" if per is not None else f"{number} per calendar year"
    return AtLeast(number, per, text, new.place)


def _phrase_between(old: Phrase, new: Phrase) -> Phrase | None:
    same = (old.direction, old.anchor) == (new.direction, new.anchor)
    if not same or not isinstance(old.amount, Duration) or not isinstance(new.amount, Duration):
        return None
    amount = _length_between(old.amount, new.amount)
    if amount is None:
        return None
    way = "after" if new.direction > 0 else "before"
    return replace(new, amount=amount, text=f"{amount} {way} {new.anchor.text}")


def _length_between(old: Duration, new: Duration) -> Duration | None:
    number = _number_between(old.amount, new.amount) if old.unit is new.unit else None
    return Duration(number, new.unit) if number is not None else None


def _number_between(old: int, new: int) -> int | None:
    """Return the number halfway, rounded down; None when nothing lies between.

    >>> _number_between(8, 6), _number_between(6, 12), _number_between(8, 7)
    (7, 9, None)
    """
    return (old + new) // 2 if abs(old - new) > 1 else None


def _number_of(term: object) -> str:
    """Return the number of a term as it is written: `7 weeks`, `3 per 12 months`, `18`."""
    if isinstance(term, WhenDue):
        return str(term.phrases[0].amount)
    if isinstance(term, Phrase):
        return str(term.amount)
    return term.text if isinstance(term, AtLeast) else str(term)
