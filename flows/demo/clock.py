"""When something happens in a day of the demo: by the schedule, or because the tables await it.

The service asks the tables every half minute. The demo asks them when it will be worth asking,
and goes there at once; in between nothing would happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from sqlalchemy import Engine, func, select, union_all

from models.case_tables import CASE
from models.database import reading
from models.looking import CASELOAD
from models.outbox import INTENT, MESSAGE, PLANNED
from models.outbox_messages import PENDING
from rules.dates import MORNING, at_local, end_of, minutes_after, start_of

EXTRACT_AT = time(5, 0)
"""When the municipality exports, and the installation takes it in."""

SCHEDULE = (EXTRACT_AT, time(5, 30), MORNING, time(8, 0))


def moments_of(engine: Engine, day: date) -> Iterator[datetime]:
    """Give the instants of a day at which to run, each when the one before has been run."""
    scheduled = [at_local(day, clock) for clock in SCHEDULE]
    now, end = start_of(day), end_of(day)
    while now < end:
        yield now
        awaited = _next_awaited(engine, now)
        coming = [moment for moment in scheduled if moment > now]
        coming += [minutes_after(awaited, 1).replace(second=0, microsecond=0)] if awaited else []
        now = min([*coming, end])


def _next_awaited(engine: Engine, now: datetime) -> datetime | None:
    """Return the next instant at which a deadline, a debt or a mail changes by itself."""
    awaited = (
        select(func.min(CASE.c.next_look_at).label("at")).where(CASE.c.next_look_at > now),
        select(func.min(CASELOAD.c.next_look_at)).where(CASELOAD.c.next_look_at > now),
        select(func.min(INTENT.c.send_from_at)).where(
            INTENT.c.state == PLANNED, INTENT.c.send_from_at > now
        ),
        select(func.min(MESSAGE.c.next_at)).where(
            MESSAGE.c.state == PENDING, MESSAGE.c.next_at > now
        ),
    )
    every = union_all(*awaited).subquery()
    with reading(engine) as connection:
        awaited_at: datetime | None = connection.execute(select(func.min(every.c.at))).scalar_one()
    return awaited_at
