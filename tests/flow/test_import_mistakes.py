"""What is wrong with an extract is said in one sentence with its place, and nothing is lost."""

from __future__ import annotations

import json
import logging
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, event

from flows.import_extract import import_extract
from models.case_tables import CASE, IMPORT, IMPORT_REJECT, PERSON
from models.database import reading
from models.people import load_staff
from tests.flow.extract_builder import (
    ABSENCES,
    CASES,
    EVENTS,
    FILES,
    FRIDAY,
    HISTORY,
    PEOPLE,
    PLACEMENTS,
    SATURDAY,
    SUNDAY,
    case,
    column,
    done,
    record,
    rejected_rows,
    take_in,
    vocabulary,
    write,
)

BAD_ROWS = {
    "a date that does not exist": (
        "placements",
        PLACEMENTS.replace("2026-03-01", "2026-02-30"),
        "placements.csv, line 2, column began: the calendar has no such date. "
        'Expected: a date such as 2026-01-31. It says "2026-02-30".',
    ),
    "a Danish date": (
        "placements",
        PLACEMENTS.replace("2026-03-01", "01-03-2026"),
        "placements.csv, line 2, column began: expected: a date or a moment such as",
    ),
    "a year nobody means": (
        "cases",
        CASES.replace("2011-05-01", "0001-01-01"),
        "cases.csv, line 3, column born: the year must be between 1900 and 2100",
    ),
    "the end of time": (
        "placements",
        PLACEMENTS.replace("2026-10-01", "9999-12-31"),
        "placements.csv, line 3, column ended: the year must be between 1900 and 2100",
    ),
    "an hour that the clocks skip": (
        "reports",
        FILES["reports.csv"].replace("2026-11-19T14:30", "2026-03-29T02:30"),
        "reports.csv, line 2, column began: the hour does not exist on the night",
    ),
    "ended before it began": (
        "placements",
        PLACEMENTS.replace("2026-10-01", "2026-03-31"),
        "placements.csv, line 3, column ended: it ended before it began (2026-04-01).",
    ),
    "an event in the future": (
        "events",
        EVENTS.replace("2026-02-10", "2026-11-21"),
        "events.csv, line 2, column at: the event lies in the future.",
    ),
    "an unknown person": (
        "cases",
        CASES.replace("S-2,anna", "S-2,anne"),
        'cases.csv, line 3, column caseworker: the person is not in people.csv. It says "anne".',
    ),
    "an unknown kind of event": (
        "events",
        EVENTS.replace("network_meeting", "network_meting"),
        'column event: the vocabulary does not know the event. Did you mean "network_meeting"?',
    ),
    "an event on the wrong kind of record": (
        "events",
        EVENTS.replace("S-1,,network_meeting", "S-1,P-1,network_meeting"),
        "column event: the event is recorded on case, not on placement.",
    ),
    "a field that the event does not have": (
        "events",
        EVENTS.replace(
            "report_assessed,2026-11-19T16:00,", "report_assessed,2026-11-19T16:00,child"
        ),
        "column participants: the event report_assessed has no such field",
    ),
    "an event of an unknown case": (
        "events",
        EVENTS.replace("S-1,,network", "S-9,,network"),
        'events.csv, line 2, column case: the case is not in cases.csv. It says "S-9".',
    ),
    "an event of an unknown record": (
        "events",
        EVENTS.replace("S-1,P-1", "S-1,P-9"),
        "events.csv, line 3, column ref: the reference is not in the extract.",
    ),
    "an event of another case's record": (
        "events",
        EVENTS.replace("S-1,P-1", "S-3,P-1"),
        "events.csv, line 3, column ref: the reference belongs to another case.",
    ),
    "an unknown choice": (
        "placements",
        PLACEMENTS.replace("foster_family", "foster_familly"),
        "column kind: expected: boarding_school, foster_family,",
    ),
    "text in a number": (
        "cases",
        CASES.replace("abroad,status", "school_absence_percent,status").replace(",no,", ",many,"),
        "column school_absence_percent: expected: a number such as 12 or 12.5.",
    ),
    "a thousand that may be one": (
        "cases",
        CASES.replace("abroad,status", "school_absence_percent,status").replace(",no,", ",1.000,"),
        "column school_absence_percent: expected: a number",
    ),
    "ja for yes": (
        "placements",
        PLACEMENTS.replace("foster_family,no", "foster_family,nej"),
        "column emergency: expected: yes or no. Other words can be translated under values",
    ),
    "a duration in Danish": (
        "placements",
        PLACEMENTS.replace("6 months", "6 måneder"),
        'column follow_up_interval: expected: a duration such as "6 months"',
    ),
    "one cell too many": (
        "placements",
        PLACEMENTS.replace("P-1,S-1", "P-1,S-1,extra"),
        "placements.csv, line 2: the row has 8 cells, but there are 7 columns.",
    ),
    "no reference": (
        "placements",
        PLACEMENTS.replace("P-1,S-1", ",S-1"),
        "placements.csv, line 2, column ref: the cell is empty but must be filled.",
    ),
    "an unknown fact in the history": (
        "history",
        HISTORY.replace("S-1,abroad,yes", "S-1,abrod,yes"),
        "history.csv, line 2, column fact: the vocabulary does not know the fact on case. "
        'Did you mean "abroad"?',
    ),
    "a wrong value in the history": (
        "history",
        HISTORY.replace("S-1,abroad,yes", "S-1,abroad,perhaps"),
        "history.csv, line 2, column value: expected: yes or no.",
    ),
    "a history of nothing": (
        "history",
        HISTORY.replace("S-1,abroad,yes", "S-9,abroad,yes"),
        "history.csv, line 2, column ref: the reference is not in the extract.",
    ),
    "a history that differs from today": (
        "history",
        HISTORY.replace("S-1,abroad,no", "S-1,abroad,yes"),
        "cases.csv, line 2, column abroad: history.csv tells something else about today",
    ),
    "two values from one day": (
        "history",
        HISTORY.replace("2026-07-15", "2026-07-01"),
        "history.csv, line 3, column from: the fact already has a value from that day (line 2).",
    ),
    "an unknown role": (
        "people",
        PEOPLE.replace("bo@kommune.example,caseworker", "bo@kommune.example,sagsbehandler"),
        "people.csv, line 3, column role: the vocabulary does not know the role.",
    ),
    "an unknown leader": (
        "people",
        PEOPLE.replace("Nord,lone,da", "Nord,lonny,da"),
        "people.csv, line 2, column leader: the person is not in people.csv.",
    ),
    "a person twice": (
        "people",
        PEOPLE + "bo,Bo Opdigtet,bo@kommune.example,caseworker,Nord,lone,\n",
        "people.csv, line 5, column person: the person stands already in line 3",
    ),
    "two addresses in one cell": (
        "people",
        PEOPLE.replace("bo@kommune.example", "bo@kommune.example;bo@example.dk"),
        "people.csv, line 3, column email: expected: one mail address. The cell holds several.",
    ),
    "letters that no mail server takes": (
        "people",
        PEOPLE.replace("bo@kommune", "bø@kommune"),
        "people.csv, line 3, column email: the mail address has letters before the @",
    ),
    "an address that is none": (
        "people",
        PEOPLE.replace("bo@kommune.example", "bo.kommune.example"),
        "people.csv, line 3, column email: expected: a mail address such as",
    ),
    "an absence that ends first": (
        "absences",
        ABSENCES.replace("2026-11-27", "2026-11-22"),
        "absences.csv, line 2, column to: it ended before it began",
    ),
    "a substitute nobody knows": (
        "absences",
        ABSENCES.replace(",bo", ",carl"),
        "absences.csv, line 2, column substitute: the person is not in people.csv.",
    ),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_refused_with_its_place_and_the_rest_is_taken_in(
    name: str, database: Engine, tmp_path: Path
) -> None:
    file, text, expected = BAD_ROWS[name]
    result = done(database, write(tmp_path, **{file: text}))
    assert expected in result.rejected[0]
    assert rejected_rows(tmp_path)[0]["error"] == result.rejected[0]
    assert len(column(database, CASE, "case_ref")) == 5
    assert len(column(database, PERSON, "person")) == 3


def test_the_earlier_version_of_a_refused_row_stays_in_force(
    database: Engine, tmp_path: Path
) -> None:
    done(database, write(tmp_path))
    changed = {
        "cases": CASES.replace("S-2,anna,Nord,2026-02-05", "S-2,bo,Nord,2026-02-31"),
        "placements": PLACEMENTS.replace("2026-03-01,,foster", "2026-03-32,,foster"),
        "events": EVENTS.replace("report_assessed", "report_asessed"),
    }
    done(database, write(tmp_path, SATURDAY, **changed), SATURDAY)
    assert case(database, "S-2").caseworker == "anna"
    assert record(database, "S-1", "P-1").began == date(2026, 3, 1)
    assert [one.kind for one in record(database, "S-3", "R-1").events] == ["report_assessed"]


def test_the_caseworker_is_told_why_without_what_was_read(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path, placements=PLACEMENTS.replace("foster_family", "plejefamilie")))
    read = case(database, "S-1")
    assert read.rejected.startswith("placements.csv, line 2, column kind: expected:")
    assert "plejefamilie" not in read.rejected
    assert case(database, "S-2").rejected == ""


