"""Everything a mail server can do wrong, and what becomes of the mail."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import Engine, select, update

from flows.compose import build_messages
from flows.deliver import deliver
from models.database import reading, writing
from models.outbox import ATTEMPT, MESSAGE, count_by_state
from models.outbox_messages import (
    Claimed,
    accept,
    claim,
    count_messages,
    enter_data,
    open_attempt,
    put_back,
)
from notifications.server import MailServer
from rules.dates import minutes_after
from tests.flow.mail_cases import MONDAY, SETTINGS, WARNED, at, plan, settle_in, warned
from tests.flow.mail_server import Script, a_scripted_server

MORNING = at(MONDAY)
QUARTER = minutes_after(MORNING, 16)


def a_pending_mail(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=at(MONDAY, 5, 30))
    build_messages(database, SETTINGS, MORNING)


def send(database: Engine, server: MailServer, minutes: int = 0) -> Counter[str]:
    now = minutes_after(MORNING, minutes)
    return deliver(database, SETTINGS, lambda: now, server=server, connections=1).counts


def how_it_stands(database: Engine) -> tuple[str, int, int]:
    """Return state, tries and lost answers of the caseworker's mail."""
    with reading(database) as connection:
        row = connection.execute(
            select(MESSAGE.c.state, MESSAGE.c.attempts, MESSAGE.c.uncertain).where(
                MESSAGE.c.recipient == "mho"
            )
        ).one()
    return row.state, row.attempts, row.uncertain


@pytest.mark.parametrize(
    "script",
    [
        Script(greeting="close"),
        Script(greeting="reset"),
        Script(greeting="421 4.3.2 not now"),
        Script(greeting="554 5.3.2 no service"),
        Script(hello="close"),
        Script(mail="close"),
        Script(mail="421 4.3.2 closing"),
        Script(mail="530 5.7.0 authenticate first"),
        Script(mail="550 5.7.1 sender not allowed"),
        Script(rcpt="reset"),
        Script(rcpt="421 4.3.0 closing"),
    ],
    ids=lambda script: f"{script.greeting} / {script.hello} / {script.mail} / {script.rcpt}",
)
def test_a_fault_of_the_line_leaves_the_mail_waiting_untried(
    database: Engine, script: Script
) -> None:
    a_pending_mail(database)
    with a_scripted_server(script) as server:
        assert send(database, server) == {"line down": 1}
    assert how_it_stands(database) == ("pending", 0, 0)
    with a_scripted_server(Script()) as server:
        assert send(database, server, 2) == {"accepted": 1}


@pytest.mark.parametrize(
    "script",
    [
        Script(mail="451 4.3.0 later"),
        Script(rcpt="450 4.7.1 greylisted"),
        Script(rcpt="452 4.2.2 full"),
        Script(data="451 4.3.0 later"),
        Script(data_ends=("451 4.3.0 later",)),
        Script(data_ends=("421 4.3.2 closing",)),
        Script(data_ends=("554 5.7.1 looks like spam",)),
    ],
    ids=lambda script: f"{script.mail} / {script.rcpt} / {script.data} / {script.data_ends[0]}",
)
def test_a_not_now_is_tried_again_later(database: Engine, script: Script) -> None:
    a_pending_mail(database)
    with a_scripted_server(script) as server:
        send(database, server)
        assert send(database, server, 1) == {}
    assert how_it_stands(database) == ("pending", 1, 0)
    with a_scripted_server(Script()) as server:
        assert send(database, server, 61) == {"accepted": 1}
    assert how_it_stands(database)[0] == "accepted"


@pytest.mark.parametrize(
    "script",
    [
        Script(rcpt="550 5.1.1 unknown"),
        Script(data="554 5.6.0 no"),
        Script(data_ends=("554 5.6.1 not supported",)),
    ],
    ids=lambda script: f"{script.rcpt} / {script.data} / {script.data_ends[0]}",
)
def test_a_refusal_is_told_to_everybody_in_the_chain_and_then_to_the_operator(
    database: Engine, script: Script
) -> None:
    a_pending_mail(database)
    with a_scripted_server(script) as server:
        assert send(database, server)["refused"] == 4
    assert how_it_stands(database) == ("failed", 1, 0)
    with reading(database) as connection:
        assert count_by_state(connection) == {"undeliverable": 4}


@pytest.mark.parametrize("end", ["hang", "close", "reset", "garbage", "999 what", "354 again"])
def test_a_lost_answer_is_followed_by_one_resend_of_the_same_bytes_and_then_a_person(
    database: Engine, end: str
) -> None:
    a_pending_mail(database)
    script = Script(data_ends=(end, end, "250 2.0.0 Ok: queued as LEADER"))
    with a_scripted_server(script) as server:
        assert send(database, server) == {"uncertain": 1}
        assert how_it_stands(database) == ("pending", 1, 1)
        assert send(database, server, 14) == {}
        assert send(database, server, 16) == {"uncertain": 1, "redirected": 1, "accepted": 1}
        assert send(database, server, 200) == {}
    assert how_it_stands(database) == ("hold", 2, 2)
    first, second, to_the_leader = script.read
    assert first == second != to_the_leader
    with reading(database) as connection:
        assert count_by_state(connection) == {"undeliverable": 1, "sent": 1}


