"""What the rule files say is what the rule book holds."""

from __future__ import annotations

from datetime import date

import pytest

from rules import book as books
from rules.book import ANY_TIME, Binding, Book, FactName, Must, Place, RuleStatus
from rules.dates import MONDAY_TO_SATURDAY, Duration, Unit
from rules.load import load_book
from rules.load_vocabulary import load_vocabulary, terms
from rules.problems import render
from tests.unit.rule_file_samples import (
    NETWORK_MEETING,
    SAMPLES,
    SHIPPED,
    STANDARDS,
    load_folder,
    load_texts,
)


@pytest.fixture(scope="module", name="book")
def example_book() -> Book:
    loaded = load_folder(SAMPLES / "example-rules")
    assert loaded.book is not None
    return loaded.book


def wants(book: Book, rule: str, key: str) -> dict[str, str]:
    condition = getattr(book.rules[rule], key)
    (clauses,) = condition.alternatives
    return {str(clause.fact): clause.want.text for clause in clauses}


def test_the_ten_examples_load_with_one_warning() -> None:
    loaded = load_folder(SAMPLES / "example-rules")
    assert loaded.rules == 10
    assert [(p.code, p.severity) for p in loaded.problems] == [("L14", "warning")]


def test_a_recurring_rule(book: Book) -> None:
    rule = book.rules["network-meeting"]
    assert rule.must == Must("happen", event="network_meeting")
    assert rule.binding is Binding.STANDARD
    assert rule.in_force == date(2015, 1, 1)
    assert rule.terms.due is not None
    assert rule.terms.due.text == "8 weeks after start"
    assert rule.terms.then is not None
    assert rule.terms.then.amount == Duration(8, Unit.WEEKS)
    assert rule.terms.then.anchor.kind == "done"
    assert rule.terms.waive_by == "team_leader"
    assert rule.terms.ladder.name == "standard"
    assert [basis.checked for basis in rule.terms.basis] == [date(2026, 11, 21)] * 2


def test_every_part_knows_its_line(book: Book) -> None:
    rule = book.rules["network-meeting"]
    assert rule.place == Place("10-examples.yaml", 86, 3)
    assert rule.terms.due is not None
    assert rule.places["due"] == rule.terms.due.place
    assert rule.places["when"].column == 7


def test_own_facts_get_their_record_in_front(book: Book) -> None:
    assert wants(book, "assessment-4-months", "when") == {"assessment.kind": "full_assessment"}
    assert wants(book, "aftercare-decided", "when") == {
        "child.age": "at least 16",
        "case.had_placement_or_contact_person": "yes",
    }


def test_what_counts_is_asked_of_the_event_or_of_the_counted_record(book: Book) -> None:
    meeting = book.rules["network-meeting"].terms.counts_when
    support = book.rules["home-support-during-placement"].terms.counts_when
    caseload = book.rules["caseload"].terms.counts_when
    assert meeting is not None
    assert support is not None
    assert caseload is not None
    (clause,) = meeting.alternatives[0]
    assert clause.fact == FactName("", "participants")
    assert clause.want.test is books.Test.ALL_OF
    assert clause.want.values == {"child", "parents"}
    assert support.alternatives[0][0].fact == FactName("measure", "kind")
    assert caseload.alternatives[0][0].fact == FactName("case", "status")


def test_the_other_obligations(book: Book) -> None:
    assert book.rules["residential-one-year"].must == Must("ended")
    assert book.rules["decision-shows-the-way-down"].terms.fields == (
        "step_down_plan",
        "plan_b",
        "expected_duration",
    )
    assert book.rules["home-support-during-placement"].must == Must("have", record="measure")
    assert book.rules["caseload"].must == Must("not_exceed", record="case")
    assert book.rules["caseload"].terms.limit == 20
    visits = book.rules["supervision-visits"].terms.at_least
    assert visits is not None
    assert (visits.number, visits.per) == (2, Duration(12, Unit.MONTHS))


def test_the_earliest_of_two_and_a_change_decided_in_the_case(book: Book) -> None:
    rule = book.rules["plan-follow-up"]
    assert rule.terms.due is not None
    assert rule.terms.due.is_first_of
    assert [phrase.anchor.kind for phrase in rule.terms.due.phrases] == ["start", "event"]
    (change,) = rule.changes
    assert change.starts == date(2024, 1, 1)
    then = change.new["then"]
    assert getattr(then, "amount", None) == FactName("measure", "follow_up_interval")
    assert rule.terms.waive_by is None


def test_a_birthday_counted_backwards_with_a_floor(book: Book) -> None:
    rule = book.rules["aftercare-decided"]
    assert rule.terms.due is not None
    (phrase,) = rule.terms.due.phrases
    assert (phrase.direction, phrase.anchor.kind, phrase.anchor.age) == (-1, "age", 18)
    assert rule.not_before is not None
    assert rule.not_before.amount == Duration(1, Unit.MONTHS)


def test_a_ladder_written_in_the_rule_and_one_by_name(book: Book) -> None:
    assert [rung.text for rung in book.rules["caseload"].terms.ladder.rungs] == [
        "on the day",
        "1 week after",
    ]
    acute = book.rules["report-assessed-24-hours"].terms.ladder
    assert acute.name == "acute"
    standard = book.rules["network-meeting"].terms.ladder.rungs
    assert standard[4].every == Duration(1, Unit.WEEKS)
    assert standard[4].text == "every 1 week from 1 week after"


