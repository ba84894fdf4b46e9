"""What stands around a mail: its size, where bounces go, and what addresses are spoken to."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.settings import Settings
from models.bounces import return_path_secret
from models.database import reading, writing
from models.outbox import ATTEMPT, CARRIES, MESSAGE, count_by_state
from notifications.limits import mail_limits
from notifications.return_path import read_return_path
from notifications.smaller import in_few_words, smaller_forms
from rules.dates import minutes_after
from tests.faults.post import MORNING, a_pending_mail, how_it_stands, send
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.mail_cases import MONDAY, SETTINGS, at, plan, settle_in, warned
from tests.flow.mail_server import html_of, parsed, text_of


def mails(database: Engine) -> list[tuple[str, int]]:
    """Each mail's state and generation."""
    asked = select(MESSAGE.c.state, MESSAGE.c.generation).order_by(MESSAGE.c.generation)
    with reading(database) as connection:
        return [tuple(row) for row in connection.execute(asked)]


def size_of_pending(database: Engine) -> int:
    """How many bytes the mail has."""
    with reading(database) as connection:
        return len(connection.execute(select(MESSAGE.c.content)).scalar_one())


def test_a_mail_larger_than_the_server_takes_is_made_smaller_before_it_is_sent(
    database: Engine,
) -> None:
    """Fault S31: the server never hears of the large one."""
    a_pending_mail(database)
    script = Script(offers=("SIZE 3000",))
    assert size_of_pending(database) > 3000
    with a_scripted_server(script) as server:
        assert send(database, server).counts == {"too big": 1, "accepted": 1}
    assert script.heard_verbs().count(b"MAIL") == 1
    mail = parsed(script.kept[0].content)
    assert "Sag 4711" in text_of(mail)
    assert mail.get_body(("html",)) is None
    assert mails(database) == [("superseded", 0), ("accepted", 1)]
    with reading(database) as connection:
        identity = connection.execute(
            select(MESSAGE.c.message_id).where(MESSAGE.c.generation == 1)
        ).scalar_one()
        assert count_by_state(connection) == {"sent": 1}
        assert sorted(connection.execute(select(CARRIES.c.live)).scalars()) == [False, True]
    assert mail["Message-ID"] == identity
    assert mail["Content-Language"] == "da"


def test_at_last_a_mail_says_only_how_many_deadlines_wait_and_where(database: Engine) -> None:
    cases = [str(number) for number in range(4711, 4741)]
    settle_in(database, cases)
    plan(database, *map(warned, cases), now=at(MONDAY, 5, 30))
    build_messages(database, SETTINGS, MORNING)
    script = Script(offers=("SIZE 1500",))
    with a_scripted_server(script) as server:
        assert send(database, server).counts == {"too big": 1, "accepted": 1}
    mail = parsed(script.kept[0].content)
    assert mail["Subject"] == "Frister: 30 venter på dig"
    assert SETTINGS.public_url in text_of(mail)
    assert "4711" not in text_of(mail)


def test_a_server_that_takes_next_to_nothing_refuses_in_words(database: Engine) -> None:
    a_pending_mail(database)
    script = Script(offers=("SIZE 100",))
    with a_scripted_server(script) as server:
        assert send(database, server).counts["too big"] >= 2  # Mette's, then her leader's
    assert script.mails == []
    with reading(database) as connection:
        errors = connection.execute(select(MESSAGE.c.error, MESSAGE.c.state)).all()
    assert {row.state for row in errors} == {"failed"}
    assert "the server takes 100" in errors[0].error


def test_a_size_that_was_not_announced_is_found_out_by_its_refusal(database: Engine) -> None:
    """Fault S20: 552 5.3.4 to the mail itself."""
    a_pending_mail(database)
    script = Script(data_ends=("552 5.3.4 too big", "250 Ok: queued as B"))
    with a_scripted_server(script) as server:
        assert send(database, server).counts == {"too big": 1, "accepted": 1}
    first, second = script.read
    assert len(second) < len(first)
    assert mails(database) == [("superseded", 0), ("accepted", 1)]


def test_a_mail_that_may_have_arrived_is_never_replaced_by_a_smaller_one(database: Engine) -> None:
    a_pending_mail(database)
    with a_scripted_server(Script(data_ends=("take; close", "552 5.3.4 too big"))) as server:
        send(database, server)
        send(database, server, 16)
    assert how_it_stands(database) == ("hold", 2, 1)


