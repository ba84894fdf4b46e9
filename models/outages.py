"""Times during which nobody watched, so that what is told after them comes late and says so."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select

from models.case_tables import table_of
from models.guard_tables import OutageRow
from models.outbox import ACUTE, INTENT, PLANNED

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
    """What was to be told in a time and is still to be told: how much, and since when."""

    number: int
    first_at: datetime | None


def missed_between(
    connection: Connection, first: datetime, beyond: datetime, *, acute: bool = False
) -> Missed:
    """Return what was to be told from one moment until before another and is not told yet.

    With `acute` only what leaves at any hour.
    """
    asked = select(func.count(), func.min(INTENT.c.send_from_at)).where(
        INTENT.c.state == PLANNED,
        INTENT.c.send_from_at >= first,
        INTENT.c.send_from_at < beyond,
    )
    if acute:
        asked = asked.where(INTENT.c.leaves == ACUTE)
    return Missed(*connection.execute(asked).one())
