"""`rules read`: the shipped standards said back, as people are to approve them."""

from __future__ import annotations

import re

import pytest

from rules.book import Rule
from rules.reading import read_aloud
from tests.unit.rule_file_samples import (
    NETWORK_MEETING,
    SAMPLES,
    STANDARDS,
    load_folder,
    load_texts,
)

BOOK = load_folder(STANDARDS).book
assert BOOK is not None
RULES = list(BOOK.rules.values())
GOLDEN = SAMPLES / "reading"


def golden(language: str) -> list[tuple[str, str]]:
    """The texts somebody has read and found right: each rule's name, then its sentences."""
    parts = (GOLDEN / f"{language}.txt").read_text("utf-8").strip().split("\n\n")
    return [(language, part) for part in parts]


@pytest.mark.parametrize(("language", "text"), [*golden("da"), *golden("en")])
def test_a_shipped_standard_is_said_back_as_approved(language: str, text: str) -> None:
    name, _, sentences = text.partition("\n")
    assert BOOK is not None
    assert read_aloud(BOOK.rules[name], BOOK, language) == sentences


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_standard_is_said_back_with_a_word_only_programmers_know(
    rule: Rule, language: str
) -> None:
    assert BOOK is not None
    said = read_aloud(rule, BOOK, language)
    assert not re.search(r"\w_\w|\{|\}|None|  ", said)


VARIANTS = [
    ("due: 8 weeks after start", "due: {first_of: [8 weeks after began, 6 months before age 18]}",
     "senest det tidligste af 8 uger efter begyndelsen og 6 måneder før det fyldte 18. år"),
    ("due: 8 weeks after start\n    then: 8 weeks after done", "at_least: 1 per calendar year",
     "mindst én gang i hvert kalenderår"),
    ("{target_group: youth}", "[{target_group: [child, youth]}, {open_measures: 2 to 4}]",
     "mens »målgruppe« er børn eller unge, eller »løbende indsatser« er 2 til 4"),
    ("when: {target_group: youth}", "unless: {case.eighteen: before 2026-05-01}",
     "dog ikke mens »fylder 18« er før 1. maj 2026"),
    ("{all_of: [child, parents]}", "{any_of: [child, parents]}",
     "omfatter mindst én af barnet eller den unge eller forældrene"),
    ("    due: 8", "    look_back: any time\n    due: 8",
     "Det tæller også, hvis det er sket før start."),
    ("    due: 8", "    calendar: mon-sat\n    due: 8", "Lørdag regnes for hverdag."),
    ("in_force: 2026-01-01", "in_force: 2026-01-01\n    until: 2027-12-31",
     "Gælder fra 1. januar 2026 til og med 31. december 2027."),
    ("        then: 6 weeks after done", "        off: yes",
     "Ændring fra 1. januar 2027: reglen gælder ikke. Begrundelse: pkt. 7"),
    ("        then: 6 weeks after done", "        running: move\n        waive_by: nobody",
     "Ændring fra 1. januar 2027: kan ikke fraviges; løbende frister flyttes med."),
]  # fmt: skip


@pytest.mark.parametrize(("good", "other", "said"), VARIANTS, ids=lambda text: text[:40].strip())
def test_every_form_of_a_rule_has_its_sentence(good: str, other: str, said: str) -> None:
    text = NETWORK_MEETING.replace(good, other, 1).partition("    tests:")[0]
    book = load_texts(local=text).book
    assert book is not None, load_texts(local=text).problems
    assert said in read_aloud(book.rules["network-meeting"], book, "da")


def test_a_rule_that_waits_for_another_names_it_by_its_title() -> None:
    first = NETWORK_MEETING.partition("    changes:")[0]
    second = first.partition("  network-meeting:\n")[2].replace(
        "when: {target_group: youth}", "when: {rule.network-meeting: [overdue, missed]}"
    )
    book = load_texts(local=f"{first}  another:\n{second}").book
    assert book is not None
    said = read_aloud(book.rules["another"], book, "da")
    assert "mens reglen »Netværksmøde« står som »ikke opfyldt« eller »overskredet«" in said


def test_a_change_of_a_municipality_says_whose_it_is() -> None:
    local = """\
language: 1
layer: "municipality: Esbjerg"
changes:
  network-meeting: [{from: 2026-06-01, due: 7 weeks after start, why: pkt. 3}]
"""
    book = load_texts(a=NETWORK_MEETING, b=local).book
    assert book is not None
    said = read_aloud(book.rules["network-meeting"], book, "da")
    assert "Ændring hos Esbjerg fra 1. juni 2026: senest 7 uger efter at reglen" in said
