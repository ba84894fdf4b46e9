"""The gate: nothing about a child or a parent gets into a mail (peers F17, fault I16)."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest

from notifications.privacy import find_leak, has_cpr_number, has_name, is_case_reference
from notifications.render import Mail, render_digest, render_reminder
from tests.unit.mail_views import SOON, a_digest, a_reminder


@pytest.mark.parametrize(
    "text",
    [
        "barnets cpr er 010115-1234",
        "0101151234",
        "010115 1234",
        "010115–1234",
        "cpr:311299-4567.",
    ],
)
def test_a_number_that_begins_with_a_birthday_is_taken_for_a_cpr_number(text: str) -> None:
    assert has_cpr_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "010115 - 1234",
        "01 01 15-1234",
        "01.01.15-1234",
        "010115\u22121234",
        "010115/1234",
        "01-01-15 1234",
    ],
)
def test_no_way_of_writing_one_gets_it_past_the_gate(text: str) -> None:
    for field in ("title", "because", "source", "staff"):
        view = a_reminder(replace(SOON, **{field: f"brev om {text}"}))
        assert find_leak(view, render_reminder(view)) == "a number that may be a CPR number"


@pytest.mark.parametrize("words", range(8, 14))
def test_a_number_that_the_end_of_a_line_has_cut_in_two_is_found(words: int) -> None:
    view = a_reminder()
    text = textwrap.fill("ord " * words + "barnet er 010115 1234 i dag", 50, subsequent_indent="  ")
    assert find_leak(view, Mail("Frist", text, "")) == "a number that may be a CPR number"


@pytest.mark.parametrize(
    "link", ["https://esdh.dk/010115-1234", "https://esdh.dk/?barn=0101151234"]
)
def test_a_link_that_somebody_wrote_in_a_rule_is_looked_at_like_other_words(link: str) -> None:
    view = a_reminder(replace(SOON, source=f"Se {link}"))
    assert find_leak(view, render_reminder(view)) == "a number that may be a CPR number"


@pytest.mark.parametrize(
    "text",
    [
        "Holm, Ida Marie",
        "Ida M. Holm",
        "IDA-MARIE HOLM",
        "Ida\u00a0Marie\u00a0Holm",
        "Jose\u0301 Nunez",
        "JOSE NÚÑEZ",
        "Marie-Louise Ek Bo Juul Dam",
    ],
)
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    names = frozenset({"ida marie holm", "ida holm", "josé núñez", "marie-louise ek bo juul dam"})
    assert has_name(f"Møde med {text} i dag", names)


@pytest.mark.parametrize(
    "text", ["sag 9999991234", "24. november 2026 kl. 14.30", "27.36.00-G01-12"]
)
def test_other_numbers_pass(text: str) -> None:
    assert not has_cpr_number(text)


@pytest.mark.parametrize("text", ["4711", "2026-0815", "27.36.00-G01-12-25", "SAG_7", "Æ1/26"])
def test_a_case_reference_is_short_has_a_digit_and_no_spaces(text: str) -> None:
    assert is_case_reference(text)


@pytest.mark.parametrize(
    "text", ["Ida Holm", "Ida", "010115-1234", "", "4711 Ida", "a" * 41 + "1", "4711\n", "=1+1"]
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_case_reference(text)


def test_a_name_is_found_whatever_its_case_and_neighbours() -> None:
    names = frozenset({"ida marie holm", "bo ek"})
    assert has_name("Møde med Ida Marie Holm, mor", names)
    assert has_name("BO EK", names)
    assert not has_name("Ida ringer til Holm", names)


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("title", "Møde om 010115-1234", "a number that may be a CPR number"),
        ("because", "efter brev til 0101151234", "a number that may be a CPR number"),
        ("case", "Ida Holm", "a case reference with characters it cannot have"),
        ("title", "Møde med Ida Holm", "a person's name"),
    ],
)
def test_the_gate_stops_a_mail_and_does_not_repeat_what_it_found(
    field: str, value: str, found: str
) -> None:
    view = a_reminder(replace(SOON, **{field: value}))
    leak = find_leak(view, render_reminder(view), {"ida holm"})
    assert leak == found
    assert value not in leak


def test_a_mail_that_says_only_what_it_may_passes() -> None:
    view = a_reminder()
    assert find_leak(view, render_reminder(view), {"ida holm"}) == ""


def test_digits_in_a_link_are_not_taken_for_a_cpr_number() -> None:
    view = a_reminder(
        replace(SOON, link="https://fristvagt.kommune.dk/deadlines?line=" + "0101151234" * 3 + "ab")
    )
    assert find_leak(view, render_reminder(view)) == ""


def test_what_is_muted_goes_through_the_gate_like_every_line() -> None:
    digest = a_digest()
    muted = replace(digest.muted[0], title="Møde med Ida Holm")
    sly = replace(digest, muted=(muted,))
    assert find_leak(sly, render_digest(sly), frozenset({"ida holm"})) == "a person's name"
    odd = replace(digest, muted=(replace(muted, title="Møde", case="Ida Holm"),))
    assert "case reference" in find_leak(odd, render_digest(odd))
    assert find_leak(digest, render_digest(digest), frozenset({"ida holm"})) == ""
