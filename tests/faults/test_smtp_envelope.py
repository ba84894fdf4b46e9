"""S9 to S13 and S22 to S32: the server speaks, and takes the envelope badly."""

from __future__ import annotations

import random
from itertools import cycle

import pytest
from sqlalchemy import Engine, select, update

from models.database import reading, writing
from models.outbox import INTENT, MESSAGE, count_by_state
from tests.faults.conftest import Reckon
from tests.faults.line_proxy import UNHARMED, Fate, a_line
from tests.faults.many_mails import many_pending_mails
from tests.faults.post import (
    a_pending_mail,
    how_it_stands,
    pending_mails,
    said_by_the_server,
    send,
    send_until_settled,
)
from tests.faults.scripted_server import Script, a_scripted_server, by_chance
from tests.faults.test_smtp_line import UNTRIED
from tests.flow.mail_cases import KAREN, LENE, METTE, SETTINGS
from tests.flow.mail_server import soon_given_up

PATIENCE_OF = {"hello": "greeting", "data": "data"}

ALL_FATES = {
    "hangs": "hang",
    "closes": "close",
    "resets": "reset",
    "421": "421 4.7.0 too many; close",
    "421 in many lines": "421-4.7.0 too|many; close",
    "garbage": "raw \\x00\\xff\\xfe what?\\r\\n",
    "half a line": "raw 25",
    "000": "000 nothing",
    "999": "999 what",
    "a megabyte": "raw 250 " + "x" * 1_000_000 + "\\r\\n",
    "bare line feeds": "raw 250-one\\n250 two\\n",
    "two answers at once": "raw 451 4.3.0 later\\r\\n250 OK\\r\\n",
}


@pytest.mark.parametrize("phase", ["hello", "mail", "rcpt", "data"])
@pytest.mark.parametrize("fate", ALL_FATES.values(), ids=ALL_FATES)
def test_s9_whatever_happens_once_before_the_mail_itself_costs_nothing_but_time(
    database: Engine, reckoned: Reckon, phase: str, fate: str
) -> None:
    """A server that has gone mad once, at any phase before the last dot, and is well then."""
    pending_mails(database, 2)
    good = {"hello": "250 ready", "data": "354 go ahead"}.get(phase, "250 2.1.0 OK")
    script = Script(**{phase: [fate, good]})
    with a_scripted_server(script) as server:
        send(database, soon_given_up(server, PATIENCE_OF.get(phase, "envelope")))
        send_until_settled(database, server, range(1, 200, 3))
    found = reckoned(database, script.read)
    assert (found.lost, found.doubled, found.held) == (0, 0, 0)


@pytest.mark.parametrize("phase", ["hello", "mail", "rcpt"])
@pytest.mark.parametrize("fate", ["close", "reset", "421 4.3.2 closing"])
def test_s9_a_line_that_breaks_before_the_mail_itself_costs_it_no_try(
    database: Engine, phase: str, fate: str
) -> None:
    a_pending_mail(database)
    with a_scripted_server(Script(**{phase: fate})) as server:
        assert send(database, server).counts == {"line down": 1}
    assert how_it_stands(database) == UNTRIED


def test_s9_mail_451_is_a_not_now_for_this_mail_alone(database: Engine, reckoned: Reckon) -> None:
    pending_mails(database, 3)
    script = Script(mail=["451 4.3.0 later", "250 OK"])
    with a_scripted_server(script) as server:
        send(database, server)
        assert len(script.kept) == 2
        assert send(database, server, 2).counts == {}
        send(database, server, 7)
    assert reckoned(database, script.read) == (3, 0, 0, 0)


@pytest.mark.parametrize("answer", ["550 5.7.1 not allowed", "530 5.7.0 authenticate first"])
def test_s9_a_sender_that_is_not_allowed_fails_no_mail(database: Engine, answer: str) -> None:
    pending_mails(database, 3)
    with a_scripted_server(Script(mail=answer)) as server:
        delivery = send(database, server)
    assert {how_it_stands(database, f"p{one}") for one in range(3)} == {UNTRIED}
    assert delivery.fault is not None


