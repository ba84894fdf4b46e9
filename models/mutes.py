"""Who has asked not to be reminded of which case, until when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, insert, select, update

from models.case_tables import CASE, table_of
from models.guard_tables import MuteRow
from models.outbox import AT_A_TIME

MUTE = table_of(MuteRow)


class Mute(NamedTuple):
    """A mute in force, as models.guard_tables.MuteRow tells it; what was given as its cause stays
    in the database.
    """

    case_ref: str
    rule: str
    until_on: date
    covers_all: bool
    muted_by: str

    def covers(self, rule: str) -> bool:
        """Say whether it is about a rule."""
        return self.rule in ("", rule)


COLUMNS = [MUTE.c[name] for name in Mute._fields]


def add_mute(connection: Connection, mute: Mute, why: str, now: datetime) -> None:
    """Record a mute; an earlier one of the same case and rule ends with it."""
    end_mutes(connection, mute.case_ref, mute.rule, mute.muted_by, now)
    row = {**mute._asdict(), "why": why, "muted_at": now, "ended_by": ""}
    connection.execute(insert(MUTE), row)
    look_anew(connection, [mute.case_ref], now)


def end_mutes(
    connection: Connection, case_ref: str, rule: str, ended_by: str, now: datetime
) -> int:
    """End the mute of a case and rule before its day, and return how many there were."""
    ended = _in_force(MUTE.c.case_ref == case_ref, MUTE.c.rule == rule)
    values = {"ended_at": now, "ended_by": ended_by}
    number = connection.execute(update(MUTE).where(*ended).values(values)).rowcount
    if number:
        look_anew(connection, [case_ref], now)
    return number


def end_mutes_that_are_over(connection: Connection, today: date, now: datetime) -> int:
    """End every mute whose last day is past; its case is looked at anew.

    Returns: how many there were.
    """
    over = _in_force(MUTE.c.until_on < today)
    ended = update(MUTE).where(*over).values(ended_at=now).returning(MUTE.c.case_ref)
    refs = list(connection.execute(ended).scalars())
    look_anew(connection, sorted(set(refs)), now)
    return len(refs)


def mutes_by_case(
    connection: Connection, case_refs: Collection[str], on: date
) -> defaultdict[str, list[Mute]]:
    """Return the mutes in force on a day of each of these cases that has any."""
    found: defaultdict[str, list[Mute]] = defaultdict(list)
    for refs in _parts(sorted(set(case_refs))):
        asked = _in_force(MUTE.c.case_ref.in_(refs), MUTE.c.until_on >= on)
        for row in connection.execute(select(*COLUMNS).where(*asked)):
            found[row.case_ref].append(Mute(*row))
    return found


def all_mutes(connection: Connection, on: date) -> list[Mute]:
    """Return every mute in force on a day, in case order."""
    asked = select(*COLUMNS).where(*_in_force(MUTE.c.until_on >= on))
    return [Mute(*row) for row in connection.execute(asked.order_by(MUTE.c.case_ref, MUTE.c.rule))]


def look_anew(connection: Connection, case_refs: Sequence[str], now: datetime) -> None:
    """Have cases decided anew by the next evaluation, and with them what is owed."""
    for refs in _parts(case_refs):
        anew = update(CASE).where(CASE.c.case_ref.in_(refs))
        connection.execute(anew.values(next_look_at=now, settled=False))


def _in_force(*conditions: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    return (*conditions, MUTE.c.ended_at.is_(None))


def _parts(refs: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(refs), AT_A_TIME):
        yield refs[start : start + AT_A_TIME]
