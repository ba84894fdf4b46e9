"""Runs that would have sent far more than usual, and how much is usual."""

from __future__ import annotations

from datetime import date, datetime
from statistics import median_low
from typing import NamedTuple

from sqlalchemy import Connection, distinct, func, insert, select, update

from models.case_tables import table_of
from models.guard_tables import StormRow
from models.outbox import CARRIES, INSTANT, MESSAGE, MORNING
from models.outbox_messages import NEVER_LEFT

STORM = table_of(StormRow)


class Volume(NamedTuple):
    """How much is sent: mails, and the reminders in them."""

    mails: int
    reminders: int


class Storm(NamedTuple):
    """A storm, as models.guard_tables.StormRow tells it."""

    id: int
    began_at: datetime
    until_at: datetime
    mails: int
    reminders: int
    usual_mails: int
    released_at: datetime | None

    def holds(self, now: datetime) -> bool:
        """Say whether it still holds mails back."""
        return now < self.over_at

    @property
    def over_at(self) -> datetime:
        """When it let go what it held: after its hour, or when somebody said so."""
        return self.released_at or self.until_at


COLUMNS = [STORM.c[name] for name in Storm._fields]


def newest_storm(connection: Connection) -> Storm | None:
    """Return the last storm, over or not; None when there never was one."""
    row = connection.execute(select(*COLUMNS).order_by(STORM.c.id.desc()).limit(1)).one_or_none()
    return Storm(*row) if row is not None else None


def add_storm(
    connection: Connection, held: Volume, usual: Volume, began_at: datetime, until_at: datetime
) -> None:
    """Record that a run would have sent far more than usual."""
    row: dict[str, object] = {"began_at": began_at, "until_at": until_at, "released_by": ""}
    row |= {"mails": held.mails, "reminders": held.reminders}
    row |= {"usual_mails": usual.mails, "usual_reminders": usual.reminders}
    connection.execute(insert(STORM), row)


def end_storm(connection: Connection, released_by: str, now: datetime) -> bool:
    """Let go what a storm holds back, and say whether one did."""
    holding = (STORM.c.released_at.is_(None), STORM.c.until_at > now)
    ended = update(STORM).where(*holding).values(released_at=now, released_by=released_by)
    return connection.execute(ended).rowcount > 0


def usual_volume(connection: Connection, since: date, before: date) -> Volume:
    """Return the median day between two days, of those on which mails were built; 0 for none."""
    days = connection.execute(
        select(func.count(distinct(MESSAGE.c.uuid)), func.count())
        .join_from(MESSAGE, CARRIES, CARRIES.c.message_uuid == MESSAGE.c.uuid)
        .where(MESSAGE.c.kind.in_((MORNING, INSTANT)), MESSAGE.c.state.not_in(NEVER_LEFT))
        .where(MESSAGE.c.built_on >= since, MESSAGE.c.built_on < before)
        .group_by(MESSAGE.c.built_on)
    ).all()
    if not days:
        return Volume(0, 0)
    return Volume(median_low(day[0] for day in days), median_low(day[1] for day in days))