def test_the_note_goes_when_the_row_can_be_read(database: Engine, tmp_path: Path) -> None:
    bad = PLACEMENTS.replace("foster_family", "plejefamilie")
    done(database, write(tmp_path, placements=bad))
    done(database, write(tmp_path, SATURDAY), SATURDAY)
    assert case(database, "S-1").rejected == ""
    assert not (tmp_path / "rejected.csv").exists()
    assert column(database, CASE, "next_look_at")[0] == SATURDAY


def test_a_new_case_that_cannot_be_read_is_never_an_unwatched_case(
    database: Engine, tmp_path: Path
) -> None:
    cases = CASES + "S-6,bo,,2026-13-01,,2015-05-01,child,no,open\n"
    done(database, write(tmp_path, cases=cases))
    read = case(database, "S-6")
    assert (read.caseworker, read.team) == ("bo", "Nord")
    assert read.rejected.startswith("cases.csv, line 7, column began")
    fixed = cases.replace("2026-13-01", "2026-11-01")
    done(database, write(tmp_path, SATURDAY, cases=fixed), SATURDAY)
    read = case(database, "S-6")
    assert (read.case.records[0].facts["abroad"], read.rejected) == (False, "")


def test_neither_of_two_rows_with_one_reference_is_used(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    twice = PLACEMENTS.replace("P-1,S-1,2026-03-01", "P-1,S-1,2026-03-02")
    twice += "P-1,S-2,2026-05-01,,foster_family,no,\n"
    result = done(database, write(tmp_path, SATURDAY, placements=twice), SATURDAY)
    assert "the reference stands already in placements:2" in result.rejected[0]
    assert record(database, "S-1", "P-1").began == date(2026, 3, 1)
    assert case(database, "S-1").rejected
    assert case(database, "S-2").rejected


def test_a_case_told_twice_stays_as_it_was(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    twice = CASES.replace("S-2,anna", "S-2,bo") + "S-2,lone,Nord,2026-02-05,,,child,no,open\n"
    done(database, write(tmp_path, SATURDAY, cases=twice), SATURDAY)
    assert case(database, "S-2").caseworker == "anna"
    assert case(database, "S-2").rejected
    assert column(database, CASE, "missing_since_on") == [None] * 5


def test_events_of_a_record_that_is_refused_are_not_refused_as_well(
    database: Engine, tmp_path: Path
) -> None:
    bad = PLACEMENTS.replace("2026-03-01", "2026-02-30")
    result = done(database, write(tmp_path, placements=bad))
    assert len(result.rejected) == 1


def test_a_bad_address_leaves_the_person_known(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path, people=PEOPLE.replace("bo@kommune", "bø@kommune")))
    with reading(database) as connection:
        bo = load_staff(connection).person("bo")
    assert bo is not None
    assert (bo.email, bo.team, bo.active) == ("", "Nord", True)
    assert case(database, "S-3").caseworker == "bo"


def test_a_bad_address_does_not_take_away_a_good_one(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    people = PEOPLE.replace("bo@kommune", "bø@kommune")
    done(database, write(tmp_path, SATURDAY, people=people), SATURDAY)
    with reading(database) as connection:
        bo = load_staff(connection).person("bo")
    assert bo is not None
    assert bo.email == "bo@kommune.example"


SECRETS = {
    "a CPR number as a case": ("cases", CASES.replace("S-2,", "010512-1234,")),
    "a CPR number inside a reference": ("cases", CASES.replace("S-2,", "SAG-0105121234,")),
    "a name as a caseworker": ("cases", CASES.replace("S-2,anna", "S-2,Zebadiah Kanarieson")),
    "a first name as a choice": ("placements", PLACEMENTS.replace("foster_family", "Zebadiah")),
    "a CPR number as a choice": ("placements", PLACEMENTS.replace("foster_family", "0105121234")),
    "a name as a reference": ("placements", PLACEMENTS.replace("P-1", "Zebadiah Kanarieson")),
    "free text as a number": (
        "cases",
        CASES.replace("abroad,", "open_measures,").replace(",no,", ",mor Zebadiah er syg,"),
    ),
}


@pytest.mark.parametrize("name", SECRETS)
def test_no_message_repeats_a_name_or_a_cpr_number(
    name: str, database: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    file, text = SECRETS[name]
    result = done(database, write(tmp_path, **{file: text}))
    assert result.rejected
    stored = [*column(database, CASE, "rejected"), *column(database, CASE, "case_ref")]
    stored += [*column(database, IMPORT, "counts"), *column(database, IMPORT_REJECT, "case_ref")]
    errors = [row["error"] for row in rejected_rows(tmp_path)]
    told = json.dumps([result.rejected, result.difference, result.notices, stored, errors])
    for secret in ("Zebadiah", "Kanarieson", "1234"):
        assert secret not in told
        assert secret not in caplog.text


def test_messages_are_danish_by_default(database: Engine, tmp_path: Path) -> None:
    folder = write(tmp_path, placements=PLACEMENTS.replace("2026-03-01", "2026-02-30"))
    result = import_extract(database, folder, vocabulary(), FRIDAY)
    assert result.rejected == (
        "placements.csv, linje 2, kolonne began: datoen findes ikke i kalenderen. Forventet: en "
        "dato som 2026-01-31. Der står »2026-02-30«.",
    )
    assert result.difference[0].startswith("people: 3 nye, 0 ændrede")


def test_rejected_rows_open_in_a_spreadsheet_and_run_nothing(
    database: Engine, tmp_path: Path
) -> None:
    bad = PEOPLE.replace("Bo Opdigtet,bo@kommune.example", '=HYPERLINK("x"),bo').replace(",", ";")
    done(database, write(tmp_path, people=bad))
    written = (tmp_path / "rejected.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbffile;line;error;person;name;")
    assert b'"\'=HYPERLINK(""x"")"' in written


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


def test_an_extract_without_its_header_tells_nobody_what_is_in_its_first_row(
    database: Engine, tmp_path: Path
) -> None:
    header, _, rows = CASES.partition("\n")
    bad = f"{header},Ida Testesen,010115-1234\n{rows}"
    told = take_in(database, write(tmp_path, cases=bad)).refused
    assert "Testesen" not in told
    assert "010115" not in told
    assert f"column {header.count(',') + 2}" in told
