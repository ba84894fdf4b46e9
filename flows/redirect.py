"""What one mailbox did not take goes to the next in the chain, in the same run."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from flows.mail_lines import of_cases
from flows.recipients import stand_in
from models.deadline_tables import OpsEventRow
from models.outbox import (
    ACUTE,
    FALLBACK,
    INSTANT,
    PLANNED,
    SENT,
    UNDELIVERABLE,
    Intent,
    add_intents,
    in_full_mailboxes,
    insert_unless_there,
    intents_to_compare,
    undeliverable_since,
)
from models.people import Staff
from rules.dates import day_of, minutes_after

LOOK_BACK_MINUTES = 7 * 24 * 60
"""Older ones have had their stand-in, or have been in two weekly digests."""

FULL_MINUTES = 4 * 60

NOBODY_LEFT = "undeliverable to everybody"

Debt = tuple[str, str, str, int, str, str]


def redirect_undeliverable(connection: Connection, staff: Staff, now: datetime) -> Counter[str]:
    """Owe to the next in the chain what could not be delivered, and nothing twice.

    A mailbox that has been full for four hours is as good as one that refuses, but for this: it
    is tried for the rest of a day all the same.
    When not even the fallback mailbox takes it, the operator is told; the team leader's digest
    shows every one of them in any case.
    Returns: how many were planned for someone else.
    """
    lost = undeliverable_since(connection, minutes_after(now, -LOOK_BACK_MINUTES))
    stuck = in_full_mailboxes(connection, minutes_after(now, -FULL_MINUTES))
    if not (lost or stuck):
        return Counter()
    lost += [replace(one, state=UNDELIVERABLE) for one in stuck]
    stuck_ids = {one.id for one in stuck}
    of_debt: defaultdict[Debt, list[Intent]] = defaultdict(list)
    by_key: dict[tuple[object, ...], Intent] = {}
    for found in intents_to_compare(connection, (), {one.deadline_key for one in lost}):
        intent = replace(found, state=UNDELIVERABLE) if found.id in stuck_ids else found
        of_debt[_debt(intent)].append(intent)
        by_key[intent.key] = intent
    teams = of_cases(connection, [one.case_ref for one in lost], "team")
    debts = {_debt(one): one for one in lost}
    planned = []
    for debt, intent in debts.items():
        following = _next(intent, of_debt[debt], by_key, staff, teams, now)
        if following is not None:
            planned.append(following)
        elif not _is_told(of_debt[debt]) and _is_lost(intent, by_key):
            _tell_operator(connection, intent, now)
    return add_intents(connection, planned)


def _next(
    intent: Intent,
    same_debt: Sequence[Intent],
    by_key: Mapping[tuple[object, ...], Intent],
    staff: Staff,
    teams: Mapping[str, str],
    now: datetime,
) -> Intent | None:
    """The debt as owed to the next in the chain; None when it is told, or nobody is left."""
    if _is_told(same_debt):
        return None
    refused = {one.recipient for one in same_debt if one.state == UNDELIVERABLE}
    while FALLBACK not in refused:
        found = stand_in(
            intent.owed_to,
            teams.get(intent.case_ref, ""),
            staff,
            day_of(now),
            refused=frozenset(refused),
        )
        moved = _moved(intent, found.person, found.route, now)
        there = by_key.get(moved.key)
        if there is None:
            return moved
        if there.state in {PLANNED, SENT}:
            return None  # the next one is told of the same thing in a role of their own
        refused.add(found.person)
    return None


def _moved(intent: Intent, person: str, route: str, now: datetime) -> Intent:
    return replace(
        intent,
        id=0,
        recipient=person,
        reason=f"{route} refused",
        leaves=ACUTE if intent.leaves == ACUTE else INSTANT,
        link=secrets.token_hex(16),
        send_from_at=now,
        created_at=now,
        state=PLANNED,
        state_reason="",
        state_at=now,
    )


def _is_told(same_debt: Sequence[Intent]) -> bool:
    return any(one.state in {PLANNED, SENT} for one in same_debt)


def _is_lost(intent: Intent, by_key: Mapping[tuple[object, ...], Intent]) -> bool:
    at_fallback = by_key.get((*intent.key[:-1], FALLBACK))
    return at_fallback is not None and at_fallback.state == UNDELIVERABLE


def _debt(intent: Intent) -> Debt:
    return (*intent.key[:-1], intent.role, intent.owed_to)


def _tell_operator(connection: Connection, intent: Intent, now: datetime) -> None:
    row = {
        "kind": NOBODY_LEFT,
        "subject": intent.case_ref,
        "epoch": 0,
        "at": now,
        "message": "a reminder could not be delivered to anybody, not even the fallback mailbox",
    }
    table = OpsEventRow.__table__  # type: ignore[attr-defined]
    insert_unless_there(connection, table, [row], table.c.id)
