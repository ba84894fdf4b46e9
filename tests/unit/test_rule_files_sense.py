"""Rules that contradict themselves, and tests that cannot test."""

from __future__ import annotations

import pytest

from tests.unit.rule_file_samples import Row, assert_told

SENSELESS: list[Row] = [
    (
        "in_force: 2026-01-01",
        "in_force: 2026-01-01\n    until: 2025-01-01",
        "L08",
        "2025-01-01",
        "write a day after 2026-01-01, or delete the line.",
    ),
    (
        "when: {target_group: youth}",
        "when: {rule.network-meeting: overdue}",
        "L13",
        "{rule.network-meeting: overdue}",
        "remove one of the 'rule.…' conditions.",
    ),
    (
        "when: {target_group: youth}",
        "when: {target_group: youth, case.target_group: child}",
        "L06",
        "case.target_group",
        "delete one, or write two alternatives:  [{case.target_group: youth}, "
        "{case.target_group: child}]",
    ),
    (
        "notify: {3 days before: caseworker}",
        "notify: {3 months before: caseworker}",
        "L15",
        "3 months before",
        "choose a shorter time before, or delete the step.",
    ),
    (
        "notify: {3 days before: caseworker}",
        "notify: {1 day before: caseworker, 1 days before: team_leader}",
        "L11",
        "1 days before",
        "delete one of them, and write several roles as a list:  [caseworker, team_leader]",
    ),
    (
        "        why: pkt. 7\n",
        "        why: pkt. 7\n        until: 2026-01-01\n",
        "L08",
        "2026-01-01",
        "write a day after 2027-01-01, or delete the line.",
    ),
    (
        "        why: pkt. 7\n",
        "        why: pkt. 7\n      - from: 2027-01-01\n        then: 5 weeks "
        "after done\n        why: andet\n",
        "L05",
        "5 weeks after done",
        "let them begin on different days, or add a 'when' so that only one fits "
        "(other: local.yaml:18).",
    ),
    (
        "when: {target_group: youth}",
        "when: {child.age: under 12}\n    unless: {child.age: under 18}",
        "L07",
        "child.age",
        "'when' says child.age: under 12 (line 9).",
    ),
    ("due: 2026-04-17}", "frist: 2026-04-17}", "P14", "frist", "did you mean due?"),
    (
        "2026-02-20: {status",
        "2025-02-20: {status",
        "P15",
        "2025-02-20",
        "write: not applicable  or a later day.",
    ),
    (
        "began: 2026-01-05, target_group: youth",
        "began: 2026-01-05, ended: 2025-01-01",
        "P06",
        "ended",
        "write a later day after  ended:",
    ),
    (
        "began: 2026-01-05, target_group: youth",
        "target_group: youth",
        "P02",
        "case",
        "add  began: 2026-01-05",
    ),
    (
        "began: 2026-01-05, target_group: youth",
        "began: 2026-01-05, målgruppe: unge",
        "P05",
        "målgruppe",
        "use one of: abroad, began, contents, eighteen, ended, "
        "had_placement_or_contact_person, open_measures, open_placements, "
        "pilot_area, receives_aftercare, school_absence_percent, status, "
        "target_group",
    ),
    (
        "          case: {",
        "          placement: {",
        "P05",
        "target_group",
        "use one of: began, contents, emergency, ended, follow_up_interval, kind, with_consent",
    ),
    (
        "2026-02-20 network_meeting:",
        "network_meeting:",
        "P10",
        "network_meeting: {participants: [child, parents]}",
        "write: - 2026-02-20 network_meeting: {participants: [child]}",
    ),
    (
        "2026-02-20 network_meeting:",
        "2026-02-20 supervision_visit:",
        "P11",
        "supervision_visit",
        "give the test such a record, or delete the event.",
    ),
    (
        "        expect:\n          2026-02-20: {status: upcoming, due: 2026-04-17}\n",
        "",
        "P01",
        "n",
        "add  expect:  with at least one date and status.",
    ),
    (
        "- 2026-02-20 network_meeting: {participants: [child, parents]}",
        "- network_meeting 2026-02-20",
        "P10",
        "network_meeting 2026-02-20",
        "write: - 2026-02-20 network_meeting: {participants: [child]}",
    ),
    (
        "- 2026-02-20 network_meeting: {participants: [child, parents]}",
        "- 2026-02-20: network_meeting",
        "P10",
        "2026-02-20: network_meeting",
        "write: - 2026-02-20 network_meeting: {participants: [child]}",
    ),
    (
        "2026-02-20: {status: upcoming, due: 2026-04-17}",
        "- 2026-02-20: upcoming",
        "P13",
        "- 2026-02-20: upcoming",
        "write\nexpect:\n  2026-03-02: overdue",
    ),
]


@pytest.mark.parametrize("row", SENSELESS, ids=lambda row: row[1])
def test_nonsense_gets_one_message_at_its_place(row: Row) -> None:
    assert_told(row)
