"""Which scheduled work is done, which part of the service lives, what the operator must know."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, and_, false, func, or_, select, update

from models.deadline_tables import HeartbeatRow, OpsEventRow, RunRow
from models.outbox import insert_unless_there

RUN: Table = RunRow.__table__  # type: ignore[attr-defined]
OPS_EVENT: Table = OpsEventRow.__table__  # type: ignore[attr-defined]
HEARTBEAT: Table = HeartbeatRow.__table__  # type: ignore[attr-defined]


ABANDONED = "abandoned"
"""The state of a run whose process is known to have died, or that must be done once more."""


class Slot(NamedTuple):
    """One time at which a schedule runs: ("evaluate", "2026-11-21"), ("digest", "2026-W47")."""

    schedule: str
    name: str


def week_of(day: date) -> str:
    """Return the name of a day's week, as slots and mails of a week have it.

    >>> week_of(date(2027, 1, 1))
    '2026-W53'
    """
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def insert_new(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Put a row in unless one with its key is there, and say whether it went in."""
    first, *_ = table.primary_key
    return bool(insert_unless_there(connection, table, [row], first))


def begin_run(
    connection: Connection, slot: Slot, at: datetime, *, gone_before: datetime, late: bool
) -> bool:
    """Take a slot, and say whether it is ours. A slot is run once, however many ask.

    A slot whose run failed or was abandoned, or began before `gone_before` and never ended, can
    be taken anew.
    """
    row = {"schedule": slot.schedule, "slot": slot.name, "state": "running", "counts": "{}"}
    if insert_new(connection, RUN, {**row, "started_at": at, "rule_set": "", "late": late}):
        return True
    died = and_(RUN.c.state == "running", RUN.c.started_at < gone_before)
    failed = and_(RUN.c.state == "failed", RUN.c.finished_at < gone_before)
    taken = (
        update(RUN)
        .where(_is(slot), or_(died, failed, RUN.c.state == ABANDONED))
        .values(state="running", started_at=at, finished_at=None, late=late)
    )
    return connection.execute(taken).rowcount == 1


def end_run(
    connection: Connection,
    slot: Slot,
    at: datetime,
    *,
    state: str,
    counts: Mapping[str, int],
    rule_set: str = "",
    import_id: int | None = None,
) -> None:
    """Record how a slot ended: state "done" or "failed", and what it counted."""
    connection.execute(
        update(RUN)
        .where(_is(slot), RUN.c.state == "running")
        .values(
            state=state,
            finished_at=at,
            counts=json.dumps(counts, sort_keys=True),
            rule_set=rule_set,
            import_id=import_id,
        )
    )


def run_again(connection: Connection, slot: Slot) -> None:
    """Let a slot that has been run to its end be taken anew: what came of it was called back."""
    done = update(RUN).where(_is(slot), RUN.c.state == "done")
    connection.execute(done.values(state=ABANDONED))


def abandon_runs(connection: Connection, before: datetime) -> int:
    """Record that the runs begun before an instant died with their process; return how many.

    Only for who knows that no other process runs slots on this database.
    """
    running = and_(RUN.c.state == "running", RUN.c.started_at < before)
    return connection.execute(update(RUN).where(running).values(state=ABANDONED)).rowcount


def done_among(connection: Connection, slots: Collection[Slot]) -> set[Slot]:
    """Return those of these slots that have been run to their end."""
    asked = select(RUN.c.schedule, RUN.c.slot).where(or_(false(), *map(_is, slots)))
    return {Slot(*row) for row in connection.execute(asked.where(RUN.c.state == "done"))}


def newest_run_at(connection: Connection) -> datetime | None:
    """Return when the newest run began: a clock behind it is wrong. None before the first."""
    return connection.execute(select(func.max(RUN.c.started_at))).scalar()


def beat(connection: Connection, name: str, at: datetime) -> None:
    """Record that a long-running part lives."""
    if insert_new(connection, HEARTBEAT, {"name": name, "at": at}):
        return
    connection.execute(update(HEARTBEAT).where(HEARTBEAT.c.name == name).values(at=at))


def last_beat(connection: Connection, name: str) -> datetime | None:
    """Return when a long-running part last said that it lives."""
    return connection.execute(select(HEARTBEAT.c.at).where(HEARTBEAT.c.name == name)).scalar()


def raise_alarm(
    connection: Connection, kind: str, subject: str, at: datetime, text: str, danish: str = ""
) -> bool:
    """Record that something went bad, and say whether that is news.

    It is news once: until `clear_alarm`, the same kind and subject are not recorded again.
    `text` is for people, in English, and `danish` the same: they are mailed to the operator.
    """
    is_alarm = and_(OPS_EVENT.c.kind == kind, OPS_EVENT.c.subject == subject)
    newest = connection.execute(
        select(OPS_EVENT.c.epoch, OPS_EVENT.c.recovered_at)
        .where(is_alarm)
        .order_by(OPS_EVENT.c.epoch.desc())
    ).first()
    if newest is not None and newest.recovered_at is None:
        return False
    epoch = 1 if newest is None else newest.epoch + 1
    row = {"kind": kind, "subject": subject, "epoch": epoch, "at": at}
    return insert_new(connection, OPS_EVENT, {**row, "message": text, "message_da": danish})


def clear_alarm(connection: Connection, kind: str, subject: str, at: datetime) -> bool:
    """Record that what went bad is well again, and say whether it had been bad."""
    recovered = (
        update(OPS_EVENT)
        .where(
            OPS_EVENT.c.kind == kind,
            OPS_EVENT.c.subject == subject,
            OPS_EVENT.c.recovered_at.is_(None),
        )
        .values(recovered_at=at)
    )
    return connection.execute(recovered).rowcount > 0


def _is(slot: Slot) -> Any:
    return and_(RUN.c.schedule == slot.schedule, RUN.c.slot == slot.name)
