"""The line to the mail server: closed for all when it fails, tried by one, slow when asked."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Engine, select

from flows.sending.line_circuit import Permit, ask
from models.database import reading, writing
from models.deadline_tables import OpsEventRow
from models.mail_line import Line, all_lines, read_line, write_line
from models.outbox import ATTEMPT, MESSAGE, count_by_state
from models.outbox_messages import count_messages
from rules.dates import minutes_after
from tests.faults.post import MORNING, a_pending_mail, how_it_stands, pending_mails, send
from tests.faults.scripted_server import Script, a_scripted_server

SPAM = "554 5.7.1 looks like spam"


def alarms(database: Engine) -> list[tuple[str, datetime, datetime | None]]:
    """What the operator was told: kind, when it went bad, when it was well again."""
    asked = select(OpsEventRow.kind, OpsEventRow.at, OpsEventRow.recovered_at)
    with reading(database) as connection:
        return [tuple(row) for row in connection.execute(asked.order_by(OpsEventRow.id))]


def lines(database: Engine) -> list[Line]:
    """The lines that are not as they should be."""
    with reading(database) as connection:
        return all_lines(connection)


def test_a_line_that_is_down_is_tried_with_one_mail_and_then_all_leave(database: Engine) -> None:
    """Fault S1: one mail an attempt, each attempt a little later, and none counted against it."""
    pending_mails(database, 12)
    script = Script(greeting=("554 5.3.2 no service",) * 4 + ("220 ready",))
    with a_scripted_server(script) as server:
        callers = []
        for minute in range(9):
            send(database, server, minute, connections=3)
            callers.append(script.callers)
    # all three connections met it at once; then one mail after 3 minutes, and all the rest
    assert callers[0] == 3
    assert callers[:4] == [3, 3, 3, 4]
    with reading(database) as connection:
        assert count_messages(connection) == {"accepted": 12}
        assert set(connection.execute(select(MESSAGE.c.attempts)).scalars()) == {1}
    assert lines(database) == []


def test_a_server_that_is_away_for_two_hours_costs_no_mail_its_tries(database: Engine) -> None:
    pending_mails(database, 3)
    with a_scripted_server(Script(greeting="421 4.3.2 not now")) as server:
        for minute in range(120):
            send(database, server, minute)
        with reading(database) as connection:
            tries = len(connection.execute(select(ATTEMPT.c.id)).all())
            assert count_messages(connection) == {"pending": 3}
            assert count_by_state(connection) == {"planned": 3}
            assert set(connection.execute(select(MESSAGE.c.attempts)).scalars()) == {0}
    assert 20 <= tries <= 30  # after 1, 2, 3, 4, 5, 5, 5, ... minutes
    assert alarms(database) == [("mail server", minutes_after(MORNING, 10), None)]
    with a_scripted_server(Script(), port=server.port) as server:
        assert send(database, server, 126).counts == {"accepted": 3}
    assert alarms(database)[0][2] == minutes_after(MORNING, 126)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (Script(mail="530 5.7.0 authenticate first"), "does not take the user name and password"),
        (Script(mail="550 5.7.1 sender not allowed"), "does not take mails from us"),
        (
            Script(rcpt="554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceeded"),
            "that its mailbox is not full",
        ),
        (Script(data_ends="554 5.2.2 STOREDRV.Submission QuotaExceeded"), "its mailbox"),
    ],
    ids=["not let in", "sender refused", "our mailbox is full", "our mailbox is full, said late"],
)
def test_what_a_person_must_mend_is_told_at_once_and_tried_every_quarter_of_an_hour(
    database: Engine, script: Script, said: str
) -> None:
    """Faults S8 and S9."""
    pending_mails(database, 2)
    with a_scripted_server(script) as server:
        found = send(database, server)
        assert found.fault is not None
        assert said in found.fault.en
        for minute in range(1, 31):
            again = send(database, server, minute)
            assert again.fault is not None
            assert again.counts == ({"line down": 1} if minute % 15 == 0 else {})
    assert alarms(database) == [("mail server", MORNING, None)]
    with reading(database) as connection:
        assert count_messages(connection) == {"pending": 2}


def test_a_password_that_is_changed_while_we_send_holds_up_what_is_left(database: Engine) -> None:
    """Fault S8: nothing is failed, and it goes on by itself with the new password."""
    pending_mails(database, 6)
    welcome, wrong = "235 2.7.0 welcome", "535 5.7.8 bad password"
    mail = ("250 OK",) * 3 + ("close", "250 OK")
    script = Script(offers=("AUTH PLAIN",), login=(welcome, wrong, welcome), mail=mail)
    with a_scripted_server(script, encrypted=True, user="fristvagt") as server:
        assert send(database, server).counts == {"accepted": 3, "line down": 1}
        assert send(database, server, 14).counts == {}
        assert send(database, server, 15).counts == {"accepted": 3}
    assert [kind for kind, _, _ in alarms(database)] == ["mail server"]


def test_of_several_processes_one_tries_a_line_that_is_down(database: Engine) -> None:
    with writing(database) as connection:
        since = minutes_after(MORNING, -5)
        down = Line("x:25", since, MORNING, 1, "line down", "connect")
        write_line(connection, down)
    permits = [ask(database, "x:25", MORNING).permit for _ in range(3)]
    assert permits == [Permit.ONE, Permit.NONE, Permit.NONE]
    # one that took the turn and died keeps it for ten minutes
    assert ask(database, "x:25", minutes_after(MORNING, 10)).permit is Permit.ONE


def test_a_line_that_was_slowed_long_ago_is_still_tried_by_one_alone(database: Engine) -> None:
    a_pending_mail(database)
    permits = []

    def another_asks(point: str) -> None:
        if point == "claimed":
            permits.append(ask(database, server.name, MORNING).permit)

    with a_scripted_server(Script()) as server:
        slowed = {"mails_a_minute": 60.0, "slowed_at": minutes_after(MORNING, -300)}
        down = Line(server.name, MORNING, MORNING, 1, "line down", "connect")
        with writing(database) as connection:
            write_line(connection, down._replace(**slowed))
        assert send(database, server, at_point=another_asks).counts == {"accepted": 1}
    assert permits == [Permit.NONE]


def test_a_clock_set_back_does_not_keep_a_line_closed_until_it_catches_up(database: Engine) -> None:
    with writing(database) as connection:
        rests_until = minutes_after(MORNING, 24 * 60)
        write_line(connection, Line("x:25", MORNING, rests_until, 1, "line down", "connect"))
    assert ask(database, "x:25", MORNING).permit is Permit.ONE


def test_a_line_that_nobody_had_a_mail_for_is_tried_by_the_next_mail(database: Engine) -> None:
    with a_scripted_server(Script()) as server:
        with writing(database) as connection:
            write_line(connection, Line(server.name, MORNING, MORNING, 1, "line down", "connect"))
        send(database, server)
        a_pending_mail(database)
        assert send(database, server).counts == {"accepted": 1}
    assert lines(database) == []


def test_a_mail_that_upsets_the_server_each_time_does_not_stop_the_others(
    database: Engine,
) -> None:
    """A connection cut at one recipient looks like the line's fault, again and again."""
    pending_mails(database, 8)
    script = Script(rcpt_of={"p0@kommune.dk": "close"})
    with a_scripted_server(script) as server:
        for minute in range(10):
            send(database, server, minute)
        assert len(script.kept) == 7
        for minute in range(10, 60):
            send(database, server, minute)
    assert sum(b"p0@" in line for line in script.heard) < 10