RARE = (
    NETWORK_MEETING.replace(
        "    then: 8 weeks after done\n",
        """\
    then: 8 weeks after due
    look_back: any time
    calendar: mon-sat
    retroactive: yes
    until: 2030-12-31
    waive_by: nobody
    unless:
      - {child.born: before 2000-01-01}
      - {rule.handover: [overdue, missed], child.age: 16 to 18}
      - {eighteen: missing, open_measures: [1, 2]}
""",
    ).replace(
        "    tests:\n",
        """\
      - when: {pilot_area: [ghetto_area, rural_area]}
        off: yes
        why: forsøg
    tests:
""",
    )
    + """\
  handover:
    title: Overlevering
    binding: standard
    basis: [{source: lokal}]
    for: case
    must_happen: handover_meeting
    at_least: 1 per calendar year
    in_force: 2026-01-01
"""
)


def test_the_rarer_words() -> None:
    loaded = load_texts(local=RARE)
    assert loaded.problems == ()
    assert loaded.book is not None
    rule = loaded.book.rules["network-meeting"]
    assert rule.must.look_back == ANY_TIME
    assert rule.calendar is MONDAY_TO_SATURDAY
    assert rule.retroactive
    assert rule.until == date(2030, 12, 31)
    assert rule.terms.waive_by is None
    assert rule.changes[1].off
    assert loaded.book.rules["handover"].terms.at_least is not None
    assert loaded.book.rules["handover"].terms.at_least.per is None


def test_alternatives_and_the_statuses_of_other_rules() -> None:
    loaded = load_texts(local=RARE)
    assert loaded.book is not None
    unless = loaded.book.rules["network-meeting"].unless
    assert unless is not None
    born, other, missing = unless.alternatives
    assert born[0].want.last == date(1999, 12, 31)
    assert other[0].fact == RuleStatus("handover")
    assert other[0].want.values == {"overdue", "missed"}
    assert (other[1].want.low, other[1].want.high) == (16, 18)
    assert missing[0].want.test is books.Test.MISSING
    assert missing[1].want.values == {1, 2}


def test_an_empty_value_is_the_same_as_no_key() -> None:
    loaded = load_texts(local=NETWORK_MEETING.replace("for: case", "for: case\n    about: ~"))
    assert loaded.problems == ()


def test_the_fingerprint_is_of_names_and_texts() -> None:
    one = load_book({"a.yaml": NETWORK_MEETING.encode()}, SHIPPED).book
    same = load_book({"a.yaml": NETWORK_MEETING.encode()}, SHIPPED).book
    renamed = load_book({"b.yaml": NETWORK_MEETING.encode()}, SHIPPED).book
    assert one is not None
    assert same is not None
    assert renamed is not None
    assert one.sha256 == same.sha256 != renamed.sha256


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    data = b"\xef\xbb\xbf" + NETWORK_MEETING.replace("\n", "\r\n").encode()
    loaded = load_book({"local.yaml": data}, SHIPPED)
    assert loaded.problems == ()


def test_every_term_of_the_shipped_vocabulary_has_a_label_in_both_languages() -> None:
    data = (STANDARDS / "vocabulary.yaml").read_bytes()
    vocabulary, problems = load_vocabulary("vocabulary.yaml", data)
    assert problems == ()
    assert vocabulary is not None
    for language in ("da", "en"):
        assert set(vocabulary.labels[language]) == set(terms(vocabulary))
    assert vocabulary.label("placement.kind.foster_family", "da") == "plejefamilie"


def test_a_vocabulary_without_labels_loads() -> None:
    data = (SAMPLES / "example-rules" / "vocabulary.yaml").read_bytes()
    vocabulary, problems = load_vocabulary("vocabulary.yaml", data)
    assert problems == ()
    assert vocabulary is not None
    assert vocabulary.label("network_meeting", "da") == "network meeting"
    assert set(vocabulary.events["waiver"].on) == set(vocabulary.records)


@pytest.mark.parametrize(
    ("old", "new", "code", "underlined"),
    [
        ("status: [open, closed]", "status: choice", "V24", "choice"),
        ("abroad: yes/no", "abroad: boolean", "V24", "boolean"),
        ("on: [report]}", "on: [rapport]}", "V26", "rapport"),
        ("receipt_sent:           {on: [report]}", "receipt_sent: {}", "V25", "receipt_sent"),
        ("roles: [", "role: [", "V21", "role"),
        ("receipt_sent:  ", "waiver:  ", "V25", "waiver"),
        ("[child, youth, disability]", "[child, child]", "V27", "child"),
        ("[child, youth, disability]", "[child, missing]", "V23", "missing"),
        ("labels:\n  da:\n", "labels:\n  da:\n    networkmeeting: møde\n", "V29", "networkmeeting"),
    ],
    ids=lambda value: value,
)
def test_a_mistake_in_the_vocabulary_is_told_at_its_place(
    old: str, new: str, code: str, underlined: str
) -> None:
    text = SHIPPED["vocabulary.yaml"].decode().replace(old, new, 1)
    problem = load_vocabulary("vocabulary.yaml", text.encode()).problems[0]
    line = text.split("\n")[problem.line - 1]
    assert problem.code == code
    assert line[problem.column - 1 :][: problem.length] == underlined


def test_a_folder_without_rule_files_says_so() -> None:
    (problem,) = load_book({}, SHIPPED).problems
    assert problem.code == "S01"
    assert render(problem, "da").startswith("fejl S01: der er ingen regel i mappen.")


def test_a_folder_without_any_vocabulary_says_so() -> None:
    (problem,) = load_book({"local.yaml": NETWORK_MEETING.encode()}).problems
    assert problem.code == "V20"
