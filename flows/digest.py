"""The team leader's week: what needs the leader, how each caseworker stands, and every line.

It is sent even when nothing is wrong, so that silence always means that something is broken.
Whose cases are whose is asked on the day: a former leader gets nothing.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from flows.composing.compose import Desk, Draft, address_of, open_desk, store
from flows.composing.mail_lines import (
    BINDING,
    STAFF_KINDS,
    away_until,
    footer,
    local,
    spoken_by,
    standing_of,
    time_left,
    urgency,
)
from flows.composing.teams import Due, Lost, Team, leaders_in, teams
from flows.composing.threads import thread_of_digests
from flows.composing.trend import trends
from flows.owing.not_assessed import Trouble
from flows.owing.outage import outage_behind
from flows.owing.recipients import ABSENT, Recipient, stand_in, why_not
from flows.settings import Settings
from models.database import reading, writing
from models.mutes import Mute
from models.outages import outages_since
from models.outbox import (
    DIGEST,
    DIGEST_OWED,
    FALLBACK,
    PLANNED,
    Intent,
    add_intents,
    leave_in_the_morning,
    lock_building,
    waiting_for_digest,
)
from models.outbox_messages import generations
from models.people import LEADER_ROLE, Person
from models.runs import week_of
from notifications.frozen import Beside
from notifications.render import render_digest
from notifications.views import (
    Absentee,
    CaseworkerCounts,
    DigestView,
    Line,
    Muted,
    Standing,
    TrendWeek,
    Why,
)
from rules.book import Book
from rules.dates import at_local, day_of, shift_days
from rules.weeks import first_working_day_of_week, monday_of

MOST_LINES = 200
"""Lines in one digest; how many more there are is said, and where they can be seen."""

ANSWER_LOST = "answer lost"
"""How the end of a debt is worded whose mail may have arrived (models.outbox_messages)."""


def send_digests(engine: Engine, book: Book, settings: Settings, now: datetime) -> Counter[str]:
    """Build this week's digest for every team leader; they leave with the next delivery.

    From 08:00 on the week's first working day. Safe to run again: one digest a leader and week;
    a week that was missed until later is made up for once, and says so.
    """
    first = first_working_day_of_week(day_of(now))
    if now < at_local(first, settings.digest_at) or day_of(now) < first:
        return Counter()
    with reading(engine) as connection:
        desk = open_desk(connection, settings, now)
        found = teams(connection, desk.staff, now)
        there = generations(connection, [_key(leader, now) for leader in found])
    built = {key for key, (_, stands) in there.items() if stands}
    missing = [leader for leader in sorted(found) if _key(leader, now) not in built]
    if missing:
        with writing(engine) as connection:
            pictures = trends(connection, missing, leaders_in(desk.staff), now)
    counts: Counter[str] = Counter()
    for leader in missing:
        with writing(engine) as connection:
            counts += _build(connection, desk, book, found[leader], pictures[leader])
    _let_orphans_leave(engine, set(found))
    return +counts


def _key(leader: str, now: datetime) -> str:
    return f"digest|{leader or FALLBACK}|{week_of(day_of(now))}"


def _build(
    connection: Connection, desk: Desk, book: Book, team: Team, trend: tuple[TrendWeek, ...]
) -> Counter[str]:
    lock_building(connection)
    leader = desk.staff.person(team.leader)
    recipient = stand_in(
        team.leader, leader.team if leader is not None else "", desk.staff, day_of(desk.now)
    )
    language = spoken_by(recipient.person, desk.staff, desk.settings.language)
    add_intents(connection, [_own_debt(team.leader, recipient, language, desk.now)])
    waiting = [one for one in waiting_for_digest(connection) if one.owed_to == team.leader]
    slot = at_local(first_working_day_of_week(day_of(desk.now)), desk.settings.digest_at)
    outages = outages_since(connection, slot)

    def view_of(name: str) -> DigestView:
        view = _view(desk, book, team, recipient, name)
        return replace(view, trend=trend, outage=outage_behind([slot], outages))

    key = _key(team.leader, desk.now)
    generation, _ = generations(connection, [key]).get(key, (0, False))
    address = address_of(recipient.person, desk.staff, desk.settings)
    ids = tuple(intent.id for intent in waiting)
    draft = Draft(key, generation, DIGEST, recipient.person, address, ids)
    beside = Beside(thread_of_digests(team.leader or FALLBACK, desk.now, language))
    return store(connection, desk, draft, view_of, render_digest, lambda: beside)


def _view(desk: Desk, book: Book, team: Team, recipient: Recipient, name: str) -> DigestView:
    staff, now = desk.staff, desk.now
    leader = staff.person(team.leader)
    first = _first_week_on(team, leader, now)
    addressed = staff.person(recipient.person)
    since = team.last.created_at if team.last is not None else None
    lines = sorted((_line(desk, book, due, team) for due in team.due), key=_weight)
    overdue = [line for line in lines if line.standing is Standing.OVERDUE]
    coming = [line for line in lines if line.standing is not Standing.OVERDUE]
    shown = lines[:MOST_LINES]
    route, _, cause = recipient.reason.partition(" ")
    in_place_of = leader.name if leader is not None and route != "own" else ""
    until = away_until(team.leader, cause, staff, day_of(now))
    why = Why(route, LEADER_ROLE if not in_place_of else "", cause, in_place_of, until=until)
    return DigestView(
        language=spoken_by(recipient.person, staff, desk.settings.language),
        name=addressed.name if addressed is not None else "",
        team=leader.team if leader is not None else "",
        week=day_of(now).isocalendar().week,
        first_week=first.isocalendar().week,
        since=day_of(since) if since is not None else None,
        late=_is_late(desk) or first < monday_of(day_of(now)),
        overdue=tuple(line for line in shown if line.standing is Standing.OVERDUE),
        undeliverable=tuple(_undelivered(desk, lost) for lost in team.undeliverable),
        not_assessed=_unassessed(desk, team.troubles),
        absent=_absent(desk, team),
        caseworkers=_counts(desk, team, lines),
        coming=tuple(line for line in shown if line.standing is not Standing.OVERDUE),
        overdue_count=len(overdue),
        new_count=sum(line.new for line in overdue),
        coming_count=len(coming),
        left_out=len(lines) - len(shown),
        whys=(why,),
        footer=footer(desk.data_as_of, now, desk.settings, name),
        muted=tuple(_muted(desk, book, mute) for mute in team.muted),
    )


def _is_late(desk: Desk) -> bool:
    """Say whether the week's own day is past; not in the week in which Fristvagt was taken up."""
    owed_on = first_working_day_of_week(day_of(desk.now))
    in_use = desk.in_use_from is not None and desk.in_use_from <= owed_on
    return in_use and day_of(desk.now) > owed_on


