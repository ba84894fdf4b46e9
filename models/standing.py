"""What the operator asks of the tables: how many, since when, and how the last runs went."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from models.case_tables import CASE
from models.deadline_tables import CaseErrorRow
from models.outbox import INTENT, MESSAGE
from models.outbox_messages import CLAIMED, FAILED, HOLD, IN_DATA, PENDING
from models.runs import OPS_EVENT, RUN, Slot

CASE_ERROR = CaseErrorRow.__table__  # type: ignore[attr-defined]
ON_ITS_WAY = (PENDING, CLAIMED, IN_DATA)
ALERT = "alert"
"""The kind of a mail to the operator."""


class RunSeen(NamedTuple):
    """A run of a slot as it is recorded."""

    slot: Slot
    state: str
    started_at: datetime
    finished_at: datetime | None
    late: bool
    counts: Mapping[str, int]


class Alarm(NamedTuple):
    """Something that went bad, and when it was well again. `message` is in English.

    `told` says whether a mail about it was put in the outbox, `recovery_told` about its end.
    """

    id: int
    kind: str
    subject: str
    epoch: int
    at: datetime
    recovered_at: datetime | None
    message: str
    message_da: str
    told_at: datetime | None
    recovery_told_at: datetime | None

    def said(self, language: str) -> str:
        """Return what it says in Danish ("da") or English; English when it has no Danish."""
        return (self.message_da or self.message) if language == "da" else self.message


class Outbox(NamedTuple):
    """How the mails stand. `waiting_since` is when the oldest that has not left was built.

    `uncertain` counts those on their way whose answer was lost once, `alerts_lost` those to the
    operator that were refused.
    """

    messages: Mapping[str, int]
    intents: Mapping[str, int]
    waiting_since: datetime | None
    uncertain: int
    alerts_lost: int


def outbox_standing(connection: Connection) -> Outbox:
    """Return how the mails and what they are about stand."""
    counted = select(MESSAGE.c.state, func.count(), func.min(MESSAGE.c.created_at))
    by_state = connection.execute(counted.group_by(MESSAGE.c.state)).all()
    owed = connection.execute(select(INTENT.c.state, func.count()).group_by(INTENT.c.state)).all()
    unsure = MESSAGE.c.state.in_(ON_ITS_WAY), MESSAGE.c.uncertain > 0
    lost = MESSAGE.c.state == FAILED, MESSAGE.c.kind == ALERT
    return Outbox(
        messages={state: number for state, number, _ in by_state},
        intents=dict(owed),
        waiting_since=min(
            (since for state, _, since in by_state if state in ON_ITS_WAY), default=None
        ),
        uncertain=_count(connection, *unsure),
        alerts_lost=_count(connection, *lost),
    )


def newest_runs(connection: Connection, *, done: bool = False) -> dict[str, RunSeen]:
    """Return the newest run of each schedule; with `done` the newest that came to its end."""
    per_schedule = select(RUN.c.schedule, func.max(RUN.c.started_at).label("at"))
    if done:
        per_schedule = per_schedule.where(RUN.c.state == "done")
    newest = per_schedule.group_by(RUN.c.schedule).subquery()
    asked = select(RUN).join(
        newest, (RUN.c.schedule == newest.c.schedule) & (RUN.c.started_at == newest.c.at)
    )
    return {row.schedule: _run(row) for row in connection.execute(asked.order_by(RUN.c.id))}


def runs_by_state(connection: Connection) -> dict[tuple[str, str], int]:
    """Return how many runs there are by schedule and state."""
    counted = select(RUN.c.schedule, RUN.c.state, func.count())
    rows = connection.execute(counted.group_by(RUN.c.schedule, RUN.c.state))
    return {(schedule, state): number for schedule, state, number in rows}


def open_alarms(connection: Connection) -> list[Alarm]:
    """Return what is bad now, oldest first."""
    asked = select(*(OPS_EVENT.c[name] for name in Alarm._fields))
    still_bad = asked.where(OPS_EVENT.c.recovered_at.is_(None)).order_by(OPS_EVENT.c.at)
    return [Alarm._make(row) for row in connection.execute(still_bad)]


def cases_not_assessed(connection: Connection) -> int:
    """Return how many cases could not be assessed, in whole or in part."""
    asked = select(func.count(func.distinct(CASE_ERROR.c.case_ref)))
    return int(connection.execute(asked).scalar_one())


def mails_held(connection: Connection) -> int:
    """Return how many mails wait for a person."""
    return _count(connection, MESSAGE.c.state == HOLD)


def cases_open(connection: Connection) -> int:
    """Return how many cases are open."""
    asked = select(func.count()).select_from(CASE)
    return int(connection.execute(asked.where(CASE.c.ended_on.is_(None))).scalar_one())


def _run(row: Row[Any]) -> RunSeen:
    return RunSeen(
        Slot(row.schedule, row.slot),
        row.state,
        row.started_at,
        row.finished_at,
        row.late,
        json.loads(row.counts),
    )


def _count(connection: Connection, *which: Any) -> int:
    asked = select(func.count()).select_from(MESSAGE).where(*which)
    return int(connection.execute(asked).scalar_one())
