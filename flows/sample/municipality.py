"""An invented municipality, written as the extract that a real one would export."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from flows.mistakes import UserMistake
from flows.sample.files import MARK, moment_of_extract, write_extract
from flows.sample.life import lives
from flows.sample.numbers import JOURNAL_BEGINS
from flows.sample.staff import SampleStaff
from flows.sample.story import CaseStory
from flows.writable import writing_to
from rules.dates import Moment
from rules.vocabulary import Vocabulary


def write_sample(
    folder: Path,
    *,
    cases: int,
    seed: int,
    at: Moment,
    vocabulary: Vocabulary,
    progress: Callable[[int], None] | None = None,
) -> Counter[str]:
    """Write the extract of an invented municipality into a folder; return each file's rows.

    The same `cases` and `seed` at a later `at` are the same municipality, lived on: what was
    there stays as it was, and new things come. About `cases` cases are open at any time: a few
    percent fewer, because a new case begins some days after another ends; "open" counts them.
    The closed ones stay in the extract. `progress` is told how many slots have been written.

    Units: a day means its 05:00 in Denmark, when the extract of that night is taken.

    Raises: UserMistake for a day before the journal begins, no cases at all, or a folder
        that holds anything but an earlier sample or cannot be written to.
    """
    until = moment_of_extract(at).date()
    stories = _every_life(seed, cases, until, progress)
    with writing_to(folder):
        check_request(folder, cases, at)
        folder.mkdir(parents=True, exist_ok=True)
        return write_extract(folder, stories, SampleStaff(cases, seed), at, vocabulary)


def all_lives(seed: int, cases: int, until: date) -> list[CaseStory]:
    """Return every life that begins by a day, to be written at many moments up to it."""
    return list(_every_life(seed, cases, until, None))


def _every_life(
    seed: int, cases: int, until: date, progress: Callable[[int], None] | None
) -> Iterator[CaseStory]:
    for slot in range(cases):
        yield from lives(seed, cases, slot, until)
        if progress is not None:
            progress(slot + 1)


def check_request(folder: Path, cases: int, at: Moment) -> None:
    """Refuse what cannot be written.

    Raises: UserMistake, see write_sample.
    """
    if cases < 1:
        raise UserMistake(
            da=f"Antallet af sager skal være mindst 1, ikke {cases}.",
            en=f"The number of cases must be at least 1, not {cases}.",
        )
    if moment_of_extract(at).date() < JOURNAL_BEGINS:
        raise UserMistake(
            da=f"Den opdigtede kommune begynder {JOURNAL_BEGINS}. Vælg den dag eller en senere.",
            en=f"The invented municipality begins on {JOURNAL_BEGINS}. Choose that day or later.",
        )
    if folder.exists() and not folder.is_dir():
        raise UserMistake(
            da=f"{folder} er en fil. Skriv navnet på en mappe.",
            en=f"{folder} is a file. Write the name of a folder.",
        )
    if folder.is_dir() and any(folder.iterdir()) and not _holds_a_sample(folder):
        raise UserMistake(
            da=f"Mappen {folder} indeholder andet end opdigtede data og bliver ikke overskrevet. "
            "Vælg en tom mappe eller en ny.",
            en=f"The folder {folder} holds something other than invented data and is not "
            "overwritten. Choose an empty folder or a new one.",
        )


def _holds_a_sample(folder: Path) -> bool:
    about = folder / "extract.csv"
    if not about.is_file():
        return False
    with about.open(encoding="utf-8", errors="replace", newline="") as file:
        return any(MARK in row for row in csv.reader(file))
