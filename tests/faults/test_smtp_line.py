"""S1 to S8: nobody answers, or nobody that mails may be trusted to. All mails wait, unharmed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from models.database import reading
from notifications.server import Tls
from tests.faults.conftest import Reckon
from tests.faults.line_proxy import Fate, a_full_house, a_line
from tests.faults.oracle import OPS_EVENT
from tests.faults.post import (
    a_pending_mail,
    how_it_stands,
    pending_mails,
    send,
    send_until_settled,
)
from tests.faults.scripted_server import Script, a_scripted_server
from tests.faults.serving import a_closed_port
from tests.flow.mail_server import a_mail_server, server_at, soon_given_up

UNTRIED = ("pending", 0, 0)


def open_alarms(engine: Engine) -> list[str]:
    """Return what the operator has been told of and is not over."""
    with reading(engine) as connection:
        bad = select(OPS_EVENT.c.message).where(OPS_EVENT.c.recovered_at.is_(None))
        return list(connection.execute(bad).scalars())


def test_s1_refused_for_two_hours_and_then_all_is_sent(database: Engine, reckoned: Reckon) -> None:
    pending_mails(database, 5)
    port = a_closed_port()
    for minute in range(0, 120, 5):
        found = send(database, server_at(port), minute)
        assert found.fault is not None
        assert "svarer ikke" in found.fault.da
        assert how_it_stands(database, "p0") == UNTRIED
        assert minute < 15 or open_alarms(database) != []
    script = Script()
    with a_scripted_server(script, port=port) as server:
        send_until_settled(database, server, range(121, 140))
    assert reckoned(database, script.read) == (5, 0, 0, 0)
    assert open_alarms(database) == []


def test_s2_a_black_hole_costs_no_mail_a_try(database: Engine, reckoned: Reckon) -> None:
    a_pending_mail(database)
    with a_full_house() as port:
        send(database, soon_given_up(server_at(port), "connecting"))
    assert how_it_stands(database) == UNTRIED
    script = Script()
    with a_scripted_server(script) as server:
        send_until_settled(database, server, range(1, 20))
    assert reckoned(database, script.read).mails == 1


SPOILT_GREETINGS = [
    "hang",
    "close",
    "reset",
    "421 4.3.2 not now",
    "421-4.3.2 not|now",
    "450 4.3.2 later",
    "554 5.3.2 no service",
    "000 nothing",
    "999 what",
    "250 OK",
    "354 go ahead",
    "raw HTTP/1.1 400 Bad Request\\r\\n\\r\\n",
    "raw \\xff\\xfe\\x00\\r\\n",
    "raw 220 no line end",
    "raw 22",
    "raw " + "x" * 2_000_000,
    "slowly 554 5.3.2 no",
]


@pytest.mark.parametrize("greeting", SPOILT_GREETINGS, ids=lambda text: text[:24])
def test_s3_a_greeting_that_is_none_leaves_the_mail_untried(
    database: Engine, reckoned: Reckon, greeting: str
) -> None:
    a_pending_mail(database)
    with a_scripted_server(Script(greeting=greeting)) as server:
        delivery = send(database, soon_given_up(server, "connecting"))
    assert how_it_stands(database) == UNTRIED
    assert delivery.fault is not None
    script = Script()
    with a_scripted_server(script) as server:
        send_until_settled(database, server, range(1, 20))
    assert reckoned(database, script.read) == (1, 0, 0, 0)


def test_s3_a_greeting_of_many_lines_is_a_good_one(database: Engine) -> None:
    a_pending_mail(database)
    script = Script(greeting="220 mail.kommune.dk|unsolicited mail|is not welcome")
    with a_scripted_server(script) as server:
        send(database, server)
    assert len(script.kept) == 1


@pytest.mark.parametrize("hello", ["502 5.5.1 what?", "500 what?", "554 no", "421 bye; close"])
def test_s4_a_server_that_knows_no_ehlo_gets_nothing_in_clear(database: Engine, hello: str) -> None:
    a_pending_mail(database)
    script = Script(hello=hello)
    with a_scripted_server(script, encrypted=True) as server:
        send(database, server)
    assert how_it_stands(database) == UNTRIED
    assert b"MAIL" not in script.heard_verbs()


@pytest.mark.parametrize(
    "script",
    [
        Script(),
        Script(offers=("STARTTLSX", "X-STARTTLS")),
        Script(hello="250 ready|AUTH PLAIN"),
    ],
    ids=["not offered", "misspelt", "other words"],
)
def test_s5_without_encryption_nothing_leaves_and_the_operator_is_told_at_once(
    database: Engine, script: Script
) -> None:
    a_pending_mail(database)
    with a_scripted_server(script) as plain:
        server = replace(server_at(plain.port, Tls.STARTTLS), user="us", password="s3cret")
        send(database, server)
    assert how_it_stands(database) == UNTRIED
    assert set(script.heard_verbs()) <= {b"EHLO", b"QUIT"}
    assert any("STARTTLS" in told for told in open_alarms(database))


@pytest.mark.parametrize("starttls", ["454 4.7.0 not now", "502 no", "220 go; close", "hang"])
def test_s5_encryption_that_is_offered_and_then_refused_is_no_reason_to_send_in_clear(
    database: Engine, starttls: str
) -> None:
    a_pending_mail(database)
    script = Script(starttls=starttls)
    with a_scripted_server(script, encrypted=True) as server:
        send(database, soon_given_up(server, "greeting"))
    assert how_it_stands(database) == UNTRIED
    assert b"MAIL" not in script.heard_verbs()


def test_s6_a_certificate_for_somebody_else_is_not_trusted(database: Engine) -> None:
    a_pending_mail(database)
    with a_mail_server(encrypted=True, certified_for="mail.example") as (kept, server):
        send(database, server)
    assert kept.taken == []
    assert how_it_stands(database) == UNTRIED
    assert open_alarms(database) != []


def test_s6_a_certificate_of_an_unknown_authority_is_not_trusted(database: Engine) -> None:
    a_pending_mail(database)
    script = Script()
    with a_scripted_server(script, encrypted=True) as server:
        send(database, replace(server, authorities=""))
    assert script.mails == []
    assert how_it_stands(database) == UNTRIED


@pytest.mark.parametrize(
    "starttls",
    [
        "raw 220 go\\r\\n250-localhost\\r\\n250 AUTH PLAIN\\r\\n",
        "raw 220 go\\r\\n250 OK\\r\\n250 OK\\r\\n354 go\\r\\n250 Ok: queued as EVIL\\r\\n",
    ],
    ids=["another EHLO answer", "answers to a whole mail"],
)
def test_s7_what_is_slipped_in_before_encryption_begins_is_never_believed(
    database: Engine, starttls: str
) -> None:
    a_pending_mail(database)
    script = Script(starttls=starttls, rcpt="550 5.1.1 said encrypted")
    with a_scripted_server(script, encrypted=True) as server:
        send(database, server)
    state, _, _ = how_it_stands(database)
    assert state in {"pending", "failed"}
    assert script.mails == []
    clear = script.heard[: script.heard.index(b"(TLS)")] if b"(TLS)" in script.heard else []
    assert all(line.split()[0].upper() in {b"EHLO", b"STARTTLS"} for line in clear)


def test_s8_a_password_that_is_changed_in_mid_run_fails_no_mail(
    database: Engine, reckoned: Reckon
) -> None:
    pending_mails(database, 6)
    turns = ["235 2.7.0 welcome", *["535 5.7.8 wrong password"] * 20, "235 2.7.0 welcome"]
    script = Script(
        login=turns, offers=("AUTH PLAIN LOGIN",), data_ends=["250 OK", "250 OK; close", "250 OK"]
    )
    with a_scripted_server(script, encrypted=True, user="us") as server:
        send(database, server)
        told = {mail.recipient for mail in script.kept}
        assert len(told) == 2
        for one in range(6):
            if f"p{one}@kommune.dk" not in told:
                assert how_it_stands(database, f"p{one}") == UNTRIED
        assert open_alarms(database) != []
        send_until_settled(database, server, range(1, 60 * 8, 5))
    assert reckoned(database, script.read) == (6, 0, 0, 0)
    assert open_alarms(database) == []


@pytest.mark.parametrize("login", ["530 5.7.0 no", "534 5.7.9 app password", "454 4.7.0 later"])
def test_s8_a_login_that_is_refused_is_the_line_s_fault(database: Engine, login: str) -> None:
    a_pending_mail(database)
    script = Script(login=login, offers=("AUTH PLAIN",))
    with a_scripted_server(script, encrypted=True, user="us") as server:
        delivery = send(database, server)
    assert how_it_stands(database) == UNTRIED
    assert delivery.fault is not None
    assert "s3cret" not in delivery.fault.en + str(open_alarms(database))


def test_s2_answers_that_drip_in_are_waited_for_as_long_as_there_is_patience(
    database: Engine,
) -> None:
    a_pending_mail(database)
    script = Script()
    with (
        a_scripted_server(script) as server,
        a_line(server, lambda caller: Fate(seconds_an_answer=0.1)) as slow,
    ):
        send(database, slow)
    assert len(script.kept) == 1
