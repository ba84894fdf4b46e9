"""From mails to the mail server: each is taken at least once, or somebody else is told.

What is written in the database before a mail leaves, and after, is in models.outbox_messages;
what the server's answers mean is in notifications.outcome.
"""

from __future__ import annotations

import asyncio
import logging
import random
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from flows.compose import build_messages
from flows.line_faults import recover_line, tell_line_fault
from flows.mistakes import UserMistake
from flows.redirect import redirect_undeliverable
from flows.sent_journal import note_sent
from flows.settings import Settings
from models.database import writing
from models.outbox import DIGEST
from models.outbox_messages import (
    CLAIMED,
    IN_DATA,
    SUPERSEDED,
    WITHDRAWN,
    Attempt,
    Claimed,
    abandoned,
    accept,
    claim,
    close_attempt,
    close_open_attempts,
    count_moot,
    enter_data,
    fail,
    give_up_expired,
    has_been_in_data,
    lose_answer,
    open_attempt,
    put_back,
    renew_leases,
    withdraw,
)
from models.people import load_staff
from notifications.addresses import sender
from notifications.outcome import LINE_FAULTS, Ending, Verdict
from notifications.server import MailServer, mail_server
from notifications.smtp import MailLine
from rules.dates import minutes_after

log = logging.getLogger(__name__)

CONNECTIONS = 2
LEASE_MINUTES = 5
RENEW_SECONDS = 30
PROBE_MINUTES = 1
AFTER_LOST_ANSWER_MINUTES = 15
AFTER_CONTENT_REFUSED_MINUTES = 60
RETRY_MINUTES = (5, 10, 20, 40, 60)
"""How long a mail waits after its first, second, ... definite "not now"; the last one repeats."""


def _nowhere(point: str) -> None:
    """Pass a point where a test may stop the process."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a delivery came to: counts by outcome, and what keeps the line down, if anything."""

    counts: Counter[str] = field(default_factory=Counter)
    fault: UserMistake | None = None


@dataclass(slots=True)
class Round:
    """One pass over what is pending, shared by its connections."""

    engine: Engine
    server: MailServer
    sender: str
    clock: Callable[[], datetime]
    stopping: Callable[[], bool]
    at_point: Callable[[str], None]
    journal: Path | None
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)
    counts: Counter[str] = field(default_factory=Counter)
    down: Ending | None = None


def deliver(
    engine: Engine,
    settings: Settings,
    clock: Callable[[], datetime],
    *,
    server: MailServer | None = None,
    connections: int = CONNECTIONS,
    stopping: Callable[[], bool] = _never,
    at_point: Callable[[str], None] = _nowhere,
) -> Delivery:
    """Hand over every mail that may leave now, and redirect what is refused, until none is left.

    Safe to run again, and in several processes at once. `stopping` is asked before each mail;
    a mail that has begun is finished. `server` replaces the one of the settings.
    Returns: counts, and the fault when the server could not be spoken to.
    """
    server = server or mail_server(settings.mail_url)
    counts: Counter[str] = Counter()
    while True:
        counts += take_back_abandoned(engine, clock())
        own = sender(settings.mail_from)[1]
        turn = Round(engine, server, own, clock, stopping, at_point, settings.journal)
        asyncio.run(_hand_over_all(turn, connections))
        counts += turn.counts
        if turn.down is not None:
            return Delivery(counts, tell_line_fault(engine, server.host, turn.down, clock()))
        if turn.counts[Verdict.ACCEPTED.value]:
            recover_line(engine, server.host, clock())
        with writing(engine) as connection:
            redirected = redirect_undeliverable(connection, load_staff(connection), clock())
        again = redirected or turn.counts["withdrawn"]
        if not again or stopping() or not build_messages(engine, settings, clock()):
            return Delivery(counts)
        counts["redirected"] += redirected.total()


def take_back_abandoned(engine: Engine, now: datetime) -> Counter[str]:
    """Settle what a sender that died left behind, and give up what nobody needs any more.

    A claimed mail certainly did not leave; one that was in DATA may have.
    """
    counts: Counter[str] = Counter()
    with writing(engine) as connection:
        for claimed, state in abandoned(connection, now):
            close_open_attempts(connection, claimed.uuid, "abandoned", now)
            if state == CLAIMED:
                moved = put_back(connection, claimed, CLAIMED, now, "sender died", 0)
            else:
                later = minutes_after(now, AFTER_LOST_ANSWER_MINUTES)
                moved = lose_answer(connection, claimed, later, "sender died", now)
            counts["abandoned"] += moved
        counts["given up"] += give_up_expired(connection, now)
    return +counts


