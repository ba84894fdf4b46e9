"""What a plan counts can be counted by hand: who is hit, what they get, what had been missed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from flows.commands.plan_text import plan_text
from flows.mistakes import UserMistake
from flows.rule_book.plan_effects import RuleEffect
from flows.rule_book.plan_file import read_plan
from models.outbox_tables import IntentRow
from rules.deadline import Status
from rules.differences import Kind
from rules.effects import Kept
from tests.flow.rule_town import FIVE_WEEKS, NEW_RULE, NOW, RULE, RuleTown, with_changes

OVERDUE, UPCOMING = Status.OVERDUE, Status.UPCOMING
NOT_YET = "{2026-01-06: not applicable}"
ASKING = "{rule.network-meeting: overdue}"


@pytest.fixture
def town(database: Engine, tmp_path: Path) -> RuleTown:
    """Three youths: 1001 met on 6 October, 1002 on 11 November, 1003 never since January."""
    town = RuleTown(database, tmp_path / "rules")
    town.case("1001", date(2026, 10, 6))
    town.case("1002", date(2026, 11, 11))
    town.case("1003")
    town.start()
    return town


def effect_of(town: RuleTown) -> RuleEffect:
    """What the only rule that differs would do."""
    seen = town.plan().seen
    assert seen is not None
    (effect,) = seen.effects
    return effect


def test_a_folder_that_is_in_force_as_it_is_plans_nothing(town: RuleTown) -> None:
    plan = town.plan()
    assert plan.seen is None
    assert plan.is_good


def test_the_plan_looks_at_the_day_the_change_takes_effect(town: RuleTown) -> None:
    town.write(with_changes())
    effect = effect_of(town)
    assert effect.difference.kind is Kind.CHANGED
    assert effect.difference.takes_effect_on == date(2026, 12, 1)
    # 6 October + 8 weeks is 1 December, the day itself; + 6 weeks is 17 November
    assert effect.before == {Status.DUE: 1, UPCOMING: 1, OVERDUE: 1}
    assert effect.after == {OVERDUE: 2, UPCOMING: 1}


def test_the_deadlines_that_move_and_become_overdue_are_named(town: RuleTown) -> None:
    town.write(with_changes())
    effect = effect_of(town)
    (row,) = effect.newly_overdue
    assert (row.case, row.caseworker, row.team) == ("1001", "anna", "Nord")
    assert row.before is not None
    assert row.after is not None
    assert (row.before.due, row.after.due) == (date(2026, 12, 1), date(2026, 11, 17))
    assert [row.case for row in effect.moved] == ["1001", "1002"]
    assert effect.days_moved() == {-14: 2}
    assert effect.overdue_after == {"Nord": 2}


def test_running_clocks_kept_are_compared_with_moved(town: RuleTown) -> None:
    town.write(with_changes())
    assert (effect_of(town).other_moved, effect_of(town).other_overdue) == (0, 0)
    town.write(with_changes().replace("        running: move\n", ""))
    effect = effect_of(town)
    assert (len(effect.moved), effect.other_moved, effect.other_overdue) == (0, 2, 1)


def test_the_mails_of_two_weeks_are_counted_by_role(town: RuleTown) -> None:
    town.write(with_changes())
    effect = effect_of(town)
    # before: 1001 is due on 1 December, told on the 2nd to both. 1003 was told long ago
    assert effect.mails_before == {"caseworker": 1, "team_leader": 1}
    # after: 1001 is found to be two weeks over, and both are told at once
    assert effect.mails_after == {"caseworker": 1, "team_leader": 1}
    town.write(with_changes().replace("then: 6 weeks", "then: 4 weeks"))
    # 1002 was due on 6 January, and is on 9 December: three days before, and the day after
    assert effect_of(town).mails_after == {"caseworker": 3, "team_leader": 2}


def test_looking_back_counts_the_rounds_of_a_year_and_a_number_between(
    database: Engine, tmp_path: Path
) -> None:
    town = RuleTown(database, tmp_path / "rules")
    # eight weeks after 5 January is 2 March; then 49 days between meetings
    town.case("1001", date(2026, 3, 2), date(2026, 4, 20), date(2026, 6, 8), date(2026, 7, 27))
    town.start()
    town.write(with_changes())
    effect = effect_of(town)
    # after 27 July: 21 September under eight weeks, and missed under each reading
    assert effect.past == (Kept(5, 1), Kept(5, 4), Kept(5, 1))
    assert effect.between == "7 weeks"


def test_a_rule_rewritten_in_place_takes_effect_today(town: RuleTown) -> None:
    town.write(FIVE_WEEKS)
    effect = effect_of(town)
    assert effect.difference.takes_effect_on == date(2026, 11, 21)
    assert [row.case for row in effect.newly_overdue] == ["1001"]
    assert effect.other_moved is None


def test_a_new_rule_is_added_and_a_missing_one_removed(town: RuleTown) -> None:
    town.write(RULE + NEW_RULE)
    effect = effect_of(town)
    assert effect.difference.kind is Kind.ADDED
    assert (len(effect.newly_overdue), effect.before.total()) == (3, 0)
    town.write("language: 1\nrules:\n" + NEW_RULE)
    seen = town.plan().seen
    assert seen is not None
    kinds = {one.difference.name: one.difference.kind for one in seen.effects}
    assert kinds == {"network-meeting": Kind.REMOVED, "plan-follow-up": Kind.ADDED}


def test_another_title_changes_wording_only(town: RuleTown) -> None:
    town.write(RULE.replace("title: Netværksmøde", "title: Møde med netværket"))
    effect = effect_of(town)
    assert not effect.difference.decides
    assert effect.rows == []
    assert "Only its wording changes" in text_of(town)


def test_a_rule_that_asks_about_a_changed_one_is_judged_too(town: RuleTown) -> None:
    asking = NEW_RULE.replace("    must_happen", f"    when: {ASKING}\n    must_happen")
    asking = asking.replace("{2026-02-03: {status: overdue, due: 2026-02-02}}", NOT_YET)
    town.write(RULE + asking)
    town.activate(town.saved())
    town.write(FIVE_WEEKS + asking)
    seen = town.plan().seen
    assert seen is not None
    kinds = {one.difference.name: one.difference.kind for one in seen.effects}
    assert kinds == {"network-meeting": Kind.CHANGED, "plan-follow-up": Kind.AFFECTED}


def text_of(town: RuleTown, language: str = "en") -> str:
    """The plan as people read it."""
    plan = town.plan()
    assert plan.seen is not None
    current = plan.in_force
    since = current.activation.at
    return plan_text(plan.seen, current.book, plan.after, since, plan.checks, language)


def test_the_plan_is_said_in_words_in_both_languages(town: RuleTown) -> None:
    town.write(with_changes())
    english, danish = text_of(town), text_of(town, "da")
    for said in (
        "CHANGED  network-meeting",
        "Tue 1 Dec 2026, running clocks: move",
        "BR 12",
        "2 deadlines move, all 14 days earlier. 2 cases are affected.",
        "for comparison, 7 weeks:",
        "running: keep   0 deadlines move",
        "no test of network-meeting looks at a day after Tue 1 Dec 2026",
        "Summary: 1 changed, 0 added, 0 removed. 1 deadlines become overdue on the first day.",
    ):
        assert said in " ".join(english.split()) or said in english
    assert "ÆNDRET" in danish
    assert "bliver overskredet den første dag" in " ".join(danish.split())


def test_a_test_that_looks_past_the_change_leaves_no_warning(town: RuleTown) -> None:
    tested = with_changes() + (
        "      - name: seks uger fra december\n"
        "        given:\n"
        "          case: {began: 2026-11-02, target_group: youth}\n"
        "          events: [2026-12-07 network_meeting]\n"
        "        expect: {2027-01-19: {status: overdue, due: 2027-01-18}}\n"
    )
    town.write(tested)
    assert "so the change itself is untested" not in text_of(town)


def test_a_plan_whose_tests_fail_may_not_be_activated(town: RuleTown) -> None:
    town.write(RULE.replace("then: 8 weeks", "then: 6 weeks").replace("2026-04-18", "2026-03-18"))
    plan = town.plan()
    assert not plan.is_good
    assert any("expectations do not hold" in check.text for check in plan.checks)


def test_a_plan_changes_nothing_and_tells_nobody(town: RuleTown) -> None:
    before = town.start().book.sha256
    town.write(with_changes())
    town.saved()
    assert town.start().book.sha256 == before
    with town.engine.connect() as connection:
        intents = IntentRow.__table__  # type: ignore[attr-defined]
        assert connection.execute(select(func.count()).select_from(intents)).scalar() == 0


def test_plans_of_one_day_are_kept_beside_each_other_and_hold_no_name(town: RuleTown) -> None:
    town.write(with_changes())
    first, second = town.saved(), town.saved()
    assert (first.name, second.name) == ("plan-2026-11-21-a.json", "plan-2026-11-21-b.json")
    assert json.loads(first.read_text("utf-8"))["overdue"] == read_plan(first).overdue == 1
    assert "anna" not in first.read_text("utf-8")


def test_without_a_book_in_force_there_is_nothing_to_compare_with(
    database: Engine, tmp_path: Path
) -> None:
    town = RuleTown(database, tmp_path / "rules")
    with pytest.raises(UserMistake, match="No rule book is in force yet"):
        town.plan(NOW)