def test_a_connection_ended_after_every_tenth_mail_is_simply_opened_again(
    database: Engine,
) -> None:
    """Fault S22."""
    pending_mails(database, 25)
    ten = ("250 OK",) * 10
    script = Script(mail=(*ten, "421 4.7.0 enough; close", *ten, "421 4.7.0 enough; close", *ten))
    with a_scripted_server(script) as server:
        assert send(database, server).counts == {"accepted": 25}
    assert script.callers == 3
    assert len(script.kept) == 25
    with reading(database) as connection:
        assert set(connection.execute(select(ATTEMPT.c.number)).scalars()) == {1}


def test_a_server_that_asks_for_patience_gets_half_as_many_and_then_slowly_more(
    database: Engine,
) -> None:
    """Fault S24: nothing fails, and nobody spins."""
    pending_mails(database, 4)
    script = Script(mail=("432 4.3.2 concurrent limit", "450 4.7.25 slow down", "250 OK"))
    rates = []
    with a_scripted_server(script) as server:
        for minute in (0, 0, 1, 2):
            send(database, server, minute)
            rates.append([line.mails_a_minute for line in lines(database)])
        assert rates == [[60.0], [60.0], [30.0], [30.0]]
        assert len(script.heard_verbs()) < 40
        with reading(database) as connection:
            assert count_messages(connection) == {"accepted": 4}
        for minute in (30, 60, 120, 240):
            send(database, server, minute)
    assert lines(database) == []
    assert alarms(database) == []


