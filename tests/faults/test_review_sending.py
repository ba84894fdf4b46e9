"""Others of each family: where a reminder could be lost, held for ever, or told amiss."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select, update

from flows.composing.compose import build_messages
from flows.digest import send_digests
from flows.rule_book.rule_folder import good_book
from flows.run import run
from flows.sending.reconcile import count_now
from flows.sending.redirect import NOBODY_LEFT
from flows.settings import SHIPPED_RULES
from models.bounces import NewBounce, add_bounce, settle_bounces
from models.case_tables import PERSON
from models.database import open_database, reading, writing
from models.deadlines import DEADLINE
from models.outbox import CARRIES, INTENT, MESSAGE, count_by_state
from models.outbox_leases import give_up_expired
from models.outbox_messages import claim, count_messages, enter_data, lose_answer, open_attempt
from models.replay import mark_sent, sent_mail
from models.runs import OPS_EVENT
from models.schema import METADATA
from models.stale_mails import call_back_misaddressed, call_back_untried
from models.undelivered import let_go
from rules.dates import minutes_after
from rules.deadline import Deadline
from tests.faults.many_mails import many_pending_mails
from tests.faults.post import MORNING, a_pending_mail, how_it_stands, send, send_until_settled
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.mail_cases import (
    FALLBACK_BOX,
    KAREN,
    LENE,
    METTE,
    MONDAY,
    SETTINGS,
    TUESDAY,
    WARNED,
    a_deadline,
    at,
    plan,
    settle_in,
    step,
    warned,
)
from tests.flow.mail_server import a_mail_server, text_of

BOOK = good_book(SHIPPED_RULES)
THURSDAY = date(2026, 11, 26)


def leave(engine: Engine, person: str) -> None:
    """Let somebody be named by the extract no more."""
    with writing(engine) as connection:
        gone = update(PERSON).where(PERSON.c.person == person)
        connection.execute(gone.values(active=False))


def addresses(taken: Sequence[tuple[str, list[str], bytes]]) -> list[str]:
    """Return to whom mails went."""
    return [address for _, recipients, _ in taken for address in recipients]


def test_a_mail_built_for_somebody_who_has_left_since_does_not_go_to_them(
    database: Engine,
) -> None:
    a_pending_mail(database)
    leave(database, "mho")
    with a_mail_server() as (kept, server):
        send_until_settled(database, server)
    assert METTE not in addresses(kept.taken)
    assert addresses(kept.taken) == [FALLBACK_BOX]


def test_a_digest_built_for_a_leader_who_has_left_since_goes_to_the_next_in_the_chain(
    database: Engine,
) -> None:
    settle_in(database)
    send_digests(database, BOOK, SETTINGS, at(MONDAY, 8))
    leave(database, "lln")
    with a_mail_server() as (kept, server):
        send_until_settled(database, server, range(40, 400, 40))
    assert LENE not in addresses(kept.taken)
    assert addresses(kept.taken) == [KAREN]


def test_a_reminder_with_no_room_for_all_of_its_lines_tells_of_all_of_them(
    database: Engine,
) -> None:
    cases = [str(number) for number in range(5000, 5090)]
    settle_in(database, cases)
    plan(database, *map(warned, cases), now=at(MONDAY, 5, 30))
    build_messages(database, SETTINGS, MORNING)
    with a_mail_server() as (kept, server):
        send(database, server)
    (mail,) = kept.mails()
    assert "Yderligere 30 linjer" in " ".join(text_of(mail).split())
    with reading(database) as connection:
        assert count_by_state(connection) == {"sent": 90}


def test_a_digest_is_written_anew_for_the_mailbox_that_its_leader_has_now(
    database: Engine,
) -> None:
    """It waited for a line that was down; nobody else is bothered with it."""
    settle_in(database)
    run(database, SETTINGS, lambda: at(MONDAY, 8))
    with writing(database) as connection:
        moved = update(PERSON).where(PERSON.c.person == "lln")
        connection.execute(moved.values(email="lene.lund@kommune.dk"))
    with a_mail_server() as (kept, server):
        settings = SETTINGS.model_copy(update={"mail_url": f"smtp://{server.host}:{server.port}"})
        for minute in (30, 31):
            run(database, settings, partial(at, MONDAY, 8, minute))
    (overview,) = kept.to("lene.lund@kommune.dk")
    assert overview["Subject"].startswith("Overblik uge 48")
    assert not {LENE, KAREN} & set(addresses(kept.taken))


def test_a_second_reminder_that_reaches_nobody_is_told_of_like_the_first(
    database: Engine,
) -> None:
    settle_in(database)
    everybody = {METTE, LENE, KAREN, FALLBACK_BOX}
    with a_mail_server() as (kept, server):
        kept.refuses |= everybody
        plan(database, WARNED, now=MORNING)
        send_until_settled(database, server, [0])
        assert open_alarms(database) == ["4711"]
        kept.refuses.clear()
        plan(database, WARNED._replace(reached=(step("2 days before", TUESDAY),)), now=at(TUESDAY))
        send_until_settled(database, server, [24 * 60])
        assert kept.taken
        assert open_alarms(database) == []
        kept.refuses |= everybody
        thursday = at(date(2026, 11, 26))
        plan(database, WARNED._replace(reached=(step("that day", THURSDAY),)), now=thursday)
        send_until_settled(database, server, [72 * 60])
    assert open_alarms(database) == ["4711"]


def test_what_comes_back_after_its_deadline_was_met_is_told_to_nobody_else(
    database: Engine,
) -> None:
    a_pending_mail(database)
    add_deadline(database, WARNED)
    with a_mail_server() as (kept, server):
        send(database, server)
        with writing(database) as connection:
            met = {"status": "met", "closed": True}
            connection.execute(update(DEADLINE).values(met))
            uuid = connection.execute(select(MESSAGE.c.uuid)).scalar_one()
            add_bounce(connection, NewBounce("f", uuid, "failed", "5.1.1", MORNING))
            assert settle_bounces(connection, minutes_after(MORNING, 60)) == 1
        send_until_settled(database, server, [60, 120])
        assert addresses(kept.taken) == [METTE]
        assert count_now(database, minutes_after(MORNING, 600)).faults == {}
        with writing(database) as connection:
            connection.execute(update(DEADLINE).values(status="due soon", closed=False))
        plan(database, WARNED, now=at(TUESDAY))
        send_until_settled(database, server, [24 * 60])
    assert addresses(kept.taken) == [METTE, METTE]


def test_what_nobody_took_before_a_long_stop_goes_to_the_next_after_it(
    database: Engine,
) -> None:
    a_pending_mail(database)
    with a_mail_server() as (kept, server):
        kept.refuses.add(METTE)

        def killed(point: str) -> None:
            if point == "settled":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            send(database, server, at_point=killed)
        send_until_settled(database, server, [10 * 24 * 60])
    assert addresses(kept.taken) == [LENE]


def test_what_is_owed_again_is_told_though_a_held_mail_carried_it_once(database: Engine) -> None:
    settle_in(database, ["4711", "4712"])
    plan(database, WARNED, warned("4712"), now=at(MONDAY, 5))
    build_messages(database, SETTINGS, MORNING)
    with a_scripted_server(Script(data_ends="554 5.7.1 looks like spam")) as server:
        send(database, server)
        plan(database, WARNED, now=MORNING, cases=("4712",))
        send(database, server, 70)
    assert how_it_stands(database)[0] == "hold"
    plan(database, WARNED, warned("4712"), now=at(TUESDAY))
    with a_mail_server() as (kept, server):
        send_until_settled(database, server, [24 * 60])
    assert any("4712" in text_of(mail) for mail in kept.to(METTE))


def test_what_was_called_back_from_the_last_in_the_chain_is_owed_to_them_again(
    database: Engine,
) -> None:
    settle_in(database)
    plan(database, WARNED, now=at(MONDAY, 5))
    with a_mail_server() as (kept, server):
        kept.refuses |= {METTE, LENE, KAREN}
        build_messages(database, SETTINGS, MORNING)
        send(database, server, stopping=lambda: chain_ends_at_fallback(database))
        plan(database, now=MORNING, cases=("4711",))
        with reading(database) as connection:
            assert count_by_state(connection) == {"undeliverable": 3, "cancelled": 1}
        plan(database, WARNED, now=MORNING)
        send_until_settled(database, server, [10, 20])
    assert addresses(kept.taken) == [FALLBACK_BOX]


def chain_ends_at_fallback(engine: Engine) -> bool:
    """Say whether the fallback mailbox is next."""
    last = select(INTENT.c.id).where(INTENT.c.recipient == "fallback")
    with reading(engine) as connection:
        return connection.execute(last).first() is not None


def test_a_night_in_which_the_line_was_down_makes_no_reminder_undeliverable(
    database: Engine,
) -> None:
    settle_in(database)
    hours = a_deadline(
        step("4 hours before", MONDAY, hours=True),
        due=minutes_after(MORNING, 240),
        rule="report-assessed-24-hours",
    )._replace(next_change_at=minutes_after(MORNING, 240))
    plan(database, hours, now=MORNING)
    build_messages(database, SETTINGS, MORNING)
    with a_scripted_server(Script(greeting="421 4.3.0 going down; close")) as server:
        for minutes in (0, 30, 250, 300):
            send(database, server, minutes)
    with reading(database) as connection:
        assert count_by_state(connection) == {"planned": 1}


def test_a_digest_waits_for_a_line_that_is_down_for_days(database: Engine) -> None:
    settle_in(database)
    send_digests(database, BOOK, SETTINGS, at(MONDAY, 8))
    with a_scripted_server(Script(greeting="421 4.3.0 going down; close")) as server:
        for hours in (1, 24, 48, 80):
            send(database, server, hours * 60)
    with a_mail_server() as (kept, server):
        send_until_settled(database, server, [96 * 60, 97 * 60, 98 * 60])
    assert addresses(kept.taken) == [LENE]


def test_a_mail_that_a_sender_has_had_meanwhile_is_not_called_back(database: Engine) -> None:
    """It may have arrived by now, and what is written anew would tell it a second time."""
    a_pending_mail(database)
    with writing(database) as connection:

        def elsewhere_now(_recipient: str) -> str:
            claimed = claim(connection, "another", MORNING, MORNING)
            assert claimed is not None
            enter_data(connection, claimed, open_attempt(connection, claimed, MORNING).id)
            assert lose_answer(connection, claimed, MORNING, "", MORNING)
            return "mette.holm@kommune.dk"

        assert call_back_misaddressed(connection, elsewhere_now, FALLBACK_BOX, MORNING) == 0
    assert how_it_stands(database) == ("pending", 1, 1)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_a_sender_has_just_taken_is_not_given_up(database: Engine) -> None:
    """On SQLite nobody looks while another writes."""
    soon = WARNED._replace(next_change_at=minutes_after(MORNING, 60))
    settle_in(database)
    plan(database, soon, now=at(MONDAY, 5, 30))
    build_messages(database, SETTINGS, MORNING)
    with a_scripted_server(Script(rcpt="451 4.3.0 later")) as server:
        send(database, server)
    later = minutes_after(MORNING, 90)
    with writing(database) as sender, writing(database) as other:
        assert claim(sender, "another", later, later) is not None
        assert give_up_expired(other, later) == 0
    with writing(database) as connection:
        assert count_by_state(connection) == {"planned": 1}


def test_what_another_mail_told_before_a_restore_is_not_told_again(database: Engine) -> None:
    """The backup has the mail that was called back, and the journal the one that told it."""
    a_pending_mail(database)
    with writing(database) as connection:
        (uuid,) = connection.execute(select(MESSAGE.c.uuid)).scalars()
        sent = sent_mail(connection, uuid)
        names = {"uuid": "other", "generation": 1, "message_id": "<other>", "state": "accepted"}
        told = sent._replace(message={**sent.message, **names, "finished_at": MORNING})
        assert mark_sent(connection, told)
    script = Script()
    with a_scripted_server(script) as server:
        send(database, server)
    assert script.kept == []
    with reading(database) as connection:
        assert count_messages(connection) == {"accepted": 1, "cancelled": 1}


def test_a_held_mail_that_went_after_the_backup_is_known_to_have_gone(database: Engine) -> None:
    a_pending_mail(database)
    with writing(database) as connection:
        (uuid,) = connection.execute(select(MESSAGE.c.uuid)).scalars()
        sent = sent_mail(connection, uuid)
        connection.execute(update(MESSAGE).values(state="hold"))
        connection.execute(update(INTENT).values(state="undeliverable"))
        assert mark_sent(
            connection, sent._replace(message={**sent.message, "finished_at": MORNING})
        )
        assert count_messages(connection) == {"accepted": 1}
        assert count_by_state(connection) == {"sent": 1}


def test_what_is_owed_again_stays_in_its_mail(database: Engine) -> None:
    """Somebody has let a held mail go, while its reminders were thought to be lost."""
    a_pending_mail(database)
    with writing(database) as connection:
        let_go(connection, list(connection.execute(select(INTENT.c.id)).scalars()))
    with a_mail_server() as (_, server):
        assert send(database, server).counts == {"accepted": 1}
    with reading(database) as connection:
        assert count_by_state(connection) == {"sent": 1}


def test_however_many_mails_wait_no_question_names_more_than_a_database_takes(
    tmp_path: Path,
) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'many.db'}")
    METADATA.create_all(engine)
    many_pending_mails(engine, 1200)
    event.listen(engine, "checkout", take_few_parameters)
    engine.dispose()
    with writing(engine) as connection:
        assert call_back_untried(connection, TUESDAY, at(TUESDAY)) == 1200
        connection.execute(update(MESSAGE).values(state="pending", attempts=1))
        connection.execute(update(CARRIES).values(live=True))
        assert give_up_expired(connection, at(date(2027, 1, 4))) == 1200
        assert count_by_state(connection) == {"undeliverable": 1200}


def take_few_parameters(connection: Any, *_: object) -> None:
    """Let SQLite take a thousand parameters, as some builds of it do, to ask for fewer rows."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 1000)


def open_alarms(engine: Engine) -> list[str]:
    """Return of which cases the operator knows that nobody could be told."""
    open_now = select(OPS_EVENT.c.subject).where(
        OPS_EVENT.c.kind == NOBODY_LEFT, OPS_EVENT.c.recovered_at.is_(None)
    )
    with reading(engine) as connection:
        return list(connection.execute(open_now).scalars())


def add_deadline(engine: Engine, deadline: Deadline) -> None:
    """Put a deadline in the database, as the evaluation does."""
    row = {"case_ref": deadline.case, "ref": deadline.ref, "rule": deadline.rule}
    row |= {"interval_on": deadline.interval, "round": deadline.round, "kind": deadline.kind}
    row |= {"status": str(deadline.status), "due_on": deadline.due, "changed_at": MORNING}
    defaults = {"closed": False, "missing": "", "rule_print": ""}
    with writing(engine) as connection:
        connection.execute(insert(DEADLINE).values(**(defaults | row)))
