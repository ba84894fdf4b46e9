"""The commands of an administrator, typed: plan, activate, history, rollback, former days."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flow.rule_town import NEW_RULE, RULE, with_changes
from tests.flow.typed import Run, ask_in


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Commands in a folder with one rule and thirty cases, the rule in force."""
    ask = ask_in(tmp_path, monkeypatch, capsys)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "local.yaml").write_text(RULE, "utf-8")
    monkeypatch.setenv("FRISTVAGT_RULES", "rules")
    assert ask("sample", "extract", "--cases", "30", "--at", "2026-11-20").code == 0
    assert ask("import", "extract").code == 0
    return ask


def write(tmp_path: Path, text: str) -> None:
    """Edit the rule file."""
    (tmp_path / "rules" / "local.yaml").write_text(text, "utf-8")


def test_plan_exits_with_0_when_nothing_changes_2_when_something_does_and_1_for_mistakes(
    run: Run, tmp_path: Path
) -> None:
    assert run("rules", "plan").code == 0
    write(tmp_path, with_changes())
    assert run("rules", "plan").code == 2
    write(tmp_path, RULE.replace("8 weeks after done", "8 weeks after lunch"))
    broken = run("rules", "plan")
    assert (broken.code, "local.yaml:" in broken.err) == (1, True)
    write(tmp_path, RULE.replace("2026-04-18: overdue", "2026-04-18: met"))
    failing = run("rules", "plan")
    assert failing.code == 1
    assert "No plan is saved" in failing.out
    assert len(list(tmp_path.glob("plan-*.json"))) == 1


def test_what_plan_saved_can_be_activated_as_it_says(run: Run, tmp_path: Path) -> None:
    write(tmp_path, RULE + NEW_RULE)
    said = run("rules", "plan").out
    last = said.splitlines()[-1].split()
    assert last[:3] == ["fristvagt", "rules", "activate"]
    done = run(*last[1:-1], "Council, item 7", "--by", "rikke")
    assert (done.code, "is in force from now on" in done.out) == (0, True)
    history = [json.loads(line) for line in run("rules", "history", "--json").out.splitlines()]
    assert [(one["kind"], one["by"], one["why"]) for one in history] == [
        ("planned", "rikke", "Council, item 7"),
        ("first", None, None),
    ]
    assert "as planned, by rikke: Council, item 7" in run("rules", "history").out
    back = run("rules", "rollback", "--why", "too early")
    assert (back.code, "is in force from now on" in back.out) == (0, True)


def test_the_deadlines_of_a_plan_can_be_listed(run: Run, tmp_path: Path) -> None:
    write(tmp_path, RULE + NEW_RULE)
    plan = json.loads(run("rules", "plan", "--json").out)
    overdue = run("rules", "plan", "--list", "overdue").out.splitlines()
    assert len(overdue) == plan["overdue"] > 0
    rows = [
        json.loads(row)
        for row in run("rules", "plan", "--list", "moved", "--json").out.splitlines()
    ]
    assert len(rows) == plan["rules"][0]["moved"]
    assert {"case", "ref", "rule", "before", "after", "becomes_overdue"} <= set(rows[0])
    assert "team_leader" in run("rules", "plan", "--list", "mails").out
    assert "cannot be listed" in run("rules", "plan", "--list", "everything").err


def test_a_plan_that_silences_mailboxes_says_which_number_to_accept(
    run: Run, tmp_path: Path
) -> None:
    write(tmp_path, RULE + NEW_RULE)
    run(*run("rules", "plan").out.splitlines()[-1].split()[1:-1], "Council, item 7")
    assert run("evaluate").code == 0
    write(tmp_path, RULE)
    *command, option, number, why, _ = run("rules", "plan").out.splitlines()[-1].split()[1:]
    assert (option, why) == ("--accept-mails", "--why")
    refused = run(*command, "--accept-mails", str(int(number) - 1), "--why", "item 8")
    assert (refused.code, f"--accept-mails {number}" in refused.err) == (1, True)
    assert run(*command, "--accept-mails", number, "--why", "item 8").code == 0
    newest = json.loads(run("rules", "history", "--json").out.splitlines()[0])
    assert (newest["mails"], newest["accepted_mails"]) == (int(number), int(number))


def test_nobody_activates_without_saying_why(run: Run, tmp_path: Path) -> None:
    write(tmp_path, RULE + NEW_RULE)
    run("rules", "plan")
    (plan,) = tmp_path.glob("plan-*.json")
    answer = run("rules", "activate", plan, "--accept-overdue", "999")
    assert (answer.code, "--why" in answer.err) == (1, True)


def test_a_changed_folder_is_told_of_by_every_command_until_it_is_activated(
    run: Run, tmp_path: Path
) -> None:
    write(tmp_path, RULE + NEW_RULE)
    answer = run("deadlines", "--json")
    assert "have been changed and are not in force" in answer.err
    assert "plan-follow-up" not in answer.out
    run("rules", "plan")
    (plan,) = tmp_path.glob("plan-*.json")
    assert run("rules", "activate", plan, "--accept-overdue", "999", "--why", "x").code == 0
    after = run("deadlines", "--json")
    assert (after.err, "plan-follow-up" in after.out) == ("", True)


def test_deadlines_as_known_on_a_day_before_anything_was_told_are_none(run: Run) -> None:
    everything = run("deadlines", "--at", "2026-11-20", "--json").out
    known_now = run("deadlines", "--at", "2026-11-20", "--as-known-on", "2999-01-01", "--json").out
    known_then = run("deadlines", "--at", "2026-11-20", "--as-known-on", "2020-01-01", "--json").out
    assert everything == known_now != ""
    assert known_then == ""


def test_in_danish_the_plan_is_danish(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRISTVAGT_LANGUAGE", "da")
    write(tmp_path, with_changes())
    said = run("rules", "plan").out
    assert "ÆNDRET" in said
    assert "Sammenlignet med reglerne i kraft siden" in said
    assert "frister bliver overskredet den første dag" in said
