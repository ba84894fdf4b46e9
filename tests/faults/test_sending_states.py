"""Senders that live, die and come back in any order: the states of a mail allow no third copy."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, create_engine, func, select, text

from flows.composing.compose import build_messages
from flows.deliver import take_back_abandoned
from flows.sending.deliver_round import LEASE_MINUTES
from flows.sending.deliver_settle import Office, Try, settle
from models.database import open_database, reading, writing
from models.outbox import ATTEMPT, CARRIES, MESSAGE, count_by_state
from models.outbox_messages import Begun, Claimed, claim, enter_data, open_attempt
from models.schema import METADATA
from notifications.limits import Limits
from notifications.outcome import Phase, ending
from rules.dates import minutes_after
from tests.examples import examples
from tests.flow.mail_cases import (
    MONDAY,
    SETTINGS,
    at,
    let_leases_run_out,
    plan,
    settle_in,
    warned,
)

FINAL = {"accepted", "failed", "hold", "superseded"}
SENDERS = st.sampled_from(["one", "two"])

BEFORE_DATA = {
    "cut": (Phase.CONNECT, None, ""),
    "no way in": (Phase.AUTH, 535, "5.7.8 wrong"),
    "too fast": (Phase.MAIL, 432, "4.3.2 slower"),
    "greylisted": (Phase.RCPT, 450, "4.7.1 later"),
    "full": (Phase.RCPT, 452, "4.2.2 full"),
    "nobody": (Phase.RCPT, 550, "5.1.1 unknown"),
    "not served": (Phase.RCPT, 554, "5.7.1 relay denied"),
    "announced size": (Phase.MAIL, 552, "5.3.4 too big"),
}
AFTER_DATA = {
    "taken": (Phase.DATA, 250, "2.0.0 Ok: queued as Q1"),
    "lost": (Phase.DATA, None, "connection lost"),
    "lost to nonsense": (Phase.DATA, 354, "go ahead"),
    "later": (Phase.DATA, 451, "4.3.0 later"),
    "spam": (Phase.DATA, 554, "5.7.1 spam"),
    "too big": (Phase.DATA, 552, "5.3.4 too big"),
    "broken": (Phase.DATA, 554, "5.6.0 no"),
}

BAD_DAY = ("lost", "lost to nonsense", "lost", "later", "spam")


class Senders(RuleBasedStateMachine):
    """Two senders and a reaper around two mails of one morning; time only goes on."""

    address: ClassVar[str] = "sqlite://"

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = at(MONDAY)
        self.holding: dict[str, tuple[Claimed, Begun, bool]] = {}
        self.final: dict[str, str] = {}
        self.left: dict[str, int] = {}

    @initialize()
    def a_morning(self) -> None:
        """Owe one mail to the caseworker, another to the next."""
        self.engine: Engine = open_database(fresh(self.address))
        METADATA.create_all(self.engine)
        settle_in(self.engine, ["4711", "4712"])
        for case, caseworker in (("4711", "mho"), ("4712", "jsk")):
            plan(self.engine, warned(case), now=self.now, caseworker=caseworker)
        build_messages(self.engine, SETTINGS, self.now)

    @rule(sender=SENDERS)
    def take_a_mail(self, sender: str) -> None:
        """A sender, perhaps one that forgot what it held, claims the next mail."""
        with writing(self.engine) as connection:
            until = minutes_after(self.now, LEASE_MINUTES)
            claimed = claim(connection, sender, self.now, until)
            if claimed is not None:
                begun = open_attempt(connection, claimed, self.now)
                self.holding[sender] = (claimed, begun, False)

    @rule(sender=SENDERS, twice=st.booleans())
    def begin_to_hand_over(self, sender: str, twice: bool) -> None:
        """A sender begins DATA, perhaps asking the database twice; now the mail may have left."""
        claimed, begun, in_data = self.holding.get(sender, (None, Begun(0, 0), True))
        if claimed is None or in_data:
            return
        for _ in range(1 + twice):
            with writing(self.engine) as connection:
                ours = enter_data(connection, claimed, begun.id)
        if ours:
            self.holding[sender] = (claimed, begun, True)
            self.left[claimed.uuid] = self.left.get(claimed.uuid, 0) + 1
        else:
            del self.holding[sender]

    @rule(
        sender=SENDERS,
        early=st.sampled_from(sorted(BEFORE_DATA)),
        late=st.sampled_from(sorted(AFTER_DATA)),
        twice=st.booleans(),
    )
    def hear_the_answer(self, sender: str, early: str, late: str, twice: bool) -> None:
        """The server answers, or its answer is lost; it may be written down twice."""
        claimed, begun, in_data = self.holding.pop(sender, (None, Begun(0, 0), False))
        if claimed is None:
            return
        found = ending(*(AFTER_DATA[late] if in_data else BEFORE_DATA[early]))
        one = Try(claimed, begun, "in_data" if in_data else "claimed", found, 0, self.now)
        if in_data and found.code is not None and found.code >= 400:
            self.left[claimed.uuid] -= 1  # a definite no left no copy
        for _ in range(1 + twice):
            with writing(self.engine) as connection:
                settle(connection, one, Office("x:25", False, SETTINGS, Limits()))

    @rule(sender=SENDERS, late=st.sampled_from(sorted(AFTER_DATA)), dies=st.booleans())
    def send_a_mail(self, sender: str, late: str, dies: bool) -> None:
        """All of the above in one go, so that the rare third try comes up often enough."""
        self.take_a_mail(sender)
        self.begin_to_hand_over(sender, twice=False)
        if dies:
            self.die(sender)
        else:
            self.hear_the_answer(sender, early="cut", late=late, twice=False)

    @rule(sender=SENDERS, ends=st.lists(st.sampled_from(BAD_DAY), min_size=3, max_size=6))
    def a_bad_day(self, sender: str, ends: list[str]) -> None:
        """One try after the other comes to little, with time enough between them."""
        for end in ends:
            self.send_a_mail(sender, end, dies=False)
            self.time_passes(61)

    @rule(sender=SENDERS)
    def die(self, sender: str) -> None:
        """A sender dies and forgets what it held."""
        self.holding.pop(sender, None)

    @rule(minutes=st.sampled_from([1, 6, 16, 61]))
    def time_passes(self, minutes: int) -> None:
        """Time passes, and the reaper looks round; whoever holds a mail is alive, or dead."""
        self.now = minutes_after(self.now, minutes)
        if not self.holding:
            let_leases_run_out(self.engine)
        take_back_abandoned(self.engine, self.now)

    @invariant()
    def the_promises_hold(self) -> None:
        """Check copies, final states and books."""
        if not hasattr(self, "engine"):
            return
        with reading(self.engine) as connection:
            rows: list[Any] = list(connection.execute(select(MESSAGE)))
            intents = count_by_state(connection)
            live = select(func.count()).where(CARRIES.c.live).group_by(CARRIES.c.intent_id)
            in_mails = set(connection.execute(live).scalars())
            open_tries = connection.execute(
                select(ATTEMPT.c.message_uuid).where(ATTEMPT.c.ended_at.is_(None))
            )
            underway = {row.uuid for row in rows if row.state in {"claimed", "in_data"}}
            assert set(open_tries.scalars()) <= underway
        for row in rows:
            assert row.uncertain <= 2
            assert row.state != "pending" or row.uncertain < 2
            assert self.left.get(row.uuid, 0) <= 2
            before = self.final.setdefault(row.uuid, row.state)
            assert before not in FINAL or before == row.state
            self.final[row.uuid] = row.state
        # every reminder is in one mail that counts, and ends with it
        assert in_mails == {1}
        ended = sum(row.state in FINAL - {"superseded"} for row in rows)
        assert intents.get("sent", 0) + intents.get("undeliverable", 0) == ended
        assert intents.get("planned", 0) == 2 - ended

    def teardown(self) -> None:
        """Close the database."""
        if hasattr(self, "engine"):
            self.engine.dispose()


def fresh(address: str) -> str:
    """Return the address of an empty database: in memory, or on the server at the address."""
    if address == "sqlite://":
        return address
    server = create_engine(address, isolation_level="AUTOCOMMIT")
    name = f"states_{uuid.uuid4().hex}"
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    server.dispose()
    return server.url.set(database=name).render_as_string(hide_password=False)


@pytest.mark.hypothesis
@pytest.mark.parametrize(("kind", "plays"), [("sqlite", 60), ("postgresql", 5)])
def test_senders_in_any_order_keep_the_promises(
    request: pytest.FixtureRequest, kind: str, plays: int
) -> None:
    class Played(Senders):
        address = request.getfixturevalue("postgres_server") if kind != "sqlite" else "sqlite://"

    how = settings(max_examples=examples(plays), stateful_step_count=40)
    run_state_machine_as_test(Played, settings=how)  # type: ignore[no-untyped-call]
