"""How the whole installation stands at a moment: what `status`, the metrics and the report say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from flows.host_checks import Disk, disk_of
from flows.owing.outage import WATCHED
from flows.schedule import DueSlot, NextSlot, due_slots, next_slots
from flows.sending.line_faults import LINE_FAULT
from flows.service.watching_alone import SERVICE
from flows.settings import Settings
from models.database import reading
from models.imports import last_import
from models.leases import Lease, lease
from models.rule_sets import sha256_in_force
from models.runs import last_beat
from models.standing import (
    Alarm,
    Outbox,
    RunSeen,
    cases_not_assessed,
    cases_open,
    mails_held,
    newest_runs,
    open_alarms,
    outbox_standing,
    runs_by_state,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is watched all the time, as it stood at `at`: few questions, however much is stored.

    `data_at` is when the case system wrote the extract that was taken in last, `held` how many
    mails wait for a person, `disk` None when the database is on another machine.
    """

    at: datetime
    data_at: datetime | None
    open_cases: int
    not_assessed: int
    held: int
    alarms: tuple[Alarm, ...]
    disk: Disk | None

    def seconds_since(self, moment: datetime | None) -> float | None:
        """Return how long ago a moment was; None when there was none. Never less than nothing."""
        return None if moment is None else max((self.at - moment).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Watched):
    """How everything stood. `due` and `coming` are slots, `last` and `done` runs of them.

    `beat_at` is the last sign of life of a service, `run_at` when mails were last looked after, by
    a service or by cron. `book` is the rule book in force, "" before the first.
    """

    beat_at: datetime | None
    run_at: datetime | None
    watch: Lease | None
    outbox: Outbox
    last: Mapping[str, RunSeen]
    done: Mapping[str, RunSeen]
    runs: Mapping[tuple[str, str], int]
    due: tuple[DueSlot, ...]
    coming: tuple[NextSlot, ...]
    book: str

    @property
    def line_is_down(self) -> bool:
        """Say whether the mail server cannot be spoken to."""
        return any(alarm.kind == LINE_FAULT for alarm in self.alarms)


def watched(engine: Engine, now: datetime) -> Watched:
    """Return how that stands which is watched all the time."""
    with reading(engine) as connection:
        return Watched(**_watched(connection, engine, now))


def standing(engine: Engine, settings: Settings, now: datetime) -> Standing:
    """Return how everything stands, as one look at the database shows it."""
    with reading(engine) as connection:
        last = newest_runs(connection)
        return Standing(
            **_watched(connection, engine, now),
            beat_at=last_beat(connection, SERVICE),
            run_at=last_beat(connection, WATCHED),
            watch=lease(connection, SERVICE),
            outbox=outbox_standing(connection),
            last=last,
            done=newest_runs(connection, done=True),
            runs=runs_by_state(connection),
            due=tuple(due_slots(now, settings)),
            coming=tuple(next_slots(now, settings)),
            book=sha256_in_force(connection),
        )


def _watched(connection: Connection, engine: Engine, now: datetime) -> dict[str, Any]:
    imported = last_import(connection)
    return {
        "at": now,
        "data_at": imported.extracted_at if imported is not None else None,
        "open_cases": cases_open(connection),
        "not_assessed": cases_not_assessed(connection),
        "held": mails_held(connection),
        "alarms": tuple(open_alarms(connection)),
        "disk": disk_of(engine),
    }
