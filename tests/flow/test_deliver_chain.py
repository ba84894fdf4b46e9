"""What does not arrive in time is told to somebody else, and the operator hears of it once."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Engine, select, update

from flows.composing.compose import build_messages
from flows.deliver import deliver
from models.case_tables import PersonRow
from models.database import reading, writing
from models.deadline_tables import OpsEventRow
from models.outbox import INTENT, MESSAGE
from models.people import load_staff
from models.refusals import refusing_mailboxes
from notifications.server import MailServer
from rules.dates import day_of, minutes_after
from tests.faults.post import MORNING, a_pending_mail, how_it_stands, pending_mails, send
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.mail_cases import (
    LENE,
    METTE,
    MONDAY,
    SETTINGS,
    WARNED,
    at,
    plan,
    settle_in,
    warned,
)

FULL = "452 4.2.2 mailbox full"
HOUR = 60
DAY = 24 * HOUR


def told(database: Engine) -> dict[str, str]:
    """What became of what each person is owed."""
    asked = select(INTENT.c.recipient, INTENT.c.state).order_by(INTENT.c.id)
    with reading(database) as connection:
        return {row.recipient: row.state for row in connection.execute(asked)}


def alarms(database: Engine) -> list[tuple[str, bool]]:
    """What the operator was told, and whether it is over."""
    asked = select(OpsEventRow.kind, OpsEventRow.recovered_at).order_by(OpsEventRow.id)
    with reading(database) as connection:
        return [(kind, over is not None) for kind, over in connection.execute(asked)]


def by_the_quarter(database: Engine, server: MailServer, first: int, last: int) -> None:
    """Let the sender come by every quarter of an hour, and build what is owed meanwhile."""
    for minute in range(first, last, 15):
        build_messages(database, SETTINGS, minutes_after(MORNING, minute))
        send(database, server, minute)


def test_a_full_mailbox_is_tried_on_and_somebody_else_is_told_after_four_hours(
    database: Engine,
) -> None:
    """Fault S12."""
    a_pending_mail(database)
    script = Script(rcpt_of={METTE: FULL})
    with a_scripted_server(script) as server:
        by_the_quarter(database, server, 0, 4 * HOUR)
        assert told(database) == {"mho": "planned"}
        by_the_quarter(database, server, 4 * HOUR, 6 * HOUR)
        assert told(database) == {"mho": "planned", "lln": "sent"}
        script.rcpt_of.clear()
        by_the_quarter(database, server, 6 * HOUR, 8 * HOUR)
    assert told(database) == {"mho": "sent", "lln": "sent"}
    assert [mail.recipient for mail in script.kept] == [LENE, METTE]


def test_a_mailbox_that_is_full_for_a_day_is_given_up_without_telling_anybody_twice(
    database: Engine,
) -> None:
    a_pending_mail(database)
    script = Script(rcpt_of={METTE: "552 5.2.2 mailbox full"})
    with a_scripted_server(script) as server:
        for minute in range(0, 26 * HOUR, 20):
            build_messages(database, SETTINGS, minutes_after(MORNING, minute))
            send(database, server, minute)
    assert told(database) == {"mho": "undeliverable", "lln": "sent"}
    assert how_it_stands(database)[0] == "failed"
    assert [mail.recipient for mail in script.kept] == [LENE]


def refuse(database: Engine, script: Script, server: MailServer, case: str, at_: datetime) -> None:
    """Plan a reminder for Mette at a time, and send all that is owed then."""
    plan(database, warned(case), now=at_)
    build_messages(database, SETTINGS, at_)
    deliver(database, SETTINGS, lambda: at_, server=server)


def test_a_mailbox_that_has_refused_three_times_in_a_week_is_not_tried_any_more(
    database: Engine,
) -> None:
    cases = ["4711", "4712", "4713", "4714", "4715"]
    settle_in(database, cases)
    script = Script(rcpt_of={METTE: "550 5.1.1 no such user"})
    with a_scripted_server(script) as server:
        for number, case in enumerate(cases[:4]):
            refuse(database, script, server, case, minutes_after(MORNING, number * DAY))
        # three were refused and went to Lene; the fourth goes straight to her, and says why
        assert sum(METTE.encode() in line for line in script.heard) == 3
        assert [mail.recipient for mail in script.kept] == [LENE] * 4
        with reading(database) as connection:
            fourth = select(INTENT.c.recipient, INTENT.c.reason).where(INTENT.c.case_ref == "4714")
            assert connection.execute(fourth).one() == ("lln", "leader refused")
        # a new address is tried at once
        with writing(database) as connection:
            new = update(PersonRow).where(PersonRow.person == "mho").values(email="m2@kommune.dk")
            connection.execute(new)
        refuse(database, script, server, "4715", minutes_after(MORNING, 4 * DAY))
    assert script.kept[-1].recipient == "m2@kommune.dk"


def test_a_mailbox_that_refused_long_ago_gets_another_chance(database: Engine) -> None:
    settle_in(database, ["4711", "4712", "4713"])
    script = Script(rcpt_of={METTE: "550 5.1.1 no such user"})
    with a_scripted_server(script) as server:
        for number, case in enumerate(["4711", "4712", "4713"]):
            refuse(database, script, server, case, minutes_after(MORNING, number * DAY))
    with reading(database) as connection:
        staff = load_staff(connection)
    last = day_of(minutes_after(MORNING, 2 * DAY))
    assert staff.refuses_on("mho", last)
    assert staff.refuses_on("mho", day_of(minutes_after(MORNING, 31 * DAY)))
    assert not staff.refuses_on("mho", day_of(minutes_after(MORNING, 32 * DAY)))
    assert not staff.refuses_on("jsk", last)


@pytest.mark.parametrize("days", [(0, 1), (0, 5, 10)], ids=["twice", "thrice in ten days"])
def test_a_mailbox_that_refuses_now_and_then_is_tried_on(
    database: Engine, days: tuple[int, ...]
) -> None:
    cases = [str(4711 + number) for number in range(len(days))]
    settle_in(database, cases)
    script = Script(rcpt_of={METTE: "550 5.1.1 no such user"})
    with a_scripted_server(script) as server:
        for case, day in zip(cases, days, strict=True):
            refuse(database, script, server, case, minutes_after(MORNING, day * DAY))
    with reading(database) as connection:
        assert refusing_mailboxes(connection) == {}


def test_mails_that_came_back_later_count_like_those_refused_at_once(database: Engine) -> None:
    settle_in(database, ["4711", "4712", "4713"])
    with a_scripted_server(Script()) as server:
        for number, case in enumerate(["4711", "4712", "4713"]):
            refuse(database, Script(), server, case, minutes_after(MORNING, number * DAY))
    with writing(database) as connection:
        connection.execute(update(MESSAGE).values(state="bounced"))
        assert refusing_mailboxes(connection) == {METTE: day_of(minutes_after(MORNING, 2 * DAY))}


def test_a_reminder_is_given_up_when_something_about_its_deadline_has_changed(
    database: Engine,
) -> None:
    """By then it would tell of how things were; whoever is next in the chain is told instead."""
    settle_in(database, ["4711", "4712"])
    soon = WARNED._replace(next_change_at=minutes_after(MORNING, 3 * HOUR))
    plan(database, soon, warned("4712"), now=at(MONDAY, 5, 30))
    build_messages(database, SETTINGS, MORNING)
    script = Script(rcpt_of={METTE: "451 4.3.0 later"})
    with a_scripted_server(script) as server:
        by_the_quarter(database, server, 0, 3 * HOUR)
        assert script.kept == []
        by_the_quarter(database, server, 3 * HOUR, 4 * HOUR)
        assert [mail.recipient for mail in script.kept] == [LENE]
        script.rcpt_of.clear()
        by_the_quarter(database, server, 4 * HOUR, 6 * HOUR)
    # what is still worth telling reaches Mette, without what is not
    assert [mail.recipient for mail in script.kept] == [LENE, METTE]
    assert b"4712" in script.kept[1].content
    assert b"4711" not in script.kept[1].content


def waiting(database: Engine) -> list[str]:
    """Whose mails are built and wait to leave."""
    asked = select(MESSAGE.c.address).where(MESSAGE.c.state == "pending")
    with reading(database) as connection:
        return sorted(connection.execute(asked).scalars())


def test_what_is_refused_in_the_round_in_which_the_line_fails_waits_for_the_next_in_the_chain(
    database: Engine,
) -> None:
    """So that the outbox shows it, and whoever sends next need not have planned it."""
    pending_mails(database, 2)
    script = Script(
        greeting=("220 ready", "554 5.3.2 no service"),
        rcpt=("550 5.1.1 no such user", "421 4.3.2 going down; close"),
    )
    with a_scripted_server(script) as server:
        found = send(database, server)
    assert found.counts == {"refused": 1, "line down": 1, "redirected": 1}
    assert waiting(database) in ([LENE, "p0@kommune.dk"], [LENE, "p1@kommune.dk"])
    assert script.kept == []


def test_what_is_given_up_while_the_line_rests_waits_for_the_next_in_the_chain(
    database: Engine,
) -> None:
    settle_in(database)
    soon = WARNED._replace(next_change_at=minutes_after(MORNING, HOUR))
    plan(database, soon, now=at(MONDAY, 5, 30))
    build_messages(database, SETTINGS, MORNING)
    script = Script(rcpt="451 4.3.0 later", mail=("250 OK", "550 5.7.1 sender not allowed"))
    with a_scripted_server(script) as server:
        send(database, server)
        send(database, server, HOUR - 1)
        callers = script.callers
        assert send(database, server, HOUR).counts == {"given up": 1, "redirected": 1}
    assert told(database) == {"mho": "undeliverable", "lln": "planned"}
    assert LENE in waiting(database)
    assert script.callers == callers


def test_a_mailbox_at_which_every_connection_ends_is_told_of_to_the_next_in_the_chain(
    database: Engine,
) -> None:
    """It looks like a line that is down, but for the others, who are sent theirs meanwhile."""
    settle_in(database, ["4711", "4712"])
    plan(database, warned("4711"), now=at(MONDAY, 5, 30))
    script = Script(rcpt_of={METTE: "close"})
    with a_scripted_server(script) as server:
        for minute in range(0, 6 * DAY, 2 * HOUR):
            now = minutes_after(MORNING, minute)
            if minute == DAY + 2 * HOUR:
                plan(database, warned("4712"), now=now, caseworker="jsk")
            build_messages(database, SETTINGS, now)
            send(database, server, minute)
    assert told(database) == {"mho": "undeliverable", "jsk": "sent", "lln": "sent"}


def test_a_reminder_that_was_not_tried_in_time_is_tried_all_the_same(database: Engine) -> None:
    settle_in(database)
    plan(
        database,
        WARNED._replace(next_change_at=minutes_after(MORNING, 1)),
        now=at(MONDAY, 5, 30),
    )
    build_messages(database, SETTINGS, MORNING)
    script = Script()
    with a_scripted_server(script) as server:
        assert send(database, server, 2 * HOUR).counts == {"accepted": 1}


def test_the_operator_hears_once_of_mails_that_have_waited_for_four_hours(
    database: Engine,
) -> None:
    a_pending_mail(database)
    script = Script(rcpt_of={METTE: "451 4.3.0 later"})
    with a_scripted_server(script) as server:
        by_the_quarter(database, server, 0, 4 * HOUR)
        assert alarms(database) == []
        by_the_quarter(database, server, 4 * HOUR, 6 * HOUR)
        assert alarms(database) == [("mails late", False)]
        script.rcpt_of.clear()
        by_the_quarter(database, server, 6 * HOUR, 8 * HOUR)
    assert alarms(database) == [("mails late", True)]
