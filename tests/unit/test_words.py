"""Nothing the command line says is left without its Danish."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import typer

from flows.commands.spoken import PLACES, spoken_in
from flows.commands.usage_words import usage_mistake
from flows.words import DANISH
from fristvagt import app

ROOT = Path(__file__).parents[2]


CODE = [ROOT / "fristvagt.py", *(ROOT / "flows").rglob("*.py")]


def sentences_said() -> set[str]:
    """Every sentence that is passed to `say` as it stands."""
    return {
        node.args[0].value
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "say"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def texts_written() -> set[object]:
    """Every text in the code but the catalogue itself."""
    return {
        node.value
        for path in CODE
        if path.name != "words.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
    }


def helps(command: Any) -> set[str]:
    """Every help text of a command and of those below it."""
    found = {command.help, *(parameter.help for parameter in command.params)} - {None}
    below = getattr(command, "commands", {}).values()
    return found.union(*(helps(one) for one in below))


def test_every_sentence_has_its_danish() -> None:
    assert sentences_said() - set(DANISH) == set()


def test_every_help_text_has_its_danish() -> None:
    parsers_own = {"Show this message and exit."}
    assert helps(typer.main.get_command(app)) - set(DANISH) - parsers_own == set()


def test_in_danish_no_english_help_remains() -> None:
    spoken = helps(spoken_in(typer.main.get_command(app), "da"))
    assert spoken & set(DANISH) <= {"Show this message and exit."}


def values(command: Any) -> set[str]:
    """The names of what is to be written on a command's line and on those below it."""
    written = {one.name for one in command.params if not getattr(one, "is_flag", False)}
    below = getattr(command, "commands", {}).values()
    return written.union(*(values(one) for one in below))


def test_every_value_to_be_written_has_a_word_on_the_help_page() -> None:
    assert values(typer.main.get_command(app)) == set(PLACES)


def test_no_danish_is_kept_that_nobody_says() -> None:
    assert set(DANISH) - texts_written() == set()


@pytest.mark.parametrize("english", sorted(DANISH))
def test_both_languages_fill_in_the_same_values(english: str) -> None:
    def names(text: str) -> set[str]:
        from string import Formatter

        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert names(DANISH[english]) == names(english)


def test_an_unknown_sentence_of_the_parser_is_passed_on_as_it_is() -> None:
    assert usage_mistake("Something new.", "da") == "Something new."
