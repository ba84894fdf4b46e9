"""Whose case is whose, as things stand today: all that each team leader is to be told of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, select

from flows.composing.mail_lines import STAFF_KINDS
from flows.owing.not_assessed import Trouble, troubles
from flows.owing.recipients import holders
from models.activations import out_of_shadow
from models.case_holders import of_cases
from models.case_tables import CaseRow
from models.deadline_tables import DeadlineRow
from models.mutes import Mute, all_mutes
from models.outbox import (
    DIGEST_OWED,
    SENT,
    Intent,
    first_told_at,
    intents_of,
    intents_of_kind,
    undeliverable_since,
)
from models.people import LEADER_ROLE, Staff
from models.runs import week_of
from rules.dates import Moment, day_of, minutes_after, shift_days
from rules.deadline import OPEN

SOON_DAYS = 7
LOOK_BACK_MINUTES = 7 * 24 * 60

CASE = CaseRow.__table__  # type: ignore[attr-defined]
DEADLINE = DeadlineRow.__table__  # type: ignore[attr-defined]


class Due(NamedTuple):
    """An open deadline that is over or falls soon, and whose case it is."""

    case_ref: str
    kind: str
    rule: str
    deadline_key: str
    due: Moment
    caseworker: str


class Lost(NamedTuple):
    """What could not be delivered, and who was told in their place; "" while nobody is."""

    intent: Intent
    told: str


@dataclass(slots=True)
class Team:
    """All that one leader is told of; `leader` is "" for cases that have none."""

    leader: str
    due: list[Due] = field(default_factory=list)
    later: Counter[str] = field(default_factory=Counter)
    undeliverable: list[Lost] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    muted: list[Mute] = field(default_factory=list)
    last: Intent | None = None
    first_told: dict[str, datetime] = field(default_factory=dict)


def teams(connection: Connection, staff: Staff, now: datetime) -> dict[str, Team]:
    """Return what each leader is told of; a case is its leader's as things stand today.

    Every team leader is among them, with nothing to tell if need be; anybody else, and "" for
    cases that nobody leads, only when there is something to tell.
    """

    leader_of = leaders_in(staff)
    found = {person.person: Team(person.person) for person in staff.with_role(LEADER_ROLE)}

    def team_of(caseworker: str, team: str) -> Team:
        leader = leader_of(caseworker, team)
        return found.setdefault(leader, Team(leader))

    for due, team in _due(connection, now):
        team_of(due.caseworker, team).due.append(due)
    for caseworker, team, number in _later(connection, now):
        team_of(caseworker, team).later[caseworker] += number
    for trouble in troubles(connection):
        team_of(trouble.caseworker, trouble.team).troubles.append(trouble)
    for lost, caseworker, team in _undeliverable(connection, now):
        team_of(caseworker, team).undeliverable.append(lost)
    for mute, caseworker, team in _muted(connection, now):
        team_of(caseworker, team).muted.append(mute)
    this_week = week_of(day_of(now))
    for intent in intents_of_kind(connection, DIGEST_OWED):
        # this week's own is there already when its mail was called back
        if intent.owed_to in found and week_of(intent.owed_on) != this_week:
            found[intent.owed_to].last = intent
    for one in found.values():
        one.first_told = first_told_at(connection, [due.deadline_key for due in one.due])
    return found


def leaders_in(staff: Staff) -> Callable[[str, str], str]:
    """Return what tells who leads a caseworker in a team today; "" for nobody."""

    @cache
    def leader_of(caseworker: str, team: str) -> str:
        return next(iter(holders(LEADER_ROLE, caseworker, team, staff)), "")

    return leader_of


def whose(kind: str, ref: str, caseworker: str | None, team: str | None) -> tuple[str, str]:
    """Return the caseworker and the team of a record; a caseload's own are itself."""
    if kind in STAFF_KINDS:
        return (ref, "") if kind == "caseworker" else ("", ref)
    return caseworker or "", team or ""


_WHOSE = DEADLINE.outerjoin(CASE, CASE.c.case_ref == DEADLINE.c.case_ref)
_WAITED_FOR = and_(
    DEADLINE.c.closed.is_(False),  # what is open is never closed: this lets the index serve
    DEADLINE.c.status.in_([str(status) for status in OPEN]),
    DEADLINE.c.due_on.is_not(None),
)


def _is_told(now: datetime) -> ColumnElement[bool]:
    return out_of_shadow(DEADLINE.c.rule, day_of(now))


def _due(connection: Connection, now: datetime) -> Iterable[tuple[Due, str]]:
    soon = shift_days(day_of(now), SOON_DAYS)
    rows = connection.execute(
        select(
            DEADLINE.c.case_ref,
            DEADLINE.c.ref,
            DEADLINE.c.rule,
            DEADLINE.c.interval_on,
            DEADLINE.c.round,
            DEADLINE.c.kind,
            DEADLINE.c.due_on,
            DEADLINE.c.due_at,
            CASE.c.caseworker,
            CASE.c.team,
        )
        .select_from(_WHOSE)
        .where(_WAITED_FOR, _is_told(now), DEADLINE.c.due_on <= soon)
        .order_by(DEADLINE.c.case_ref, DEADLINE.c.rule)
    )
    for case_ref, ref, rule, interval_on, number, kind, due_on, due_at, caseworker, team in rows:
        person, part = whose(kind, case_ref, caseworker, team)
        # the key of rules.deadline.Deadline.key
        key = "|".join((case_ref, ref, rule, str(interval_on), str(number)))
        yield Due(case_ref, kind, rule, key, due_at or due_on, person), part


def _later(connection: Connection, now: datetime) -> Iterable[tuple[str, str, int]]:
    soon = shift_days(day_of(now), SOON_DAYS)
    rows = connection.execute(
        select(CASE.c.caseworker, CASE.c.team, func.count())
        .select_from(_WHOSE)
        .where(_WAITED_FOR, _is_told(now), DEADLINE.c.due_on > soon, CASE.c.case_ref.is_not(None))
        .group_by(CASE.c.caseworker, CASE.c.team)
    )
    return list(rows)


def _undeliverable(connection: Connection, now: datetime) -> Iterable[tuple[Lost, str, str]]:
    lost = undeliverable_since(connection, minutes_after(now, -LOOK_BACK_MINUTES))
    same = intents_of(connection, {intent.deadline_key for intent in lost})
    told = {_debt(one): one.recipient for one in same if one.state == SENT}
    held_by = _held_by(connection, [intent.case_ref for intent in lost])
    return [
        (
            Lost(intent, told.get(_debt(intent), "")),
            *whose(intent.about, intent.case_ref, *held_by.get(intent.case_ref, ("", ""))),
        )
        for intent in lost
        if intent.case_ref in held_by or intent.about in STAFF_KINDS
    ]


def _debt(intent: Intent) -> tuple[object, ...]:
    """What is owed to whom, whoever it went to in the end."""
    return (*intent.key[:-1], intent.role, intent.owed_to)


def _muted(connection: Connection, now: datetime) -> Iterable[tuple[Mute, str, str]]:
    muted = all_mutes(connection, day_of(now))
    held_by = _held_by(connection, [mute.case_ref for mute in muted])
    return [(mute, *held_by[mute.case_ref]) for mute in muted if mute.case_ref in held_by]


def _held_by(connection: Connection, case_refs: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The caseworker and the team of each of these cases that there is."""
    caseworkers = of_cases(connection, case_refs, "caseworker")
    teams_of = of_cases(connection, case_refs, "team")
    return {ref: (caseworkers[ref], teams_of[ref]) for ref in caseworkers}
