"""Senders that live, die and come back in any order: the states of a mail allow no third copy."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Engine, select
from sqlmodel import SQLModel

from flows.compose import build_messages
from flows.deliver import AFTER_LOST_ANSWER_MINUTES, take_back_abandoned
from flows.deliver_round import LEASE_MINUTES
from models.database import open_database, reading, writing
from models.outbox import MESSAGE, count_by_state
from models.outbox_messages import (
    Claimed,
    accept,
    claim,
    enter_data,
    fail,
    lose_answer,
    open_attempt,
    put_back,
)
from rules.dates import minutes_after
from tests.flow.mail_cases import MONDAY, SETTINGS, at, plan, settle_in, warned

FINAL = {"accepted", "failed", "hold"}


class Senders(RuleBasedStateMachine):
    """Two senders and a reaper around three mails of one morning each; time only goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = at(MONDAY)
        self.holding: dict[str, tuple[Claimed, int, bool]] = {}
        self.final: dict[str, str] = {}

    @initialize()
    def a_morning(self) -> None:
        """Owe one mail to the caseworker, another to the next."""
        self.engine: Engine = open_database("sqlite://")
        SQLModel.metadata.create_all(self.engine)
        settle_in(self.engine, ["4711", "4712"])
        for case, caseworker in (("4711", "mho"), ("4712", "jsk")):
            plan(self.engine, warned(case), now=self.now, caseworker=caseworker)
        build_messages(self.engine, SETTINGS, self.now)

    @rule(sender=st.sampled_from(["one", "two"]))
    def take_a_mail(self, sender: str) -> None:
        """A sender, perhaps one that forgot what it held, claims the next mail."""
        with writing(self.engine) as connection:
            until = minutes_after(self.now, LEASE_MINUTES)
            claimed = claim(connection, sender, self.now, until)
            if claimed is not None:
                attempt = open_attempt(connection, claimed, self.now).id
                self.holding[sender] = (claimed, attempt, False)

    @rule(sender=st.sampled_from(["one", "two"]))
    def hand_it_over(self, sender: str) -> None:
        """A sender begins DATA; from then on the mail may be with the server."""
        claimed, attempt, begun = self.holding.get(sender, (None, 0, True))
        if claimed is None or begun:
            return
        with writing(self.engine) as connection:
            if enter_data(connection, claimed, attempt):
                self.holding[sender] = (claimed, attempt, True)
            else:
                del self.holding[sender]

    @rule(
        sender=st.sampled_from(["one", "two"]),
        end=st.sampled_from(["accepted", "lost", "later", "refused"]),
    )
    def hear_the_answer(self, sender: str, end: str) -> None:
        """The server answers, or its answer is lost."""
        claimed, _, begun = self.holding.pop(sender, (None, 0, False))
        if claimed is None:
            return
        later = minutes_after(self.now, AFTER_LOST_ANSWER_MINUTES)
        state = "in_data" if begun else "claimed"
        with writing(self.engine) as connection:
            if end == "later":
                put_back(connection, claimed, state, later, "451", 1)
            elif end == "refused":
                fail(connection, claimed, state, "550", self.now)
            elif begun and end == "lost":
                lose_answer(connection, claimed, later, "lost", self.now)
            elif begun:
                accept(connection, claimed, "Q1", self.now)
            else:
                put_back(connection, claimed, state, later, "line down", 0)

    @rule(sender=st.sampled_from(["one", "two"]))
    def die(self, sender: str) -> None:
        """A sender dies and forgets what it held."""
        self.holding.pop(sender, None)

    @rule(minutes=st.sampled_from([1, 4, 6, 16]))
    def time_passes(self, minutes: int) -> None:
        """Time passes, and the reaper looks round."""
        self.now = minutes_after(self.now, minutes)
        take_back_abandoned(self.engine, self.now)

    @invariant()
    def the_promises_hold(self) -> None:
        """Check copies, final states and books."""
        if not hasattr(self, "engine"):
            return
        with reading(self.engine) as connection:
            rows: list[Any] = list(connection.execute(select(MESSAGE)))
            intents = count_by_state(connection)
        for row in rows:
            # tries with a definite no left no copy; what may have left is counted as uncertain
            assert row.uncertain <= 2
            assert row.state != "pending" or row.uncertain < 2
            before = self.final.setdefault(row.uuid, row.state)
            assert before not in FINAL or before == row.state
            self.final[row.uuid] = row.state
        ended = sum(row.state in FINAL for row in rows)
        assert intents.get("sent", 0) + intents.get("undeliverable", 0) == ended
        assert intents.get("planned", 0) == len(rows) - ended

    def teardown(self) -> None:
        """Close the database."""
        if hasattr(self, "engine"):
            self.engine.dispose()


Senders.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestSendersInAnyOrder = Senders.TestCase
