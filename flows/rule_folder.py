"""The rule folder of an installation, and the book in force: the last one that was good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from flows.mistakes import UserMistake
from flows.rule_report import trial_lines
from flows.settings import SHIPPED_RULES
from models.cases import mark_all_for_a_look
from models.database import reading, writing
from models.rule_sets import RuleSet, activate_rule_set, active_rule_set
from rules.book import Book
from rules.load import VOCABULARY_FILES, Loaded, load_book
from rules.problems import Problem, render
from rules.trial import Failure, run_tests

LEANT_ON = ("vocabulary.yaml", "00-ladders.yaml")
"""The shipped files that a folder without its own leans on."""

SHIPPED = "shipped/"
"""Marks, among stored texts, the shipped files a folder leans on; no folder's file has a slash."""

Files = Mapping[str, bytes]
Frozen = tuple[tuple[str, bytes], ...]


class BookInForce(NamedTuple):
    """The rule book to decide by.

    `trouble` is None when it is what the folder says now; else why the folder cannot be used and
    the book in force since `since` still decides. `is_new` says that it came into force just now.
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
    files = {name: text for name, text in texts.items() if not name.startswith(SHIPPED)}
    shipped = {
        name.removeprefix(SHIPPED): text for name, text in texts.items() if name.startswith(SHIPPED)
    }
    return _load(files, shipped)


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
    """Return the book to decide by: the folder's, or the last good one while the folder is broken.

    A good book loads, and passes the tests in its own files. It is stored with its texts and put
    in force; a new one has every case looked at.
    Raises: UserMistake when the folder is broken and there never was a good book.
    """
    with reading(engine) as connection:
        stored = active_rule_set(connection)
    try:
        files = read_folder(folder)
        shipped = _shipped_beside(files)
        book = _good(files, shipped)
        if stored is not None and stored.sha256 == book.sha256:
            return BookInForce(book, stored.loaded_at, False, None)
        _try(files, shipped)
    except UserMistake as trouble:
        return _last_good(stored, trouble)
    texts = {**files, **{SHIPPED + name: text for name, text in shipped.items()}}
    with writing(engine) as connection:
        is_new = activate_rule_set(connection, book.sha256, texts, now)
        if is_new:
            mark_all_for_a_look(connection, now)
    return BookInForce(book, now, is_new, None)


def _last_good(stored: RuleSet | None, trouble: UserMistake) -> BookInForce:
    if stored is None:
        raise trouble
    loaded = load_texts(stored.files)
    if loaded.book is None:  # a newer Fristvagt may refuse what an older one took
        raise trouble
    return BookInForce(loaded.book, stored.loaded_at, False, trouble)


def _shipped_beside(files: Files) -> dict[str, bytes]:
    has_vocabulary = not files.keys().isdisjoint(VOCABULARY_FILES)
    shipped = read_folder(SHIPPED_RULES)
    return {
        name: shipped[name]
        for name in LEANT_ON
        if name not in files and not (has_vocabulary and name in VOCABULARY_FILES)
    }


def _good(files: Files, shipped: Files) -> Book:
    loaded = _load(files, shipped)
    if loaded.book is None:
        raise _broken(loaded.problems)
    return loaded.book


def _try(files: Files, shipped: Files) -> None:
    failures = _failures_once(_frozen(files), _frozen(shipped))
    if failures:
        raise UserMistake(
            da="\n".join(trial_lines(failures, files, "da")),
            en="\n".join(trial_lines(failures, files, "en")),
        )


def _load(files: Files, shipped: Files) -> Loaded:
    return _load_once(_frozen(files), _frozen(shipped))


def _frozen(files: Files) -> Frozen:
    return tuple(sorted(files.items()))


# the service asks every half minute: the same texts are read, and tried, once
@lru_cache(maxsize=4)
def _load_once(files: Frozen, shipped: Frozen) -> Loaded:
    return load_book(dict(files), dict(shipped))


@lru_cache(maxsize=4)
def _failures_once(files: Frozen, shipped: Frozen) -> tuple[Failure, ...]:
    book = _load_once(files, shipped).book
    return run_tests(book).failures if book is not None else ()


def _broken(problems: tuple[Problem, ...]) -> UserMistake:
    errors = [problem for problem in problems if problem.severity == "error"]
    return UserMistake(
        da="\n".join(render(problem, "da") for problem in errors),
        en="\n".join(render(problem, "en") for problem in errors),
    )
