"""A rule change that would flood or silence mailboxes needs a yes; what it does is foretold."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, update

from flows.commands.activation_text import activation_json, activation_line
from flows.evaluate import evaluate_open_cases
from flows.mistakes import UserMistake
from flows.rule_book.plan_mails import Mailing
from models.activations import activations
from models.case_tables import CASE, PERSON
from models.database import reading, writing
from models.facts_text import facts_text
from models.outbox import INTENT, PLANNED
from models.rule_sets import sha256_in_force
from models.storms import Volume
from rules.dates import minutes_after
from tests.flow.rule_town import FIVE_WEEKS, NEW_RULE, NOW, RULE, RuleTown, with_changes
from tests.flow.test_storm_brake import had_mails

LATER = minutes_after(NOW, 20)
WEDNESDAY = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
SATURDAY, FRIDAY = date(2026, 11, 21), date(2026, 11, 20)
FOLLOW_UP = "language: 1\nrules:\n" + NEW_RULE


@pytest.fixture
def town(database: Engine, tmp_path: Path) -> RuleTown:
    """A municipality with one leader and one caseworker, and no case yet."""
    return RuleTown(database, tmp_path / "rules")


def mailing(town: RuleTown, at: datetime = NOW) -> Mailing:
    """What the plan says the change does to mail."""
    seen = town.plan(at).seen
    assert seen is not None
    return seen.mailing()


def owed_by_now(town: RuleTown, at: datetime) -> dict[str, int]:
    """Evaluate by the book in force, as the next run does, and return what became of reminders."""
    return evaluate_open_cases(town.engine, town.start(at).book, at)


def check_texts(town: RuleTown) -> list[tuple[str, str]]:
    """What the plan says about mails, and how seriously."""
    marks = ("mails", "at once", "wait now", "out of the ordinary")
    return [
        (check.state, check.text)
        for check in town.plan().checks
        if any(mark in check.text for mark in marks)
    ]


def assert_refused(town: RuleTown, do: Callable[[], object], *said: str) -> None:
    """Try to change the book: it must be refused in both languages, and nothing be changed."""
    with reading(town.engine) as connection:
        before = sha256_in_force(connection), activations(connection)
    with pytest.raises(UserMistake) as refused:
        do()
    for words in said:
        assert words in refused.value.en
    assert "Det er usædvanligt" in refused.value.da
    with reading(town.engine) as connection:
        assert (sha256_in_force(connection), activations(connection)) == before


# Silence: a small municipality with eleven children whose follow-up is overdue


def a_small_municipality(town: RuleTown, meetings_overdue: int) -> None:
    """Nine children met on 11 November, some others never; Saturday's evaluation is done."""
    town.write(RULE + NEW_RULE)
    for number in range(9):
        town.case(f"10{number:02}", date(2026, 11, 11))
    for number in range(meetings_overdue):
        # eight weeks after 22 September is 17 November: told on the 18th to both, on Monday
        # at the latest: nothing has been sent yet
        town.case(f"20{number:02}", date(2026, 9, 22))
    town.start()
    owed_by_now(town, NOW)


def waiting(town: RuleTown) -> int:
    """How many reminders wait to be sent."""
    with reading(town.engine) as connection:
        asked = select(INTENT.c.id).where(INTENT.c.state == PLANNED)
        return len(list(connection.scalars(asked)))


def test_taking_a_tenth_of_what_waits_needs_no_yes(town: RuleTown) -> None:
    a_small_municipality(town, meetings_overdue=1)
    # ten children's follow-up and one meeting, each to caseworker and leader
    assert waiting(town) == 22
    town.write(FOLLOW_UP)
    found = mailing(town)
    assert (found.cancelled, found.waiting, found.to_accept) == (2, 22, 0)
    town.activate(town.saved(), accepted_mails=0)


def test_taking_more_than_a_tenth_of_what_waits_is_refused_with_the_number(town: RuleTown) -> None:
    a_small_municipality(town, meetings_overdue=2)
    town.write(FOLLOW_UP)
    assert check_texts(town) == [
        ("warning", "mails: 4 of the 26 reminders that wait now will not be sent"),
        ("warning", "that is out of the ordinary and needs a yes: --accept-mails 4"),
    ]
    plan = town.saved()
    said = ("4 of the 26 that wait now will not be sent", "only 3 are accepted")
    assert_refused(town, lambda: town.activate(plan, accepted_mails=3), *said)


