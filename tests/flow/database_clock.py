"""A PostgreSQL whose clock runs as fast as a test's own, so that leases run out while it waits."""

from __future__ import annotations

from sqlalchemy import Engine, text


def quicken_database_clock(engine: Engine, times: float) -> None:
    """Let `clock_timestamp()` run so many times faster from now on; SQLite has no such clock.

    Only connections opened afterwards see it: the engine's own are closed.
    """
    if engine.dialect.name != "postgresql":
        return
    name = engine.url.database
    with engine.begin() as connection:
        began = connection.execute(text("SELECT pg_catalog.clock_timestamp()")).scalar_one()
        connection.execute(text("CREATE SCHEMA quick"))
        connection.execute(
            text(
                "CREATE FUNCTION quick.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
                f"'SELECT timestamptz ''{began}'' + {times:f} * "
                f"(pg_catalog.clock_timestamp() - timestamptz ''{began}'')'"
            )
        )
        # named before pg_catalog, it hides the function of the same name there
        path = f'ALTER DATABASE "{name}" SET search_path = quick, pg_catalog, public'
        connection.execute(text(path))
    engine.dispose()
