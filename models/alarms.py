"""What the operator has been told of by mail, and what is still to be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, and_, func, or_, select, update

from models.outbox import MESSAGE
from models.runs import OPS_EVENT
from models.standing import ALERT, Alarm


def untold_alarms(connection: Connection, since: datetime) -> list[Alarm]:
    """Return what went bad and was not told, and what was told and is well again; oldest first.

    What was over before `since` is history, and is told no more.
    """
    lasting = or_(OPS_EVENT.c.recovered_at.is_(None), OPS_EVENT.c.recovered_at >= since)
    began = and_(OPS_EVENT.c.told_at.is_(None), lasting)
    over = and_(OPS_EVENT.c.recovery_told_at.is_(None), OPS_EVENT.c.recovered_at >= since)
    columns = [OPS_EVENT.c[name] for name in Alarm._fields]
    asked = select(*columns).where(or_(began, over)).order_by(OPS_EVENT.c.at, OPS_EVENT.c.id)
    return [Alarm._make(row) for row in connection.execute(asked)]


def mark_told(connection: Connection, alarms: Sequence[Alarm], now: datetime) -> None:
    """Record that a mail tells of these, and of the recovery of those that are well again."""
    ids = [alarm.id for alarm in alarms if alarm.told_at is None]
    connection.execute(update(OPS_EVENT).where(OPS_EVENT.c.id.in_(ids)).values(told_at=now))
    over = [alarm.id for alarm in alarms if alarm.recovered_at is not None]
    recovered = update(OPS_EVENT).where(OPS_EVENT.c.id.in_(over))
    connection.execute(recovered.values(recovery_told_at=now))


def alerts_built_on(connection: Connection, day: date) -> int:
    """Return how many mails about alarms were built on a day."""
    of_day = (MESSAGE.c.kind == ALERT, MESSAGE.c.built_on == day)
    asked = select(func.count()).select_from(MESSAGE).where(*of_day)
    return int(connection.execute(asked).scalar_one())
