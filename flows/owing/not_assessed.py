"""Cases that could not be assessed are told of: a broken case is never an unwatched one."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, literal_column, select

from flows.owing.intent_changes import compare, write
from flows.owing.recipients import CASEWORKER_ROLE, recipients
from flows.owing.remind import NOT_ASSESSED
from models.case_tables import CaseRow
from models.deadline_tables import CaseErrorRow
from models.outbox import MORNING, PLANNED, Intent, intents_to_compare_of_kind
from models.people import LEADER_ROLE, Staff
from rules.dates import day_of

REJECTED = "rejected"
"""The error of a case whose latest row in the extract could not be read."""


class Trouble(NamedTuple):
    """One reason why a case, or one rule in it, could not be assessed, and since when."""

    case_ref: str
    caseworker: str
    team: str
    rule: str
    error: str
    reason: str
    since_on: date

    @property
    def key(self) -> str:
        """What the outbox knows it by."""
        return f"{self.case_ref}||{self.rule}|{self.error}"


def plan_not_assessed(connection: Connection, staff: Staff, now: datetime) -> Counter[str]:
    """Owe caseworker and leader one word about each case that could not be assessed.

    What can be assessed again is cancelled, if it has not been told.
    Returns: how many were planned and cancelled.
    """
    recorded: defaultdict[str, list[Intent]] = defaultdict(list)
    found = troubles(connection)
    keys = {trouble.key for trouble in found}
    for intent in intents_to_compare_of_kind(connection, NOT_ASSESSED, keys):
        recorded[intent.deadline_key].append(intent)
    changes = [
        compare(
            list(_owed(trouble, staff, now)),
            recorded.pop(trouble.key, []),
            trouble.since_on.isoformat(),
        )
        for trouble in found
    ]
    changes += [compare((), gone, None) for gone in recorded.values()]
    return write(connection, changes, now)


def troubles(connection: Connection) -> list[Trouble]:
    """Return every open case that could not be assessed, in case order."""
    case = CaseRow.__table__  # type: ignore[attr-defined]
    error = CaseErrorRow.__table__  # type: ignore[attr-defined]
    whose = (case.c.case_ref, case.c.caseworker, case.c.team)
    failed = connection.execute(
        select(*whose, error.c.rule, error.c.error, error.c.reason, error.c.since_at).join_from(
            case, error, error.c.case_ref == case.c.case_ref
        )
    )
    # written out, not bound: a partial index serves only a question that surely is within it
    unread = connection.execute(
        select(*whose, case.c.known_at).where(case.c.rejected != literal_column("''"))
    )
    return sorted(
        [
            Trouble(ref, caseworker, team, rule, name, reason, day_of(since_at))
            for ref, caseworker, team, rule, name, reason, since_at in failed
        ]
        # what the extract said stays in the database: its words may hold what no mail may
        + [
            Trouble(ref, caseworker, team, "", REJECTED, "", day_of(known_at))
            for ref, caseworker, team, known_at in unread
        ]
    )


def _owed(trouble: Trouble, staff: Staff, now: datetime) -> Iterator[Intent]:
    for role in (CASEWORKER_ROLE, LEADER_ROLE):
        for recipient in recipients(role, trouble.caseworker, trouble.team, staff, day_of(now)):
            yield Intent(
                deadline_key=trouble.key,
                case_ref=trouble.case_ref,
                about="case",
                ref="",
                rule=trouble.rule,
                due_text=trouble.since_on.isoformat(),
                step=f"not assessed: {trouble.error}",
                occurrence=0,
                recipient=recipient.person,
                role=role,
                owed_to=recipient.owed_to,
                reason=recipient.reason,
                kind=NOT_ASSESSED,
                leaves=MORNING,
                title="",
                source="",
                binding="",
                because=trouble.reason,
                link=secrets.token_hex(16),
                owed_on=day_of(now),
                send_from_at=now,
                created_at=now,
                late=False,
                state=PLANNED,
                state_reason="",
                state_at=now,
            )
