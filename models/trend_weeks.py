"""How weeks went: what was overdue when they ended, what was told, and what was kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, or_, select

from models.activations import out_of_shadow
from models.case_tables import CASE, table_of
from models.deadlines import DEADLINE
from models.mail_tables import TrendWeekRow
from models.outbox import DIGEST, INTENT, PLANNED, SENT, UNDELIVERABLE, insert_unless_there
from rules.deadline import OPEN

WEEK = table_of(TrendWeekRow)


class KeptWeek(NamedTuple):
    """A week of a leader, as models.mail_tables.TrendWeekRow tells it."""

    leader: str
    week_on: date
    overdue: int
    told: int
    in_time: int


class Lateness(NamedTuple):
    """A deadline that was passed, whose it is, and when it was met; None while it is open."""

    kind: str
    ref: str
    caseworker: str
    team: str
    due_on: date
    done_on: date | None


class Telling(NamedTuple):
    """Something that had to be told, whose case it is about, and what became of it."""

    kind: str
    ref: str
    caseworker: str
    team: str
    leaves: str
    owed_on: date
    state: str
    state_at: datetime


def kept_weeks(connection: Connection, first_on: date) -> list[KeptWeek]:
    """Return the weeks that are kept, from a Monday on, oldest first."""
    columns = [WEEK.c[name] for name in KeptWeek._fields]
    asked = select(*columns).where(WEEK.c.week_on >= first_on).order_by(WEEK.c.week_on)
    return [KeptWeek(*row) for row in connection.execute(asked)]


def keep_weeks(connection: Connection, weeks: Sequence[KeptWeek]) -> None:
    """Keep weeks that are over; one that is kept already stays as it is."""
    if weeks:
        rows = [week._asdict() for week in weeks]
        insert_unless_there(connection, WEEK, rows, WEEK.c.week_on)


def lateness(connection: Connection, first_on: date, last_on: date) -> Iterator[Lateness]:
    """Give what was overdue at the end of any day of a time, of the rules that are told of."""
    still_open = DEADLINE.c.status.in_([str(status) for status in OPEN])
    met_late = and_(DEADLINE.c.done_on > DEADLINE.c.due_on, DEADLINE.c.done_on > first_on)
    rows = connection.execute(
        select(
            DEADLINE.c.kind,
            DEADLINE.c.case_ref,
            CASE.c.caseworker,
            CASE.c.team,
            DEADLINE.c.due_on,
            DEADLINE.c.done_on,
        )
        .select_from(DEADLINE.outerjoin(CASE, CASE.c.case_ref == DEADLINE.c.case_ref))
        .where(DEADLINE.c.due_on <= last_on, or_(still_open, met_late))
        .where(out_of_shadow(DEADLINE.c.rule, last_on))
    )
    for kind, ref, caseworker, team, due_on, done_on in rows:
        yield Lateness(kind, ref, caseworker or "", team or "", due_on, done_on)


def tellings(
    connection: Connection, kinds: Iterable[str], first_on: date, last_on: date, since: datetime
) -> Iterator[Telling]:
    """Give what was owed in a time and not taken back; what goes with a digest is not among it.

    `since` is no later than the first moment of that time: nothing is settled before it is owed.
    """
    columns = [INTENT.c[name] for name in ("leaves", "owed_on", "state", "state_at")]
    rows = connection.execute(
        select(INTENT.c.about, INTENT.c.case_ref, CASE.c.caseworker, CASE.c.team, *columns)
        .select_from(INTENT.outerjoin(CASE, CASE.c.case_ref == INTENT.c.case_ref))
        .where(INTENT.c.state.in_((PLANNED, SENT, UNDELIVERABLE)), INTENT.c.state_at >= since)
        .where(INTENT.c.kind.in_(tuple(kinds)), INTENT.c.leaves != DIGEST)
        .where(INTENT.c.owed_on >= first_on, INTENT.c.owed_on <= last_on)
    )
    for about, ref, caseworker, team, *rest in rows:
        yield Telling(about, ref, caseworker or "", team or "", *rest)
