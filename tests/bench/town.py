"""The invented municipality that is measured: its rules, its cases, and a normal day in it."""

from __future__ import annotations

import csv
import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, select, update

from flows.rule_book.rule_folder import good_book
from flows.sample.municipality import write_sample
from flows.settings import SHIPPED_RULES
from models.case_tables import CASE, EVENT, RECORD
from models.database import reading, writing
from models.deadlines import DEADLINE
from rules.book import Book

EXAMPLES = Path(__file__).parents[1] / "samples" / "example-rules"
DAY = date(2026, 11, 24)
EVENTS_A_CASE = 10


def book_of(rules: int) -> Book:
    """The ten standards that together use every part of the language, and variants of them."""
    book = good_book(SHIPPED_RULES)
    ten = [book.rules[name] for name in good_book(EXAMPLES).rules]
    found = {rule.name: rule for rule in ten}
    for number in range(rules - len(ten)):
        rule = ten[number % len(ten)]
        name = f"{rule.name}-variant-{number // len(ten) + 1}"
        found[name] = replace(rule, name=name)
    return replace(book, rules=found)


def write_extract(folder: Path, cases: int, book: Book) -> None:
    """Write the extract of a municipality with so many open cases and ten times as many events.

    Closed cases are left out. What the open ones lack of events is filled up with reviews by
    their leaders, which no shipped rule asks about.
    """
    whole, extract = folder / "whole", folder / "extract"
    write_sample(whole, cases=cases * 103 // 100, seed=1, at=DAY, vocabulary=book.vocabulary)
    is_open = (row for row in _rows(whole / "cases.csv") if not row["ended"])
    began = {row["case"]: row["began"] for row in islice(is_open, cases)}
    extract.mkdir()
    for path in sorted(whole.iterdir()):
        _keep(path, extract / path.name, began.keys())
    _fill_up(extract / "events.csv", began, EVENTS_A_CASE * cases)


def _fill_up(path: Path, began: Mapping[str, str], wanted: int) -> None:
    with path.open(newline="") as file:
        head, *rows = csv.reader(file)
    luck, refs = random.Random(3), sorted(began)
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, head, restval="")
        for number in range(wanted - len(rows)):
            ref = refs[number % len(refs)]
            first = date.fromisoformat(began[ref][:10])
            at = first + timedelta(days=luck.randint(0, max((DAY - first).days - 1, 0)))
            row = {"case": ref, "ref": ref, "event": "management_review", "at": at.isoformat()}
            writer.writerow(row)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _keep(path: Path, to: Path, kept: Collection[str]) -> None:
    """Copy a file of the extract less the rows about other cases."""
    with path.open(encoding="utf-8-sig", newline="") as file, to.open("w", newline="") as out:
        reader, writer = csv.reader(file), csv.writer(out)
        head = next(reader)
        writer.writerow(head)
        place = head.index("case") if "case" in head else head.index("ref") if "ref" in head else -1
        for row in reader:
            # a ref begins with its case: DEMO-2026-0412-PL1
            if place < 0 or "-".join(row[place].split("-")[:3]) in kept:
                writer.writerow(row)


def plain_read(engine: Engine) -> int:
    """Read every row of cases, records, events and deadlines as the driver gives them."""
    number = 0
    with reading(engine) as connection:
        for table in (CASE, RECORD, EVENT, DEADLINE):
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            query = f'SELECT {names} FROM "{table.name}"'
            cursor = connection.exec_driver_sql(query, execution_options={"yield_per": 2000})
            number += sum(len(rows) for rows in cursor.partitions())
    return number


def a_normal_day(engine: Engine, at: datetime, share: float) -> int:
    """Give a share of the open cases an event of today; return how many."""
    with writing(engine) as connection:
        refs = list(connection.scalars(select(CASE.c.case_ref).where(CASE.c.ended_on.is_(None))))
        some = random.Random(2).sample(refs, int(len(refs) * share))
        for ref in some:
            add_event(connection, ref, at)
    return len(some)


def add_event(connection: Connection, ref: str, at: datetime) -> None:
    """Record a network meeting of today in a case, which must then be looked at."""
    last = connection.scalar(select(func.max(EVENT.c.number)).where(EVENT.c.case_ref == ref)) or 0
    row = {"case_ref": ref, "number": last + 1, "ref": ref, "kind": "network_meeting"}
    fields = '{"participants":["child","parents"]}'
    connection.execute(insert(EVENT), row | {"at_on": at.date(), "fields": fields, "known_at": at})
    looked_at = update(CASE).where(CASE.c.case_ref == ref)
    connection.execute(looked_at.values(next_look_at=at, settled=False))
