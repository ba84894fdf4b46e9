"""Whose case is whose: the caseworker and the team of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from sqlalchemy import Connection, select

from models.case_tables import CASE
from models.outbox import AT_A_TIME


def of_cases(
    connection: Connection, case_refs: Iterable[str], column: Literal["caseworker", "team"]
) -> dict[str, str]:
    """Return the caseworker, or the team, of each of these cases."""
    refs = sorted(set(case_refs))
    found: dict[str, str] = {}
    for start in range(0, len(refs), AT_A_TIME):
        asked = CASE.c.case_ref.in_(refs[start : start + AT_A_TIME])
        rows = connection.execute(select(CASE.c.case_ref, CASE.c[column]).where(asked))
        found |= dict(rows.all())
    return found
