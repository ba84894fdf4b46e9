"""A server in a bad mood and many mails: none lost, none three times, and the books balance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, cycle

from sqlalchemy import Engine, select

from flows.composing.compose import build_messages
from flows.deliver import deliver
from models.database import reading
from models.outbox import ATTEMPT, INTENT
from notifications.server import MailServer
from tests.faults.conftest import Reckon
from tests.faults.post import MORNING, owed_mails, pending_mails, send_until_settled
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.mail_cases import SETTINGS
from tests.flow.mail_server import a_mail_server

MAILS = 60
EVERYBODY = [f"p{number}@kommune.dk" for number in range(MAILS)]


def now_and_then(usual: str, moods: dict[int, str]) -> Iterator[str]:
    """Give the usual answer, but every so many times another.

    It counts instead of drawing lots, so that each mood comes up whatever the mails' order.
    """
    for number in count(1):
        yield next((said for every, said in moods.items() if number % every == 0), usual)


def test_nothing_is_lost_nothing_comes_three_times_and_every_debt_ends(
    database: Engine, reckoned: Reckon
) -> None:
    pending_mails(database, MAILS)
    lines = cycle(["250 OK"] * 12 + ["close"] + ["250 OK"] * 12 + ["421 4.3.0 closing; close"])
    ends = now_and_then("250 2.0.0 Ok: queued as X", {7: "451 4.3.0 later", 11: "take; close"})
    refused = dict.fromkeys(EVERYBODY[::17], "550 5.1.1 unknown")
    script = Script(mail=lines, data_ends=ends, rcpt_of=refused)
    with a_scripted_server(script) as server:
        send_until_settled(database, server, range(0, 60 * 9, 3))
    found = reckoned(database, [mail.content for mail in script.kept])
    assert found.lost == 0
    assert found.doubled > 0
    with reading(database) as connection:
        outcomes = set(connection.scalars(select(ATTEMPT.c.outcome)))
        sent = select(INTENT.c.case_ref).where(INTENT.c.state == "sent").distinct()
        told = set(connection.scalars(sent))
    assert outcomes >= {"accepted", "retry", "uncertain", "refused"}
    # every case has been told of, to the caseworker or, where refused or in doubt, to the leader
    assert told == {str(1000 + number) for number in range(MAILS)}


def test_two_schedulers_at_the_same_moment_send_everything_once(database: Engine) -> None:
    owed_mails(database, MAILS)

    def build_and_send(server: MailServer) -> None:
        build_messages(database, SETTINGS, MORNING)
        deliver(database, SETTINGS, lambda: MORNING, server=server)

    with a_mail_server() as (kept, server), ThreadPoolExecutor(3) as several:
        for done in [several.submit(build_and_send, server) for _ in range(3)]:
            done.result()
    assert Counter(str(mail["To"]) for mail in kept.mails()) == Counter(EVERYBODY)
