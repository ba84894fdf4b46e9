"""A town's post: mails that wait in the outbox, and senders that come by as time passes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, select

from flows.composing.compose import build_messages
from flows.deliver import Delivery, deliver
from flows.sending.deliver_database import Timer
from models.case_tables import PersonRow
from models.database import reading, writing
from models.outbox import ATTEMPT, INTENT, MESSAGE, PLANNED
from notifications.server import MailServer
from rules.dates import minutes_after
from tests.flow.mail_cases import MONDAY, SETTINGS, WARNED, at, plan, settle_in, warned

MORNING = at(MONDAY)


def a_pending_mail(engine: Engine) -> None:
    """Let Mette be owed one mail on Monday morning; it is built and waits."""
    settle_in(engine)
    plan(engine, WARNED, now=at(MONDAY, 5, 30))
    build_messages(engine, SETTINGS, MORNING)


def pending_mails(engine: Engine, number: int) -> None:
    """Let so many caseworkers of Team Nord be owed a mail each; all are built and wait."""
    owed_mails(engine, number)
    build_messages(engine, SETTINGS, MORNING)


def owed_mails(engine: Engine, number: int) -> None:
    """Let so many caseworkers of Team Nord be owed a mail each; none is built yet."""
    cases = [str(1000 + one) for one in range(number)]
    settle_in(engine, cases)
    add_caseworkers(engine, number)
    for one, case in enumerate(cases):
        plan(engine, warned(case), now=at(MONDAY, 5, 30), caseworker=f"p{one}")


def add_caseworkers(engine: Engine, number: int) -> None:
    """Put p0, p1, ... on the staff, at p0@kommune.dk, p1@kommune.dk, ..."""
    more = {"role": "caseworker", "team": "Nord", "leader": "lln", "language": "", "active": True}
    people = [
        {"person": f"p{one}", "name": f"Navn Nr{one}", "email": f"p{one}@kommune.dk", **more}
        for one in range(number)
    ]
    with writing(engine) as connection:
        connection.execute(insert(PersonRow), people)


def send(
    engine: Engine, server: MailServer, minutes: int = 0, *, connections: int = 1, **more: Any
) -> Delivery:
    """Let the sender come by, so many minutes after Monday's 07:30; its time passes as it waits."""
    timer, begins_at = quick_timer(), minutes_after(MORNING, minutes)

    def clock() -> datetime:
        return begins_at + timedelta(seconds=timer.monotonic())

    return deliver(
        engine, SETTINGS, clock, server=server, connections=connections, timer=timer, **more
    )


def send_until_settled(
    engine: Engine, server: MailServer, minutes: Iterable[int] = (), *, connections: int = 2
) -> Counter[str]:
    """Let the sender come by again and again, as a service does, for four days unless told."""
    counts: Counter[str] = Counter()
    for minute in minutes or (*range(0, 120, 2), *range(120, 96 * 60, 30)):
        build_messages(engine, SETTINGS, minutes_after(MORNING, minute))
        counts += send(engine, server, minute, connections=connections).counts
        if not is_underway(engine):
            break
    return counts


def quick_timer() -> Timer:
    """Return a timer on which waiting takes no time."""
    passed = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal passed
        passed += seconds
        await asyncio.sleep(0)

    return Timer(lambda: passed, sleep)


def is_underway(engine: Engine) -> bool:
    """Say whether any mail has not come to its end, or is owed and not built yet."""
    mails = select(MESSAGE.c.uuid).where(MESSAGE.c.state.in_(("pending", "claimed", "in_data")))
    debts = select(INTENT.c.id).where(INTENT.c.state == PLANNED)
    with reading(engine) as connection:
        return any(
            connection.execute(question.limit(1)).first() is not None for question in (mails, debts)
        )


def how_it_stands(engine: Engine, recipient: str = "mho") -> tuple[str, int, int]:
    """Return state, tries and lost answers of the newest mail to a person."""
    newest = select(MESSAGE.c.state, MESSAGE.c.attempts, MESSAGE.c.uncertain).where(
        MESSAGE.c.recipient == recipient
    )
    with reading(engine) as connection:
        row = connection.execute(
            newest.order_by(MESSAGE.c.created_at.desc(), MESSAGE.c.generation.desc()).limit(1)
        ).one()
    return row.state, row.attempts, row.uncertain


def said_by_the_server(engine: Engine) -> list[str]:
    """Return what was kept of the server's words."""
    with reading(engine) as connection:
        kept = list(connection.execute(select(ATTEMPT.c.server_text)).scalars())
        return kept + list(connection.execute(select(MESSAGE.c.error)).scalars())
