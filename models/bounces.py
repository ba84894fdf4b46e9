"""What came back to the bounce box: recorded once, and told to the mail it is about."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from models.bounce_tables import BOUNCE, RETURN_PATH_SECRET
from models.outbox import CARRIES, INTENT, MESSAGE, SENT, UNDELIVERABLE, insert_unless_there
from models.outbox_messages import ACCEPTED, CLAIMED, IN_DATA, PENDING

BOUNCED = "bounced"
"""The state of a mail that the server took, and that did not arrive all the same."""

FAILED, ROUTING = "failed", "routing"
"""The kinds of report after which the mail is known not to have arrived."""

BOUNCED_ON_THE_WAY = "bounced 5.4.4"
"""What a mail's `error` says when no way to the recipient's server was known."""

SECRET_BYTES = 32


class NewBounce(NamedTuple):
    """A mail from the bounce box; the fields are those of models.bounce_tables.BounceRow."""

    fingerprint: str
    message_uuid: str
    kind: str
    status: str
    read_at: datetime


def return_path_secret(connection: Connection) -> bytes:
    """Return what this installation signs its return addresses with; made when first asked for.

    `connection` must be one that may write.
    """
    asked = select(RETURN_PATH_SECRET.c.secret).where(RETURN_PATH_SECRET.c.id == 1)
    secret: bytes | None = connection.execute(asked).scalar()
    if secret is None:
        # of two processes that draw one at once, one is first, and both use that one
        row = {"id": 1, "secret": secrets.token_bytes(SECRET_BYTES)}
        insert_unless_there(connection, RETURN_PATH_SECRET, [row], RETURN_PATH_SECRET.c.id)
        secret = connection.execute(asked).scalar_one()
    return bytes(secret)


def add_bounce(connection: Connection, bounce: NewBounce) -> bool:
    """Record a mail from the bounce box, and say whether it had not been read before."""
    row = bounce._asdict() | {"waits": bounce.kind in {FAILED, ROUTING}}
    return bool(insert_unless_there(connection, BOUNCE, [row], BOUNCE.c.id))


def settle_bounces(connection: Connection, now: datetime) -> int:
    """Let every mail that is known not to have arrived be undeliverable; return how many were new.

    A report may come before our own record that the server took the mail: it waits for that. A
    report about a mail that ended otherwise, or is gone, changes nothing.
    """
    waiting = select(BOUNCE.c.id, BOUNCE.c.message_uuid, BOUNCE.c.status, MESSAGE.c.state)
    with_mail = BOUNCE.outerjoin(MESSAGE, MESSAGE.c.uuid == BOUNCE.c.message_uuid)
    rows = connection.execute(waiting.select_from(with_mail).where(BOUNCE.c.waits)).all()
    settled, bounced = [], 0
    for bounce_id, uuid, status, state in rows:
        if state in {PENDING, CLAIMED, IN_DATA}:
            continue
        settled.append(bounce_id)
        bounced += _bounce(connection, uuid, status, now)
    _stop_waiting(connection, settled)
    return bounced


def newest_of_kind(connection: Connection, kind: str) -> datetime | None:
    """Return when the newest report of a kind was read."""
    asked = select(BOUNCE.c.read_at).where(BOUNCE.c.kind == kind)
    return connection.execute(asked.order_by(BOUNCE.c.id.desc()).limit(1)).scalar()


def _bounce(connection: Connection, uuid: str, status: str, now: datetime) -> bool:
    reason = f"bounced {status}".strip()
    moved = connection.execute(
        update(MESSAGE)
        .where(MESSAGE.c.uuid == uuid, MESSAGE.c.state == ACCEPTED)
        .values(state=BOUNCED, error=reason)
    ).rowcount
    if moved:
        carried = select(CARRIES.c.intent_id).where(CARRIES.c.message_uuid == uuid, CARRIES.c.live)
        connection.execute(
            update(INTENT)
            .where(INTENT.c.id.in_(carried), INTENT.c.state == SENT)
            .values(state=UNDELIVERABLE, state_reason=reason, state_at=now)
        )
    return bool(moved)


def _stop_waiting(connection: Connection, ids: Sequence[int]) -> None:
    for bounce_id in ids:
        connection.execute(update(BOUNCE).where(BOUNCE.c.id == bounce_id).values(waits=False))
