"""Lists as people and spreadsheets read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from flows.commands.count_words import counted
from flows.deciding.deadline_list import ListLine
from flows.deciding.verify import Difference
from flows.mistakes import UserMistake
from flows.spoken_amounts import number as spoken
from flows.words import say
from models.deadlines import StoredDeadline
from rules.book import Book
from rules.deadline import Status
from rules.spoken_dates import short_moment
from rules.words import STATUSES

WIDE = 130
"""As wide as a list is where it need not fit a terminal, in characters."""


def deadlines_table(
    lines: Sequence[ListLine], book: Book, language: str, width: int | None = None
) -> str:
    """Return the list as a table, most pressing first as it comes, with a last line that counts.

    `width`: characters a line; as wide as the terminal unless told. Where what is due does not fit
    beside the rest, it stands below.
    """
    is_wide = (width or _terminal_width()) >= WIDE
    titles = [book.rules[line.rule].title for line in lines]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Status", "Due", "Days", "Case", "Caseworker", "Team"):
        table.add_column(say(heading, language), justify="right" if heading == "Days" else "left")
    if is_wide:
        table.add_column(say("What", language))
    for line, title in zip(lines, titles, strict=True):
        table.add_row(
            STATUSES[language][line.status],
            _due(line, language),
            "" if line.due_in_days is None else str(line.due_in_days),
            line.case,
            line.caseworker,
            line.team,
            *([title] if is_wide else []),
        )
    rows = printed(table, WIDE)
    if not is_wide:
        heading_line, *each = rows.splitlines()
        below = (f"{row}\n    {title}" for row, title in zip(each, titles, strict=True))
        rows = "\n".join([heading_line, *below]) + "\n"
    return rows + say("{number} deadlines", language, number=len(lines))


def counts_table(counts: Mapping[str, int], language: str) -> str:
    """Return what was counted, a line each; what was not done is left out.

    >>> print(counts_table({"cases": 1101, "removed": 0, "planned": 2}, "da"))
    sager set efter                1.101
    påmindelser skal fortælles         2
    """
    done = {counted(name, language): number for name, number in counts.items() if number}
    wide = max(map(len, done), default=0)
    return "\n".join(
        f"{name:<{wide}} {spoken(number, language):>9}" for name, number in done.items()
    )


def difference_text(difference: Difference) -> str:
    """Return one difference on a line: what is stored, and what would be decided now."""
    stored, decided = map(_standing, (difference.stored, difference.decided))
    about = difference.ref, difference.rule, difference.round
    return f"{' · '.join(map(str, about))}: {stored} -> {decided}"


def _standing(row: StoredDeadline | None) -> str:
    return "–" if row is None else " ".join(filter(None, (row.status, str(row.due or ""))))


def csv_text(rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows as CSV for a Danish spreadsheet: semicolons, a header, lists with bars."""
    kept = io.StringIO()
    writer = csv.writer(kept, delimiter=";", lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return kept.getvalue()


def write_xlsx(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows as an Excel file with a header that stays in view.

    Raises: UserMistake when the file cannot be written.
    """
    from openpyxl import Workbook  # heavy, and seldom asked for

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Fristvagt"
    sheet.freeze_panes = "A2"
    if rows:
        sheet.append(list(rows[0]))
    for values in rows:
        sheet.append([_cell(value) for value in values.values()])
    try:
        book.save(path)
    except OSError as error:
        raise UserMistake(
            da=f"Filen {path} kan ikke skrives ({error.strerror}). Vælg et andet sted.",
            en=f"The file {path} cannot be written ({error.strerror}). Choose another place.",
        ) from None


def read_statuses(names: Sequence[str], language: str) -> tuple[str, ...]:
    """Return the statuses meant, in the words of rule files; the list's own words are read too.

    Raises: UserMistake for a word that is none of the ten.

    >>> read_statuses(["due soon", "overskredet"], "da")
    ('due soon', 'overdue')
    """
    said = {STATUSES[language][status]: status.value for status in Status}
    known = said | {status.value: status.value for status in Status}
    for name in names:
        if name not in known:
            raise UserMistake(
                da=f"»{name}« er ikke en status. De er: {', '.join(said)}.",
                en=f'"{name}" is not a status. They are: {", ".join(said)}.',
            )
    return tuple(known[name] for name in names)


def printed(table: Table, width: int | None = None) -> str:
    """Return a table as text, as wide as the terminal unless told."""
    kept = io.StringIO()
    Console(file=kept, width=width or _terminal_width(), no_color=True).print(table)
    return "\n".join(line.rstrip() for line in kept.getvalue().splitlines()) + "\n"


def _terminal_width() -> int:
    terminal = Console()
    return terminal.width if terminal.is_terminal else max(terminal.width, WIDE)


def _due(line: ListLine, language: str) -> str:
    if line.due is None:
        return f"– ({', '.join(line.missing)})" if line.missing else "–"
    return short_moment(line.due, language)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "|".join(map(str, value))
    text = "" if value is None else str(value)
    # a cell that begins like a formula is run by spreadsheets
    return f"'{text}" if text[:1] in {"=", "+", "@"} else text