def test_a_lost_answer_and_then_a_clear_one_is_two_copies_at_most(database: Engine) -> None:
    a_pending_mail(database)
    script = Script(data_ends=("close", "250 2.0.0 Ok: queued as SECOND"))
    with a_scripted_server(script) as server:
        send(database, server)
        assert send(database, server, 16) == {"accepted": 1}
    assert how_it_stands(database) == ("accepted", 2, 1)
    assert len(script.read) == 2
    with reading(database) as connection:
        outcomes = connection.execute(select(ATTEMPT.c.outcome).order_by(ATTEMPT.c.number))
        assert outcomes.scalars().all() == ["uncertain", "accepted"]


def test_content_that_is_turned_down_twice_is_held_and_goes_to_somebody_else(
    database: Engine,
) -> None:
    a_pending_mail(database)
    with a_scripted_server(Script(data_ends=("554 5.7.1 looks like spam",))) as server:
        send(database, server)
        send(database, server, 61)
    assert how_it_stands(database)[:2] == ("hold", 2)
    with reading(database) as connection:
        assert count_by_state(connection) == {"undeliverable": 1, "planned": 1}


def test_other_good_answers_than_250_count_as_taken(database: Engine) -> None:
    a_pending_mail(database)
    with a_scripted_server(Script(data_ends=("251 will forward",))) as server:
        assert send(database, server) == {"accepted": 1}


def test_what_the_server_says_is_kept_without_addresses(database: Engine) -> None:
    a_pending_mail(database)
    with a_scripted_server(
        Script(rcpt="550 5.1.1 <mette@kommune.dk>: who is 010115-1234?")
    ) as server:
        send(database, server)
    with reading(database) as connection:
        said = connection.execute(select(ATTEMPT.c.server_text)).scalars().all()
        errors = connection.execute(select(MESSAGE.c.error)).scalars().all()
    assert "[address]" in said[0]
    assert not any("@" in text or "010115" in text for text in [*said, *errors])


@pytest.mark.parametrize("address", ["", "nobody", "a@x.dk, b@x.dk", "a@x.dk>\r\nRCPT TO:<b@x.dk"])
def test_what_is_not_one_address_never_reaches_the_server(database: Engine, address: str) -> None:
    a_pending_mail(database)
    with writing(database) as connection:
        connection.execute(update(MESSAGE).values(address=address))
    script = Script()
    with a_scripted_server(script) as server:
        assert send(database, server) == {"refused": 1, "redirected": 1, "accepted": 1}
    assert len(script.read) == 1
    assert b"To: lene@kommune.dk" in script.read[0]


def test_a_sender_that_lost_its_lease_at_the_last_moment_sends_nothing(database: Engine) -> None:
    a_pending_mail(database)

    def lose_the_lease(point: str) -> None:
        if point == "addressed":
            with writing(database) as connection:
                connection.execute(update(MESSAGE).values(fence=MESSAGE.c.fence + 1))

    script = Script()
    with a_scripted_server(script) as server:
        deliver(database, SETTINGS, lambda: MORNING, server=server, at_point=lose_the_lease)
    assert script.read == []


def test_one_connection_that_breaks_does_not_cut_off_the_other(database: Engine) -> None:
    settle_in(database, ["4711", "4712"])
    for case, caseworker in (("4711", "mho"), ("4712", "jsk")):
        plan(database, warned(case), now=at(MONDAY, 5, 30), caseworker=caseworker)
    build_messages(database, SETTINGS, MORNING)
    seen: list[str] = []

    def break_the_first(point: str) -> None:
        seen.append(point)
        if seen.count("claimed") == 1 and point == "claimed":
            raise OSError("the disk is full")

    script = Script()
    with a_scripted_server(script) as server, pytest.raises(OSError, match="the disk is full"):
        deliver(database, SETTINGS, lambda: MORNING, server=server, at_point=break_the_first)
    assert len(script.read) == 1
    with reading(database) as connection:
        assert count_messages(connection) == {"accepted": 1, "claimed": 1}


def claimed_now(database: Engine, owner: str, minutes: int) -> Claimed:
    now = minutes_after(MORNING, minutes)
    with writing(database) as connection:
        claimed = claim(connection, owner, now, minutes_after(now, 5))
    assert claimed is not None
    return claimed


def test_a_sender_taken_for_dead_changes_nothing_when_it_comes_back(database: Engine) -> None:
    a_pending_mail(database)
    slow = claimed_now(database, "slow", 0)
    with writing(database) as connection:
        put_back(connection, slow, "claimed", MORNING, "sender died", 0)
    quick = claimed_now(database, "quick", 6)
    with writing(database) as connection:
        attempt = open_attempt(connection, slow, QUARTER).id
        assert not enter_data(connection, slow, attempt)
        assert not accept(connection, slow, "Q1", QUARTER)
        assert enter_data(connection, quick, attempt)
        assert accept(connection, quick, "Q2", QUARTER)
        assert not accept(connection, quick, "Q3", QUARTER)
    with reading(database) as connection:
        queue_id, fence = connection.execute(select(MESSAGE.c.queue_id, MESSAGE.c.fence)).one()
    assert (queue_id, fence) == ("Q2", 2)
