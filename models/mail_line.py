"""The way to the mail server, as every process and every restart must respect it.

While it is down, mails wait and one at a time tries; whoever is to try takes the turn by a
conditional update, so that of several processes one does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Table, delete, func, select, update

from models.outbox import ATTEMPT, insert_unless_there
from models.outbox_tables import MailLineRow

MAIL_LINE: Table = MailLineRow.__table__  # type: ignore[attr-defined]

TAKING_TURNS = 4_711_003
"""The advisory lock under which senders take turns on PostgreSQL, where a rate is to be held."""


class Line(NamedTuple):
    """How the line to a server stands; the fields are those of the table.

    `mails_a_minute` None: nobody has asked us to be slower than the setting.
    """

    name: str
    down_since_at: datetime | None = None
    rests_until_at: datetime | None = None
    failures: int = 0
    verdict: str = ""
    phase: str = ""
    code: int | None = None
    said: str = ""
    mails_a_minute: float | None = None
    slowed_at: datetime | None = None


def read_line(connection: Connection, name: str) -> Line:
    """Return how the line to a server stands."""
    return _line(connection, name, _asked(name))


def line_to_change(connection: Connection, name: str) -> Line:
    """Return the same, and keep others from changing it until the transaction ends."""
    return _line(connection, name, _asked(name).with_for_update())  # SQLite: one writer anyway


def _asked(name: str) -> Select[Any]:
    return select(*(MAIL_LINE.c[field] for field in Line._fields)).where(MAIL_LINE.c.name == name)


def _line(connection: Connection, name: str, asked: Select[Any]) -> Line:
    row = connection.execute(asked).one_or_none()
    return Line(*row) if row is not None else Line(name)


def all_lines(connection: Connection) -> list[Line]:
    """Return every line that is not as it should be, by name."""
    columns = [MAIL_LINE.c[field] for field in Line._fields]
    rows = connection.execute(select(*columns).order_by(MAIL_LINE.c.name))
    return [Line(*row) for row in rows]


def write_line(connection: Connection, line: Line) -> None:
    """Record how a line stands; the row of one that is as it should be goes away."""
    if line == Line(line.name):
        connection.execute(delete(MAIL_LINE).where(MAIL_LINE.c.name == line.name))
        return
    row = line._asdict()
    if not insert_unless_there(connection, MAIL_LINE, [row], MAIL_LINE.c.name):
        connection.execute(update(MAIL_LINE).where(MAIL_LINE.c.name == line.name).values(row))


def take_turn(connection: Connection, line: Line, until: datetime) -> bool:
    """Take the turn to try a line that is down, and say whether it is ours.

    Whoever takes it and dies keeps it until then.
    """
    unchanged = MAIL_LINE.c.rests_until_at == line.rests_until_at
    if line.rests_until_at is None:
        unchanged = MAIL_LINE.c.rests_until_at.is_(None)
    taken = update(MAIL_LINE).where(MAIL_LINE.c.name == line.name, unchanged)
    return connection.execute(taken.values(rests_until_at=until)).rowcount == 1


def last_try_at(connection: Connection) -> datetime | None:
    """Return when the last try of any mail began; until the transaction ends nobody else begins one
    who asks this first.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(TAKING_TURNS)))
    newest = select(ATTEMPT.c.started_at).order_by(ATTEMPT.c.id.desc()).limit(1)
    return connection.execute(newest).scalar()


def others_were_taken(connection: Connection, uuid: str, outcome: str) -> bool:
    """Say whether other mails have come to such an ending since this one was first tried."""
    first = select(func.min(ATTEMPT.c.started_at)).where(ATTEMPT.c.message_uuid == uuid)
    since = (ATTEMPT.c.outcome == outcome, ATTEMPT.c.ended_at > first.scalar_subquery())
    asked = select(ATTEMPT.c.id).where(*since, ATTEMPT.c.message_uuid != uuid)
    return connection.execute(asked.limit(1)).first() is not None


def count_outcomes(connection: Connection, outcome: str, since: datetime) -> int:
    """Return how many different mails a kind of ending has come to since then."""
    lately = (ATTEMPT.c.outcome == outcome, ATTEMPT.c.ended_at > since)
    different = select(func.count(ATTEMPT.c.message_uuid.distinct())).where(*lately)
    return connection.execute(different).scalar_one()
