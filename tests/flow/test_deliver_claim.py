"""However many mails have been sent, those that wait or are on their way are found by an index."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, select

from models.database import writing
from models.outbox import ATTEMPT, CARRIES, INTENT, MESSAGE
from models.outbox_leases import (
    abandoned,
    count_late,
    give_up_expired,
    renew_leases,
    stale_reminders,
)
from models.outbox_messages import claim
from models.refusals import refusing_mailboxes
from rules.dates import minutes_after
from tests.faults.post import MORNING, a_pending_mail

SENT = 5000
LATER = minutes_after(MORNING, 5)

QUESTIONS: dict[str, tuple[Callable[[Connection], object], str]] = {
    "the next mail": (lambda c: claim(c, "me", MORNING, LATER), "ix_message_pending"),
    "mails of the dead": (lambda c: abandoned(c, MORNING), "ix_message_"),
    "mails of ours": (lambda c: renew_leases(c, "me", MORNING, LATER), "ix_message_"),
    "mails nobody needs": (lambda c: give_up_expired(c, MORNING), "ix_message_"),
    "reminders nobody needs": (lambda c: stale_reminders(c, ["u1"], MORNING), "message_intent"),
    "mails that are late": (lambda c: count_late(c, MORNING, MORNING, quiet=False), "ix_message_"),
    "mailboxes that refuse": (refusing_mailboxes, "ix_attempt_|ix_message_"),
}


@pytest.fixture
def many(database: Engine) -> Engine:
    """A mail that waits, and beside it many that were sent."""
    a_pending_mail(database)
    with writing(database) as connection:
        sent = dict(connection.execute(select(MESSAGE)).mappings().one())
        sent |= {"state": "accepted", "content": b"", "finished_at": MORNING}
        names = [{"uuid": f"u{n}", "key": f"k{n}", "message_id": f"<{n}>"} for n in range(SENT)]
        connection.execute(insert(MESSAGE), [sent | name for name in names])
        tried = dict.fromkeys(("phase", "enhanced_code", "server_text", "queue_id"), "")
        tried |= {"number": 1, "outcome": "accepted", "started_at": MORNING, "ended_at": MORNING}
        tries = [tried | {"message_uuid": name["uuid"]} for name in names]
        connection.execute(insert(ATTEMPT), tries)
        told = dict(connection.execute(select(INTENT)).mappings().one()) | {"state": "sent"}
        told_of = [
            told | {"id": 10 + n, "link": f"l{n}", "occurrence": n, "case_ref": f"c{n}"}
            for n in range(1, SENT)
        ]
        connection.execute(insert(INTENT), told_of)
        carried = [
            {"message_uuid": f"u{n}", "intent_id": 10 + n, "live": True} for n in range(1, SENT)
        ]
        connection.execute(insert(CARRIES), carried)
        if database.dialect.name == "postgresql":
            # it gathers statistics by itself, a while later; SQLite has none unless it is told to
            connection.exec_driver_sql("ANALYZE")
    return database


def plans(database: Engine, question: Callable[[Connection], object]) -> list[str]:
    """How the database goes about each statement of a question that looks at mails or tries."""
    asked: list[tuple[str, Any]] = []

    def listen(*args: Any) -> None:
        asked.append((args[2], args[3]))

    event.listen(database, "before_cursor_execute", listen)
    with writing(database) as connection:
        question(connection)
    event.remove(database, "before_cursor_execute", listen)
    explain = "EXPLAIN QUERY PLAN " if database.dialect.name == "sqlite" else "EXPLAIN "
    found = []
    with writing(database) as connection:
        for statement, parameters in asked:
            if not statement.startswith(("SELECT", "UPDATE")):
                continue
            rows = connection.exec_driver_sql(explain + statement, parameters)
            found.append("\n".join(str(row[-1]) for row in rows))
    return found


@pytest.mark.parametrize(("question", "index"), QUESTIONS.values(), ids=QUESTIONS)
def test_no_question_of_the_sender_looks_through_all_that_was_ever_sent(
    many: Engine, question: Callable[[Connection], object], index: str
) -> None:
    for plan in plans(many, question):
        assert re.search(index, plan), plan
        assert not re.search(
            r"SCAN (message|attempt|message_intent)\b(?! USING INDEX ix_)|Seq Scan on", plan
        ), plan


def test_the_next_of_many_is_found_without_sorting_the_others(many: Engine) -> None:
    (plan,) = plans(many, QUESTIONS["the next mail"][0])
    assert not re.search(r"TEMP B-TREE|Sort", plan), plan
