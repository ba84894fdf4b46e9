"""What was planned for somebody goes to whoever is to be told of it on the day it leaves."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, delete, insert, select

from models.case_tables import ABSENCE
from models.database import reading, writing
from models.outbox import INTENT
from tests.flow.case_builder import Municipality
from tests.flow.test_run import ANNA, Town
from tests.flow.test_run import town as a_town

town = a_town
BO = "bo@kommune.example"
SATURDAY, MONDAY = "2026-11-21 12:00", "2026-11-23 {}"


@pytest.fixture
def substitute(town: Town) -> str:
    """Bo, who stands in for Anna when she is away."""
    Municipality(town.engine).person("bo", leader="lene")
    return "bo"


def is_away(engine: Engine, substitute: str) -> None:
    """Anna is away from Sunday, and an extract has said so."""
    row = {"person": "anna", "from_on": date(2026, 11, 22), "to_on": None, "substitute": substitute}
    with writing(engine) as connection:
        connection.execute(insert(ABSENCE), row)


def is_back(engine: Engine) -> None:
    """Anna is there after all."""
    with writing(engine) as connection:
        connection.execute(delete(ABSENCE))


def lived_through(town: Town, *clocks: str) -> None:
    """Let the service look at these times of Monday."""
    for clock in clocks:
        town.run(MONDAY.format(clock))


def ends(engine: Engine) -> list[tuple[str, str, str]]:
    """Who was owed what waited, and how that ended."""
    columns = (INTENT.c.recipient, INTENT.c.state, INTENT.c.state_reason)
    with reading(engine) as connection:
        rows = connection.execute(select(*columns).where(INTENT.c.kind == "reminder"))
        return sorted({(who, state, why) for who, state, why in rows})


def test_what_was_planned_on_saturday_for_somebody_away_on_monday_goes_to_the_substitute(
    town: Town, substitute: str
) -> None:
    town.run(SATURDAY)
    is_away(town.engine, substitute)
    lived_through(town, "05:30", "07:30")
    assert town.kept.to(ANNA) == []
    assert len(town.kept.to(BO)) == 1


def test_who_is_back_before_the_mail_leaves_gets_it(town: Town, substitute: str) -> None:
    is_away(town.engine, substitute)
    town.run("2026-11-22 12:00")
    is_back(town.engine)
    lived_through(town, "05:30", "07:30")
    assert town.kept.to(BO) == []
    assert len(town.kept.to(ANNA)) == 1


def test_what_waits_for_the_right_one_is_not_touched(town: Town) -> None:
    town.run(SATURDAY)
    before = ends(town.engine)
    assert before
    lived_through(town, "05:30")
    assert set(before) <= set(ends(town.engine))