def test_three_mails_taken_for_spam_are_no_accident(database: Engine) -> None:
    """Fault S20: the third stops the line, so that the others keep their tries."""
    pending_mails(database, 9)
    script = Script(data_ends=(SPAM,) * 4 + ("250 2.0.0 Ok: queued as A",))
    with a_scripted_server(script) as server:
        found = send(database, server)
        assert found.counts == {"content refused": 2, "line down": 1}
        assert found.fault is not None
        assert "turns down the content of several mails" in found.fault.en
        assert send(database, server, 14).counts == {}
        assert send(database, server, 15).counts == {"line down": 1}
        assert send(database, server, 30).counts == {"accepted": 7}
        assert send(database, server, 61).counts == {"accepted": 2}
    assert alarms(database) == [("mail server", MORNING, minutes_after(MORNING, 30))]


def test_one_mail_taken_for_spam_is_tried_once_more_and_then_held(database: Engine) -> None:
    a_pending_mail(database)
    with a_scripted_server(Script(data_ends=("451 4.3.0 later", SPAM))) as server:
        send(database, server)
        send(database, server, 10)
        assert how_it_stands(database) == ("pending", 2, 0)
        send(database, server, 69)
        assert how_it_stands(database) == ("pending", 2, 0)
        send(database, server, 71)
    assert how_it_stands(database) == ("hold", 3, 0)
    with reading(database) as connection:
        assert count_by_state(connection)["undeliverable"] == 1


def test_recipients_that_are_not_served_for_us_are_the_line_s_fault_from_the_third_on(
    database: Engine,
) -> None:
    pending_mails(database, 5)
    script = Script(rcpt=("554 5.7.1 Relay access denied",) * 3 + ("250 OK",))
    with a_scripted_server(script) as server:
        found = send(database, server)
        assert found.counts == {"turned away": 2, "line down": 1, "redirected": 2}
        assert found.fault is not None
        assert "does not pass mails on for us" in found.fault.en
        assert send(database, server, 15).counts["accepted"] >= 3


def test_a_mail_waits_for_no_fixed_hour_when_the_answer_is_not_now(database: Engine) -> None:
    """Fault S10: greylisted for ten minutes, then one copy."""
    a_pending_mail(database)
    script = Script(rcpt=("450 4.7.1 greylisted", "450 4.7.1 greylisted", "250 OK"))
    with a_scripted_server(script) as server:
        for minute in range(0, 40):
            send(database, server, minute)
    assert len(script.kept) == 1
    assert how_it_stands(database) == ("accepted", 3, 0)


def test_how_the_line_stands_is_read_as_it_was_written(database: Engine) -> None:
    line = Line("x:25", MORNING, MORNING, 3, "throttled", "mail", 432, "slow", 7.5, MORNING)
    with writing(database) as connection:
        write_line(connection, line)
        assert read_line(connection, "x:25") == line
        write_line(connection, Line("x:25"))
        assert all_lines(connection) == []
