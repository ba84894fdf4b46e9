"""The twelve standards of the comparison: invented cases, and the answers in plain Python.

Every engine gets the same rows and must give the same answers. A row is what a user of an engine
without records and events would prepare: one line a case, with the first or the last day on which
each thing happened.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from rules.dates import add_months, age_on, birthday, danish_holidays

TODAY = date(2026, 11, 24)
SOON_DAYS = 14
CLOSED = frozenset({(6, 5), (12, 24), (12, 31)})
"""The days on which a municipality is closed beside the public holidays."""

PLACED = ("foster_family", "residential_institution")
ONCE = (
    "assessed",
    "receipt_sent",
    "examined",
    "plan_made",
    "moved_home",
    "youth_plan_made",
    "aftercare_decided",
    "child_heard",
    "network_mapped",
)
"""What happens once in a case."""


class Row(NamedTuple):
    """One case. Days are the first on which a thing happened, or None."""

    ref: str
    born: date
    began: date
    kind: str
    target_group: str
    open_measures: int
    assessed: date | None
    receipt_sent: date | None
    examined: date | None
    plan_made: date | None
    moved_home: date | None
    youth_plan_made: date | None
    aftercare_decided: date | None
    child_heard: date | None
    network_mapped: date | None
    last_follow_up: date | None
    last_network_meeting: date | None
    last_supervision_visit: date | None
    supervision_visit_before_last: date | None


class Answer(NamedTuple):
    """How a standard stands in a case, and when it is due."""

    status: str
    due: date | None


NOT_APPLICABLE = Answer("not applicable", None)


class Standard(NamedTuple):
    """A standard in plain Python. `done` names what ends it; "" when another round follows."""

    name: str
    due: Callable[[Row], date | None]
    done: str = ""
    applies: Callable[[Row], bool] = lambda row: True


def add_working_days(day: date, number: int) -> date:
    """Return the last of so many working days after a day."""
    while number:
        day += timedelta(days=1)
        closed = (day.month, day.day) in CLOSED or day in danish_holidays(day.year)
        number -= day.weekday() < 5 and not closed
    return day


STANDARDS = (
    Standard("assessed-in-a-day", lambda row: row.began + timedelta(days=1), "assessed"),
    Standard(
        "receipt-in-6-working-days", lambda row: add_working_days(row.began, 6), "receipt_sent"
    ),
    Standard("examined-in-4-months", lambda row: add_months(row.began, 4), "examined"),
    Standard(
        "plan-in-3-months",
        lambda row: add_months(row.began, 3),
        "plan_made",
        lambda row: row.kind in PLACED,
    ),
    Standard(
        "residential-one-year",
        lambda row: add_months(row.began, 12),
        "moved_home",
        lambda row: row.kind == "residential_institution",
    ),
    Standard(
        "youth-plan-at-16",
        lambda row: add_months(birthday(row.born, 16), 1),
        "youth_plan_made",
        lambda row: age_on(row.born, TODAY) >= 15,
    ),
    Standard(
        "aftercare-before-18",
        lambda row: add_months(birthday(row.born, 18), -6),
        "aftercare_decided",
        lambda row: age_on(row.born, TODAY) >= 16,
    ),
    Standard(
        "follow-up",
        lambda row: add_months(row.last_follow_up or row.began, 6 if row.last_follow_up else 3),
    ),
    Standard(
        "network-meeting",
        lambda row: (row.last_network_meeting or row.began) + timedelta(weeks=8),
        "",
        lambda row: row.target_group == "youth" and row.open_measures >= 1,
    ),
    Standard(
        "two-visits-a-year",
        lambda row: add_months(row.supervision_visit_before_last or row.began, 12),
    ),
    Standard(
        "child-heard",
        lambda row: row.examined + timedelta(weeks=2) if row.examined else None,
        "child_heard",
    ),
    Standard(
        "network-mapped",
        lambda row: min(
            add_months(row.began, 3), add_months(row.plan_made, 1) if row.plan_made else date.max
        ),
        "network_mapped",
    ),
)
NAMES = tuple(standard.name for standard in STANDARDS)


def answers_of(row: Row) -> dict[str, Answer]:
    """Return how every standard stands in a case."""
    return {standard.name: _answer(standard, row) for standard in STANDARDS}


def _answer(standard: Standard, row: Row) -> Answer:
    if not standard.applies(row):
        return NOT_APPLICABLE
    due = standard.due(row)
    done: date | None = getattr(row, standard.done) if standard.done else None
    if done is not None:
        return Answer("met late" if due is not None and done > due else "met", due)
    if due is None or due - timedelta(days=SOON_DAYS) > TODAY:
        return Answer("upcoming", due)
    if due < TODAY:
        return Answer("overdue", due)
    return Answer("due" if due == TODAY else "due soon", due)


def invented_rows(number: int, seed: int = 5) -> list[Row]:
    """Return so many invented cases, the same for the same seed."""
    luck = random.Random(seed)
    return [_invented(luck, f"BENCH-{place:07}") for place in range(number)]


def _invented(luck: random.Random, ref: str) -> Row:
    age_days = luck.randint(4 * 365, 17 * 365 + 300)
    began = TODAY - timedelta(days=luck.randint(2, 1000))
    born = TODAY - timedelta(days=age_days)
    happened = {name: _some_day(luck, began) for name in ONCE}
    # what the age calls for is done when the age is there
    for name, age in (("youth_plan_made", 15), ("aftercare_decided", 16)):
        first = max(began, birthday(born, age))
        happened[name] = _some_day(luck, first) if first < TODAY else None
    # so that no answer turns on what came after: only Fristvagt asks what was known then
    for name, before in (("child_heard", "examined"), ("network_mapped", "plan_made")):
        if happened[name] is not None and (earlier := happened[before]) is not None:
            happened[name] = _some_day(luck, earlier)
    visits = sorted(filter(None, (_some_day(luck, began) for _ in range(2))))
    visits = visits if len(set(visits)) == len(visits) else visits[:1]
    return Row(
        ref,
        born,
        began,
        luck.choice(("foster_family", "residential_institution", "measure_at_home")),
        luck.choice(("child", "youth")),
        luck.randint(0, 2),
        **happened,
        last_follow_up=_some_day(luck, began),
        last_network_meeting=_some_day(luck, began),
        last_supervision_visit=visits[-1] if visits else None,
        supervision_visit_before_last=visits[0] if len(visits) == 2 else None,
    )


def _some_day(luck: random.Random, after: date) -> date | None:
    """Return a day after another, by today, in three cases of five."""
    days = (TODAY - after).days
    if days < 1 or luck.random() < 0.4:
        return None
    return after + timedelta(days=min(1 + int(luck.expovariate(1 / 90)), days))


class Engine(NamedTuple):
    """What an engine made of the twelve standards.

    `load` reads the standards and gives what takes the rows; that gives what decides; that gives
    what reads the answers, which is not timed. `cannot` says of standards that it cannot express
    on its own, and `lacks` what else Fristvagt does that a user would have to write beside it.
    """

    name: str
    version: str
    load: Callable[[], Takes]
    cannot: dict[str, str]
    lacks: str


Answers = Sequence[dict[str, Answer]]
Reads = Callable[[], Answers]
Decides = Callable[[], Reads]
Takes = Callable[[Sequence[Row]], Decides]
