"""A real export is read through its mapping, and a workbook like files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from openpyxl import Workbook
from sqlalchemy import Engine

from tests.flow.extract_builder import (
    CASES,
    EVENTS,
    FILES,
    SATURDAY,
    done,
    record,
    take_in,
    write,
)


def test_a_real_export_is_read_through_its_mapping(database: Engine, tmp_path: Path) -> None:
    folder = write(tmp_path, cases=None)
    (folder / "Sager.csv").write_bytes(
        "\ufeffSagsnr;Sagsbehandler;Afdeling;Start;Slut;Født;Målgruppe;Udland;Bemærkning\r\n"
        "S-1;anna;Nord;05-01-2026;;01-05-2010;ung;nej;fri tekst\r\n"
        "S-2;anna;Nord;05-02-2026 10:30;;01-05-2011;barn;ja;\r\n"
        "S-3;bo;Nord;05-03-2026;;01-05-2012;barn;;\r\n".encode()
    )
    (folder / "mapping.yaml").write_text(
        """\
values: {ja: yes, nej: no}
files:
  cases:
    file: Sager.csv
    dates: "%d-%m-%Y"
    moments: "%d-%m-%Y %H:%M"
    columns: {Sagsnr: case, Sagsbehandler: caseworker, Afdeling: team, Start: began, Slut: ended,
              Født: born, Målgruppe: target_group, Udland: abroad}
    values: {target_group: {ung: youth, barn: child}}
    ignore: [Bemærkning]
""",
        encoding="utf-8",
    )
    events = "".join(line for line in EVENTS.splitlines(True))
    (folder / "events.csv").write_text(events, encoding="utf-8")
    result = done(database, folder)
    assert result.rejected == ()
    assert record(database, "S-1", "S-1").began == date(2026, 1, 5)
    assert record(database, "S-1", "S-1").facts["target_group"] == "youth"
    assert record(database, "S-2", "S-2").facts["abroad"] is True


def test_a_workbook_is_the_same_extract(database: Engine, tmp_path: Path) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, text in FILES.items():
        sheet = book.create_sheet(name.removesuffix(".csv"))
        for line in text.splitlines():
            cells = [_as_cell(cell) for cell in line.split(",")]
            sheet.append(cells)
    folder = tmp_path / "workbook"
    folder.mkdir()
    book.save(folder / "udtræk.xlsx")
    result = done(database, folder)
    assert result.rejected == ()
    assert record(database, "S-1", "P-1").facts["emergency"] is False
    assert record(database, "S-1", "P-1").began == date(2026, 3, 1)
    same = done(database, write(tmp_path / "files", SATURDAY), SATURDAY)
    assert all(counts.changed == counts.new == 0 for counts in same.counts.values())


def test_a_bad_cell_of_a_workbook_is_named_by_sheet_and_row(
    database: Engine, tmp_path: Path
) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, text in (FILES | {"cases.csv": CASES.replace("S-2,anna", "S-2,anne")}).items():
        sheet = book.create_sheet(name.removesuffix(".csv"))
        for line in text.splitlines():
            sheet.append(line.split(","))
    book.save(tmp_path / "extract.xlsx")
    result = done(database, tmp_path)
    assert result.rejected[0].startswith("extract.xlsx, sheet cases, row 3, column caseworker:")


def test_a_broken_workbook_is_refused(database: Engine, tmp_path: Path) -> None:
    (tmp_path / "extract.xlsx").write_bytes(b"PK\x03\x04 half a workbook")
    assert "extract.xlsx: the file cannot be read" in take_in(database, tmp_path).refused


def _as_cell(text: str) -> object:
    if len(text) == len("2026-01-05") and text[4:5] == "-" and text[7:8] == "-":
        return date.fromisoformat(text)
    return {"yes": True, "no": False, "": None}.get(text, text)
