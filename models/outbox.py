"""What is owed to whom: recording it once, settling it once, and asking what is still owed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.outbox_tables import AttemptRow, IntentRow, MessageIntentRow, MessageRow
from models.plain_rows import insert_rows, raw, row_reader

INTENT: Table = IntentRow.__table__  # type: ignore[attr-defined]
MESSAGE: Table = MessageRow.__table__  # type: ignore[attr-defined]
CARRIES: Table = MessageIntentRow.__table__  # type: ignore[attr-defined]
ATTEMPT: Table = AttemptRow.__table__  # type: ignore[attr-defined]

FALLBACK = "fallback"
"""The recipient who is nobody in particular: the fallback mailbox."""

PLANNED, SENT = "planned", "sent"
SUPERSEDED, CANCELLED, UNDELIVERABLE = "superseded", "cancelled", "undeliverable"
DIGEST_OWED = "digest"
"""The kind of the debt that a weekly digest itself is."""

REFUSED = "refused"
"""The end of a `reason` when another mailbox did not take what is now owed to this one."""

MORNING, INSTANT, ACUTE, DIGEST = "morning", "instant", "acute", "digest"

AT_A_TIME = 400
"""How many keys one question names; SQLite takes 32,766 parameters, and plans stay small."""

BUILDING = 4_711_001
"""The advisory lock under which mails are planned and built on PostgreSQL."""


class Intent(NamedTuple):
    """One thing one person must be told; the fields are those of models.outbox_tables.IntentRow.

    `on_its_way` is true when a mail that carries it may already be with the mail server, so that
    it can no longer be called back. It is read, never written.
    """

    deadline_key: str
    case_ref: str
    about: str
    ref: str
    rule: str
    due_text: str
    step: str
    occurrence: int
    recipient: str
    role: str
    owed_to: str
    reason: str
    kind: str
    leaves: str
    title: str
    source: str
    binding: str
    because: str
    link: str
    owed_on: date
    send_from_at: datetime
    created_at: datetime
    late: bool
    state: str
    state_reason: str
    state_at: datetime
    worth_until_at: datetime | None = None
    met_once_at: datetime | None = None
    id: int = 0
    on_its_way: bool = False

    @property
    def stands_in(self) -> bool:
        """Say whether it takes the place of a mail that another mailbox did not take."""
        return self.reason.endswith(REFUSED)

    @property
    def key(self) -> tuple[str, str, str, int, str]:
        """What it is about and for whom: the same debt is never recorded twice."""
        return self.deadline_key, self.due_text, self.step, self.occurrence, self.recipient


WRITTEN = Intent._fields[:-2]
"""The columns of an intent that are written: all but its number, and what is not kept."""

_COLUMNS = [INTENT.c[name] for name in Intent._fields[:-1]]
_meant = row_reader(_COLUMNS)

LASTING = frozenset({"deadline_key", "due_text", "step", "occurrence", "recipient", "link"})
"""What a row keeps when its debt arises again."""


def lock_building(connection: Connection) -> None:
    """Wait until no other process plans or builds mails; the lock ends with the transaction.

    On SQLite every writing transaction already has the database to itself.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(BUILDING)))


def add_intents(connection: Connection, intents: Sequence[Intent]) -> Counter[str]:
    """Record what is owed and count what was new by state; a key that is there stays as it is."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(INTENT).on_conflict_do_nothing()
    columns = [INTENT.c[name] for name in WRITTEN]
    # by state, so that the driver counts: asking each row for its state takes twice as long
    by_state: defaultdict[str, list[Sequence[Any]]] = defaultdict(list)
    for intent in intents:
        by_state[intent.state].append(intent[: len(WRITTEN)])
    counts: Counter[str] = Counter()
    for state, rows in by_state.items():
        counts[state] += insert_rows(connection, statement, columns, rows)
    return counts


def insert_unless_there(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]], returning: Any
) -> list[Any]:
    """Insert the rows whose unique key is not there yet and return a column of those inserted."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing().returning(returning)
    return list(connection.execute(statement, rows).scalars())


