"""A few rows of an invented municipality, put straight into the tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, update

from models.case_tables import CASE, EVENT, PERSON, RECORD
from models.database import writing
from models.facts_text import days_text, facts_text
from rules.book import Book
from rules.case import Value
from rules.load import load_book

SHIPPED = Path(__file__).parents[2] / "rules" / "standards"
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def book_of(rules: str) -> Book:
    """The book of one rule file, given as the text below `rules:`, two spaces in."""
    files = {"local.yaml": f"language: 1\nrules:\n{rules}".encode()}
    shipped = {path.name: path.read_bytes() for path in SHIPPED.glob("*.yaml")}
    loaded = load_book(
        files, {name: shipped[name] for name in ("vocabulary.yaml", "00-ladders.yaml")}
    )
    assert loaded.book is not None, [problem.message("en") for problem in loaded.problems]
    return loaded.book


class Municipality:
    """Writes cases, records, events and people; every case is to be looked at."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.numbers: dict[str, int] = {}

    def _insert(self, table: Any, **row: object) -> None:
        with writing(self.engine) as connection:
            connection.execute(insert(table), row)

    def person(self, person: str, team: str = "Nord", leader: str = "", **more: Any) -> None:
        row = {"role": "caseworker", "email": f"{person}@kommune.example", "active": True} | more
        self._insert(PERSON, person=person, name=person, team=team, leader=leader, **row)

    def case(
        self,
        ref: str,
        began: date,
        *,
        ended: date | None = None,
        born: date | None = None,
        caseworker: str = "anna",
        facts: Mapping[str, Value] | None = None,
        told: int = 0,
    ) -> None:
        self._insert(
            CASE,
            case_ref=ref,
            caseworker=caseworker,
            team="Nord",
            began_on=began,
            ended_on=ended,
            born_on=born,
            facts=facts_text(facts or {}),
            known_at=LONG_AGO,
            next_look_at=LONG_AGO,
            told=told,
        )

    def record(
        self,
        case: str,
        ref: str,
        kind: str,
        began: date,
        facts: Mapping[str, Value] | None = None,
        contents: Mapping[str, date] | None = None,
        **more: object,
    ) -> None:
        self._insert(
            RECORD,
            case_ref=case,
            ref=ref,
            kind=kind,
            began_on=began,
            facts=facts_text(facts or {}),
            contents=days_text(contents or {}),
            known_at=LONG_AGO,
            **more,
        )

    def event(
        self,
        case: str,
        kind: str,
        at: date,
        ref: str = "",
        fields: Mapping[str, Value] | None = None,
    ) -> None:
        number = self.numbers[case] = self.numbers.get(case, 0) + 1
        self._insert(
            EVENT,
            case_ref=case,
            number=number,
            ref=ref or case,
            kind=kind,
            at_on=at,
            fields=facts_text(fields or {}),
            known_at=LONG_AGO,
        )

    def change(self, table: Any, condition: Any, **values: object) -> None:
        with writing(self.engine) as connection:
            connection.execute(update(table).where(condition).values(**values))

    def look_again(self, ref: str, at: datetime) -> None:
        self.change(CASE, CASE.c.case_ref == ref, next_look_at=at, settled=False)
