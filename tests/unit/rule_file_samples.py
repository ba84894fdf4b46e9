"""What the tests of rule files share: a rule without mistakes, and how to load a text."""

from __future__ import annotations

from pathlib import Path

from rules.load import Loaded, load_book
from rules.problems import render

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples"
STANDARDS = ROOT / "rules" / "standards"
# a vocabulary that stays as it is: the shipped one grows with the law, and hints list its words
SHIPPED = {
    "vocabulary.yaml": (SAMPLES / "vocabulary" / "vocabulary.yaml").read_bytes(),
    "00-ladders.yaml": (STANDARDS / "00-ladders.yaml").read_bytes(),
}

NETWORK_MEETING = """\
language: 1
rules:
  network-meeting:
    title: Netværksmøde
    binding: standard
    basis:
      - source: TPF s. 5
    for: case
    when: {target_group: youth}
    must_happen: network_meeting
    counts_when: {participants: {all_of: [child, parents]}}
    due: 8 weeks after start
    then: 8 weeks after done
    notify: {3 days before: caseworker}
    in_force: 2026-01-01
    changes:
      - from: 2027-01-01
        then: 6 weeks after done
        why: pkt. 7
    tests:
      - name: fire uger for sent
        given:
          case: {began: 2026-01-05, target_group: youth}
          events:
            - 2026-02-20 network_meeting: {participants: [child, parents]}
        expect:
          2026-02-20: {status: upcoming, due: 2026-04-17}
"""
"""A rule without a mistake, into which the tests put one."""


Row = tuple[str, str, str, str, str]
"""What stands in the good rule, what somebody writes instead, code, underlined piece, hint."""


def assert_told(row: Row) -> None:
    """Put a mistake into the good rule: it must be told once, at its place, in both languages."""
    good, bad, code, underlined, hint = row
    text = NETWORK_MEETING.replace(good, bad, 1)
    assert text != NETWORK_MEETING
    (problem,) = load_texts(local=text).problems
    line = text.split("\n")[problem.line - 1]
    assert problem.code == code
    assert line[problem.column - 1 :][: problem.length] == underlined
    assert problem.hint("en") == hint
    danish = render(problem, "da")
    assert danish != render(problem, "en")
    assert "  råd: " in danish


def load_folder(folder: Path) -> Loaded:
    """Load the rule files of a folder, with what is shipped beside them."""
    return load_book({path.name: path.read_bytes() for path in folder.glob("*.yaml")}, SHIPPED)


def load_texts(**texts: str) -> Loaded:
    """Load rule files given as texts: `local="..."` is the file local.yaml."""
    return load_book({f"{name}.yaml": text.encode() for name, text in texts.items()}, SHIPPED)
