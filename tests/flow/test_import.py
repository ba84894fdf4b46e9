"""An extract is taken in: what is stored, what a second one changes, and what never changes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from models.case_tables import CASE, EVENT, IMPORT
from models.caseloads import load_caseworkers, load_teams
from models.cases import load_cases, mark_all_for_a_look, set_next_look
from models.database import reading, writing
from models.people import load_staff
from rules.case import Event, History
from rules.dates import Duration, Unit
from tests.flow.extract_builder import (
    CASES,
    EVENTS,
    FRIDAY,
    PLACEMENTS,
    SATURDAY,
    SUNDAY,
    case,
    column,
    done,
    record,
    take_in,
    vocabulary,
    write,
)

KNOWN = FRIDAY


def test_every_fact_of_a_case_is_there_with_its_type(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    read = case(database, "S-1")
    own, child = read.case.records[:2]
    assert (read.caseworker, read.team, read.rejected) == ("anna", "Nord", "")
    assert (own.kind, own.ref, own.began, own.ended) == ("case", "S-1", date(2026, 1, 5), None)
    assert own.facts["target_group"] == "youth"
    assert (child.kind, child.facts["born"], read.case.born) == ("child", *[date(2010, 5, 1)] * 2)
    placement = record(database, "S-1", "P-1")
    assert placement.facts["emergency"] is False
    assert placement.facts["follow_up_interval"] == Duration(6, Unit.MONTHS)


def test_a_blank_fact_is_missing(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    assert "abroad" not in record(database, "S-3", "S-3").facts
    assert "follow_up_interval" not in record(database, "S-2", "P-2").facts


def test_document_fields_hold_the_day_they_were_filled(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    assert record(database, "S-1", "D-1").contents == {"reasons": date(2026, 2, 20)}


def test_events_stand_on_their_record_with_their_fields(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    assert record(database, "S-1", "S-1").events == (
        Event(
            "network_meeting",
            date(2026, 2, 10),
            {"participants": frozenset({"child", "parents"})},
            1,
            KNOWN,
        ),
    )
    assert [one.kind for one in record(database, "S-1", "P-1").events] == ["follow_up_meeting"]


def test_a_time_of_day_is_danish_and_kept_as_an_instant(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    report = record(database, "S-3", "R-1")
    assert report.began == datetime(2026, 11, 19, 13, 30, tzinfo=UTC)
    assert report.events[0].at == datetime(2026, 11, 19, 15, 0, tzinfo=UTC)


def test_the_reason_of_an_extension_is_not_stored(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    fields = record(database, "S-2", "P-2").events[0].fields
    assert fields["reason"] == "given"
    assert fields["until"] == date(2027, 1, 1)
    assert not any("skole" in str(text) for text in column(database, EVENT, "fields"))


def test_the_history_of_a_fact_is_told_by_its_file(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    told = record(database, "S-1", "S-1").facts["abroad"]
    assert isinstance(told, History)
    assert told.days == (date(2026, 7, 1), date(2026, 7, 15))
    assert told.values == (True, False)


def test_events_of_a_day_come_before_those_of_an_hour_of_it(
    database: Engine, tmp_path: Path
) -> None:
    events = EVENTS + "S-1,,handover_meeting,2026-05-01T08:00,,,,,,\n"
    events += "S-1,,child_briefed,2026-05-01,,,,,,\n".replace("child_briefed", "management_review")
    done(database, write(tmp_path, events=events))
    kinds = [one.kind for one in record(database, "S-1", "S-1").events]
    assert kinds == ["network_meeting", "management_review", "handover_meeting"]


def test_a_case_without_a_team_is_in_its_caseworkers(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    assert case(database, "S-4").team == "Nord"
    assert case(database, "S-5").team == ""


def test_people_and_absences_are_the_staff(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    with reading(database) as connection:
        staff = load_staff(connection)
    substitute = staff.substitute_on("anna", date(2026, 11, 23))
    assert substitute is not None
    assert substitute.person == "bo"
    assert staff.leader_of("anna") == staff.person("lone")


def test_the_same_files_again_are_nothing(database: Engine, tmp_path: Path) -> None:
    first = done(database, write(tmp_path))
    again = take_in(database, tmp_path, SUNDAY)
    assert (again.state, again.import_id) == ("unchanged", first.import_id)
    assert column(database, IMPORT, "state") == ["done"]


def test_a_dry_run_tells_the_difference_and_changes_nothing(
    database: Engine, tmp_path: Path
) -> None:
    done(database, write(tmp_path))
    cases = (
        CASES.replace("S-2,anna", "S-2,bo") + "S-6,bo,Nord,2026-11-20,,2015-05-01,child,no,open\n"
    )
    folder = write(tmp_path, SATURDAY, cases=cases)
    tried = take_in(database, folder, SATURDAY, dry_run=True, with_rows=True)
    assert tried.state == "tried"
    assert "cases: 1 new, 1 changed, 4 unchanged" in tried.difference
    assert "  S-6: new" in tried.difference
    assert "  S-2: changed (caseworker)" in tried.difference
    assert column(database, CASE, "case_ref") == ["S-1", "S-2", "S-3", "S-4", "S-5"]
    assert case(database, "S-2").caseworker == "anna"
    assert take_in(database, tmp_path, SATURDAY).state == "done"


def test_a_first_import_is_summed_up_in_a_line_for_each_file(
    database: Engine, tmp_path: Path
) -> None:
    tried = take_in(database, write(tmp_path), SUNDAY, dry_run=True)
    assert "cases: 5 new" in tried.difference
    assert len(tried.difference) == len(tried.counts)


def test_only_cases_of_which_something_changed_are_looked_at(
    database: Engine, tmp_path: Path
) -> None:
    done(database, write(tmp_path))
    assert set(column(database, CASE, "next_look_at")) == {FRIDAY}
    with writing(database) as connection:
        set_next_look(connection, {f"S-{number}": None for number in range(1, 6)})
    changed = {
        "cases": CASES.replace("S-4,bo,", "S-4,anna,"),
        "placements": PLACEMENTS.replace("P-2,S-2,2026-04-01", "P-2,S-2,2026-04-02"),
        "events": EVENTS + "S-3,,handover_meeting,2026-11-20,,,,,,\n",
    }
    done(database, write(tmp_path, SATURDAY, **changed), SATURDAY)
    looked_at = column(database, CASE, "next_look_at")
    assert looked_at == [None, SATURDAY, SATURDAY, SATURDAY, None]


def test_a_fact_that_changed_is_known_as_it_was(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    cases = CASES.replace("2011-05-01,child,no", "2011-05-01,child,yes")
    done(database, write(tmp_path, SATURDAY, cases=cases), SATURDAY)
    abroad = record(database, "S-2", "S-2").facts["abroad"]
    assert abroad == History((None, date(2026, 11, 21)), (False, True), (None, SATURDAY))
    assert record(database, "S-2", "S-2").facts["target_group"] == "child"


def test_a_fact_that_was_missing_was_missing_until_the_day_it_came(
    database: Engine, tmp_path: Path
) -> None:
    done(database, write(tmp_path))
    cases = CASES.replace("2012-05-01,child,,", "2012-05-01,child,yes,")
    done(database, write(tmp_path, SATURDAY, cases=cases), SATURDAY)
    abroad = record(database, "S-3", "S-3").facts["abroad"]
    assert abroad == History((None, date(2026, 11, 21)), (None, True), (None, SATURDAY))


def test_a_fact_whose_column_is_new_holds_from_the_beginning(
    database: Engine, tmp_path: Path
) -> None:
    done(database, write(tmp_path))
    lines = CASES.splitlines()
    wider = [f"{lines[0]},pilot_area", *(f"{line},ghetto_area" for line in lines[1:])]
    cases = "\n".join(wider) + "\n"
    done(database, write(tmp_path, SATURDAY, cases=cases), SATURDAY)
    assert record(database, "S-3", "S-3").facts["pilot_area"] == "ghetto_area"


def test_a_second_extract_of_a_day_corrects_the_first(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    noon, evening = SATURDAY.replace(hour=11), SATURDAY.replace(hour=18)
    cases = CASES.replace("2011-05-01,child,no", "2011-05-01,child,yes")
    done(database, write(tmp_path, noon, cases=cases), noon)
    done(database, write(tmp_path, evening), evening)
    assert record(database, "S-2", "S-2").facts["abroad"] is False


def test_a_moved_case_belongs_to_its_new_caseworker_from_that_day(
    database: Engine, tmp_path: Path
) -> None:
    done(database, write(tmp_path))
    done(database, write(tmp_path, SATURDAY, cases=CASES.replace("S-2,anna", "S-2,bo")), SATURDAY)
    with reading(database) as connection:
        caseworkers = {one.ref: one for one in load_caseworkers(connection, vocabulary())}
    began = {one.ref: one.began for one in caseworkers["bo"].records[1:]}
    assert began == {
        "S-2": date(2026, 11, 21),
        "S-3": date(2026, 3, 5),
        "S-4": date(2026, 4, 5),
    }
    assert caseworkers["bo"].records[0].kind == "caseworker"


def test_a_team_has_the_cases_of_its_caseworkers(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    with reading(database) as connection:
        (team,) = load_teams(connection, vocabulary())
    assert team.ref == "Nord"
    assert [one.ref for one in team.records[1:]] == ["S-1", "S-2", "S-3", "S-4"]
    assert team.records[1].facts["status"] == "open"


def test_a_case_that_is_not_there_is_missing_and_never_closed(
    database: Engine, tmp_path: Path
) -> None:
    cases = CASES + "S-6,bo,Nord,2026-01-05,,2015-05-01,child,no,open\n"
    done(database, write(tmp_path, cases=cases))
    result = done(database, write(tmp_path, SATURDAY), SATURDAY)
    assert result.counts["cases"].gone == 1
    assert case(database, "S-6").case.records[0].ended is None
    assert column(database, CASE, "missing_since_on")[5] == date(2026, 11, 21)
    back = done(database, write(tmp_path, SUNDAY, cases=cases), SUNDAY)
    assert back.counts["cases"].gone == 0
    assert column(database, CASE, "missing_since_on")[5] is None


def test_a_closed_case_that_leaves_the_extract_is_no_news(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    without = "".join(line for line in CASES.splitlines(True) if not line.startswith("S-5"))
    result = done(database, write(tmp_path, SATURDAY, cases=without), SATURDAY)
    assert result.counts["cases"].gone == 0


def test_a_record_and_event_that_were_taken_back_go(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    changed = {
        "placements": PLACEMENTS.replace("P-2,S-2,2026-04-01,2026-10-01", "P-3,S-2,2026-04-01,"),
        "events": "".join(line for line in EVENTS.splitlines(True) if "P-2" not in line),
    }
    result = done(database, write(tmp_path, SATURDAY, **changed), SATURDAY)
    assert (result.counts["placements"].new, result.counts["placements"].gone) == (1, 1)
    assert result.counts["events"].gone == 1
    assert [one.ref for one in case(database, "S-2").case.records] == ["S-2", "S-2/child", "P-3"]


def test_the_number_of_an_event_never_changes(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    events = EVENTS + "S-1,,handover_meeting,2026-01-20,,,,,,\n"
    done(database, write(tmp_path, SATURDAY, events=events), SATURDAY)
    numbers = {one.kind: one.number for one in record(database, "S-1", "S-1").events}
    assert numbers == {"handover_meeting": 3, "network_meeting": 1}


def test_an_event_told_twice_in_the_same_words_counts_once(
    database: Engine, tmp_path: Path
) -> None:
    twice = EVENTS + "S-1,,network_meeting,2026-02-10,child|parents,,,,,\n"
    result = done(database, write(tmp_path, events=twice))
    assert len(record(database, "S-1", "S-1").events) == 1
    assert any("count once" in notice for notice in result.notices)


def test_a_record_may_move_to_another_case(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    moved = {
        "placements": PLACEMENTS.replace("P-2,S-2", "P-2,S-3"),
        "events": EVENTS.replace("S-2,P-2", "S-3,P-2"),
    }
    done(database, write(tmp_path, SATURDAY, **moved), SATURDAY)
    assert [one.ref for one in case(database, "S-2").case.records] == ["S-2", "S-2/child"]
    assert len(record(database, "S-3", "P-2").events) == 1


def test_a_person_who_is_not_named_any_more_has_left(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    people = (tmp_path / "people.csv").read_text()
    without = "".join(line for line in people.splitlines(True) if not line.startswith("bo,"))
    changed = {"people": without, "absences": "person,from,to,substitute\n"}
    result = done(database, write(tmp_path, SATURDAY, **changed), SATURDAY)
    with reading(database) as connection:
        staff = load_staff(connection)
    bo = staff.person("bo")
    assert bo is not None
    assert not bo.active
    assert staff.absent_on("anna", date(2026, 11, 23)) is None
    assert result.counts["cases"].rejected == 0


def test_cases_are_read_in_portions_of_any_kind(database: Engine, tmp_path: Path) -> None:
    done(database, write(tmp_path))
    with writing(database) as connection:
        mark_all_for_a_look(connection, SUNDAY)
        set_next_look(connection, {"S-2": FRIDAY, "S-4": SATURDAY, "S-5": None})
    with reading(database) as connection:
        words = vocabulary()
        due = [one.case.ref for one in load_cases(connection, words, due_by=SATURDAY)]
        slice_ = [one.case.ref for one in load_cases(connection, words, slice_=("S-2", "S-4"))]
        chosen = [one.case.ref for one in load_cases(connection, words, refs=["S-5", "S-1", "?"])]
        every = [one.case for one in load_cases(connection, words)]
        sliced = [one.case for one in load_cases(connection, words, slice_=("", ""))]
    assert due == ["S-2", "S-4"]
    assert slice_ == ["S-2", "S-3"]
    assert chosen == ["S-1", "S-5"]
    assert [one.ref for one in every] == ["S-1", "S-2", "S-3", "S-4", "S-5"]
    assert every == sliced
