"""What a person may do to a mail: let a held one go, or call one back. Each leaves a row.

Both are one conditional update: what has moved on in the meantime stays as it is.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from models.bounce_tables import OUTBOX_ACTION
from models.outbox import CANCELLED, CARRIES, INTENT, MESSAGE, PLANNED, UNDELIVERABLE
from models.outbox_messages import HOLD, PENDING, WITHDRAWN

RELEASE, CANCEL, RELEASE_STORM = "release", "cancel", "release storm"

BY_HAND = "by hand"
"""Why a reminder was cancelled by a person: unlike others it does not come back by itself."""


def release(
    connection: Connection, uuid: str, by: str, why: str, now: datetime, expires_at: datetime
) -> bool:
    """Let a held mail be tried again until `expires_at`; False when it is not held.

    The same bytes go. What it carries is owed once more, though somebody else may have been told.
    """
    moved = connection.execute(
        update(MESSAGE)
        .where(MESSAGE.c.uuid == uuid, MESSAGE.c.state == HOLD)
        .values(state=PENDING, next_at=now, expires_at=expires_at, finished_at=None)
    ).rowcount
    if not moved:
        return False
    connection.execute(
        update(INTENT)
        .where(_carried_by(uuid), INTENT.c.state == UNDELIVERABLE)
        .values(state=PLANNED, state_reason="", state_at=now, worth_until_at=None)
    )
    _record(connection, RELEASE, uuid, by, why, now)
    return True


def cancel(connection: Connection, uuid: str, by: str, why: str, now: datetime) -> bool:
    """Call back a mail that waits or is held; False when it is on its way, or has ended.

    What it carries is not told by this step any more; later steps of the same deadlines are.
    """
    moved = connection.execute(
        update(MESSAGE)
        .where(MESSAGE.c.uuid == uuid, MESSAGE.c.state.in_((PENDING, HOLD)))
        .values(state=WITHDRAWN, finished_at=now, error=BY_HAND)
    ).rowcount
    if not moved:
        return False
    connection.execute(
        update(INTENT)
        .where(_carried_by(uuid), INTENT.c.state == PLANNED)
        .values(state=CANCELLED, state_reason=BY_HAND, state_at=now)
    )
    connection.execute(update(CARRIES).where(CARRIES.c.message_uuid == uuid).values(live=False))
    _record(connection, CANCEL, uuid, by, why, now)
    return True


def record_storm_release(connection: Connection, by: str, why: str, now: datetime) -> None:
    """Record that a person let go what a storm held back."""
    _record(connection, RELEASE_STORM, "", by, why, now)


def _carried_by(uuid: str) -> ColumnElement[bool]:
    carried = select(CARRIES.c.intent_id).where(CARRIES.c.message_uuid == uuid, CARRIES.c.live)
    return INTENT.c.id.in_(carried)


def _record(
    connection: Connection, action: str, uuid: str, by: str, why: str, now: datetime
) -> None:
    row = {"at": now, "done_by": by, "action": action, "message_uuid": uuid, "why": why}
    connection.execute(insert(OUTBOX_ACTION), row)
