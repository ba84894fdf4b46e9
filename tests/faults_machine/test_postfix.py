"""A real Postfix between us and the mailboxes: refusals, bounces, lost answers, a killed queue."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.sending.bounces import look_for_bounces
from models.database import reading
from models.outbox import ATTEMPT, INTENT, MESSAGE
from rules.dates import minutes_after
from tests.faults.conftest import Reckon
from tests.faults.line_proxy import UNHARMED, Fate, a_line
from tests.faults.many_mails import many_pending_mails
from tests.faults.post import (
    MORNING,
    a_pending_mail,
    is_underway,
    pending_mails,
    send,
    send_until_settled,
)
from tests.faults.scripted_server import Script, a_scripted_server
from tests.faults_machine.postfix import HOLDING, a_postfix
from tests.flow.mail_cases import LENE, METTE, SETTINGS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""How a mail server behaves does not depend on the database; tests/faults runs on both."""

LENES = {LENE: "lene"}
EVERYBODY = {METTE: "mette", **LENES}
MANY = 1_000


def test_s11_an_unknown_mailbox_is_refused_and_the_leader_told_in_the_same_run(
    database: Engine, reckoned: Reckon
) -> None:
    a_pending_mail(database)
    with a_postfix(LENES) as postfix:
        send(database, postfix.server)
        postfix.empty_queue()
        assert len(postfix.taken("lene")) == 1
        reckoned(database, postfix.taken())


def test_s6_the_way_to_it_is_encrypted_where_that_is_asked_for(
    database: Engine, reckoned: Reckon
) -> None:
    a_pending_mail(database)
    with a_postfix(EVERYBODY, encryption="encrypt") as postfix:
        # in clear it takes no sender: the line is at fault, and nothing is lost
        assert send(database, postfix.server).fault is not None
        send_until_settled(database, postfix.encrypted, range(1, 120, 2))
        postfix.empty_queue()
        assert reckoned(database, postfix.taken()).mails == 1
        delivered = next(postfix.box("mette").glob("new/*")).read_text()
        assert "with ESMTPS" in delivered


def test_s29_a_mail_taken_and_then_returned_is_matched_and_told_to_the_next_in_the_chain(
    database: Engine,
) -> None:
    a_pending_mail(database)
    second_hop = Script(rcpt="550 5.1.1 no such user here")
    with a_scripted_server(second_hop) as hop:
        elsewhere = {METTE: f"smtp:[127.0.0.1]:{hop.port}"}
        boxes = {**EVERYBODY, "bounce@kommune.dk": "bounce"}
        with a_postfix(boxes, transports=elsewhere) as postfix:
            settings = SETTINGS.model_copy(
                update={
                    "bounce_address": "bounce@kommune.dk",
                    "bounces": str(postfix.box("bounce")),
                }
            )
            deliver(database, settings, lambda: MORNING, server=postfix.server)
            postfix.empty_queue()
            (returned,) = list(postfix.box("bounce").glob("new/*"))
            words = returned.read_text(errors="replace")
            assert "multipart/report" in words
            assert "4711" not in words, "the returned mail holds what was in it"
            later = minutes_after(MORNING, 10)
            looked = look_for_bounces(database, settings, later)
            assert looked.fault is None
            deliver(database, settings, lambda: later, server=postfix.server)
            postfix.empty_queue()
            assert len(postfix.taken("lene")) == 1
    with reading(database) as connection:
        states = connection.execute(
            select(INTENT.c.recipient, INTENT.c.state).order_by(INTENT.c.id)
        ).all()
        bounced = connection.execute(select(MESSAGE.c.state).where(MESSAGE.c.recipient == "mho"))
        assert [tuple(row) for row in states] == [("mho", "undeliverable"), ("lln", "sent")]
        assert bounced.scalar_one() == "bounced"


