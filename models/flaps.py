"""Deadlines that an extract calls met and the next one calls open again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from models.case_tables import IMPORT
from models.deadline_tables import DeadlineLogRow
from models.deadlines import DEADLINE
from models.imports import DONE
from models.outbox import AT_A_TIME, CANCELLED, INTENT, PLANNED
from rules.deadline import OPEN, Status

LOG = DeadlineLogRow.__table__  # type: ignore[attr-defined]
MET = frozenset({Status.MET, Status.MET_LATE})


def met_among(connection: Connection, deadline_keys: Collection[str]) -> set[str]:
    """Return those of these deadlines that are stored as met."""
    refs = sorted({key.split("|")[0] for key in deadline_keys})
    columns = [DEADLINE.c[name] for name in ("case_ref", "ref", "rule", "interval_on", "round")]
    found: set[str] = set()
    for start in range(0, len(refs), AT_A_TIME):
        part = DEADLINE.c.case_ref.in_(refs[start : start + AT_A_TIME])
        met = select(*columns).where(part, DEADLINE.c.status.in_([str(status) for status in MET]))
        # the key of rules.deadline.Deadline.key
        found |= {"|".join(map(str, row)) for row in connection.execute(met)} & set(deadline_keys)
    return found


def doubt(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """Hold back what is planned about deadlines that an extract calls met for the first time."""
    _set_met_once(connection, ids, now)


def trust(connection: Connection, ids: Sequence[int]) -> None:
    """Let go what was held back: its deadline is open after all."""
    _set_met_once(connection, ids, None)


def settle_confirmed(connection: Connection, now: datetime) -> int:
    """Cancel what is held back, where an extract taken in since has not opened the deadline again.

    To be called when all that changed is decided. Returns: how many were cancelled.
    """
    newest = select(func.max(IMPORT.c.imported_at)).where(IMPORT.c.state == DONE)
    confirmed = (INTENT.c.met_once_at < newest.scalar_subquery(), INTENT.c.state == PLANNED)
    return connection.execute(
        update(INTENT)
        .where(*confirmed)
        .values(state=CANCELLED, state_reason="met", state_at=now, met_once_at=None)
    ).rowcount


def confirm(connection: Connection, case_ref: str, by: str, now: datetime) -> int:
    """Cancel what is held back in a case: somebody has said that it is done. `by` is recorded.

    Returns: how many were cancelled.
    """
    held = (INTENT.c.met_once_at.is_not(None), INTENT.c.state == PLANNED)
    reason = f"met, confirmed by {by}"
    return connection.execute(
        update(INTENT)
        .where(*held, INTENT.c.case_ref == case_ref)
        .values(state=CANCELLED, state_reason=reason, state_at=now, met_once_at=None)
    ).rowcount


def reopenings(connection: Connection, since: datetime) -> Counter[str]:
    """Return how often each deadline that was met was open again since a moment."""
    found: Counter[str] = Counter()
    rows = select(LOG.c.deadline_key, LOG.c.old, LOG.c.new).where(LOG.c.changed_at >= since)
    for key, old, new in connection.execute(rows):
        was, became = json.loads(old)["status"], json.loads(new)["status"] if new else ""
        if was in MET and (became in OPEN or not became):
            found[key] += 1
    return found


def _set_met_once(connection: Connection, ids: Sequence[int], at: datetime | None) -> None:
    for start in range(0, len(ids), AT_A_TIME):
        part = ids[start : start + AT_A_TIME]
        held = update(INTENT).where(INTENT.c.id.in_(part), INTENT.c.state == PLANNED)
        connection.execute(held.values(met_once_at=at))
