"""rejected.csv: the refused rows as they were, each with the sentence that says what to do."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from flows.extract.files import REJECTED_FILE
from flows.extract.mistakes import sentence
from flows.extract.rows import Reject

ERROR_COLUMN = {"da": "fejl", "en": "error"}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_rejected(folder: Path, rejects: Sequence[Reject], language: str) -> bool:
    """Write the refused rows beside the extract; with none, take away an earlier file.

    The file opens in a spreadsheet as it is: with a BOM, the extract's own delimiter, and no
    cell that a spreadsheet would run as a formula. Returns: whether the folder could be written.
    """
    path = folder / REJECTED_FILE
    try:
        if not rejects:
            path.unlink(missing_ok=True)
            return True
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            columns = _columns(rejects)
            rows = csv.writer(file, delimiter=rejects[0].source.delimiter)
            rows.writerow(["file", "line", ERROR_COLUMN[language], *columns])
            for reject in rejects:
                rows.writerow(_row(reject, columns, language))
    except OSError:
        return False
    return True


def _columns(rejects: Sequence[Reject]) -> list[str]:
    """Return every column name of the files with refused rows, once, in their order."""
    return list(dict.fromkeys(name for reject in rejects for name in reject.source.header))


def _row(reject: Reject, columns: Sequence[str], language: str) -> list[str]:
    source, mistake = reject.source, reject.mistake
    cells = dict(zip(source.header, reject.cells, strict=False))
    surplus = list(reject.cells[len(source.header) :])
    place = source.sheet or source.file
    told = [cells.get(name, "") for name in columns] + surplus
    return [place, str(mistake.line), sentence(mistake, language), *map(_plain, told)]


def _plain(text: str) -> str:
    if text.startswith(FORMULA_STARTS) and not text[1:].replace(".", "").isdecimal():
        return f"'{text}"
    return text
