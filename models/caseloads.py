"""Caseworkers and teams as cases of their own, for the rules that count what they carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from models.case_tables import CASE, PERSON
from models.cases import ROWS_AT_A_TIME, moment
from models.facts_text import fact_reader
from models.plain_rows import day_kept, raw
from rules.case import Case, Facts, Record
from rules.dates import Moment, day_of
from rules.vocabulary import Vocabulary


def load_caseworkers(
    connection: Connection, vocabulary: Vocabulary, *, people: Sequence[str] | None = None
) -> Iterator[Case]:
    """Give each person who has or had cases, in order of identity; only those named, if any are.

    The own record is of kind `caseworker` (ref: the person, facts from the extract); the others
    are their cases as records of kind `case`. A case counts from the day it was given to them.
    """
    facts = _facts_of_people(connection, vocabulary)
    for person, cases in _grouped(connection, vocabulary, "caseworker", people):
        began = _first_of(cases)
        own = Record("caseworker", person, began, None, facts.get(person, {}), {}, ())
        yield Case(person, (own, *cases))


def load_teams(
    connection: Connection, vocabulary: Vocabulary, *, teams: Sequence[str] | None = None
) -> Iterator[Case]:
    """Give each team that has or had cases, like `load_caseworkers`, with a record `team`."""
    for team, cases in _grouped(connection, vocabulary, "team", teams):
        own = Record("team", team, _first_of(cases), None, {}, {}, ())
        yield Case(team, (own, *cases))


def _first_of(cases: Sequence[Record]) -> date | None:
    """Return the day of the first case: nobody carries too much before that."""
    return min((day_of(case.began) for case in cases if case.began is not None), default=None)


def _facts_of_people(connection: Connection, vocabulary: Vocabulary) -> dict[str, Facts]:
    kind = vocabulary.records.get("caseworker")
    if kind is None:
        return {}
    read = fact_reader(kind)
    return {
        person: read(facts)
        for person, facts in connection.execute(select(PERSON.c.person, PERSON.c.facts))
    }


def _grouped(
    connection: Connection, vocabulary: Vocabulary, by: str, only: Sequence[str] | None
) -> Iterator[tuple[str, list[Record]]]:
    owner = CASE.c[by]
    names = ("case_ref", "began_on", "began_at", "assigned_on", "ended_on", "ended_at", "facts")
    columns = [raw(CASE.c[name]) for name in names]
    rows = select(owner, *columns).where(owner != "").order_by(owner, CASE.c.case_ref)
    if only is not None:
        rows = rows.where(owner.in_(only))
    read = fact_reader(vocabulary.records["case"])
    found = connection.execute(rows, execution_options={"yield_per": ROWS_AT_A_TIME})
    for name, cases in groupby(found, key=lambda row: row[0]):
        yield name, [_case_record(row, read) for row in cases]


def _case_record(row: Sequence[Any], read: Callable[[str], Facts]) -> Record:
    _, ref, began_on, began_at, assigned, ended_on, ended_at, facts = row
    began = _since(moment(began_on, began_at), assigned)
    return Record("case", ref, began, moment(ended_on, ended_at), read(facts), {}, ())


def _since(began: Moment | None, assigned: Any) -> Moment | None:
    if assigned is None:
        return began
    given = day_kept(assigned)
    return given if began is None or day_of(began) < given else began