def intents_to_compare(
    connection: Connection, case_refs: Iterable[str], deadline_keys: Iterable[str]
) -> list[Intent]:
    """Return every planned intent of these cases, and every settled one of these deadlines."""
    found: list[Intent] = []
    for refs in _parts(case_refs):
        found += _read(connection, INTENT.c.state == PLANNED, INTENT.c.case_ref.in_(refs))
    return found + intents_of(connection, deadline_keys, INTENT.c.state != PLANNED)


def intents_of(
    connection: Connection, deadline_keys: Iterable[str], *conditions: ColumnElement[bool]
) -> list[Intent]:
    """Return every intent of these deadlines for which the conditions hold, settled ones too."""
    found: list[Intent] = []
    for keys in _parts(deadline_keys):
        found += _read(connection, INTENT.c.deadline_key.in_(keys), *conditions)
    return found


def intents_of_kind(connection: Connection, kind: str) -> list[Intent]:
    """Return every intent of a kind, settled ones too. It costs what the whole history costs."""
    return _read(connection, INTENT.c.kind == kind)


def intents_to_compare_of_kind(
    connection: Connection, kind: str, deadline_keys: Iterable[str]
) -> list[Intent]:
    """Return every planned intent of a kind, and every settled one of these deadlines."""
    planned = _read(connection, INTENT.c.state == PLANNED, INTENT.c.kind == kind)
    return planned + intents_of(connection, deadline_keys, INTENT.c.state != PLANNED)


def waiting_intents(connection: Connection, kinds: Sequence[str]) -> list[Intent]:
    """Return what of these kinds is still to be sent and not held back, oldest first."""
    planned = (INTENT.c.state == PLANNED, INTENT.c.met_once_at.is_(None))
    return _read(connection, *planned, INTENT.c.kind.in_(kinds))


def recipients_waiting(
    connection: Connection, leaves: Sequence[str], now: datetime, since: datetime | None = None
) -> dict[str, int]:
    """Return who is owed something by now that is in no mail yet, and how much.

    With `since` only what has been recorded since then.
    """
    waiting = _unmailed(leaves, now)
    if since is not None:
        waiting = (*waiting, INTENT.c.created_at > since)
    asked = select(INTENT.c.recipient, func.count()).where(*waiting).group_by(INTENT.c.recipient)
    return dict(connection.execute(asked.order_by(INTENT.c.recipient)).all())


def planned_intents(
    connection: Connection, leaves: Sequence[str], recipients: Sequence[str], now: datetime
) -> list[Intent]:
    """Return what is owed to these recipients by now and in no mail yet, oldest first."""
    return _read(connection, *_unmailed(leaves, now), INTENT.c.recipient.in_(recipients))


def first_told_at(connection: Connection, deadline_keys: Sequence[str]) -> dict[str, datetime]:
    """Return when something was first owed about each of these deadlines."""
    found: dict[str, datetime] = {}
    for keys in _parts(deadline_keys):
        rows = connection.execute(
            select(INTENT.c.deadline_key, func.min(INTENT.c.created_at))
            .where(INTENT.c.deadline_key.in_(keys))
            .group_by(INTENT.c.deadline_key)
        )
        found |= dict(rows.all())
    return found


def waiting_for_digest(connection: Connection) -> list[Intent]:
    """Return what waits for a weekly digest and is in no mail yet, oldest first."""
    return _read(connection, *_unmailed((DIGEST,), None))


def intents_in(connection: Connection, message_uuid: str) -> list[Intent]:
    """Return what a mail carries, whether or not it is still owed."""
    carried = select(CARRIES.c.intent_id).where(CARRIES.c.message_uuid == message_uuid)
    return _read(connection, INTENT.c.id.in_(carried))


def undeliverable_since(connection: Connection, since: datetime) -> list[Intent]:
    """Return what could not be delivered since then, oldest first."""
    return _read(connection, INTENT.c.state == UNDELIVERABLE, INTENT.c.state_at >= since)


def in_full_mailboxes(connection: Connection, full_before: datetime) -> list[Intent]:
    """Return what waits for a mailbox that was full before then and still is, oldest first."""
    waiting = (
        select(CARRIES.c.intent_id)
        .join(MESSAGE, MESSAGE.c.uuid == CARRIES.c.message_uuid)
        .where(CARRIES.c.live, MESSAGE.c.state == "pending", MESSAGE.c.full_since_at <= full_before)
    )
    return _read(connection, INTENT.c.state == PLANNED, INTENT.c.id.in_(waiting))


