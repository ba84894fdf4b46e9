"""S12, S20 and S31: what is tried again for long, what a person must look at, what is too large."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.faults.conftest import Reckon
from tests.faults.post import a_pending_mail, how_it_stands, pending_mails, send, send_until_settled
from tests.faults.scripted_server import Script, a_scripted_server
from tests.faults.test_smtp_line import open_alarms
from tests.faults.test_smtp_mail_itself import GOOD
from tests.flow.mail_cases import LENE, METTE


def test_s12_a_full_mailbox_is_tried_on_and_somebody_else_is_told_after_four_hours(
    database: Engine, reckoned: Reckon
) -> None:
    a_pending_mail(database)
    script = Script(rcpt_of={METTE: "452 4.2.2 mailbox full"})
    with a_scripted_server(script) as server:
        for minute in range(0, 230, 5):
            send(database, server, minute)
        assert script.kept == []
        for minute in range(230, 330, 5):
            send(database, server, minute)
        assert [mail.recipient for mail in script.kept] == [LENE]
        assert how_it_stands(database)[0] == "pending"
        script.rcpt_of.clear()
        send_until_settled(database, server, range(330, 430, 5))
    assert [mail.recipient for mail in script.kept] == [LENE, METTE]
    assert reckoned(database, script.read) == (2, 0, 0, 0)


def test_s20_taken_for_spam_twice_it_is_held_for_a_person(
    database: Engine, reckoned: Reckon
) -> None:
    a_pending_mail(database)
    script = Script(data_ends=["554 5.7.1 looks like spam"] * 2 + [GOOD])
    with a_scripted_server(script) as server:
        send(database, server)
        assert send(database, server, 55).counts == {}
        send(database, server, 61)
        send_until_settled(database, server, range(62, 200, 5))
    assert how_it_stands(database)[0] == "hold"
    assert reckoned(database, [mail.content for mail in script.kept]).lost == 0
    assert [mail.recipient for mail in script.kept] == [LENE]


def test_s20_three_mails_taken_for_spam_are_a_fault_of_the_line(database: Engine) -> None:
    pending_mails(database, 6)
    script = Script(data_ends="554 5.7.1 policy")
    with a_scripted_server(script) as server:
        send(database, server)
    assert len(script.mails) == 3
    assert open_alarms(database) != []


def test_s31_a_mail_that_is_larger_than_the_server_takes_leaves_smaller(
    database: Engine, reckoned: Reckon
) -> None:
    a_pending_mail(database)
    script = Script(offers=("SIZE 5000",))
    with a_scripted_server(script) as server:
        send_until_settled(database, server, range(3))
    assert [mail.recipient for mail in script.kept] == [METTE]
    assert all(len(mail.content) <= 5000 for mail in script.mails)
    assert reckoned(database, script.read) == (1, 0, 0, 0)


def test_s31_a_server_that_takes_next_to_nothing_is_not_tried_in_vain(
    database: Engine, reckoned: Reckon
) -> None:
    a_pending_mail(database)
    script = Script(offers=("SIZE 100",))
    with a_scripted_server(script) as server:
        send_until_settled(database, server, range(3))
    assert script.mails == []
    assert reckoned(database, script.read).lost == 0
