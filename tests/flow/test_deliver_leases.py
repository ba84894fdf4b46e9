"""Leases: a sender taken for dead is dead, whatever is done to anybody's clock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, select, text

from flows.compose import build_messages
from flows.deliver import take_back_abandoned
from models.database import reading, writing
from models.outbox import MESSAGE
from models.outbox_leases import renew_leases
from models.outbox_messages import claim
from rules.dates import minutes_after
from tests.flow.database_clock import quicken_database_clock
from tests.flow.mail_cases import MONDAY, SETTINGS, WARNED, at, plan, settle_in

MORNING = at(MONDAY)
NEXT_YEAR = minutes_after(MORNING, 365 * 24 * 60)


def a_claimed_mail(database: Engine, owner: str = "slow") -> None:
    settle_in(database)
    plan(database, WARNED, now=at(MONDAY, 5, 30))
    build_messages(database, SETTINGS, MORNING)
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
    settle_in(database)
    plan(database, WARNED, now=at(MONDAY, 5, 30))
    build_messages(database, SETTINGS, MORNING)
    yesterday = minutes_after(MORNING, -24 * 60)
    take_back_abandoned(database, yesterday)
    with writing(database) as connection:
        assert claim(connection, "one", yesterday, minutes_after(yesterday, 5)) is not None