def settle_intents(
    connection: Connection, ids: Sequence[int], state: str, reason: str, now: datetime
) -> int:
    """Move planned intents to their final state; what is settled stays. Return how many moved."""
    moved = 0
    for part in _parts(ids):
        moved += connection.execute(
            update(INTENT)
            .where(INTENT.c.id.in_(part), INTENT.c.state == PLANNED)
            .values(state=state, state_reason=reason, state_at=now)
        ).rowcount
    return moved


def revive_intents(connection: Connection, intents: Sequence[Intent]) -> int:
    """Owe again what was cancelled and never told, as the given intents now say it.

    `id` names the cancelled row. Return how many there were.
    """
    if not intents:
        return 0
    renewed = [name for name in WRITTEN if name not in LASTING]
    statement = (
        update(INTENT)
        .where(INTENT.c.id == bindparam("row_id"), INTENT.c.state == CANCELLED)
        .values({name: bindparam(f"new_{name}") for name in renewed})
    )
    _take_out_of_mails_that_are_over(connection, [intent.id for intent in intents])
    connection.execute(
        statement,
        [
            {"row_id": intent.id} | {f"new_{name}": getattr(intent, name) for name in renewed}
            for intent in intents
        ],
    )
    return len(intents)


def _take_out_of_mails_that_are_over(connection: Connection, ids: Sequence[int]) -> None:
    """A mail that failed or is held tells nothing more: what is owed again needs another one."""
    over = MESSAGE.c.state.in_(("hold", "failed", "bounced"))
    for part in _parts(ids):
        carried = (CARRIES.c.intent_id.in_(part), CARRIES.c.live)
        mails = select(MESSAGE.c.uuid).where(over, MESSAGE.c.uuid == CARRIES.c.message_uuid)
        connection.execute(update(CARRIES).where(*carried, mails.exists()).values(live=False))


def leave_in_the_morning(connection: Connection, ids: Sequence[int]) -> None:
    """Let the morning mail carry what no digest will."""
    for part in _parts(ids):
        connection.execute(update(INTENT).where(INTENT.c.id.in_(part)).values(leaves=MORNING))


def count_by_state(connection: Connection) -> dict[str, int]:
    """Return how many intents are in each state."""
    rows = connection.execute(select(INTENT.c.state, func.count()).group_by(INTENT.c.state))
    return dict(rows.all())


def _unmailed(leaves: Sequence[str], now: datetime | None) -> tuple[Any, ...]:
    in_a_mail = select(CARRIES.c.intent_id).where(
        CARRIES.c.intent_id == INTENT.c.id, CARRIES.c.live
    )
    planned = (INTENT.c.state == PLANNED, INTENT.c.met_once_at.is_(None))
    owed = (*planned, INTENT.c.leaves.in_(leaves), ~in_a_mail.exists())
    return owed if now is None else (*owed, INTENT.c.send_from_at <= now)


def _read(connection: Connection, *conditions: Any) -> list[Intent]:
    # a mail that is claimed, or whose answer was lost once, may be with the server already
    on_its_way = (
        select(CARRIES.c.intent_id)
        .join(MESSAGE, MESSAGE.c.uuid == CARRIES.c.message_uuid)
        .where(
            CARRIES.c.intent_id == INTENT.c.id,
            CARRIES.c.live,
            or_(MESSAGE.c.state.in_(("claimed", "in_data", "hold")), MESSAGE.c.uncertain > 0),
        )
        .exists()
    )
    columns = select(*map(raw, _COLUMNS), on_its_way)
    rows = connection.execute(columns.where(*conditions).order_by(INTENT.c.id))
    return [Intent._make((*_meant(row[:-1]), row[-1])) for row in rows.all()]


def _parts(things: Iterable[Any]) -> Iterator[list[Any]]:
    all_things = list(things)
    for start in range(0, len(all_things), AT_A_TIME):
        yield all_things[start : start + AT_A_TIME]
