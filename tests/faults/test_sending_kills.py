"""Killed at any point, every mail still arrives: at least once, at most once more, same bytes.

The kill points K4 to K9 of docs/decisions/0005-outbox.md, each with a real process and SIGKILL.
"""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import Engine, select

from flows.compose import build_messages
from flows.deliver import deliver, take_back_abandoned
from models.database import reading
from models.outbox import ATTEMPT, MESSAGE, count_by_state
from models.outbox_messages import count_messages
from rules.dates import minutes_after
from tests.faults.sender_process import send_and_die
from tests.flow.mail_cases import (
    METTE,
    MONDAY,
    SETTINGS,
    WARNED,
    at,
    let_leases_run_out,
    plan,
    settle_in,
)
from tests.flow.mail_server import a_mail_server, server_at

MORNING = at(MONDAY)
AFTER_LEASE = minutes_after(MORNING, 6)
AFTER_WAIT = minutes_after(MORNING, 30)


def settle(database: Engine, port: int) -> None:
    """Come back after the lease, and again after the wait, as a restarted service would."""
    let_leases_run_out(database)
    for now in (AFTER_LEASE, AFTER_WAIT):
        deliver(database, SETTINGS, lambda now=now: now, server=server_at(port))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("point", "copies"),
    [("claimed", 1), ("addressed", 1), ("in data", 1), ("answered", 2), ("settled", 1)],
)
def test_a_sender_killed_at_any_point_loses_nothing(
    database: Engine, database_url: str, point: str, copies: int
) -> None:
    settle_in(database)
    plan(database, WARNED, now=at(MONDAY, 5, 30))
    build_messages(database, SETTINGS, MORNING)
    with a_mail_server() as (kept, server):
        assert send_and_die(database_url, server.port, point, MORNING) == -9
        # a second sender at the same moment leaves alone what the dead one had claimed
        assert deliver(database, SETTINGS, lambda: MORNING, server=server).counts == {}
        settle(database, server.port)
    assert [to for _, to, _ in kept.taken] == [[METTE]] * copies
    assert len({content for _, _, content in kept.taken}) == 1
    with reading(database) as connection:
        uncertain, state = connection.execute(select(MESSAGE.c.uncertain, MESSAGE.c.state)).one()
        open_attempts = connection.execute(select(ATTEMPT).where(ATTEMPT.c.ended_at.is_(None)))
        assert open_attempts.all() == []
        assert count_by_state(connection) == {"sent": 1}
    assert state == "accepted"
    assert uncertain == (1 if point in {"in data", "answered"} else 0)


def test_killed_twice_after_the_server_took_it_a_person_must_look(
    database: Engine, database_url: str
) -> None:
    settle_in(database)
    plan(database, WARNED, now=at(MONDAY, 5, 30))
    build_messages(database, SETTINGS, MORNING)
    with a_mail_server() as (kept, server):
        send_and_die(database_url, server.port, "answered", MORNING)
        let_leases_run_out(database)
        assert take_back_abandoned(database, AFTER_LEASE) == {"abandoned": 1}
        send_and_die(database_url, server.port, "answered", AFTER_WAIT)
        let_leases_run_out(database)
        late = minutes_after(AFTER_WAIT, 6)
        deliver(database, SETTINGS, lambda: late, server=server)
        deliver(database, SETTINGS, lambda: minutes_after(late, 60), server=server)
    # two copies to the caseworker, never a third; and the leader is told
    assert Counter(to[0] for _, to, _ in kept.taken) == {METTE: 2, "lene@kommune.dk": 1}
    with reading(database) as connection:
        assert count_messages(connection) == {"hold": 1, "accepted": 1}
        assert count_by_state(connection) == {"undeliverable": 1, "sent": 1}
