"""Whether a case, a person or a team that somebody asks about is known at all."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, select

from flows.mistakes import UserMistake, no_such_case
from models.case_tables import CASE, PERSON


def require_known(
    connection: Connection, *, case: str = "", person: str = "", team: str = ""
) -> None:
    """Make sure that what was asked about is known; "" was not asked about.

    Raises: UserMistake that repeats what was asked, and tells nothing of what there is.
    """
    if case and not _is_there(connection, CASE.c.case_ref == case):
        raise no_such_case(case)
    of_staff = (PERSON.c.person == person, CASE.c.caseworker == person)
    if person and not _is_there(connection, *of_staff):
        raise _no_such_person(person)
    if team and not _is_there(connection, PERSON.c.team == team, CASE.c.team == team):
        raise _no_such_team(team)


def _is_there(connection: Connection, *conditions: ColumnElement[bool]) -> bool:
    return any(
        connection.execute(select(1).where(condition).limit(1)).first() is not None
        for condition in conditions
    )


def _no_such_person(person: str) -> UserMistake:
    return UserMistake(
        da=f"»{person}« er hverken på personalelisten eller sagsbehandler i nogen sag. Skriv "
        "personen, som det står i people.csv.",
        en=f'"{person}" is neither on the staff list nor the caseworker of any case. Write the '
        "person as in people.csv.",
    )


def _no_such_team(team: str) -> UserMistake:
    return UserMistake(
        da=f"Der er intet team »{team}«. Skriv det, som det står i people.csv eller cases.csv.",
        en=f'There is no team "{team}". Write it as in people.csv or cases.csv.',
    )
