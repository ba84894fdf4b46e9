"""Why each of the demo's mails was sent: the derivation of every deadline it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine

from flows.demo.page import Why
from flows.owing.recipients import (
    ABSENT,
    LEADER,
    LEFT,
    NO_ADDRESS,
    OWN,
    SUBSTITUTE,
    UNASSIGNED,
    UNKNOWN,
)
from models.caseloads import load_caseworkers, load_teams
from models.cases import load_cases
from models.database import reading
from models.outbox import FALLBACK, REFUSED, Intent, intents_in
from rules.book import Book
from rules.case import Case
from rules.deadline import Step
from rules.evaluate import evaluate_rule
from rules.vocabulary import Vocabulary
from rules.words import say_phrase, say_value, sentence

LANGUAGES = ("da", "en")

WAYS: Mapping[str, tuple[str, str]] = {
    OWN: ("til {role}", "to the {role}"),
    SUBSTITUTE: ("til stedfortræderen, fordi {cause}", "to the substitute, because {cause}"),
    LEADER: ("til nærmeste leder, fordi {cause}", "to the nearest leader, because {cause}"),
    FALLBACK: ("til den fælles postkasse, fordi {cause}", "to the shared mailbox, because {cause}"),
}
CAUSES: Mapping[str, tuple[str, str]] = {
    ABSENT: ("{owed_to} er væk", "{owed_to} is away"),
    LEFT: ("{owed_to} er holdt op", "{owed_to} has left"),
    NO_ADDRESS: ("{owed_to} har ingen mailadresse", "{owed_to} has no mail address"),
    UNKNOWN: ("{owed_to} ikke kendes", "{owed_to} is not known"),
    UNASSIGNED: ("ingen har opgaven", "nobody has the task"),
    REFUSED: ("{owed_to}s postkasse afviste mailen", "the mailbox of {owed_to} refused the mail"),
}
"""How a mail came to its recipient, and why not to the one it was owed to."""


def reasons(
    engine: Engine, book: Book, messages: Sequence[str], names: Mapping[str, str], now: datetime
) -> dict[str, list[Why]]:
    """Return for each mail (by its uuid) what it is about and how each date came about.

    `names` are those of the staff, by person. Ask at the moment of sending: later the facts
    may be others.
    """
    with reading(engine) as connection:
        carried = {message: intents_in(connection, message) for message in messages}
        refs = sorted({intent.case_ref for found in carried.values() for intent in found})
        cases = _cases(connection, book.vocabulary, refs)
    return {
        message: [
            _why(intent, book, cases[intent.case_ref], names, now)
            for intent in sorted(found, key=_by_due)
            if intent.rule in book.rules
        ]
        for message, found in carried.items()
    }


def _by_due(intent: Intent) -> str:
    """Give the order in which the mail itself has its lines, as good as: the earliest first."""
    return intent.due_text


def _cases(connection: Connection, vocabulary: Vocabulary, refs: Sequence[str]) -> dict[str, Case]:
    """Return cases, and caseworkers and teams as the cases of their own that rules see."""
    if not refs:
        return {}
    found = [read.case for read in load_cases(connection, vocabulary, refs=refs)]
    found += load_caseworkers(connection, vocabulary, people=refs)
    found += load_teams(connection, vocabulary, teams=refs)
    return {case.ref: case for case in found}


def _why(intent: Intent, book: Book, case: Case, names: Mapping[str, str], now: datetime) -> Why:
    rule = book.rules[intent.rule]
    deadlines = evaluate_rule(case, intent.ref, rule, book, now, steps=True)
    same = [deadline for deadline in deadlines if deadline.key == intent.deadline_key]
    steps = (same or deadlines)[-1].steps
    return Why(
        case=names.get(intent.case_ref, intent.ref),
        title=intent.title,
        source=intent.source,
        step={language: way_of(intent, book.vocabulary, names, language) for language in LANGUAGES},
        lines={
            language: [(sentence(step, book.vocabulary, language), _place(step)) for step in steps]
            for language in LANGUAGES
        },
    )


def _place(step: Step) -> str:
    """Return where a step rests: a line of a rule file, or an entry of the case's journal."""
    if step.journal:
        return f"journal {step.journal}"
    return f"{step.file}:{step.line}" if step.line else ""


def way_of(intent: Intent, vocabulary: Vocabulary, names: Mapping[str, str], language: str) -> str:
    """Say which step of the ladder this is and how it came to this person."""
    this = LANGUAGES.index(language)
    route, _, reason = intent.reason.partition(" ")
    owed_to = names.get(intent.owed_to, intent.owed_to)
    cause = CAUSES[reason][this].format(owed_to=owed_to) if reason else ""
    role = say_value(intent.role, vocabulary, language)
    step = say_phrase(intent.step, vocabulary, language)
    return f"{step}, {WAYS[route][this].format(role=role, cause=cause)}"
