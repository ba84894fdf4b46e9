"""Who does something that one process does at a time: for people to see, it guards nothing."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, select, update

from models.case_tables import table_of
from models.deadline_tables import LeaseRow
from models.runs import insert_new

LEASE = table_of(LeaseRow)


class Lease(NamedTuple):
    """Who has it, since when, and until when if not renewed. `epoch` grows with each taker."""

    holder: str
    epoch: int
    since_at: datetime
    until_at: datetime


def take_lease(
    connection: Connection, name: str, holder: str, now: datetime, until: datetime
) -> Lease:
    """Take a lease that is free or has run out, or renew one's own; return whose it is then."""
    row = {"name": name, "holder": holder, "epoch": 1, "since_at": now, "until_at": until}
    if not insert_new(connection, LEASE, row):
        is_ours = and_(LEASE.c.name == name, LEASE.c.holder == holder)
        connection.execute(update(LEASE).where(is_ours).values(until_at=until))
        has_run_out = and_(LEASE.c.name == name, LEASE.c.holder != holder, LEASE.c.until_at <= now)
        taken = {"holder": holder, "since_at": now, "until_at": until}
        connection.execute(
            update(LEASE).where(has_run_out).values(epoch=LEASE.c.epoch + 1, **taken)
        )
    found = lease(connection, name)
    assert found is not None
    return found


def end_lease(connection: Connection, name: str, holder: str, now: datetime) -> None:
    """Give one's own lease back, so that the next one need not wait for it to run out."""
    is_ours = and_(LEASE.c.name == name, LEASE.c.holder == holder)
    connection.execute(update(LEASE).where(is_ours).values(until_at=now))


def lease(connection: Connection, name: str) -> Lease | None:
    """Return who has a lease, or had it last; None when nobody ever had."""
    columns = [LEASE.c[column] for column in Lease._fields]
    row = connection.execute(select(*columns).where(LEASE.c.name == name)).one_or_none()
    return None if row is None else Lease._make(row)
