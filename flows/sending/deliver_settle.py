"""What becomes of a mail after the server's answer: written down with the try that got it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from flows.sending.deliver_smaller import smaller_mail
from flows.sending.line_circuit import closed, is_the_lines, opened
from flows.sending.line_pace import slower
from flows.sending.sent_journal import note_sent
from flows.settings import Settings
from models.mail_line import line_to_change, others_were_taken, write_line
from models.outbox_messages import (
    IN_DATA,
    Attempt,
    Begun,
    Claimed,
    accept,
    close_attempt,
    count_tries,
    fail,
    hold,
    lose_answer,
    put_back,
    replace_by,
)
from notifications.limits import Limits
from notifications.outcome import Ending, Phase, Verdict
from rules.dates import minutes_after

AFTER_LOST_ANSWER_MINUTES = 15
AFTER_CONTENT_REFUSED_MINUTES = 60
RETRY_MINUTES = (5, 10, 20, 40, 60)
"""How long a mail waits after its first, second, ... definite "not now"; the last one repeats."""

FULL_FOR_MINUTES = 24 * 60
"""A mailbox that has been full for so long will not be emptied in time."""

ON_THE_WAY = frozenset({Phase.MAIL, Phase.RCPT, Phase.DATA})


@dataclass(frozen=True, slots=True)
class Try:
    """One try of one mail, and how it ended.

    `state` is how far the mail had come, `longest` how many bytes the server takes (0: unknown).
    """

    claimed: Claimed
    begun: Begun
    state: str
    found: Ending
    longest: int
    now: datetime

    @property
    def error(self) -> str:
        """What is kept with the mail of what the server said."""
        return " ".join(str(part) for part in (self.found.code, self.found.text) if part)


@dataclass(frozen=True, slots=True)
class Office:
    """What settling needs to know beside the try itself.

    `line` is the name of the line; `trying` says that it is down and this mail tries it.
    """

    line: str
    trying: bool
    settings: Settings
    limits: Limits


def settle(connection: Connection, one: Try, office: Office) -> bool:
    """Record how a try ended and what becomes of the mail; say whether the line is to blame.

    A line that is down and has carried this mail further is up again.
    """
    found, now = one.found, one.now
    if found.verdict is Verdict.ACCEPTED and not office.trying:
        close_attempt(connection, one.begun.id, _how(found), now)
        _settle_mail(connection, one, office)
        return False
    line = line_to_change(connection, office.line)
    to_blame = is_the_lines(connection, found, line, now)
    close_attempt(connection, one.begun.id, _how(found), now)
    if to_blame:
        write_line(connection, closed(line, found, now))
        _wait_for_the_line(connection, one)
        return True
    if found.verdict is Verdict.THROTTLED:
        line = slower(opened(line), office.limits.mails_a_minute, now)
        write_line(connection, line)
        _wait_for_the_line(connection, one)
        return False
    if line.down_since_at is not None and (found.code is not None or one.state == IN_DATA):
        write_line(connection, opened(line))
    _settle_mail(connection, one, office)
    return False


def _how(found: Ending) -> Attempt:
    code, enhanced, said = found.code, found.enhanced_code, found.text
    return Attempt(found.phase, found.verdict, code, enhanced, said, found.queue_id)


def _wait_for_the_line(connection: Connection, one: Try) -> None:
    """Put a mail back that has not been tried. One that upsets the server again waits longer.

    When others were taken meanwhile, a connection that ends at its recipient is no fault of the
    line: it counts as a try, so that somebody else is told in the end.
    """
    minutes = 1 if one.begun.number == 1 else wait_after(one.begun.number - 2, random.random())
    later = minutes_after(one.now, minutes if one.found.phase in ON_THE_WAY else 1)
    claimed, found = one.claimed, one.found
    cut = found.verdict is Verdict.LINE_DOWN and found.phase is Phase.RCPT
    own = cut and others_were_taken(connection, claimed.uuid, Verdict.ACCEPTED)
    tries, full_since_at = int(own), claimed.full_since_at
    put_back(connection, claimed, one.state, later, one.error, tries, full_since_at)


def _settle_mail(connection: Connection, one: Try, office: Office) -> None:
    claimed, now = one.claimed, one.now
    match one.found.verdict:
        case Verdict.ACCEPTED:
            if accept(connection, claimed, one.found.queue_id, now):
                note_sent(connection, office.settings.journal, claimed.uuid, now)
        case Verdict.RETRY:
            later = minutes_after(now, wait_after(claimed.attempts, random.random()))
            put_back(connection, claimed, one.state, later, one.error, 1)
        case Verdict.MAILBOX_FULL:
            _wait_for_room(connection, one)
        case Verdict.CONTENT_REFUSED:
            _try_content_again(connection, one)
        case Verdict.TOO_BIG:
            _make_smaller(connection, one, office)
        case Verdict.UNCERTAIN:
            later = minutes_after(now, AFTER_LOST_ANSWER_MINUTES)
            lose_answer(connection, claimed, later, one.error or "the answer was lost", now)
        case _:
            fail(connection, claimed, one.state, one.error, now)


def _wait_for_room(connection: Connection, one: Try) -> None:
    claimed = one.claimed
    since = claimed.full_since_at or one.now
    if minutes_after(since, FULL_FOR_MINUTES) <= one.now:
        fail(connection, claimed, one.state, one.error, one.now)
        return
    later = minutes_after(one.now, wait_after(claimed.attempts, random.random()))
    put_back(connection, claimed, one.state, later, one.error, 1, since)


def _try_content_again(connection: Connection, one: Try) -> None:
    if count_tries(connection, one.claimed.uuid, Verdict.CONTENT_REFUSED) > 1:
        hold(connection, one.claimed, one.state, one.error, one.now)
        return
    later = minutes_after(one.now, AFTER_CONTENT_REFUSED_MINUTES)
    put_back(connection, one.claimed, one.state, later, one.error, 1)


def _make_smaller(connection: Connection, one: Try, office: Office) -> None:
    claimed = one.claimed
    if claimed.uncertain:
        # it may have arrived already: nothing else may take its place
        hold(connection, claimed, one.state, one.error, one.now)
        return
    longest = min(one.longest or len(claimed.content), len(claimed.content) - 1)
    smaller = smaller_mail(connection, claimed, office.settings, longest, one.now)
    if smaller is None:
        fail(connection, claimed, one.state, one.error, one.now)
        return
    replace_by(connection, claimed, one.state, smaller)


def wait_after(attempts: int, chance: float) -> int:
    """Return how many minutes to wait after so many tries, a fifth more or less by chance.

    >>> wait_after(0, 0.5), wait_after(2, 0.0), wait_after(99, 1.0)
    (5, 16, 72)
    """
    minutes = RETRY_MINUTES[min(attempts, len(RETRY_MINUTES) - 1)]
    return round(minutes * (0.8 + 0.4 * chance))