def _first_week_on(team: Team, leader: Person | None, now: datetime) -> date:
    """The Monday of the first week that this overview is for: after those that were missed."""
    this = monday_of(day_of(now))
    # only who gets an overview every week has missed one; anybody else had nothing to be told
    if team.last is None or leader is None or leader.role != LEADER_ROLE:
        return this
    return min(this, shift_days(monday_of(day_of(team.last.created_at)), 7))


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


def _undelivered(desk: Desk, lost: Lost) -> Line:
    intent = lost.intent
    return Line(
        Standing.UNDELIVERABLE,
        "" if intent.about in STAFF_KINDS else intent.case_ref,
        intent.title,
        staff="" if intent.recipient == FALLBACK else _name(desk, intent.recipient),
        in_doubt=intent.state_reason.startswith(ANSWER_LOST),
        told_instead="" if lost.told in {"", FALLBACK} else _name(desk, lost.told),
    )


def _muted(desk: Desk, book: Book, mute: Mute) -> Muted:
    rule = book.rules.get(mute.rule)
    title = rule.terms.title if rule is not None else mute.rule
    return Muted(mute.case_ref, title, mute.until_on, _name(desk, mute.muted_by))


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


def _let_orphans_leave(engine: Engine, leaders: Collection[str]) -> None:
    """What waits for the digest of someone who leads nobody any more goes in the next morning."""
    with writing(engine) as connection:
        orphans = [one.id for one in waiting_for_digest(connection) if one.owed_to not in leaders]
        leave_in_the_morning(connection, orphans)
