"""The tests written in rule files become whole cases."""

from __future__ import annotations

from datetime import UTC, date, datetime

from rules.book import ANY_DUE, RuleTest
from rules.case import History, Record
from rules.dates import Duration, Unit
from rules.deadline import Status
from tests.unit.rule_file_samples import load_texts

RULE = """\
language: 1
rules:
  tried:
    title: Prøve
    binding: standard
    basis: [{source: lokal}]
    for: FOR
    MUST
    due: 14 days after start
    in_force: 2014-01-01
    tests:
      - name: prøve
        given: GIVEN
        expect: EXPECT
"""
VISIT = "must_happen: supervision_visit"


def read(record: str, must: str, given: str, expect: str = "{2026-03-02: overdue}") -> RuleTest:
    """Read one test of a rule."""
    text = RULE.replace("FOR", record).replace("MUST", must).replace("GIVEN", given)
    loaded = load_texts(local=text.replace("EXPECT", expect))
    assert loaded.problems == ()
    assert loaded.book is not None
    (test,) = loaded.book.rules["tried"].tests
    return test


def record_of(test: RuleTest, kind: str) -> Record:
    return next(record for record in test.case.records if record.kind == kind)


def test_the_record_under_test_and_the_case_around_it() -> None:
    test = read("placement", VISIT, "{placement: {began: 2026-01-05, kind: foster_family}}")
    assert test.ref == "placement"
    assert record_of(test, "placement").facts == {"kind": "foster_family"}
    assert record_of(test, "case").began == date(2026, 1, 5)
    assert test.case.ref == record_of(test, "case").ref


def test_a_record_without_a_beginning_has_its_cases() -> None:
    test = read("placement", VISIT, "{case: {began: 2026-01-05}, placement: {emergency: no}}")
    assert record_of(test, "placement").began == date(2026, 1, 5)
    assert record_of(test, "placement").facts == {"emergency": False}


def test_facts_that_changed_keep_their_days() -> None:
    given = (
        "{placement: {began: 2026-01-05, follow_up_interval: 4 weeks, "
        "kind: {2026-02-01: missing, 2026-01-05: own_room}}}"
    )
    facts = record_of(read("placement", VISIT, given), "placement").facts
    days = (date(2026, 1, 5), date(2026, 2, 1))
    assert facts["kind"] == History(days, ("own_room", None))
    assert facts["follow_up_interval"] == Duration(4, Unit.WEEKS)


def test_the_childs_birthday_belongs_to_the_case() -> None:
    test = read("case", "must_happen: handover_meeting",
                "{child: {born: 2010-05-01}, case: {began: 2026-01-05}}")  # fmt: skip
    assert test.case.born == date(2010, 5, 1)


def test_events_are_placed_on_their_record_in_the_order_they_happened() -> None:
    given = """
          placement: {began: 2026-01-05 14:30}
          events:
            - 2026-02-20 14:30 supervision_visit: {child_spoken_to: yes}
            - 2026-02-01 waiver: {approved_by: team_leader, reason: aftalt}
            - 2026-02-10 network_meeting"""
    test = read("placement", VISIT, given)
    placement, case = record_of(test, "placement"), record_of(test, "case")
    assert placement.began == datetime(2026, 1, 5, 13, 30, tzinfo=UTC)
    assert [(event.kind, event.number) for event in placement.events] == [
        ("waiver", 1),
        ("supervision_visit", 3),
    ]
    assert placement.events[1].at == datetime(2026, 2, 20, 13, 30, tzinfo=UTC)
    assert placement.events[1].fields == {"child_spoken_to": True}
    assert [(event.kind, event.number) for event in case.events] == [("network_meeting", 2)]


def test_sibling_records_have_references_of_their_own() -> None:
    given = (
        "{placement: {began: 2026-01-05}, records: [{measure: {began: 2026-01-05}}, "
        "{measure: {began: 2026-02-05, ended: 2026-03-01}}]}"
    )
    test = read("placement", "must_have: measure", given)
    refs = [record.ref for record in test.case.records]
    assert refs == ["placement", "measure-2", "measure-3", "case"]


def test_a_caseworker_is_counted_and_has_no_case() -> None:
    given = "{caseworker: {began: 2026-01-01}, count: {2026-01-05: 20, 2026-02-01: 21}}"
    test = read("caseworker", "must_not_exceed: 20 cases", given)
    assert test.case.counts == {"case": History((date(2026, 1, 5), date(2026, 2, 1)), (20, 21))}
    assert [record.kind for record in test.case.records] == ["caseworker"]
    assert test.case.ref == "caseworker"


def test_fields_are_filled_on_their_day() -> None:
    given = "{decision: {began: 2026-01-05, contents: {plan_b: 2026-01-07}}}"
    test = read("decision", "must_contain: [plan_b]", given)
    assert record_of(test, "decision").contents == {"plan_b": date(2026, 1, 7)}


def test_fields_in_a_list_were_filled_from_the_start() -> None:
    given = "{decision: {began: 2026-01-05, contents: [plan_b, reasons]}}"
    test = read("decision", "must_contain: [plan_b]", given)
    assert record_of(test, "decision").contents == {
        "plan_b": date(2026, 1, 5),
        "reasons": date(2026, 1, 5),
    }


def test_an_hour_that_the_clocks_leave_out_is_refused() -> None:
    text = (
        RULE.replace("FOR", "placement")
        .replace("MUST", VISIT)
        .replace("EXPECT", "{2026-05-01: due}")
    )
    loaded = load_texts(local=text.replace("GIVEN", "{placement: {began: 2026-03-29 02:30}}"))
    (problem,) = loaded.problems
    assert problem.code == "T15"


def test_what_is_expected() -> None:
    expect = """
          2026-01-04: not applicable
          2026-03-02 14:30: {status: due, due: 2026-03-02 16:00, mails: [caseworker, team_leader]}
          2026-03-03: {due: –, mails: none}
          2026-03-04: {mails: caseworker}"""
    before, exact, none, mails = read(
        "placement", VISIT, "{placement: {began: 2026-01-05}}", expect
    ).expectations
    assert (before.status, before.due, before.mails) == (Status.NOT_APPLICABLE, ANY_DUE, None)
    assert exact.at == datetime(2026, 3, 2, 13, 30, tzinfo=UTC)
    assert exact.due == datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    assert exact.mails == {"caseworker", "team_leader"}
    assert (none.status, none.due, none.mails) == (None, None, frozenset())
    assert mails.mails == {"caseworker"}
    assert before.place.line == 15
