"""One pass over the mails that may leave: each connection takes one, hands it over, and the next.

Three commits a mail: claimed, about to be sent, settled. Between them nothing is assumed.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine

from flows.sending.deliver_database import DATABASE_FAULTS, Timer, write
from flows.sending.deliver_settle import Office, Try, settle
from flows.sending.line_pace import seconds_to_wait
from flows.structured_log import log_fields
from models.database import writing
from models.mail_line import last_try_at
from models.outbox import DIGEST
from models.outbox_leases import renew_leases
from models.outbox_messages import (
    CLAIMED,
    IN_DATA,
    SUPERSEDED,
    WITHDRAWN,
    Begun,
    Claimed,
    claim,
    count_moot,
    enter_data,
    has_been_in_data,
    open_attempt,
    withdraw,
)
from notifications.outcome import Verdict
from notifications.server import MailServer
from notifications.smtp import MailLine, Parcel
from rules.dates import minutes_after

LEASE_MINUTES = 5
RENEW_SECONDS = 30
PATIENCE_SECONDS = 1.0
"""For a transaction before the mail has left: when it fails, the mail waits."""

ANSWER_PATIENCE_SECONDS = 120.0
"""For writing down an answer: while it is not, nobody knows that the mail has arrived."""

LONGEST_WAIT_SECONDS = 25.0
"""So long a round waits for its turn when mails may not leave faster; then the next round does."""

SLICE_SECONDS = 1.0
"""Waiting is cut into slices, so that it ends when somebody asks to stop."""


@dataclass(slots=True)
class Round:
    """What the connections of one pass share.

    `allowance` None: as many mails as there are. `mails_a_minute` None: as fast as they can.
    """

    engine: Engine
    server: MailServer
    our_name: str
    return_path: Callable[[str], str]
    office: Office
    clock: Callable[[], datetime]
    timer: Timer
    mails_a_minute: float | None
    allowance: int | None
    quiet: bool
    stopping: Callable[[], bool]
    at_point: Callable[[str], None]
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)
    counts: Counter[str] = field(default_factory=Counter)
    halted: bool = False
    """No further mail may leave in this round: the line is down, or rests."""

    waits_until: float = 0.0

    @property
    def is_over(self) -> bool:
        """Say whether nothing more is to be begun in it."""
        spent = self.allowance is not None and self.allowance < 1
        return self.halted or spent or self.stopping()


async def hand_over_all(turn: Round, connections: int) -> None:
    """Hand over all that may leave now, over so many connections at once."""
    turn.waits_until = turn.timer.monotonic() + LONGEST_WAIT_SECONDS
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
        now = turn.clock()
        # a lease outlasts nine renewals that fail
        with suppress(*DATABASE_FAULTS), writing(turn.engine) as connection:
            renew_leases(connection, turn.owner, now, minutes_after(now, LEASE_MINUTES))


async def _work(turn: Round) -> None:
    line = MailLine(turn.server, turn.our_name)
    try:
        while (taken := await _take_next(turn)) is not None:
            turn.at_point("claimed")
            with log_fields(message=taken[0].uuid):
                await _hand_over(turn, line, *taken)
    finally:
        await line.close()


async def _take_next(turn: Round) -> tuple[Claimed, Begun] | None:
    """Claim the next mail that is still wanted, when one may leave; what is not is withdrawn.

    None: no more may leave in this round.
    """
    while not turn.is_over:
        taken = await write(
            turn.engine, turn.timer, lambda connection: _take(connection, turn), PATIENCE_SECONDS
        )
        match taken:
            case None:
                return None
            case float():
                if not await _has_waited(turn, taken):
                    return None
            case Claimed():
                turn.counts["withdrawn"] += 1
            case _:
                if turn.allowance is not None:
                    turn.allowance -= 1
                return taken
    return None


async def _has_waited(turn: Round, seconds: float) -> bool:
    """Let the time pass until a mail may leave; False when that is too long for this round."""
    if turn.timer.monotonic() + seconds > turn.waits_until:
        return False
    while seconds > 0 and not turn.is_over:
        await turn.timer.sleep(min(seconds, SLICE_SECONDS))
        seconds -= SLICE_SECONDS
    return True


def _take(connection: Connection, turn: Round) -> tuple[Claimed, Begun] | Claimed | float | None:
    """Return a mail with its try, or one that was withdrawn; None when there is none.

    Seconds: for so long none may leave.
    """
    last_at = last_try_at(connection) if turn.mails_a_minute is not None else None
    now = turn.clock()
    if seconds := seconds_to_wait(last_at, turn.mails_a_minute, now):
        return seconds
    until = minutes_after(now, LEASE_MINUTES)
    claimed = claim(connection, turn.owner, now, until, quiet=turn.quiet)
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
    return claimed


async def _hand_over(turn: Round, line: MailLine, claimed: Claimed, begun: Begun) -> None:
    return_path = turn.return_path(claimed.uuid)
    parcel = Parcel(claimed.uuid, claimed.address, return_path, claimed.content)
    found = await line.address(parcel)
    longest, state = line.longest, CLAIMED
    if found is None:
        turn.at_point("addressed")

        # this commit is the canary: on a full disk, or with the lease lost, nothing is sent
        def about_to_leave(connection: Connection) -> bool:
            return enter_data(connection, claimed, begun.id)

        if not await write(turn.engine, turn.timer, about_to_leave, PATIENCE_SECONDS):
            await line.close()
            return
        turn.at_point("in data")
        found, state = await line.hand_over(parcel), IN_DATA
        turn.at_point("answered")
    await _settle(turn, Try(claimed, begun, state, found, longest, turn.clock()))
    turn.at_point("settled")


async def _settle(turn: Round, one: Try) -> None:
    def written_down(connection: Connection) -> bool:
        return settle(connection, one, turn.office)

    to_blame = await write(turn.engine, turn.timer, written_down, ANSWER_PATIENCE_SECONDS)
    turn.counts[(Verdict.LINE_DOWN if to_blame else one.found.verdict).value] += 1
    if to_blame or one.found.verdict is Verdict.THROTTLED:
        turn.halted = True
