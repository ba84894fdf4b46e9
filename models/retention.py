"""What may go when its time is over, a batch at a time; what is still needed never does.

What keeps a reminder from being sent twice (the keys of intents and mails) stays as long as the
case does. Source: docs/decisions/0016-keeping.md.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from models.bounce_tables import BOUNCE, DAILY_COUNT, OPEN_INTENT, OPEN_MAIL, OUTBOX_ACTION
from models.case_tables import CASE, IMPORT, IMPORT_REJECT, table_of
from models.deadline_tables import DeadlineLogRow, DeadlineRow
from models.imports import REFUSED
from models.keeping_tables import ACCESS_CASE, PAST_ROUND
from models.mutes import MUTE
from models.outbox import ATTEMPT, CARRIES, INTENT, MESSAGE
from models.outbox_messages import ACCEPTED, FAILED, NEVER_LEFT
from models.outbox_tables import QuarantineRow
from models.runs import OPS_EVENT, RUN
from models.schema import METADATA
from models.trend_weeks import WEEK

DEADLINE = table_of(DeadlineRow)
DEADLINE_LOG = table_of(DeadlineLogRow)
QUARANTINE = table_of(QuarantineRow)

BOUNCED = "bounced"
FINAL = (ACCEPTED, BOUNCED, FAILED, *NEVER_LEFT)
"""What a mail in one of these states is to become has been decided; one on hold may go again."""

NOT_TAKEN = (FAILED, BOUNCED)


def old_mails(before: datetime) -> Select[Any]:
    """Return the question for mails whose bytes and subject nobody needs any more."""
    # a mail that a journal has told of came without its bytes
    says_something = or_(func.length(MESSAGE.c.content) > 0, MESSAGE.c.subject != "")
    return select(MESSAGE.c.uuid).where(_ended(FINAL, before), says_something)


def empty_mails(connection: Connection, before: datetime, most: int) -> int:
    """Remove what some such mails say, and to which address; return how many there were.

    The hash of their bytes stays, and for a while the address that did not take its mail.
    """
    asked = old_mails(before).add_columns(MESSAGE.c.content, MESSAGE.c.content_sha256).limit(most)
    emptied = [
        {"row": uuid, "print": sha256(content).hexdigest() if content else known}
        for uuid, content, known in connection.execute(asked)
    ]
    if emptied:
        stays = [(MESSAGE.c.state == state, MESSAGE.c.address) for state in NOT_TAKEN]
        statement = (
            update(MESSAGE)
            .where(MESSAGE.c.uuid == bindparam("row"))
            .values(content=b"", subject="", address=case(*stays, else_=""))
            .values(content_sha256=bindparam("print"))
        )
        connection.execute(statement, emptied)
    return len(emptied)


def old_addresses(before: datetime) -> Select[Any]:
    """Return the question for mails whose address did not take them, long enough ago.

    Until then the planner counts by it which mailboxes refuse (models.refusals).
    """
    return select(MESSAGE.c.uuid).where(_ended(NOT_TAKEN, before), MESSAGE.c.address != "")


def empty_addresses(connection: Connection, before: datetime, most: int) -> int:
    """Remove the address of some such mails; return how many there were."""
    uuids = list(connection.scalars(old_addresses(before).limit(most)))
    connection.execute(update(MESSAGE).where(MESSAGE.c.uuid.in_(uuids)).values(address=""))
    return len(uuids)


def _ended(states: Sequence[str], before: datetime) -> ColumnElement[bool]:
    return and_(MESSAGE.c.state.in_(states), MESSAGE.c.finished_at < before)


def old_attempts(before: datetime) -> Select[Any]:
    """Return the question for the tries of mails that ended before an instant."""
    ended = select(MESSAGE.c.uuid).where(_ended(FINAL, before))
    return select(ATTEMPT.c.id).where(ATTEMPT.c.message_uuid.in_(ended))


def old_runs(before: datetime) -> Select[Any]:
    """Return the question for runs that ended before an instant."""
    return select(RUN.c.id).where(RUN.c.finished_at < before)


def old_alarms(before: datetime) -> Select[Any]:
    """Return the question for alarms that were over before an instant."""
    return select(OPS_EVENT.c.id).where(OPS_EVENT.c.recovered_at < before)


def old_quarantine(before: datetime) -> Select[Any]:
    """Return the question for mails that were replaced before an instant."""
    return select(QUARANTINE.c.id).where(QUARANTINE.c.at < before)


def old_rejects(before: datetime) -> Select[Any]:
    """Return the question for refused rows of extracts from before an instant."""
    imports = select(IMPORT.c.id).where(IMPORT.c.imported_at < before)
    return select(IMPORT_REJECT.c.id).where(IMPORT_REJECT.c.import_id.in_(imports))


def old_bounces(before: datetime) -> Select[Any]:
    """Return the question for reports from before an instant that wait for nothing any more."""
    return select(BOUNCE.c.id).where(BOUNCE.c.read_at < before, ~BOUNCE.c.waits)


def old_actions(before: datetime) -> Select[Any]:
    """Return the question for what people did to mails by hand before an instant, and why."""
    return select(OUTBOX_ACTION.c.id).where(OUTBOX_ACTION.c.at < before)


def old_mutes(before: datetime) -> Select[Any]:
    """Return the question for mutes that were over before an instant."""
    return select(MUTE.c.id).where(MUTE.c.ended_at < before)


def old_refusals(before: datetime) -> Select[Any]:
    """Return the question for extracts that were refused before an instant."""
    refused = and_(IMPORT.c.state == REFUSED, IMPORT.c.imported_at < before)
    return select(IMPORT.c.id).where(refused)


def old_counts(before: date) -> Select[Any]:
    """Return the question for daily counts from before a day; never the newest.

    Against that one the next is measured.
    """
    newest = select(func.max(DAILY_COUNT.c.day)).scalar_subquery()
    return select(DAILY_COUNT.c.day).where(DAILY_COUNT.c.day < before, DAILY_COUNT.c.day < newest)


def old_weeks(before: date) -> Select[Any]:
    """Return the question for the weeks before a day whose figures are kept for the digests."""
    return select(WEEK.c.week_on).where(WEEK.c.week_on < before).distinct()


def remove(connection: Connection, old: Select[Any], most: int) -> int:
    """Remove some of the rows that a question names by a column; return how many it named."""
    (column,) = old.selected_columns
    assert isinstance(column.table, Table)
    named = list(connection.scalars(old.limit(most)))
    connection.execute(delete(column.table).where(column.in_(named)))
    return len(named)


def count_old(connection: Connection, old: Select[Any]) -> int:
    """Return how many rows a question names."""
    return connection.execute(select(func.count()).select_from(old.subquery())).scalar_one()


def forgettable_cases(ended_before: date) -> Select[Any]:
    """Return the question for cases that ended before a day and that no extract brings any more.

    A case with a mail still on its way, or a debt not settled, is not among them, nor one of which
    something was open at the last daily count: the next is to see how it ended.
    """
    counted = select(OPEN_INTENT.c.intent_id)
    owed = exists(
        select(1).where(
            INTENT.c.case_ref == CASE.c.case_ref,
            or_(INTENT.c.state == "planned", INTENT.c.id.in_(counted)),
        )
    )
    on_its_way = or_(
        MESSAGE.c.state.not_in(FINAL), MESSAGE.c.uuid.in_(select(OPEN_MAIL.c.message_uuid))
    )
    waiting = exists(
        select(1)
        .select_from(CARRIES)
        .join(INTENT, INTENT.c.id == CARRIES.c.intent_id)
        .join(MESSAGE, MESSAGE.c.uuid == CARRIES.c.message_uuid)
        .where(INTENT.c.case_ref == CASE.c.case_ref, on_its_way)
    )
    gone = and_(CASE.c.ended_on < ended_before, CASE.c.missing_since_on.is_not(None))
    return select(CASE.c.case_ref).where(gone, ~owed, ~waiting)


def forget_cases(connection: Connection, ended_before: date, today: date, most: int) -> int:
    """Forget some such cases: only how their rounds ended stays, under a name drawn at random.

    Returns: how many cases there were.
    """
    refs = list(connection.scalars(forgettable_cases(ended_before).limit(most)))
    for ref in refs:
        _keep_rounds(connection, ref, secrets.token_hex(8), today)
        _remove_case(connection, ref)
    return len(refs)


def _keep_rounds(connection: Connection, ref: str, pseudonym: str, today: date) -> None:
    team = connection.execute(select(CASE.c.team).where(CASE.c.case_ref == ref)).scalar_one()
    told = ("rule", "kind", "round", "status", "started_on", "due_on", "done_on")
    rows = connection.execute(
        select(*(DEADLINE.c[name] for name in told))
        .where(DEADLINE.c.case_ref == ref, DEADLINE.c.closed)
        .order_by(DEADLINE.c.rule, DEADLINE.c.ref, DEADLINE.c.interval_on, DEADLINE.c.round)
    )
    kept = [
        {**row, "pseudonym": pseudonym, "number": number, "team": team, "forgotten_on": today}
        for number, row in enumerate(rows.mappings(), start=1)
    ]
    if kept:
        connection.execute(insert(PAST_ROUND), kept)


def _remove_case(connection: Connection, ref: str) -> None:
    about = DEADLINE_LOG.c.deadline_key.startswith(f"{ref}|", autoescape=True)
    connection.execute(delete(DEADLINE_LOG).where(about))
    _remove_mails(connection, ref)
    connection.execute(delete(OPS_EVENT).where(OPS_EVENT.c.subject == ref))
    # every table that names a case, whatever it is about; looks at it have a time of their own
    for table in reversed(METADATA.sorted_tables):
        if "case_ref" in table.c and table is not ACCESS_CASE:
            connection.execute(delete(table).where(table.c.case_ref == ref))


def _remove_mails(connection: Connection, ref: str) -> None:
    """Remove what was told of a case, and the mails that told of nothing else."""
    told = list(connection.scalars(select(INTENT.c.id).where(INTENT.c.case_ref == ref)))
    mails = list(
        connection.scalars(
            select(CARRIES.c.message_uuid).where(CARRIES.c.intent_id.in_(told)).distinct()
        )
    )
    for table in METADATA.sorted_tables:
        if "intent_id" in table.c:
            connection.execute(delete(table).where(table.c.intent_id.in_(told)))
    left = set(
        connection.scalars(select(CARRIES.c.message_uuid).where(CARRIES.c.message_uuid.in_(mails)))
    )
    empty: Sequence[str] = [uuid for uuid in mails if uuid not in left]
    for table in METADATA.sorted_tables:
        if "message_uuid" in table.c:
            connection.execute(delete(table).where(table.c.message_uuid.in_(empty)))
    connection.execute(delete(MESSAGE).where(MESSAGE.c.uuid.in_(empty)))
