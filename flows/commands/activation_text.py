"""The history of the rule book in force, as people and machines read it."""

from __future__ import annotations

from typing import Any

from flows.rule_book.plan_words import word
from models.activations import Activation
from rules.spoken_dates import short_moment


def activation_line(one: Activation, language: str) -> str:
    """Return one activation on a line: when, which book, how, by whom, why, at what price."""
    said = word(
        "history line",
        language,
        id=one.id,
        at=short_moment(one.at, language),
        book=one.sha256[:12],
        kind=word(f"kind {one.kind}", language),
        who=word("history who", language, who=one.activated_by) if one.activated_by else "",
        why=word("history why", language, why=one.why) if one.why else "",
    )
    overdue = word("history overdue", language, overdue=one.overdue) if one.overdue else ""
    return said + overdue + (word("history mails", language, mails=one.mails) if one.mails else "")


def activation_json(one: Activation) -> dict[str, Any]:
    """Return one activation for machines."""
    return {
        "id": one.id,
        "at": one.at.isoformat(),
        "kind": one.kind,
        "book": one.sha256,
        "previous": one.previous or None,
        "by": one.activated_by or None,
        "why": one.why or None,
        "plan": one.plan or None,
        "overdue": one.overdue,
        "accepted": one.accepted,
        "mails": one.mails,
        "accepted_mails": one.accepted_mails,
    }
