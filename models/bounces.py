"""What came back to the bounce box: recorded once, and told to the mail it is about."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, select

from models.bounce_tables import RETURN_PATH_SECRET
from models.outbox import insert_unless_there

SECRET_BYTES = 32


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
