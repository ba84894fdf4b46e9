"""The table of dated cases: every construct of the language, tried on days worked out by hand.

The cases themselves are in `dated_cases/`, as rule files with their tests, so that somebody who
knows the law and not the program can read them. What a rule file cannot say is asked here: the
rounds that are over, exact seconds, missing facts by name, and a law changed behind the checker.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rules.book import Book, Phrase, Rule, RuleTest
from rules.case import Case, Event, History, Record
from rules.dates import Duration, Moment, Unit, last_minute_of
from rules.deadline import Deadline, Status
from rules.evaluate import evaluate_rule
from rules.load import load_book
from rules.trial import compare

FOLDER = Path(__file__).parent / "dated_cases"
SHIPPED = Path(__file__).parents[2] / "rules" / "standards"
LOADED = load_book(
    {path.name: path.read_bytes() for path in FOLDER.glob("*.yaml")},
    {path.name: path.read_bytes() for path in SHIPPED.glob("*.yaml")},
)
assert LOADED.book is not None, LOADED.problems
BOOK: Book = LOADED.book
CASES = [(rule, test) for rule in BOOK.rules.values() for test in rule.tests]


@pytest.mark.parametrize(
    ("rule", "case"), CASES, ids=[f"{rule.name}: {case.name}" for rule, case in CASES]
)
def test_a_dated_case_comes_out_as_the_table_says(rule: Rule, case: RuleTest) -> None:
    for expectation in case.expectations:
        expected, got = compare(BOOK, rule, case, expectation)
        assert got == expected, expectation.text


def test_every_form_of_obligation_is_in_the_table() -> None:
    forms = {rule.must.form for rule, _ in CASES}
    assert forms == {"happen", "ended", "contain", "have", "not_exceed"}


def test_every_status_is_in_the_table() -> None:
    expected = {expectation.status for _, case in CASES for expectation in case.expectations}
    assert expected >= set(Status)


def test_every_unit_and_every_anchor_is_in_the_table() -> None:
    phrases = [
        phrase
        for rule in BOOK.rules.values()
        for phrase in (*(rule.terms.due.phrases if rule.terms.due else ()), rule.terms.then)
        if phrase is not None
    ]
    units = {phrase.amount.unit for phrase in phrases if isinstance(phrase.amount, Duration)}
    assert units == set(Unit)
    anchors = {phrase.anchor.kind for phrase in phrases}
    assert anchors == {"start", "began", "ended", "done", "due", "age", "event", "fact"}


def case_of(kind: str, began: Moment, /, *events: Event, **facts: object) -> Case:
    """An invented case with one record of a kind, on which the events happened."""
    record = Record(kind, kind, began, None, facts, {}, events)  # type: ignore[arg-type]
    case = Record("case", "case", began, None, {}, {}, ())
    return Case("case", (record,) if kind == "case" else (case, record))


def held(kind: str, *days: str) -> tuple[Event, ...]:
    return tuple(Event(kind, date.fromisoformat(day), {}, n) for n, day in enumerate(days, 1))


def asked(name: str, case: Case, at: str, kind: str = "case") -> list[Deadline]:
    day = last_minute_of(date.fromisoformat(at))
    return evaluate_rule(case, kind, BOOK.rules[name], BOOK, day)


def test_grid_points_that_passed_entirely_are_kept_as_missed() -> None:
    case = case_of("case", date(2025, 8, 31), *held("management_review", "2027-04-10"))
    rounds = asked("fixed-grid", case, "2027-05-01")
    assert [(r.round, str(r.due), r.status, r.closed) for r in rounds] == [
        (1, "2026-02-28", Status.MET_LATE, True),
        (2, "2026-08-31", Status.MISSED, True),
        (3, "2027-02-28", Status.MISSED, True),
        (4, "2027-08-31", Status.UPCOMING, False),
    ]


def test_the_breach_of_an_earlier_stay_remains_when_a_new_one_begins() -> None:
    kind = History(
        (date(2026, 1, 5), date(2026, 3, 2), date(2026, 6, 1)),
        ("residential_institution", "foster_family", "residential_institution"),
    )
    case = case_of("placement", date(2026, 1, 5), kind=kind)
    rounds = asked("comes-back", case, "2026-06-02", "placement")
    assert [(str(r.interval), str(r.due), r.status, r.closed) for r in rounds] == [
        ("2026-01-05", "2026-01-19", Status.MISSED, True),
        ("2026-06-01", "2026-06-15", Status.DUE_SOON, False),
    ]


def test_a_year_that_lacked_its_number_is_kept_as_missed() -> None:
    case = case_of("case", date(2024, 3, 1), *held("aftercare_review", "2025-04-01", "2025-05-01"))
    rounds = asked("two-a-calendar-year", case, "2027-02-01")
    assert [(r.round, str(r.due), r.status) for r in rounds] == [
        (1, "2024-12-31", Status.MISSED),
        (2, "2025-12-31", Status.MET),
        (3, "2026-12-31", Status.MISSED),
        (4, "2027-12-31", Status.UPCOMING),
    ]


def test_closed_rounds_do_not_change_when_the_rule_changes_for_running_rounds() -> None:
    # F15, and mistake 3 of the rule language: history rewritten
    events = held("child_briefed", "2026-04-20", "2026-05-15")
    case = case_of("measure", date(2026, 4, 1), *events)
    before = asked("changed-for-running-rounds", case, "2026-05-31", "measure")
    after = asked("changed-for-running-rounds", case, "2026-06-01", "measure")
    assert before[:-1] == after[:-1]
    assert [r.status for r in after] == [Status.MET, Status.MET, Status.OVERDUE]
    assert (before[-1].due, after[-1].due) == (date(2026, 6, 12), date(2026, 5, 29))


@pytest.mark.parametrize(
    ("seconds", "status"), [(-1, Status.DUE), (0, Status.DUE), (1, Status.OVERDUE)]
)
def test_an_hour_deadline_is_late_from_the_next_second(seconds: int, status: Status) -> None:
    began = datetime(2026, 6, 8, 6, 0, 30, tzinfo=UTC)
    due = began + timedelta(hours=36)
    case = case_of("concern", began)
    at = due + timedelta(seconds=seconds)
    assert evaluate_rule(case, "concern", BOOK.rules["hours"], BOOK, at)[-1].status is status


@pytest.mark.parametrize(("seconds", "status"), [(0, Status.MET), (1, Status.MET_LATE)])
def test_done_exactly_at_an_hour_deadline_is_in_time(seconds: int, status: Status) -> None:
    began = datetime(2026, 6, 8, 6, 0, 30, tzinfo=UTC)
    done = began + timedelta(hours=36, seconds=seconds)
    case = case_of("concern", began, Event("contact_made", done, {}, 1))
    found = evaluate_rule(case, "concern", BOOK.rules["hours"], BOOK, done)[-1]
    assert (found.status, found.done) == (status, done)


def test_a_date_deadline_is_late_from_the_second_after_midnight_in_denmark() -> None:
    case = case_of("concern", date(2026, 11, 20))
    rule = BOOK.rules["days"]
    midnight = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
    before = evaluate_rule(case, "concern", rule, BOOK, midnight - timedelta(seconds=1))[-1]
    assert (before.status, before.next_change_at) == (Status.DUE, midnight)
    assert evaluate_rule(case, "concern", rule, BOOK, midnight)[-1].status is Status.OVERDUE


@pytest.mark.parametrize(
    ("rule", "kind", "missing"),
    [
        ("on-a-date", "case", ("case.eighteen",)),
        ("on-a-birthday", "case", ("child.born",)),
        ("after-an-event", "measure", ()),
        ("before-the-end", "measure", ()),
    ],
)
def test_what_is_missing_is_named_and_what_has_not_happened_is_not_called_missing(
    rule: str, kind: str, missing: tuple[str, ...]
) -> None:
    case = case_of(kind, date(2026, 1, 5))
    found = asked(rule, case, "2026-06-01", kind)[-1]
    assert (found.status, found.due, found.missing) == (Status.UPCOMING, None, missing)


def test_an_interval_nobody_has_decided_is_missing_by_name() -> None:
    case = case_of("placement", date(2026, 1, 5), *held("plan_follow_up", "2026-03-02"))
    found = asked("as-the-case-decides", case, "2026-06-01", "placement")[-1]
    assert (found.due, found.missing) == (None, ("placement.follow_up_interval",))


def test_a_record_without_a_beginning_cannot_be_decided_and_says_so() -> None:
    case = Case("case", (Record("case", "case", None, None, {}, {}, ()),))
    found = asked("after-done", case, "2026-06-01")[-1]
    assert (found.status, found.missing) == (Status.UPCOMING, ("case.began",))


def test_a_record_without_a_beginning_of_its_own_has_that_of_its_case() -> None:
    case = case_of("concern", date(2026, 11, 20))
    concern = case.records[1]._replace(began=None)
    found = asked(
        "days", case._replace(records=(case.records[0], concern)), "2026-11-21", "concern"
    )
    assert found[-1].due == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("rule", "kind", "at", "reason"),
    [
        ("new-rule", "placement", "2025-12-01", "not in force yet"),
        ("new-rule", "placement", "2018-12-01", "not begun"),
        ("comes-back", "placement", "2026-02-01", "fact fails"),
        ("standard-switched-off-locally", "measure", "2026-02-01", "switched off"),
    ],
)
def test_not_applicable_says_why(rule: str, kind: str, at: str, reason: str) -> None:
    began = date(2026, 1, 5) if kind == "measure" else date(2019, 6, 1)
    day = last_minute_of(date.fromisoformat(at))
    found = evaluate_rule(case_of(kind, began), kind, BOOK.rules[rule], BOOK, day, steps=True)[-1]
    assert found.status is Status.NOT_APPLICABLE
    assert [step.code for step in found.steps] == [reason]


@pytest.mark.parametrize(
    ("local", "due"), [(4, "2026-06-02"), (6, "2026-08-02"), (9, "2026-08-02")]
)
def test_a_local_change_can_bring_a_legal_deadline_forward_but_never_back(
    local: int, due: str
) -> None:
    # the checker refuses nine months; the evaluation does not rely on the checker
    rule = BOOK.rules["law-with-local-change"]
    then = rule.changes[0].new["then"]
    assert isinstance(then, Phrase)
    new = {"then": replace(then, amount=Duration(local, Unit.MONTHS))}
    loosened = replace(rule, changes=(replace(rule.changes[0], new=new),))
    case = case_of("placement", date(2026, 1, 5), *held("supervision_visit", "2026-02-02"))
    day = last_minute_of(date(2026, 2, 3))
    assert str(evaluate_rule(case, "placement", loosened, BOOK, day)[-1].due) == due


def test_a_law_is_not_switched_off_by_a_municipality() -> None:
    rule = BOOK.rules["law-with-local-change"]
    off = replace(rule, changes=(replace(rule.changes[0], new={}, off=True),))
    case = case_of("placement", date(2026, 1, 5))
    day = last_minute_of(date(2026, 4, 6))
    assert evaluate_rule(case, "placement", off, BOOK, day)[-1].status is Status.OVERDUE


def test_a_waiver_on_the_case_counts_only_for_the_rule_it_names() -> None:
    def told(name: str) -> Status:
        fields = {"approved_by": "team_leader", "reason": "invented", "rule": name}
        waiver = Event("waiver", date(2026, 2, 2), fields, 1)
        measure = Record("measure", "measure", date(2026, 1, 5), None, {}, {}, ())
        case = Record("case", "case", date(2026, 1, 5), None, {}, {}, (waiver,))
        return asked("once", Case("case", (case, measure)), "2026-03-03", "measure")[-1].status

    assert told("once") is Status.EXEMPTED
    assert told("unless") is Status.OVERDUE
