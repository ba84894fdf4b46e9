"""The team leader's week: what needs the leader, how each caseworker stands, and every line.

It is sent even when nothing is wrong, so that silence always means that something is broken.
Whose cases are whose is asked on the day: a former leader gets nothing.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Engine, and_, func, select

from flows.compose import Desk, address_of, open_desk, store
from flows.mail_lines import (
    BINDING,
    STAFF_KINDS,
    footer,
    local,
    spoken_by,
    standing_of,
    time_left,
    urgency,
)
from flows.not_assessed import Trouble, troubles
from flows.recipients import ABSENT, Recipient, holders, stand_in, why_not
from flows.settings import Settings
from models.case_tables import CaseRow
from models.database import reading, writing
from models.deadline_tables import DeadlineRow
from models.outbox import (
    DIGEST,
    DIGEST_OWED,
    FALLBACK,
    PLANNED,
    Intent,
    add_intents,
    first_told_at,
    intents_of_kind,
    leave_in_the_morning,
    lock_building,
    undeliverable_since,
    waiting_for_digest,
)
from models.outbox_messages import generations
from models.people import LEADER_ROLE
from notifications.render import render_digest
from notifications.views import (
    Absentee,
    CaseworkerCounts,
    DigestView,
    Line,
    Standing,
    Why,
)
from rules.book import Book
from rules.dates import MUNICIPAL, Moment, at_local, day_of, minutes_after, shift_days
from rules.deadline import OPEN

MOST_LINES = 200
"""Lines in one digest; how many more there are is said, and where they can be seen."""

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


@dataclass(slots=True)
class Team:
    """All that one leader is told of; `leader` is "" for cases that have none."""

    leader: str
    due: list[Due] = field(default_factory=list)
    later: Counter[str] = field(default_factory=Counter)
    undeliverable: list[Intent] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    waiting: list[Intent] = field(default_factory=list)
    last: Intent | None = None
    first_told: dict[str, datetime] = field(default_factory=dict)


def send_digests(engine: Engine, book: Book, settings: Settings, now: datetime) -> Counter[str]:
    """Build this week's digest for every team leader; they leave with the next delivery.

    From 08:00 on the week's first working day. Safe to run again: one digest a leader and week;
    a week that was missed until later is made up for once, and says so.
    """
    first = first_working_day(day_of(now))
    if now < at_local(first, settings.digest_at) or day_of(now) < first:
        return Counter()
    with reading(engine) as connection:
        desk = open_desk(connection, settings, now)
        there = generations(connection, [_key(leader, now) for leader in _leaders(desk)])
        missing = [
            leader for leader in _leaders(desk) if not there.get(_key(leader, now), (0, False))[1]
        ]
        teams = _teams(connection, desk) if missing else {}
    counts: Counter[str] = Counter()
    for leader in missing:
        team = teams.get(leader) or Team(leader)
        if leader or team.due or team.troubles or team.undeliverable:
            with writing(engine) as connection:
                counts += _build(connection, desk, book, team)
    _let_orphans_leave(engine, desk)
    return +counts


def first_working_day(day: date) -> date:
    """Return the first working day of the week a day is in.

    >>> first_working_day(date(2026, 4, 8))
    datetime.date(2026, 4, 7)
    """
    return MUNICIPAL.at_or_after(shift_days(day, -day.weekday()))


def _leaders(desk: Desk) -> list[str]:
    return [*(person.person for person in desk.staff.with_role(LEADER_ROLE)), ""]


def _key(leader: str, now: datetime) -> str:
    year, week, _ = day_of(now).isocalendar()
    return f"digest|{leader or FALLBACK}|{year}-W{week:02}"


def _teams(connection: Connection, desk: Desk) -> dict[str, Team]:
    """Return what each leader is told of; a case is its leader's as things stand today."""

    @cache
    def leader_of(caseworker: str, team: str) -> str:
        return next(iter(holders(LEADER_ROLE, caseworker, team, desk.staff)), "")

    teams: dict[str, Team] = {}

    def team_of(caseworker: str, team: str) -> Team:
        leader = leader_of(caseworker, team)
        return teams.setdefault(leader, Team(leader))

    for due, team in _due(connection, desk.now):
        team_of(due.caseworker, team).due.append(due)
    for caseworker, team, number in _later(connection, desk.now):
        team_of(caseworker, team).later[caseworker] += number
    for trouble in troubles(connection):
        team_of(trouble.caseworker, trouble.team).troubles.append(trouble)
    for intent, caseworker, team in _undeliverable(connection, desk.now):
        team_of(caseworker, team).undeliverable.append(intent)
    for intent in intents_of_kind(connection, DIGEST_OWED):
        teams.setdefault(intent.owed_to, Team(intent.owed_to)).last = intent
    for found in teams.values():
        found.first_told = first_told_at(connection, [one.deadline_key for one in found.due])
    return teams


