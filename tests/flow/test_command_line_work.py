"""The commands on an invented municipality: from an extract to mails, lists and explanations."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from rules.deadline import OPEN
from tests.flow.mail_server import Kept, a_mail_server
from tests.flow.typed import Run, ask_in

AT = "2026-11-23 07:30"


@pytest.fixture
def mailbox() -> Iterator[tuple[Kept, str]]:
    """A mail server on loopback, and its address."""
    with a_mail_server() as (kept, server):
        yield kept, f"smtp://{server.host}:{server.port}"


@pytest.fixture
def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    mailbox: tuple[Kept, str],
) -> Run:
    """Run commands in a folder where a municipality of thirty cases has been taken in."""
    ask = ask_in(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("FRISTVAGT_MAIL_URL", mailbox[1])
    monkeypatch.setenv("FRISTVAGT_MAIL_FROM", "Frister <frister@kommune.example>")
    monkeypatch.setenv("FRISTVAGT_FALLBACK_MAILBOX", "vagt@kommune.example")
    monkeypatch.setenv("FRISTVAGT_PUBLIC_URL", "https://frister.kommune.example")
    assert ask("sample", "extract", "--cases", "30", "--at", "2026-11-20").code == 0
    assert ask("import", "extract").code == 0
    return ask


def listed(run: Run, *options: str) -> list[dict[str, object]]:
    """The list of deadlines as machines read it."""
    lines = run("deadlines", "--at", AT, "--json", *options).out.splitlines()
    return [json.loads(line) for line in lines]


def test_import_shows_the_difference_first_and_takes_an_extract_in_once(run: Run) -> None:
    again = run("import", "extract")
    assert again.code == 0
    assert "taken in before" in again.out
    assert run("sample", "extract", "--cases", "30", "--at", "2026-11-21").code == 0
    tried = json.loads(run("import", "extract", "--dry-run", "--json").out)
    assert tried["state"] == "tried"
    assert run("import", "extract", "--dry-run").out.startswith("Nothing has been changed.")
    assert "has been taken in" in run("import", "extract").out


@pytest.mark.parametrize("harm", ["nowhere", "empty"])
def test_an_extract_that_is_not_there_is_told_in_words(run: Run, tmp_path: Path, harm: str) -> None:
    (tmp_path / "empty").mkdir()
    answer = run("import", harm)
    assert answer.code == 1
    assert harm in answer.err
    assert "stays in force" in answer.err


def test_evaluating_and_verifying_agree(run: Run) -> None:
    assert run("evaluate", "--all").code == 0
    verified = run("evaluate", "--all", "--verify")
    assert (verified.code, verified.out.endswith("0 differences\n")) == (0, True)


def test_one_case_is_evaluated_alone(run: Run, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "fristvagt.db")) as database:
        (ref,) = database.execute('SELECT min(case_ref) FROM "case"').fetchone()
        counted = json.loads(run("evaluate", "--case", ref, "--json").out)
        assert counted["cases"] == 1
        decided = database.execute("SELECT DISTINCT case_ref FROM deadline").fetchall()
        assert decided == [(ref,)]


def test_one_case_is_one_that_is_known_and_not_all_of_them(run: Run) -> None:
    nobody = run("evaluate", "--case", "no-such")
    assert (nobody.code, nobody.err.startswith("There is no case no-such.")) == (1, True)
    for other in ("--all", "--verify"):
        both = run("evaluate", "--case", "x", other)
        assert (both.code, "either one or the other" in both.err) == (1, True)


def test_verify_leaves_with_2_and_the_rows_when_something_differs(run: Run, tmp_path: Path) -> None:
    run("evaluate", "--all")
    database = sqlite3.connect(tmp_path / "fristvagt.db")
    with database:
        database.execute("UPDATE deadline SET status = 'met' WHERE status = 'overdue'")
    database.close()
    answer = run("evaluate", "--all", "--verify")
    assert answer.code == 2
    assert ": met " in answer.out
    rows = run("evaluate", "--all", "--verify", "--json").out.splitlines()
    assert {"case", "ref", "rule", "round", "stored", "decided"} == set(json.loads(rows[0]))


def test_a_run_sends_what_is_due_once(run: Run, mailbox: tuple[Kept, str]) -> None:
    first = run("run", "--at", "2030-11-25 07:45")
    assert first.code == 0
    assert "mails taken by the mail server" in first.out
    number = len(mailbox[0].taken)
    assert number > 0
    run("run", "--at", "2030-11-25 07:45")
    assert len(mailbox[0].taken) == number


def test_a_run_says_what_has_gone_bad_once_and_in_the_readers_language(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRISTVAGT_LANGUAGE", "da")
    told = run("run", "--at", "2030-11-25 07:45").err
    assert told.count("gammelt: der mindes om sager, som de så ud dengang.") == 1
    assert "reminders are about cases" not in told
    assert run("run", "--at", "2030-11-25 07:50").err == ""


def test_the_mails_to_the_operator_are_listed_beside_the_others(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRISTVAGT_OPERATOR_MAILBOX", "drift@kommune.example")
    run("run", "--at", "2030-11-25 07:45")
    listed = run("outbox", "list", "--since", "2030-11-25")
    assert listed.code == 0
    kinds = ("morning", "report", "alarm", "the operator")
    assert [kind for kind in kinds if kind not in listed.out] == []


def test_the_steps_alone_do_the_same(run: Run, mailbox: tuple[Kept, str]) -> None:
    at = ("--at", "2030-11-25 08:00")
    assert run("evaluate", *at).code == 0
    assert "digest" in run("digest", *at).out
    assert "mails taken by the mail server" in run("deliver", *at).out
    assert mailbox[0].taken != []


def test_the_list_can_be_asked_for_by_case_person_team_and_status(run: Run) -> None:
    everything = listed(run)
    keys = ["case", "record", "ref", "rule", "round", "status", "due", "due_in_days"]
    keys += ["caseworker", "team", "missing"]
    assert all(list(line) == keys for line in everything)
    one = everything[0]
    by_case = listed(run, "--case", str(one["case"]))
    assert by_case == [line for line in everything if line["case"] == one["case"]]
    overdue = listed(run, "--status", "overdue", "--status", "due")
    assert {line["status"] for line in overdue} <= {"overdue", "due"}
    by_team = listed(run, "--team", str(one["team"]))
    assert {line["team"] for line in by_team} == {one["team"]}
    by_person = listed(run, "--person", str(one["caseworker"]))
    assert {line["caseworker"] for line in by_person} == {one["caseworker"]}


@pytest.mark.parametrize("command", [("deadlines",), ("outbox", "list")], ids=" ".join)
def test_what_is_asked_about_and_not_known_is_told_instead_of_an_empty_list(
    run: Run, command: tuple[str, ...]
) -> None:
    case = str(listed(run)[0]["case"])
    assert run(*command, "--case", case).code == 0
    for option, told in (("--case", "There is no case 9-9"), ("--person", '"9-9" is neither')):
        answer = run(*command, option, "9-9")
        assert (answer.code, answer.out) == (1, "")
        assert told in answer.err
    assert 'no team "9-9"' in run("deadlines", "--team", "9-9").err
    assert run("outbox", "list", "--person", "fallback").code == 0


def test_the_list_for_people_has_the_most_pressing_first(run: Run) -> None:
    answer = run("deadlines", "--at", AT).out.splitlines()
    assert answer[0].split()[:3] == ["Status", "Due", "Days"]
    assert answer[1].startswith("overdue")
    assert answer[-1].endswith("deadlines")


def test_the_list_can_be_opened_in_a_spreadsheet(run: Run, tmp_path: Path) -> None:
    text = run("deadlines", "--at", AT, "--csv").out
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == len(listed(run))
    assert run("deadlines", "--at", AT, "--xlsx", "list.xlsx").code == 0
    sheet = load_workbook(tmp_path / "list.xlsx").active
    assert sheet is not None
    assert [cell.value for cell in next(iter(sheet.rows))][:2] == ["case", "record"]
    assert sheet.max_row == len(rows) + 1
    assert "cannot be written" in run("deadlines", "--xlsx", "no/such/folder.xlsx").err


def test_the_list_can_be_taken_into_a_calendar(run: Run, tmp_path: Path) -> None:
    assert run("deadlines", "--at", AT, "--ics", "list.ics").code == 0
    found = Calendar.from_ical((tmp_path / "list.ics").read_bytes())
    waited_for = [line for line in listed(run) if line["due"] and line["status"] in OPEN]
    assert len(found.walk("VEVENT")) == len({event["uid"] for event in found.walk("VEVENT")})
    assert len(found.walk("VEVENT")) == len(waited_for) > 0
    assert "cannot be written" in run("deadlines", "--ics", "no/such/folder.ics").err


def test_an_unknown_status_is_told_with_the_ten_there_are(run: Run) -> None:
    answer = run("deadlines", "--status", "late")
    assert answer.code == 1
    assert "not applicable, upcoming, due soon" in answer.err


def test_explain_shows_the_derivation_to_people_and_machines(run: Run) -> None:
    overdue = next(
        line for line in listed(run, "--status", "overdue") if line["record"] != "caseworker"
    )
    case, rule = str(overdue["case"]), str(overdue["rule"])
    answer = run("explain", case, rule, "--at", AT)
    assert answer.code == 0
    assert "OVERDUE" in answer.out
    assert "Why" in answer.out
    assert ".yaml:" in answer.out
    found = [json.loads(x) for x in run("explain", case, "--at", AT, "--json").out.splitlines()]
    assert rule in {one["rule"] for one in found}
    assert "Hvorfor" not in answer.out


def test_explain_of_what_is_not_there_says_so(run: Run) -> None:
    assert "no case 9999-1" in run("explain", "9999-1").err
    case = str(listed(run)[0]["case"])
    assert "no rule" in run("explain", case, "no-such-rule").err


@pytest.mark.parametrize("command", ["deadlines", "evaluate", "run", "migrate", "serve"])
def test_a_database_of_a_newer_version_is_refused_and_left_alone(
    run: Run, tmp_path: Path, command: str
) -> None:
    database = sqlite3.connect(tmp_path / "fristvagt.db")
    with database:
        database.execute("UPDATE alembic_version SET version_num = 'of-tomorrow'")
    database.close()
    answer = run(command)
    assert answer.code == 1
    assert "newer version of Fristvagt" in answer.err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////no/such/folder/x.db", "does not exist"),
        ("postgresql://fristvagt:hemmeligt@127.0.0.1:1/x", "Connection refused"),
    ],
)
def test_a_database_that_cannot_be_reached_is_told_without_its_password(
    run: Run, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv("FRISTVAGT_DATABASE_URL", url)
    answer = run("deadlines")
    assert answer.code == 1
    assert said in answer.err
    assert "hemmeligt" not in answer.err + answer.out
    assert "Traceback" not in answer.err


def test_a_database_that_fails_in_the_middle_of_a_command_is_told_in_words(
    run: Run, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "fristvagt.db")) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON deadline "
            "BEGIN SELECT load_extension('nothing'); END"
        )
    answer = run("evaluate", "--all")
    assert answer.code == 1
    assert answer.err.startswith("The database cannot be used (")
    assert "Traceback" not in answer.err


def test_a_rule_folder_that_is_away_stops_no_reminder(
    run: Run, monkeypatch: pytest.MonkeyPatch, mailbox: tuple[Kept, str]
) -> None:
    monkeypatch.setenv("FRISTVAGT_RULES", "away")
    ran = run("run", "--at", AT)
    assert (ran.code, ran.err.split("(")[0]) == (0, "The rule folder away cannot be read ")
    assert mailbox[0].taken != []


def test_migrate_says_whether_there_was_anything_to_do(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "was up to date" in run("migrate").out
    monkeypatch.setenv("FRISTVAGT_DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    assert "is up to date now" in run("migrate").out


def test_a_mail_server_that_does_not_answer_is_told_and_the_mails_wait(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRISTVAGT_MAIL_URL", "smtp://127.0.0.1:1")
    run("evaluate", "--at", "2030-11-25 07:30")
    answer = run("deliver", "--at", "2030-11-25 07:45")
    assert answer.code == 1
    assert "does not answer" in answer.err


def test_a_clear_text_mail_server_on_another_machine_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRISTVAGT_MAIL_URL", "smtp://mail.kommune.example:25?tls=none")
    answer = run("deliver")
    assert answer.code == 1
    assert "FRISTVAGT_MAIL_URL" in answer.err
