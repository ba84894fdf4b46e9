"""P13 and D1: senders killed, and the database stopped, at any moment of six thousand mails."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import pytest
from sqlalchemy import Engine

from models.database import open_database
from models.schema import METADATA
from notifications.server import MailServer
from tests.faults.conftest import Reckon
from tests.faults.many_mails import many_pending_mails
from tests.faults.post import MORNING, is_underway, send_until_settled
from tests.faults.scripted_server import Script, a_scripted_server
from tests.faults.sender_process import BaseProcess, sending
from tests.faults.stopping_postgres import StoppingPostgres
from tests.flow.mail_cases import let_leases_run_out

MAILS = 6_000
KILLS = 30
SENDERS = 2
CONNECTIONS = 4
LONG_ENOUGH = 120.0
TAKEN = "250 2.0.0 Ok: queued as SINK"


def striking(luck: random.Random, strike: Event, apart: tuple[int, int]) -> Iterator[str]:
    """Take every mail; now and then, while a mail is being taken, ring the bell."""
    while True:
        yield from [TAKEN] * luck.randint(*apart)
        strike.set()


class Senders:
    """Two senders that are there all the time, however often one of them is killed."""

    def __init__(self, url: str, server: MailServer) -> None:
        self.began = time.monotonic()
        self.start = lambda: sending(url, server.port, CONNECTIONS, MORNING, self.began)
        self.alive: list[BaseProcess] = [self.start() for _ in range(SENDERS)]
        self.kills = 0

    def kill_one(self, luck: random.Random) -> None:
        """Kill one of them, and let another begin in its place."""
        number = luck.randrange(SENDERS)
        self._kill(self.alive[number])
        self.alive[number] = self.start()

    def kill_all(self) -> None:
        """Kill them for good."""
        for one in self.alive:
            self._kill(one)

    def _kill(self, sender: BaseProcess) -> None:
        sender.kill()
        sender.join()
        self.kills += 1


@pytest.mark.timeout(600)
def test_p13_thirty_kills_in_six_thousand_mails_lose_none(
    database: Engine, database_url: str, reckoned: Reckon, note: Callable[..., None]
) -> None:
    many_pending_mails(database, MAILS)
    luck, strike = random.Random(13), Event()
    script = Script(data_ends=striking(luck, strike, (60, 220)))
    with a_scripted_server(script) as server:
        senders = Senders(database_url, server)
        while senders.kills < KILLS - SENDERS:
            assert strike.wait(LONG_ENOUGH), "no mail comes any more"
            strike.clear()
            senders.kill_one(luck)
        senders.kill_all()
        let_leases_run_out(database)
        send_until_settled(database, server, range(30, 300, 5), connections=CONNECTIONS)
    found = reckoned(database, script.read)
    note(kills=senders.kills)
    assert found.mails >= MAILS
    assert found.doubled <= senders.kills * CONNECTIONS


@pytest.fixture
def stopping_postgres() -> Iterator[StoppingPostgres]:
    """A PostgreSQL of this test's own."""
    with TemporaryDirectory(prefix="fristvagt-postgres-") as folder:
        server = StoppingPostgres(Path(folder))
        try:
            yield server
        finally:
            server.close()


@pytest.mark.timeout(600)
def test_d1_a_database_that_is_stopped_hard_again_and_again_loses_no_mail(
    stopping_postgres: StoppingPostgres, reckoned: Reckon, note: Callable[..., None]
) -> None:
    """As in a power cut, and with a sender killed now and then, six thousand mails on their way."""
    url = stopping_postgres.url
    database = open_database(url)
    METADATA.create_all(database)
    many_pending_mails(database, MAILS)
    luck, strike = random.Random(1), Event()
    script = Script(data_ends=striking(luck, strike, (200, 700)))
    with a_scripted_server(script) as server:
        senders = Senders(url, server)
        for number in range(8):
            assert strike.wait(LONG_ENOUGH), "no mail comes any more"
            if number % 3 == 2:
                senders.kill_one(luck)
            else:
                stopping_postgres.stop_hard_and_start()
            strike.clear()
        senders.kill_all()
        database.dispose()
        let_leases_run_out(database)
        send_until_settled(database, server, range(30, 300, 5), connections=CONNECTIONS)
    found = reckoned(database, script.read)
    note(kills=senders.kills, stops=stopping_postgres.stops)
    assert not is_underway(database)
    assert found.mails >= MAILS
    database.dispose()
