"""Leases: a sender taken for dead is dead, whatever is done to anybody's clock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, select, text, update

from flows.deliver import deliver, take_back_abandoned
from models.database import reading, writing
from models.outbox import MESSAGE
from models.outbox_leases import renew_leases
from models.outbox_messages import Claimed, accept, claim, enter_data, open_attempt, put_back
from rules.dates import minutes_after
from tests.faults.post import MORNING, a_pending_mail
from tests.faults.scripted_server import Script, a_scripted_server
from tests.flow.database_clock import quicken_database_clock
from tests.flow.mail_cases import SETTINGS

QUARTER = minutes_after(MORNING, 16)
NEXT_YEAR = minutes_after(MORNING, 365 * 24 * 60)


def a_claimed_mail(database: Engine, owner: str = "slow") -> None:
    a_pending_mail(database)
    with writing(database) as connection:
        assert claim(connection, owner, MORNING, minutes_after(MORNING, 5)) is not None


def state(database: Engine) -> str:
    with reading(database) as connection:
        return str(connection.execute(select(MESSAGE.c.state)).scalar_one())


def keeps_its_lease(database: Engine, now: datetime) -> None:
    """Do what a living sender does every 30 seconds."""
    with writing(database) as connection:
        assert renew_leases(connection, "slow", now, minutes_after(now, 5)) == 1


def test_a_clock_set_forward_by_a_year_makes_no_living_sender_look_dead(database: Engine) -> None:
    a_claimed_mail(database)
    assert take_back_abandoned(database, NEXT_YEAR) == {}
    keeps_its_lease(database, NEXT_YEAR)
    assert take_back_abandoned(database, minutes_after(NEXT_YEAR, 4)) == {}
    assert state(database) == "claimed"


def test_a_host_whose_clock_is_an_hour_ahead_takes_nothing_from_the_others(
    database: Engine,
) -> None:
    """The other host's sender renews by its own clock, again and again between our looks."""
    a_claimed_mail(database)
    for minute in range(10):
        keeps_its_lease(database, minutes_after(MORNING, minute))
        assert take_back_abandoned(database, minutes_after(MORNING, 60 + minute)) == {}


def test_a_dead_sender_is_found_out_by_the_clock_that_all_have_in_common(database: Engine) -> None:
    quicken_database_clock(database, 1e6)
    a_claimed_mail(database)
    if database.dialect.name == "sqlite":  # there, the first look only makes suspect
        assert take_back_abandoned(database, minutes_after(MORNING, 6)) == {}
    assert take_back_abandoned(database, minutes_after(MORNING, 8)) == {"abandoned": 1}
    assert state(database) == "pending"


def test_the_time_zone_of_the_session_changes_no_lease(database: Engine) -> None:
    """Fault D13."""
    if database.dialect.name == "postgresql":
        with database.begin() as connection:
            connection.execute(
                text(f"ALTER DATABASE \"{database.url.database}\" SET timezone = 'Pacific/Apia'")
            )
        database.dispose()
    a_claimed_mail(database)
    assert take_back_abandoned(database, minutes_after(MORNING, 4)) == {}
    assert state(database) == "claimed"


def test_a_clock_set_back_by_a_day_holds_up_no_mail(database: Engine) -> None:
    """Fault T4: by the clock set back, the mail would leave tomorrow."""
    a_pending_mail(database)
    yesterday = minutes_after(MORNING, -24 * 60)
    take_back_abandoned(database, yesterday)
    with writing(database) as connection:
        assert claim(connection, "one", yesterday, minutes_after(yesterday, 5)) is not None


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
