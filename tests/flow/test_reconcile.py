"""The daily count of the outbox: it balances whatever happens, and says what does not."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, insert, select, update

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.sending.line_faults import LINE_FAULT
from flows.sending.reconcile import count_now, count_of_day, count_today, reconcile
from flows.sending.reconcile_text import FAULTS, count_text
from flows.sending.redirect import NOBODY_LEFT
from models import reconciling
from models.bounce_tables import DAILY_COUNT, OPEN_INTENT, OPEN_MAIL
from models.bounces import NewBounce, add_bounce, settle_bounces
from models.daily_counts import NOT_IN_BALANCE
from models.database import open_database, reading, writing
from models.outbox import ATTEMPT, CARRIES, INTENT, MESSAGE
from models.outbox_by_hand import cancel, release
from models.reconciling import questions
from models.runs import OPS_EVENT
from models.schema import METADATA
from notifications.server import MailServer
from rules.dates import day_of, minutes_after, shift_days
from tests.examples import examples
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.mail_cases import (
    MONDAY,
    SETTINGS,
    TUESDAY,
    WARNED,
    add_case,
    at,
    plan,
    settle_in,
    warned,
)
from tests.flow.mail_server import a_mail_server

EARLY, MORNING, COUNTED = at(MONDAY, 5, 30), at(MONDAY), at(MONDAY, 8)
NEXT_DAY = at(TUESDAY, 8)


@pytest.fixture
def house(database: Engine) -> Engine:
    """Mette was reminded of case 4711 on Monday; case 4712 is planned for Tuesday; counted."""
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    with a_mail_server() as (_, server):
        build_messages(database, SETTINGS, MORNING)
        deliver(database, SETTINGS, lambda: MORNING, server=server)
    with writing(database) as connection:
        add_case(connection, "4712")
    plan(database, warned("4712"), now=MORNING)
    assert count_today(database, COUNTED) is None
    return database


def alarms(engine: Engine) -> dict[str, bool]:
    """Every alarm, and whether it is over."""
    with reading(engine) as connection:
        rows = connection.execute(select(OPS_EVENT.c.kind, OPS_EVENT.c.recovered_at))
        return {kind: recovered is not None for kind, recovered in rows}


def test_a_days_count_says_what_was_open_began_ended_and_is_open(house: Engine) -> None:
    monday = count_of_day(house, MONDAY)
    assert monday.intents == (0, 2, 1, 1)
    assert monday.mails == (0, 1, 1, 0)
    assert monday.states["intents"] == {"sent": 1, "planned": 1, "on its way": 0}
    assert monday.states["mails"] == {"accepted": 1}
    build_messages(house, SETTINGS, at(TUESDAY))
    tuesday = count_now(house, NEXT_DAY)
    assert tuesday.intents == (1, 0, 0, 1)
    assert tuesday.mails == (0, 1, 0, 1)
    assert tuesday.states["intents"] == {"sent": 1, "planned": 0, "on its way": 1}
    assert tuesday.faults == {}


def test_counting_by_hand_changes_nothing(house: Engine) -> None:
    before = count_now(house, NEXT_DAY)
    assert count_now(house, NEXT_DAY) == before
    with reading(house) as connection:
        assert list(connection.execute(select(DAILY_COUNT.c.day)).scalars()) == [MONDAY]


def test_a_day_is_counted_once_when_its_time_has_come(house: Engine) -> None:
    for now in (at(TUESDAY, 5), at(TUESDAY, 5, 30), at(TUESDAY, 9)):
        assert reconcile(house, SETTINGS, now) is None
    assert count_of_day(house, TUESDAY).counted_at == at(TUESDAY, 5, 30)


def test_two_processes_that_count_at_once_store_one_row(house: Engine) -> None:
    assert count_today(house, NEXT_DAY) is None
    assert count_today(house, minutes_after(NEXT_DAY, 1)) is None
    with reading(house) as connection:
        assert list(connection.execute(select(DAILY_COUNT.c.day)).scalars()) == [MONDAY, TUESDAY]


Break = Callable[[Connection], None]


def intents(**values: object) -> Break:
    """Set columns of the reminder of case 4712, which is planned, by hand."""

    def by_hand(connection: Connection) -> None:
        connection.execute(update(INTENT).where(INTENT.c.case_ref == "4712").values(**values))

    return by_hand


def told(**values: object) -> Break:
    """Set columns of the reminder of case 4711, which was sent, by hand."""

    def by_hand(connection: Connection) -> None:
        connection.execute(update(INTENT).where(INTENT.c.case_ref == "4711").values(**values))

    return by_hand


def mails(**values: object) -> Break:
    """Set columns of the mail that was sent by hand."""

    def by_hand(connection: Connection) -> None:
        connection.execute(update(MESSAGE).values(**values))

    return by_hand


def remove_the_planned_one(connection: Connection) -> None:
    """Let the reminder of case 4712 vanish."""
    connection.execute(delete(INTENT).where(INTENT.c.case_ref == "4712"))


def forget_the_attempts(connection: Connection) -> None:
    """Let no attempt bear out that the mail was taken."""
    connection.execute(delete(ATTEMPT))
    connection.execute(update(MESSAGE).values(finished_at=NEXT_DAY))


def take_it_out_of_the_mail(connection: Connection) -> None:
    """Let a reminder count as told today, and no mail carry it."""
    connection.execute(delete(CARRIES))
    told(state_at=NEXT_DAY)(connection)


def open_a_mail_of_last_week(connection: Connection) -> None:
    """Let a mail that was never open before be so now."""
    row = dict(connection.execute(select(MESSAGE)).mappings().one())
    odd = {"uuid": "f" * 32, "key": "k", "message_id": "<i>", "state": "pending"}
    connection.execute(insert(MESSAGE), row | odd | {"created_at": at(MONDAY, 5)})


def remember_a_mail_that_never_was(connection: Connection) -> None:
    """Let a mail that was open have vanished."""
    connection.execute(insert(OPEN_MAIL).values(message_uuid="f" * 32))


def end_the_mail_before_it_was_counted(connection: Connection) -> None:
    """Let the mail count as open on Monday, and as finished before that."""
    uuid = connection.execute(select(MESSAGE.c.uuid)).scalar_one()
    connection.execute(insert(OPEN_MAIL).values(message_uuid=uuid))
    mails(finished_at=LONG_AGO)(connection)


LONG_AGO = at(MONDAY, 1)
BREAKS: dict[str, Break] = {
    "intent in no state": intents(state="lost"),
    "intent gone": remove_the_planned_one,
    "intent ended at no time": intents(state="cancelled", state_at=LONG_AGO),
    "intent out of nothing": told(state="planned", created_at=LONG_AGO),
    "intent told by no mail": take_it_out_of_the_mail,
    "intent owed in a mail that is over": told(state="planned"),
    "intent undeliverable and nobody told": intents(
        state="undeliverable", state_at=minutes_after(NEXT_DAY, -90)
    ),
    "mail gone": remember_a_mail_that_never_was,
    "mail ended at no time": end_the_mail_before_it_was_counted,
    "mail in no state": mails(state="lost"),
    "mail out of nothing": open_a_mail_of_last_week,
    "mail taken by no attempt": forget_the_attempts,
    "mail left behind": mails(state="pending", expires_at=at(MONDAY, 12)),
}


@pytest.mark.parametrize("fault", sorted(BREAKS))
def test_a_row_that_was_changed_by_hand_is_an_alarm_that_names_it(
    house: Engine, fault: str
) -> None:
    with writing(house) as connection:
        BREAKS[fault](connection)
    trouble = count_today(house, NEXT_DAY)
    assert trouble is not None
    assert FAULTS[fault][1] in trouble.en
    assert FAULTS[fault][0] in trouble.da
    counted = count_of_day(house, TUESDAY)
    assert counted.faults[fault]
    assert counted.faults[fault][0] in trouble.en
    assert alarms(house) == {"outbox count": False}


def test_the_alarm_is_over_when_the_row_is_as_it_was(house: Engine) -> None:
    with writing(house) as connection:
        told(state="planned")(connection)
    assert count_today(house, NEXT_DAY) is not None
    with writing(house) as connection:
        told(state="sent", state_at=at(TUESDAY, 9))(connection)
    assert count_today(house, minutes_after(NEXT_DAY, 24 * 60)) is None
    assert alarms(house) == {"outbox count": True}


def test_the_numbers_themselves_are_checked(house: Engine) -> None:
    with writing(house) as connection:
        connection.execute(update(DAILY_COUNT).values(intents_open=7))
    trouble = count_today(house, NEXT_DAY)
    assert trouble is not None
    assert "the number of open reminders does not add up" in trouble.en


def test_many_rows_are_named_up_to_a_number_and_the_rest_is_counted(house: Engine) -> None:
    with writing(house) as connection:
        connection.execute(insert(OPEN_INTENT), [{"intent_id": n} for n in range(900, 925)])
    trouble = count_today(house, NEXT_DAY)
    assert trouble is not None
    assert "25 reminders that were to be told have gone (900, 901" in trouble.en
    assert "909 + 15)" in trouble.en


def test_what_commits_after_the_count_with_a_moment_before_it_is_new(house: Engine) -> None:
    # an evaluation that began at 07:59 and was not finished when the count came at 08:00
    with writing(house) as connection:
        add_case(connection, "4713")
    plan(house, warned("4713"), now=minutes_after(COUNTED, -1))
    assert count_today(house, NEXT_DAY) is None
    assert count_of_day(house, TUESDAY).intents == (1, 1, 0, 2)


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_fault_has_its_words(house: Engine, language: str) -> None:
    names = {name for name, _ in questions(COUNTED, NEXT_DAY)}
    names |= {NOT_IN_BALANCE.format(kind=kind) for kind in ("intent", "mail")}
    assert names == set(FAULTS)
    said = count_text(count_now(house, NEXT_DAY), "da" if language == "da" else "en")
    assert said.endswith("Alt går op." if language == "da" else "Everything adds up.")


def test_the_alarms_that_speak_for_a_reminder_are_those_that_are_raised() -> None:
    assert (reconciling.NOBODY_LEFT, reconciling.LINE_DOWN) == (NOBODY_LEFT, LINE_FAULT)


class Turn(NamedTuple):
    """What happens next in the life of an outbox."""

    minutes: int
    case: int | None
    resolved: int | None
    answer: str
    by_hand: str


ANSWERS = {
    "taken": Script(),
    "later": Script(rcpt="450 4.2.0 not now"),
    "nobody there": Script(rcpt="550 5.1.1 no such mailbox"),
    "full": Script(rcpt="452 4.2.2 mailbox full"),
    "content": Script(data_ends="554 5.7.1 looks like spam"),
    "lost": Script(data_ends="close"),
    "line down": Script(greeting="421 4.3.0 going down"),
}
TURNS = st.builds(
    Turn,
    minutes=st.sampled_from([1, 20, 90, 500, 1440, 3000, 5000]),
    case=st.none() | st.integers(0, 3),
    resolved=st.none() | st.integers(0, 3),
    answer=st.sampled_from(sorted(ANSWERS)),
    by_hand=st.sampled_from(["", "", "cancel", "release", "bounce"]),
)


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the staff and four cases, to be copied for each life."""
    path = tmp_path_factory.mktemp("life") / "empty.db"
    engine = open_database(f"sqlite:///{path}")
    METADATA.create_all(engine)
    settle_in(engine, [str(4711 + number) for number in range(4)])
    engine.dispose()
    return path


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, MailServer]]:
    """A mail server for each answer."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(a_scripted_server(script)) for name, script in ANSWERS.items()
        }


@settings(
    max_examples=examples(12),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(turns=st.lists(TURNS, min_size=3, max_size=12))
def test_whatever_happens_to_an_outbox_it_balances_every_day(
    turns: list[Turn], empty_database: Path, servers: dict[str, MailServer], tmp_path: Path
) -> None:
    path = tmp_path / "life.db"
    for leftover in tmp_path.glob("life.db*"):
        leftover.unlink()
    shutil.copy(empty_database, path)
    engine = open_database(f"sqlite:///{path}")
    now = at(MONDAY, 5, 30)
    try:
        for turn in turns:
            now = minutes_after(now, turn.minutes)
            live(engine, turn, servers[turn.answer], now)
            counted = count_now(engine, now)
            assert counted.faults == {}
            assert counted.intents.balances
            assert counted.mails.balances
            assert count_today(engine, now) is None
    finally:
        engine.dispose()


def live(engine: Engine, turn: Turn, server: MailServer, now: datetime) -> None:
    """Let one turn happen: plan, resolve, build, deliver, and what a person or a server does."""
    today = day_of(now)
    if turn.case is not None:
        due = shift_days(today, 3)
        soon = warned(str(4711 + turn.case))
        one = soon._replace(due=due, reached=(soon.reached[0]._replace(on=today, moment=now),))
        plan(engine, one, now=now)
    if turn.resolved is not None:
        plan(engine, now=now, cases=[str(4711 + turn.resolved)])
    build_messages(engine, SETTINGS, now)
    deliver(engine, SETTINGS, lambda: now, server=server, connections=1)
    act(engine, turn.by_hand, now)
    deliver(engine, SETTINGS, lambda: now, server=server, connections=1)


def act(engine: Engine, what: str, now: datetime) -> None:
    """Cancel a mail that waits, release one that is held, or let one that was taken come back."""
    state = {"cancel": "pending", "release": "hold", "bounce": "accepted"}.get(what)
    with writing(engine) as connection:
        uuid = connection.execute(
            select(MESSAGE.c.uuid).where(MESSAGE.c.state == state).order_by(MESSAGE.c.uuid)
        ).scalar()
        if uuid is None:
            return
        if what == "cancel":
            assert cancel(connection, uuid, "Kim", "why", now)
        elif what == "release":
            until = minutes_after(now, 72 * 60)
            assert release(connection, uuid, "Kim", "why", now, until)
        else:
            assert add_bounce(connection, NewBounce(uuid, uuid, "failed", "5.1.1", now))
            assert settle_bounces(connection, now) == 1
