"""What waits for somebody who is not to be told of it any more: away since, back, or moved on.

Who is told is decided when a step is reached. On a Saturday that may be somebody whose holiday
begins on the Monday, when the mail leaves; and nothing has happened in the case in between.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import Connection

from flows.owing.recipients import recipients
from flows.owing.remind import ABOUT_DEADLINES
from models.case_holders import of_cases
from models.mutes import look_anew
from models.outbox import Intent, waiting_intents
from models.people import Staff
from rules.dates import day_of


def look_where_recipients_moved(connection: Connection, staff: Staff, now: datetime) -> int:
    """Have the cases looked at anew of which something waits for somebody else than today's.

    What took the place of a mail that was refused stays where it is.
    Returns: how many cases.
    """
    waiting = [one for one in waiting_intents(connection, ABOUT_DEADLINES) if not one.stands_in]
    refs = {one.case_ref for one in waiting}
    caseworkers = of_cases(connection, refs, "caseworker")
    teams = of_cases(connection, refs, "team")

    @cache
    def told(role: str, caseworker: str, team: str) -> frozenset[str]:
        found = recipients(role, caseworker, team, staff, day_of(now))
        return frozenset(recipient.person for recipient in found)

    def has_moved(one: Intent) -> bool:
        whose = caseworkers[one.case_ref], teams[one.case_ref]
        return one.recipient not in told(one.role, *whose)

    moved = {one.case_ref for one in waiting if one.case_ref in caseworkers and has_moved(one)}
    look_anew(connection, sorted(moved), now)
    return len(moved)
