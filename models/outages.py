"""Times during which nobody watched, so that what is told after them comes late and says so."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select

from models.case_tables import table_of
from models.guard_tables import OutageRow
from models.outbox import ACUTE, INTENT, PLANNED, SUPERSEDED

OUTAGE = table_of(OutageRow)


class Outage(NamedTuple):
    """From when until when nobody watched, and what came late because of it."""

    from_at: datetime
    until_at: datetime
    late_reminders: int = 0
    longest_hours: int = 0

    def covers(self, moment: datetime) -> bool:
        """Say whether what was to be sent at a moment waited for its end."""
        return self.from_at <= moment < self.until_at


COLUMNS = [OUTAGE.c[name] for name in Outage._fields]


def add_outage(connection: Connection, outage: Outage) -> None:
    """Record that nobody watched for a time."""
    connection.execute(insert(OUTAGE), outage._asdict())


def outages_since(connection: Connection, moment: datetime) -> list[Outage]:
    """Return the outages that ended after a moment, oldest first."""
    asked = select(*COLUMNS).where(OUTAGE.c.until_at > moment).order_by(OUTAGE.c.until_at)
    return [Outage(*row) for row in connection.execute(asked)]


class Missed(NamedTuple):
    """What was to be told in a time and is still to be told: how much, and since when.

    `first_at` counts the steps too that were passed over meanwhile.
    """

    number: int
    first_at: datetime | None


def missed_between(connection: Connection, first: datetime, beyond: datetime) -> Missed:
    """Return what was to be told from one moment until before another and is not told yet."""
    was_due = (INTENT.c.send_from_at >= first, INTENT.c.send_from_at < beyond)
    planned = select(func.count()).where(*was_due, INTENT.c.state == PLANNED)
    untold = (INTENT.c.state.in_((PLANNED, SUPERSEDED)), INTENT.c.state_at >= first)
    first_at = select(func.min(INTENT.c.send_from_at)).where(*was_due, *untold)
    return Missed(
        connection.execute(planned).scalar_one(), connection.execute(first_at).scalar_one()
    )


def acute_missed(connection: Connection, first: datetime, by: datetime) -> bool:
    """Say whether something that leaves at any hour was to be told in a time and was not."""
    found = select(INTENT.c.id).where(
        INTENT.c.state == PLANNED,
        INTENT.c.leaves == ACUTE,
        INTENT.c.send_from_at >= first,
        INTENT.c.send_from_at <= by,
    )
    return connection.execute(found.limit(1)).first() is not None
