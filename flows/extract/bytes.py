"""Whether files are text in UTF-8, found before a row of them is read."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterable
from pathlib import Path

from flows.extract.mistakes import BadExport, Mistake

PIECE_BYTES = 1 << 20


def check_bytes(paths: Iterable[Path]) -> dict[Path, bool]:
    """Return for each file whether it ends with a line break.

    Raises: BadExport naming the first line that is not UTF-8, of each file.
    """
    ended: dict[Path, bool] = {}
    mistakes = []
    for path in paths:
        try:
            mistake, ended[path] = _check(path)
        except OSError:
            mistake = Mistake("unreadable-file", path.name)
        if mistake is not None:
            mistakes.append(mistake)
    if mistakes:
        raise BadExport(mistakes)
    return ended


def _check(path: Path) -> tuple[Mistake | None, bool]:
    decoder = getincrementaldecoder("utf-8")()
    lines, last = 1, b""
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            if not last and piece.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
                return Mistake("not-utf8", path.name, 1, values={"encoding": "UTF-16"}), True
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                # the decoder may have held back some bytes, none of them a line break
                line = lines + error.object[: error.start].count(b"\n")
                encoding = {"encoding": "Latin-1 / Windows-1252"}
                return Mistake("not-utf8", path.name, line, values=encoding), True
            if b"\0" in piece:
                line = lines + piece[: piece.index(b"\0")].count(b"\n")
                return Mistake("not-utf8", path.name, line, values={"encoding": "UTF-16"}), True
            lines += piece.count(b"\n")
            last = piece
    return None, last.endswith((b"\n", b"\r"))
