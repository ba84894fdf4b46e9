"""One step of the measurement, in a process that does nothing else.

    python -P -m tests.bench.step evaluate --database URL --at 2026-11-24T06:30:00+00:00

It prints what the step cost as one line of JSON. Which rules package it imports, the pure one or
the compiled one, is for PYTHONPATH to say.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

import rules.evaluate
from flows.deciding.assess import Evaluation
from flows.deciding.verify import verify
from flows.evaluate import evaluate_case, evaluate_caseloads, evaluate_open_cases
from flows.extract.import_extract import import_extract
from models.case_tables import CASE
from models.database import open_database, reading, writing
from models.people import load_staff
from rules.dates import danish_holidays
from tests.bench.stopwatch import own_memory, timed
from tests.bench.town import add_event, book_of, plain_read

Said = dict[str, Any]
"""What a step says of itself, as JSON."""

CASES_APART = 25
"""How many single cases are measured."""


def main() -> None:
    """Do one step and say what it cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--database", required=True)
    parser.add_argument("--at", type=datetime.fromisoformat, required=True)
    parser.add_argument("--rules", type=int, default=26)
    parser.add_argument("--slice", nargs=2, default=["", ""])
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    # a library that a process loads once, and that takes a tenth of a small night to load
    danish_holidays(asked.at.year)
    said = STEPS[asked.step](open_database(asked.database), asked)
    print(json.dumps(said | {"memory": own_memory(), "compiled": is_compiled()}))


def is_compiled() -> bool:
    """Say whether what decides is compiled here."""
    return not str(rules.evaluate.__file__).endswith(".py")


def take_in(engine: Engine, asked: argparse.Namespace) -> Said:
    """Import the extract."""
    vocabulary = book_of(asked.rules).vocabulary
    with timed() as cost:
        import_extract(engine, asked.folder, vocabulary, asked.at)
    return {"seconds": cost.seconds, "cpu": cost.cpu}


def evaluate(engine: Engine, asked: argparse.Namespace) -> Said:
    """Decide the cases of a slice that are to be looked at; say when it began and ended."""
    book, slice_ = book_of(asked.rules), (asked.slice[0], asked.slice[1])
    began = time.time()
    with timed() as cost:
        counts = evaluate_open_cases(engine, book, asked.at, slice_=slice_, processes=1)
    span = {"began": began, "ended": time.time(), "cpu": cost.cpu}
    return span | {"cases": counts["cases"], "written": counts["written"]}


def count_caseloads(engine: Engine, asked: argparse.Namespace) -> Said:
    """Decide what is asked of caseworkers and teams, which comes after all slices."""
    with reading(engine) as connection:
        evaluation = Evaluation(book_of(asked.rules), load_staff(connection), asked.at, "da")
    with timed() as cost:
        evaluate_caseloads(engine, evaluation)
    return {"seconds": cost.seconds, "cpu": cost.cpu}


def prove(engine: Engine, asked: argparse.Namespace) -> Said:
    """Recompute every case; say how many there are, and how many deadlines would differ."""
    with timed() as cost:
        found = verify(engine, book_of(asked.rules), asked.at)
    counts = {"cases": found.cases, "different": len(found.different)}
    return counts | {"seconds": cost.seconds, "cpu": cost.cpu}


def one_case(engine: Engine, asked: argparse.Namespace) -> Said:
    """Give one case after another an event, and decide it."""
    book = book_of(asked.rules)
    with reading(engine) as connection:
        refs = list(connection.scalars(select(CASE.c.case_ref).limit(CASES_APART)))
    seconds, cpu = [], []
    for ref in refs:
        with writing(engine) as connection:
            add_event(connection, ref, asked.at)
        with timed() as cost:
            assert evaluate_case(engine, book, ref, asked.at)["cases"] == 1
        seconds.append(cost.seconds)
        cpu.append(cost.cpu)
    return {"seconds": statistics.median(seconds), "cpu": statistics.median(cpu)}


def read(engine: Engine, asked: argparse.Namespace) -> Said:
    """Read every row; the best of three, since nothing could be faster than that."""
    costs = []
    for _ in range(3):
        with timed() as cost:
            rows = plain_read(engine)
        costs.append(cost)
    seconds, cpu = min(cost.seconds for cost in costs), min(cost.cpu for cost in costs)
    return {"seconds": seconds, "cpu": cpu, "rows": rows}


STEPS: dict[str, Callable[[Engine, argparse.Namespace], Said]] = {
    "import": take_in,
    "evaluate": evaluate,
    "caseloads": count_caseloads,
    "verify": prove,
    "one-case": one_case,
    "read": read,
}

if __name__ == "__main__":
    main()