_WHOSE = DEADLINE.outerjoin(CASE, CASE.c.case_ref == DEADLINE.c.case_ref)
_WAITED_FOR = and_(
    DEADLINE.c.status.in_([str(status) for status in OPEN]), DEADLINE.c.due_on.is_not(None)
)


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
        .where(_WAITED_FOR, DEADLINE.c.due_on <= soon)
        .order_by(DEADLINE.c.case_ref, DEADLINE.c.rule)
    )
    for case_ref, ref, rule, interval_on, number, kind, due_on, due_at, caseworker, team in rows:
        whose = _whose(kind, case_ref, caseworker, team)
        # the key of rules.deadline.Deadline.key
        key = "|".join((case_ref, ref, rule, str(interval_on), str(number)))
        yield Due(case_ref, kind, rule, key, due_at or due_on, whose[0]), whose[1]


def _later(connection: Connection, now: datetime) -> Iterable[tuple[str, str, int]]:
    soon = shift_days(day_of(now), SOON_DAYS)
    rows = connection.execute(
        select(CASE.c.caseworker, CASE.c.team, func.count())
        .select_from(_WHOSE)
        .where(_WAITED_FOR, DEADLINE.c.due_on > soon, CASE.c.case_ref.is_not(None))
        .group_by(CASE.c.caseworker, CASE.c.team)
    )
    return list(rows)


def _undeliverable(connection: Connection, now: datetime) -> Iterable[tuple[Intent, str, str]]:
    lost = undeliverable_since(connection, minutes_after(now, -LOOK_BACK_MINUTES))
    refs = {intent.case_ref for intent in lost}
    rows = connection.execute(
        select(CASE.c.case_ref, CASE.c.caseworker, CASE.c.team).where(CASE.c.case_ref.in_(refs))
    )
    whose = {ref: (caseworker, team) for ref, caseworker, team in rows}
    return [(intent, *whose[intent.case_ref]) for intent in lost if intent.case_ref in whose]


def _whose(kind: str, ref: str, caseworker: str | None, team: str | None) -> tuple[str, str]:
    if kind in STAFF_KINDS:
        return (ref, "") if kind == "caseworker" else ("", ref)
    return caseworker or "", team or ""


def _build(connection: Connection, desk: Desk, book: Book, team: Team) -> Counter[str]:
    lock_building(connection)
    leader = desk.staff.person(team.leader)
    recipient = stand_in(
        team.leader, leader.team if leader is not None else "", desk.staff, day_of(desk.now)
    )
    language = spoken_by(recipient.person, desk.staff, desk.settings.language)
    add_intents(connection, [_own_debt(team.leader, recipient, language, desk.now)])
    waiting = [one for one in waiting_for_digest(connection) if one.owed_to == team.leader]

    def view_of(name: str) -> DigestView:
        return _view(desk, book, team, recipient, name)

    key = _key(team.leader, desk.now)
    return store(
        connection,
        desk,
        key,
        generations(connection, [key]).get(key, (0, False))[0],
        DIGEST,
        recipient.person,
        address_of(recipient.person, desk.staff, desk.settings),
        [intent.id for intent in waiting],
        view_of,
        render_digest,
    )


def _view(desk: Desk, book: Book, team: Team, recipient: Recipient, name: str) -> DigestView:
    staff, now = desk.staff, desk.now
    leader = staff.person(team.leader)
    addressed = staff.person(recipient.person)
    since = team.last.created_at if team.last is not None else None
    lines = sorted((_line(desk, book, due, team) for due in team.due), key=_weight)
    overdue = [line for line in lines if line.standing is Standing.OVERDUE]
    coming = [line for line in lines if line.standing is not Standing.OVERDUE]
    shown = lines[:MOST_LINES]
    route, _, cause = recipient.reason.partition(" ")
    in_place_of = leader.name if leader is not None and route != "own" else ""
    why = Why(route, LEADER_ROLE if not in_place_of else "", cause, in_place_of)
    return DigestView(
        language=spoken_by(recipient.person, staff, desk.settings.language),
        name=addressed.name if addressed is not None else "",
        team=leader.team if leader is not None else "",
        week=day_of(now).isocalendar().week,
        since=day_of(since) if since is not None else None,
        late=day_of(now) > first_working_day(day_of(now)),
        overdue=tuple(line for line in shown if line.standing is Standing.OVERDUE),
        undeliverable=tuple(_undelivered(desk, intent) for intent in team.undeliverable),
        not_assessed=_unassessed(desk, team.troubles),
        absent=_absent(desk, team),
        caseworkers=_counts(desk, team, lines),
        coming=tuple(line for line in shown if line.standing is not Standing.OVERDUE),
        overdue_count=len(overdue),
        coming_count=len(coming),
        left_out=len(lines) - len(shown),
        whys=(why,),
        footer=footer(desk.data_as_of, now, desk.settings.public_url, name),
    )


