"""A server in a bad mood and many mails: none lost, none three times, and the books balance."""

from __future__ import annotations

from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine, insert, select

from flows.compose import build_messages
from flows.deliver import deliver
from models.case_tables import PersonRow
from models.database import reading, writing
from models.outbox import ATTEMPT, INTENT, MESSAGE
from notifications.server import MailServer
from rules.dates import minutes_after
from tests.flow.mail_cases import MONDAY, SETTINGS, at, plan, settle_in, warned
from tests.flow.mail_server import Script, a_mail_server, a_scripted_server, parsed

MORNING = at(MONDAY)
MAILS = 60
REFUSED = {f"p{number}@kommune.dk" for number in range(0, MAILS, 17)}


@dataclass
class Moody(Script):
    """A server that drops lines, postpones, and loses answers to mails it has taken.

    It counts instead of drawing lots, so that each mood comes up whatever the mails' order.
    """

    greeted: int = 0
    ended: int = 0
    kept: list[bytes] = field(default_factory=list)

    def answer(self, verb: bytes) -> str:
        """Answer most commands as scripted, and some otherwise."""
        self.greeted += verb == b"MAIL"
        if verb == b"MAIL" and self.greeted % 13 == 0:
            return ("close", "421 4.3.0 closing", "451 4.3.0 later")[self.greeted // 13 % 3]
        return super().answer(verb)

    def next_end(self) -> str:
        """Take most mails, some of them without saying so, and postpone others."""
        content = self.read[-1]
        if str(parsed(content)["To"]) in REFUSED:
            return "550 5.1.1 unknown"
        self.ended += 1
        if self.ended % 7 == 0:
            return "451 4.3.0 later"
        self.kept.append(content)
        return "close" if self.ended % 11 == 0 else "250 2.0.0 Ok: queued as X"


@pytest.fixture
def municipality(database: Engine) -> Engine:
    """A database with a deadline for each of many caseworkers."""
    settle_in(database, [str(1000 + number) for number in range(MAILS)])
    more = {"role": "caseworker", "team": "Nord", "leader": "lln", "language": "", "active": True}
    people = [
        {"person": f"p{n}", "name": f"Navn Nr{n}", "email": f"p{n}@kommune.dk", **more}
        for n in range(MAILS)
    ]
    with writing(database) as connection:
        connection.execute(insert(PersonRow), people)
    for n in range(MAILS):
        plan(database, warned(str(1000 + n)), now=at(MONDAY, 5, 30), caseworker=f"p{n}")
    return database


def test_nothing_is_lost_nothing_comes_three_times_and_every_debt_ends(
    municipality: Engine,
) -> None:
    database, script = municipality, Moody()
    with a_scripted_server(script) as server:
        for minutes in range(0, 60 * 9, 3):
            now = minutes_after(MORNING, minutes)
            build_messages(database, SETTINGS, now)
            deliver(database, SETTINGS, lambda now=now: now, server=server)  # type: ignore[misc]
    copies = Counter(str(parsed(content)["Message-ID"]) for content in script.kept)
    versions: defaultdict[str, set[bytes]] = defaultdict(set)
    for content in script.kept:
        versions[str(parsed(content)["Message-ID"])].add(content)
    with reading(database) as connection:
        messages = connection.execute(
            select(MESSAGE.c.message_id, MESSAGE.c.state, MESSAGE.c.uncertain)
        ).all()
        attempts = connection.execute(select(ATTEMPT.c.ended_at, ATTEMPT.c.outcome)).all()
        told = connection.execute(
            select(INTENT.c.case_ref).where(INTENT.c.state == "sent").distinct()
        )
        states = Counter(connection.execute(select(INTENT.c.state)).scalars())
        cases = set(told.scalars())
    # every case has been told of, to the caseworker or, where refused or in doubt, to the leader
    assert cases == {str(1000 + n) for n in range(MAILS)}
    assert set(states) == {"sent", "undeliverable"}
    # at most one copy more, and only where the books say that an answer was lost
    lost = {row.message_id: row.uncertain for row in messages}
    assert all(number <= 1 + min(lost[identity], 1) for identity, number in copies.items())
    assert max(copies.values()) == 2
    assert all(len(contents) == 1 for contents in versions.values())
    # what the database calls accepted was taken, and no mail and no try is left open
    accepted = {row.message_id for row in messages if row.state == "accepted"}
    assert accepted <= set(copies)
    assert {row.state for row in messages} <= {"accepted", "failed", "hold"}
    assert all(row.ended_at is not None for row in attempts)
    assert {row.outcome for row in attempts} >= {"accepted", "retry", "uncertain", "refused"}


def test_two_schedulers_at_the_same_moment_send_everything_once(municipality: Engine) -> None:
    def build_and_send(server: MailServer) -> None:
        build_messages(municipality, SETTINGS, MORNING)
        deliver(municipality, SETTINGS, lambda: MORNING, server=server)

    with a_mail_server() as (kept, server), ThreadPoolExecutor(3) as several:
        for done in [several.submit(build_and_send, server) for _ in range(3)]:
            done.result()
    assert Counter(str(mail["To"]) for mail in kept.mails()) == Counter(
        {f"p{number}@kommune.dk": 1 for number in range(MAILS)}
    )
