"""Words that the vocabulary does not have, or does not have there."""

from __future__ import annotations

import pytest

from tests.unit.rule_file_samples import Row, assert_told

UNKNOWN: list[Row] = [
    (
        "due: 8 weeks after start",
        "due: 8 weeks after supervision_visit",
        "V02",
        "supervision_visit",
        "count from something of the record itself, for example:  start",
    ),
    ("for: case", "for: sag", "V01", "sag", "did you mean case?"),
    ("for: case", "for: cases", "V01", "cases", "did you mean case?"),
    (
        "for: case",
        "for: person",
        "V01",
        "person",
        "write one of: assessment, case, caseworker, child, concern, decision, "
        "measure, placement, plan, proposal, provider_plan, report, team",
    ),
    (
        "must_happen: network_meeting",
        "must_happen: netværksmøde",
        "V03",
        "netværksmøde",
        "did you mean network_meeting?",
    ),
    (
        "must_happen: network_meeting",
        "must_happen: network meeting",
        "V03",
        "network meeting",
        "did you mean network_meeting?",
    ),
    (
        "must_happen: network_meeting",
        "must_happen: network_meetings",
        "V03",
        "network_meetings",
        "did you mean network_meeting?",
    ),
    (
        "must_happen: network_meeting",
        "must_happen: tur i tivoli",
        "V03",
        "tur i tivoli",
        "events of a case: aftercare_decided, aftercare_offered, "
        "aftercare_review, extension, handover_meeting, management_review, "
        "network_meeting, plan_completed, school_plan_made, waiver",
    ),
    (
        "when: {target_group: youth}",
        "when: {measure.kind: mentor}",
        "V11",
        "measure.kind",
        "ask about facts that begin with: case.…, child.…",
    ),
    (
        "when: {target_group: youth}",
        "when: {målgruppe: unge}",
        "V04",
        "målgruppe",
        "did you mean case.target_group?",
    ),
    (
        "when: {target_group: youth}",
        "when: {target_grup: youth}",
        "V04",
        "target_grup",
        "did you mean case.target_group?",
    ),
    (
        "when: {target_group: youth}",
        "when: {child.target_group: youth}",
        "V04",
        "child.target_group",
        "did you mean case.target_group?",
    ),
    ("when: {target_group: youth}", "when: {abroad: ja}", "V07", "ja", "write: yes"),
    ("when: {target_group: youth}", "when: {abroad: true}", "V07", "true", "write: yes"),
    ("when: {target_group: youth}", "when: {child.age: 16-18}", "V08", "16-18", "write: 16 to 18"),
    (
        "when: {target_group: youth}",
        "when: {child.age: mindst 16}",
        "V08",
        "mindst 16",
        "write: at least 16",
    ),
    (
        "when: {target_group: youth}",
        'when: {child.age: ">= 16"}',
        "V08",
        '">= 16"',
        "write: at least 16",
    ),
    (
        "when: {target_group: youth}",
        "when: {child.age: older than 16}",
        "V08",
        "older than 16",
        "write: at least 16",
    ),
    (
        "when: {target_group: youth}",
        "when: {child.age: 18 to 16}",
        "V08",
        "18 to 16",
        "write: 16 to 18",
    ),
    (
        "when: {target_group: youth}",
        "when: {child.age: gammel}",
        "V08",
        "gammel",
        "write for example: at least 16  (or: under 16, at most 16, over 16, 16, 16 to 18)",
    ),
    (
        "when: {target_group: youth}",
        "when: {child.born: 2010-01-01}",
        "V09",
        "2010-01-01",
        "write: before 2010-01-01  (or: on 2010-01-01, after 2010-01-01)",
    ),
    (
        "when: {target_group: youth}",
        "when: {target_group: [youth, missing]}",
        "V16",
        "missing",
        "make it an alternative of its own:  [{fact: a_value}, {fact: missing}]",
    ),
    (
        "when: {target_group: youth}",
        "when: {target_group: {any_of: [youth]}}",
        "V12",
        "any_of",
        "write a list, which means any one of these: [youth]",
    ),
    (
        "when: {target_group: youth}",
        "when: {rule.network-meting: overdue}",
        "V10",
        "network-meting",
        "did you mean network-meeting?",
    ),
    (
        "when: {target_group: youth}",
        "when: {rule.network-meeting: late}",
        "V15",
        "late",
        "did you mean overdue?",
    ),
    (
        "counts_when: {participants: {all_of: [child, parents]}}",
        "counts_when: {participants: [child, parents]}",
        "V12",
        "[child, parents]",
        "write: {all_of: [child, parents]}  or: {any_of: [child, parents]}",
    ),
    (
        "counts_when: {participants: {all_of: [child, parents]}}",
        "counts_when: {participants: child}",
        "V12",
        "child",
        "write: {any_of: [child]}",
    ),
    (
        "counts_when: {participants: {all_of: [child, parents]}}",
        "counts_when: {participants: {all_of: [child, mother]}}",
        "V06",
        "mother",
        "did you mean parents?",
    ),
    (
        "counts_when: {participants: {all_of: [child, parents]}}",
        "counts_when: {deltagere: child}",
        "V13",
        "deltagere",
        "use one of: participants",
    ),
    (
        "notify: {3 days before: caseworker}",
        "notify: caseworker",
        "V14",
        "caseworker",
        "write: {3 days before: caseworker}",
    ),
    (
        "notify: {3 days before: caseworker}",
        "notify: standart",
        "V14",
        "standart",
        "did you mean standard?",
    ),
    (
        "notify: {3 days before: caseworker}",
        "notify: {3 days before: sagsbehandler}",
        "V05",
        "sagsbehandler",
        "did you mean caseworker?",
    ),
    (
        "notify: {3 days before: caseworker}",
        "notify: {3 days before: caseworker}\n    waive_by: leder",
        "V05",
        "leder",
        "did you mean team_leader?",
    ),
    ("status: upcoming", "status: kommende", "V15", "kommende", "did you mean upcoming?"),
    ("status: upcoming", "status: late", "V15", "late", "did you mean overdue?"),
    (
        "began: 2026-01-05, target_group: youth",
        "began: 2026-01-05, target_group: unge",
        "V06",
        "unge",
        "did you mean youth?",
    ),
    (
        "2026-02-20 network_meeting:",
        "2026-02-20 møde:",
        "V03",
        "møde",
        "events of a case: aftercare_decided, aftercare_offered, "
        "aftercare_review, extension, handover_meeting, management_review, "
        "network_meeting, plan_completed, school_plan_made, waiver",
    ),
    (
        "participants: [child, parents]}\n        ",
        "participants: [barn]}\n        ",
        "V06",
        "barn",
        "did you mean child?",
    ),
    (
        "    must_happen: network_meeting\n    counts_when: {participants: "
        "{all_of: [child, parents]}}\n",
        "    must_happen: handover_meeting\n    counts_when: {participants: child}\n",
        "V13",
        "participants",
        "delete 'counts_when'.",
    ),
    (
        "when: {target_group: youth}",
        "when: {target_group: [[youth]]}",
        "V16",
        "[[youth]]",
        "write one value, or alternatives as a list of maps:  [{target_group: …},"
        " {target_group: …}]",
    ),
    (
        "when: {target_group: youth}",
        "when: {target_group: ~}",
        "V16",
        "~",
        "write: present  or: missing  or a value",
    ),
    (
        "notify: {3 days before: caseworker}",
        "notify: {3 days before: }",
        "V05",
        " ",
        "roles: caseworker, co_caseworker, department_head, legal_adviser, "
        "receiving_team, team_leader",
    ),
    (
        "notify: {3 days before: caseworker}",
        "notify: {3 days before: lone@kommune.dk}",
        "V05",
        "lone@kommune.dk",
        "mails go to roles, never to a person's address; roles: caseworker, "
        "co_caseworker, department_head, legal_adviser, receiving_team, "
        "team_leader",
    ),
    (
        "status: upcoming, due",
        "status: upcoming, mails: nobody, due",
        "V05",
        "nobody",
        "roles: caseworker, co_caseworker, department_head, legal_adviser, "
        "receiving_team, team_leader",
    ),
    (
        "language: 1",
        "language: 1\nowner: Lone",
        "V05",
        "Lone",
        "roles: caseworker, co_caseworker, department_head, legal_adviser, "
        "receiving_team, team_leader",
    ),
    (
        "when: {target_group: youth}",
        "when: {child.alder: 16}",
        "V04",
        "child.alder",
        "did you mean child.age?",
    ),
    (
        "when: {target_group: youth}",
        "when: {all_of: [{target_group: youth}]}",
        "V04",
        "all_of",
        "all of these: {one: a, two: b}  any of these: [{one: a}, {two: b}]  not: 'unless'",
    ),
    (
        "when: {target_group: youth}",
        "when: {case.age: 16}",
        "V04",
        "case.age",
        "did you mean child.age?",
    ),
    (
        "when: {target_group: youth}",
        "when: {target_group: Youth}",
        "V06",
        "Youth",
        "did you mean youth?",
    ),
    ("when: {target_group: youth}", "when: {open_measures: 1+}", "V08", "1+", "write: at least 1"),
]


@pytest.mark.parametrize("row", UNKNOWN, ids=lambda row: row[1])
def test_an_unknown_word_gets_one_message_at_its_place(row: Row) -> None:
    assert_told(row)
