"""An installation whose outbox is asked by command, at a chosen moment."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import time_machine
from sqlalchemy import Engine, select

from flows.composing.compose import build_messages
from flows.deliver import deliver
from models.bounce_tables import OUTBOX_ACTION
from models.database import reading
from models.outbox import MESSAGE, count_by_state
from models.outbox_messages import count_messages
from notifications.server import MailServer
from rules.dates import minutes_after
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.mail_cases import (
    METTE,
    MONDAY,
    SETTINGS,
    WARNED,
    at,
    plan,
    settle_in,
)
from tests.flow.typed import Answer, Run

EARLY, MORNING = at(MONDAY, 5, 30), at(MONDAY)
LOST = "take; close"


class House:
    """An installation, and its command line at a chosen moment."""

    def __init__(self, engine: Engine, ask: Run) -> None:
        self.engine = engine
        self._ask = ask
        settle_in(engine)
        plan(engine, WARNED, now=EARLY)

    def ask(self, *arguments: str, now: datetime = MORNING) -> Answer:
        """Type a command at a moment."""
        with time_machine.travel(now, tick=False):
            return self._ask(*arguments)

    def tell(self, server: MailServer, now: datetime = MORNING) -> Counter[str]:
        """Build and deliver what is owed."""
        build_messages(self.engine, SETTINGS, now)
        return deliver(self.engine, SETTINGS, lambda: now, server=server).counts

    def number(self, address: str = METTE) -> str:
        """The number of the newest mail to an address, as it stands at its foot."""
        with reading(self.engine) as connection:
            asked = select(MESSAGE.c.uuid).where(MESSAGE.c.address == address)
            newest = asked.order_by(MESSAGE.c.created_at.desc(), MESSAGE.c.generation.desc())
            return str(connection.execute(newest).scalars().first())[:8]

    def states(self) -> tuple[dict[str, int], dict[str, int]]:
        """How many intents and mails are in each state."""
        with reading(self.engine) as connection:
            return count_by_state(connection), count_messages(connection)

    def lose_two_answers(self) -> None:
        """Let the mail to Mette be held: the server's answer was lost twice."""
        with a_scripted_server(Script(data_ends=LOST)) as server:
            self.tell(server)
            deliver(self.engine, SETTINGS, lambda: minutes_after(MORNING, 16), server=server)

    def by_hand(self) -> list[tuple[str, str, str]]:
        """What was done by hand: who, what and why."""
        columns = (OUTBOX_ACTION.c.done_by, OUTBOX_ACTION.c.action, OUTBOX_ACTION.c.why)
        with reading(self.engine) as connection:
            return [tuple(row) for row in connection.execute(select(*columns))]
