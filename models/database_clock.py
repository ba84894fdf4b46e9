"""What time it is for the database."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, func, select


def database_time(connection: Connection) -> datetime | None:
    """Return what the database's own clock shows; None for SQLite, which has none."""
    if connection.dialect.name != "postgresql":
        return None
    shown: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return shown.astimezone(UTC)
