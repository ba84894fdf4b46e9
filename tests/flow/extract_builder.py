"""A small invented extract that tests change one thing of, and the import of it."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, Table, select

from flows.extract.import_extract import import_extract
from flows.extract.report import ImportResult
from models.cases import CaseRead, load_cases
from models.database import reading
from rules.case import Record
from rules.load_vocabulary import load_vocabulary
from rules.vocabulary import Vocabulary

SHIPPED = Path(__file__).parents[2] / "rules" / "standards" / "vocabulary.yaml"
FRIDAY = datetime(2026, 11, 20, 5, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 21, 5, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 5, tzinfo=UTC)

PEOPLE = """\
person,name,email,role,team,leader,language
anna,Anna Opdigtet,anna@kommune.example,caseworker,Nord,lone,da
bo,Bo Opdigtet,bo@kommune.example,caseworker,Nord,lone,
lone,Lone Opdigtet,lone@kommune.example,team_leader,Nord,,da
"""
ABSENCES = """\
person,from,to,substitute
anna,2026-11-23,2026-11-27,bo
"""
CASES = """\
case,caseworker,team,began,ended,born,target_group,abroad,status
S-1,anna,Nord,2026-01-05,,2010-05-01,youth,no,open
S-2,anna,Nord,2026-02-05,,2011-05-01,child,no,open
S-3,bo,Nord,2026-03-05,,2012-05-01,child,,open
S-4,bo,,2026-04-05,,2013-05-01,child,no,open
S-5,,,2025-04-05,2026-04-05,2014-05-01,child,no,closed
"""
PLACEMENTS = """\
ref,case,began,ended,kind,emergency,follow_up_interval
P-1,S-1,2026-03-01,,foster_family,no,6 months
P-2,S-2,2026-04-01,2026-10-01,residential_institution,yes,
"""
REPORTS = """\
ref,case,began,ended,source,concerns_unborn
R-1,S-3,2026-11-19T14:30,,police,no
"""
DECISIONS = """\
ref,case,began,ended,about,reasons,plan_b
D-1,S-1,2026-02-20,,placement,2026-02-20,
"""
EVENTS = """\
case,ref,event,at,participants,child_heard,approved_by,reason,rule,until
S-1,,network_meeting,2026-02-10,child|parents,,,,,
S-1,P-1,follow_up_meeting,2026-06-10,child,,,,,
S-3,R-1,report_assessed,2026-11-19T16:00,,,,,,
S-2,P-2,extension,2026-09-01,,,team_leader,afsluttende skoleår,residential-one-year,2027-01-01
"""
HISTORY = """\
ref,fact,value,from
S-1,abroad,yes,2026-07-01
S-1,abroad,no,2026-07-15
"""
ABOUT = """\
taken,source,note
2026-11-20 05:30,test,OPDIGTEDE DATA
"""
FILES = {
    "people.csv": PEOPLE,
    "absences.csv": ABSENCES,
    "cases.csv": CASES,
    "placements.csv": PLACEMENTS,
    "reports.csv": REPORTS,
    "decisions.csv": DECISIONS,
    "events.csv": EVENTS,
    "history.csv": HISTORY,
    "extract.csv": ABOUT,
}


def vocabulary() -> Vocabulary:
    """The shipped vocabulary."""
    loaded = load_vocabulary("vocabulary.yaml", SHIPPED.read_bytes())
    assert loaded.vocabulary is not None
    return loaded.vocabulary


def write(folder: Path, taken: datetime = FRIDAY, **changed: str | None) -> Path:
    """Write the extract; `cases=...` is another cases.csv, `cases=None` leaves it out."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, str | None] = dict(FILES)
    files["extract.csv"] = ABOUT.replace("2026-11-20 05:30", taken.isoformat())
    files |= {f"{name}.csv": text for name, text in changed.items()}
    for name, text in files.items():
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def take_in(engine: Engine, folder: Path, now: datetime = FRIDAY, **options: bool) -> ImportResult:
    """Import in English, so that the tests can be read by everybody."""
    return import_extract(engine, folder, vocabulary(), now, language="en", **options)


def done(engine: Engine, folder: Path, now: datetime = FRIDAY, **options: bool) -> ImportResult:
    """Import an extract that must be taken in."""
    result = take_in(engine, folder, now, **options)
    assert result.state == "done", result.refused
    return result


def case(engine: Engine, ref: str) -> CaseRead:
    """Read one case back."""
    with reading(engine) as connection:
        return next(load_cases(connection, vocabulary(), refs=[ref]))


def record(engine: Engine, case_ref: str, ref: str) -> Record:
    """Read one record of a case back."""
    return next(one for one in case(engine, case_ref).case.records if one.ref == ref)


def column(engine: Engine, table: Table, name: str) -> list[object]:
    """Read one column of a table, in key order."""
    with reading(engine) as connection:
        return list(connection.scalars(select(table.c[name]).order_by(*table.primary_key)))


def rejected_rows(folder: Path) -> list[dict[str, str]]:
    """Read rejected.csv as a spreadsheet would."""
    with (folder / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
