"""The command line as people meet it: help in two languages, one sentence for every mistake."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flow.typed import Run, ask_in

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples"
EXAMPLES = SAMPLES / "example-rules"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in an empty folder."""
    return ask_in(tmp_path, monkeypatch, capsys)


def test_without_a_command_the_commands_are_listed(run: Run) -> None:
    answer = run()
    assert answer.code == 0
    assert "Usage: fristvagt" in answer.out
    assert "rules" in answer.out


def test_help_is_danish_unless_english_is_asked_for(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FRISTVAGT_LANGUAGE")
    danish = run("--help").out
    assert "Hold øje med fristerne" in danish
    assert "Brug: fristvagt" in danish
    assert "Kommandoer:" in danish


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_command_has_a_help_page_in_plain_words(
    run: Run, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRISTVAGT_LANGUAGE", language)
    for command in commands():
        answer = run(*command, "--help")
        assert answer.code == 0
        assert len(answer.out.splitlines()) >= 5


def test_a_list_of_commands_breaks_no_sentence_off(run: Run) -> None:
    assert "..." not in run("--help").out.replace("[ARGS]...", "")
    assert "..." not in run("rules", "--help").out.replace("[ARGS]...", "")


def test_a_help_page_names_values_in_words_and_not_by_their_type(run: Run) -> None:
    page = run("import", "--help").out
    assert "fristvagt import [OPTIONS] FOLDER" in page
    assert "--no-accept-closed" not in page
    assert "--keep NUMBER" in run("backup", "--help").out
    for command in commands():
        assert not {"<", "{", "x>="} & set(run(*command, "--help").out), command


def test_counts_are_told_in_words_and_nothing_to_do_is_told_too(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRISTVAGT_LANGUAGE", "da")
    assert "åbne sager  " in run("sample", "try", "--cases", "1", "--at", "2026-11-20").out
    assert run("evaluate").out == "Der var intet at gøre.\n"


def commands() -> list[list[str]]:
    """Every command as it is typed."""
    import typer

    from fristvagt import app

    def below(command: object, path: list[str]) -> list[list[str]]:
        found = getattr(command, "commands", {})
        return [path, *(line for name in found for line in below(found[name], [*path, name]))]

    return below(typer.main.get_command(app), [])


MISTYPED = [
    (["impot"], 'There is no command "impot".', "Kommandoen »impot« findes ikke."),
    (["ruls"], "Did you mean 'rules'?", "Mente du 'rules'?"),
    (["rules"], "A command is missing.", "Der mangler en kommando."),
    (["sample"], "FOLDER is missing.", "Der mangler MAPPE."),
    (["sample", "x", "y"], "too much on the line: y.", "for meget på linjen: y."),
    (["sample", "x", "--casses", "3"], "Did you mean --cases?", "Mente du --cases?"),
    (["sample", "x", "--zzzz"], "--zzzz does not exist here.", "--zzzz findes ikke her."),
    (["sample", "x", "--cases", "many"], "must be a whole number.", "skal være et helt tal."),
    (["sample", "x", "--cases"], "A value must follow --cases.", "skal der stå en værdi."),
    (["sample", "x", "--at", "30. maj"], '"30. maj" is not a date.', "»30. maj« er ikke en dato."),
    (["sample", "x", "--at", "2026-02-30"], "is not a date.", "er ikke en dato."),
    (["sample", "x", "--cases", "0"], "at least 1", "mindst 1"),
    (["rules", "check", "--json=yes"], "takes no value.", "tager ingen værdi."),
    (["rules", "check", "--rules", "nowhere"], "nowhere cannot be read", "nowhere kan ikke læses"),
]


@pytest.mark.parametrize(("typed", "english", "danish"), MISTYPED)
def test_a_mistyped_command_gets_one_sentence_in_either_language(
    run: Run, typed: list[str], english: str, danish: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for language, expected in (("en", english), ("da", danish)):
        monkeypatch.setenv("FRISTVAGT_LANGUAGE", language)
        answer = run(*typed)
        assert answer.code == 1
        assert expected in answer.err
        assert answer.out == ""
        assert len(answer.err.strip().splitlines()) == 1


def test_wrong_settings_stop_a_command_before_it_does_anything(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FRISTVAGT_DIGEST_AT", "02:15")
    monkeypatch.setenv("FRISTVAGT_PUBLIC_URL", "frister")
    answer = run("sample", "extract")
    assert answer.code == 1
    assert "FRISTVAGT_DIGEST_AT" in answer.err
    assert "FRISTVAGT_PUBLIC_URL" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_rules_check_answers_machines_and_people(run: Run) -> None:
    answer = run("rules", "check", "--rules", EXAMPLES, "--json")
    found = json.loads(answer.out)
    assert (answer.code, found["rules"]) == (0, 10)
    assert {problem["severity"] for problem in found["problems"]} <= {"warning"}
    assert "10 rules read, 0 errors" in run("rules", "check", "--rules", EXAMPLES).out


def test_rules_check_leaves_with_1_when_something_is_wrong(run: Run) -> None:
    folder = SAMPLES / "malformed" / "16-misspelt-key"
    answer = run("rules", "check", "--rules", folder, "--json")
    keys = {"file", "line", "column", "code", "severity", "message", "hint"}
    assert answer.code == 1
    assert all(set(problem) == keys for problem in json.loads(answer.out)["problems"])
    assert "^^^" in run("rules", "check", "--rules", folder).out


def test_rules_test_prints_the_derivation_of_a_failure(run: Run) -> None:
    folder = SAMPLES / "malformed" / "54-a-test-that-fails"
    answer = run("rules", "test", "--rules", folder)
    assert answer.code == 1
    assert "local.yaml:15:18: test failed: network-meeting / møde" in answer.out
    assert "expected status: overdue" in answer.out
    assert "8 weeks after start" in answer.out
    found = json.loads(run("rules", "test", "--rules", folder, "--json").out)
    assert (found["rules"], found["expectations"], found["failed"]) == (1, 1, 1)
    failure = found["failures"][0]
    assert (failure["file"], failure["line"]) == ("local.yaml", 15)
    assert (failure["rule"], failure["at"]) == ("network-meeting", "2026-03-02")
    assert failure["because"]


def test_rules_test_of_a_broken_folder_shows_what_is_broken(run: Run) -> None:
    folder = SAMPLES / "malformed" / "16-misspelt-key"
    assert run("rules", "test", "--rules", folder) == run("rules", "check", "--rules", folder)


def test_rules_in_force_are_those_of_the_setting(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "rules")
    monkeypatch.setenv("FRISTVAGT_RULES", str(tmp_path / "rules"))
    assert "10 rules, " in run("rules", "test").out


def test_a_sample_says_how_many_rows_it_wrote(run: Run, tmp_path: Path) -> None:
    answer = run("sample", "extract", "--cases", "20", "--at", "2026-11-21")
    assert answer.code == 0
    assert "open cases  " in answer.out
    assert (tmp_path / "extract" / "cases.csv").exists()


def test_the_installed_command_starts_and_names_its_version(tmp_path: Path) -> None:
    command = Path(sys.executable).parent / "fristvagt"
    answer = subprocess.run(
        [command, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert answer.stdout.startswith("fristvagt 0.")


def test_heavy_libraries_wait_until_a_command_needs_them(tmp_path: Path) -> None:
    heavy = (
        "sqlalchemy sqlmodel prefect apscheduler rich ruamel jinja2 openpyxl aiosmtplib holidays"
    )
    code = "import sys, fristvagt; print(sorted(set(sys.argv[1:]) & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", code, *heavy.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "[]"
