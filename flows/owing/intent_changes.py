"""The difference between what is owed and what is recorded of it, and writing it down."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from flows.owing.muting import MUTED
from models.outbox import (
    CANCELLED,
    PLANNED,
    SENT,
    SUPERSEDED,
    Intent,
    add_intents,
    revive_intents,
    settle_intents,
)
from models.outbox_by_hand import BY_HAND


class Change(NamedTuple):
    """The difference between what is owed and what is recorded."""

    new: tuple[Intent, ...]
    revived: tuple[Intent, ...]
    settled: Mapping[tuple[str, str], Sequence[int]]
    """(state, reason) -> the planned intents that end so."""


def compare(wanted: Sequence[Intent], recorded: Sequence[Intent], due: str | None) -> Change:
    """Return the difference between what is owed about a deadline and what is recorded of it.

    `due` is its due moment as in keys; None when it is no longer open.
    """
    by_key = {intent.key: intent for intent in recorded}
    new, revived, kept = [], [], set()
    settled: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for intent in wanted:
        there = by_key.get(intent.key) or _already_told(intent, recorded)
        if there is None:
            new.append(intent)
        elif there.state_reason == BY_HAND:
            continue  # a person has decided that this step is not told; the next one is
        elif there.state == CANCELLED and intent.state == PLANNED:
            late = intent.late and there.state_reason != MUTED
            revived.append(intent._replace(id=there.id, link=there.link, late=late))
        elif there.state == PLANNED and intent.state == PLANNED:
            kept.add(there.id)
        elif there.state == PLANNED and intent.state == CANCELLED and not there.on_its_way:
            settled[CANCELLED, intent.state_reason].append(there.id)
            kept.add(there.id)
    owed_to_role = {intent.role: intent for intent in wanted if intent.state == PLANNED}
    for intent in recorded:
        if intent.state == PLANNED and intent.id not in kept and not intent.on_its_way:
            end = _end_of(intent, due, owed_to_role.get(intent.role))
            if end is not None:
                settled[end].append(intent.id)
    return Change(tuple(new), tuple(revived), settled)


def write(connection: Connection, changes: Iterable[Change], now: datetime) -> Counter[str]:
    """Write the differences and return how many intents came to each state."""
    counts: Counter[str] = Counter()
    settled: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    new: list[Intent] = []
    revived: list[Intent] = []
    for change in changes:
        new += change.new
        revived += change.revived
        for end, ids in change.settled.items():
            settled[end] += ids
    for (state, reason), ids in settled.items():
        counts[state] += settle_intents(connection, ids, state, reason, now)
    counts[PLANNED] += revive_intents(connection, revived)
    return counts + add_intents(connection, new)


def _already_told(intent: Intent, recorded: Sequence[Intent]) -> Intent | None:
    """The record of the same step told, or on its way, on behalf of the same person.

    While someone is away their substitute is told in their place; coming back does not
    earn the same mail again. A later occurrence says that this one has been passed over. Nor
    does a step that an edited rule has moved to before the last mail: there is no news in it.
    """
    for there in recorded:
        same_due = there.due_text == intent.due_text
        same_holder = (there.role, there.owed_to) == (intent.role, intent.owed_to)
        if not (same_due and same_holder) or there.state == CANCELLED:
            continue
        if there.step != intent.step:
            if there.state == SENT and there.state_at >= intent.send_from_at:
                return there
            continue
        still_free = there.state == PLANNED and not there.on_its_way
        if there.occurrence > intent.occurrence:
            return there
        if there.occurrence == intent.occurrence and (
            not still_free or there.recipient == intent.recipient
        ):
            return there
    return None


def _end_of(intent: Intent, due: str | None, successor: Intent | None) -> tuple[str, str] | None:
    """How a planned intent that is no longer wanted ends; None when it stands all the same."""
    if due is None:
        return CANCELLED, "no longer open"
    if intent.due_text != due:
        return CANCELLED, "due moved"
    if intent.stands_in:
        return None  # for a mail that did not arrive: it ends with the deadline
    same = (intent.step, intent.occurrence)
    if successor is not None and (successor.step, successor.occurrence) != same:
        return SUPERSEDED, successor.step
    return CANCELLED, "recipient changed"
