"""Telling whether a rule says the same as it did: history is kept where only the rule changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from hashlib import sha256

from rules.book import Rule

_PLACE = re.compile(r"(place=)?Place\([^)]*\)")
_SET = re.compile(r"frozenset\(\{([^}]*)\}\)")
_NOT_DECIDING = {"title", "about", "area", "tests", "places", "place"}


def fingerprint(rule: Rule) -> str:
    """Return a short text that differs when the rule decides differently.

    Moving a rule to another line, or giving it another title, changes nothing.
    """
    deciding = {
        field.name: getattr(rule, field.name)
        for field in fields(rule)
        if field.name not in _NOT_DECIDING
    }
    terms = {
        field.name: getattr(rule.terms, field.name)
        for field in fields(rule.terms)
        if field.name not in ("title", "basis", "ladder")
    }
    changes = [
        (c.starts, c.until, c.when, c.move, c.off, c.layer, _deciding_terms(c.new))
        for c in rule.changes
    ]
    text = repr({**deciding, "terms": terms, "changes": changes})
    return sha256(_SET.sub(_in_order, _PLACE.sub("", text)).encode()).hexdigest()[:12]


def _in_order(found: re.Match[str]) -> str:
    # a set of texts is written in another order by every process
    return ", ".join(sorted(found[1].split(", ")))


def _deciding_terms(new: Mapping[str, object]) -> list[tuple[str, str]]:
    return sorted(
        (name, repr(value))
        for name, value in new.items()
        if name not in ("title", "basis", "ladder")
    )
