"""What is wrong with an extract is said in one sentence with its place, and nothing is lost."""

from __future__ import annotations

import json
import logging
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.extract.import_extract import import_extract
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
    case,
    column,
    done,
    record,
    rejected_rows,
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
    assert result.difference[0].startswith("people: 3 nye")


def test_rejected_rows_open_in_a_spreadsheet_and_run_nothing(
    database: Engine, tmp_path: Path
) -> None:
    bad = PEOPLE.replace("Bo Opdigtet,bo@kommune.example", '=HYPERLINK("x"),bo').replace(",", ";")
    done(database, write(tmp_path, people=bad))
    written = (tmp_path / "rejected.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbffile;line;error;person;name;")
    assert b'"\'=HYPERLINK(""x"")"' in written
