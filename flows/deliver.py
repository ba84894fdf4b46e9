"""From mails to the mail server: each is taken at least once, or somebody else is told.

What is written in the database before a mail leaves, and after, is in models.outbox_messages;
what the server's answers mean is in notifications.outcome, and whether the line may be used
in flows.sending.line_circuit.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Engine

from flows.clock import monotonic
from flows.composing.compose import build_messages
from flows.mistakes import UserMistake
from flows.owing.working_hours import at_work
from flows.sending.deliver_alarms import watch_daily_limit, watch_late_mails
from flows.sending.deliver_database import (
    DATABASE_FAULT,
    DATABASE_FAULTS,
    Timer,
    tell_database_fault,
)
from flows.sending.deliver_round import Round, hand_over_all
from flows.sending.deliver_settle import AFTER_LOST_ANSWER_MINUTES, Office
from flows.sending.line_circuit import Asked, Permit, ask
from flows.sending.line_faults import recover_line, tell_line_fault
from flows.sending.line_pace import mails_a_minute
from flows.sending.redirect import redirect_undeliverable
from flows.settings import Settings
from models.bounces import return_path_secret
from models.database import reading, writing
from models.mail_line import Line, count_outcomes, line_to_change, read_line, write_line
from models.outbox_leases import (
    abandoned,
    close_open_attempts,
    give_up_expired,
    is_any_under_way,
    leave_by_the_right_clock,
)
from models.outbox_messages import CLAIMED, lose_answer, put_back
from models.people import staff_when_asked
from models.runs import clear_alarm
from notifications.addresses import domain, sender
from notifications.limits import Limits, mail_limits
from notifications.outcome import Verdict
from notifications.return_path import return_path
from notifications.server import MailServer, mail_server
from rules.dates import minutes_after

log = logging.getLogger(__name__)

A_DAY_MINUTES = 24 * 60
TIMER = Timer(monotonic, asyncio.sleep)


def _nowhere(point: str) -> None:
    """Pass a point where a test may stop the process."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a delivery came to: counts by outcome, and what keeps mails from leaving."""

    counts: Counter[str] = field(default_factory=Counter)
    fault: UserMistake | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """What all rounds of a delivery have in common."""

    engine: Engine
    settings: Settings
    server: MailServer
    limits: Limits
    clock: Callable[[], datetime]
    timer: Timer
    stopping: Callable[[], bool]
    at_point: Callable[[str], None]


def deliver(
    engine: Engine,
    settings: Settings,
    clock: Callable[[], datetime],
    *,
    server: MailServer | None = None,
    connections: int | None = None,
    stopping: Callable[[], bool] = _never,
    at_point: Callable[[str], None] = _nowhere,
    timer: Timer = TIMER,
) -> Delivery:
    """Hand over every mail that may leave now, and redirect what is refused, until none is left.

    Safe to run again, and in several processes at once. `stopping` is asked before each mail;
    a mail that has begun is finished. `server` and `connections` replace those of the settings.
    Where mails may not leave faster, some are left for the next delivery.
    Returns: counts, and the fault when the server or the database could not be used.
    """
    limits = mail_limits(settings.mail_rate, connections or settings.mail_connections)
    server = server or mail_server(settings.mail_url)
    post = Post(engine, settings, server, limits, clock, timer, stopping, at_point)
    counts: Counter[str] = Counter()
    try:
        while _deliver_round(post, counts):
            pass
        return Delivery(counts, _close_books(post, counts))
    except DATABASE_FAULTS as error:
        return Delivery(counts, tell_database_fault(engine, error, clock()))


def take_back_abandoned(engine: Engine, now: datetime) -> Counter[str]:
    """Settle what a sender that died left behind, and give up what nobody needs any more.

    A claimed mail certainly did not leave; one that was in DATA may have.
    """
    counts: Counter[str] = Counter()
    with writing(engine) as connection:
        for claimed, state in abandoned(connection, now):
            close_open_attempts(connection, claimed.uuid, "abandoned", now)
            if state == CLAIMED:
                moved = put_back(
                    connection, claimed, CLAIMED, now, "sender died", 0, claimed.full_since_at
                )
            else:
                later = minutes_after(now, AFTER_LOST_ANSWER_MINUTES)
                moved = lose_answer(connection, claimed, later, "sender died", now)
            counts["abandoned"] += moved
        leave_by_the_right_clock(connection, now)
        counts["given up"] += give_up_expired(connection, now)
    return +counts


