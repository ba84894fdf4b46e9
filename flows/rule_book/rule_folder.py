"""The rule folder of an installation, and the book in force: the one that was activated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from flows.mistakes import UserMistake
from flows.rule_book.rule_report import trial_lines
from flows.settings import SHIPPED_RULES
from models.activations import activate_first, end_shadows, rule_set_as_of, shadows_over
from models.cases import mark_all_for_a_look
from models.database import reading, writing
from models.rule_sets import active_rule_set
from rules.book import Book
from rules.dates import day_of
from rules.load import VOCABULARY_FILES, Loaded, load_book
from rules.problems import Problem, render
from rules.trial import Failure, run_tests

LEANT_ON = ("vocabulary.yaml", "00-ladders.yaml")
"""The shipped files that a folder without its own leans on."""

SHIPPED = "shipped/"
"""Marks, among stored texts, the shipped files a folder leans on; no folder's file has a slash."""

LARGEST_FOLDER = 2_000_000
"""Bytes of rule files in a folder: ten times all that is shipped."""

Files = Mapping[str, bytes]
Frozen = tuple[tuple[str, bytes], ...]


class BookInForce(NamedTuple):
    """The rule book to decide by.

    `trouble` is None when it is what the folder says now; else what is wrong with the folder, or
    that it was changed: the book in force since `since` decides all the same. `is_new` says that
    it came into force just now.
    """

    book: Book
    since: datetime
    is_new: bool
    trouble: UserMistake | None


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the rule files of a folder by name.

    Raises: UserMistake when there is no such folder, it cannot be read, or it holds no rule file.
    """
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"})
        texts = {path.name: path.read_bytes() for path in found if path.is_file()}
    except OSError as error:
        raise UserMistake(
            da=f"Regelmappen {folder} kan ikke læses ({error.strerror}). Angiv en mappe med "
            "regelfiler i FRISTVAGT_RULES eller med --rules.",
            en=f"The rule folder {folder} cannot be read ({error.strerror}). Name a folder with "
            "rule files in FRISTVAGT_RULES or with --rules.",
        ) from None
    if not texts:
        raise UserMistake(
            da=f"Regelmappen {folder} har ingen regelfiler (*.yaml). Læg dem der, eller angiv en "
            "anden mappe i FRISTVAGT_RULES eller med --rules.",
            en=f"The rule folder {folder} has no rule files (*.yaml). Put them there, or name "
            "another folder in FRISTVAGT_RULES or with --rules.",
        )
    if sum(map(len, texts.values())) > LARGEST_FOLDER:
        raise UserMistake(
            da=f"Regelmappen {folder} fylder mere end {LARGEST_FOLDER // 1_000_000} MB. En "
            "regelbog må højst fylde så meget, for at hver ændring kan prøves på et øjeblik. Fjern "
            "det, der ikke er regler, eller del mappen.",
            en=f"The rule folder {folder} holds more than {LARGEST_FOLDER // 1_000_000} MB. A rule "
            "book may be no larger, so that every change can be tried in a moment. Remove what is "
            "no rule, or divide the folder.",
        )
    return texts


def load_folder(folder: Path) -> Loaded:
    """Return the rule book of a folder, or everything that is wrong with it.

    Raises: UserMistake when the folder cannot be read at all.
    """
    return load_texts(texts_of(folder))


def texts_of(folder: Path) -> dict[str, bytes]:
    """Return all that a folder's rule book is made of: its files, and the shipped ones it leans on.

    Raises: UserMistake as for `read_folder`.
    """
    files = read_folder(folder)
    return {**files, **{SHIPPED + name: text for name, text in _shipped_beside(files).items()}}


def load_texts(texts: Files) -> Loaded:
    """Return what the texts of a rule book load as; see `texts_of`."""
    return _load_once(_frozen(texts))


def good_texts(texts: Files) -> tuple[Book, tuple[Problem, ...]]:
    """Return the rule book of these texts (see `texts_of`), and the warnings about them.

    Raises: UserMistake with every mistake rendered when there is one.
    """
    loaded = load_texts(texts)
    if loaded.book is None:
        raise _broken(loaded.problems)
    return loaded.book, loaded.problems


def good_book(folder: Path) -> Book:
    """Return the rule book of a folder.

    Raises: UserMistake with every mistake rendered when there is one.
    """
    return good_texts(texts_of(folder))[0]


def book_in_force(engine: Engine, folder: Path, now: datetime) -> BookInForce:
    """Return the book to decide by: the one that was activated, whatever the folder says now.

    Where there is none yet, the folder's is activated: it loads, and passes the tests in its own
    files. A rule that has run in shadow long enough begins to send its mails.
    Raises: UserMistake when the folder is broken and no book was ever activated, or when this
        version cannot read the book in force.
    Source: docs/decisions/0008-activating-rules.md.
    """
    with reading(engine) as connection:
        stored = active_rule_set(connection)
    if stored is None:
        return _first(engine, folder, now)
    loaded = load_texts(stored.files)
    if loaded.book is None:
        raise _UNREADABLE
    _end_shadows(engine, loaded.book, now)
    trouble = _trouble(folder, stored.sha256)
    return BookInForce(loaded.book, stored.loaded_at, False, trouble)


def book_as_of(engine: Engine, at: datetime) -> Book:
    """Return the book that was in force at an instant; the first one for an earlier instant.

    Raises: UserMistake when there never was one, or this version cannot read it.
    """
    with reading(engine) as connection:
        stored = rule_set_as_of(connection, at)
    if stored is None:
        raise _UNREADABLE
    return good_texts(stored.files)[0]


def _first(engine: Engine, folder: Path, now: datetime) -> BookInForce:
    texts = texts_of(folder)
    book, _ = good_texts(texts)
    must_pass_its_tests(texts)
    with writing(engine) as connection:
        is_first = activate_first(connection, book.sha256, texts, now)
        if is_first:
            mark_all_for_a_look(connection, now)
    # somebody else may have been quicker, with another folder
    return BookInForce(book, now, True, None) if is_first else book_in_force(engine, folder, now)


def _trouble(folder: Path, in_force: str) -> UserMistake | None:
    """Return why the folder is not what decides: it is broken, or it was changed since."""
    try:
        book, _ = good_texts(texts_of(folder))
    except UserMistake as broken:
        return broken
    return None if book.sha256 == in_force else _CHANGED


def _end_shadows(engine: Engine, book: Book, now: datetime) -> None:
    with reading(engine) as connection:
        if not shadows_over(connection, day_of(now), book.rules):
            return
    with writing(engine) as connection:
        end_shadows(connection, shadows_over(connection, day_of(now), book.rules), now)
        mark_all_for_a_look(connection, now)


_CHANGED = UserMistake(
    da="Regelfilerne i mappen er ændret og er ikke i kraft. Se, hvad de ville betyde, med "
    "fristvagt rules plan, og sæt dem i kraft med fristvagt rules activate.",
    en="The rule files in the folder have been changed and are not in force. See what they would "
    "mean with fristvagt rules plan, and activate them with fristvagt rules activate.",
)
_UNREADABLE = UserMistake(
    da="Denne udgave af Fristvagt kan ikke læse den regelbog, der er i kraft. Ret regelfilerne, så "
    "fristvagt rules check er tilfreds, og sæt dem i kraft: fristvagt rules plan, derefter "
    "fristvagt rules activate.",
    en="This version of Fristvagt cannot read the rule book in force. Mend the rule files until "
    "fristvagt rules check is content, and activate them: fristvagt rules plan, then fristvagt "
    "rules activate.",
)


def _shipped_beside(files: Files) -> dict[str, bytes]:
    has_vocabulary = not files.keys().isdisjoint(VOCABULARY_FILES)
    shipped = read_folder(SHIPPED_RULES)
    return {
        name: shipped[name]
        for name in LEANT_ON
        if name not in files and not (has_vocabulary and name in VOCABULARY_FILES)
    }


def must_pass_its_tests(texts: Files) -> None:
    """Refuse the texts of a rule book that fails the tests in its own files.

    Raises: UserMistake with every failure and its derivation.
    """
    if _failures_once(_frozen(texts), "en"):
        in_danish = _failures_once(_frozen(texts), "da")
        in_english = _failures_once(_frozen(texts), "en")
        raise UserMistake(
            da="\n".join(trial_lines(in_danish, texts, "da")),
            en="\n".join(trial_lines(in_english, texts, "en")),
        )


def _frozen(texts: Files) -> Frozen:
    return tuple(sorted(texts.items()))


# the service asks every half minute: the same texts are read, and tried, once
@lru_cache(maxsize=4)
def _load_once(texts: Frozen) -> Loaded:
    files = {name: text for name, text in texts if not name.startswith(SHIPPED)}
    shipped = {name.removeprefix(SHIPPED): text for name, text in texts if name not in files}
    return load_book(files, shipped)


@lru_cache(maxsize=4)
def _failures_once(texts: Frozen, language: str) -> tuple[Failure, ...]:
    book = _load_once(texts).book
    return run_tests(book, language).failures if book is not None else ()


def _broken(problems: tuple[Problem, ...]) -> UserMistake:
    errors = [problem for problem in problems if problem.severity == "error"]
    return UserMistake(
        da="\n".join(render(problem, "da") for problem in errors),
        en="\n".join(render(problem, "en") for problem in errors),
    )
