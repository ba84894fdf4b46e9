"""What a mail says of how a date was found: from what it counts, and never what it comes to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from flows.rule_book.rule_folder import good_book
from rules.book import Book
from rules.case import Record
from rules.dates import Moment
from rules.deadline import Step
from rules.how_found import how_found, what_is_missing

STANDARDS = Path(__file__).parents[2] / "rules" / "standards"
BEGAN, LATER, DUE = date(2026, 6, 17), date(2026, 7, 1), date(2026, 10, 17)


@cache
def book() -> Book:
    return good_book(STANDARDS)


def said(rule: str, text: str, anchor: Moment, language: str, began: Moment = BEGAN) -> str:
    """Return what is told of a date that a rule's text comes to, counted from an anchor."""
    found = book().rules[rule]
    record = Record(found.record, "U-1", began, None, {}, {}, ())
    step = Step("counted", (text, anchor, DUE))
    return how_found([step], found, record, book().vocabulary, language)


def test_a_date_counted_from_the_beginning_names_what_began() -> None:
    rule = next(name for name, rule in book().rules.items() if rule.record == "assessment")
    text = "4 months after start"
    danish = "4 måneder efter 17. juni 2026 (start: børnefaglig undersøgelse)"
    assert said(rule, text, BEGAN, "da") == danish
    english = said(rule, text, BEGAN, "en")
    assert english.startswith("4 months after 17 June 2026 (start: ")


def test_a_rule_that_began_to_apply_later_says_so_and_not_that_something_began_then() -> None:
    rule = next(name for name, rule in book().rules.items() if rule.record == "assessment")
    assert said(rule, "on start", LATER, "da") == "1. juli 2026 (reglen begyndte at gælde)"
    assert said(rule, "on start", LATER, "en") == "1 July 2026 (the rule began to apply)"


def test_hours_are_counted_from_a_time_on_a_danish_clock() -> None:
    rule = next(name for name, rule in book().rules.items() if rule.record == "report")
    came_at = datetime(2026, 11, 19, 17, 43, tzinfo=UTC)
    found = said(rule, "24 hours after start", came_at, "da", began=came_at)
    assert found == "24 timer efter 19. november 2026 kl. 18.43 (start: underretning)"


@pytest.mark.parametrize(
    ("text", "danish", "english"),
    [
        (
            "6 months after done",
            "6 måneder efter 1. juli 2026 (den seneste gang)",
            "6 months after 1 July 2026 (the last time)",
        ),
        (
            "3 working days before network_meeting",
            "3 hverdage før 1. juli 2026 (netværksmøde)",
            "3 working days before 1 July 2026 (network meeting)",
        ),
        (
            "6 months before age 18",
            "6 måneder før 1. juli 2026 (barnets 18-års fødselsdag)",
            "6 months before 1 July 2026 (the day the child turns 18)",
        ),
    ],
)
def test_what_it_is_counted_from_is_named_in_words(text: str, danish: str, english: str) -> None:
    rule = next(iter(book().rules))
    assert (said(rule, text, LATER, "da"), said(rule, text, LATER, "en")) == (danish, english)


def test_every_time_of_the_shipped_standards_is_told_without_a_word_of_the_rule_language() -> None:
    for rule in book().rules.values():
        for phrase in rule.terms.due.phrases if rule.terms.due is not None else ():
            danish = said(rule.name, phrase.text, LATER, "da")
            assert not {"after", "before", "start)", "done", "due"} & set(danish.split()), danish
            assert "_" not in danish, danish


def test_the_end_of_something_is_counted_from_its_beginning_and_not_from_its_end() -> None:
    rule = next(name for name, rule in book().rules.items() if rule.must.form == "ended")
    assert "(start: " in said(rule, "12 months after start", BEGAN, "da")


def test_a_frequency_is_told_with_the_day_it_counts_from() -> None:
    rule = next(name for name, rule in book().rules.items() if rule.record == "placement")
    danish = "mindst 2 pr. 12 måneder, regnet fra 1. juli 2026"
    english = "at least 2 per 12 months, counted from 1 July 2026"
    told = [said(rule, "2 per 12 months", LATER, language) for language in ("da", "en")]
    assert told == [danish, english]


def test_a_date_that_waits_for_a_fact_says_which() -> None:
    facts = ("measure.follow_up_interval",)
    danish = what_is_missing(facts, book().vocabulary, "da")
    assert danish == "Mangler: besluttet tid mellem opfølgninger"
    assert what_is_missing(facts, book().vocabulary, "en").startswith("Missing: ")


def test_what_moved_a_date_is_told_after_it_and_facts_of_the_case_are_not() -> None:
    rule = next(name for name, rule in book().rules.items() if rule.record == "assessment")
    found = book().rules[rule]
    record = Record(found.record, "U-1", BEGAN, None, {}, {}, ())
    steps = [
        Step("fact", ("case.target_group", "youth", "youth")),
        Step("counted", ("4 months after start", BEGAN, DUE)),
        Step("paused", (3, date(2026, 7, 1), date(2026, 7, 3), date(2026, 10, 20))),
    ]
    told = how_found(steps, found, record, book().vocabulary, "da")
    assert told.startswith("4 måneder efter 17. juni 2026 (start: ")
    assert told.endswith("fristen bliver 20. oktober 2026")
    assert "unge" not in told
