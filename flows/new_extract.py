"""Seeing that the case system has put a new extract in its folder, and taking it in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from flows.extract_report import ImportResult
from flows.import_extract import import_extract
from flows.settings import Settings
from rules.vocabulary import Vocabulary

OURS = "rejected.csv"
"""We write it beside the extract ourselves; it is no part of it."""


class FileSeen(NamedTuple):
    """A file of the extract as a look at the folder shows it."""

    name: str
    size: int
    changed_ns: int


@dataclass(slots=True)
class Watch:
    """What the folder looked like when it was last read, so that it is not read every minute."""

    last: tuple[FileSeen, ...] | None = None


def take_new_extract(
    engine: Engine, settings: Settings, vocabulary: Vocabulary, now: datetime, watch: Watch
) -> ImportResult | None:
    """Take in the extract if its folder looks other than last time, and say what came of it.

    None when there is no extract folder among the settings, or nothing new in it.
    """
    if settings.extract is None:
        return None
    looks = tuple(_look(settings.extract))
    if looks == watch.last:
        return None
    result = import_extract(engine, settings.extract, vocabulary, now, language=settings.language)
    watch.last = looks
    return result


def _look(folder: Path) -> Iterable[FileSeen]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name != OURS:
            stat = path.stat()
            yield FileSeen(path.name, stat.st_size, stat.st_mtime_ns)
