"""The daily count of the outbox: what was found, and what the next one is measured against."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, func, insert, select

from models.bounce_tables import DAILY_COUNT, OPEN_INTENT, OPEN_MAIL
from models.outbox import AT_A_TIME, insert_unless_there
from models.reconciling import INTENTS, MAILS, Flow, faults, flow, open_now, states


class Counted(NamedTuple):
    """What a count found. `faults` gives, for each kind of fault, the rows concerned."""

    day: date
    counted_at: datetime
    intents: Flow
    mails: Flow
    states: Mapping[str, Mapping[str, int]]
    faults: Mapping[str, Sequence[str]]

    def as_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return {
            "day": self.day.isoformat(),
            "counted_at": self.counted_at.isoformat(),
            "intents": self.intents._asdict(),
            "mails": self.mails._asdict(),
            "states": self.states,
            "faults": self.faults,
        }


class Open(NamedTuple):
    """What is open as of a count: the ids of intents, the numbers of mails."""

    intents: Sequence[int]
    mails: Sequence[str]


NOT_IN_BALANCE = "{kind} numbers do not add up"


def count(connection: Connection, day: date, now: datetime) -> tuple[Counted, Open]:
    """Count the outbox, and return with it what is open; `connection` must see one snapshot."""
    last = connection.execute(select(DAILY_COUNT).order_by(DAILY_COUNT.c.day.desc())).first()
    since = last.counted_at if last is not None else None
    intents = flow(connection, INTENTS, last.intents_open if last is not None else 0, since)
    mails = flow(connection, MAILS, last.mails_open if last is not None else 0, since)
    found: dict[str, Sequence[str]] = dict(faults(connection, since, now))
    for kind, numbers in ((INTENTS, intents), (MAILS, mails)):
        if not numbers.balances:
            found[NOT_IN_BALANCE.format(kind=kind.name)] = []
    still_open = Open(open_now(connection, INTENTS), open_now(connection, MAILS))
    return Counted(day, now, intents, mails, states(connection), found), still_open


def keep(connection: Connection, counted: Counted, still_open: Open) -> bool:
    """Store a day's count, and remember what is open; False when that day is counted, or past."""
    newest = connection.execute(select(func.max(DAILY_COUNT.c.day))).scalar()
    if newest is not None and newest >= counted.day:
        return False
    row = {
        "day": counted.day,
        "counted_at": counted.counted_at,
        "intents_open": counted.intents.open,
        "intents_new": counted.intents.new,
        "intents_ended": counted.intents.ended,
        "mails_open": counted.mails.open,
        "mails_new": counted.mails.new,
        "mails_ended": counted.mails.ended,
        "states": json.dumps({**counted.states, "faults": counted.faults}),
        "faults": len(counted.faults),
    }
    if not insert_unless_there(connection, DAILY_COUNT, [row], DAILY_COUNT.c.day):
        return False  # another process was first
    intents = [{"intent_id": one} for one in still_open.intents]
    mails = [{"message_uuid": one} for one in still_open.mails]
    for table, rows in ((OPEN_INTENT, intents), (OPEN_MAIL, mails)):
        connection.execute(delete(table))
        for start in range(0, len(rows), AT_A_TIME):
            connection.execute(insert(table), rows[start : start + AT_A_TIME])
    return True


def count_of(connection: Connection, day: date) -> Counted | None:
    """Return the stored count of a day; None when there is none."""
    row = connection.execute(select(DAILY_COUNT).where(DAILY_COUNT.c.day == day)).first()
    return _counted(row) if row is not None else None


def _counted(row: Row[Any]) -> Counted:
    found = json.loads(row.states)
    by_kind = found.pop("faults")
    intents = Flow(
        row.intents_open - row.intents_new + row.intents_ended,
        row.intents_new,
        row.intents_ended,
        row.intents_open,
    )
    mails = Flow(
        row.mails_open - row.mails_new + row.mails_ended,
        row.mails_new,
        row.mails_ended,
        row.mails_open,
    )
    return Counted(row.day, row.counted_at, intents, mails, found, by_kind)
