"""`rules examples`: the timeline of an invented case, and the test it makes."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from rules.book import Rule
from rules.dates import first_monday_of_next_year
from rules.deadline import Status
from rules.load import load_book
from rules.spoken_dates import plain_moment
from rules.timeline import NoExample, Row, as_test, timeline_of
from rules.trial import compare
from tests.unit.rule_file_samples import NETWORK_MEETING, STANDARDS, load_texts

FILES = {path.name: path.read_bytes() for path in STANDARDS.glob("*.yaml")}
BOOK = load_book(FILES).book
assert BOOK is not None
RULES = list(BOOK.rules.values())
START = first_monday_of_next_year(date(2026, 11, 21))


def shown(row: Row) -> tuple[str, str, str, str]:
    """A row as the page of the rule language shows it."""
    due = "" if row.due is None else plain_moment(row.due)
    return plain_moment(row.at), row.status, due, "; ".join(step.step for step in row.mails)


def test_the_timeline_of_the_network_meeting_is_the_one_in_the_rule_language() -> None:
    assert BOOK is not None
    timeline = timeline_of(BOOK.rules["network-meeting"], BOOK, START)
    assert [shown(row) for row in timeline.rows] == [
        ("2027-01-04", "upcoming", "2027-03-01", ""),
        ("2027-02-15", "due soon", "2027-03-01", "14 days before"),
        ("2027-02-26", "upcoming", "2027-04-23", ""),
        ("2027-04-09", "due soon", "2027-04-23", "14 days before"),
        ("2027-04-20", "due soon", "2027-04-23", "3 days before"),
        ("2027-04-23", "due", "2027-04-23", "on the day"),
        ("2027-04-24", "overdue", "2027-04-23", ""),
        ("2027-04-26", "overdue", "2027-04-23", "1 day after"),
        ("2027-04-30", "overdue", "2027-04-23", "every 1 week from 1 week after"),
        ("2027-05-07", "overdue", "2027-04-23", "every 1 week from 1 week after"),
        ("2027-05-14", "overdue", "2027-04-23", "every 1 week from 1 week after"),
        ("2027-05-21", "overdue", "2027-04-23", "4 weeks after; every 1 week from 1 week after"),
    ]
    assert timeline.goes_on


def test_hours_are_shown_to_the_minute() -> None:
    assert BOOK is not None
    rows = timeline_of(BOOK.rules["report-assessed-24-hours"], BOOK, START).rows
    assert all(isinstance(row.at, datetime) for row in rows)
    assert [shown(row)[0] for row in rows if row.status is Status.OVERDUE] == [
        "2027-01-05 09:16",
        "2027-01-05 10:15",
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_standards_example_reaches_overdue_or_a_first_deadline(rule: Rule) -> None:
    assert BOOK is not None
    rows = timeline_of(rule, BOOK, START).rows
    assert any(row.due is not None for row in rows)
    assert Status.OVERDUE in {row.status for row in rows}


@pytest.mark.parametrize("file", sorted({rule.place.file for rule in RULES}))
def test_every_standards_example_pasted_as_a_test_holds(file: str) -> None:
    assert BOOK is not None
    rules = [rule for rule in RULES if rule.place.file == file]
    text = FILES[file].decode()
    for rule in reversed(rules):
        text = pasted(text, rule, as_test(timeline_of(rule, BOOK, START), BOOK, "pasted"))
    loaded = load_book({**FILES, file: text.encode()})
    assert loaded.book is not None, loaded.problems
    for rule in rules:
        read = loaded.book.rules[rule.name]
        first = read.tests[0]
        assert first.name == "pasted"
        for expected in first.expectations:
            assert compare(loaded.book, read, first, expected) == ((), ())


def pasted(text: str, rule: Rule, test: str) -> str:
    """The rule's file with a test put first below `tests:`."""
    lines = text.splitlines(keepends=True)
    at = next(
        number for number in range(rule.place.line, len(lines)) if lines[number] == "    tests:\n"
    )
    return "".join([*lines[: at + 1], test, *lines[at + 1 :]])


CONDITIONS = [
    "{child.age: 16 to 17}",
    "{open_measures: over 2, target_group: [disability, youth]}",
    "{eighteen: before 2020-01-01, abroad: no}",
    "[{status: open, pilot_area: none}, {abroad: yes}]",
    "{school_absence_percent: present, receives_aftercare: missing}",
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_an_example_is_invented_for_every_form_of_condition(condition: str) -> None:
    text = NETWORK_MEETING.replace("when: {target_group: youth}", f"when: {condition}")
    book = load_texts(local=text.partition("    changes:")[0]).book
    assert book is not None
    assert timeline_of(book.rules["network-meeting"], book, START).rows[0].due is not None


def test_what_excepts_a_case_is_avoided() -> None:
    other = (
        "when: {target_group: [youth, child]}\n    unless: {target_group: youth, abroad: missing}"
    )
    text = NETWORK_MEETING.replace("when: {target_group: youth}", other)
    book = load_texts(local=text.partition("    changes:")[0]).book
    assert book is not None
    facts = timeline_of(book.rules["network-meeting"], book, START).example.facts["case"]
    assert facts["target_group"] == "child"


def test_a_rule_that_is_over_by_then_has_no_example() -> None:
    text = NETWORK_MEETING.partition("    changes:")[0]
    book = load_texts(local=f"{text}    until: 2026-12-31\n").book
    assert book is not None
    with pytest.raises(NoExample):
        timeline_of(book.rules["network-meeting"], book, START)
