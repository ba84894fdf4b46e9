"""From debts to what a mail may say of them: lines, most urgent first, and why this person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, select

from flows.mistakes import Language
from flows.owing.recipients import ABSENT, CASEWORK_ROLES, OWN, SUBSTITUTE
from flows.owing.remind import ESCALATION, FLAPPING, MISSING_FACT, NOT_ASSESSED
from flows.settings import Settings
from models.case_tables import ImportRow
from models.outbox import DIGEST_OWED, Intent
from models.people import Staff
from notifications.addresses import sender
from notifications.views import Footer, Line, Standing, Why
from rules.dates import DENMARK, Moment, day_of, days_between, hours_between

STAFF_KINDS = frozenset({"caseworker", "team"})
"""Kinds of record that are about the staff themselves, such as a caseload."""

URGENCY = {standing: number for number, standing in enumerate(Standing)}
BINDING = {"law": 0, "standard": 1, "starting-point": 2}
OLD_DATA_HOURS = 24


def lines(
    intents: Iterable[Intent],
    caseworkers: Mapping[str, str],
    staff: Staff,
    now: datetime,
    public_url: str,
) -> tuple[Line, ...]:
    """Return one line for each deadline, most urgent first.

    Someone who is owed the same deadline in two roles reads of it once. `caseworkers` gives
    the caseworker of each case.
    """
    about: dict[str, Intent] = {}
    # own deadlines last: they are the ones kept
    for intent in sorted(intents, key=lambda intent: intent.kind != ESCALATION):
        about[intent.deadline_key] = intent
    found = [line_of(one, caseworkers, staff, now, public_url) for one in about.values()]
    return tuple(sorted(found, key=urgency))


def line_of(
    intent: Intent, caseworkers: Mapping[str, str], staff: Staff, now: datetime, public_url: str
) -> Line:
    """Return what a mail says of one debt."""
    of_staff = intent.about in STAFF_KINDS
    due = moment_of(intent.due_text) if intent.kind not in UNDATED else None
    standing = UNDATED.get(intent.kind) or standing_of(due, now)
    left, in_hours = time_left(due, now) if due is not None else (0, False)
    whose = intent.case_ref if of_staff else caseworkers.get(intent.case_ref, "")
    person = staff.person(whose) if whose != intent.recipient or of_staff else None
    return Line(
        standing=standing,
        case="" if of_staff else intent.case_ref,
        title=intent.title,
        due=local(due),
        left=left,
        in_hours=in_hours,
        binding=intent.binding,
        source=intent.source,
        because=intent.because,
        staff=person.name if person is not None else intent.case_ref if of_staff else "",
        link=f"{public_url}/deadlines?line={intent.link}" if public_url else "",
        escalated=intent.kind == ESCALATION,
        role=intent.role,
    )


UNDATED = {
    MISSING_FACT: Standing.MISSING_FACT,
    NOT_ASSESSED: Standing.NOT_ASSESSED,
    FLAPPING: Standing.FLAPPING,
    DIGEST_OWED: Standing.UNDELIVERABLE,
}
"""Kinds of debt that no date belongs to. A digest in a reminder is one that did not arrive."""


def urgency(line: Line) -> tuple[object, ...]:
    """Return what lines are sorted by: how they stand, how long is left, how binding, case."""
    hours = line.left if line.in_hours else 24 * line.left
    return (
        URGENCY[line.standing],
        hours,
        BINDING.get(line.binding, 9),
        line.case,
        line.staff,
        line.title,
    )


def standing_of(due: Moment | None, now: datetime) -> Standing:
    """Return how a deadline stands at an instant."""
    if due is None:
        return Standing.MISSING_FACT
    over = due < now if isinstance(due, datetime) else due < day_of(now)
    if over:
        return Standing.OVERDUE
    return Standing.TODAY if day_of(due) == day_of(now) else Standing.COMING


def time_left(due: Moment, now: datetime) -> tuple[int, bool]:
    """Return how many whole days are left, or hours for an instant within two days.

    Below 0 when it is over, 0 for an instant that is over for less than an hour.
    """
    if isinstance(due, datetime) and abs(days_between(day_of(now), day_of(due))) <= 1:
        return hours_between(now, due) if due >= now else -hours_between(due, now), True
    return days_between(day_of(now), day_of(due)), False


def is_for_leader(intents: Iterable[Intent]) -> bool:
    """Say whether none of it is the recipient's own casework, or a colleague's they replace."""
    return not any(
        intent.role in CASEWORK_ROLES and intent.reason.split(" ")[0] in {OWN, SUBSTITUTE}
        for intent in intents
    )


def whys(intents: Iterable[Intent], staff: Staff, on: date) -> tuple[Why, ...]:
    """Return why the recipient gets these debts that day, the own first, and for which cases."""
    cases: defaultdict[Why, set[str]] = defaultdict(set)
    for intent in intents:
        cases[_why(intent, staff, on)].add("" if intent.about in STAFF_KINDS else intent.case_ref)
    return tuple(
        replace(why, cases=tuple(sorted(refs - {""})))
        for why, refs in sorted(
            cases.items(), key=lambda item: (item[0].route != OWN, item[0].name)
        )
    )


def _why(intent: Intent, staff: Staff, on: date) -> Why:
    route, _, cause = intent.reason.partition(" ")
    owed_to = staff.person(intent.owed_to)
    name = owed_to.name if owed_to is not None and route != OWN else ""
    role = intent.role if route == OWN or not intent.owed_to else ""
    return Why(route, role, cause, name, until=away_until(intent.owed_to, cause, staff, on))


def away_until(person: str, cause: str, staff: Staff, on: date) -> date | None:
    """Return the last day of the absence that is the cause of a mail's going to somebody else."""
    absence = staff.absent_on(person, on) if cause == ABSENT else None
    return absence.to_on if absence is not None else None


def footer(data_as_of: datetime | None, now: datetime, settings: Settings, uuid: str) -> Footer:
    """Return what a mail ends with. Its number is short, so that it can be read aloud."""
    old = data_as_of is not None and hours_between(data_as_of, now) > OLD_DATA_HOURS
    link = f"{settings.public_url}/deadlines?mail={uuid}" if settings.public_url else ""
    at = data_as_of.astimezone(DENMARK) if data_as_of is not None else None
    return Footer(at, old, link, uuid[:8], sender(settings.reply_to)[1])


def data_as_of(connection: Connection) -> datetime | None:
    """Return when the newest extract that was taken in was made."""
    table = ImportRow.__table__  # type: ignore[attr-defined]
    newest = select(table.c.extracted_at).where(table.c.state == "done")
    row = connection.execute(newest.order_by(table.c.extracted_at.desc()).limit(1)).first()
    return row[0] if row is not None else None


def moment_of(text: str) -> Moment | None:
    """Return a due moment from its form in keys.

    >>> moment_of("2026-11-24")
    datetime.date(2026, 11, 24)
    """
    if not text:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def local(due: Moment | None) -> Moment | None:
    """Return a due moment as Danish clocks show it."""
    return due.astimezone(DENMARK) if isinstance(due, datetime) else due


def spoken_by(person: str, staff: Staff, default: Language) -> Language:
    """Return the language in which a person, or the fallback mailbox, is written to."""
    found = staff.person(person)
    chosen = found.language if found is not None else ""
    return "da" if chosen == "da" else "en" if chosen == "en" else default


def late_since(intents: Sequence[Intent]) -> date | None:
    """Return the earliest day on which something should have been told, when it comes late."""
    return min((intent.owed_on for intent in intents if intent.late), default=None)
