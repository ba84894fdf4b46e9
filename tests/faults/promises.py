"""What the README promises, and the tests that prove each of it.

    python -m tests.faults.promises     # writes the README's table and docs/promises.md

The table's figures are those of the last run with `--figures tests/faults/figures.json`.
A test sees that both are as this module would write them, and that every test exists.
"""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
README, CATALOGUE = ROOT / "README.md", ROOT / "docs" / "promises.md"
FIGURES = ROOT / "tests" / "faults" / "figures.json"
BEGIN, END = "<!-- promises: python -m tests.faults.promises -->", "<!-- end of promises -->"

FAULT = re.compile(r"test_((?:[spdtik]\d+_)+)")


class Promise(NamedTuple):
    """A promise in a sentence; the faults that put it to the test, and single tests beside."""

    text: str
    faults: tuple[str, ...]
    tests: tuple[str, ...] = ()


PROMISES = (
    Promise(
        "No due reminder is lost: killed at any moment, everything due is sent after restart",
        (*(f"K{number}" for number in range(1, 13)), "P13", "P21", "P23", "D1"),
        ("test_any_script.py::test_s_any_behaviour_of_the_server_in_any_order_keeps_the_promises",),
    ),
    Promise(
        "No reminder is created twice, however many schedulers run",
        ("P16",),
        (
            "test_sending_oracle.py::test_two_schedulers_at_the_same_moment_send_everything_once",
            "test_run.py::test_what_is_due_is_told_once_however_often_the_run_is_repeated",
        ),
    ),
    Promise(
        "At most one extra copy, only when the mail server's answer was lost; the same "
        "Message-ID; shown as uncertain",
        ("S14", "S15", "S16", "S17", "S18", "S19", "P22"),
        ("test_sending_states.py::test_senders_in_any_order_keep_the_promises",),
    ),
    Promise(
        "Undeliverable is never silent: it goes to the next in the chain in the same run",
        ("S11", "S12", "S28"),
    ),
    Promise(
        "After an outage you get one message per deadline, marked late, not a flood",
        (),
        (
            "test_run.py::test_a_morning_that_was_missed_is_made_up_for_once_and_marked_late",
            "test_run.py::test_after_two_weeks_away_only_what_holds_now_is_told",
            "test_catch_up.py::test_a_mail_says_from_when_until_when_nobody_watched",
            "test_catch_up.py::test_three_missed_weeks_are_one_digest_that_names_them",
            "test_storm_brake.py::test_what_is_overdue_goes_at_once_and_the_rest_waits",
        ),
    ),
    Promise(
        "One bad case, row, rule or template never stops the others",
        (),
        (
            "test_evaluate.py::test_a_case_that_cannot_be_decided_stops_no_other_and_is_told_of",
            "test_import_mistakes.py::"
            "test_a_bad_row_is_refused_with_its_place_and_the_rest_is_taken_in",
            "test_import_mistakes.py::"
            "test_a_new_case_that_cannot_be_read_is_never_an_unwatched_case",
            "test_deliver.py::test_what_the_privacy_gate_stops_is_replaced_by_a_plain_mail",
        ),
    ),
    Promise(
        "A broken rule file never stops reminders; the last good one stays, even across restart",
        (),
        (
            "test_run.py::test_with_a_broken_rule_folder_people_are_reminded_by_the_last_good_book",
            "test_rule_folder.py::test_a_broken_folder_leaves_the_last_good_book_in_force",
            "test_rule_folder.py::test_after_a_restart_the_last_good_book_comes_from_the_database",
        ),
    ),
    Promise(
        "No names, CPR numbers or free text about a child in any mail, subject, log, bounce, "
        "metric or Prefect record",
        ("S30",),
        (
            "test_canaries.py::test_nothing_that_leaves_in_a_fortnight_of_faults_tells_of_a_child",
            "test_canaries.py::"
            "test_no_command_shows_or_logs_what_it_need_not_even_when_the_line_is_down",
            "test_canaries.py::test_p24_prefect_s_database_holds_no_canary_and_no_case",
        ),
    ),
    Promise(
        "Mail is never sent over an unencrypted connection (except to the same host)",
        ("S4", "S5", "S6", "S7"),
    ),
    Promise(
        "Reminds with no Prefect server running; with one, the same flows run there",
        ("P24",),
        ("test_serve.py::test_the_service_needs_no_prefect",),
    ),
    Promise("Tells you when it is dead", ("P18", "P20")),
    Promise(
        "The mail server's faults cost no mail a try, and the operator is told",
        ("S1", "S2", "S3", "S8", "S22", "S23", "S24", "S26", "S27"),
    ),
    Promise(
        "Every reminder is accounted for: the books of every day balance",
        (),
        ("test_soak.py::test_the_books_of_every_day_balance_and_no_mail_is_lost",),
    ),
    Promise(
        "The same behaviour on SQLite and PostgreSQL: all of the above runs on both",
        ("D1", "D6", "D7", "D12", "D13", "D15"),
    ),
)


ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "D11": ("test_a_conflict_with_another_transaction_repeats_the_whole_unit",),
    "T6": (
        "test_a_mail_says_from_when_until_when_nobody_watched",
        "test_passed_over_steps_are_recorded_as_such",
        "test_after_two_weeks_away_only_what_holds_now_is_told",
    ),
    "T8": (
        "test_a_month_end_is_rounded_to_the_earlier_day",
        "test_every_holiday_that_moves_with_easter_is_known",
        "test_store_bededag_is_a_holiday_through_2023_only",
    ),
    "I1": ("test_a_case_that_cannot_be_decided_stops_no_other_and_is_told_of",),
    "I3": (
        "test_random_bytes_are_answered",
        "test_a_broken_folder_leaves_the_last_good_book_in_force",
    ),
    "I5": ("test_no_edit_sends_again_what_was_sent",),
    "I6": ("test_thousands_of_reminders_in_few_mails_are_a_storm_too",),
    "I7": (
        "test_the_same_files_again_are_nothing",
        "test_a_bad_extract_is_refused_whole_and_what_is_stored_stays",
        "test_an_older_extract_is_refused",
        "test_more_than_a_fifth_of_the_open_cases_may_not_be_gone",
    ),
    "I10": ("test_after_ten_flaps_nothing_was_told_twice_and_the_series_goes_on",),
    "I11": ("test_never_nobody_and_nobody_who_cannot_be_told",),
    "I12": (
        "test_leaders_who_lead_each_other_do_not_go_round_for_ever",
        "test_a_leader_with_cases_of_their_own_is_escalated_to_the_next_leader",
    ),
    "I15": ("test_what_stands_in_a_title_is_never_run",),
    "I16": ("test_what_the_privacy_gate_stops_is_replaced_by_a_plain_mail",),
    "I19": ("test_a_broken_template_costs_no_reminder",),
    "I21": ("test_a_bounce_of_a_storm_of_auto_replies_is_never_answered",),
}
"""Faults that tests of other names put to the test, where their subject is tested."""


