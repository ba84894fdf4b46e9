"""What a book holds: local choices, areas, sources to read again, and numbers nobody guards."""

from __future__ import annotations

from datetime import date

import pytest

from rules.overview import MANDATORY_AREAS, areas_covered, is_local_choice, stale_sources
from rules.strength import strength_of, variants_of
from tests.unit.rule_file_samples import NETWORK_MEETING, STANDARDS, load_folder, load_texts

BOOK = load_folder(STANDARDS).book
assert BOOK is not None
BARE = NETWORK_MEETING.partition("    changes:")[0]
LAW = BARE.replace("binding: standard", "binding: law").replace(
    "TPF s. 5", "§ 1\n        checked: 2025-11-21"
)


def test_all_five_areas_that_must_have_standards_have_some() -> None:
    assert BOOK is not None
    areas = areas_covered(BOOK)
    assert len(MANDATORY_AREAS) == 5
    assert all(areas[area] for area in MANDATORY_AREAS)


def test_an_area_without_a_rule_is_still_named() -> None:
    book = load_texts(local=BARE).book
    assert book is not None
    areas = areas_covered(book)
    assert areas["over_15"] == ()
    assert areas[""] == ("network-meeting",)


@pytest.mark.parametrize(
    ("about", "is_local"),
    [
        ("De 14 dage er vores valg.", True),
        ("Loven siger ikke, hvad et år er; det er vores læsning.", True),
        ("The fortnight is our choice.", True),
        ("Der tælles fra fødslen.", False),
    ],
)
def test_a_local_choice_is_known_by_its_words(about: str, is_local: bool) -> None:
    book = load_texts(local=BARE.replace("    for:", f"    about: {about}\n    for:")).book
    assert book is not None
    assert is_local_choice(book.rules["network-meeting"]) is is_local


def test_a_source_compared_a_year_ago_to_the_day_is_fresh_and_a_day_later_stale() -> None:
    book = load_texts(local=LAW).book
    assert book is not None
    assert stale_sources(book, date(2026, 11, 21)) == ()
    (stale,) = stale_sources(book, date(2026, 11, 22))
    assert (stale.rule, stale.source, stale.checked) == (
        "network-meeting",
        "§ 1",
        date(2025, 11, 21),
    )


def test_a_law_nobody_ever_compared_is_stale_and_a_standard_never_is() -> None:
    never = load_texts(local=LAW.replace("        checked: 2025-11-21\n", "")).book
    standard = load_texts(local=BARE).book
    assert never is not None
    assert standard is not None
    assert [one.checked for one in stale_sources(never, date(2026, 1, 1))] == [None]
    assert stale_sources(standard, date(2099, 1, 1)) == ()


def test_every_number_of_the_shipped_standards_is_guarded() -> None:
    assert BOOK is not None
    strength = strength_of(BOOK)
    assert strength.unnoticed == ()
    assert strength.numbers >= 17


def test_numbers_no_test_reaches_are_named_with_their_line() -> None:
    book = load_texts(local=NETWORK_MEETING).book
    assert book is not None
    strength = strength_of(book)
    assert strength.numbers == 3
    # the only test looks at a day after a meeting in 2026: neither the first round nor the change
    assert [(number.text, number.place.line) for number in strength.unnoticed] == [
        ("8 weeks after start", 12),
        ("6 weeks after done", 18),
    ]


def test_numbers_of_a_local_change_are_told_apart_because_no_test_can_stand_there() -> None:
    local = """\
language: 1
layer: "municipality: x"
changes:
  network-meeting: [{from: 2028-01-01, due: 7 weeks after start, why: pkt. 3}]
"""
    book = load_texts(a=NETWORK_MEETING, b=local).book
    assert book is not None
    strength = strength_of(book)
    assert strength.numbers == 3
    assert [(number.text, number.place.file) for number in strength.beyond] == [
        ("7 weeks after start", "b.yaml")
    ]


EVERY_NUMBER = """\
language: 1
rules:
  many-numbers:
    title: Tal
    binding: standard
    basis: [{source: TPF}]
    for: case
    when: {child.age: 16 to 17, open_measures: at least 1}
    unless: {school_absence_percent: over 20}
    must_happen: network_meeting
    look_back: 3 weeks
    due: {first_of: [6 months before age 18, 8 weeks after start]}
    not_before: 1 month after start
    in_force: 2026-01-01
    changes:
      - when: {case.open_measures: over 2}
        due: 4 weeks after start
        why: mange indsatser
"""


def test_every_number_is_changed_by_one_in_both_directions() -> None:
    book = load_texts(local=EVERY_NUMBER).book
    assert book is not None
    found: dict[str, int] = {}
    for variant in variants_of(book.rules["many-numbers"]):
        found[variant.number.text] = found.get(variant.number.text, 0) + 1
    assert found == {
        "6 months before age 18": 4,
        "8 weeks after start": 2,
        "1 month after start": 1,
        "3 weeks": 2,
        "child.age: 16 to 17": 2,
        "case.open_measures: at least 1": 2,
        "case.school_absence_percent: over 20": 2,
        "4 weeks after start": 2,
        "case.open_measures: over 2": 2,
    }
