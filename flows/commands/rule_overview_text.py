"""`rules list`, `coverage`, `stale` and `test --strength` as text for people and for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flows.mistakes import Language
from flows.words import say
from rules.book import Book, Rule
from rules.overview import AREAS, MANDATORY_AREAS, Stale, is_local_choice
from rules.reading_words import BINDINGS
from rules.spoken_dates import full_day
from rules.strength import Number, Strength


def list_text(rules: Sequence[Rule], language: Language, *, with_about: bool) -> str:
    """Return a line for each rule; with what its `about` says below, when asked."""
    width = max((len(rule.name) for rule in rules), default=0)
    which = 0 if language == "da" else 1
    lines = []
    for rule in rules:
        said = f"{rule.title} ({BINDINGS[rule.binding][which]}, {AREAS[rule.area][which]})"
        lines.append(f"{rule.name:{width}}  {said}")
        lines += [f"{'':{width}}  {rule.about}"] if with_about else []
    return "\n".join([*lines, say("{number} rules", language, number=len(rules))])


def list_json(rules: Sequence[Rule]) -> dict[str, Any]:
    """Return the rules for machines."""
    return {"rules": [_rule_json(rule) for rule in rules]}


def _rule_json(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.name,
        "title": rule.title,
        "about": rule.about,
        "area": rule.area,
        "binding": rule.binding.value,
        "layer": rule.layer,
        "for": rule.record,
        "in_force": rule.in_force.isoformat(),
        "until": None if rule.until is None else rule.until.isoformat(),
        "sources": [basis.source for basis in rule.terms.basis],
        "local_choice": is_local_choice(rule),
        "file": rule.place.file,
        "line": rule.place.line,
    }


def coverage_text(areas: Mapping[str, Sequence[str]], language: Language) -> str:
    """Return each area with its rules, and whether any mandatory area has none."""
    which = 0 if language == "da" else 1
    width = max(len(AREAS[area][which]) for area in areas)
    lines = [
        f"{AREAS[area][which]:{width}}  {len(names):3}  {', '.join(names) or '–'}"
        for area, names in areas.items()
    ]
    empty = [AREAS[area][which] for area in MANDATORY_AREAS if not areas[area]]
    if empty:
        missing = "These areas must have standards and have none: {areas}"
        return "\n".join([*lines, say(missing, language, areas=", ".join(empty))])
    covered = "All {number} areas that must have standards have some."
    return "\n".join([*lines, say(covered, language, number=len(MANDATORY_AREAS))])


def stale_text(stale: Sequence[Stale], at: date, language: Language) -> str:
    """Return each source that should be read again, oldest first."""
    lines = []
    for one in stale:
        if one.checked is None:
            day = say("never compared", language)
        else:
            day = say("compared {day}", language, day=full_day(one.checked, language))
        lines.append(f"{one.rule}: {one.source} ({day})")
    counted = "{number} sources of law were not compared in the 12 months before {day}"
    last = say(counted, language, number=len(stale), day=full_day(at, language))
    return "\n".join([*lines, last])


def stale_json(stale: Sequence[Stale]) -> dict[str, Any]:
    """Return the sources for machines."""
    return {
        "stale": [
            {
                "rule": one.rule,
                "source": one.source,
                "checked": None if one.checked is None else one.checked.isoformat(),
            }
            for one in stale
        ]
    }


def strength_text(strength: Strength, language: Language) -> str:
    """Return how many numbers are guarded, and each that nobody would miss."""
    noticed = strength.numbers - len(strength.unnoticed)
    said = "{noticed} of {numbers} numbers are guarded by a test."
    lines = [say(said, language, noticed=noticed, numbers=strength.numbers)]
    if strength.unnoticed:
        lines.append(say("Nobody would notice if these changed:", language))
        lines += [f"  {_number_text(number)}" for number in strength.unnoticed]
    if strength.beyond:
        beyond = "In local changes, where no test can stand; {command} shows what they do:"
        lines.append(say(beyond, language, command="fristvagt rules plan"))
        lines += [f"  {_number_text(number)}" for number in strength.beyond]
    return "\n".join(lines)


def strength_json(strength: Strength) -> dict[str, Any]:
    """Return the numbers for machines."""
    return {
        "numbers": strength.numbers,
        "noticed": strength.numbers - len(strength.unnoticed),
        "unnoticed": [_number_json(number) for number in strength.unnoticed],
        "beyond": [_number_json(number) for number in strength.beyond],
    }


def _number_json(number: Number) -> dict[str, Any]:
    return {
        "rule": number.rule,
        "key": number.key,
        "text": number.text,
        "file": number.place.file,
        "line": number.place.line,
    }


def _number_text(number: Number) -> str:
    place = f"{number.place.file}:{number.place.line}"
    return f"{place}: {number.rule}: {number.key}: {number.text}"


def chosen_rules(book: Book, *, local_choice: bool) -> list[Rule]:
    """Return the rules to list: all, or those in which something was chosen locally."""
    rules = book.rules.values()
    return [rule for rule in rules if is_local_choice(rule) or not local_choice]