def test_s10_a_greylisted_mail_comes_once(database: Engine, reckoned: Reckon) -> None:
    a_pending_mail(database)
    script = Script(rcpt=["450 4.2.0 greylisted, come back in 10 minutes"] * 2 + ["250 OK"])
    with a_scripted_server(script) as server:
        send_until_settled(database, server)
    assert reckoned(database, script.read) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    "answer", ["550 5.1.1 no such user", "551 5.1.6 moved", "553 5.1.3 bad", "550 5.2.1 disabled"]
)
def test_s11_an_unknown_mailbox_is_told_of_to_the_next_in_the_same_run(
    database: Engine, reckoned: Reckon, answer: str
) -> None:
    a_pending_mail(database)
    script = Script(rcpt_of={METTE: answer})
    with a_scripted_server(script) as server:
        send(database, server)
    assert how_it_stands(database)[0] == "failed"
    assert [mail.recipient for mail in script.kept] == [LENE]
    assert reckoned(database, script.read) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("phase", "answer"),
    [
        ("rcpt", "550 5.1.1 no such user"),
        ("data", "554 5.6.0 no"),
        ("data_ends", "554 5.6.1 not supported"),
    ],
)
def test_s28_when_nobody_in_the_chain_can_be_reached_the_operator_is_told(
    database: Engine, reckoned: Reckon, phase: str, answer: str
) -> None:
    a_pending_mail(database)
    script = Script(**{phase: answer})
    with a_scripted_server(script) as server:
        assert send(database, server).counts["refused"] == 4
    assert how_it_stands(database) == ("failed", 1, 0)
    with reading(database) as connection:
        assert count_by_state(connection) == {"undeliverable": 4}
    assert reckoned(database, [mail.content for mail in script.kept]) == (0, 0, 0, 0)


def test_s28_only_the_fallback_mailbox_is_left_and_gets_it(
    database: Engine, reckoned: Reckon
) -> None:
    a_pending_mail(database)
    script = Script(rcpt_of=dict.fromkeys((METTE, LENE, KAREN), "550 5.1.1 no such user"))
    with a_scripted_server(script) as server:
        send(database, server)
    assert [mail.recipient for mail in script.kept] == [SETTINGS.fallback_mailbox]
    assert reckoned(database, script.read).lost == 0


@pytest.mark.parametrize("data", ["421 4.3.2 closing; close", "451 4.3.0 later"])
def test_s13_a_not_now_to_data_is_a_definite_no_and_one_copy_comes(
    database: Engine, reckoned: Reckon, data: str
) -> None:
    a_pending_mail(database)
    script = Script(data=[data, "354 go ahead"])
    with a_scripted_server(script) as server:
        send_until_settled(database, server)
    assert reckoned(database, script.read) == (1, 0, 0, 0)


def test_s22_a_server_that_closes_after_every_tenth_mail_gets_them_all_once(
    database: Engine, reckoned: Reckon
) -> None:
    pending_mails(database, 45)
    ends = cycle(["250 OK"] * 9 + ["250 OK; 421 4.7.0 enough for now; close"])
    script = Script(data_ends=ends)
    with a_scripted_server(script) as server:
        send_until_settled(database, server, range(60))
    assert reckoned(database, script.read) == (45, 0, 0, 0)


def test_s23_a_connection_that_is_closed_while_idle_costs_no_try(
    database: Engine, reckoned: Reckon
) -> None:
    pending_mails(database, 6)
    script = Script(data_ends="250 OK; close")
    with a_scripted_server(script) as server:
        assert send(database, server).counts == {"accepted": 6}
    assert reckoned(database, script.read) == (6, 0, 0, 0)


def test_s24_throttling_slows_us_down_and_fails_nothing(database: Engine, reckoned: Reckon) -> None:
    """Eight mails a visit, and then 4.3.2 or 4.7.x until the next."""
    pending_mails(database, 30)
    turns = cycle(["250 OK"] * 8 + ["432 4.3.2 too many", "450 4.7.1 too fast"])
    script = Script(mail=turns)
    with a_scripted_server(script) as server:
        send_until_settled(database, server, range(0, 60 * 12, 2))
    assert reckoned(database, script.read) == (30, 0, 0, 0)
    assert script.heard_verbs().count(b"MAIL") < 100


def test_s26_cut_between_mail_and_rcpt_the_mail_waits_untried(
    database: Engine, reckoned: Reckon
) -> None:
    a_pending_mail(database)
    script = Script()
    with (
        a_scripted_server(script) as server,
        a_line(server, lambda caller: Fate(cut_before=b"RCPT") if caller == 0 else UNHARMED) as cut,
    ):
        send(database, cut)
        assert how_it_stands(database) == UNTRIED
        send_until_settled(database, cut, range(1, 20))
    assert reckoned(database, script.read) == (1, 0, 0, 0)


