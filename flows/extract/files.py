"""Opening an extract: which files it has, whether they are whole, and their rows as text.

Everything here is refused whole, before a row is looked at: encoding, delimiter, columns, cut-off
files. Rows are read from the disk one at a time, as often as they are asked for.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from flows.extract.bytes import check_bytes
from flows.extract.columns import ABOUT, ALWAYS, Table, tables_of
from flows.extract.mapping import MAPPING_FILE, ExtractMapping, read_mapping
from flows.extract.mistakes import BadCell, BadExport, Mistake
from flows.extract.values import near, read_stamp
from flows.extract.workbook import sheet_names, sheet_rows
from rules.dates import instant_of
from rules.vocabulary import Vocabulary

REJECTED_FILE = "rejected.csv"

Row = tuple[int, list[str]]


class Source(NamedTuple):
    """One file or sheet. `columns` are the extract's names in order, "" where one is ignored.

    `header` holds the export's own names. `rows` gives (line, cells) for each row that is not
    blank; a row may have more or fewer cells than there are columns.
    """

    table: Table
    file: str
    sheet: str
    header: tuple[str, ...]
    columns: tuple[str, ...]
    delimiter: str
    rows: Callable[[], Iterator[Row]]

    def mistake(
        self, code: str, line: int = 0, column: str = "", found: str = "", **values: str
    ) -> Mistake:
        """Return a mistake in this file."""
        return Mistake(code, self.file, line, column, found, values, self.sheet)


@dataclass(frozen=True, slots=True)
class Extract:
    """An extract whose files are whole and have their columns. `sources` is by table name.

    `sha256` changes with any file, the mapping or the vocabulary. `taken_at` is the extract's own
    moment; `taken_told` says whether it is told in the extract or only a file time.
    """

    folder: Path
    sources: Mapping[str, Source]
    mapping: ExtractMapping
    sha256: str
    taken_at: datetime
    taken_told: bool
    source: str

    @property
    def columns(self) -> dict[str, list[str]]:
        """The columns of each file, to compare the next extract with."""
        return {name: list(source.columns) for name, source in self.sources.items()}


def open_extract(
    folder: Path, vocabulary: Vocabulary, last_columns: Mapping[str, Sequence[str]]
) -> Extract:
    """Return the extract in a folder.

    `last_columns` are those of the last extract taken in: none of its files or columns may be gone.
    Raises: BadExport with every mistake found.
    """
    tables = tables_of(vocabulary)
    paths = _paths(folder)
    mapping = read_mapping(folder, tables)
    named = _named(paths, tables, mapping)
    sources, mistakes = _opened(named, tables, mapping, last_columns)
    if mistakes:
        raise BadExport(mistakes)
    taken_at, told = _taken(sources.get(ABOUT), mapping, paths)
    return Extract(
        folder,
        sources,
        mapping,
        _sha256([*paths, folder / MAPPING_FILE], vocabulary),
        taken_at,
        told,
        _told(sources.get(ABOUT), "source") or mapping.source or folder.name,
    )


class _Part(NamedTuple):
    path: Path
    sheet: str


def _paths(folder: Path) -> list[Path]:
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        raise BadExport([Mistake("no-folder", folder.name)]) from None
    sheets = [path for path in files if path.suffix.lower() == ".csv"]
    sheets = [path for path in sheets if path.name.lower() != REJECTED_FILE]
    # a workbook that is open in Excel leaves a file "~$..." beside it
    books = [path for path in files if path.suffix.lower() == ".xlsx" and path.name[0] != "~"]
    if not sheets and not books:
        raise BadExport([Mistake("empty-folder", folder.name)])
    if len(books) > 1 or (books and sheets):
        raise BadExport([Mistake("two-forms", folder.name)])
    return books or sheets


def _named(
    paths: Sequence[Path], tables: Mapping[str, Table], mapping: ExtractMapping
) -> dict[str, _Part]:
    """Return which file or sheet holds each table. Raises: BadExport for one that holds none."""
    by_name = {
        (mapping.of(name).file or name).lower().removesuffix(".csv"): name for name in tables
    }
    parts = [_Part(path, "") for path in paths]
    if paths[0].suffix.lower() == ".xlsx":
        parts = [_Part(paths[0], sheet) for sheet in sheet_names(paths[0])]
    named, unknown = {}, []
    for part in parts:
        name = part.sheet or part.path.stem
        if name in mapping.ignore or f"{name}.csv" in mapping.ignore:
            continue
        table = by_name.get(name.lower())
        if table is None:
            values = {"near": near(name, by_name)}
            unknown.append(Mistake("unknown-file", part.path.name, sheet=part.sheet, values=values))
        else:
            named[table] = part
    if unknown:
        raise BadExport(unknown)
    return named


def _opened(
    named: Mapping[str, _Part],
    tables: Mapping[str, Table],
    mapping: ExtractMapping,
    last_columns: Mapping[str, Sequence[str]],
) -> tuple[dict[str, Source], list[Mistake]]:
    sources: dict[str, Source] = {}
    mistakes: list[Mistake] = []
    breaks = check_bytes([part.path for part in named.values() if not part.sheet])
    for name, table in tables.items():
        if name not in named:
            if name in ALWAYS or (name in last_columns and name != ABOUT):
                mistakes.append(Mistake("missing-file", f"{name}.csv"))
            continue
        try:
            source = _source(named[name], table, mapping)
        except BadExport as bad:
            mistakes.extend(bad.mistakes)
            continue
        sources[name] = source
        before = last_columns.get(name, ()) if name != ABOUT else ()
        mistakes.extend(_wrong_columns(source, mapping, before))
        if not source.sheet:
            mistakes.extend(_cut_off(source, named[name].path, breaks))
    return sources, mistakes


def _source(part: _Part, table: Table, mapping: ExtractMapping) -> Source:
    if part.sheet:
        header = next((cells for _, cells in sheet_rows(part.path, part.sheet)), None)
        delimiter = ";"
    else:
        delimiter = _delimiter(part.path)
        header = next((cells for _, cells in _lines(part.path, delimiter)), None)
    if header is None:
        raise BadExport([Mistake("empty-file", part.path.name, sheet=part.sheet)])
    names = [name.strip() for name in header]
    while names and not names[-1]:
        names.pop()
    columns = tuple(
        "" if mapping.ignores(table.name, name) else mapping.column(table.name, name)
        for name in names
    )

    def rows() -> Iterator[Row]:
        lines = sheet_rows(part.path, part.sheet) if part.sheet else _lines(part.path, delimiter)
        next(lines)
        return _whole_rows(lines, len(columns), bool(part.sheet))

    return Source(table, part.path.name, part.sheet, tuple(names), columns, delimiter, rows)


def _whole_rows(lines: Iterator[Row], width: int, is_sheet: bool) -> Iterator[Row]:
    for line, cells in lines:
        if len(cells) != width:
            if is_sheet and len(cells) < width:
                # a sheet does not keep empty cells at the end of a row
                cells.extend([""] * (width - len(cells)))
            while len(cells) > width and not cells[-1]:
                cells.pop()
        if any(cells):
            yield line, cells


def _lines(path: Path, delimiter: str) -> Iterator[Row]:
    line = 1
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
        except csv.Error:
            raise BadExport([Mistake("quotes", path.name, line)]) from None


HEADING = re.compile(r"[a-zæøå][a-zæøå_.]*")


def _delimiter(path: Path) -> str:
    with path.open(encoding="utf-8-sig") as file:
        header = file.readline()
    return ";" if header.count(";") > header.count(",") else ","


def _wrong_columns(
    source: Source, mapping: ExtractMapping, last: Sequence[str]
) -> Iterator[Mistake]:
    table, columns = source.table, source.columns
    present = set(columns)
    if len(columns) == 1 and len(table.required) > 1:
        yield source.mistake("wrong-delimiter", 1)
        return
    for name in table.required:
        if name not in present:
            yield source.mistake("missing-column", 0, name)
    for name in last:
        if name and name not in present and name in table.columns and name not in table.required:
            yield source.mistake("lost-column", 0, name)
    missing = [name for name in table.columns if name not in present]
    for number, (own, name) in enumerate(zip(source.header, columns, strict=True), start=1):
        if name and name not in table.columns:
            meant = near(name, missing)
            shown = own if meant else _fit_to_be_told(own, number)
            yield source.mistake("unknown-column", 1, shown, near=meant)
        elif name and columns.count(name) > 1:
            yield source.mistake("column-twice", 1, own)
        elif not own:
            yield source.mistake("unknown-column", 1, str(number), near="")


def _fit_to_be_told(heading: str, number: int) -> str:
    """Return a heading if it can be nothing but one, else its place.

    An extract without its header has somebody's name where a heading should be, and what is
    refused is told in logs and mails.
    """
    return heading if HEADING.fullmatch(heading) else str(number)


def _cut_off(source: Source, path: Path, breaks: Mapping[Path, bool]) -> Iterator[Mistake]:
    """Find a file whose last line is not finished: short, or alone in lacking its line break."""
    if breaks[path]:
        return
    last = path.read_bytes().rpartition(b"\n")
    if not last[1]:
        return
    cells = next(csv.reader([last[2].decode()], delimiter=source.delimiter), [])
    others = [ended for other, ended in breaks.items() if other != path]
    if len(cells) < len(source.columns) or (others and all(others)):
        yield source.mistake("truncated", last[0].count(b"\n") + 2)


def _taken(
    about: Source | None, mapping: ExtractMapping, paths: Sequence[Path]
) -> tuple[datetime, bool]:
    told = mapping.taken or _told(about, "taken")
    if not told:
        newest = max(path.stat().st_mtime for path in paths)
        return datetime.fromtimestamp(newest, UTC), False
    try:
        stamp = read_stamp(told, mapping.forms(ABOUT))
    except BadCell as bad:
        file = MAPPING_FILE if mapping.taken or about is None else about.file
        raise BadExport([Mistake(bad.code, file, 0, "taken", told)]) from None
    return stamp.at or instant_of(stamp.on), True


def _told(about: Source | None, column: str) -> str:
    if about is None or column not in about.columns:
        return ""
    place = about.columns.index(column)
    return next((cells[place].strip() for _, cells in about.rows() if len(cells) > place), "")


def _sha256(paths: Sequence[Path], vocabulary: Vocabulary) -> str:
    whole = hashlib.sha256(repr((vocabulary.records, vocabulary.events)).encode())
    for path in paths:
        if path.exists():
            with path.open("rb") as file:
                whole.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()
