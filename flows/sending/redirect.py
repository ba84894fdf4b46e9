"""What one mailbox did not take goes to the next in the chain, in the same run."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from flows.mistakes import UserMistake
from flows.owing.muting import MUTED
from flows.owing.recipients import stand_in
from models.case_holders import of_cases
from models.outbox import (
    ACUTE,
    CANCELLED,
    FALLBACK,
    INSTANT,
    PLANNED,
    SENT,
    UNDELIVERABLE,
    Intent,
    add_intents,
    in_full_mailboxes,
    intents_of,
    revive_intents,
    undeliverable_since,
)
from models.outbox_by_hand import BY_HAND
from models.people import Staff
from models.refusals import LONG_AGO
from models.runs import beat, clear_alarm, last_beat, raise_alarm
from models.undelivered import let_go, moot_among, operator_knows, told_again
from rules.dates import day_of, minutes_after

LOOK_BACK_MINUTES = 7 * 24 * 60
"""Older ones have had their stand-in, or have been in two weekly digests; unless nobody was there
to look: then all since the last look."""

LOOKED = "redirect"
"""The heartbeat of looking for what could not be delivered."""

FULL_MINUTES = 4 * 60

NOBODY_LEFT = "undeliverable to everybody"

Debt = tuple[str, str, str, int, str, str]


def redirect_undeliverable(connection: Connection, staff: Staff, now: datetime) -> Counter[str]:
    """Owe to the next in the chain what could not be delivered, and nothing twice.

    A mailbox that has been full for four hours is as good as one that refuses, but for this: it
    is tried for the rest of a day all the same.
    When not even the fallback mailbox takes it, the operator is told; the team leader's digest
    shows every one of them in any case.
    What is no longer owed, since its deadline was met or moved meanwhile, is told to nobody.
    Returns: how many were planned for someone else.
    """
    _recover(connection, now)
    lost = _lost_since_last_look(connection, now)
    stuck = in_full_mailboxes(connection, minutes_after(now, -FULL_MINUTES))
    if not (lost or stuck):
        return Counter()
    lost += [one._replace(state=UNDELIVERABLE) for one in stuck]
    stuck_ids = {one.id for one in stuck}
    of_debt: defaultdict[Debt, list[Intent]] = defaultdict(list)
    by_key: dict[tuple[object, ...], Intent] = {}
    for found in intents_of(connection, {one.deadline_key for one in lost}):
        intent = found._replace(state=UNDELIVERABLE) if found.id in stuck_ids else found
        of_debt[_debt(intent)].append(intent)
        by_key[intent.key] = intent
    teams = of_cases(connection, [one.case_ref for one in lost], "team")
    untold = [one for one in lost if not _is_told(of_debt[_debt(one)])]
    moot = moot_among(connection, untold)
    let_go(connection, sorted(moot - stuck_ids))
    planned = []
    for intent in {_debt(one): one for one in untold if one.id not in moot}.values():
        following = _next(intent, of_debt[_debt(intent)], by_key, staff, teams, now)
        if following is not None:
            planned.append(following)
        elif _is_lost(intent, by_key):
            _tell_operator(connection, intent, now)
    again = revive_intents(connection, [one for one in planned if one.id])
    return add_intents(connection, [one for one in planned if not one.id]) + Counter(
        {PLANNED: again}
    )


def _lost_since_last_look(connection: Connection, now: datetime) -> list[Intent]:
    last = last_beat(connection, LOOKED) or LONG_AGO
    beat(connection, LOOKED, now)
    return undeliverable_since(connection, min(minutes_after(now, -LOOK_BACK_MINUTES), last))


def _next(
    intent: Intent,
    same_debt: Sequence[Intent],
    by_key: Mapping[tuple[object, ...], Intent],
    staff: Staff,
    teams: Mapping[str, str],
    now: datetime,
) -> Intent | None:
    """A debt nobody was told, as owed to the next in the chain; None when nobody is left.

    It has an `id` when it was owed to them before, and cancelled.
    """
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
        if there.state in {PLANNED, SENT} or there.state_reason in {MUTED, BY_HAND}:
            return None  # the next one is told in a role of their own, or has asked for silence
        if there.state == CANCELLED:
            return moved._replace(id=there.id, link=there.link)
        refused.add(found.person)
    return None


def _moved(intent: Intent, person: str, route: str, now: datetime) -> Intent:
    return intent._replace(
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


def _recover(connection: Connection, now: datetime) -> None:
    """Let the operator know of whom somebody has been told again; the next loss is news then."""
    for case_ref in told_again(connection, NOBODY_LEFT):
        clear_alarm(connection, NOBODY_LEFT, case_ref, now)


def _tell_operator(connection: Connection, intent: Intent, now: datetime) -> None:
    if not operator_knows(connection, NOBODY_LEFT, intent.case_ref, intent.state_at):
        raise_alarm(connection, NOBODY_LEFT, intent.case_ref, now, _NOBODY.en, _NOBODY.da)


_NOBODY = UserMistake(
    da="En påmindelse kunne ikke leveres til nogen, heller ikke til reservepostkassen "
    "(FRISTVAGT_FALLBACK_MAILBOX). Se, hvad det var: fristvagt outbox list --state failed",
    en="A reminder could not be delivered to anybody, not even the fallback mailbox "
    "(FRISTVAGT_FALLBACK_MAILBOX). See what it was: fristvagt outbox list --state failed",
)
