"""Derivations read as Danish and as English, with the vocabulary's own words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rules.deadline import Step
from rules.load_vocabulary import load_vocabulary
from rules.words import SENTENCES, say_phrase, sentence

SHIPPED = Path(__file__).parents[2] / "rules" / "standards" / "vocabulary.yaml"
VOCABULARY = load_vocabulary(SHIPPED.name, SHIPPED.read_bytes()).vocabulary
assert VOCABULARY is not None

MEETING = date(2026, 10, 30)


def test_a_meeting_that_does_not_count_says_who_was_there_and_who_must_be() -> None:
    failing = (("participants", "all of child, parents", frozenset({"parents", "school"})),)
    step = Step("does not count", ("network_meeting", MEETING, failing))
    assert sentence(step, VOCABULARY, "da") == (
        "Netværksmøde fre. 30. okt. 2026 tæller ikke: deltagere: forældrene, skolen "
        "(krav: alle: barnet eller den unge, forældrene)"
    )
    assert sentence(step, VOCABULARY, "en").startswith(
        "The network meeting on Fri 30 Oct 2026 does not count: participants: "
    )


def test_a_fact_is_said_with_the_label_of_its_choice() -> None:
    step = Step("fact", ("case.target_group", "youth", "youth"))
    assert sentence(step, VOCABULARY, "da") == "Målgruppe er unge (krav: unge)"
    assert (
        sentence(step, VOCABULARY, "en") == "Target group is young people (asked for: young people)"
    )


def test_numbers_and_missing_facts_are_said_plainly() -> None:
    step = Step("fact fails", ("case.open_measures", None, "at least 1"))
    said = sentence(step, VOCABULARY, "da")
    assert said == "Reglen gælder ikke: løbende indsatser er ikke oplyst (krav: mindst 1)"


@pytest.mark.parametrize(
    ("phrase", "danish"),
    [
        ("8 weeks after done", "8 uger efter den seneste"),
        ("6 months before age 18", "6 måneder før alderen 18"),
        ("2 per 12 months", "2 pr. 12 måneder"),
        ("2 per calendar year", "2 pr. kalenderår"),
        ("5 working days after start", "5 hverdage efter start"),
        ("every 1 working day from 1 day after", "hver hverdag fra 1 dag efter"),
        ("on the day", "på dagen"),
        (
            "measure.follow_up_interval after done",
            "besluttet tid mellem opfølgninger efter den seneste",
        ),
    ],
)
def test_phrases_of_the_rule_language_read_as_danish(phrase: str, danish: str) -> None:
    assert say_phrase(phrase, VOCABULARY, "da") == danish


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_step_has_a_sentence_in_both_languages(code: str) -> None:
    danish, english = SENTENCES[code]
    assert danish
    assert english
    assert danish != english or code == "decided here"
