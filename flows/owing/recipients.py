"""Who gets a mail: whoever holds the role that day, or whoever stands in for them. Never nobody.

The chain: the person, their substitute while they are away, the leaders above them, the fallback
mailbox. Each link must be on the staff, have an address and be at work that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from models.outbox import FALLBACK, REFUSED
from models.people import LEADER_ROLE, Person, Staff

CASEWORKER_ROLE = "caseworker"
CASEWORK_ROLES = frozenset({CASEWORKER_ROLE, "co_caseworker", "receiving_team"})
"""Roles that do what is due themselves; any other is told of it."""

OWN, SUBSTITUTE, LEADER = "own", "substitute", "leader"
"""How a mail came to its recipient; beside these, FALLBACK."""

UNASSIGNED, UNKNOWN, LEFT = "unassigned", "unknown", "left"
NO_ADDRESS, ABSENT = "no address", "absent"
"""Why it did not go to the one it was owed to (or REFUSED), after the route: "leader absent"."""


class Recipient(NamedTuple):
    """A person (or the fallback mailbox), on whose behalf, and how it came to that."""

    person: str
    owed_to: str
    reason: str

    @property
    def route(self) -> str:
        """OWN, SUBSTITUTE, LEADER or FALLBACK."""
        return self.reason.split(" ", 1)[0]


def recipients(
    role: str, caseworker: str, team: str, staff: Staff, day: date
) -> tuple[Recipient, ...]:
    """Return who is told that day what is owed to a role in a case of this caseworker and team.

    A role held by several, such as the receiving team, is told to all of them who are at
    work; the chain of stand-ins is used when none of them is.
    """
    chains = [
        stand_in(holder, team, staff, day) for holder in holders(role, caseworker, team, staff)
    ]
    if not chains:
        return (stand_in("", team, staff, day, above=caseworker),)
    near = [found for found in chains if found.route in {OWN, SUBSTITUTE}]
    unique = {found.person: found for found in reversed(near or chains)}
    return tuple(unique[person] for person in sorted(unique))


def holders(role: str, caseworker: str, team: str, staff: Staff) -> tuple[str, ...]:
    """Return the identities of those who hold a role for a case.

    A team leader is the leader of the case's team, unless that is the caseworker. Any other
    role is looked for among the leaders above, then in the case's team, then anywhere.
    """
    if role == CASEWORKER_ROLE:
        return (caseworker,)
    above = list(leaders_above(caseworker, team, staff))
    if role == LEADER_ROLE:
        return tuple(leader.person for leader in above[:1])
    if found := [leader.person for leader in above if leader.role == role]:
        return tuple(found[:1])
    with_role = (staff.with_role(role, team) if team else ()) or staff.with_role(role)
    return tuple(person.person for person in with_role)


def leaders_above(person: str, team: str, staff: Staff) -> Iterator[Person]:
    """Give the leaders of a case's team or person, nearest first, none of them twice."""
    seen = {person}
    leader = staff.leader_of(team) if team else None
    if leader is None or leader.person in seen:
        leader = staff.leader_of(person)
    while leader is not None and leader.person not in seen:
        yield leader
        seen.add(leader.person)
        leader = staff.leader_of(leader.person)


def stand_in(
    owed_to: str,
    team: str,
    staff: Staff,
    day: date,
    *,
    above: str = "",
    refused: frozenset[str] = frozenset(),
) -> Recipient:
    """Return who gets what is owed to a person ("" when nobody holds the role).

    `above` is whose leaders to ask when nobody holds the role. `refused` are those whose
    mailbox did not take this mail: it goes to the next in the chain.
    """
    hindrance = REFUSED if owed_to in refused else why_not(owed_to, staff, day)
    if not hindrance:
        return Recipient(owed_to, owed_to, OWN)
    substitute = staff.substitute_on(owed_to, day) if hindrance == ABSENT else None
    if substitute is not None and substitute.email and substitute.person not in refused:
        return Recipient(substitute.person, owed_to, f"{SUBSTITUTE} {hindrance}")
    for leader in leaders_above(owed_to or above, team, staff):
        if leader.person not in refused and not why_not(leader.person, staff, day):
            return Recipient(leader.person, owed_to, f"{LEADER} {hindrance}")
    return Recipient(FALLBACK, owed_to, f"{FALLBACK} {hindrance}")


def why_not(person: str, staff: Staff, day: date) -> str:
    """Return what keeps a person from being told that day; "" when nothing does."""
    if not person:
        return UNASSIGNED
    found = staff.person(person)
    if found is None:
        return UNKNOWN
    if not found.active:
        return LEFT
    if not found.email:
        return NO_ADDRESS
    if staff.refuses_on(person, day):
        return REFUSED
    return ABSENT if staff.absent_on(person, day) else ""
