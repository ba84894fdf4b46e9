"""Only the very plan that was looked at can be put in force; everything else is refused whole."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, select, update

from flows.composing.teams import teams
from flows.evaluate import evaluate_open_cases
from flows.mistakes import UserMistake
from flows.rule_book import activate
from flows.rule_book.activate import Approval
from flows.rule_book.plan import in_force as book_now
from flows.rule_book.plan_file import hashes, read_plan
from models.activations import (
    FIRST,
    PLANNED,
    ROLLED_BACK,
    activations,
    rule_set_as_of,
    rules_in_shadow,
    shadows,
)
from models.case_tables import CASE
from models.database import open_database, reading, writing
from models.deadlines import DEADLINE
from models.outbox_tables import IntentRow
from models.people import load_staff
from models.rule_sets import RULE_SET, rule_set, sha256_in_force
from models.runs import Slot, begin_run, end_run
from models.schema import migrate
from rules.dates import morning_of, shift_days
from tests.flow.rule_town import FIVE_WEEKS, NEW_RULE, NOW, RULE, RuleTown, with_changes

LATER = datetime(2026, 11, 21, 9, 20, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
INTENT = IntentRow.__table__  # type: ignore[attr-defined]


@pytest.fixture
def town(database: Engine, tmp_path: Path) -> RuleTown:
    """A case that becomes overdue by six weeks from December, and one that does not."""
    town = RuleTown(database, tmp_path / "rules")
    town.case("1001", date(2026, 10, 6))
    town.case("1002", date(2026, 11, 11))
    town.start()
    return town


def in_force(town: RuleTown) -> str:
    """Which rule set decides now."""
    with reading(town.engine) as connection:
        return sha256_in_force(connection)


def assert_refused(town: RuleTown, plan: Path, said: str, **how: object) -> None:
    """Try to activate a plan: it must be refused in these words, and nothing must be changed."""
    before = in_force(town)
    with reading(town.engine) as connection:
        history = activations(connection)
    with pytest.raises(UserMistake, match=said):
        town.activate(plan, **how)  # type: ignore[arg-type]
    assert in_force(town) == before
    with reading(town.engine) as connection:
        assert activations(connection) == history


def test_activating_a_plan_puts_exactly_that_in_force(town: RuleTown) -> None:
    town.write(with_changes())
    plan = town.saved()
    done = town.activate(plan, accepted=1)
    assert done.overdue == 1
    assert in_force(town) == done.sha256 == town.start(LATER).book.sha256
    assert town.start(LATER).trouble is None


def test_who_when_why_and_both_texts_are_kept(town: RuleTown) -> None:
    town.write(with_changes())
    plan = town.saved()
    town.activate(plan, accepted=3)
    with reading(town.engine) as connection:
        newest, first = activations(connection)
        texts = [rule_set(connection, sha256) for sha256 in (newest.previous, newest.sha256)]
    assert (first.kind, newest.kind) == (FIRST, PLANNED)
    assert (newest.activated_by, newest.why, newest.at) == ("rikke", "BR 12", NOW)
    assert (newest.overdue, newest.accepted, newest.plan) == (1, 3, read_plan(plan).hash)
    before, after = (found.files["10-local.yaml"].decode() for found in texts if found)
    assert (before, after) == (RULE, with_changes())


def test_every_case_is_looked_at_by_the_new_book(town: RuleTown) -> None:
    evaluate_open_cases(town.engine, town.start().book, NOW)
    town.write(with_changes())
    town.activate(town.saved(), at=LATER)
    with reading(town.engine) as connection:
        looks = set(connection.execute(select(CASE.c.next_look_at, CASE.c.settled)))
    assert looks == {(LATER, False)}


def test_more_overdue_than_accepted_is_refused_with_the_number(town: RuleTown) -> None:
    town.write(with_changes())
    assert_refused(town, town.saved(), "1 deadlines become overdue by the change", accepted=0)


def test_data_that_moved_so_that_more_become_overdue_is_refused(town: RuleTown) -> None:
    town.write(with_changes())
    plan = town.saved()
    town.case("1003", date(2026, 10, 7))
    assert_refused(town, plan, "2 deadlines become overdue by the change", accepted=1)
    town.activate(plan, accepted=2)


def test_a_rule_file_changed_since_is_refused_by_name(town: RuleTown) -> None:
    town.write(with_changes())
    plan = town.saved()
    town.write(with_changes() + "# one more look\n")
    assert_refused(town, plan, "no longer those the plan was made from: 10-local.yaml")


def test_a_rule_file_added_or_gone_since_is_refused_by_name(town: RuleTown) -> None:
    town.write(with_changes())
    plan = town.saved()
    (town.folder / "20-more.yaml").write_text("language: 1\nrules:\n" + NEW_RULE, "utf-8")
    assert_refused(town, plan, r"20-more\.yaml")


@pytest.mark.parametrize("key", ["overdue", "made_at", "book_after", "checks"])
def test_a_plan_edited_by_hand_is_refused(town: RuleTown, key: str) -> None:
    town.write(with_changes())
    plan = town.saved()
    whole = json.loads(plan.read_text("utf-8"))
    whole[key] = 0 if key == "overdue" else "2026-11-01" if key == "made_at" else whole[key] * 2
    plan.write_text(json.dumps(whole), "utf-8")
    assert_refused(town, plan, "was changed after it was made")


@pytest.mark.parametrize("text", ["", "{}", "[1]", "not json", "\x00", '{"fristvagt_plan": 1}'])
def test_what_is_no_plan_is_refused(town: RuleTown, tmp_path: Path, text: str) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(text, "utf-8")
    assert_refused(town, plan, "is not a plan of this version")


def test_a_plan_that_is_not_there_is_refused(town: RuleTown, tmp_path: Path) -> None:
    assert_refused(town, tmp_path / "nowhere.json", "cannot be read")


def test_a_plan_of_another_database_is_refused(town: RuleTown, tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    migrate(engine)
    other = RuleTown(engine, town.folder)
    other.start()
    town.write(with_changes())
    plan = other.saved()
    engine.dispose()
    assert_refused(town, plan, "made for another database")


def test_a_plan_older_than_the_book_in_force_is_refused(town: RuleTown) -> None:
    town.write(with_changes())
    first, second = town.saved(), town.saved()
    town.activate(first)
    assert_refused(town, second, "Another rule book has come into force since")


def test_of_two_administrators_at_once_the_second_is_refused(town: RuleTown) -> None:
    """Both have passed every check; the book of the one who commits first stays."""
    town.write(with_changes())
    first = town.saved()
    current = book_now(town.engine, town.plan().after)
    seen = town.plan().seen
    assert seen is not None
    town.activate(first)
    new = activate._new(PLANNED, Approval("søren", "også mig", 9, NOW), seen, seen.mailing(), "")
    texts = {"10-local.yaml": RULE.encode()}
    with pytest.raises(UserMistake, match="Another rule book has come into force"):
        activate._switch(town.engine, current, "f" * 64, texts, new, seen, ())
    with reading(town.engine) as connection:
        assert [one.activated_by for one in activations(connection)] == ["rikke", ""]


def test_of_two_who_press_the_button_in_the_same_moment_one_succeeds(town: RuleTown) -> None:
    town.write(with_changes())
    plan, ready = town.saved(), Barrier(2)

    def press(_: int) -> str:
        ready.wait()
        try:
            return town.activate(plan).sha256
        except UserMistake as refused:
            return refused.en

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(press, range(2)))
    assert answers[0] == in_force(town)
    assert answers[1].startswith("Another rule book has come into force")
    with reading(town.engine) as connection:
        assert len(activations(connection)) == 2


@pytest.mark.parametrize("text", [with_changes(), FIVE_WEEKS, RULE + NEW_RULE])
def test_what_the_plan_foretold_is_what_comes_true(town: RuleTown, text: str) -> None:
    """Thirty cases whose last meetings lie two days apart, and nothing is recorded since."""
    for number in range(30):
        town.case(f"2{number:03}", date(2026, 4, 1), shift_days(date(2026, 9, 25), 2 * number))
    evaluate_open_cases(town.engine, town.start().book, NOW)
    town.write(text)
    seen = town.plan().seen
    assert seen is not None
    (effect,) = seen.effects
    town.activate(town.saved(), accepted=seen.overdue, at=LATER)
    then = max(LATER, morning_of(effect.difference.takes_effect_on))
    evaluate_open_cases(town.engine, town.start(then).book, then)
    is_current = DEADLINE.c.current & (DEADLINE.c.rule == effect.difference.name)
    with reading(town.engine) as connection:
        stored = Counter(connection.scalars(select(DEADLINE.c.status).where(is_current)))
    assert stored == {str(status): number for status, number in effect.after.items()}
    assert seen.overdue > 0


def test_rounds_that_are_over_stay_as_they_were_judged(town: RuleTown) -> None:
    town.case("1004", date(2026, 3, 2), date(2026, 4, 20), date(2026, 10, 26))
    evaluate_open_cases(town.engine, town.start().book, NOW)
    before = closed_rounds(town)
    town.write(FIVE_WEEKS)
    town.activate(town.saved(), at=LATER)
    evaluate_open_cases(town.engine, town.start(LATER).book, LATER)
    assert closed_rounds(town) == before
    assert {status for _, _, status in before} == {"met", "met late"}


def closed_rounds(town: RuleTown) -> list[tuple[object, ...]]:
    """Every round that is over: its case, due day and verdict."""
    names = ("case_ref", "due_on", "status")
    asked = select(*(DEADLINE.c[name] for name in names)).where(DEADLINE.c.closed)
    with reading(town.engine) as connection:
        return sorted(map(tuple, connection.execute(asked)))


def test_a_book_that_this_version_cannot_read_is_replaced_by_plan_and_activate(
    town: RuleTown,
) -> None:
    with writing(town.engine) as connection:
        texts = json.dumps({"10-local.yaml": "of another time"})
        connection.execute(update(RULE_SET).values(texts=texts))
    with pytest.raises(UserMistake, match="cannot read the rule book in force"):
        town.start()
    plan = town.plan()
    assert plan.seen is None  # the very texts of the folder were meant to be in force
    town.write(with_changes())
    town.activate(town.saved(), accepted=99)
    assert town.start().trouble is None


def test_while_a_run_is_under_way_nothing_is_activated(town: RuleTown) -> None:
    town.write(with_changes())
    plan, slot = town.saved(), Slot("evaluate", "2026-11-21")
    with writing(town.engine) as connection:
        begin_run(connection, slot, NOW, gone_before=NOW, late=False)
    assert_refused(town, plan, r"A run is under way \(evaluate\)")
    with writing(town.engine) as connection:
        end_run(connection, slot, NOW, state="done", counts={})
    town.activate(plan)


def test_a_run_that_died_with_its_process_holds_nobody_up(town: RuleTown) -> None:
    town.write(with_changes())
    plan = town.saved()
    with writing(town.engine) as connection:
        begin_run(connection, Slot("evaluate", "2026-11-21"), NOW, gone_before=NOW, late=False)
    before = in_force(town)
    town.activate(plan, at=LATER)
    assert in_force(town) != before


def test_an_evaluation_that_began_with_the_former_book_writes_nothing(town: RuleTown) -> None:
    former = town.start().book
    town.write(with_changes())
    town.activate(town.saved())
    assert evaluate_open_cases(town.engine, former, LATER)["cases"] == 0
    assert evaluate_open_cases(town.engine, town.start().book, LATER)["cases"] == 2


def test_rolling_back_puts_the_texts_before_in_force_again(town: RuleTown) -> None:
    before = in_force(town)
    town.write(with_changes())
    town.activate(town.saved())
    done = town.roll_back()
    assert in_force(town) == done.sha256 == before
    with reading(town.engine) as connection:
        assert [one.kind for one in activations(connection)] == [ROLLED_BACK, PLANNED, FIRST]
    trouble = town.start(LATER).trouble
    assert trouble is not None
    assert "have been changed and are not in force" in trouble.en


def test_rolling_back_is_judged_like_any_change(town: RuleTown) -> None:
    town.write(FIVE_WEEKS)
    town.activate(town.saved())
    town.write(RULE)
    town.activate(town.saved())
    with pytest.raises(UserMistake, match="1 deadlines become overdue"):
        town.roll_back(accepted=0)


def test_without_a_former_book_there_is_nothing_to_roll_back_to(town: RuleTown) -> None:
    with pytest.raises(UserMistake, match="no earlier rule book"):
        town.roll_back()


def test_the_book_of_a_former_day_is_known(town: RuleTown) -> None:
    before = in_force(town)
    town.write(with_changes())
    town.activate(town.saved(), at=MONDAY)
    with reading(town.engine) as connection:
        then, now = rule_set_as_of(connection, LATER), rule_set_as_of(connection, MONDAY)
    assert then is not None
    assert now is not None
    assert (then.sha256, now.sha256) == (before, in_force(town))
    assert hashes(now.files) != hashes(then.files)


def told(town: RuleTown) -> set[str]:
    """The rules of which anything is owed to anybody."""
    with reading(town.engine) as connection:
        return set(connection.scalars(select(INTENT.c.rule)))


def test_a_new_rule_in_shadow_is_decided_and_mails_nobody_until_its_day_is_over(
    town: RuleTown,
) -> None:
    town.write(RULE + NEW_RULE)
    until = date(2026, 11, 30)
    town.activate(town.saved(), shadow=["plan-follow-up"], until=until)
    evaluate_open_cases(town.engine, town.start(MONDAY).book, MONDAY)
    with reading(town.engine) as connection:
        asked = select(DEADLINE.c.status).where(DEADLINE.c.rule == "plan-follow-up")
        assert list(connection.scalars(asked)) == ["overdue", "overdue"]
        assert rules_in_shadow(connection, until) == {"plan-follow-up"}
        assert [one.until_on for one in shadows(connection)] == [until]
    assert "plan-follow-up" not in told(town)
    first_of_december = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
    book = town.start(first_of_december).book
    evaluate_open_cases(town.engine, book, first_of_december)
    assert "plan-follow-up" in told(town)


def test_the_leaders_digest_is_silent_about_a_rule_in_shadow(town: RuleTown) -> None:
    town.write(RULE + NEW_RULE)
    town.activate(town.saved(), shadow=["plan-follow-up"], until=date(2026, 11, 30))
    evaluate_open_cases(town.engine, town.start(MONDAY).book, MONDAY)
    with reading(town.engine) as connection:
        lene = teams(connection, load_staff(connection), MONDAY)["lene"]
    assert {due.rule for due in lene.due} <= {"network-meeting"}


@pytest.mark.parametrize(
    ("rule", "until", "said"),
    [
        ("network-meeting", date(2026, 11, 30), "Only a new rule can be tried in silence"),
        ("no-such-rule", date(2026, 11, 30), "is not a new rule of the plan"),
        ("plan-follow-up", None, "Say through which day"),
        ("plan-follow-up", date(2026, 11, 21), "must lie after today"),
    ],
)
def test_a_shadow_that_would_hide_something_is_refused(
    town: RuleTown, rule: str, until: date | None, said: str
) -> None:
    town.write(RULE + NEW_RULE)
    assert_refused(town, town.saved(), said, shadow=[rule], until=until)
