"""The commands that show what rule files say, as administrators type them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flow.typed import Run, ask_in
from tests.unit.rule_file_samples import NETWORK_MEETING


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


def test_an_example_is_shown_day_by_day_from_the_day_asked_for(run: Run) -> None:
    shown = run("rules", "examples", "caseload", "--from", "2026-03-02").out
    assert "count: {2026-03-02: 20, 2026-03-16: 21}" in shown
    assert "Mon 30 Mar 2026  due       2026-03-30  team leader (on the day)" in shown


def test_an_example_is_written_for_machines(run: Run) -> None:
    answer = json.loads(run("rules", "examples", "caseload", "--from", "2026-03-02", "--json").out)
    assert answer["days"][2]["mails"] == [{"step": "on the day", "roles": ["team_leader"]}]


def test_an_example_is_written_as_a_test_to_paste(run: Run) -> None:
    lines = run("rules", "examples", "caseload", "--from", "2026-03-02", "--as-test").out
    assert lines.startswith("      - name: an example that begins on 2026-03-02\n")
    assert "          2026-03-31: {status: overdue, due: 2026-03-30}\n" in lines


def test_an_example_before_the_rule_is_in_force_begins_when_it_is(run: Run) -> None:
    shown = run("rules", "examples", "caseload", "--from", "2013-01-07", "--language", "da").out
    assert "gælder ikke" in shown
    assert "2014-05-15" in shown


def test_local_choices_are_listed_with_what_was_chosen(run: Run, tmp_path: Path) -> None:
    chosen = NETWORK_MEETING.replace("    for:", "    about: De 8 uger er vores valg.\n    for:")
    bare = NETWORK_MEETING.replace("network-meeting:", "bare:")
    (tmp_path / "a.yaml").write_text(chosen, "utf-8")
    (tmp_path / "b.yaml").write_text(bare, "utf-8")
    listed = run("rules", "list", "--local-choice", "--rules", tmp_path).out
    assert "De 8 uger er vores valg." in listed
    assert "bare" not in listed
    rules = json.loads(run("rules", "list", "--json", "--rules", tmp_path).out)["rules"]
    assert {rule["rule"]: rule["local_choice"] for rule in rules} == {
        "network-meeting": True,
        "bare": False,
    }


def test_coverage_leaves_with_1_when_an_area_has_no_standard(run: Run, tmp_path: Path) -> None:
    assert run("rules", "coverage").code == 0
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "a.yaml").write_text(NETWORK_MEETING, "utf-8")
    answer = run("rules", "coverage", "--rules", folder)
    assert answer.code == 1
    assert "These areas must have standards and have none: early effort," in answer.out


def test_stale_law_is_counted_back_from_the_day_asked_about(run: Run) -> None:
    assert run("rules", "stale", "--at", "2026-11-21").code == 0
    answer = run("rules", "stale", "--at", "2028-01-01", "--json")
    assert answer.code == 1
    assert "Barnets lov § 20, stk. 3" in {one["source"] for one in json.loads(answer.out)["stale"]}


def test_a_number_nobody_guards_is_shown_with_its_line(run: Run, tmp_path: Path) -> None:
    assert run("rules", "test", "--strength").code == 0
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "a.yaml").write_text(NETWORK_MEETING, "utf-8")
    answer = run("rules", "test", "--strength", "--rules", folder)
    assert answer.code == 1
    assert "1 of 3 numbers are guarded by a test." in answer.out
    assert "  a.yaml:12: network-meeting: due: 8 weeks after start" in answer.out
    assert json.loads(run("rules", "test", "--strength", "--json").out)["unnoticed"] == []


def test_a_code_is_explained_however_it_is_typed(run: Run) -> None:
    page = run("rules", "help", "t08", "--language", "da").out
    assert page.startswith("T08  (tider og datoer)")
    assert "    then: 8 weeks\n" in page
    assert "    then: 8 weeks after done\n" in page


def test_all_codes_are_listed_and_an_unknown_one_says_so(run: Run) -> None:
    assert "times and dates              T01 T02" in run("rules", "help").out
    assert run("rules", "help", "Q9").err == (
        "There is no code Q9. fristvagt rules help lists them all.\n"
    )
