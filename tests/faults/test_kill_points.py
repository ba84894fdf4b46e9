"""K1 to K9: a real process killed at each point of a morning, and another that goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

import flows.evaluate
from flows.commands.moments import read_moment
from flows.run import run
from flows.settings import Settings
from models.database import open_database, reading
from models.outbox import MESSAGE
from models.runs import RUN
from notifications.server import MailServer
from rules.dates import minutes_after
from tests.faults.conftest import Reckon
from tests.faults.killed_process import DONE, KILLED, Way, run_and_die, standing_still
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.case_builder import Municipality
from tests.flow.mail_cases import let_leases_run_out

EXAMPLES = Path(__file__).parents[1] / "samples" / "example-rules"
MORNING = read_moment("2026-11-23 07:30")
GIVEN_UP_MINUTES = 11
"""So long after it died a run is taken up by another."""

COMMIT = ("before commit", "after commit")
PLANNED = "INSERT INTO intent"
BUILT = "INSERT INTO message ("
CLAIMED = "INSERT INTO attempt"
LEAVING = "UPDATE attempt"
HALF = ("half a mail",)


def a_run(url: str, port: int, moment: datetime) -> None:
    """Do all that is due, with a transaction for every case."""
    flows.evaluate.AT_A_TIME = 1
    settings = Settings(
        _env_file=None,
        rules=EXAMPLES,
        mail_url=f"smtp://127.0.0.1:{port}",
        mail_connections=1,
        mail_from="Fristovervågning <frister@kommune.example>",
        fallback_mailbox="vagt@kommune.example",
        public_url="https://frister.kommune.example",
        digest_at=time(16, 0),
    )
    run(open_database(url), settings, lambda: moment)


class Town:
    """Anna has two cases and Bo one; on this Monday morning both must be told of them."""

    def __init__(self, engine: Engine, url: str, script: Script, server: MailServer) -> None:
        self.engine = engine
        self.url = url
        self.script = script
        self.server = server
        people = Municipality(engine)
        people.person("lene", role="team_leader")
        for caseworker, cases in (("anna", ("1001", "1002")), ("bo", ("1003",))):
            people.person(caseworker, leader="lene")
            for case in cases:
                facts = {"target_group": "youth", "open_measures": 1.0}
                began, born = date(2026, 9, 28), date(2010, 5, 1)
                people.case(case, began, born=born, caseworker=caseworker, facts=facts)

    def killed(self, way: Way, minutes: int = 0) -> int | None:
        """Let a process do all that is due, to the end of the way."""
        moment = minutes_after(MORNING, minutes)
        return run_and_die(way, a_run, self.url, self.server.port, moment)

    def goes_on(self, minutes: int = 0) -> None:
        """Let others do the rest, when the lease is over, and when a lost answer was waited for."""
        for times in (1, 3):
            let_leases_run_out(self.engine)
            assert self.killed((), minutes + times * GIVEN_UP_MINUTES) == DONE

    def copies(self) -> list[int]:
        """How often each mail was sent to its end."""
        return sorted(Counter(mail.message_id for mail in self.script.mails).values())

    def told(self) -> list[Any]:
        """What is written down of every mail."""
        with reading(self.engine) as connection:
            return list(connection.execute(select(MESSAGE).order_by(MESSAGE.c.uuid)))

    def slots(self) -> dict[str, str]:
        """How the run of each slot ended."""
        with reading(self.engine) as connection:
            return {row.schedule: row.state for row in connection.execute(select(RUN))}


@pytest.fixture
def town(database: Engine, database_url: str) -> Iterator[Town]:
    script = Script()
    with a_scripted_server(script) as server:
        yield Town(database, database_url, script, server)


@pytest.fixture
def killed(town: Town, reckoned: Reckon) -> Callable[..., list[int]]:
    """What kills a process at the end of a way, and lets others go on; it gives the copies."""

    def killed(*way: str) -> list[int]:
        assert town.killed(way) == KILLED
        town.goes_on()
        assert set(town.slots().values()) == {"done"}
        found = reckoned(town.engine, town.script.read)
        assert (found.mails, found.lost, found.held) == (2, 0, 0)
        return town.copies()

    return killed


Killed = Callable[..., list[int]]


def test_k1_before_the_plan_is_committed_it_is_made_again(killed: Killed) -> None:
    assert killed(PLANNED, "before commit") == [1, 1]


def test_k2_between_two_portions_of_the_cases_the_rest_is_planned_by_the_next(
    killed: Killed,
) -> None:
    assert killed(PLANNED, "after commit", PLANNED) == [1, 1]


def test_k3_planned_and_not_built_it_is_built_by_the_next(killed: Killed) -> None:
    assert killed(PLANNED, "after commit", BUILT) == [1, 1]


def test_k4_built_and_not_claimed_it_waits(killed: Killed) -> None:
    assert killed(BUILT, "after commit") == [1, 1]


@pytest.mark.parametrize(
    "way",
    [(CLAIMED, "after commit"), (CLAIMED, "socket.connect"), (CLAIMED, LEAVING)],
    ids=["claimed", "connecting", "addressed"],
)
def test_k5_claimed_and_not_begun_it_surely_did_not_leave(killed: Killed, way: Way) -> None:
    assert killed(*way) == [1, 1]


def test_k5_what_a_dead_sender_holds_is_left_alone_until_its_lease_ends(
    town: Town, reckoned: Reckon
) -> None:
    assert town.killed((CLAIMED, "after commit")) == KILLED
    assert town.killed((), minutes=1) == DONE
    assert town.copies() == [1]
    town.goes_on()
    assert town.copies() == [1, 1]
    assert reckoned(town.engine, town.script.read).lost == 0


def test_k6_about_to_be_sent_it_may_have_left(killed: Killed) -> None:
    assert killed(LEAVING, "after commit") == [1, 1]


def test_k7_half_sent_it_is_no_mail_to_the_server(killed: Killed) -> None:
    assert killed(*HALF) == [1, 1]


@pytest.mark.parametrize("point", ["UPDATE attempt", "UPDATE intent", "before commit"])
def test_k8_taken_and_not_written_down_it_comes_twice(killed: Killed, point: str) -> None:
    assert killed(*HALF, point) == [1, 2]


def test_k8_taken_twice_and_never_written_down_a_person_must_look(
    town: Town, reckoned: Reckon
) -> None:
    taken = (*HALF, "UPDATE attempt")
    assert town.killed(taken) == KILLED
    let_leases_run_out(town.engine)
    assert town.killed((), GIVEN_UP_MINUTES) == DONE
    assert town.killed(taken, 3 * GIVEN_UP_MINUTES) == KILLED
    town.goes_on(3 * GIVEN_UP_MINUTES)
    # a third copy never comes; their leader is told
    assert town.copies() == [1, 1, 2]
    assert "lene@kommune.example" in {mail.recipient for mail in town.script.mails}
    assert reckoned(town.engine, town.script.read).held == 1


def test_k9_written_down_it_is_told_of_in_the_same_moment(killed: Killed) -> None:
    assert killed(*HALF, "after commit") == [1, 1]


@pytest.mark.parametrize(
    ("way", "copies"),
    [((CLAIMED, "after commit"), [1, 1]), ((LEAVING, "after commit"), [1, 2]), (HALF, [1, 2])],
    ids=["claimed", "about to be sent", "half sent"],
)
def test_p22_a_process_that_stood_still_wakes_up_and_changes_nothing(
    town: Town, reckoned: Reckon, way: Way, copies: list[int]
) -> None:
    """As on a machine that was suspended: in the meantime others have taken it for dead."""
    with standing_still(way, a_run, town.url, town.server.port, MORNING):
        town.goes_on()
        before = town.told()
    assert town.told() == before
    assert town.copies() == copies
    assert reckoned(town.engine, town.script.read).lost == 0


def test_k1_k9_killed_at_one_commit_after_the_other_a_morning_comes_to_its_end(
    town: Town, reckoned: Reckon, note: Callable[..., None]
) -> None:
    """The first process dies at its first commit, the second at its second, and so on."""
    kills = 0
    while town.killed((COMMIT[kills % 2],) * (kills + 1), kills * GIVEN_UP_MINUTES) == KILLED:
        kills += 1
        let_leases_run_out(town.engine)
    town.goes_on(kills * GIVEN_UP_MINUTES)
    assert set(town.slots().values()) == {"done"}
    assert reckoned(town.engine, town.script.read).lost == 0
    assert kills > 10
    note(kills=kills)
