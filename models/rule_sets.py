"""Rule books that were good, with their texts: what stays in force when a folder is broken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Table, select, update

from models.deadline_tables import RuleSetRow
from models.runs import insert_new

RULE_SET: Table = RuleSetRow.__table__  # type: ignore[attr-defined]


class RuleSet(NamedTuple):
    """A rule book as its files: name -> bytes. `loaded_at` is when it was first in force."""

    sha256: str
    files: Mapping[str, bytes]
    loaded_at: datetime


def active_rule_set(connection: Connection) -> RuleSet | None:
    """Return the rule set in force; None in a database that never had one."""
    found = connection.execute(select(RULE_SET).where(RULE_SET.c.active)).first()
    if found is None:
        return None
    texts: dict[str, str] = json.loads(found.texts)
    return RuleSet(
        found.sha256, {name: _bytes(text) for name, text in texts.items()}, found.loaded_at
    )


def activate_rule_set(
    connection: Connection, sha256: str, files: Mapping[str, bytes], at: datetime
) -> bool:
    """Put a good rule set in force, and say whether it was another one until now."""
    active = select(RULE_SET.c.sha256).where(RULE_SET.c.active)
    if connection.execute(active).scalar() == sha256:
        return False
    connection.execute(update(RULE_SET).where(RULE_SET.c.active).values(active=False))
    texts = json.dumps({name: _text(content) for name, content in files.items()})
    row = {"sha256": sha256, "texts": texts, "loaded_at": at, "active": True}
    if not insert_new(connection, RULE_SET, row):
        connection.execute(
            update(RULE_SET).where(RULE_SET.c.sha256 == sha256).values(active=True, loaded_at=at)
        )
    return True


# a book is only good when its files are UTF-8, so no byte is lost on the way through JSON
def _text(content: bytes) -> str:
    return content.decode("utf-8")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8")
