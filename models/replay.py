"""A mail that was taken, as plain values; and telling a restored database that it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Self

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    and_,
    func,
    insert,
    inspect,
    select,
    update,
)

from models.case_tables import IMPORT
from models.column_types import CivilDate, UtcInstant
from models.outbox import ATTEMPT, CARRIES, INTENT, MESSAGE, SENT, insert_unless_there
from models.outbox_messages import ACCEPTED, CLAIMED, HOLD, IN_DATA, PENDING
from models.runs import HEARTBEAT, RUN

ELSEWHERE = {"content": b"", "address": "", "owner": "", "lease_until_at": None}
"""What a line about a mail leaves out: what the mail says, to which address, who sent it."""

KEY = ("deadline_key", "due_text", "step", "occurrence", "recipient")
TAKEN = 250

HALF_RESTORED = Table("half_restored", MetaData(), Column("since", Integer))
"""Stands in a database from before a backup is read into it until it is told what was sent since:
whoever sent from it before that would tell again what has been told."""

Row = Mapping[str, Any]


def begin_restoring(connection: Connection) -> None:
    """Mark a database as one that nobody may work with yet."""
    HALF_RESTORED.create(connection)


def end_restoring(connection: Connection) -> None:
    """Take the mark away, where there is one, in the transaction that tells what was sent."""
    HALF_RESTORED.drop(connection, checkfirst=True)


def is_half_restored(connection: Connection) -> bool:
    """Say whether a restore has begun, and not come to its end."""
    return inspect(connection).has_table(HALF_RESTORED.name)


class Sent(NamedTuple):
    """A mail that was taken, and what it told: rows of `message` and `intent`, by column."""

    message: Row
    intents: Sequence[Row]

    @classmethod
    def from_written(cls, written: Mapping[str, Any]) -> Self:
        """Return it from what JSON made of it. Raises: KeyError, ValueError when it is not one."""
        message = _read(MESSAGE, written["message"])
        return cls(message, [_read(INTENT, intent) for intent in written["intents"]])


def sent_mail(connection: Connection, uuid: str) -> Sent:
    """Return a mail of the outbox with what it tells, without its bytes and its address."""
    columns = [column for column in MESSAGE.c if column.name not in ELSEWHERE]
    message = connection.execute(select(*columns).where(MESSAGE.c.uuid == uuid)).mappings().one()
    told = [column for column in INTENT.c if column.name != "id"]
    carried = select(CARRIES.c.intent_id).where(CARRIES.c.message_uuid == uuid)
    intents = connection.execute(select(*told).where(INTENT.c.id.in_(carried))).mappings()
    return Sent(dict(message), [dict(row) for row in intents])


def newest_moment(connection: Connection) -> datetime | None:
    """Return the moment of the newest thing a database knows of; None when it knows of nothing."""
    columns = (RUN.c.started_at, HEARTBEAT.c.at, IMPORT.c.imported_at, MESSAGE.c.created_at)
    moments = [connection.execute(select(func.max(column))).scalar() for column in columns]
    return max((moment for moment in moments if moment is not None), default=None)


def mark_sent(connection: Connection, sent: Sent) -> bool:
    """Record a mail as taken, with all that it told; say whether that was news.

    What is still owed of it in any other mail is owed no more.
    """
    uuid, at = sent.message["uuid"], sent.message["finished_at"]
    known = connection.execute(select(MESSAGE.c.state).where(MESSAGE.c.uuid == uuid)).scalar()
    if known not in (None, PENDING, CLAIMED, IN_DATA, HOLD):
        return False
    if known is None:
        connection.execute(insert(MESSAGE).values({**ELSEWHERE, **sent.message}))
    else:
        taken = {"state": ACCEPTED, "queue_id": sent.message["queue_id"], "finished_at": at}
        connection.execute(update(MESSAGE).where(MESSAGE.c.uuid == uuid).values(taken))
    _mark_attempt(connection, uuid, at)
    for intent in sent.intents:
        _mark_told(connection, uuid, intent, at)
    return True


def _mark_told(connection: Connection, uuid: str, intent: Row, at: datetime) -> None:
    insert_unless_there(connection, INTENT, [dict(intent)], INTENT.c.id)
    same = and_(*(INTENT.c[name] == intent[name] for name in KEY))
    told = {"state": SENT, "state_reason": "", "state_at": at}
    connection.execute(update(INTENT).where(same, INTENT.c.state != SENT).values(told))
    number = connection.execute(select(INTENT.c.id).where(same)).scalar_one()
    # any other mail that carries it was not taken: this one told it
    connection.execute(
        update(CARRIES)
        .where(CARRIES.c.intent_id == number, CARRIES.c.message_uuid != uuid)
        .values(live=False)
    )
    link = {"message_uuid": uuid, "intent_id": number, "live": True}
    insert_unless_there(connection, CARRIES, [link], CARRIES.c.intent_id)


def _mark_attempt(connection: Connection, uuid: str, at: datetime) -> None:
    row = {
        "message_uuid": uuid,
        "number": 0,  # before those that the database knows of itself
        "phase": "data",
        "outcome": ACCEPTED,
        "code": TAKEN,
        "enhanced_code": "",
        "server_text": "from the journal of sent mails",
        "queue_id": "",
        "started_at": at,
        "ended_at": at,
    }
    connection.execute(insert(ATTEMPT).values(row))


def _read(table: Table, written: Row) -> Row:
    return {name: _value(table, name, value) for name, value in written.items()}


def _value(table: Table, name: str, value: Any) -> Any:
    if value is None:
        return None
    match table.c[name].type:
        case UtcInstant():
            return datetime.fromisoformat(value)
        case CivilDate():
            return date.fromisoformat(value)
    return value