def test_what_was_accepted_comes_true_and_is_kept_in_the_history(town: RuleTown) -> None:
    a_small_municipality(town, meetings_overdue=2)
    town.write(FOLLOW_UP)
    town.activate(town.saved(), accepted_mails=5)
    counts = owed_by_now(town, LATER)
    assert (counts["cancelled"], counts["planned"], waiting(town)) == (4, 0, 22)
    with reading(town.engine) as connection:
        newest, first = activations(connection)
    assert (newest.mails, newest.accepted_mails) == (4, 5)
    assert (first.mails, first.accepted_mails) == (0, 0)
    assert activation_line(newest, "en").endswith(": BR 12 (4 reminders at once or not sent)")
    assert activation_line(newest, "da").endswith("(4 påmindelser på én gang eller bortfaldet)")
    assert activation_json(newest)["accepted_mails"] == 5


def test_a_reminder_of_a_date_that_moves_is_not_lost_when_its_reader_is_told_the_new_date(
    town: RuleTown,
) -> None:
    a_small_municipality(town, meetings_overdue=2)
    # 22 September and 5 weeks is 27 October: overdue as before, told anew
    town.write(FIVE_WEEKS + NEW_RULE)
    found = mailing(town)
    assert (found.cancelled, found.at_once) == (0, Volume(mails=2, reminders=4))


def test_a_reminder_of_a_date_that_moves_away_is_lost(town: RuleTown) -> None:
    a_small_municipality(town, meetings_overdue=2)
    longer = RULE.replace("then: 8 weeks", "then: 20 weeks")
    town.write(longer + NEW_RULE)
    found = mailing(town)
    assert (found.cancelled, found.at_once.reminders, found.to_accept) == (4, 0, 4)


def test_a_role_that_is_no_longer_told_loses_its_reminders(town: RuleTown) -> None:
    a_small_municipality(town, meetings_overdue=4)
    fewer = RULE.replace("1 day after: [caseworker, team_leader]", "1 day after: caseworker")
    town.write(fewer + NEW_RULE)
    found = mailing(town)
    assert (found.cancelled, found.waiting) == (4, 34)


def test_what_takes_effect_later_takes_nothing_that_waits_today(town: RuleTown) -> None:
    a_small_municipality(town, meetings_overdue=2)
    later = with_changes().replace("then: 6 weeks after done", "then: 40 weeks after done")
    town.write(later + NEW_RULE)
    assert mailing(town).cancelled == 0


def test_what_has_been_sent_does_not_wait(town: RuleTown) -> None:
    a_small_municipality(town, meetings_overdue=2)
    with writing(town.engine) as connection:
        connection.execute(update(INTENT).values(state="sent", state_at=LATER))
    town.write(FOLLOW_UP)
    assert mailing(town) == Mailing(None, Volume(0, 0), Volume(0, 0), 0, 0)


def test_rolling_back_is_judged_by_the_mails_too(town: RuleTown) -> None:
    town.write(RULE)
    town.case("1001", date(2026, 11, 11))
    town.start()
    town.write(RULE + NEW_RULE)
    town.activate(town.saved())
    owed_by_now(town, LATER)
    again = minutes_after(LATER, 20)
    said = ("2 of the 2 that wait now will not be sent", "--accept-mails 2")
    assert_refused(town, lambda: town.roll_back(at=again, accepted_mails=1), *said)
    town.roll_back(at=again, accepted_mails=2)
    assert owed_by_now(town, again)["cancelled"] == 2


# Flood: a city in which every caseworker is told at once


def a_city(town: RuleTown, caseworkers: int) -> None:
    """So many caseworkers beside Anna, each with a child whose follow-up never took place.

    The network meetings of the one rule are for youths, and only Anna has one.
    """
    names = [f"p{one:03}" for one in range(caseworkers)]
    town.case("1001", date(2026, 11, 11))
    staff = {"role": "caseworker", "team": "Nord", "leader": "lene", "active": True}
    with writing(town.engine) as connection:
        child = {**connection.execute(select(CASE)).mappings().one(), "facts": facts_text({})}
        connection.execute(
            insert(PERSON), [staff | {"person": n, "name": n, "email": f"{n}@x.dk"} for n in names]
        )
        connection.execute(
            insert(CASE), [child | {"case_ref": f"c-{n}", "caseworker": n} for n in names]
        )
    town.start()


