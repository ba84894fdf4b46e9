"""Rule books that were good, with their texts: what stays in force when a folder is broken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, select, update

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
    return _found(connection, RULE_SET.c.active)


def rule_set(connection: Connection, sha256: str) -> RuleSet | None:
    """Return a rule set that is or once was in force."""
    return _found(connection, RULE_SET.c.sha256 == sha256)


def put_in_force(
    connection: Connection, previous: str, sha256: str, files: Mapping[str, bytes], at: datetime
) -> bool:
    """Put a rule set in force in the place of the one named ("" for none).

    Returns: whether that one was still in force; if not, nothing is changed.
    """
    if previous:
        # one conditional update, so that of two at once the second finds nothing to change
        is_previous = RULE_SET.c.active & (RULE_SET.c.sha256 == previous)
        ended = update(RULE_SET).where(is_previous).values(active=False)
        if connection.execute(ended).rowcount != 1:
            return False
    elif active_rule_set(connection) is not None:
        return False
    texts = json.dumps({name: _text(content) for name, content in files.items()})
    row = {"sha256": sha256, "texts": texts, "loaded_at": at, "active": True}
    if not insert_new(connection, RULE_SET, row):
        known = update(RULE_SET).where(RULE_SET.c.sha256 == sha256)
        connection.execute(known.values(active=True, loaded_at=at))
    return True


def sha256_in_force(connection: Connection) -> str:
    """Return which rule set is in force; "" in a database that never had one."""
    return connection.execute(select(RULE_SET.c.sha256).where(RULE_SET.c.active)).scalar() or ""


def _found(connection: Connection, which: ColumnElement[bool]) -> RuleSet | None:
    found = connection.execute(select(RULE_SET).where(which)).first()
    if found is None:
        return None
    texts: dict[str, str] = json.loads(found.texts)
    files = {name: _bytes(text) for name, text in texts.items()}
    return RuleSet(found.sha256, files, found.loaded_at)


# a book is only good when its files are UTF-8, so no byte is lost on the way through JSON
def _text(content: bytes) -> str:
    return content.decode("utf-8")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8")
