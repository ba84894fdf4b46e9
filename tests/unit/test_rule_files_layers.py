"""Local files may tighten the law, never loosen it; changes must not contradict each other."""

from __future__ import annotations

import pytest

from rules.load import Loaded
from tests.unit.rule_file_samples import NETWORK_MEETING, load_texts

LAW = """\
language: 1
rules:
  follow-up:
    title: Opfølgning
    binding: law
    basis: [{source: Barnets lov § 95, checked: 2026-11-01}]
    for: measure
    must_happen: plan_follow_up
    due: 3 months after start
    then: 6 months after done
    in_force: 2024-01-01
  visits:
    title: Tilsyn
    binding: law
    basis: [{source: Barnets lov § 156, checked: 2026-11-01}]
    for: placement
    must_happen: supervision_visit
    at_least: 2 per 12 months
    in_force: 2024-01-01
  contents:
    title: Indhold
    binding: law
    basis: [{source: Barnets lov § 90, checked: 2026-11-01}]
    for: decision
    must_contain: [plan_b, reasons]
    due: 2 months after start
    in_force: 2024-01-01
"""


def change(rule: str, terms: str, layer: str = '"municipality: x"') -> Loaded:
    """Load the law with one local change of it."""
    local = f"""\
language: 1
layer: {layer}
changes:
  {rule}:
    - from: 2026-01-01
      {terms}
      why: lokal praksis
"""
    return load_texts(law=LAW, local=local)


@pytest.mark.parametrize(
    ("rule", "terms"),
    [
        ("follow-up", "then: 8 weeks after done"),
        ("follow-up", "then: 5 months after done"),
        ("follow-up", "due: 12 weeks after start"),
        ("follow-up", "due: {first_of: [3 months after start, on assessment_completed]}"),
        ("follow-up", "waive_by: nobody"),
        ("follow-up", "notify: short"),
        ("follow-up", "title: Opfølgning, tættere"),
        ("visits", "at_least: 3 per 12 months"),
        ("visits", "at_least: 2 per 6 months"),
        ("contents", "must_contain: [reasons, plan_b, purpose]"),
        ("contents", "due: 8 weeks after start"),
    ],
)
def test_a_municipality_may_tighten_the_law(rule: str, terms: str) -> None:
    loaded = change(rule, terms)
    assert loaded.problems == ()
    assert loaded.book is not None
    assert loaded.book.rules[rule].changes[0].layer == "municipality: x"


@pytest.mark.parametrize(
    ("rule", "terms", "code"),
    [
        ("follow-up", "off: yes", "L01"),
        ("follow-up", "then: 8 months after done", "L02"),
        ("follow-up", "then: 1 year after done", "L02"),
        ("follow-up", "due: 100 days after start", "L02"),
        ("follow-up", "due: 3 months after began", "L03"),
        ("follow-up", "due: 91 days after start", "L03"),
        ("follow-up", "then: 6 months after due", "L03"),
        ("follow-up", "then: measure.follow_up_interval after done", "L03"),
        ("follow-up", "waive_by: team_leader", "L04"),
        ("follow-up", "counts_when: {child_heard: yes}", "L04"),
        ("visits", "at_least: 1 per 12 months", "L02"),
        ("visits", "at_least: 2 per 18 months", "L02"),
        ("visits", "at_least: 2 per calendar year", "L03"),
        ("contents", "must_contain: [plan_b]", "L04"),
        ("contents", "due: 60 days after start", "L03"),
        ("contents", "must_happen: network_meeting", "S03"),
        ("contents", "then: 2 months after done", "S18"),
        ("folow-up", "then: 8 weeks after done", "V10"),
    ],
)
def test_a_municipality_may_not_loosen_the_law(rule: str, terms: str, code: str) -> None:
    loaded = change(rule, terms)
    assert loaded.book is None
    assert [(problem.file, problem.code) for problem in loaded.problems] == [("local.yaml", code)]


def test_a_team_is_named_when_it_is_a_team() -> None:
    (problem,) = change("follow-up", "off: yes", '"team: amager"').problems
    assert problem.message("en") == "'follow-up' is law and cannot be switched off by a team."


def test_the_law_as_changed_nationally_is_what_counts() -> None:
    law = LAW.replace(
        "    then: 6 months after done\n",
        "    then: 6 months after done\n"
        "    changes: [{from: 2025-01-01, then: 3 months after done, why: lov 2}]\n",
    )
    local = """\
language: 1
layer: "municipality: x"
changes:
  follow-up: [{from: 2026-01-01, then: 5 months after done, why: lokal praksis}]
"""
    (problem,) = load_texts(law=law, local=local).problems
    assert problem.hint("en").startswith("write: 3 months after done")


def test_a_standard_may_be_loosened_locally() -> None:
    local = """\
language: 1
layer: "municipality: x"
changes:
  network-meeting: [{due: 12 weeks after start, why: lokal praksis}]
"""
    loaded = load_texts(national=NETWORK_MEETING, local=local)
    assert loaded.problems == ()
    assert loaded.book is not None
    assert [c.layer for c in loaded.book.rules["network-meeting"].changes] == [
        "national",
        "municipality: x",
    ]


