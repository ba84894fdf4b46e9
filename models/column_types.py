"""How days and instants are kept in SQLite and PostgreSQL without losing what they mean."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DATE, TEXT, TIMESTAMP, Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcInstant(TypeDecorator[datetime]):
    """An aware instant, stored in UTC. SQLite keeps it as text that sorts by time.

    Raises: ValueError for a naive datetime, which would mean a different instant on each machine.
    """

    impl = TIMESTAMP(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, which has no time zones; timestamptz elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(TEXT())
        return dialect.type_descriptor(TIMESTAMP(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn an aware instant into what the database keeps."""
        if value is None:
            return None
        return instant_text(value) if dialect.name == "sqlite" else _in_utc(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn what the database kept into an aware instant in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC)  # type: ignore[no-any-return]


@lru_cache(maxsize=65536)
def instant_text(instant: datetime) -> str:
    """Return the written form of an instant in SQLite, which sorts as text by time.

    Raises: ValueError for a naive datetime.
    """
    return _in_utc(instant).isoformat(sep=" ", timespec="microseconds")


def _in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a time zone, got {instant.isoformat()}")
    return instant.astimezone(UTC)


class CivilDate(TypeDecorator[date]):
    """A Danish civil date. SQLite keeps it as text: its DATE columns are numeric, and slow."""

    impl = DATE
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, DATE elsewhere."""
        return dialect.type_descriptor(TEXT() if dialect.name == "sqlite" else DATE())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """Turn a date into what the database keeps. Raises: ValueError for a datetime."""
        if value is None:
            return None
        text = day_text(value)
        return text if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """Turn what the database kept into a date."""
        return date.fromisoformat(value) if isinstance(value, str) else value


@lru_cache(maxsize=65536)
def day_text(day: date) -> str:
    """Return the written form of a civil date in SQLite. Raises: ValueError for a datetime."""
    if isinstance(day, datetime):
        raise ValueError(f"a civil date has no time of day, got {day.isoformat()}")
    return day.isoformat()
