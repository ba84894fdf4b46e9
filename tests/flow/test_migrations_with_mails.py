"""A new version may come while mails wait: they keep their bytes and keys, and leave afterwards."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, MetaData, insert, inspect, select

from flows.deliver import deliver
from models.database import open_database, reading, writing
from models.outbox import MESSAGE, count_by_state
from models.schema import SchemaState, configuration, migrate, schema_state
from tests.flow.mail_cases import METTE, MONDAY, SETTINGS, at
from tests.flow.mail_server import a_mail_server

ROOT = Path(__file__).parents[2]
MORNING = at(MONDAY)
FIRST_RELEASE = "0004"
CONTENT = b"Subject: Frist om 3 dage: 1 sag\r\n\r\nSag 4711\r\n"

WAITING_INTENT = {
    "id": 1,
    "deadline_key": "4711|4711|network-meeting|2026-01-05|1",
    "case_ref": "4711",
    "about": "case",
    "ref": "4711",
    "rule": "network-meeting",
    "due_text": "2026-11-26",
    "step": "3 days before",
    "occurrence": 0,
    "recipient": "mho",
    "role": "caseworker",
    "owed_to": "mho",
    "reason": "own",
    "kind": "reminder",
    "leaves": "morning",
    "title": "Netværksmøde",
    "source": "",
    "binding": "standard",
    "because": "",
    "link": "a" * 32,
    "owed_on": "2026-11-23",
    "late": False,
    "state": "planned",
    "state_reason": "",
}
WAITING_MAIL = {
    "uuid": "b" * 32,
    "key": f"morning|{METTE}|2026-11-23",
    "generation": 0,
    "kind": "morning",
    "recipient": "mho",
    "address": METTE,
    "subject": "Frist om 3 dage: 1 sag",
    "message_id": "<m.b.0@kommune.dk>",
    "content": CONTENT,
    "built_on": "2026-11-23",
    "state": "pending",
    "owner": "",
    "fence": 0,
    "attempts": 0,
    "uncertain": 0,
    "queue_id": "",
    "error": "",
}

DYING = """
import os, signal, sys
from alembic.operations import Operations
from models.database import open_database
from models.schema import migrate

made, create = [], Operations.create_table
def create_and_die(self, name, *columns, **more):
    table = create(self, name, *columns, **more)
    made.append(name)
    if len(made) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return table
Operations.create_table = create_and_die
migrate(open_database(sys.argv[1]))
"""


@pytest.fixture
def older(database_url: str) -> Iterator[Engine]:
    """A database of the first release, with a mail that waits to leave."""
    engine = open_database(database_url)
    with writing(engine) as connection:
        command.upgrade(configuration(connection), FIRST_RELEASE)
    tables = MetaData()
    tables.reflect(engine)
    at_text, later = (
        moment.isoformat(sep=" ") for moment in (MORNING, MORNING + timedelta(hours=72))
    )
    intent = WAITING_INTENT | dict.fromkeys(("send_from_at", "created_at", "state_at"), at_text)
    message = WAITING_MAIL | dict.fromkeys(("created_at", "next_at"), at_text)
    message |= {"expires_at": later}
    link = {"message_uuid": "b" * 32, "intent_id": 1, "live": True}
    with writing(engine) as connection:
        for name, row in (("intent", intent), ("message", message), ("message_intent", link)):
            connection.execute(insert(tables.tables[name]).values(row))
    yield engine
    engine.dispose()


def test_a_mail_that_waited_through_a_migration_leaves_as_it_was(older: Engine) -> None:
    assert migrate(older) is SchemaState.OLDER
    with a_mail_server() as (kept, server):
        deliver(older, SETTINGS, lambda: MORNING, server=server)
    assert [(to, content) for _, to, content in kept.taken] == [([METTE], CONTENT)]
    with reading(older) as connection:
        row = connection.execute(select(MESSAGE)).one()
        assert (row.state, row.message_id) == ("accepted", "<m.b.0@kommune.dk>")
        assert count_by_state(connection) == {"sent": 1}


@pytest.mark.parametrize("tables", [1, 4])
def test_a_migration_that_is_killed_leaves_the_old_version_in_force(
    older: Engine, database_url: str, tables: int
) -> None:
    before = inspect(older).get_table_names()
    command_line = [sys.executable, "-c", DYING, database_url, str(tables)]
    ended = subprocess.run(command_line, cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert schema_state(older) is SchemaState.OLDER
    assert sorted(inspect(older).get_table_names()) == sorted(before)
    assert migrate(older) is SchemaState.OLDER
    assert schema_state(older) is SchemaState.CURRENT