def test_two_hundred_mailboxes_at_once_are_no_flood(town: RuleTown) -> None:
    a_city(town, caseworkers=198)
    town.write(RULE + NEW_RULE)
    found = mailing(town)
    assert (found.on, found.at_once, found.to_accept) == (SATURDAY, Volume(200, 398), 0)


def test_more_than_two_hundred_mailboxes_at_once_need_a_yes(town: RuleTown) -> None:
    a_city(town, caseworkers=199)
    town.write(RULE + NEW_RULE)
    assert check_texts(town) == [
        (
            "warning",
            "mails: 400 reminders in 201 mailboxes at once on Sat 21 Nov 2026 (on a usual day: "
            "0 in 0)",
        ),
        ("warning", "that is out of the ordinary and needs a yes: --accept-mails 400"),
    ]
    plan = town.saved()
    mails = json.loads(plan.read_text("utf-8"))["mails"]
    assert mails == {
        "on": "2026-11-21",
        "at_once": {"mails": 201, "reminders": 400},
        "usual_day": {"mails": 0, "reminders": 0},
        "waiting": 0,
        "waiting_cancelled": 0,
        "to_accept": 400,
    }
    said = ("400 reminders in 201 mailboxes due at once", "only 399 are accepted")
    refused = {"accepted": 400, "accepted_mails": 399}
    assert_refused(town, lambda: town.activate(plan, **refused), *said)
    town.activate(plan, accepted=400, accepted_mails=400)
    assert owed_by_now(town, LATER)["planned"] == 400


def test_the_same_is_no_flood_where_it_is_less_than_three_times_the_usual(town: RuleTown) -> None:
    a_city(town, caseworkers=199)
    town.case("2001", date(2026, 9, 22))
    owed_by_now(town, NOW)
    had_mails(town.engine, FRIDAY, 67)
    town.write(RULE + NEW_RULE)
    found = mailing(town)
    assert (found.usual.mails, found.at_once.mails, found.floods) == (67, 201, False)


def test_a_rule_tried_in_shadow_floods_nobody(town: RuleTown) -> None:
    a_city(town, caseworkers=199)
    town.write(RULE + NEW_RULE)
    quietly = {"shadow": ["plan-follow-up"], "until": date(2026, 11, 30)}
    town.activate(town.saved(), accepted=400, accepted_mails=0, **quietly)
    with reading(town.engine) as connection:
        assert activations(connection)[0].mails == 0
    # and while it is, another number in it makes no difference to anybody's mail
    town.write(RULE + NEW_RULE.replace("4 weeks", "3 weeks").replace("2026-02-02", "2026-01-26"))
    assert mailing(town, MONDAY).at_once == Volume(0, 0)


def test_changes_of_different_days_are_no_flood_together(town: RuleTown) -> None:
    a_city(town, caseworkers=120)
    town.case("2001", date(2026, 10, 6))
    town.write(with_changes() + NEW_RULE)
    found = mailing(town)
    # today the follow-ups; 2001 becomes overdue on 1 December and is told to both then
    assert (found.on, found.at_once) == (SATURDAY, Volume(122, 122 + 122))


def test_another_step_of_the_same_deadline_is_told_only_when_it_is_news(town: RuleTown) -> None:
    town.case("1001", date(2026, 9, 22))
    town.start()
    owed_by_now(town, NOW)
    with writing(town.engine) as connection:
        connection.execute(update(INTENT).values(state="sent", state_at=WEDNESDAY))
    earlier = RULE.replace("3 days before: caseworker", "4 days before: caseworker")
    town.write(earlier)
    assert mailing(town).at_once == Volume(0, 0)
    town.write(RULE.replace("1 day after: [", "2 days after: ["))
    assert mailing(town).at_once == Volume(2, 2)
    town.activate(town.saved())
    assert owed_by_now(town, LATER)["planned"] == 2