@cache
def all_tests() -> dict[str, str]:
    """Return every test of the house: "file::test" -> the file's path below the root."""
    found = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name in _names(ast.parse(path.read_text("utf-8"))):
            found[f"{path.name}::{name}"] = path.relative_to(ROOT).as_posix()
    return found


def proof_by_fault(tests: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the tests of each fault; where a name begins with faults, the test provokes them."""
    of_name = {test.partition("::")[2]: test for test in tests}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for fault, names in ELSEWHERE.items():
        found[fault] += [of_name[name] for name in names]
    for test in tests:
        if match := FAULT.match(test.partition("::")[2]):
            for fault in match[1].rstrip("_").upper().split("_"):
                found[fault].append(test)
    return dict(sorted(found.items(), key=lambda pair: (pair[0][0], int(pair[0][1:]))))


def proof_of(promise: Promise, faults: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the tests that prove a promise."""
    return [*promise.tests, *(test for fault in promise.faults for test in faults.get(fault, ()))]


def table() -> str:
    """Return the README's table of promises."""
    faults = proof_by_fault(all_tests())
    figures = json.loads(FIGURES.read_text("utf-8"))
    lines = ["| # | Promise | Proved on every change by | Mails | Lost | Doubled | Held |"]
    lines.append("|---|---|---|---:|---:|---:|---:|")
    for number, promise in enumerate(PROMISES, start=1):
        proof = proof_of(promise, faults)
        counted = [figures[test] for test in proof if "mails" in figures.get(test, {})]
        sums = [sum(one[what] for one in counted) for what in ("mails", "lost", "doubled", "held")]
        cells = [f"{one:,}" if counted else "" for one in sums]
        lines.append(f"| {number} | {promise.text} | {_short(promise)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def catalogue() -> str:
    """Return docs/promises.md: each promise and each fault with the tests by name."""
    tests = all_tests()
    faults = proof_by_fault(tests)
    lines = [
        "# What is promised, and what proves it",
        "",
        "Written by `python -m tests.faults.promises` from the names of the tests; do not edit it.",
        "S: the mail server and the line. P: processes, and K: the points at which one is killed.",
        "D: the database. T: time. I: input. The oracle that every test of sending asks is",
        "`tests/faults/oracle.py`.",
        "",
        "Not promised: that an accepted mail is read, or arrives only once (a mail server may take",
        "a mail and its answer be lost); that two hosts may share one SQLite file.",
        "",
        "## Promises",
        "",
    ]
    for number, promise in enumerate(PROMISES, start=1):
        lines += [f"{number}. {promise.text}", ""]
        lines += [_bullet(test, tests) for test in dict.fromkeys(proof_of(promise, faults))] + [""]
    lines += ["## Faults", ""]
    for fault, proof in faults.items():
        lines += [f"**{fault}**", "", *(_bullet(test, tests) for test in proof), ""]
    return "\n".join(lines)


def written(text: str) -> str:
    """Return the README's text with its table as it should be."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


def _names(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name
        elif isinstance(node, ast.Assign | ast.ClassDef):
            targets = [node] if isinstance(node, ast.ClassDef) else node.targets
            names = [getattr(one, "name", getattr(one, "id", "")) for one in targets]
            yield from (name for name in names if name.startswith("Test"))


def _short(promise: Promise) -> str:
    tests = [f"`{test.partition('::')[0]}`" for test in promise.tests]
    return ", ".join([*_in_runs(promise.faults), *dict.fromkeys(tests)])


def _in_runs(faults: Sequence[str]) -> Iterator[str]:
    """Give K1, K2, K3 as "K1 to K3"."""
    numbered = enumerate(faults)
    for _, run in groupby(numbered, lambda one: (one[1][0], int(one[1][1:]) - one[0])):
        names = [name for _, name in run]
        yield from [f"{names[0]} to {names[-1]}"] if len(names) > 2 else names


def _bullet(test: str, tests: Mapping[str, str]) -> str:
    name = test.partition("::")[2].removeprefix("test_").replace("_", " ")
    return f"- {name} (`{tests[test]}`)"


if __name__ == "__main__":
    README.write_text(written(README.read_text("utf-8")), "utf-8")
    CATALOGUE.write_text(catalogue(), "utf-8")
