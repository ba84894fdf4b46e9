"""A municipality of a few cases with one rule about network meetings, to be changed and judged."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from flows.rule_book.activate import Activated, Approval, activate_plan, roll_back
from flows.rule_book.plan import Plan, make_plan, save
from flows.rule_book.rule_folder import BookInForce, book_in_force
from tests.flow.case_builder import Municipality

RULE = """\
language: 1
rules:
  network-meeting:
    title: Netværksmøde
    binding: standard
    basis: [{source: opdigtet}]
    for: case
    when: {case.target_group: youth}
    must_happen: network_meeting
    due: 8 weeks after start
    then: 8 weeks after done
    notify: {3 days before: caseworker, 1 day after: [caseworker, team_leader]}
    in_force: 2020-01-01
    tests:
      - name: en uge for sent
        given:
          case: {began: 2026-01-05, target_group: youth}
          events: [2026-02-20 network_meeting]
        expect:
          2026-02-20: {status: upcoming, due: 2026-04-17}
          2026-04-18: overdue
"""

FIVE_WEEKS = RULE.replace("then: 8 weeks", "then: 5 weeks").replace("2026-04-17", "2026-03-27")
"""The rule itself rewritten, with the dates of its test."""

FROM_DECEMBER = """\
    changes:
      - from: 2026-12-01
        then: 6 weeks after done
        running: move
        why: BR 12
"""

NEW_RULE = """\
  plan-follow-up:
    title: Opfølgning
    binding: standard
    basis: [{source: opdigtet}]
    for: case
    must_happen: management_review
    due: 4 weeks after began
    notify: {on the day: caseworker, 1 day after: [caseworker, team_leader]}
    in_force: 2020-01-01
    retroactive: yes
    tests:
      - name: for sent
        given: {case: {began: 2026-01-05}}
        expect: {2026-02-03: {status: overdue, due: 2026-02-02}}
"""

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
YOUTH = {"target_group": "youth"}


class RuleTown:
    """Cases, a rule folder, and the commands of an administrator at a chosen moment."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.people = Municipality(engine)
        self.people.person("lene", role="team_leader")
        self.people.person("anna", leader="lene")
        self.write(RULE)

    def write(self, text: str) -> None:
        """Put a text in the place of the one rule file."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "10-local.yaml").write_text(text, "utf-8")

    def case(self, ref: str, *meetings: date) -> None:
        """Add a youth's case that began on 5 January 2026, with its network meetings."""
        self.people.case(ref, date(2026, 1, 5), facts=YOUTH)
        for day in meetings:
            self.people.event(ref, "network_meeting", day)

    def start(self, at: datetime = NOW) -> BookInForce:
        """Have the book in force, as every command does."""
        return book_in_force(self.engine, self.folder, at)

    def plan(self, at: datetime = NOW) -> Plan:
        """Preview what is in the folder."""
        return make_plan(self.engine, self.folder, at, "en")

    def saved(self, at: datetime = NOW) -> Path:
        """Preview what is in the folder, and save it beside the folder."""
        return save(self.plan(at), self.folder.parent)

    def activate(
        self,
        plan: Path,
        accepted: int = 99,
        at: datetime = NOW,
        accepted_mails: int = 99,
        **more: object,
    ) -> Activated:
        """Activate a saved plan as the administrator."""
        approval = Approval("rikke", "BR 12", accepted, at, accepted_mails)
        return activate_plan(self.engine, plan, self.folder, approval, **more)  # type: ignore[arg-type]

    def roll_back(
        self, accepted: int = 99, at: datetime = NOW, accepted_mails: int = 99
    ) -> Activated:
        """Put the book before in force again."""
        return roll_back(self.engine, Approval("rikke", "fortrudt", accepted, at, accepted_mails))


def with_changes(rule: str = RULE) -> str:
    """The rule with six weeks from 1 December 2026, running clocks moved."""
    return rule.replace("    tests:\n", FROM_DECEMBER + "    tests:\n", 1)
