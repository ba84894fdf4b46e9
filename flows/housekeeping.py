"""Tidying at night: what the installation has decided to keep no longer goes, a little at a time.

Each batch is a transaction of its own, so that the sender never waits long, and a tidying that
is killed goes on where it was. Source: docs/decisions/0016-keeping.md, docs/privacy.md.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, Engine, Select

from flows.sending.sent_journal import JOURNAL, cannot_remove, drop_before
from flows.settings import Settings
from models.access_log import old_accesses, purge_accesses
from models.database import reading, writing
from models.refusals import COUNTED_DAYS
from models.retention import (
    count_old,
    empty_addresses,
    empty_mails,
    forget_cases,
    forgettable_cases,
    old_actions,
    old_addresses,
    old_alarms,
    old_attempts,
    old_bounces,
    old_counts,
    old_mails,
    old_mutes,
    old_quarantine,
    old_refusals,
    old_rejects,
    old_runs,
    old_weeks,
    remove,
)
from models.runs import raise_alarm
from rules.dates import add_months, day_of, shift_days, start_of

log = logging.getLogger(__name__)

AT_A_TIME = 500

Removal = Callable[[Connection, int], int]


class Chore(NamedTuple):
    """One kind of thing that goes: its name, what asks for it, and what removes some of it."""

    name: str
    old: Select[tuple[object, ...]]
    some: Removal


def keep_house(
    engine: Engine, settings: Settings, now: datetime, stopping: Callable[[], bool]
) -> Counter[str]:
    """Remove what is kept no longer, and return how much of each; safe to run again.

    `stopping` is asked between batches.
    """
    counts: Counter[str] = Counter()
    for chore in _chores(settings, now):
        while not stopping():
            with writing(engine) as connection:
                done = chore.some(connection, AT_A_TIME)
            counts[chore.name] += done
            if done < AT_A_TIME:
                break
    counts["journal days removed"] += _shorten_journal(engine, settings, now)
    return +counts


def _shorten_journal(engine: Engine, settings: Settings, now: datetime) -> int:
    """Remove the journal's old days. That they cannot be removed is told, and stops nothing."""
    if settings.journal is None:
        return 0
    try:
        return drop_before(settings.journal, day_of(now), settings.keep_journal_days)
    except OSError as error:
        told = cannot_remove(settings.journal, error)
    with writing(engine) as connection:
        if raise_alarm(connection, JOURNAL, "", now, told.en, told.da):
            log.warning("%s", told.en)
    return 0


def what_would_go(engine: Engine, settings: Settings, now: datetime) -> Counter[str]:
    """Return how much of each would be removed now; nothing is."""
    with reading(engine) as connection:
        counted = {chore.name: count_old(connection, chore.old) for chore in _chores(settings, now)}
    return +Counter(counted)


def _chores(settings: Settings, now: datetime) -> Iterator[Chore]:
    today = day_of(now)
    mails = start_of(shift_days(today, -settings.keep_mails_days))
    attempts = _months_ago(today, settings.keep_attempts_months)
    runs = _months_ago(today, settings.keep_runs_months)
    looks = _months_ago(today, settings.keep_access_log_months)
    # not before a refusal has ceased to count
    refused = min(mails, start_of(shift_days(today, -COUNTED_DAYS)))
    yield Chore("mails emptied", old_mails(mails), partial(_empty, mails))
    yield Chore("addresses removed", old_addresses(refused), partial(_forget_address, refused))
    for name, old in (
        ("attempts removed", old_attempts(attempts)),
        ("runs removed", old_runs(runs)),
        ("alarms removed", old_alarms(runs)),
        ("replaced mails removed", old_quarantine(runs)),
        ("refused rows removed", old_rejects(runs)),
        ("refused extracts removed", old_refusals(runs)),
        ("reports of bounces removed", old_bounces(runs)),
        ("actions by hand removed", old_actions(runs)),
        ("mutes removed", old_mutes(runs)),
        ("daily counts removed", old_counts(day_of(runs))),
        ("weeks of figures removed", old_weeks(day_of(runs))),
    ):
        yield Chore(name, old, partial(_remove, old))
    yield Chore("looks removed", old_accesses(looks), partial(_purge, looks, now))
    if settings.keep_closed_cases_years is not None:
        ended = add_months(today, -12 * settings.keep_closed_cases_years)
        yield Chore("cases forgotten", forgettable_cases(ended), partial(_forget, ended, today))


def _months_ago(today: date, months: int) -> datetime:
    return start_of(add_months(today, -months))


def _empty(before: datetime, connection: Connection, most: int) -> int:
    return empty_mails(connection, before, most)


def _forget_address(before: datetime, connection: Connection, most: int) -> int:
    return empty_addresses(connection, before, most)


def _remove(old: Select[tuple[object, ...]], connection: Connection, most: int) -> int:
    return remove(connection, old, most)


def _purge(before: datetime, now: datetime, connection: Connection, most: int) -> int:
    return purge_accesses(connection, before, now, most)


def _forget(ended: date, today: date, connection: Connection, most: int) -> int:
    return forget_cases(connection, ended, today, most)
