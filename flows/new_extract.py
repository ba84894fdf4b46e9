"""Seeing that the case system has put a new extract in its folder, and taking it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from flows.extract_report import ImportResult
from flows.import_extract import import_extract
from flows.settings import Settings
from rules.dates import minutes_after
from rules.vocabulary import Vocabulary

OURS = "rejected.csv"
"""We write it beside the extract ourselves; it is no part of it."""


class FileSeen(NamedTuple):
    """A file of the extract as a look at the folder shows it."""

    name: str
    size: int
    changed_ns: int


AGAIN_MINUTES = 10
"""What was refused may be in order without any change: a share is back, a clock has caught up."""


@dataclass(slots=True)
class Watch:
    """What the folder looked like when it was last read, so that it is not read every minute.

    `again_at` is when it is read again although it looks the same.
    """

    last: tuple[FileSeen, ...] | None = None
    again_at: datetime | None = None


def take_new_extract(
    engine: Engine, settings: Settings, vocabulary: Vocabulary, now: datetime, watch: Watch
) -> ImportResult | None:
    """Take in the extract if its folder looks other than last time, and say what came of it.

    One that was refused is tried again after a while. None when there is no extract folder among
    the settings, or nothing new in it.
    """
    if settings.extract is None:
        return None
    looks = _look(settings.extract)
    if looks == watch.last and (watch.again_at is None or now < watch.again_at):
        return None
    result = import_extract(engine, settings.extract, vocabulary, now, language=settings.language)
    watch.last = looks
    watch.again_at = minutes_after(now, AGAIN_MINUTES) if result.state == "refused" else None
    return result


def _look(folder: Path) -> tuple[FileSeen, ...]:
    try:
        return tuple(_files(folder))
    except OSError:
        return ()  # the import says what is wrong: nothing else may wait for a share that is away


def _files(folder: Path) -> Iterator[FileSeen]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name != OURS:
            stat = path.stat()
            yield FileSeen(path.name, stat.st_size, stat.st_mtime_ns)
