"""The JSON Schema of rule files: current, true of what loads, and a help to whoever types."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from rules.json_schema import json_schema
from rules.key_shapes import CHANGE_KEYS, FILE_KEYS, RULE_KEYS
from rules.load_vocabulary import load_vocabulary
from rules.problems import Report
from rules.yaml_nodes import ListNode, MapNode, Node, TextNode, compose
from tests.unit.rule_file_samples import NETWORK_MEETING, ROOT, SAMPLES, STANDARDS

COMMITTED = ROOT / "docs" / "rules.schema.json"
VOCABULARY = load_vocabulary("v", (STANDARDS / "vocabulary.yaml").read_bytes()).vocabulary
assert VOCABULARY is not None
SCHEMA = json_schema(VOCABULARY)
FILES = [path for path in sorted(STANDARDS.glob("*.yaml")) if path.name != "vocabulary.yaml"]


def plain(node: Node | None) -> Any:
    """A file as an editor sees it: maps, lists and texts."""
    match node:
        case MapNode():
            return {key.text: plain(value) for key, value in node.entries}
        case ListNode():
            return [plain(item) for item in node.items]
        case TextNode():
            return node.text
        case None:
            return None


def complaints(text: str, schema: dict[str, Any] = SCHEMA) -> list[str]:
    """What an editor would underline."""
    root = plain(compose(text, Report("", text.split("\n"))))
    return [error.message for error in Draft7Validator(schema).iter_errors(root)]


def test_the_committed_schema_is_current() -> None:
    assert json.loads(COMMITTED.read_text("utf-8")) == SCHEMA, (
        "write it anew: fristvagt rules schema > docs/rules.schema.json"
    )


def test_the_schema_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


def test_every_key_of_the_language_is_in_the_schema() -> None:
    definitions = SCHEMA["definitions"]
    assert set(SCHEMA["properties"]) == set(FILE_KEYS)
    assert set(definitions["rule"]["properties"]) == set(RULE_KEYS)
    assert set(definitions["change"]["properties"]) == set(CHANGE_KEYS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_shipped_file_is_valid(path: Path) -> None:
    assert complaints(path.read_text("utf-8")) == []


@pytest.mark.parametrize("name", ["00-ladders.yaml", "10-examples.yaml"])
def test_files_written_by_others_are_valid(name: str) -> None:
    folder = SAMPLES / "example-rules"
    vocabulary = load_vocabulary("v", (folder / "vocabulary.yaml").read_bytes()).vocabulary
    assert vocabulary is not None
    assert complaints((folder / name).read_text("utf-8"), json_schema(vocabulary)) == []


BARE_VOCABULARY = b"""\
language: 1
roles: [caseworker]
records: {case: {facts: {}}}
events: {met: {on: [case]}}
"""

BEYOND_A_SCHEMA = {"T13"}
"""A date that does not exist has the form of one that does."""

MISTAKES = [
    ("title: Netværksmøde", "titel: Netværksmøde"),
    ("    title: Netværksmøde\n", ""),
    ("binding: standard", "binding: lov"),
    ("for: case", "for: sag"),
    ("must_happen: network_meeting", "must_happen: supervision_visit"),
    ("must_happen: network_meeting", "must_happen: netværksmøde"),
    ("must_happen: network_meeting", "must_happen: network_meeting\n    must_have: measure"),
    ("    must_happen: network_meeting\n", ""),
    ("when: {target_group: youth}", "when: {target_group: unge}"),
    ("when: {target_group: youth}", "when: {measure.kind: mentor}"),
    ("when: {target_group: youth}", "when: {open_measures: '>= 1'}"),
    ("when: {target_group: youth}", "when: target_group er unge"),
    ("{participants: {all_of: [child, parents]}}", "{participants: [child, parents]}"),
    ("{participants: {all_of: [child, parents]}}", "{deltagere: child}"),
    ("due: 8 weeks after start", "due: 8 uger efter start"),
    ("due: 8 weeks after start", "due: 8 weeks after supervision_visit"),
    ("due: 8 weeks after start", "due: {first_of: [8 weeks after start]}"),
    ("    due: 8 weeks after start\n", ""),
    ("then: 8 weeks after done", "then: 8 weeks"),
    ("then: 8 weeks after done", "then: 8 weeks after done\n    at_least: 2 per 12 months"),
    ("{3 days before: caseworker}", "{3 days: caseworker}"),
    ("{3 days before: caseworker}", "{3 days before: Anne}"),
    ("in_force: 2026-01-01", "in_force: 01-01-2026"),
    ("        why: pkt. 7\n", ""),
    ("status: upcoming", "status: late"),
    ("due: 2026-04-17}", "frist: 2026-04-17}"),
    ("target_group: youth}\n          events", "target_group: unge}\n          events"),
]


def test_a_wrong_event_is_told_once() -> None:
    text = NETWORK_MEETING.replace("must_happen: network_meeting", "must_happen: netmøde")
    assert len(complaints(text)) == 1


def test_a_kind_of_record_without_fields_or_days_leaves_nothing_to_choose_from() -> None:
    vocabulary = load_vocabulary("v", BARE_VOCABULARY).vocabulary
    assert vocabulary is not None
    schema = json_schema(vocabulary)
    Draft7Validator.check_schema(schema)
    assert "[]" not in json.dumps(schema, separators=(",", ":")).replace('"required":[]', "")


@pytest.mark.parametrize(("good", "bad"), MISTAKES, ids=lambda text: text.strip()[:40])
def test_a_mistake_is_underlined_while_it_is_typed(good: str, bad: str) -> None:
    assert complaints(NETWORK_MEETING) == []
    text = NETWORK_MEETING.replace(good, bad, 1)
    assert text != NETWORK_MEETING
    assert complaints(text) != []


def told(folder: Path) -> str:
    """The code that `rules check` gives for a malformed file."""
    found = re.search(r"\b([YSVTLP]\d\d)\b", (folder / "expected.txt").read_text("utf-8"))
    return found[1] if found else "none"


SEEN_IN_ONE_FILE = [
    folder
    for folder in sorted((SAMPLES / "malformed").iterdir())
    if told(folder)[0] in "STV" and told(folder) not in BEYOND_A_SCHEMA
]


@pytest.mark.parametrize("folder", SEEN_IN_ONE_FILE, ids=lambda folder: folder.name)
def test_a_malformed_file_is_underlined(folder: Path) -> None:
    assert complaints((folder / "local.yaml").read_text("utf-8")) != []