def _deliver_round(post: Post, counts: Counter[str]) -> bool:
    """Send what may leave now, and say whether there may be more to send at once."""
    if _is_idle(post):
        return _tell_others(post, counts)
    counts += take_back_abandoned(post.engine, post.clock())
    asked = ask(post.engine, post.server.name, post.clock())
    if asked.permit is Permit.NONE:
        _tell_others(post, counts)
        return False
    turn = _open_round(post, asked)
    try:
        asyncio.run(hand_over_all(turn, post.limits.connections))
    finally:
        counts += turn.counts
    is_open = _give_back_turn(post, turn) if asked.permit is Permit.ONE else False
    built = _tell_others(post, counts, withdrawn=turn.counts["withdrawn"])
    return (built or is_open) and not (turn.halted or post.stopping())


def _is_idle(post: Post) -> bool:
    """Say whether no mail waits and the line is as it should be: so it is most half minutes."""
    with reading(post.engine) as connection:
        line = read_line(connection, post.server.name)
        return line == Line(post.server.name) and not is_any_under_way(connection)


def _tell_others(post: Post, counts: Counter[str], *, withdrawn: int = 0) -> bool:
    """Owe to the next in the chain what could not be delivered, and say whether mails were built.

    They are built even while none may leave: the outbox shows them, and the next sender has them.
    """
    with writing(post.engine) as connection:
        redirected = redirect_undeliverable(connection, staff_when_asked(post.engine), post.clock())
    counts += Counter({"redirected": redirected.total()})
    if not (redirected or withdrawn):
        return False
    return bool(build_messages(post.engine, post.settings, post.clock()))


def _open_round(post: Post, asked: Asked) -> Round:
    now, settings = post.clock(), post.settings
    with writing(post.engine) as connection:
        allowance = _allowance(connection, post.limits, now)
        rate = _rate(connection, post, now)
        return_path_of = _return_path_of(connection, settings)
    if asked.permit is Permit.ONE:
        allowance = 1 if allowance is None else min(1, allowance)
    return Round(
        engine=post.engine,
        server=post.server,
        our_name=domain(sender(settings.mail_from)[1]),
        return_path=return_path_of,
        office=Office(post.server.name, asked.permit is Permit.ONE, settings, post.limits),
        clock=post.clock,
        timer=post.timer,
        mails_a_minute=rate,
        allowance=allowance,
        quiet=not at_work(settings, now),
        stopping=post.stopping,
        at_point=post.at_point,
    )


def _allowance(connection: Connection, limits: Limits, now: datetime) -> int | None:
    if limits.mails_a_day is None:
        return None
    today = count_outcomes(connection, Verdict.ACCEPTED, minutes_after(now, -A_DAY_MINUTES))
    return max(0, limits.mails_a_day - today)


def _rate(connection: Connection, post: Post, now: datetime) -> float | None:
    # anew: since it was asked the turn to try it was taken, by us or by somebody else
    line = line_to_change(connection, post.server.name)
    rate = mails_a_minute(line, post.limits.mails_a_minute, now)
    if line.slowed_at is not None and rate == post.limits.mails_a_minute:
        free = line._replace(mails_a_minute=None, slowed_at=None)
        write_line(connection, free if line.down_since_at is not None else Line(line.name))
    return rate


def _return_path_of(connection: Connection, settings: Settings) -> Callable[[str], str]:
    if not settings.bounce_address:
        own = sender(settings.mail_from)[1]
        return lambda uuid: own
    secret = return_path_secret(connection)
    return partial(return_path, settings.bounce_address, secret=secret)


def _give_back_turn(post: Post, turn: Round) -> bool:
    """Say whether the line is up again; when no mail was there to try it, the next one may."""
    with writing(post.engine) as connection:
        line = line_to_change(connection, post.server.name)
        if line.down_since_at is not None and not turn.halted:
            write_line(connection, line._replace(rests_until_at=post.clock()))
    return line.down_since_at is None


def _close_books(post: Post, counts: Counter[str]) -> UserMistake | None:
    """Tell the operator of what is wrong and what is well again; return what is wrong."""
    now = post.clock()
    with writing(post.engine) as connection:
        clear_alarm(connection, DATABASE_FAULT, "", now)
        watch_late_mails(connection, now, quiet=not at_work(post.settings, now))
        watch_daily_limit(connection, _allowance(connection, post.limits, now) == 0, now)
        line = read_line(connection, post.server.name)
        if line.down_since_at is not None:
            return tell_line_fault(connection, post.server.host, line, now)
        if counts[Verdict.ACCEPTED]:
            recover_line(connection, now)
    return None
