"""`rules new` and `rules fmt`: files that are written are sound, or nothing is written."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import typer

from tests.flow.typed import Run, ask_in
from tests.unit.rule_file_samples import NETWORK_MEETING

ANSWERS = ("--for", "sag", "--must", "netværksmøde", "--source", 'Byrådet: "pkt. 7"')
WHEN = ("--due", "8 weeks after start, then 6 weeks after done")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in an empty folder."""
    return ask_in(tmp_path, monkeypatch, capsys)


def test_a_new_rule_is_written_with_a_test_that_holds(run: Run, tmp_path: Path) -> None:
    answer = run("rules", "new", "network", *ANSWERS, *WHEN, "--rules", tmp_path)
    assert answer.code == 0, answer.err
    assert "no later than 8 weeks after the start; then again no later than 6 weeks" in answer.out
    text = (tmp_path / "network.yaml").read_text("utf-8")
    assert 'source: "Byrådet: \\"pkt. 7\\""' in text
    assert "must_happen: network_meeting" in text
    assert run("rules", "check", "--rules", tmp_path).code == 0
    assert run("rules", "test", "--rules", tmp_path).code == 0
    assert run("rules", "test", "--strength", "--rules", tmp_path).code == 0


def test_a_document_is_asked_for_its_fields(run: Run, tmp_path: Path) -> None:
    answers = ("--for", "decision", "--must", "plan B, reasons", "--source", "lokal")
    due = ("--due", "5 working days after start")
    assert run("rules", "new", "decided", *answers, *due, "--rules", tmp_path).code == 0
    assert "must_contain: [plan_b, reasons]" in (tmp_path / "decided.yaml").read_text("utf-8")


def test_what_is_not_given_is_asked_for(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def prompt(question: str, prompt_suffix: str) -> str:
        asked.append(question)
        return WHEN[1]

    monkeypatch.setattr(typer, "prompt", prompt)
    assert run("rules", "new", "network", *ANSWERS, "--rules", tmp_path).code == 0
    assert asked == ["When? (such as 8 weeks after start, then 8 weeks after done)"]


def test_leaving_instead_of_answering_writes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    answer = run("rules", "new", "network", *ANSWERS, "--rules", tmp_path)
    assert answer.code == 1
    assert "Stopped; nothing was written." in answer.err
    assert list(tmp_path.iterdir()) == []


def test_the_title_says_what_and_when(run: Run, tmp_path: Path) -> None:
    run("rules", "new", "network", *ANSWERS, *WHEN, "--rules", tmp_path, "--language", "da")
    text = (tmp_path / "network.yaml").read_text("utf-8")
    assert (
        'title: "Netværksmøde senest 8 uger efter start; derefter igen senest 6 uger efter den '
        'seneste gang"'
    ) in text


def test_an_answer_that_makes_no_rule_is_shown_as_in_a_file_and_nothing_is_written(
    run: Run, tmp_path: Path
) -> None:
    due = ("--due", "8 uger efter start")
    answer = run("rules", "new", "network", *ANSWERS, *due, "--rules", tmp_path)
    assert answer.code == 1
    assert "network.yaml:10:10: error T17" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_rule_that_is_there_is_not_written_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "network.yaml").write_text(NETWORK_MEETING, "utf-8")
    answer = run("rules", "new", "network", *ANSWERS, *WHEN, "--rules", tmp_path)
    assert "is there already" in answer.err
    assert (tmp_path / "network.yaml").read_text("utf-8") == NETWORK_MEETING


def test_the_shipped_rules_are_not_written_to(run: Run) -> None:
    assert "Name a folder of your own" in run("rules", "new", "network", *ANSWERS, *WHEN).err


def test_files_are_tidied_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(NETWORK_MEETING, "utf-8")
    assert run("rules", "fmt", "--check", "--rules", tmp_path).code == 1
    assert (tmp_path / "a.yaml").read_text("utf-8") == NETWORK_MEETING
    assert run("rules", "fmt", "--rules", tmp_path).out == ("a.yaml\nFiles in another form: 1\n")
    assert "case.target_group: youth}\n    must" in (tmp_path / "a.yaml").read_text("utf-8")
    assert run("rules", "fmt", "--check", "--rules", tmp_path).code == 0


def test_a_folder_with_a_mistake_is_not_touched(run: Run, tmp_path: Path) -> None:
    bad = NETWORK_MEETING.replace("for: case", "for: sag")
    (tmp_path / "a.yaml").write_text(bad, "utf-8")
    answer = run("rules", "fmt", "--rules", tmp_path)
    assert (answer.code, (tmp_path / "a.yaml").read_text("utf-8")) == (1, bad)
    assert "error V01" in answer.err
