"""What the main job costs, as ratios to a plain read of the same rows in the same run.

    python -m tests.bench.measure --cases 100000

The open cases of an invented municipality, with ten events each, are imported, evaluated anew,
evaluated the next day after three cases in a hundred got an event, and once for a single case.
All processors are used.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from sqlalchemy import Engine, func, insert, select, update

from flows.evaluate import cores, evaluate_case, evaluate_open_cases
from flows.import_extract import import_extract
from flows.rule_folder import good_book
from flows.sample import write_sample
from flows.settings import SHIPPED_RULES
from flows.verify import verify
from models.case_tables import CASE, EVENT, RECORD
from models.database import open_database, reading, writing
from models.deadlines import DEADLINE
from models.schema import migrate
from rules.book import Book
from rules.dates import morning_of

EXAMPLES = Path(__file__).parents[1] / "samples" / "example-rules"
DAY = date(2026, 11, 24)
EVENTS_A_CASE = 10


class Timing:
    """Wall seconds of a stretch of work, known when it is over."""

    seconds = 0.0


@contextmanager
def timed() -> Iterator[Timing]:
    """Time what happens inside."""
    found, began = Timing(), time.perf_counter()
    yield found
    found.seconds = time.perf_counter() - began


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
            _add_event(connection, ref, at)
    return len(some)


def _add_event(connection: object, ref: str, at: datetime) -> None:
    execute: Callable[..., object] = connection.execute  # type: ignore[attr-defined]
    scalar: Callable[..., int | None] = connection.scalar  # type: ignore[attr-defined]
    last = scalar(select(func.max(EVENT.c.number)).where(EVENT.c.case_ref == ref)) or 0
    row = {"case_ref": ref, "number": last + 1, "ref": ref, "kind": "network_meeting"}
    fields = '{"participants":["child","parents"]}'
    execute(insert(EVENT), row | {"at_on": at.date(), "fields": fields, "known_at": at})
    execute(update(CASE).where(CASE.c.case_ref == ref).values(next_look_at=at, settled=False))


def one_case(engine: Engine, book: Book, at: datetime, times: int = 25) -> float:
    """Return the median seconds from an event in one case to its deadlines being stored."""
    with reading(engine) as connection:
        refs = list(connection.scalars(select(CASE.c.case_ref).limit(times)))
    seconds = []
    for ref in refs:
        with writing(engine) as connection:
            _add_event(connection, ref, at)
        with timed() as evaluated:
            assert evaluate_case(engine, book, ref, at)["cases"] == 1
        seconds.append(evaluated.seconds)
    return statistics.median(seconds)


def start_of_command(arguments: list[str], times: int = 5) -> float:
    """Return the median seconds of a command."""
    seconds = []
    for _ in range(times):
        with timed() as ran:
            subprocess.run(arguments, check=True, capture_output=True)
        seconds.append(ran.seconds)
    return statistics.median(seconds)


def evaluated_alone(url: str, rules: int, at: datetime) -> tuple[Counter[str], float, float]:
    """Evaluate everything in a process that does nothing else.

    Returns: the counts, the seconds, and the MB that it and its own processes held at most. Only
    the largest of these is known; the others are taken to be as large.
    """
    context = get_context("spawn")
    answers: SimpleQueue[tuple[Counter[str], float, float]] = context.SimpleQueue()
    process = context.Process(target=_evaluate_alone, args=(answers, url, rules, at))
    process.start()
    found = answers.get()
    process.join()
    return found


def _evaluate_alone(
    answers: SimpleQueue[tuple[Counter[str], float, float]], url: str, rules: int, at: datetime
) -> None:
    engine, book = open_database(url), book_of(rules)
    with timed() as full:
        counts = evaluate_open_cases(engine, book, at)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    answers.put((counts, full.seconds, _own_memory() + child * (cores() if child else 0)))


def _own_memory() -> float:
    """Return the MB this process held at most; getrusage would tell what its parent held, too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(text.split()[1]) for text in lines if text.startswith("VmHWM")) / 1024


def line(what: str, seconds: float, ratio: str = "", hold: str = "") -> None:
    """Print one line of the table."""
    print(f"{what:<58} {seconds:>9.3f} s   {ratio:<28} {hold}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rules", type=int, default=26)
    parser.add_argument("--database", default="", help="default: a SQLite file that is thrown away")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), asked.cases, asked.rules, asked.database)


def measure(folder: Path, cases: int, rules: int, url: str) -> None:
    """Measure a municipality of so many open cases and print each figure with its ratio."""
    book = book_of(rules)
    engine = open_database(url or f"sqlite:///{folder / 'bench.db'}")
    migrate(engine)
    with timed() as written:
        write_extract(folder, cases, book)
    line("write the invented extract", written.seconds)
    with timed() as read:
        files = sum(1 for path in (folder / "extract").iterdir() for _ in path.open())
    line(f"read its {files:,} lines", read.seconds)
    now = morning_of(DAY)
    with timed() as imported:
        import_extract(engine, folder / "extract", book.vocabulary, now)
    hold = "hold 60 s at 100,000 cases"
    line("import", imported.seconds, f"{imported.seconds / read.seconds:.0f} x reading", hold)
    address = engine.url.render_as_string(hide_password=False)
    counts, full, most = evaluated_alone(address, rules, now)
    with timed() as plain:
        rows = plain_read(engine)
    line(f"plain read of the {rows:,} rows", plain.seconds)
    what = f"evaluate {counts['cases']:,} cases anew, {rules} rules, {cores()} processes"
    line(what, full, f"{full / plain.seconds:.1f} x plain read", "hold 60 s")
    print(f"{'':<8}{counts['written']:,} deadlines, {most:.0f} MB in all processes; hold 500 MB")
    later = now + timedelta(days=1)
    changed = a_normal_day(engine, later, 0.03)
    with timed() as night:
        looked = evaluate_open_cases(engine, book, later)["cases"]
    share = f"{night.seconds / full:.1%} of the full one"
    line(f"next day: {changed:,} changed, {looked:,} looked at", night.seconds, share, "hold 5 %")
    once = one_case(engine, book, later)
    line(
        "one case after an event", once, f"{once / plain.seconds:.4f} x plain read", "hold 0.020 s"
    )
    proof = verify(engine, book, later)
    print(f"{'':<8}verified: {proof.cases:,} cases recomputed, {len(proof.different)} differ")
    bare = start_of_command([sys.executable, "-c", "pass"])
    command = start_of_command([str(Path(sys.executable).with_name("fristvagt")), "--help"])
    line("fristvagt --help", command, f"{command / bare:.1f} x python -c pass", "hold 0.300 s")


if __name__ == "__main__":
    main()
