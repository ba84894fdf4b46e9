"""Previewing a rule change: the folder's book against the one in force. Nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import Engine

from flows.evaluate import Progress, unseen
from flows.mistakes import Language, UserMistake
from flows.rule_book.plan_checks import FAILED, Check, checks
from flows.rule_book.plan_effects import Preview, preview
from flows.rule_book.plan_file import SavedPlan, hashes, plan_json, save_plan
from flows.rule_book.rule_folder import good_texts, load_texts, texts_of
from models.activations import Activation, database_token, newest_activation
from models.database import reading
from models.rule_sets import RuleSet, active_rule_set
from rules.book import Book
from rules.problems import Problem

NO_RULES: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class InForce:
    """The rule book in force, with its texts and how it came to be.

    A book that this version of Fristvagt can no longer read has no rules here.
    """

    book: Book
    texts: Mapping[str, bytes]
    activation: Activation
    database: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A rule change as it was seen: both books, what it does, and what was checked.

    `seen` is None when the book in the folder is the one in force.
    """

    in_force: InForce
    after: Book
    texts: Mapping[str, bytes]
    seen: Preview | None
    checks: tuple[Check, ...]

    @property
    def is_good(self) -> bool:
        """Say whether it may be put in force: no check failed."""
        return all(check.state != FAILED for check in self.checks)


def make_plan(
    engine: Engine, folder: Path, now: datetime, language: Language, progress: Progress = unseen
) -> Plan:
    """Return what it would do to put a folder's rule book in force.

    Raises: UserMistake when the folder has mistakes or changes while it is read, or when no book
        is in force yet.
    """
    texts = texts_of(folder)
    after, problems = good_texts(texts)
    current = in_force(engine, after)
    if current.activation.sha256 == after.sha256:
        return Plan(current, after, texts, None, ())
    plan = plan_for(engine, current, texts, after, problems, now, language, progress)
    if texts_of(folder) != texts:
        raise UserMistake(
            da=f"Mappen {folder} blev ændret, mens planen blev lavet. Prøv igen.",
            en=f"The folder {folder} was changed while the plan was made. Try again.",
        )
    return plan


def plan_for(
    engine: Engine,
    current: InForce,
    texts: Mapping[str, bytes],
    after: Book,
    problems: tuple[Problem, ...],
    now: datetime,
    language: Language,
    progress: Progress = unseen,
) -> Plan:
    """Return what it would do to put the book of these texts in force."""
    seen = preview(engine, current.book, after, now, progress=progress)
    found = checks(seen, current.book, after, problems, language)
    return Plan(current, after, texts, seen, tuple(found))


def in_force(engine: Engine, otherwise: Book) -> InForce:
    """Return the rule book in force. `otherwise` lends its vocabulary to a book nobody can read.

    Raises: UserMistake when there is none yet.
    """
    with reading(engine) as connection:
        stored, activation = active_rule_set(connection), newest_activation(connection)
        database = database_token(connection)
    if stored is None or activation is None:
        raise UserMistake(
            da="Der er endnu ingen regelbog i kraft. Den første sættes i kraft af sig selv: kør "
            "fristvagt import eller fristvagt run.",
            en="No rule book is in force yet. The first one is activated by itself: run "
            "fristvagt import or fristvagt run.",
        )
    return InForce(_book(stored, otherwise), stored.files, activation, database)


def save(plan: Plan, folder: Path) -> Path:
    """Write a plan that is good as a file in a folder and return the file."""
    assert plan.seen is not None
    assert plan.is_good
    current = plan.in_force
    saved = SavedPlan(
        database=current.database,
        in_force=current.activation.token,
        book_before=current.activation.sha256,
        book_after=plan.after.sha256,
        files=hashes(plan.texts),
        data=plan.seen.data,
        overdue=plan.seen.overdue,
        hash="",
    )
    return save_plan(folder, saved, plan_json(plan.seen, plan.checks))


def _book(stored: RuleSet, otherwise: Book) -> Book:
    loaded = load_texts(stored.files)
    if loaded.book is not None:
        return loaded.book
    # a newer Fristvagt may refuse what an older one took: then every rule counts as added
    return Book({}, otherwise.vocabulary, stored.sha256)
