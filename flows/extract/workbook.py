"""The sheets of an .xlsx as rows of text, in the forms that the extract's files use."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from flows.extract.mistakes import BadExport, Mistake

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets. Raises: BadExport when it is not a workbook."""
    with _opened(path) as book:
        return list(book.sheetnames)


def sheet_rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row with its number: dates in ISO, ticks as yes and no, numbers as written."""
    with _opened(path) as book:
        cells = book[sheet]
        cells.reset_dimensions()  # some exporters write wrong ones, and rows would be lost
        for number, row in enumerate(cells.iter_rows(values_only=True), 1):
            yield number, [cell_text(cell) for cell in row]


def cell_text(cell: Any) -> str:
    """Return the text that a file would hold where a sheet holds this value.

    A moment at midnight is a day: sheets know no dates without a time.

    >>> cell_text(datetime(2026, 1, 31)), cell_text(12.0), cell_text(True), cell_text(None)
    ('2026-01-31', '12', 'yes', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        at_midnight = cell.time() == time(0)
        return cell.date().isoformat() if at_midnight else cell.isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


@contextmanager
def _opened(path: Path) -> Iterator[Workbook]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and printers are no concern of ours
        try:
            book = load_workbook(path, read_only=True, data_only=True)
        except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
            raise BadExport([Mistake("unreadable-file", path.name)]) from None
    try:
        yield book
    finally:
        book.close()
