"""The shipped standards in use: listed, silent where nothing is told, and open to local change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rules.book import Binding, Book, Rule
from rules.case import Case, Event, History, Record
from rules.dates import last_minute_of
from rules.deadline import Deadline, Status
from rules.evaluate import evaluate, evaluate_rule
from rules.load import load_book
from rules.trial import run_tests

ROOT = Path(__file__).parents[2]
SHIPPED = {path.name: path.read_bytes() for path in (ROOT / "rules/standards").glob("*.yaml")}
EXAMPLE = {
    path.name: path.read_bytes() for path in (ROOT / "docs/examples/municipality").glob("*.yaml")
}
FIVE_AREAS = {"early_effort", "involvement", "family_network", "follow_up", "over_15"}
LISTED = re.compile(r"\| .+? \| .+? \| `(?P<rule>[a-z0-9-]+)` \| (?P<file>\S+) \| (?P<wakes>.*) \|")
BEGAN = date(2024, 2, 1)


def book_of(files: dict[str, bytes]) -> Book:
    """The rule book of some files, which must be without a single remark."""
    loaded = load_book(files)
    assert loaded.problems == ()
    assert loaded.book is not None
    return loaded.book


BOOK = book_of(SHIPPED)
RULES = list(BOOK.rules.values())
LIST = {
    found["rule"]: found
    for line in (ROOT / "docs/standards.md").read_text("utf-8").splitlines()
    if (found := LISTED.fullmatch(line))
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_is_listed_with_its_file(rule: Rule) -> None:
    assert LIST[rule.name]["file"] == rule.place.file


def test_nothing_is_listed_that_is_not_shipped() -> None:
    assert set(LIST) == set(BOOK.rules)


def test_every_rule_belongs_to_an_area_and_the_five_mandatory_areas_have_rules() -> None:
    areas = {rule.area for rule in RULES}
    assert areas == FIVE_AREAS | {"capacity"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_local_number_is_said_first_and_is_never_called_law(rule: Rule) -> None:
    if "lokalt tal" in rule.about.lower():
        assert rule.about.startswith("Lokalt tal:")
        assert rule.binding is not Binding.LAW


def test_the_number_of_a_standard_is_in_its_source_or_is_called_local() -> None:
    local = {rule.name for rule in RULES if rule.about.startswith("Lokalt tal:")}
    counted = {
        rule.name
        for rule in RULES
        if rule.binding is not Binding.LAW and rule.terms.due and re.search(r"\d", due_text(rule))
    }
    # the sources say 8 weeks, a year, half a year, six months and eighteen years themselves
    assert counted - local == {
        "network-meeting",
        "residential-one-year",
        "emergency-half-year",
        "intensive-support-begun",
        "aftercare-offered-to-all",
    }


def due_text(rule: Rule) -> str:
    """When a rule is due, in the words of its file, and how often it comes again."""
    due, then = rule.terms.due, rule.terms.then
    return f"{due.text if due else ''} {then.text if then else ''}"


def ordinary_records() -> Iterator[Record]:
    """What any case system tells: that there is a report, an assessment, a measure, a placement."""
    facts: dict[str, dict[str, object]] = {
        "report": {"source": "professional"},
        "assessment": {"kind": "full_assessment"},
        "measure": {"kind": "family_treatment"},
        "placement": {"kind": "foster_family", "with_consent": True, "emergency": False},
    }
    yield Record("case", "case", BEGAN, None, {"status": "open", "open_placements": 1}, {}, ())
    yield Record("child", "child", BEGAN, None, {}, {}, ())
    for kind, known in facts.items():
        yield Record(kind, kind, BEGAN, None, known, {}, ())  # type: ignore[arg-type]


def ordinary_case(born: date) -> list[Deadline]:
    """What is owed in an ordinary case after two and a half years in which nothing was done."""
    case = Case("case", tuple(ordinary_records()), born)
    return evaluate(case, BOOK, last_minute_of(date(2026, 11, 21)))


@pytest.mark.parametrize("born", [date(2019, 5, 1), date(2010, 5, 1), date(2009, 5, 1)])
def test_nobody_is_reminded_of_what_the_case_system_does_not_tell(born: date) -> None:
    told = {d.rule for d in ordinary_case(born) if d.status is not Status.NOT_APPLICABLE}
    assert told <= {name for name, found in LIST.items() if not found["wakes"]}
    assert {"report-assessed-24-hours", "plan-follow-up", "supervision-visits"} <= told


@pytest.mark.parametrize("born", [date(2019, 5, 1), date(2010, 5, 1)])
def test_nobody_is_asked_for_a_fact_that_the_case_system_may_leave_out(born: date) -> None:
    assert {name for deadline in ordinary_case(born) for name in deadline.missing} == set()


EXAMPLE_BOOK = book_of(SHIPPED | EXAMPLE)


def test_the_example_municipality_loads_on_top_of_the_shipped_files_and_its_tests_hold() -> None:
    trial = run_tests(EXAMPLE_BOOK)
    assert trial.failures == ()
    assert set(EXAMPLE_BOOK.rules) - set(BOOK.rules) == {"exploration-completed"}


@pytest.mark.parametrize(
    ("group", "followed_up_on", "due"),
    [
        ("youth", date(2026, 12, 31), date(2027, 6, 30)),
        ("youth", date(2027, 1, 1), date(2027, 4, 1)),
        ("child", date(2027, 1, 1), date(2027, 7, 1)),
    ],
)
def test_the_example_municipality_follows_up_on_young_people_more_often_from_2027(
    group: str, followed_up_on: date, due: date
) -> None:
    event = Event("plan_follow_up", followed_up_on, {}, 1)
    case = Record("case", "case", BEGAN, None, {"target_group": group}, {}, ())
    measure = Record("measure", "measure", date(2026, 10, 1), None, {}, {}, (event,))
    rule = EXAMPLE_BOOK.rules["plan-follow-up-half-yearly"]
    at = last_minute_of(followed_up_on)
    whole = Case("case", (case, measure))
    assert evaluate_rule(whole, "measure", rule, EXAMPLE_BOOK, at)[-1].due == due


@pytest.mark.parametrize(
    ("area", "cases", "status"),
    [
        ("ghetto_area", 15, Status.MET),
        ("ghetto_area", 16, Status.OVERDUE),
        ("none", 20, Status.MET),
        ("none", 21, Status.OVERDUE),
    ],
)
def test_the_example_municipality_allows_fewer_cases_where_the_work_is_hardest(
    area: str, cases: int, status: Status
) -> None:
    began = date(2027, 1, 4)
    caseworker = Record("caseworker", "sb", began, None, {"pilot_area": area}, {}, ())
    whole = Case("sb", (caseworker,), None, {"case": History((began,), (cases,))})
    rule = EXAMPLE_BOOK.rules["caseload"]
    at = last_minute_of(date(2027, 2, 1))
    assert evaluate_rule(whole, "sb", rule, EXAMPLE_BOOK, at)[-1].status is status


def test_the_example_municipality_cannot_loosen_the_law() -> None:
    looser = EXAMPLE["90-eksempel-kommune.yaml"].replace(b"due: 5 working", b"due: 7 working")
    loaded = load_book(SHIPPED | {"90-eksempel-kommune.yaml": looser})
    assert [problem.code for problem in loaded.problems] == ["L02"]
