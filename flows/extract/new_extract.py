"""Seeing that the case system has put a new extract in its folder, and taking it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from flows.aside import Aside
from flows.extract.import_extract import import_extract
from flows.extract.report import ImportResult
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


PATIENCE_SECONDS = 20.0
"""So long a run waits for the extract; then it goes on without, and a later one takes it in."""

HANGS_SECONDS = 600.0
"""When the extract has not been read after so long, the operator must know."""


@dataclass(slots=True)
class Watch:
    """What the folder looked like when it was last read, so that it is not read every minute.

    `again_at` is when it is read again although it looks the same. `reading` is under way, and
    `told` says whether somebody was told that it hangs.
    """

    last: tuple[FileSeen, ...] | None = None
    again_at: datetime | None = None
    reading: Aside[ImportResult | None] | None = None
    patience_seconds: float = field(default_factory=lambda: PATIENCE_SECONDS)
    told: bool = False

    @property
    def hangs(self) -> bool:
        """Say whether the extract ought to have been read long ago."""
        return self.reading is not None and self.reading.seconds >= HANGS_SECONDS


def take_new_extract(
    engine: Engine,
    settings: Settings,
    vocabulary: Vocabulary,
    now: datetime,
    watch: Watch,
    stopping: Callable[[], bool],
) -> ImportResult | None:
    """Take in the extract if its folder looks other than last time, and say what came of it.

    One that was refused is tried again after a while. None when there is no extract folder among
    the settings, or nothing new in it, or when it takes longer to read than the watch has
    patience: nothing else may wait for a share that hangs. The next call goes on waiting for it.
    """
    folder = settings.extract
    if folder is None:
        return None

    def take(wait_for_turn: Callable[[], None]) -> ImportResult | None:
        return _take(engine, folder, settings.language, vocabulary, now, watch, wait_for_turn)

    reading = watch.reading = watch.reading or Aside(take)
    if not reading.wait(watch.patience_seconds, stopping):
        return None
    watch.reading = None
    return reading.result()


class _StillWritten(Exception):
    """The extract changed while it was read."""


def _take(
    engine: Engine,
    folder: Path,
    language: str,
    vocabulary: Vocabulary,
    now: datetime,
    watch: Watch,
    wait_for_turn: Callable[[], None],
) -> ImportResult | None:
    looks = _look(folder)
    if looks == watch.last and (watch.again_at is None or now < watch.again_at):
        return None

    def before_writing() -> None:
        if _look(folder) != looks:
            raise _StillWritten
        wait_for_turn()

    try:
        result = import_extract(
            engine, folder, vocabulary, now, language=language, before_writing=before_writing
        )
    except _StillWritten:
        return None  # the next look finds it as it is then
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
