"""The folder of a demo: empty at the start, and never one that holds anything else."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from flows.mistakes import UserMistake

NOTE = "DEMO.txt"
TEXT = """\
OPDIGTEDE DATA - INVENTED DATA

Mappen er lavet af »fristvagt demo« og må slettes. Åbn index.html.
This folder was made by "fristvagt demo" and may be deleted. Open index.html.
"""


class DemoFolder(NamedTuple):
    """Where everything of a demo lies."""

    root: Path

    @property
    def page(self) -> Path:
        """The page to open."""
        return self.root / "index.html"

    @property
    def mails(self) -> Path:
        """The mails, a folder a day."""
        return self.root / "mails"

    @property
    def extract(self) -> Path:
        """The latest extract."""
        return self.root / "extract"

    @property
    def database(self) -> Path:
        """The database of the demo's installation."""
        return self.root / "fristvagt.db"


def empty_folder(root: Path) -> DemoFolder:
    """Return the folder, made or emptied of an earlier demo.

    Raises: UserMistake when it holds anything that no demo has put there.
    """
    folder = DemoFolder(root)
    if root.exists() and not root.is_dir():
        raise UserMistake(
            da=f"{root} er en fil. Skriv navnet på en mappe.",
            en=f"{root} is a file. Write the name of a folder.",
        )
    if root.is_dir() and any(root.iterdir()):
        _check_it_is_ours(folder)
        _remove(folder)
    folder.mails.mkdir(parents=True)
    folder.extract.mkdir()
    (root / NOTE).write_text(TEXT, encoding="utf-8")
    return folder


def _ours(folder: DemoFolder) -> list[Path]:
    database = folder.database
    logs = [database.with_name(database.name + end) for end in ("-wal", "-shm")]
    note = folder.root / NOTE
    return [folder.page, folder.mails, folder.extract, database, *logs, note]


def _check_it_is_ours(folder: DemoFolder) -> None:
    note = folder.root / NOTE
    others = sorted(set(folder.root.iterdir()) - set(_ours(folder)))
    if others or not note.is_file() or note.read_text(encoding="utf-8", errors="replace") != TEXT:
        raise UserMistake(
            da=f"Mappen {folder.root} indeholder andet end en demo og bliver ikke rørt. "
            "Vælg en tom mappe eller en ny med --folder.",
            en=f"The folder {folder.root} holds something other than a demo and is left alone. "
            "Choose an empty folder or a new one with --folder.",
        )


def _remove(folder: DemoFolder) -> None:
    # the note goes last, so that a removal cut short can be taken up again
    for path in _ours(folder):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
