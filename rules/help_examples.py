"""Small rule files without a mistake, into which the pages of `rules help` put one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

MEETING = """\
language: 1
rules:
  network-meeting:
    title: Netværksmøde hver 8. uge
    binding: standard
    basis:
      - source: Tæt på Familien, s. 5
    for: case
    when: {case.target_group: youth}
    must_happen: network_meeting
    counts_when: {participants: {all_of: [child, parents]}}
    due: 8 weeks after start
    then: 8 weeks after done
    notify: {3 days before: caseworker}
    in_force: 2026-01-01
    changes:
      - from: 2027-01-01
        then: 6 weeks after done
        why: Byrådet 12. november 2026, pkt. 7
    tests:
      - name: otte uger uden et møde
        given:
          case: {began: 2026-01-05, target_group: youth}
          events:
            - 2026-02-20 network_meeting: {participants: [child, parents]}
        expect:
          2026-02-20: {status: upcoming, due: 2026-04-17}
"""

DECISION = """\
language: 1
rules:
  decision-complete:
    title: Afgørelsen viser vejen tilbage
    binding: standard
    basis: [{source: lokal beslutning}]
    for: decision
    must_contain: [plan_b, reasons]
    due: 5 working days after start
    notify: short
    in_force: 2026-01-01
    tests:
      - name: plan B mangler
        given:
          decision: {began: 2026-01-05, contents: {reasons: 2026-01-05}}
        expect:
          2026-01-13: overdue
"""

CASELOAD = """\
language: 1
rules:
  caseload:
    title: Højst 20 sager
    binding: standard
    basis: [{source: lokal beslutning}]
    for: caseworker
    must_not_exceed: 20 cases
    due: 14 days after start
    notify: short
    in_force: 2026-01-01
    tests:
      - name: for mange sager
        given:
          caseworker: {began: 2026-01-05}
          count: {2026-01-05: 21}
        expect:
          2026-01-20: overdue
"""

LAW = """\
language: 1
rules:
  follow-up:
    title: Opfølgning
    binding: law
    basis: [{source: Barnets lov § 95, checked: 2026-11-01}]
    for: measure
    must_happen: plan_follow_up
    due: 3 months after start
    then: 6 months after done
    in_force: 2024-01-01
"""

LOCAL = """\
language: 1
layer: "municipality: esbjerg"
changes:
  follow-up:
    - from: 2026-01-01
      then: 4 months after done
      why: Byrådet 1. december 2025
"""

SECOND_LOCAL = """\
language: 1
layer: "municipality: esbjerg"
about: Vores egne regler
"""

VOCABULARY = """\
language: 1
roles: [caseworker, team_leader]
records:
  case:
    facts: {target_group: [child, youth], eighteen: date}
    contents: [plan_b]
events:
  network_meeting: {on: [case]}
labels:
  da: {network_meeting: netværksmøde}
"""

SMALL = """\
language: 1
rules:
  network-meeting:
    title: Netværksmøde
    binding: standard
    basis: [{source: lokal beslutning}]
    for: case
    must_happen: network_meeting
    due: 8 weeks after start
    notify: {3 days before: caseworker}
    in_force: 2026-01-01
"""

FOLDERS: Mapping[str, Mapping[str, str]] = {
    "meeting": {"rules.yaml": MEETING},
    "decision": {"rules.yaml": DECISION},
    "caseload": {"rules.yaml": CASELOAD},
    "law": {"10-law.yaml": LAW, "20-local.yaml": LOCAL, "30-local.yaml": SECOND_LOCAL},
    "vocabulary": {"vocabulary.yaml": VOCABULARY, "rules.yaml": SMALL},
    "small": {"rules.yaml": SMALL},
}


class Help(NamedTuple):
    """A page of help: why it is a mistake, in Danish and English, and what to write.

    `wrong` stands where `right` stood in a file of the folder; `found` is what stands there before,
    when the right example is not it. `encoding` is how the wrong file is saved.
    """

    da: str
    en: str
    right: str
    wrong: str
    folder: str = "meeting"
    found: str = ""
    encoding: str = "utf-8"


def example_files(page: Help, *, wrong: bool) -> dict[str, bytes]:
    """Return the files of a page's example, with the mistake or without.

    Raises: ValueError when the text to be replaced stands in none of them.
    """
    texts = dict(FOLDERS[page.folder])
    before = page.found or page.right
    name = next((name for name, text in texts.items() if before in text), None)
    if name is None:
        raise ValueError(f"{before!r} is not in the folder {page.folder}")
    texts[name] = texts[name].replace(before, page.wrong if wrong else page.right, 1)
    files = {name: text.encode() for name, text in texts.items()}
    if wrong:
        files[name] = texts[name].encode(page.encoding)
    return files
