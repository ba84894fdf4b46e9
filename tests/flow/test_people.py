"""Who gets mail: leaders, substitutes and leavers, read from both databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, insert

from models.case_tables import AbsenceRow, PersonRow
from models.database import reading, writing
from models.people import Staff, load_staff

MONDAY = date(2026, 11, 23)


def someone(person: str, role: str = "caseworker", **others: object) -> dict[str, object]:
    """A row of the table of people, in team Nord."""
    row: dict[str, object] = {"person": person, "name": person.title(), "role": role}
    row |= {"email": f"{person}@kommune.example", "team": "nord", "leader": "", "language": "da"}
    return row | {"active": True} | others


PEOPLE = [
    someone("anna", leader="lone"),
    someone("bo"),
    someone("carl"),
    someone("gone", active=False),
    someone("lone", "team_leader"),
    someone("mads", "team_leader", team="syd"),
    someone("head", "department_head", team=""),
]
ABSENCES = [
    {"person": "anna", "from_on": MONDAY, "to_on": date(2026, 11, 27), "substitute": "bo"},
    {"person": "bo", "from_on": date(2026, 11, 25), "to_on": None, "substitute": "carl"},
    {"person": "carl", "from_on": date(2026, 11, 27), "to_on": None, "substitute": "anna"},
    {"person": "mads", "from_on": MONDAY, "to_on": MONDAY, "substitute": "gone"},
]


@pytest.fixture
def staff(database: Engine) -> Staff:
    """The staff of two teams, with a chain of absences."""
    with writing(database) as connection:
        connection.execute(insert(PersonRow), PEOPLE)
        connection.execute(insert(AbsenceRow), ABSENCES)
    with reading(database) as connection:
        return load_staff(connection)


def test_a_person_is_found_also_after_leaving(staff: Staff) -> None:
    gone = staff.person("gone")
    assert gone is not None
    assert not gone.active
    assert staff.person("never") is None


def test_an_absence_covers_both_its_days(staff: Staff) -> None:
    assert staff.absent_on("anna", date(2026, 11, 22)) is None
    assert staff.absent_on("anna", MONDAY) is not None
    assert staff.absent_on("anna", date(2026, 11, 27)) is not None
    assert staff.absent_on("anna", date(2026, 11, 28)) is None


def test_an_open_absence_lasts(staff: Staff) -> None:
    assert staff.absent_on("bo", date(2030, 1, 1)) is not None


def test_the_substitute_of_an_absent_substitute_stands_in(staff: Staff) -> None:
    assert staff.substitute_on("anna", MONDAY) == staff.person("bo")
    assert staff.substitute_on("anna", date(2026, 11, 25)) == staff.person("carl")


def test_substitutes_who_point_at_each_other_are_nobody(staff: Staff) -> None:
    assert staff.substitute_on("anna", date(2026, 11, 27)) is None


def test_a_substitute_who_left_is_nobody(staff: Staff) -> None:
    assert staff.substitute_on("mads", MONDAY) is None


def test_someone_who_is_not_away_needs_no_substitute(staff: Staff) -> None:
    assert staff.substitute_on("anna", date(2026, 11, 20)) is None


def test_the_leader_is_the_one_named_else_the_teams(staff: Staff) -> None:
    assert staff.leader_of("anna") == staff.person("lone")
    assert staff.leader_of("bo") == staff.person("lone")
    assert staff.leader_of("syd") == staff.person("mads")


def test_nobody_leads_themselves_or_a_team_that_is_unknown(staff: Staff) -> None:
    assert staff.leader_of("lone") is None
    assert staff.leader_of("head") is None
    assert staff.leader_of("vest") is None


def test_a_role_is_looked_up_in_a_team_or_everywhere(staff: Staff) -> None:
    assert [one.person for one in staff.with_role("team_leader")] == ["lone", "mads"]
    assert [one.person for one in staff.with_role("team_leader", "syd")] == ["mads"]
    assert [one.person for one in staff.with_role("caseworker")] == ["anna", "bo", "carl"]
