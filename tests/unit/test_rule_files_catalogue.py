"""The catalogue of messages: both languages, same blanks, plain words, nothing left over."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from rules.problems import CATALOGUE
from tests.unit.rule_file_samples import ROOT

FORBIDDEN = re.compile(r"\b(schema|model|python|pydantic|parser|exception|token|scalar)\b", re.I)
DANISH_BLANKS = {"place_da": "place", "mark_da": "mark", "meaning_da": "meaning"} | {
    "layer_da": "layer",
    "month_da": "month",
}


def blanks(text: str) -> set[str]:
    """The names filled into a text, Danish variants counted as their English ones."""
    names = {name for _, name, _, _ in Formatter().parse(text) if name}
    return {DANISH_BLANKS.get(name, name) for name in names}


@pytest.mark.parametrize("entry", sorted(CATALOGUE))
def test_both_languages_say_the_same(entry: str) -> None:
    message, besked, hint, raad = CATALOGUE[entry]
    assert blanks(message) <= blanks(besked) | {"a_record"}
    assert blanks(besked) <= blanks(message) | {"record"}
    assert blanks(hint) == blanks(raad)


@pytest.mark.parametrize("entry", sorted(CATALOGUE))
def test_no_programmers_words_are_used(entry: str) -> None:
    assert not [text for text in CATALOGUE[entry] if FORBIDDEN.search(text)]


@pytest.mark.parametrize("entry", sorted(CATALOGUE))
def test_codes_belong_to_a_family(entry: str) -> None:
    assert re.fullmatch(r"[YSVTLP]\d\d(\.[a-z_0-9]+)?", entry)


def test_every_message_is_used_and_every_used_message_exists() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "rules").glob("*.py")
        if not path.name.startswith(("messages_", "help_"))
    )
    used = set(re.findall(r'"([YSVTLP]\d\d(?:\.[a-z_0-9]+)?)"', source))
    assert used == set(CATALOGUE)
