"""What people see of the outbox, and what they may do to it by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, update

from flows.composing.compose import build_messages
from flows.deliver import deliver
from models.bounce_tables import BOUNCE
from models.database import reading, writing
from models.outbox import INTENT, MESSAGE
from notifications.server import MailServer
from rules.dates import minutes_after
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.mail_cases import (
    LENE,
    METTE,
    MONDAY,
    SETTINGS,
    TUESDAY,
    WARNED,
    a_deadline,
    add_case,
    at,
    plan,
    step,
    warned,
)
from tests.flow.mail_server import Kept, a_mail_server
from tests.flow.outbox_house import EARLY, LOST, MORNING, House
from tests.flow.typed import Answer, ask_in


@pytest.fixture
def house(
    tmp_path: Path,
    database: Engine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> House:
    """Mette is to be warned of case 4711 on Monday morning."""
    ask = ask_in(tmp_path, monkeypatch, capsys)
    # one engine for all commands: each would leave its connections to PostgreSQL open
    monkeypatch.setattr("flows.opening.open_house", lambda settings: database)
    return House(database, ask)


@pytest.fixture
def post() -> Iterator[tuple[Kept, MailServer]]:
    """A mail server that takes everything."""
    with a_mail_server() as pair:
        yield pair


def test_an_empty_outbox_says_so(house: House) -> None:
    assert house.ask("outbox", "list") == Answer(0, "No mails.\n", "")


def test_the_list_shows_what_is_not_finished(house: House, post: tuple[Kept, MailServer]) -> None:
    build_messages(house.engine, SETTINGS, MORNING)
    waiting = house.ask("outbox", "list").out
    assert "waits" in waiting
    assert "Mette Holm (mho)" in waiting
    assert waiting.endswith("1 mails\n")
    house.tell(post[1])
    assert house.ask("outbox", "list").out == "No mails.\n"
    assert "sent" in house.ask("outbox", "list", "--state", "accepted").out


def test_the_list_can_be_asked_for_a_person_a_case_a_day_and_a_state(
    house: House, post: tuple[Kept, MailServer]
) -> None:
    with writing(house.engine) as connection:
        add_case(connection, "4712", "jsk")
    plan(house.engine, warned("4712"), now=EARLY, caseworker="jsk")
    house.tell(post[1])

    def listed(*options: str) -> list[str]:
        lines = house.ask("outbox", "list", "--json", *options).out.splitlines()
        return [json.loads(line)["recipient"] for line in lines]

    assert sorted(listed("--state", "accepted")) == ["jsk", "mho"]
    assert listed("--person", "jsk") == ["jsk"]
    assert listed("--case", "4711") == ["mho"]
    assert sorted(listed("--since", "2026-11-23")) == ["jsk", "mho"]
    assert listed("--since", "2026-11-24") == []
    assert listed("--state", "hold") == []


def test_for_machines_there_is_neither_address_nor_subject(house: House) -> None:
    build_messages(house.engine, SETTINGS, MORNING)
    for command in (("list",), ("show", house.number())):
        line = house.ask("outbox", *command, "--json").out
        assert json.loads(line)["state"] == "pending"
        assert "@" not in line
        assert "subject" not in json.loads(line)


def test_a_mail_is_shown_with_why_what_and_what_next(house: House) -> None:
    build_messages(house.engine, SETTINGS, MORNING)
    shown = house.ask("outbox", "show", house.number()).out
    assert "To Mette Holm (mho), waits." in shown
    assert 'Why: "You get this mail because' in shown
    assert 'step "3 days before" · due Thu 26 Nov 2026 · to be told' in shown
    assert "none yet" in shown
    assert "It leaves with the next run." in shown


def test_a_mail_is_shown_in_danish(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRISTVAGT_LANGUAGE", "da")
    build_messages(house.engine, SETTINGS, MORNING)
    shown = house.ask("outbox", "show", house.number()).out
    assert "Til Mette Holm (mho), venter." in shown
    assert "Hvorfor: »Du får mailen, fordi" in shown
    assert "Den afsendes ved næste kørsel." in shown
    assert " before«" not in shown


def test_every_try_is_told_with_the_servers_answer_and_when_it_is_tried_again(
    house: House,
) -> None:
    with a_scripted_server(Script(rcpt="450 4.2.0 greylisted, come back")) as server:
        house.tell(server)
    shown = house.ask("outbox", "show", house.number()).out
    assert "1. Mon 23 Nov 2026 07:30 not now, try again at the recipient: 450 4.2.0" in shown
    assert "It is tried again Mon 23 Nov 2026 07:3" in shown


def test_a_sent_mail_may_come_back_for_five_days_and_is_then_presumed_to_have_arrived(
    house: House, post: tuple[Kept, MailServer]
) -> None:
    house.tell(post[1])
    number = house.number()
    soon = house.ask("outbox", "show", number).out
    assert "presumed to have arrived" in soon
    assert "by Sat 28 Nov 2026 07:30" in soon
    later = house.ask("outbox", "show", number, now=minutes_after(MORNING, 5 * 24 * 60)).out
    assert "nothing has come back in five days" in later
    report = {"fingerprint": "1", "kind": "delivered", "status": "2.0.0", "waits": False}
    with writing(house.engine) as connection:
        uuid = connection.execute(select(MESSAGE.c.uuid)).scalar_one()
        connection.execute(BOUNCE.insert().values(message_uuid=uuid, read_at=MORNING, **report))
    assert "server has confirmed it" in house.ask("outbox", "show", number).out


def test_a_refused_mail_says_who_was_told_instead(
    house: House, post: tuple[Kept, MailServer]
) -> None:
    kept, server = post
    kept.refuses.add(METTE)
    house.tell(server)
    shown = house.ask("outbox", "show", house.number()).out
    assert "could not be delivered (550" in shown
    assert "Lene Lund (lln) told instead" in shown
    assert len(kept.to(LENE)) == 1


def test_a_held_mail_says_what_to_do_and_goes_when_it_is_released(
    house: House, post: tuple[Kept, MailServer]
) -> None:
    house.lose_two_answers()
    number = house.number()
    shown = house.ask("outbox", "show", number).out
    assert f"fristvagt outbox release {number}" in shown
    assert "the answer was lost at the mail itself" in shown
    released = house.ask("outbox", "release", number, "--by", "Kim", "--why", "not in the log")
    assert released == Answer(0, f"Mail {number} goes again with the next run.\n", "")
    counts = deliver(house.engine, SETTINGS, lambda: at(MONDAY, 9), server=post[1]).counts
    assert counts["accepted"] == 2  # and the one to Lene, who was told instead
    assert len(post[0].to(METTE)) == len(post[0].to(LENE)) == 1
    assert house.states()[0] == {"sent": 2}
    assert house.by_hand() == [("Kim", "release", "not in the log")]
    assert "let go again by Kim: not in the log" in house.ask("outbox", "show", number).out


def test_a_released_mail_whose_answer_is_lost_again_is_held_again(house: House) -> None:
    house.lose_two_answers()
    house.ask("outbox", "release", house.number())
    with a_scripted_server(Script(data_ends=LOST)) as server:
        deliver(house.engine, SETTINGS, lambda: at(MONDAY, 9), server=server)
    with reading(house.engine) as connection:
        held = connection.execute(select(MESSAGE.c.state).where(MESSAGE.c.address == METTE))
        assert held.scalar_one() == "hold"


def test_a_held_mail_that_is_past_its_time_goes_when_it_is_released(
    house: House, post: tuple[Kept, MailServer]
) -> None:
    house.lose_two_answers()
    much_later = minutes_after(MORNING, 10 * 24 * 60)
    house.ask("outbox", "release", house.number(), now=much_later)
    deliver(house.engine, SETTINGS, lambda: at(MONDAY.replace(month=12, day=3), 9), server=post[1])
    assert len(post[0].to(METTE)) == 1


def test_only_a_held_mail_can_be_released(house: House) -> None:
    build_messages(house.engine, SETTINGS, MORNING)
    answer = house.ask("outbox", "release", house.number())
    assert (answer.code, answer.out) == (1, "")
    assert "is not held" in answer.err
    assert house.by_hand() == []


@pytest.mark.parametrize("arguments", [(), ("3f2a9c1b", "--storm")])
def test_releasing_needs_a_mail_or_the_storm(house: House, arguments: tuple[str, ...]) -> None:
    answer = house.ask("outbox", "release", *arguments)
    assert answer.code == 1
    assert "either the mail's number" in answer.err


def test_without_a_storm_there_is_nothing_to_release(house: House) -> None:
    answer = house.ask("outbox", "release", "--storm")
    assert answer == Answer(0, "The storm brake holds nothing back.\n", "")
    assert house.by_hand() == []


def test_a_cancelled_mail_is_not_sent_and_its_step_is_not_told_later(
    house: House, post: tuple[Kept, MailServer]
) -> None:
    build_messages(house.engine, SETTINGS, MORNING)
    number = house.number()
    answer = house.ask("outbox", "cancel", number, "--why", "moved", "--by", "Kim")
    assert answer.code == 0
    assert "will not be sent" in answer.out
    plan(house.engine, WARNED, now=at(MONDAY, 9))
    assert house.tell(post[1], at(TUESDAY)) == {}
    assert house.states() == ({"cancelled": 1}, {"cancelled": 1})
    assert house.by_hand() == [("Kim", "cancel", "moved")]
    shown = house.ask("outbox", "show", number).out
    assert "called back by Kim: moved" in shown
    assert "called back by hand" in shown


def test_the_next_step_of_a_deadline_whose_mail_was_cancelled_is_told(
    house: House, post: tuple[Kept, MailServer]
) -> None:
    build_messages(house.engine, SETTINGS, MORNING)
    house.ask("outbox", "cancel", house.number(), "--why", "moved")
    later = a_deadline(step("3 days before", MONDAY), step("1 day before", TUESDAY))
    plan(house.engine, later, now=at(TUESDAY, 5, 30))
    assert house.tell(post[1], at(TUESDAY)) == {"accepted": 1}
    assert len(post[0].to(METTE)) == 1


def test_a_held_mail_can_be_cancelled_and_who_was_told_instead_stays_told(
    house: House,
) -> None:
    house.lose_two_answers()
    assert house.ask("outbox", "cancel", house.number(), "--why", "it arrived").code == 0
    intents, mails = house.states()
    assert intents["undeliverable"] == 1
    assert mails["cancelled"] == 1


@pytest.mark.parametrize("state", ["claimed", "in_data", "accepted", "failed", "bounced"])
def test_what_is_on_its_way_or_over_cannot_be_cancelled(house: House, state: str) -> None:
    build_messages(house.engine, SETTINGS, MORNING)
    with writing(house.engine) as connection:
        connection.execute(update(MESSAGE).values(state=state))
    answer = house.ask("outbox", "cancel", house.number(), "--why", "too late")
    assert answer.code == 1
    assert "cannot be called back" in answer.err
    with reading(house.engine) as connection:
        assert connection.execute(select(INTENT.c.state)).scalar_one() == "planned"
    assert house.by_hand() == []


def test_cancelling_needs_a_reason(house: House) -> None:
    build_messages(house.engine, SETTINGS, MORNING)
    answer = house.ask("outbox", "cancel", house.number(), "--why", "  ")
    assert answer.code == 1
    assert "--why" in answer.err


def test_who_did_it_is_the_user_of_the_machine_unless_said(house: House) -> None:
    from flows.keeping.machine_user import machine_user

    build_messages(house.engine, SETTINGS, MORNING)
    house.ask("outbox", "cancel", house.number(), "--why", "moved")
    assert house.by_hand()[0][0] == machine_user()


@pytest.mark.parametrize("number", ["ffffffff", "abc", "%%%%", "", "' OR 1=1 --"])
def test_a_number_that_no_mail_has_is_told(house: House, number: str) -> None:
    build_messages(house.engine, SETTINGS, MORNING)
    answer = house.ask("outbox", "show", number)
    assert answer.code == 1
    assert "No mail has the number" in answer.err


def test_a_number_that_two_mails_have_is_told(house: House) -> None:
    build_messages(house.engine, SETTINGS, MORNING)
    with writing(house.engine) as connection:
        row = dict(connection.execute(select(MESSAGE)).mappings().one())
        other = row["uuid"][:8] + "f" * 24
        connection.execute(insert(MESSAGE), row | {"uuid": other, "key": "k", "message_id": "<i>"})
    answer = house.ask("outbox", "show", other[:8])
    assert answer.code == 1
    assert "2 mails have a number that begins with" in answer.err
    assert house.ask("outbox", "show", other).code == 0


def test_a_state_that_does_not_exist_is_told_with_those_that_do(house: House) -> None:
    answer = house.ask("outbox", "list", "--state", "lost")
    assert answer.code == 1
    assert "They are: waits, is being handed over, sent, held," in answer.err


@pytest.mark.parametrize("word", ["pending", "waits", "venter"])
def test_a_state_is_asked_for_by_the_word_that_the_list_says_of_it(house: House, word: str) -> None:
    build_messages(house.engine, SETTINGS, MORNING)
    assert house.number() in house.ask("outbox", "list", "--state", word).out
    assert house.number() not in house.ask("outbox", "list", "--state", "sent").out


def test_looking_at_a_mail_is_a_look_at_its_cases(house: House) -> None:
    from models.access_log import accesses_to

    build_messages(house.engine, SETTINGS, MORNING)
    house.ask("outbox", "show", house.number())
    house.ask("outbox", "list", "--case", "4711")
    with reading(house.engine) as connection:
        looks = accesses_to(connection, "4711", None)
    assert [look.action for look in looks] == ["mail shown", "mail shown"]


def test_the_count_adds_up_and_says_so(house: House, post: tuple[Kept, MailServer]) -> None:
    build_messages(house.engine, SETTINGS, MORNING)
    waiting = house.ask("outbox", "count")
    assert waiting.code == 0
    assert "Reminders: 0 open at the last count + 1 new - 0 ended = 1 open" in waiting.out
    assert "1  on its way" in waiting.out
    house.tell(post[1])
    told = json.loads(house.ask("outbox", "count", "--json").out)
    assert told["intents"] == {"before": 0, "new": 1, "ended": 1, "open": 0}
    assert told["faults"] == {}


def test_a_count_that_does_not_add_up_leaves_with_2(
    house: House, post: tuple[Kept, MailServer]
) -> None:
    house.tell(post[1])
    with writing(house.engine) as connection:
        connection.execute(update(INTENT).values(state="planned"))
    answer = house.ask("outbox", "count")
    assert answer.code == 2
    assert "1 reminders wait in a mail that is over: they will never be sent (1)" in answer.out


def test_a_day_that_was_not_counted_is_told(house: House) -> None:
    answer = house.ask("outbox", "count", "--day", "2026-11-20")
    assert answer.code == 1
    assert "was not counted on 2026-11-20" in answer.err
