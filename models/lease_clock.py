"""By which clock leases run: one that all senders of a database have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Interval, cast, func


def has_own_clock(connection: Connection) -> bool:
    """Say whether the database has a clock of its own; SQLite has only its users'."""
    return connection.dialect.name == "postgresql"


def lease_now(connection: Connection, now: datetime) -> Any:
    """Return the instant that leases are compared with.

    Machines may disagree about the time by more than a lease, so on PostgreSQL it is the
    database's. On SQLite, where all senders are on one host, it is the caller's.
    """
    return func.clock_timestamp() if has_own_clock(connection) else now


def lease_end(connection: Connection, now: datetime, until: datetime) -> Any:
    """Return when a lease from now until then runs out, by the clock that leases run by."""
    if not has_own_clock(connection):
        return until
    return func.clock_timestamp() + cast(until - now, Interval)