def test_s27_answers_a_byte_at_a_time_time_out_on_that_connection_alone(
    database: Engine, reckoned: Reckon
) -> None:
    pending_mails(database, 12)
    script = Script(hello="250 ready|SIZE 10000000|and a long text that takes its time")
    slow_first = lambda caller: Fate(seconds_a_byte=0.05) if caller == 0 else UNHARMED  # noqa: E731
    with a_scripted_server(script) as server, a_line(server, slow_first) as line:
        impatient = soon_given_up(line, "connecting", "greeting")
        send_until_settled(database, impatient, range(0, 60, 2), connections=2)
    found = reckoned(database, script.read)
    assert (found.mails, found.lost, found.doubled) == (12, 0, 0)


@pytest.mark.parametrize(
    ("swallowed", "phase"),
    [(b"EHLO", "greeting"), (b"MAIL", "envelope"), (b"RCPT", "envelope"), (b"DATA\r\n", "data")],
)
def test_s27_a_line_that_falls_silent_is_given_up_in_time(
    database: Engine, reckoned: Reckon, swallowed: bytes, phase: str
) -> None:
    """A half-open connection: what we say is lost, and nothing comes back, ever."""
    pending_mails(database, 3)
    script = Script()
    silent = lambda caller: Fate(swallow_from=swallowed) if caller == 0 else UNHARMED  # noqa: E731
    with a_scripted_server(script) as server, a_line(server, silent) as line:
        send(database, soon_given_up(line, phase))
        send_until_settled(database, line, range(2, 60, 2), connections=1)
    found = reckoned(database, script.read)
    assert (found.mails, found.lost, found.doubled) == (3, 0, 0)


def test_s25_two_hundred_extensions_are_no_obstacle(database: Engine, reckoned: Reckon) -> None:
    a_pending_mail(database)
    script = Script(offers=tuple(f"X-EXTENSION-{number} {'y' * 80}" for number in range(200)))
    with a_scripted_server(script) as server:
        send(database, server)
    assert reckoned(database, script.read) == (1, 0, 0, 0)


def test_s30_what_the_server_says_of_people_is_not_kept(
    database: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    a_pending_mail(database)
    rude = "550 5.1.1 <mette@kommune.dk>: 010115-1234|is not ours, nor 0101151234; ask ida@x.dk"
    with a_scripted_server(Script(rcpt=rude.replace("; ", " "))) as server:
        send(database, server)
    with reading(database) as connection:
        reasons = list(connection.scalars(select(INTENT.c.state_reason)))
    said = " ".join([*said_by_the_server(database), *reasons, caplog.text])
    assert "[address]" in said
    assert "@" not in said
    assert "010115" not in said


@pytest.mark.parametrize("offers", [(), ("8BITMIME",), ("8BITMIME", "SMTPUTF8")])
def test_s32_mails_are_seven_bits_wide_whatever_the_server_offers(
    database: Engine, offers: tuple[str, ...]
) -> None:
    a_pending_mail(database)
    script = Script(offers=offers)
    with a_scripted_server(script) as server:
        send(database, server)
    assert script.read[0].isascii()
    assert all(line.isascii() for line in script.heard)
    assert max(map(len, script.read[0].split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    "address",
    ["søren@kommune.dk", "", "nobody", "a@x.dk, b@x.dk", "a@x.dk>\r\nRCPT TO:<b@x.dk"],
)
def test_s32_what_is_no_address_the_server_can_take_never_reaches_it_and_goes_to_the_next(
    database: Engine, reckoned: Reckon, address: str
) -> None:
    a_pending_mail(database)
    with writing(database) as connection:
        mettes = update(MESSAGE).where(MESSAGE.c.recipient == "mho")
        connection.execute(mettes.values(address=address))
    script = Script()
    with a_scripted_server(script) as server:
        # at once, before anybody sees that it is not the mailbox she has
        send(database, server)
        send_until_settled(database, server, range(1, 3))
    assert [mail.recipient for mail in script.kept] == [LENE]
    assert reckoned(database, script.read).lost == 0


def test_s19_five_answers_in_a_hundred_are_lost_and_no_mail_is(
    database: Engine, reckoned: Reckon
) -> None:
    many_pending_mails(database, 1000)
    luck = random.Random(19)
    ends = by_chance(luck, {"take; close": 0.025, "take; reset": 0.025}, "250 OK")
    script = Script(data_ends=ends)
    with a_scripted_server(script) as server:
        send_until_settled(database, server, range(0, 200, 8))
    found = reckoned(database, script.read)
    assert found.lost == 0
    assert found.doubled > 0
    with reading(database) as connection:
        uncertain = select(MESSAGE.c.uuid).where(MESSAGE.c.uncertain > 0)
        assert found.doubled <= len(connection.execute(uncertain).all())
