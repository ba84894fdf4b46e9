"""An extract that cannot be trusted is refused whole, in one sentence, and what is stored stays."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from models.case_tables import CASE, IMPORT
from tests.flow.extract_builder import (
    CASES,
    EVENTS,
    FILES,
    FRIDAY,
    PEOPLE,
    PLACEMENTS,
    SATURDAY,
    SUNDAY,
    column,
    done,
    rejected_rows,
    take_in,
    write,
)

REFUSED = {
    "an empty folder": (dict.fromkeys(FILES.keys()), "holds neither .csv files nor an .xlsx"),
    "no cases": ({"cases.csv": None}, "cases.csv: the file is missing from the extract"),
    "an empty file": ({"cases.csv": ""}, "cases.csv: the file is empty"),
    "a misspelt file": (
        {"placements.csv": None, "placments.csv": PLACEMENTS},
        'placments.csv: the vocabulary knows no file of this name. Did you mean "placements"?',
    ),
    "a missing column": (
        {"cases.csv": CASES.replace("began", "")},
        "cases.csv, column began: the column is missing",
    ),
    "a misspelt column": (
        {"placements.csv": PLACEMENTS.replace("emergency", "emergensy")},
        "placements.csv, line 1, column emergensy: the vocabulary does not know the column. "
        'Did you mean "emergency"?',
    ),
    "a column twice": (
        {"placements.csv": PLACEMENTS.replace("emergency", "kind")},
        "placements.csv, line 1, column kind: two columns have the same name",
    ),
    "tabs": (
        {"cases.csv": CASES.replace(",", "\t")},
        "cases.csv, line 1: columns must be separated by commas or semicolons",
    ),
    "a quotation mark that never closes": (
        {"placements.csv": PLACEMENTS.replace("residential", '"residential')},
        "placements.csv, line 3: the quotation marks do not match up from this line on",
    ),
    "a line that is cut": (
        {"events.csv": EVENTS[:-30]},
        "events.csv, line 5: the file ends in the middle of a line",
    ),
    "a last word that is cut": (
        {"placements.csv": PLACEMENTS.replace("yes,\n", "yes,6 mon")},
        "placements.csv, line 3: the file ends in the middle of a line",
    ),
    "an extract from the future": (
        {"extract.csv": "taken\n2026-11-21 09:00\n"},
        "is in the future",
    ),
    "a moment that is none": (
        {"extract.csv": "taken\nyesterday\n"},
        "extract.csv, column taken: expected: a date or a moment",
    ),
    "a mapping that is no YAML": ({"mapping.yaml": "files: [\n"}, "mapping.yaml, line 2"),
    "a mapping of a file nobody knows": (
        {"mapping.yaml": "files:\n  sager: {file: x}\n"},
        'files names "sager", which the vocabulary does not know',
    ),
    "a mapping with a wrong key": (
        {"mapping.yaml": "kolonner: {a: b}\n"},
        '"kolonner" cannot stand there',
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_extract_is_refused_whole_and_what_is_stored_stays(
    name: str, database: Engine, tmp_path: Path
) -> None:
    files, expected = REFUSED[name]
    done(database, write(tmp_path / "good"))
    folder = write(tmp_path / "bad", SATURDAY - timedelta(hours=12))
    for file, text in files.items():
        if text is None:
            (folder / file).unlink()
        else:
            (folder / file).write_text(text, encoding="utf-8")
    result = take_in(database, folder, SATURDAY)
    assert result.state == "refused"
    assert expected in result.refused
    assert column(database, IMPORT, "state") == ["done", "refused"]
    assert column(database, CASE, "known_at") == [FRIDAY] * 5


def test_a_bad_extract_that_is_tried_all_night_is_noted_once(
    database: Engine, tmp_path: Path
) -> None:
    folder = write(tmp_path, cases=CASES.replace("began", ""))
    for hour in (1, 2, 3):
        assert take_in(database, folder, SATURDAY.replace(hour=hour)).state == "refused"
    assert column(database, IMPORT, "imported_at") == [SATURDAY.replace(hour=3)]


def test_a_folder_that_is_not_there_is_refused(database: Engine, tmp_path: Path) -> None:
    result = take_in(database, tmp_path / "nowhere")
    assert result.refused.startswith("nowhere: the folder does not exist or cannot be read.")


def test_an_extract_that_goes_away_while_it_is_read_is_refused_and_what_is_stored_stays(
    database: Engine, tmp_path: Path
) -> None:
    done(database, write(tmp_path / "good"))
    folder = write(tmp_path / "going", SATURDAY - timedelta(hours=12))

    def share_goes_away(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "staged_case" in statement:  # the files were looked at; now their rows would be read
            (folder / "cases.csv").unlink(missing_ok=True)

    event.listen(database, "before_cursor_execute", share_goes_away)
    result = take_in(database, folder, SATURDAY)
    assert result.refused.startswith("cases.csv: the file cannot be read.")
    assert column(database, CASE, "known_at") == [FRIDAY] * 5


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16"])
def test_another_encoding_is_refused_with_its_line(
    encoding: str, database: Engine, tmp_path: Path
) -> None:
    folder = write(tmp_path)
    people = PEOPLE.replace("Bo Opdigtet", "Bo Sørensen")
    (folder / "people.csv").write_bytes(people.encode(encoding))
    result = take_in(database, folder)
    line = 1 if encoding == "utf-16" else 3
    assert result.refused.startswith(f"people.csv, line {line}: the file is not UTF-8")


def test_a_file_that_was_there_before_may_not_be_missing(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path / "one"))
    result = take_in(database, write(tmp_path / "two", SATURDAY, events=None), SATURDAY)
    assert result.refused.startswith("events.csv: the file is missing from the extract.")


def test_a_column_that_was_there_before_may_not_be_missing(
    database: Engine, tmp_path: Path
) -> None:
    done(database, write(tmp_path))
    cases = "".join(line.rsplit(",", 1)[0] + "\n" for line in CASES.splitlines())
    result = take_in(database, write(tmp_path, SATURDAY, cases=cases), SATURDAY)
    assert result.refused.startswith("cases.csv, column status: the column was in the last extract")


def test_an_older_extract_is_refused(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path / "new", SATURDAY), SATURDAY)
    result = take_in(database, write(tmp_path / "old", FRIDAY, absences=None), SUNDAY)
    assert "absences.csv: the file is missing" in result.refused
    result = take_in(database, write(tmp_path / "older", FRIDAY), SUNDAY)
    assert "An older extract is not taken in." in result.refused


def test_without_a_told_moment_the_files_own_time_counts(database: Engine, tmp_path: Path) -> None:
    new, old = (write(tmp_path / name, extract=None) for name in ("new", "old"))
    (old / "absences.csv").write_text("person,from,to,substitute\n")
    for folder, moment in ((new, FRIDAY), (old, FRIDAY - timedelta(days=1))):
        for path in folder.iterdir():
            os.utime(path, (moment.timestamp(), moment.timestamp()))
    assert done(database, new, SATURDAY).extracted_at == FRIDAY
    assert "An older extract is not taken in." in take_in(database, old, SATURDAY).refused


def many(first: int, last: int, ended: str = "") -> str:
    """Rows of cases, numbered."""
    return "".join(
        f"N-{number},bo,Nord,2026-01-05,{ended},2015-05-01,child,no,open\n"
        for number in range(first, last + 1)
    )


def test_more_than_a_fifth_of_the_open_cases_may_not_be_gone(
    database: Engine, tmp_path: Path
) -> None:
    done(database, write(tmp_path, cases=CASES + many(1, 46)))
    gone = take_in(database, write(tmp_path, SATURDAY, cases=CASES + many(1, 35)), SATURDAY)
    assert "11 of 50 open cases are gone" in gone.refused
    result = done(database, write(tmp_path, SATURDAY, cases=CASES + many(1, 36)), SATURDAY)
    assert result.counts["cases"].gone == 10


def test_closing_many_cases_at_once_must_be_asked_for(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path, cases=CASES + many(1, 96)))
    closed = CASES + many(1, 75) + many(76, 96, "2026-11-20")
    folder = write(tmp_path, SATURDAY, cases=closed)
    assert "21 of 100 open cases were closed at once" in take_in(database, folder, SATURDAY).refused
    assert done(database, folder, SATURDAY, accept_closed=True).counts["cases"].changed == 21


def test_more_than_a_fifth_of_the_events_may_not_be_gone(database: Engine, tmp_path: Path) -> None:
    meetings = "".join(
        f"S-1,,management_review,2026-{month:02}-{day:02},,,,,,\n"
        for month in (5, 6, 7, 8)
        for day in range(1, 29)
    )
    done(database, write(tmp_path, events=EVENTS + meetings))
    half = EVENTS + meetings[: len(meetings) // 2]
    result = take_in(database, write(tmp_path, SATURDAY, events=half), SATURDAY)
    assert "56 of 116 rows of last time are gone" in result.refused


def test_a_doubled_file_is_refused_whole(database: Engine, tmp_path: Path) -> None:
    cases = CASES + many(1, 60)
    doubled = cases + cases.partition("\n")[2]
    result = take_in(database, write(tmp_path, cases=doubled))
    assert "65 of 130 rows stand there twice" in result.refused
    assert len(rejected_rows(tmp_path)) == 65


def test_a_file_of_mostly_bad_rows_is_refused_whole(database: Engine, tmp_path: Path) -> None:
    cases = CASES + many(1, 60).replace("2026-01-05", "05-01-2026")
    result = take_in(database, write(tmp_path, cases=cases))
    assert "60 of 65 rows cannot be read" in result.refused
    assert len(rejected_rows(tmp_path)) == 60


def test_an_extract_without_its_header_tells_nobody_what_is_in_its_first_row(
    database: Engine, tmp_path: Path
) -> None:
    header, _, rows = CASES.partition("\n")
    bad = f"{header},Ida Testesen,010115-1234\n{rows}"
    told = take_in(database, write(tmp_path, cases=bad)).refused
    assert "Testesen" not in told
    assert "010115" not in told
    assert f"column {header.count(',') + 2}" in told
