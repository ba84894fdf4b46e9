"""Evaluation in slices of the cases, so that several processes or machines share a night.

A slice reads and writes the rows of its own cases only. On PostgreSQL slices work at the same time;
SQLite has one writer at a time, so there they decide together and write one after another.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from itertools import pairwise
from multiprocessing import get_context
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from flows.evaluate import evaluate_open_cases
from flows.opening import open_house
from flows.rule_book.rule_folder import book_in_force
from flows.settings import read_settings
from models.case_tables import CASE
from models.looking import to_be_looked_at


class Slice(NamedTuple):
    """The cases from reference `first` up to, but without, `beyond`; "" is no limit."""

    first: str
    beyond: str


def slices(connection: Connection, number: int, by: datetime | None = None) -> list[Slice]:
    """Return slices of even size that together hold every case, in case order.

    `by` evens out the cases to be looked at by that instant; None evens out all of them. There are
    fewer slices than asked for when there are fewer cases, and none when there is nothing to do.
    """
    numbered = (
        select(CASE.c.case_ref, func.ntile(number).over(order_by=CASE.c.case_ref).label("slice"))
        .where(to_be_looked_at(by))
        .subquery()
    )
    firsts = select(func.min(numbered.c.case_ref)).group_by(numbered.c.slice)
    # the database may sort letters otherwise than we compare them; in our own order none is lost
    found = sorted(connection.scalars(firsts))
    bounds = ["", *found[1:], ""]
    return [Slice(*bound) for bound in pairwise(bounds)] if found else []


def evaluate_slice(slice_: Slice, at: datetime) -> Counter[str]:
    """Decide the cases of a slice, in this process, with the settings of this machine.

    Safe to run again: what a slice that died has stored stands, and is not done twice.
    Returns: what flows.evaluate counts.
    """
    settings = read_settings()
    engine = open_house(settings)
    try:
        book = book_in_force(engine, settings.rules, at).book
        return evaluate_open_cases(
            engine, book, at, slice_=slice_, language=settings.language, processes=1
        )
    finally:
        engine.dispose()


def evaluate_slice_apart(slice_: Slice, at: datetime) -> Counter[str]:
    """Decide the cases of a slice in a process of its own, whose death takes no other slice along.

    Raises: concurrent.futures.BrokenExecutor when that process dies.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(evaluate_slice, slice_, at).result()
