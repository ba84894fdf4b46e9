"""The list of deadlines as somebody asked for it: on the screen, or as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import typer
from sqlalchemy import Engine

from flows.commands.tables import csv_text, deadlines_table, write_xlsx
from flows.deciding.deadline_list import ListLine
from flows.mistakes import Language
from rules.book import Book


def write_deadlines(
    lines: Sequence[ListLine],
    engine: Engine,
    book: Book,
    language: Language,
    at: datetime,
    *,
    as_csv: bool = False,
    xlsx: Path | None = None,
    ics: Path | None = None,
) -> None:
    """Write the list as an Excel file, a calendar file, CSV, or else a table for people.

    Raises: UserMistake when a file cannot be written.
    """
    if xlsx is not None:
        write_xlsx(xlsx, [line.as_json() for line in lines])
    elif ics is not None:
        from flows.composing.calendar_entries import write_calendar  # heavy, and seldom asked for

        write_calendar(ics, engine, lines, book, language, at)
    elif as_csv:
        typer.echo(csv_text([line.as_json() for line in lines]), nl=False)
    else:
        typer.echo(deadlines_table(lines, book, language))
