"""What it costs to check, try and preview rules, as ratios to one plain evaluation in the same run.

    python -m tests.bench.rules --cases 10000

The shipped packs are checked and tried. Then one rule of them is changed, and the change is
previewed over an invented municipality of so many open cases, with its look-back of a year.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from flows.commands.plan_text import plan_text
from flows.evaluate import cores, evaluate_open_cases
from flows.extract.import_extract import import_extract
from flows.rule_book.plan import make_plan
from flows.rule_book.rule_folder import book_in_force, read_folder
from flows.settings import SHIPPED_RULES
from models.database import open_database
from models.schema import migrate
from rules.dates import morning_of
from rules.load import load_book
from rules.trial import run_tests
from tests.bench.stopwatch import Timing, line, own_memory, timed
from tests.bench.town import DAY, write_extract

RULE = "network-meeting:"
CHANGE = """\
    changes:
      - from: 2026-12-01
        then: 6 weeks after done
        running: move
        why: målt
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), asked.cases)


def change_one_rule(folder: Path) -> None:
    """Give the rule about network meetings six weeks from December."""
    for path in sorted(folder.glob("*.yaml")):
        text = path.read_text("utf-8")
        if f"  {RULE}\n" in text:
            head, rest = text.split(f"  {RULE}\n", 1)
            path.write_text(
                f"{head}  {RULE}\n{rest.replace('    tests:', CHANGE + '    tests:', 1)}"
            )
            return
    raise LookupError(RULE)


def measure(folder: Path, cases: int) -> None:
    """Measure the rules of a municipality of so many open cases, and print each figure."""
    files = read_folder(SHIPPED_RULES)
    with timed() as checked:
        book = load_book(files).book
    assert book is not None
    with timed() as tried:
        trial = run_tests(book)
    rules = Path(shutil.copytree(SHIPPED_RULES, folder / "rules"))
    engine = open_database(f"sqlite:///{folder / 'bench.db'}")
    migrate(engine)
    write_extract(folder, cases, book)
    now = morning_of(DAY)
    import_extract(engine, folder / "extract", book.vocabulary, now)
    in_force = book_in_force(engine, rules, now).book
    with timed() as plain:
        evaluate_open_cases(engine, in_force, now)
    change_one_rule(rules)
    seen: list[int] = []
    with timed() as planned:
        plan = make_plan(engine, rules, now, "da", progress=seen.append)
        assert plan.seen is not None
        text = plan_text(plan.seen, plan.in_force.book, plan.after, now, plan.checks, "da")
    print(f"{text}\n")
    what = f"evaluate {cases:,} cases, {len(book.rules)} rules, {cores()} processes"
    line(what, plain.seconds)
    hold = "hold 2 s, both together"
    line("rules check of the shipped packs", checked.seconds, ratio(checked, plain), hold)
    what = f"rules test: {trial.expectations} expectations"
    line(what, tried.seconds, ratio(tried, plain), hold)
    what = f"rules plan: one changed rule, {cases:,} cases, a year"
    line(what, planned.seconds, ratio(planned, plain), "hold 20 s")
    print(f"{'':<8}{own_memory():.0f} MB, {len(seen)} steps of the progress bar")


def ratio(one: Timing, plain: Timing) -> str:
    """Say how often one stretch of work fits in the plain evaluation, or the other way round."""
    return f"{one.seconds / plain.seconds:.2f} x plain evaluation"


if __name__ == "__main__":
    main()
