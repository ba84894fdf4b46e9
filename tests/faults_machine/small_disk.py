"""A disk of a few megabytes that can be filled, emptied, and made read-only."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILLER = "filler"


class SmallDisk:
    """A file system of its own in memory, of so many kilobytes."""

    def __init__(self, folder: Path) -> None:
        """Know where it is mounted."""
        self.folder = folder

    def fill(self, *, leave_kilobytes: int = 0) -> None:
        """Fill it up, but for so much."""
        room = os.statvfs(self.folder)
        free = room.f_bavail * room.f_frsize - leave_kilobytes * 1024
        with (self.folder / FILLER).open("ab") as filler:
            filler.write(b"\0" * max(free, 0))

    def empty(self) -> None:
        """Give the room back."""
        (self.folder / FILLER).unlink()

    def only_read(self) -> None:
        """Let nobody write on it any more."""
        self._remount("ro")

    def write_again(self) -> None:
        """Let it be written on."""
        self._remount("rw")

    def _remount(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.folder)], check=True)


@contextmanager
def a_small_disk(folder: Path, kilobytes: int = 16_384) -> Iterator[SmallDisk]:
    """Mount it on a folder for as long as a test needs it."""
    folder.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], check=True
    )
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
