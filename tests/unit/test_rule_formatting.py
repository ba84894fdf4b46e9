"""`rules fmt`: one spelling of facts, and nothing else touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.formatting import formatted
from rules.load import load_book
from rules.reading import read_aloud
from tests.unit.rule_file_samples import NETWORK_MEETING, STANDARDS, load_folder, load_texts

BOOK = load_folder(STANDARDS).book
assert BOOK is not None
FILES = [path for path in sorted(STANDARDS.glob("*.yaml")) if path.name != "vocabulary.yaml"]


def tidied(text: str) -> str:
    """A rule file in its one form."""
    book = load_texts(local=text).book
    assert book is not None, load_texts(local=text).problems
    return formatted(text.encode(), book).decode()


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("when: {target_group: youth}", "when: {case.target_group: youth}"),
        (
            "when: [{abroad: no, target_group: youth}, {child.age: under 3}]",
            "when: [{case.abroad: no, case.target_group: youth}, {child.age: under 3}]",
        ),
        (
            "when:   # hvem\n      target_group: youth  # de unge\n    unless: {abroad: yes}",
            "when:   # hvem\n      case.target_group: youth  # de unge\n"
            "    unless: {case.abroad: yes}",
        ),
        ('when: {"target_group": youth}', 'when: {"case.target_group": youth}'),
        ("when: {target_group: youth}   ", "when: {case.target_group: youth}"),
    ],
)
def test_facts_get_their_record_and_comments_stay(written: str, tidy: str) -> None:
    text = NETWORK_MEETING.replace("when: {target_group: youth}", written)
    expected = NETWORK_MEETING.replace("when: {target_group: youth}", tidy)
    assert tidied(text) == expected


def test_fields_of_an_event_and_facts_of_a_test_keep_their_short_names() -> None:
    text = tidied(NETWORK_MEETING)
    assert "counts_when: {participants: {all_of: [child, parents]}}" in text
    assert "case: {began: 2026-01-05, target_group: youth}" in text


def test_changes_are_tidied_too_also_in_a_local_file() -> None:
    change = "      - {when: {abroad: yes}, due: 9 weeks after start, why: udland}\n"
    inside = NETWORK_MEETING.replace("    tests:\n", f"{change}    tests:\n")
    assert "{when: {case.abroad: yes}" in tidied(inside)
    local = f'language: 1\nlayer: "municipality: x"\nchanges:\n  network-meeting:\n{change}'
    book = load_texts(a=NETWORK_MEETING, b=local).book
    assert book is not None
    assert b"{when: {case.abroad: yes}" in formatted(local.encode(), book)


def test_windows_line_breaks_and_a_missing_last_one_are_mended() -> None:
    text = tidied(NETWORK_MEETING)
    assert tidied(text.replace("\n", "\r\n").rstrip()) == text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_shipped_file_means_the_same_afterwards_and_stays_as_it_is_then(path: Path) -> None:
    assert BOOK is not None
    once = formatted(path.read_bytes(), BOOK)
    assert formatted(once, BOOK) == once
    files = {other.name: other.read_bytes() for other in STANDARDS.glob("*.yaml")}
    again = load_book({**files, path.name: once}).book
    assert again is not None
    for name, rule in BOOK.rules.items():
        assert read_aloud(again.rules[name], again, "da") == read_aloud(rule, BOOK, "da")
