"""A deadline that extracts call met, and then not: nobody is cut off, and one word to the leader.

What is planned about a deadline that an extract calls met for the first time is held back, and
cancelled when another extract has not said otherwise. Steps that were told are not told again,
so that mails stay bounded however often it changes.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection

from flows.owing.recipients import recipients
from flows.owing.remind import FLAPPING
from models.case_holders import of_cases
from models.flaps import reopenings
from models.outbox import MORNING, PLANNED, Intent, add_intents, intents_to_compare_of_kind
from models.people import LEADER_ROLE, Staff
from rules.book import Book
from rules.dates import day_of, minutes_after

MOST_REOPENINGS = 3
WEEK_MINUTES = 7 * 24 * 60


def plan_flapping(connection: Connection, staff: Staff, book: Book, now: datetime) -> Counter[str]:
    """Owe the leader one word about each deadline that was opened again too often in a week.

    Its reminders go on. The same deadline is told of again a week later at the earliest.
    Returns: how many were planned.
    """
    since = minutes_after(now, -WEEK_MINUTES)
    often = [
        key for key, number in reopenings(connection, since).items() if number > MOST_REOPENINGS
    ]
    if not often:
        return Counter()
    told: dict[str, list[Intent]] = {}
    for intent in intents_to_compare_of_kind(connection, FLAPPING, map(_own_key, often)):
        told.setdefault(intent.deadline_key, []).append(intent)
    cases = {key.split("|")[0] for key in often}
    caseworkers = of_cases(connection, cases, "caseworker")
    teams = of_cases(connection, cases, "team")
    owed: list[Intent] = []
    for key in often:
        before = told.get(_own_key(key), [])
        if not any(intent.created_at > since for intent in before):
            owed += _owed(key, len(before) + 1, caseworkers, teams, staff, book, now)
    return add_intents(connection, owed)


def _own_key(deadline_key: str) -> str:
    return f"{FLAPPING}|{deadline_key}"


def _owed(
    key: str,
    occurrence: int,
    caseworkers: Mapping[str, str],
    teams: Mapping[str, str],
    staff: Staff,
    book: Book,
    now: datetime,
) -> Iterator[Intent]:
    case_ref, ref, rule, *_ = key.split("|")
    whose = (caseworkers.get(case_ref, ""), teams.get(case_ref, ""))
    title = book.rules[rule].terms.title if rule in book.rules else rule
    for recipient in recipients(LEADER_ROLE, *whose, staff, day_of(now)):
        yield Intent(
            deadline_key=_own_key(key),
            case_ref=case_ref,
            about="case",
            ref=ref,
            rule=rule,
            due_text="",
            step="opened again and again",
            occurrence=occurrence,
            recipient=recipient.person,
            role=LEADER_ROLE,
            owed_to=recipient.owed_to,
            reason=recipient.reason,
            kind=FLAPPING,
            leaves=MORNING,
            title=title,
            source="",
            binding="",
            because="",
            link=secrets.token_hex(16),
            owed_on=day_of(now),
            send_from_at=now,
            created_at=now,
            late=False,
            state=PLANNED,
            state_reason="",
            state_at=now,
        )
