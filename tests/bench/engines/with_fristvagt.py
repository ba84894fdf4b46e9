"""The standards as Fristvagt's own rule files, decided on whole cases with their events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from flows.rule_book.rule_folder import read_folder
from rules.book import Book
from rules.case import Case, Event, Facts, Record
from rules.dates import last_minute_of
from rules.deadline import Deadline
from rules.evaluate import evaluate
from rules.load import load_book
from tests.bench.engines.standards import ONCE, TODAY, Answer, Decides, Engine, Reads, Row, Takes

RULES = Path(__file__).with_name("rules")
REPEATED = {
    "follow_up": ("last_follow_up",),
    "network_meeting": ("last_network_meeting",),
    "supervision_visit": ("supervision_visit_before_last", "last_supervision_visit"),
}


def load() -> Takes:
    """Load and check the rule files; give what takes the rows."""
    book = load_book(read_folder(RULES)).book
    assert book is not None

    def take(rows: Sequence[Row]) -> Decides:
        cases = [_case(row) for row in rows]
        return lambda: _decide(cases, book)

    return take


def _decide(cases: Sequence[Case], book: Book) -> Reads:
    at = last_minute_of(TODAY)
    found = [evaluate(case, book, at) for case in cases]
    return lambda: [_answers(deadlines) for deadlines in found]


def _answers(deadlines: Sequence[Deadline]) -> dict[str, Answer]:
    # the last round of each rule is the one to look at
    return {one.rule: Answer(one.status.value, _day(one.due)) for one in deadlines}


def _day(due: object) -> date | None:
    assert due is None or isinstance(due, date)
    return due


def _case(row: Row) -> Case:
    days = [(name, getattr(row, name)) for name in ONCE]
    days += [(kind, getattr(row, name)) for kind, names in REPEATED.items() for name in names]
    events = sorted((day, kind) for kind, day in days if day is not None)
    facts: Facts = {
        "kind": row.kind,
        "target_group": row.target_group,
        "open_measures": row.open_measures,
    }
    own = Record(
        "case",
        row.ref,
        row.began,
        None,
        facts,
        {},
        tuple(Event(kind, day, {}, number) for number, (day, kind) in enumerate(events)),
    )
    child = Record("child", f"{row.ref}/child", None, None, {"born": row.born}, {}, ())
    return Case(row.ref, (own, child), row.born)


ENGINE = Engine("Fristvagt", version("fristvagt"), load, {}, "")
