"""Canaries: what is known of a child is seeded everywhere, and found in nothing that leaves."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import Engine, insert, select, update

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.digest import send_digests
from flows.owing.not_assessed import plan_not_assessed
from flows.rule_book.rule_folder import good_book
from flows.settings import SHIPPED_RULES
from models.case_tables import CaseRow, EventRow, RecordRow
from models.database import reading, writing
from models.outbox import ATTEMPT, INTENT, MESSAGE
from models.people import load_staff
from tests.flow.mail_cases import MONDAY, SETTINGS, WARNED, add_case, at, plan, settle_in
from tests.flow.mail_server import a_mail_server, text_of

CANARY = "ZZCANARY Ida Testesen 010115-1234"
MORNING = at(MONDAY)
EIGHT = at(MONDAY, 8)


@pytest.fixture
def seeded(database: Engine) -> Engine:
    """A database with canaries in every column that may hold something about a child."""
    settle_in(database)
    secret = f'{{"note": "{CANARY}"}}'
    seen = {"known_at": MORNING}
    with writing(database) as connection:
        connection.execute(update(CaseRow).values(facts=secret, child_facts=secret))
        add_case(connection, "4712", rejected=f"Der stod »{CANARY}«")
        record = {"case_ref": "4711", "ref": "R1", "kind": "report", "facts": secret}
        connection.execute(insert(RecordRow).values(**record, contents="{}", **seen))
        event = {"case_ref": "4711", "number": 1, "ref": "R1", "kind": "note", "fields": secret}
        connection.execute(insert(EventRow).values(**event, at_on=MONDAY, **seen))
    plan(database, WARNED, now=at(MONDAY, 5, 30))
    with writing(database) as connection:
        plan_not_assessed(connection, load_staff(connection), at(MONDAY, 5, 30))
    return database


def everything_written(database: Engine) -> str:
    """Return all that the outbox holds, as one text."""
    with reading(database) as connection:
        return "\n".join(
            str(list(row))
            for table in (INTENT, MESSAGE, ATTEMPT)
            for row in connection.execute(select(table))
        )


def test_no_mail_log_or_outbox_row_holds_a_canary(
    seeded: Engine, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with a_mail_server() as (kept, server):
        for now in (MORNING, EIGHT):
            build_messages(seeded, SETTINGS, now)
            send_digests(seeded, good_book(SHIPPED_RULES), SETTINGS, now)
            deliver(seeded, SETTINGS, lambda now=now: now, server=server)  # type: ignore[misc]
    told = "\n".join(text_of(mail) for mail in kept.mails())
    printed = "".join(capfd.readouterr())
    # the mail server of the test keeps a log of its own
    logged = "\n".join(
        record.getMessage() for record in caplog.records if record.name != "mail.log"
    )
    assert len(kept.taken) == 3
    for said in (told, logged, printed, everything_written(seeded)):
        assert not any(secret in said for secret in ("ZZCANARY", "Testesen", "010115"))
    assert "4711" in told
    assert "@" not in logged