def _weight(line: Line) -> tuple[object, ...]:
    """What is over is sorted by how binding it is, and then like the rest by how long is left."""
    over = line.standing is Standing.OVERDUE
    return (not over, BINDING.get(line.binding, len(BINDING)) if over else 0, urgency(line))


def _is_new(due: Due, team: Team) -> bool:
    """Say whether it became overdue, or we came to know of it, after the digest before this."""
    if team.last is None:
        return False
    known_at = team.first_told.get(due.deadline_key)
    since = team.last.created_at
    return day_of(due.due) >= day_of(since) or (known_at is not None and known_at > since)


def _line(desk: Desk, book: Book, due: Due, team: Team) -> Line:
    rule = book.rules.get(due.rule)
    left, in_hours = time_left(due.due, desk.now)
    standing = standing_of(due.due, desk.now)
    basis = rule.terms.basis[0].source if rule is not None and rule.terms.basis else ""
    return Line(
        standing=standing,
        case="" if due.kind in STAFF_KINDS else due.case_ref,
        title=rule.terms.title if rule is not None else due.rule,
        due=local(due.due),
        left=left,
        in_hours=in_hours,
        binding=rule.binding if rule is not None else "",
        source=basis,
        staff=_name(desk, due.caseworker),
        new=standing is Standing.OVERDUE and _is_new(due, team),
    )


def _undelivered(desk: Desk, intent: Intent) -> Line:
    staff = "" if intent.recipient == FALLBACK else _name(desk, intent.recipient)
    return Line(Standing.UNDELIVERABLE, intent.case_ref, intent.title, staff=staff)


def _unassessed(desk: Desk, troubled: Sequence[Trouble]) -> tuple[Line, ...]:
    names = {trouble.case_ref: _name(desk, trouble.caseworker) for trouble in troubled}
    return tuple(
        Line(Standing.NOT_ASSESSED, ref, "", staff=name) for ref, name in sorted(names.items())
    )


def _absent(desk: Desk, team: Team) -> tuple[Absentee, ...]:
    """Caseworkers who are away with nobody in their place while deadlines of theirs fall."""
    today = day_of(desk.now)
    falling = Counter(due.caseworker for due in team.due if due.caseworker)
    found = []
    for caseworker, deadlines in sorted(falling.items()):
        absence = desk.staff.absent_on(caseworker, today)
        alone = desk.staff.substitute_on(caseworker, today) is None
        if absence is not None and alone and why_not(caseworker, desk.staff, today) == ABSENT:
            found.append(Absentee(_name(desk, caseworker), absence.to_on, deadlines))
    return tuple(found)


def _counts(desk: Desk, team: Team, lines: Sequence[Line]) -> tuple[CaseworkerCounts, ...]:
    over = Counter(line.staff for line in lines if line.standing is Standing.OVERDUE)
    soon = Counter(line.staff for line in lines if line.standing is not Standing.OVERDUE)
    later: Counter[str] = Counter()
    for caseworker, number in team.later.items():
        later[_name(desk, caseworker)] += number
    names = sorted(over.keys() | soon.keys() | later.keys(), key=lambda name: (-over[name], name))
    return tuple(CaseworkerCounts(name, over[name], soon[name], later[name]) for name in names)


def _name(desk: Desk, person: str) -> str:
    found = desk.staff.person(person)
    return found.name or person if found is not None else person


def _own_debt(leader: str, recipient: Recipient, language: str, now: datetime) -> Intent:
    """The digest itself is owed, so that one that does not arrive is told of like any other."""
    year, week, _ = day_of(now).isocalendar()
    return Intent(
        deadline_key=f"digest|{leader or FALLBACK}",
        case_ref="",
        about="digest",
        ref="",
        rule="",
        due_text="",
        step="digest",
        occurrence=100 * year + week,
        recipient=recipient.person,
        role=LEADER_ROLE,
        owed_to=leader,
        reason=recipient.reason,
        kind=DIGEST_OWED,
        leaves=DIGEST,
        title=f"Ugeoverblik, uge {week}" if language == "da" else f"Weekly overview, week {week}",
        source="",
        binding="",
        because="",
        link=secrets.token_hex(16),
        owed_on=day_of(now),
        send_from_at=now,
        created_at=now,
        late=False,
        state=PLANNED,
        state_reason="",
        state_at=now,
    )


def _let_orphans_leave(engine: Engine, desk: Desk) -> None:
    """What waits for the digest of someone who leads nobody any more goes in the next morning."""
    leaders = set(_leaders(desk))
    with writing(engine) as connection:
        orphans = [one.id for one in waiting_for_digest(connection) if one.owed_to not in leaders]
        leave_in_the_morning(connection, orphans)