def test_s15_s19_answers_lost_on_the_way_from_a_real_server(
    database: Engine, reckoned: Reckon
) -> None:
    many_pending_mails(database, MANY)
    luck = random.Random(19)

    def fate(caller: int) -> Fate:
        # a conversation of ten mails or so, cut anywhere in it
        return Fate(cut_answers_after=luck.randint(200, 4000)) if caller < 120 else UNHARMED

    with a_postfix(EVERYBODY) as postfix, a_line(postfix.server, fate) as line:
        server = replace(line, patience=postfix.server.patience)
        send_until_settled(database, server, range(0, 3 * 24 * 60, 5), connections=4)
        postfix.empty_queue()
        found = reckoned(database, postfix.taken())
    assert found.mails + found.held >= MANY
    assert found.doubled > 0, "no answer was lost: the test tried nothing"


def test_s31_a_mail_larger_than_the_server_takes_is_never_lost_in_silence(
    database: Engine, reckoned: Reckon
) -> None:
    a_pending_mail(database)
    with a_postfix(EVERYBODY, more="message_size_limit = 3000\n") as postfix:
        send_until_settled(database, postfix.server)
        postfix.empty_queue()
        reckoned(database, postfix.taken())
    assert not is_underway(database)


def test_s33_postfix_killed_with_a_full_queue_still_delivers_all_it_has_taken(
    database: Engine, reckoned: Reckon
) -> None:
    many_pending_mails(database, 1_000)
    with a_postfix(EVERYBODY, more=HOLDING) as postfix:
        send(database, postfix.server, connections=4)
        assert not is_underway(database), "Postfix has taken every mail"
        postfix.kill()
        postfix.let_go()
        postfix.start()
        postfix.empty_queue()
        found = reckoned(database, postfix.taken())
    assert (found.mails, found.doubled) == (1_000, 0)


def test_s33_postfix_killed_while_we_speak_to_it(database: Engine, reckoned: Reckon) -> None:
    pending_mails(database, 60)
    boxes = {**EVERYBODY, **{f"p{number}@kommune.dk": "everybody" for number in range(60)}}
    with a_postfix(boxes) as postfix:
        answered = 0

        def kill_in_the_middle(point: str) -> None:
            nonlocal answered
            answered += point == "answered"
            if point == "in data" and answered == 20:
                answered += 1
                postfix.kill()

        assert send(database, postfix.server, at_point=kill_in_the_middle).fault is not None
        postfix.start()
        send_until_settled(database, postfix.server, range(1, 24 * 60, 3))
        postfix.empty_queue()
        found = reckoned(database, postfix.taken())
    assert found.mails == 60


def test_s24_ten_connections_at_most_and_the_rest_waits(database: Engine, reckoned: Reckon) -> None:
    """A Postfix that takes three mails a connection and ten a minute from one client."""
    pending_mails(database, 25)
    boxes = {**EVERYBODY, **{f"p{number}@kommune.dk": "everybody" for number in range(25)}}
    limits = "smtpd_client_message_rate_limit = 10\nsmtpd_client_event_limit_exceptions =\n"
    with a_postfix(boxes, more=limits + "anvil_rate_time_unit = 2s\n") as postfix:
        # the clock of the outbox goes faster than that of Postfix: it is asked again and again
        send_until_settled(database, postfix.server, range(0, 72 * 60, 5))
        postfix.empty_queue()
        found = reckoned(database, postfix.taken())
    assert (found.mails, found.lost) == (25, 0)


def test_how_many_a_second_a_real_postfix_takes(
    database: Engine, note: Callable[..., None], reckoned: Reckon
) -> None:
    many_pending_mails(database, MANY)
    with a_postfix(EVERYBODY) as postfix:
        began = time.monotonic()
        build_messages(database, SETTINGS, MORNING)
        send(database, postfix.server, connections=2)
        seconds = time.monotonic() - began
        postfix.empty_queue()
        assert reckoned(database, postfix.taken()).mails == MANY
    note(mails_a_second=round(MANY / seconds))
    with reading(database) as connection:
        tries = connection.execute(select(ATTEMPT.c.queue_id)).scalars().all()
    assert all(tries), "each taken mail is known by Postfix' own number"
