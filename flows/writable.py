"""Folders that cannot be written to, told in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.mistakes import UserMistake


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Turn what the system says about files into a sentence about the folder.

    Raises: UserMistake when it does not exist and cannot be made, is closed to us, or is full.
    """
    try:
        yield
    except OSError as error:
        raise UserMistake(
            da=f"Der kan ikke skrives i mappen {folder} ({error.strerror}). "
            "Vælg en anden, eller giv lov til at skrive i den.",
            en=f"The folder {folder} cannot be written to ({error.strerror}). "
            "Choose another, or allow writing to it.",
        ) from error
