"""What could not be delivered: whether it still matters, and who knows of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select, update

from models.deadlines import DEADLINE
from models.outbox import AT_A_TIME, CANCELLED, CARRIES, INTENT, SENT, UNDELIVERABLE, Intent
from models.runs import OPS_EVENT
from rules.deadline import OPEN

NO_LONGER_OPEN = "no longer open"
KEY = ("case_ref", "ref", "rule", "interval_on", "round")


def moot_among(connection: Connection, intents: Sequence[Intent]) -> set[int]:
    """Return the ids of those whose deadline is stored as closed, or as due at another moment."""
    refs = sorted({intent.case_ref for intent in intents})
    columns = [DEADLINE.c[name] for name in (*KEY, "status", "due_on", "due_at")]
    stands: dict[str, tuple[bool, str]] = {}
    for start in range(0, len(refs), AT_A_TIME):
        part = DEADLINE.c.case_ref.in_(refs[start : start + AT_A_TIME])
        for *key, status, due_on, due_at in connection.execute(select(*columns).where(part)):
            due = due_at or due_on
            # the key of rules.deadline.Deadline.key
            stands["|".join(map(str, key))] = (status in OPEN, due.isoformat() if due else "")
    return {
        intent.id
        for intent in intents
        if stands.get(intent.deadline_key, (True, intent.due_text)) != (True, intent.due_text)
    }


def let_go(connection: Connection, ids: Sequence[int]) -> None:
    """Cancel what could not be delivered and need not be any more; it arises again like others."""
    for start in range(0, len(ids), AT_A_TIME):
        part = ids[start : start + AT_A_TIME]
        lost = update(INTENT).where(INTENT.c.id.in_(part), INTENT.c.state == UNDELIVERABLE)
        cancelled = lost.values(state=CANCELLED, state_reason=NO_LONGER_OPEN)
        gone = list(connection.execute(cancelled.returning(INTENT.c.id)).scalars())
        carried = update(CARRIES).where(CARRIES.c.intent_id.in_(gone))
        connection.execute(carried.values(live=False))


def operator_knows(connection: Connection, kind: str, case_ref: str, lost_at: datetime) -> bool:
    """Say whether an alarm speaks for what was lost in a case at a moment."""
    about_it = and_(OPS_EVENT.c.kind == kind, OPS_EVENT.c.subject == case_ref)
    speaks = or_(OPS_EVENT.c.recovered_at.is_(None), OPS_EVENT.c.at >= lost_at)
    asked = select(OPS_EVENT.c.id).where(about_it, speaks)
    return connection.execute(asked.limit(1)).first() is not None


def told_again(connection: Connection, kind: str) -> list[str]:
    """Return the cases with an open alarm of a kind of which somebody has been told since."""
    sent = select(INTENT.c.id).where(
        INTENT.c.case_ref == OPS_EVENT.c.subject,
        INTENT.c.state == SENT,
        INTENT.c.state_at > OPS_EVENT.c.at,
    )
    is_open = (OPS_EVENT.c.kind == kind, OPS_EVENT.c.recovered_at.is_(None))
    return list(
        connection.execute(select(OPS_EVENT.c.subject).where(*is_open, sent.exists())).scalars()
    )