def test_a_team_comes_after_its_municipality_whatever_the_files_are_called() -> None:
    def file(layer: str, weeks: int) -> str:
        terms = f"{{due: {weeks} weeks after start, why: lokal praksis}}"
        return f'language: 1\nlayer: "{layer}"\nchanges:\n  network-meeting: [{terms}]\n'

    loaded = load_texts(a=file("team: amager", 6), b=NETWORK_MEETING, c=file("municipality: x", 7))
    assert loaded.book is not None
    layers = [change.layer for change in loaded.book.rules["network-meeting"].changes]
    assert layers == ["national", "municipality: x", "team: amager"]


def test_a_file_does_not_change_rules_of_its_own_layer() -> None:
    (problem,) = change("follow-up", "then: 8 weeks after done", "national").problems
    assert problem.code == "L12"


def test_a_change_counts_what_its_rule_counts() -> None:
    caseload = """\
language: 1
rules:
  caseload:
    title: Sager
    binding: standard
    basis: [{source: lokal}]
    for: caseworker
    must_not_exceed: 20 cases
    due: 14 days after start
    in_force: 2014-01-01
    changes:
      - {from: 2026-01-01, must_not_exceed: 18 cases, why: nyt normtal}
      - {from: 2027-01-01, must_not_exceed: 2 placements, why: nyt normtal}
"""
    (problem,) = load_texts(local=caseload).problems
    assert (problem.code, problem.line) == ("V17", 13)


def test_two_municipalities_do_not_share_a_folder() -> None:
    local = """\
language: 1
layer: "municipality: NAME"
changes:
  follow-up: [{from: 2026-01-01, then: 8 weeks after done, why: lokal praksis}]
"""
    files = {name: local.replace("NAME", name) for name in ("x", "y")}
    (problem,) = load_texts(law=LAW, **files).problems
    assert (problem.file, problem.code) == ("y.yaml", "L16")


def test_the_same_rule_name_in_two_files_is_refused() -> None:
    (problem,) = load_texts(a=NETWORK_MEETING, b=NETWORK_MEETING).problems
    assert (problem.file, problem.code) == ("b.yaml", "L11")
    assert "a.yaml:3" in problem.message("en")


def collision(first: str, second: str) -> list[str]:
    """The codes after adding two changes of `due` to a standard."""
    text = NETWORK_MEETING.replace(
        "    tests:\n",
        f"      - {{{first}, due: 7 weeks after start, why: en}}\n"
        f"      - {{{second}, due: 5 weeks after start, why: to}}\n"
        "    tests:\n",
    )
    return [problem.code for problem in load_texts(local=text).problems]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("from: 2028-01-01", "from: 2028-01-01"),
        ("from: 2028-01-01", "from: 2028-01-01, when: {abroad: yes}"),
        ("when: {abroad: yes}", "when: {open_measures: at least 2}"),
    ],
)
def test_changes_that_can_meet_in_a_case_must_agree(first: str, second: str) -> None:
    assert collision(first, second) == ["L05"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("from: 2028-01-01", "from: 2029-01-01"),
        ("when: {abroad: yes}", "when: {abroad: no}"),
        ("when: {open_measures: under 2}", "when: {open_measures: at least 2}"),
        ("when: {child.born: before 2010-01-01}", "when: {child.born: after 2011-01-01}"),
    ],
)
def test_changes_that_never_meet_may_differ(first: str, second: str) -> None:
    assert collision(first, second) == []


def test_a_mistake_in_one_file_is_not_told_again_in_another() -> None:
    local = """\
language: 1
layer: "municipality: x"
changes:
  follow-up: [{from: 2026-01-01, then: 8 weeks after done, why: lokal praksis}]
rules:
  other:
    title: Anden
    binding: standard
    basis: [{source: lokal}]
    for: measure
    when: {rule.follow-up: overdue}
    must_happen: plan_follow_up
    due: 1 week after start
    in_force: 2026-01-01
"""
    loaded = load_texts(law=LAW.replace("  follow-up:\n", "  follow-up\n"), local=local)
    assert [problem.file for problem in loaded.problems] == ["law.yaml"]


def test_a_law_that_nobody_has_compared_is_a_warning() -> None:
    loaded = load_texts(law=LAW.replace("§ 95, checked: 2026-11-01", "§ 95"))
    assert [(p.code, p.severity) for p in loaded.problems] == [("L14", "warning")]
    assert loaded.book is not None


def test_a_law_whose_clock_stops_needs_a_source_for_that() -> None:
    text = LAW.replace("    at_least:", "    pause_while: {emergency: yes}\n    at_least:")
    assert [(p.code, p.severity) for p in load_texts(law=text).problems] == [("L10", "warning")]


def test_counting_backwards_without_a_floor_is_a_warning() -> None:
    text = LAW.replace("due: 2 months after start", "due: 6 months before age 18")
    assert [(p.code, p.severity) for p in load_texts(law=text).problems] == [("L09", "warning")]
