"""A changed rule as it might have been: halfway, all along, and with running clocks otherwise."""

from __future__ import annotations

from datetime import date

import pytest

from rules.book import Book
from rules.differences import Kind, RuleDifference, differences, new_changes, terms_on
from rules.variants import alternative, in_force_since, other_running
from tests.unit.rule_file_samples import NETWORK_MEETING, load_texts

TODAY = date(2026, 11, 21)
CHANGE = """\
      - from: 2027-01-01
        then: 6 weeks after done
        why: pkt. 7
"""
CALM = NETWORK_MEETING.replace("    changes:\n" + CHANGE, "")


def book_of(text: str) -> Book:
    """The book of one rule file."""
    loaded = load_texts(local=text)
    assert loaded.book is not None, [problem.message("en") for problem in loaded.problems]
    return loaded.book


def difference(before: str, after: str) -> RuleDifference:
    """How the one rule that is not the same differs."""
    (found,) = differences(book_of(before), book_of(after), TODAY)
    return found


@pytest.mark.parametrize(
    ("old", "new", "takes_effect_on"),
    [
        ("due: 8 weeks", "due: 7 weeks", TODAY),
        ("        why: pkt. 7", "        why: pkt. 7\n        running: move", date(2027, 1, 1)),
        ("from: 2027-01-01", "from: 2026-12-24", date(2026, 12, 24)),
        ("from: 2027-01-01", "from: 2020-01-01", TODAY),
        ("in_force: 2026-01-01", "in_force: 2026-01-01\n    until: 2027-06-30", date(2027, 7, 1)),
    ],
)
def test_a_change_takes_effect_on_the_first_day_the_readings_differ(
    old: str, new: str, takes_effect_on: date
) -> None:
    found = difference(NETWORK_MEETING, NETWORK_MEETING.replace(old, new))
    assert (found.kind, found.decides) == (Kind.CHANGED, True)
    assert found.takes_effect_on == takes_effect_on


def test_a_change_that_is_taken_away_before_its_day_takes_effect_on_that_day() -> None:
    assert difference(NETWORK_MEETING, CALM).takes_effect_on == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [("title: Netværksmøde", "title: Møde"), ("source: TPF s. 5", "source: TPF s. 6")],
)
def test_another_wording_decides_nothing_otherwise(old: str, new: str) -> None:
    assert not difference(NETWORK_MEETING, NETWORK_MEETING.replace(old, new)).decides


def test_another_ladder_moves_no_deadline_but_mails() -> None:
    new = NETWORK_MEETING.replace("3 days before", "4 days before")
    assert difference(NETWORK_MEETING, new).decides


def test_tests_comments_and_places_are_no_difference() -> None:
    new = "# hej\n" + NETWORK_MEETING.replace("fire uger for sent", "et andet navn")
    assert differences(book_of(NETWORK_MEETING), book_of(new), TODAY) == ()


def test_a_rule_reads_by_its_changes_on_their_day() -> None:
    rule = book_of(NETWORK_MEETING).rules["network-meeting"]
    read = [terms_on(rule, day).then for day in (date(2026, 12, 31), date(2027, 1, 1))]
    assert [then.text for then in read if then] == ["8 weeks after done", "6 weeks after done"]


@pytest.mark.parametrize(
    ("new", "between"),
    [
        ("then: 6 weeks after done", "7 weeks"),
        ("then: 12 weeks after done", "10 weeks"),
        ("then: 7 weeks after done", None),
        ("then: 6 months after done", None),
        ("then: 6 weeks after due", None),
    ],
)
def test_the_alternative_lies_halfway(new: str, between: str | None) -> None:
    found = alternative(difference(CALM, CALM.replace("then: 8 weeks after done", new)))
    assert (found[1] if found else None) == between
    if found is not None:
        assert found[0].terms.then is not None
        assert str(found[0].terms.then.amount) == between


def test_the_alternative_of_a_dated_change_keeps_its_date() -> None:
    found = alternative(difference(CALM, NETWORK_MEETING))
    assert found is not None
    (change,) = found[0].changes
    assert (change.starts, found[1]) == (date(2027, 1, 1), "7 weeks")


def test_as_if_the_change_had_held_for_a_year() -> None:
    rule = in_force_since(difference(CALM, NETWORK_MEETING), date(2025, 11, 21))
    assert rule is not None
    assert [change.starts for change in rule.changes] == [date(2025, 11, 21)]


def test_as_if_a_new_rule_had_been_in_force_for_a_year() -> None:
    new = CALM.replace("network-meeting:", "another:").replace("rules:\n", "")
    (found,) = differences(book_of(CALM), book_of(CALM + new.removeprefix("language: 1\n")), TODAY)
    rule = in_force_since(found, date(2025, 11, 21))
    assert rule is not None
    assert rule.in_force == date(2025, 11, 21)


def test_running_clocks_are_kept_where_the_change_moves_them() -> None:
    kept = difference(CALM, NETWORK_MEETING)
    other = other_running(kept)
    assert other is not None
    assert [change.move for change in (*new_changes(kept), *other.changes)] == [False, True]
    assert (
        other_running(difference(CALM, CALM.replace("8 weeks after done", "6 weeks after done")))
        is None
    )
