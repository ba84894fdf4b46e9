"""The commands that show what rule files say, as administrators type them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flow.typed import Run, ask_in


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in an empty folder."""
    return ask_in(tmp_path, monkeypatch, capsys)


def test_a_rule_is_read_in_the_language_asked_for(run: Run) -> None:
    assert "at most 20" in run("rules", "read", "caseload").out
    assert "højst 20" in run("rules", "read", "caseload", "--language", "da").out


def test_all_rules_are_read_for_machines(run: Run) -> None:
    rules = json.loads(run("rules", "read", "--all", "--json").out)["rules"]
    assert {"caseload", "network-meeting"} <= {rule["rule"] for rule in rules}


def test_a_misspelt_rule_is_asked_about(run: Run) -> None:
    answer = run("rules", "read", "casload")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == 'There is no rule called "casload". Did you mean caseload?\n'


def test_reading_nothing_says_how_to_read_everything(run: Run) -> None:
    assert "--all" in run("rules", "read").err


def test_a_language_that_is_not_spoken_is_refused(run: Run) -> None:
    assert '"sv" is not a language here' in run("rules", "read", "--all", "--language", "sv").err