async def _hand_over_all(turn: Round, connections: int) -> None:
    renewing = asyncio.create_task(_keep_leases(turn))
    try:
        # when one fails, the others finish what they have begun: a task group would cut them off
        # in the middle of a mail
        ended = await asyncio.gather(
            *(_work(turn) for _ in range(connections)), return_exceptions=True
        )
        for failure in filter(None, ended):
            raise failure
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing


async def _keep_leases(turn: Round) -> None:
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        with writing(turn.engine) as connection:
            renew_leases(connection, turn.owner, minutes_after(turn.clock(), LEASE_MINUTES))


async def _work(turn: Round) -> None:
    line = MailLine(turn.server, turn.sender)
    try:
        while turn.down is None and not turn.stopping():
            taken = _take_next(turn)
            if taken is None:
                return
            claimed, attempt_id = taken
            turn.at_point("claimed")
            await _hand_over(turn, line, claimed, attempt_id)
    finally:
        await line.close()


def _take_next(turn: Round) -> tuple[Claimed, int] | None:
    """Claim the next mail that is still wanted; what is not is withdrawn on the way."""
    while True:
        now = turn.clock()
        with writing(turn.engine) as connection:
            claimed = claim(connection, turn.owner, now, minutes_after(now, LEASE_MINUTES))
            if claimed is None:
                return None
            # a digest tells how the week stood when it was written: nothing in it is ever moot
            is_digest = claimed.kind == DIGEST
            carried, moot = (1, 0) if is_digest else count_moot(connection, claimed.uuid)
            in_data = moot > 0 and has_been_in_data(connection, claimed.uuid)
            # once it may have arrived, the same bytes go again, unless nothing of it is wanted
            if not moot or (in_data and moot < carried):
                return claimed, open_attempt(connection, claimed, now)
            withdraw(connection, claimed, WITHDRAWN if moot == carried else SUPERSEDED, now)
        turn.counts["withdrawn"] += 1


async def _hand_over(turn: Round, line: MailLine, claimed: Claimed, attempt_id: int) -> None:
    found = await line.address(claimed.address)
    state = CLAIMED
    if found is None:
        turn.at_point("addressed")
        # this commit is the canary: on a full disk, or with the lease lost, nothing is sent
        with writing(turn.engine) as connection:
            ours = enter_data(connection, claimed, attempt_id)
        if not ours:
            await line.close()
            return
        turn.at_point("in data")
        found, state = await line.hand_over(claimed.content), IN_DATA
        turn.at_point("answered")
    _settle(turn, claimed, attempt_id, state, found)
    turn.at_point("settled")


def _settle(turn: Round, claimed: Claimed, attempt_id: int, state: str, found: Ending) -> None:
    now = turn.clock()
    error = " ".join(str(part) for part in (found.code, found.text) if part)
    with writing(turn.engine) as connection:
        how = Attempt(
            found.phase, found.verdict, found.code, found.enhanced_code, found.text, found.queue_id
        )
        close_attempt(connection, attempt_id, how, now)
        match found.verdict:
            case Verdict.ACCEPTED:
                if accept(connection, claimed, found.queue_id, now):
                    note_sent(connection, turn.journal, claimed.uuid, now)
            case _ if found.verdict in LINE_FAULTS or found.verdict is Verdict.THROTTLED:
                later = minutes_after(now, PROBE_MINUTES)
                put_back(connection, claimed, state, later, error, 0)
            case Verdict.RETRY | Verdict.MAILBOX_FULL:
                later = minutes_after(now, wait_after(claimed.attempts, random.random()))
                put_back(connection, claimed, state, later, error, 1)
            case Verdict.CONTENT_REFUSED if claimed.attempts == 0:
                later = minutes_after(now, AFTER_CONTENT_REFUSED_MINUTES)
                put_back(connection, claimed, state, later, error, 1)
            case Verdict.UNCERTAIN:
                later = minutes_after(now, AFTER_LOST_ANSWER_MINUTES)
                lose_answer(connection, claimed, later, error or "the answer was lost", now)
            case _:
                fail(connection, claimed, state, error, now)
    is_line_fault = found.verdict in LINE_FAULTS or found.verdict is Verdict.THROTTLED
    turn.counts["line down" if is_line_fault else found.verdict.value] += 1
    if is_line_fault:
        turn.down = found


def wait_after(attempts: int, chance: float) -> int:
    """Return how many minutes to wait after so many tries, a fifth more or less by chance.

    >>> wait_after(0, 0.5), wait_after(2, 0.0), wait_after(99, 1.0)
    (5, 16, 72)
    """
    minutes = RETRY_MINUTES[min(attempts, len(RETRY_MINUTES) - 1)]
    return round(minutes * (0.8 + 0.4 * chance))
