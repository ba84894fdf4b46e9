"""The invented municipality: it lives on, it is varied, and nobody takes it for a real one."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from flows.mistakes import UserMistake
from flows.sample.municipality import all_lives, write_sample
from flows.sample.staff import SampleStaff
from flows.sample.story import CaseStory
from rules.dates import Duration, Unit, add, add_months, birthday, is_late, shift_days
from rules.load_vocabulary import load_vocabulary
from rules.vocabulary import Vocabulary

SHIPPED = Path(__file__).parents[2] / "rules" / "standards" / "vocabulary.yaml"
AUTUMN = date(2026, 11, 2)
A_MONTH_LATER = date(2026, 12, 2)

Rows = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    loaded = load_vocabulary("vocabulary.yaml", SHIPPED.read_bytes())
    assert loaded.vocabulary is not None
    return loaded.vocabulary


@pytest.fixture
def municipality(tmp_path: Path, vocabulary: Vocabulary) -> Callable[..., Rows]:
    """A function that writes a sample and reads it back, a list of rows per file."""

    def written(at: date | datetime, *, cases: int = 200, seed: int = 7) -> Rows:
        folder = tmp_path / f"{cases}-{seed}-{at}"
        write_sample(folder, cases=cases, seed=seed, at=at, vocabulary=vocabulary)
        return {file.name: read(file) for file in folder.iterdir()}

    return written


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


@pytest.fixture(scope="module")
def lives() -> list[CaseStory]:
    return all_lives(1, 1500, date(2027, 1, 1))


def open_on(stories: list[CaseStory], day: date) -> list[CaseStory]:
    return [story for story in stories if story.began <= day <= story.ended]


def test_the_same_seed_gives_the_same_municipality(municipality: Callable[..., Rows]) -> None:
    assert municipality(AUTUMN) == municipality(AUTUMN)


def test_another_seed_gives_another_municipality(municipality: Callable[..., Rows]) -> None:
    assert municipality(AUTUMN)["events.csv"] != municipality(AUTUMN, seed=8)["events.csv"]


def test_a_month_later_everything_is_still_there(municipality: Callable[..., Rows]) -> None:
    before, after = municipality(AUTUMN), municipality(A_MONTH_LATER)
    for name in ("events.csv", "history.csv"):
        kept = {tuple(row.items()) for row in after[name]}
        assert all(tuple(row.items()) in kept for row in before[name]), name
        assert len(after[name]) > len(before[name])
    for name in before.keys() - {"people.csv", "absences.csv", "extract.csv", "history.csv"}:
        key = "case" if name == "cases.csv" else "ref"
        later = {row[key]: row for row in after[name]}
        for row in before[name]:
            if name != "events.csv":
                assert later[row[key]]["began"] == row["began"]
                assert row["ended"] in {"", later[row[key]]["ended"]}


def test_some_cases_end_and_others_take_their_place(municipality: Callable[..., Rows]) -> None:
    before = {row["case"] for row in municipality(AUTUMN)["cases.csv"] if not row["ended"]}
    after = {row["case"] for row in municipality(A_MONTH_LATER)["cases.csv"] if not row["ended"]}
    assert before - after
    assert after - before
    assert len(before & after) > 150


@pytest.mark.parametrize("day", [date(2025, 7, 1), date(2025, 12, 24), AUTUMN, date(2031, 6, 5)])
def test_about_as_many_cases_are_open_as_were_asked_for(
    municipality: Callable[..., Rows], day: date
) -> None:
    rows = municipality(day)["cases.csv"]
    assert 188 <= sum(not row["ended"] for row in rows) <= 200


def test_nothing_in_it_lies_in_the_future(municipality: Callable[..., Rows]) -> None:
    for name, rows in municipality(AUTUMN).items():
        days = ("began", "ended") if name != "absences.csv" else ()
        for row in rows:
            for column in (*days, "at", "taken"):
                assert row.get(column, "")[:10] < "2026-11-03", (name, row)
            if name == "events.csv":
                assert row["at"] < "2026-11-02T05:00", row


def test_an_hour_later_the_report_of_that_hour_is_in_it(municipality: Callable[..., Rows]) -> None:
    noon = datetime.fromisoformat("2026-11-02T12:00+01:00")
    evening = datetime.fromisoformat("2026-11-02T16:00+01:00")
    earlier, later = municipality(noon, cases=900), municipality(evening, cases=900)
    new = {row["ref"] for row in later["reports.csv"]}
    new -= {row["ref"] for row in earlier["reports.csv"]}
    assert new
    came_in = [row["began"] for row in later["reports.csv"] if row["ref"] in new]
    assert all("2026-11-02T12:00" < moment <= "2026-11-02T16:00" for moment in came_in)


def test_everything_fits_together(municipality: Callable[..., Rows]) -> None:
    rows = municipality(AUTUMN)
    people = {row["person"] for row in rows["people.csv"]}
    cases = {row["case"]: row for row in rows["cases.csv"]}
    records: dict[str, dict[str, str]] = {}
    for name, lines in rows.items():
        for row in lines if lines and "began" in lines[0] else ():
            key = row["case"] if name == "cases.csv" else row["ref"]
            assert key not in records, f"{key} stands twice"
            records[key] = row
            assert row["case"] in cases
            assert not row["ended"] or row["began"][:10] <= row["ended"], row
            assert cases[row["case"]]["began"] <= row["began"], row
    for event in rows["events.csv"]:
        record = records[event["ref"] or event["case"]]
        assert record["case"] == event["case"]
        assert record["began"][:10] <= event["at"][:10], event
    for change in rows["history.csv"]:
        assert records[change["ref"]]["began"][:10] <= change["from"], change
    for absence in rows["absences.csv"]:
        assert {absence["person"], absence["substitute"] or absence["person"]} <= people
        assert not absence["to"] or absence["from"] <= absence["to"]
    assert {row["caseworker"] for row in rows["cases.csv"]} <= people
    assert {row["leader"] for row in rows["people.csv"]} <= people | {""}


def test_everybody_and_everything_is_plainly_invented(municipality: Callable[..., Rows]) -> None:
    rows = municipality(AUTUMN)
    assert rows["extract.csv"][0]["note"] == "OPDIGTEDE DATA - INVENTED DATA"
    assert all(row["email"].endswith("@kommune.example") for row in rows["people.csv"])
    assert all(row["email"].isascii() for row in rows["people.csv"])
    references = [row["case"] for row in rows["cases.csv"]]
    assert all(re.fullmatch(r"DEMO-20\d\d-\d{4,}", reference) for reference in references)
    texts = [value for lines in rows.values() for row in lines for value in row.values()]
    assert not any(re.search(r"\b\d{6}-?\d{4}\b", text) for text in texts), "looks like a CPR no."


def test_it_is_as_late_as_the_published_figures_say(lives: list[CaseStory]) -> None:
    done: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for story in lives:
        for what, at, due in _measured(story):
            done[what] += 1
            late[what] += is_late(at, due)
    share = {what: late[what] / done[what] for what in done}
    assert 0.05 <= share["report"] <= 0.10
    assert 0.40 <= share["assessment"] <= 0.60
    assert 0.25 <= share["first follow-up"] <= 0.50
    assert 0.50 < share["aftercare"] <= 0.80


def _measured(story: CaseStory) -> list[tuple[str, date | datetime, date | datetime]]:
    """What was done in a case that a published figure measures: what, when, and when due."""
    records = {record.ref: record for record in story.records}
    found: list[tuple[str, date | datetime, date | datetime]] = []
    follow_ups: defaultdict[str, list[date]] = defaultdict(list)
    for event in story.events:
        record = records.get(event.ref)
        if event.kind == "report_assessed" and record is not None:
            began = datetime.fromisoformat(f"{record.began}+00:00")
            at = datetime.fromisoformat(f"{event.at}+00:00")
            found.append(("report", at, add(began, Duration(24, Unit.HOURS))))
        elif event.kind == "aftercare_decided":
            half_a_year_before = add_months(birthday(story.born, 18), -6)
            found.append(("aftercare", date.fromisoformat(event.at), half_a_year_before))
        elif record is None:
            continue
        elif event.kind == "assessment_completed" and record.facts.get("kind"):
            if record.facts["kind"][0].value == "full_assessment":
                due_on = add_months(date.fromisoformat(record.began), 4)
                found.append(("assessment", date.fromisoformat(event.at), due_on))
        elif event.kind == "plan_follow_up" and record.kind == "measure":
            follow_ups[record.ref].append(date.fromisoformat(event.at))
    for ref, days in follow_ups.items():
        three_months = add_months(date.fromisoformat(records[ref].began), 3)
        found.append(("first follow-up", min(days), three_months))
    return found


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_what_the_rules_ask_about(lives: list[CaseStory], month: int) -> None:
    day = date(2026, month, 12)
    stories = open_on(lives, day)
    past = [
        (event, story)
        for story in stories
        for event in story.events
        if event.at[:10] <= day.isoformat()
    ]
    kinds = {event.kind for event, _ in past}
    assert {"waiver", "extension", "network_meeting", "supervision_visit"} <= kinds
    assert {"plan_follow_up", "aftercare_decided", "receipt_sent"} <= kinds
    alone = [event for event, _ in past if event.fields.get("participants", "child")[:5] != "child"]
    assert alone, "no meeting without the young person"
    assert any(
        story.facts["abroad"][-1].value == "no" and len(story.facts["abroad"]) == 3
        for story in stories
    )
    decisions = [r for story in stories for r in story.records if r.kind == "decision"]
    assert any(not {"plan_b", "step_down_plan"} <= r.contents.keys() for r in decisions)
    assert any(max(r.contents.values()) > date.fromisoformat(r.began) for r in decisions)
    placed = [story for story in stories if any(r.kind == "placement" for r in story.records)]
    at_home = [story for story in placed if any(r.kind == "measure" for r in story.records)]
    assert 0 < len(at_home) < len(placed)


def test_reports_come_on_weekends_and_in_the_evening(lives: list[CaseStory]) -> None:
    reports = [r for story in lives for r in story.records if r.kind == "report"]
    moments = [datetime.fromisoformat(f"{report.began}+00:00") for report in reports]
    assert any(moment.weekday() == 6 for moment in moments)
    assert any(moment.hour >= 20 for moment in moments)


@pytest.mark.parametrize("month", range(1, 13))
def test_someone_has_left_someone_is_away_and_someone_has_too_many_cases(
    lives: list[CaseStory], month: int
) -> None:
    day = date(2026, month, 10)
    staff = SampleStaff(1500, 1)
    away = [
        absence
        for absence in staff.absences(day)
        if absence.first <= day and (absence.to is None or day <= absence.to)
    ]
    assert any(absence.to is None and not absence.substitute for absence in away), "nobody left"
    load = Counter(staff.caseworker(story.slot, day) for story in open_on(lives, day))
    assert max(load.values()) > 20
    assert sorted(load.values())[len(load) // 2] <= 20


def test_a_leavers_cases_pass_to_the_successor_one_by_one() -> None:
    staff = SampleStaff(400, 7)
    owners = [
        {staff.caseworker(slot, shift_days(AUTUMN, days)) for slot in range(17)}
        for days in range(700)
    ]
    assert any(len(there) == 2 for there in owners)
    assert owners[0] != owners[-1]


def test_those_away_in_the_summer_have_a_colleague_as_substitute() -> None:
    staff = SampleStaff(400, 7)
    summer = [absence for absence in staff.absences(date(2026, 7, 20)) if absence.substitute]
    assert len(summer) > 10
    assert all(absence.substitute != absence.person for absence in summer)


def test_a_vocabulary_without_a_word_gets_a_sample_without_it(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    records = {name: kind for name, kind in vocabulary.records.items() if name != "proposal"}
    events = {n: kind for n, kind in vocabulary.events.items() if n != "receipt_sent"}
    smaller = replace(vocabulary, records=records, events=events)
    write_sample(tmp_path / "x", cases=50, seed=1, at=AUTUMN, vocabulary=smaller)
    assert not (tmp_path / "x" / "proposals.csv").exists()
    kinds = {row["event"] for row in read(tmp_path / "x" / "events.csv")}
    assert "receipt_sent" not in kinds
    assert "report_assessed" in kinds


def test_one_case_is_a_municipality_too(municipality: Callable[..., Rows]) -> None:
    assert len([r for r in municipality(AUTUMN, cases=1)["cases.csv"] if not r["ended"]]) <= 1


def test_a_sample_may_be_written_over_an_earlier_one(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    for at in (AUTUMN, A_MONTH_LATER):
        write_sample(tmp_path / "x", cases=5, seed=1, at=at, vocabulary=vocabulary)
    taken = read(tmp_path / "x" / "extract.csv")[0]["taken"]
    assert taken == "2026-12-02T05:00+01:00"


def test_a_folder_with_anything_else_is_left_alone(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (tmp_path / "cases.csv").write_text("case\n4711\n", encoding="utf-8")
    with pytest.raises(UserMistake) as refused:
        write_sample(tmp_path, cases=5, seed=1, at=AUTUMN, vocabulary=vocabulary)
    assert "Vælg en tom mappe" in refused.value.message("da")
    assert (tmp_path / "cases.csv").read_text(encoding="utf-8") == "case\n4711\n"


@pytest.mark.parametrize(
    ("cases", "at", "said"),
    [
        (0, AUTUMN, "must be at least 1, not 0"),
        (5, date(2025, 6, 30), "begins on 2025-07-01"),
    ],
)
def test_what_cannot_be_written_is_said(
    tmp_path: Path, vocabulary: Vocabulary, cases: int, at: date, said: str
) -> None:
    with pytest.raises(UserMistake, match=said):
        write_sample(tmp_path, cases=cases, seed=1, at=at, vocabulary=vocabulary)


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (tmp_path / "note").write_text("not a folder", encoding="utf-8")
    with pytest.raises(UserMistake) as refused:
        write_sample(tmp_path / "note" / "x", cases=3, seed=1, at=AUTUMN, vocabulary=vocabulary)
    assert "Der kan ikke skrives i mappen" in refused.value.message("da")
    assert str(tmp_path / "note") in refused.value.message("en")