def test_a_smaller_form_keeps_who_when_and_what(database: Engine) -> None:
    a_pending_mail(database)
    with reading(database) as connection:
        content = connection.execute(select(MESSAGE.c.content)).scalar_one()
    before = parsed(content)
    (text_only,) = smaller_forms(content, "<m.new.1@kommune.dk>", "new")
    after = parsed(text_only)
    assert text_of(after) == text_of(before)
    assert "Sag" in html_of(before)
    assert (after["Message-ID"], after["X-Reminder-Id"]) == ("<m.new.1@kommune.dk>", "new")
    for name in ("From", "To", "Subject", "Date", "Auto-Submitted", "Content-Language"):
        assert after[name] == before[name]
    few = parsed(in_few_words(content, "<m.new.1@kommune.dk>", "new", "Æh", "Få ord"))
    assert (few["Subject"], text_of(few).strip(), few["To"]) == ("Æh", "Få ord", before["To"])


def test_the_server_is_told_the_size_and_what_to_put_into_a_bounce(database: Engine) -> None:
    """The bounce names the mail by our own number, and gives back none of what it says."""
    a_pending_mail(database)
    script = Script(offers=("SIZE 100000", "DSN"))
    with a_scripted_server(script) as server:
        send(database, server)
    with reading(database) as connection:
        uuid = connection.execute(select(MESSAGE.c.uuid)).scalar_one()
    mail, rcpt = script.heard[1], script.heard[2]
    assert mail.split()[2:] == [
        f"SIZE={size_of_pending(database)}".encode(),
        b"RET=HDRS",
        f"ENVID={uuid}".encode(),
    ]
    assert rcpt.split()[2:] == [b"NOTIFY=FAILURE,DELAY"]


def test_a_server_that_knows_no_extensions_is_told_nothing_it_would_not_understand(
    database: Engine,
) -> None:
    a_pending_mail(database)
    script = Script()
    with a_scripted_server(script) as server:
        send(database, server)
    assert script.heard[1:3] == [
        b"MAIL FROM:<frister@kommune.dk>",
        b"RCPT TO:<mette@kommune.dk>",
    ]


def test_bounces_come_back_to_an_address_that_names_the_mail_and_only_we_can_write(
    database: Engine,
) -> None:
    a_pending_mail(database)
    settings = SETTINGS.model_copy(update={"bounce_address": "retur@kommune.dk"})
    script = Script()
    with a_scripted_server(script) as server:
        deliver(database, settings, lambda: MORNING, server=server)
    (mail,) = script.kept
    with writing(database) as connection:
        secret = return_path_secret(connection)
        uuid = connection.execute(select(MESSAGE.c.uuid)).scalar_one()
    assert mail.sender.startswith("retur+")
    assert read_return_path(mail.sender, secret) == uuid
    assert parsed(mail.content)["From"] == "Fristovervågning <frister@kommune.dk>"


def test_a_mail_is_tried_once_more_for_each_number_in_the_log(database: Engine) -> None:
    a_pending_mail(database)
    with a_scripted_server(Script(rcpt=("451 later", "451 later", "250 OK"))) as server:
        for minute in (0, 10, 30):
            send(database, server, minute)
    with reading(database) as connection:
        rows = connection.execute(select(ATTEMPT.c.number, ATTEMPT.c.outcome, ATTEMPT.c.ended_at))
        assert [tuple(row) for row in rows] == [
            (1, "retry", MORNING),
            (2, "retry", minutes_after(MORNING, 10)),
            (3, "accepted", minutes_after(MORNING, 30)),
        ]


@pytest.mark.parametrize("rate", ["0", "-1", "quick", "1.5", "Microsoft365"])
def test_a_limit_that_is_none_is_refused(rate: str) -> None:
    with pytest.raises(ValueError, match=r"mail|invalid"):
        mail_limits(rate)


def test_a_sender_that_few_servers_would_take_is_refused_when_it_is_set() -> None:
    with pytest.raises(ValueError, match="mail_from"):
        Settings(mail_from="Fristovervågning <søren@kommune.dk>")
