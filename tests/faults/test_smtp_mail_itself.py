"""S14 to S21: the mail itself is on its way, and its answer is lost, or is a no."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select, update

from models.database import reading, writing
from models.outbox import ATTEMPT, MESSAGE, count_by_state
from tests.faults.conftest import Reckon
from tests.faults.line_proxy import UNHARMED, Fate, a_line
from tests.faults.post import (
    a_pending_mail,
    how_it_stands,
    pending_mails,
    send,
    send_until_settled,
)
from tests.faults.scripted_server import Script, a_scripted_server
from tests.faults.test_smtp_line import UNTRIED
from tests.flow.mail_cases import LENE, METTE
from tests.flow.mail_server import soon_given_up

LOST = {
    "timeout": "take; hang",
    "FIN": "take; close",
    "RST": "take; reset",
    "garbage": "take; raw \\x00\\xff what?\\r\\n",
    "half an answer": "take; raw 250",
    "half an answer and FIN": "take; raw 250 2.0.0 Ok: que; close",
    "half of many lines": "take; raw 250-2.0.0 Ok\\r\\n; close",
    "354 again": "take; 354 go ahead",
    "000": "take; 000 nothing",
    "999": "take; 999 what",
    "100": "take; 100 carry on",
}
NOT_TAKEN = {f"{name}, not taken": end.replace("take", "drop") for name, end in LOST.items()}
GOOD = "250 2.0.0 Ok: queued as GOOD"


@pytest.mark.parametrize("end", (LOST | NOT_TAKEN).values(), ids=LOST | NOT_TAKEN)
def test_s15_when_the_answer_is_lost_the_same_bytes_go_once_more(
    database: Engine, reckoned: Reckon, end: str
) -> None:
    """S15 to S17: the server may have taken it or not; we cannot know."""
    a_pending_mail(database)
    script = Script(data_ends=[end, GOOD])
    with a_scripted_server(script) as server:
        send(database, soon_given_up(server, "data"))
        assert how_it_stands(database) == ("pending", 1, 1)
        assert send(database, server, 14).counts == {}
        send(database, server, 16)
    assert how_it_stands(database) == ("accepted", 2, 1)
    found = reckoned(database, [mail.content for mail in script.kept])
    assert found == (1, 0, int(end.startswith("take")), 0)
    first, second = script.read
    assert first == second


@pytest.mark.parametrize("end", LOST.values(), ids=LOST)
def test_s18_lost_twice_it_is_never_sent_a_third_time_and_somebody_else_is_told(
    database: Engine, reckoned: Reckon, end: str
) -> None:
    a_pending_mail(database)
    script = Script(data_ends=[end, end, GOOD])
    with a_scripted_server(script) as server:
        impatient = soon_given_up(server, "data")
        send(database, impatient)
        told = send(database, impatient, 16).counts
        assert told == {"uncertain": 1, "redirected": 1, "accepted": 1}
        for minute in (200, 60 * 30, 60 * 80):
            send(database, impatient, minute)
    assert [mail.recipient for mail in script.mails] == [METTE, METTE, LENE]
    assert how_it_stands(database) == ("hold", 2, 2)
    assert reckoned(database, script.read) == (2, 0, 1, 1)
    with reading(database) as connection:
        assert count_by_state(connection) == {"undeliverable": 1, "sent": 1}


def test_s14_silence_where_the_server_should_ask_for_the_mail_costs_at_most_one_copy(
    database: Engine, reckoned: Reckon
) -> None:
    a_pending_mail(database)
    script = Script(data=["hang", "354 go ahead"])
    with a_scripted_server(script) as server:
        send(database, soon_given_up(server, "data"))
        send_until_settled(database, server)
    assert reckoned(database, script.read) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    "data", ["354-start|mail input", "354", "354 \\xe6\\xf8\\xe5", "slowly 354 go"]
)
def test_s14_other_ways_to_ask_for_the_mail_are_understood(database: Engine, data: str) -> None:
    a_pending_mail(database)
    script = Script(data=data)
    with a_scripted_server(script) as server:
        send(database, server)
    assert how_it_stands(database)[0] == "accepted"
    assert len(script.kept) == 1


@pytest.mark.parametrize("data", ["250 OK", "251 fine", "299 fine", "220 ready", "300 and"])
def test_s17_a_good_answer_before_the_mail_was_sent_does_not_mean_taken(
    database: Engine, reckoned: Reckon, data: str
) -> None:
    a_pending_mail(database)
    script = Script(data=[f"{data}; close", "354 go ahead"])
    with a_scripted_server(script) as server:
        send(database, server)
        assert how_it_stands(database)[0] == "pending"
        send_until_settled(database, server)
    assert reckoned(database, script.read) == (1, 0, 0, 0)


def test_s17_lines_that_begin_with_a_period_arrive_as_they_are(
    database: Engine, reckoned: Reckon
) -> None:
    a_pending_mail(database)
    with writing(database) as connection:
        (content,) = connection.execute(select(MESSAGE.c.content)).scalars()
        dotted = content + b"\r\n.\r\n..\r\n.a\r\n"
        connection.execute(update(MESSAGE).values(content=dotted))
    script = Script()
    with a_scripted_server(script) as server:
        send(database, server)
    assert script.read[0].endswith(b"\r\n.\r\n..\r\n.a\r\n")
    assert reckoned(database, script.read).mails == 1


@pytest.mark.parametrize("end", ["250", "251 will forward", "252 perhaps", "299 fine", "250-a|b|c"])
def test_s17_any_good_answer_means_taken(database: Engine, reckoned: Reckon, end: str) -> None:
    a_pending_mail(database)
    script = Script(data_ends=end)
    with a_scripted_server(script) as server:
        send(database, server)
    assert how_it_stands(database) == ("accepted", 1, 0)
    assert reckoned(database, script.read) == (1, 0, 0, 0)


def test_s16_cut_in_the_middle_of_the_mail_one_copy_comes(
    database: Engine, reckoned: Reckon
) -> None:
    a_pending_mail(database)
    script = Script()
    with (
        a_scripted_server(script) as server,
        a_line(server, lambda n: Fate(cut_after=700) if n == 0 else UNHARMED) as line,
    ):
        send(database, line)
        assert how_it_stands(database)[2] == 1
        send_until_settled(database, line, range(1, 60))
    assert reckoned(database, script.read) == (1, 0, 0, 0)


@pytest.mark.parametrize("way", ["there", "back"])
def test_s16_cut_at_any_byte_of_the_conversation_nothing_is_lost(
    database: Engine, reckoned: Reckon, way: str
) -> None:
    """Every other connection is cut, one byte later than the last: all boundaries, both ways."""
    pending_mails(database, 150)
    script = Script(data_ends="250 2.0.0 Ok: queued as Q; close")

    def fate_of(caller: int) -> Fate:
        if caller % 2:
            return UNHARMED
        cut = 1 + caller // 2
        return Fate(cut_after=cut) if way == "there" else Fate(cut_answers_after=cut)

    with a_scripted_server(script) as server, a_line(server, fate_of) as line:
        send_until_settled(database, line, range(0, 60 * 60, 5), connections=1)
    found = reckoned(database, script.read)
    assert found.lost == 0
    assert found.mails > 100  # some were cut off twice, and somebody else was told


@pytest.mark.parametrize(
    "end", ["451 4.3.0 later", "452 4.3.1 no room", "421 4.3.2 closing; close"]
)
def test_s20_a_not_now_to_the_mail_itself_is_tried_again_and_comes_once(
    database: Engine, reckoned: Reckon, end: str
) -> None:
    a_pending_mail(database)
    script = Script(data_ends=[end, GOOD])
    with a_scripted_server(script) as server:
        send(database, server)
        assert send(database, server, 1).counts == {}
        assert how_it_stands(database) == ("pending", 1, 0)
        send_until_settled(database, server)
    assert reckoned(database, [mail.content for mail in script.kept]) == (1, 0, 0, 0)


def test_s20_too_big_for_the_server_somebody_else_is_told(
    database: Engine, reckoned: Reckon
) -> None:
    a_pending_mail(database)
    script = Script(data_ends=["552 5.3.4 too big", GOOD])
    with a_scripted_server(script) as server:
        send_until_settled(database, server)
    assert reckoned(database, [mail.content for mail in script.kept]).lost == 0
    assert script.kept != []


@pytest.mark.parametrize(
    "end",
    [
        "554 5.2.0 STOREDRV.Submission.Exception:QuotaExceededException",
        "554 5.2.2 mailbox full; STOREDRV.Submission",
    ],
)
def test_s21_our_own_full_mailbox_is_not_the_recipients_fault(database: Engine, end: str) -> None:
    pending_mails(database, 3)
    script = Script(data_ends=end.replace(";", ","))
    with a_scripted_server(script) as server:
        delivery = send(database, server)
    assert len(script.mails) == 1
    assert delivery.fault is not None
    assert how_it_stands(database, "p2") == UNTRIED
    with reading(database) as connection:
        assert count_by_state(connection) == {"planned": 3}


def test_s15_every_copy_more_has_a_try_on_record_whose_answer_was_lost(
    database: Engine, reckoned: Reckon
) -> None:
    pending_mails(database, 20)
    script = Script(data_ends=["take; close", GOOD] * 20)
    with a_scripted_server(script) as server:
        send_until_settled(database, server, range(0, 300, 3), connections=2)
    found = reckoned(database, script.read)
    assert found.lost == 0
    with reading(database) as connection:
        outcomes = list(connection.execute(select(ATTEMPT.c.outcome)).scalars())
    assert 0 < found.doubled <= outcomes.count("uncertain")
