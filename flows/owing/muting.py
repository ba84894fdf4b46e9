"""Reminders that somebody has asked not to get for a while: by whom, until when, never for ever.

A caseworker silences what the caseworker is told before the day; what is acute or overdue is told
all the same, and so is the leader. A leader of the case silences everything about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from flows.mistakes import UserMistake
from flows.owing.recipients import CASEWORKER_ROLE, leaders_above
from models.case_tables import CASE
from models.mutes import Mute, add_mute, end_mutes
from models.outbox import ACUTE, CANCELLED, PLANNED, Intent
from models.people import Staff
from rules.dates import day_of, days_between
from rules.spoken_dates import short_day

LONGEST_DAYS = 14
MUTED = "muted"
"""Why a debt was cancelled: it arises again when the mute ends."""


class Asked(NamedTuple):
    """What somebody asks: silence about a case, or one rule in it ("" for all), through a day."""

    case_ref: str
    rule: str
    until_on: date
    why: str
    by: str


def mute(connection: Connection, staff: Staff, asked: Asked, now: datetime) -> Mute:
    """Record that nobody is reminded of a case, or of one rule in it, until a day.

    Raises: UserMistake for an unknown case or person, no reason, or a day that is past or more
    than fourteen days away.
    """
    _check(asked, day_of(now))
    caseworker, team = _whose(connection, asked.case_ref)
    leads = _leads(asked.by, caseworker, team, staff, day_of(now))
    found = Mute(asked.case_ref, asked.rule, asked.until_on, leads, asked.by)
    add_mute(connection, found, asked.why.strip(), now)
    return found


def unmute(connection: Connection, case_ref: str, rule: str, by: str, now: datetime) -> None:
    """End a mute before its day; what is owed by then is told with the next mails.

    Raises: UserMistake when there is none.
    """
    if not end_mutes(connection, case_ref, rule, by, now):
        about = f"{case_ref} {rule}".strip()
        raise UserMistake(
            da=f"{about} er ikke sat på pause. Se fristvagt mute --list.",
            en=f"{about} is not muted. See fristvagt mute --list.",
        )


def with_muted(
    wanted: Sequence[Intent], mutes: Iterable[Mute], rule: str, *, overdue: bool
) -> tuple[Intent, ...]:
    """Return what is owed about a deadline, with what is muted of it as cancelled."""
    about = [one for one in mutes if one.covers(rule)]
    return tuple(
        intent._replace(state=CANCELLED, state_reason=MUTED)
        if intent.state == PLANNED and any(_silences(one, intent, overdue) for one in about)
        else intent
        for intent in wanted
    )


def _silences(mute: Mute, intent: Intent, overdue: bool) -> bool:
    if mute.covers_all:
        return True
    return intent.role == CASEWORKER_ROLE and intent.leaves != ACUTE and not overdue


def _check(asked: Asked, today: date) -> None:
    if not asked.why.strip():
        raise UserMistake(
            da='Skriv, hvorfor der ikke skal mindes om sagen: --why "Barnet er indlagt". Teksten '
            "bliver i databasen.",
            en='Write why nobody is to be reminded of the case: --why "The child is in hospital". '
            "The text stays in the database.",
        )
    if not 0 <= days_between(today, asked.until_on) <= LONGEST_DAYS:
        raise UserMistake(
            da=f"En pause varer højst {LONGEST_DAYS} dage: skriv --until med en dag fra i dag, "
            f"{short_day(today, 'da')}, og frem.",
            en=f"A mute lasts {LONGEST_DAYS} days at most: write --until with a day from today, "
            f"{short_day(today, 'en')}, on.",
        )


def _whose(connection: Connection, case_ref: str) -> tuple[str, str]:
    """Return the caseworker and the team of a case."""
    asked = select(CASE.c.caseworker, CASE.c.team).where(CASE.c.case_ref == case_ref)
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise UserMistake(
            da=f"Sag {case_ref} findes ikke i det seneste udtræk.",
            en=f"There is no case {case_ref} in the latest extract.",
        )
    return row.caseworker, row.team


def _leads(person: str, caseworker: str, team: str, staff: Staff, today: date) -> bool:
    """Say whether a person is a leader of the case, or stands in for one who is away."""
    if not person:
        raise UserMistake(
            da="Skriv, hvem der har bestemt det, som det står i people.csv: --by INITIALER.",
            en="Write who decided it, as it stands in people.csv: --by INITIALS.",
        )
    found = staff.person(person)
    if found is None or not found.active:
        raise UserMistake(
            da=f"»{person}« står ikke på personalelisten. Skriv --by med den, der har bestemt det, "
            "som det står i people.csv.",
            en=f'"{person}" is not on the staff list. Write --by with who decided it, as it stands '
            "in people.csv.",
        )
    for leader in leaders_above(caseworker, team, staff):
        if person == leader.person or found == staff.substitute_on(leader.person, today):
            return True
    return False
