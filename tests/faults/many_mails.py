"""Thousands of mails that wait: one that was owed, built and frozen for real, and its likes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from models.case_tables import CASE
from models.database import reading, writing
from models.outbox import CARRIES, INTENT, MESSAGE
from tests.faults.post import a_pending_mail

AT_A_TIME = 1000


def many_pending_mails(engine: Engine, number: int) -> None:
    """Let so many mails wait. Each tells Mette of a case of its own; none is rendered but one."""
    a_pending_mail(engine)
    with reading(engine) as connection:
        case, intent, message, carries = (
            dict(connection.execute(select(table)).mappings().one())
            for table in (CASE, INTENT, MESSAGE, CARRIES)
        )
    with writing(engine) as connection:
        for numbers in _portions(1, number):
            _insert(connection, CASE, [_other_case(case, one) for one in numbers])
            _insert(connection, INTENT, [_other_intent(intent, one) for one in numbers])
            _insert(connection, MESSAGE, [_other_mail(message, one) for one in numbers])
            _insert(connection, CARRIES, [_other_carries(carries, one) for one in numbers])


def _portions(first: int, beyond: int) -> Iterator[range]:
    for start in range(first, beyond, AT_A_TIME):
        yield range(start, min(start + AT_A_TIME, beyond))


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(table), rows)


def _other_case(case: dict[str, Any], number: int) -> dict[str, Any]:
    return case | {"case_ref": f"K-{number:05}"}


def _other_intent(intent: dict[str, Any], number: int) -> dict[str, Any]:
    ref = f"K-{number:05}"
    return intent | {
        "id": intent["id"] + number,
        "deadline_key": intent["deadline_key"].replace(intent["case_ref"], ref),
        "case_ref": ref,
        "ref": ref,
        "link": f"{number:032}",
    }


def _other_mail(message: dict[str, Any], number: int) -> dict[str, Any]:
    uuid = f"{number:032x}"
    old, new = (name.encode() for name in (message["uuid"], uuid))
    return message | {
        "uuid": uuid,
        "key": f"{message['key']}|{number}",
        "message_id": message["message_id"].replace(message["uuid"], uuid),
        "content": message["content"].replace(old, new),
    }


def _other_carries(carries: dict[str, Any], number: int) -> dict[str, Any]:
    return carries | {
        "message_uuid": f"{number:032x}",
        "intent_id": carries["intent_id"] + number,
    }
