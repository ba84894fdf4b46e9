"""Whether mails may go to the server now: all of them, one to try the line, or none.

A fault that would meet every mail alike closes the line for a while. Then one mail tries; what
it meets opens the line, or closes it again. All of it is in a table, for every process.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from models.database import reading, writing
from models.mail_line import Line, count_outcomes, read_line, take_turn
from notifications.outcome import LINE_FAULTS, Ending, Phase, Verdict
from rules.dates import minutes_after

LONGEST_TRY_MINUTES = 10
"""So long the turn to try is kept by a process that took it and died."""

LONGEST_REST_MINUTES = 15
MANY, MANY_MINUTES = 3, 10
"""So many different mails turned down within so many minutes are no accident of theirs."""

MAYBE_THE_LINE = frozenset({Verdict.CONTENT_REFUSED, Verdict.TURNED_AWAY})
MENDED_BY_ITSELF = frozenset({Verdict.LINE_DOWN, Verdict.NOT_ENCRYPTED})


class Permit(StrEnum):
    """What the line allows."""

    ALL = "all"
    ONE = "one"
    """The line is down, and it is our turn to try it with one mail."""
    NONE = "none"


class Asked(NamedTuple):
    """What the line allows, and how it stands."""

    permit: Permit
    line: Line


def ask(engine: Engine, name: str, now: datetime) -> Asked:
    """Ask whether mails may go now; the turn to try a line that is down goes to one who asks."""
    with reading(engine) as connection:
        line = read_line(connection, name)
    if _is_resting(line, now):
        return Asked(Permit.NONE, line)
    if line.down_since_at is None:
        return Asked(Permit.ALL, line)
    with writing(engine) as connection:
        ours = take_turn(connection, line, minutes_after(now, LONGEST_TRY_MINUTES))
    return Asked(Permit.ONE if ours else Permit.NONE, line)


def is_the_lines(connection: Connection, found: Ending, line: Line, now: datetime) -> bool:
    """Say whether an ending is the fault of the line, and not of the mail that met it.

    One mail may be taken for spam, or one recipient not be served; when it meets several in a
    short while, or the very mail that tries the line, the server has something against us.
    Call it before the ending is recorded.
    """
    if found.verdict not in MAYBE_THE_LINE:
        return found.verdict in LINE_FAULTS
    if line.down_since_at is not None and line.verdict == found.verdict:
        return True
    lately = minutes_after(now, -MANY_MINUTES)
    return count_outcomes(connection, found.verdict, lately) >= MANY - 1


def closed(line: Line, found: Ending, now: datetime) -> Line:
    """Return a line that is down, or still down: 1 to 5 minutes, or 15 when a person must mend."""
    failures = line.failures + 1
    rest = min(failures, 5) if found.verdict in MENDED_BY_ITSELF else LONGEST_REST_MINUTES
    return line._replace(
        down_since_at=line.down_since_at or now,
        rests_until_at=minutes_after(now, rest),
        failures=failures,
        verdict=found.verdict.value,
        phase=found.phase.value,
        code=found.code,
        said=found.text,
    )


def opened(line: Line) -> Line:
    """Return a line that is up again, as slow as it was."""
    return Line(line.name, mails_a_minute=line.mails_a_minute, slowed_at=line.slowed_at)


def last_ending(line: Line) -> Ending:
    """Return how the last try of a line that is down ended."""
    return Ending(Verdict(line.verdict), Phase(line.phase), line.code, text=line.said)


def _is_resting(line: Line, now: datetime) -> bool:
    # further ahead than any rest is a clock that has been set back: waiting for it is silence
    longest = minutes_after(now, LONGEST_REST_MINUTES)
    return line.rests_until_at is not None and now < line.rests_until_at <= longest
