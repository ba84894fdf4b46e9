"""The standards as OpenFisca variables: numpy formulas over all cases at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from importlib.metadata import version
from typing import Any

import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from rules.dates import danish_holidays
from tests.bench.engines.standards import (
    CLOSED,
    NAMES,
    NOT_APPLICABLE,
    SOON_DAYS,
    TODAY,
    Answer,
    Decides,
    Engine,
    Reads,
    Row,
    Takes,
)

NOT_APPLICABLE_CODE, UPCOMING, SOON, DUE, OVERDUE, MET, MET_LATE = range(7)
STATUSES = ("not applicable", "upcoming", "due soon", "due", "overdue", "met", "met late")
DAY = TODAY.isoformat()
NOT_A_DAY = np.datetime64("NaT", "D")
Array = Any
Get = Callable[[str], Array]
"""Gives the column of a name for all cases."""

TEXTS = ("kind", "target_group")
DAYS = tuple(name for name in Row._fields if name not in (*TEXTS, "ref", "open_measures"))


def holidays() -> list[np.datetime64]:
    """Return the days beside weekends on which a municipality is closed."""
    years = range(TODAY.year - 4, TODAY.year + 2)
    fixed = [
        np.datetime64(f"{year}-{month:02}-{day:02}") for year in years for month, day in CLOSED
    ]
    return fixed + [np.datetime64(day) for year in years for day in danish_holidays(year)]


HOLIDAYS = holidays()


def months_after(days: Array, months: int) -> Array:
    """Return the same day of a later month, or that month's last day."""
    month = days.astype("datetime64[M]")
    last = (month + months + 1).astype("datetime64[D]") - 1
    day = (month + months).astype("datetime64[D]") + (days - month.astype("datetime64[D]"))
    return np.minimum(day, last)


def or_else(days: Array, others: Array) -> Array:
    """Return the days, and the others where there is none."""
    return np.where(np.isnat(days), others, days)


DUES: dict[str, Callable[[Get], Array]] = {
    "assessed-in-a-day": lambda get: get("began") + 1,
    "receipt-in-6-working-days": lambda get: np.busday_offset(
        get("began"), 6, roll="backward", holidays=HOLIDAYS
    ),
    "examined-in-4-months": lambda get: months_after(get("began"), 4),
    "plan-in-3-months": lambda get: months_after(get("began"), 3),
    "residential-one-year": lambda get: months_after(get("began"), 12),
    "youth-plan-at-16": lambda get: months_after(months_after(get("born"), 192), 1),
    "aftercare-before-18": lambda get: months_after(months_after(get("born"), 216), -6),
    "follow-up": lambda get: or_else(
        months_after(get("last_follow_up"), 6), months_after(get("began"), 3)
    ),
    "network-meeting": lambda get: or_else(get("last_network_meeting"), get("began")) + 56,
    "two-visits-a-year": lambda get: months_after(
        or_else(get("supervision_visit_before_last"), get("began")), 12
    ),
    "child-heard": lambda get: get("examined") + 14,
    "network-mapped": lambda get: np.fmin(
        months_after(get("began"), 3), months_after(get("plan_made"), 1)
    ),
}
APPLIES: dict[str, Callable[[Get], Array]] = {
    "plan-in-3-months": lambda get: np.isin(
        get("kind"), ("foster_family", "residential_institution")
    ),
    "residential-one-year": lambda get: get("kind") == "residential_institution",
    "youth-plan-at-16": lambda get: months_after(get("born"), 180) <= np.datetime64(TODAY),
    "aftercare-before-18": lambda get: months_after(get("born"), 192) <= np.datetime64(TODAY),
    "network-meeting": lambda get: (get("target_group") == "youth") & (get("open_measures") >= 1),
}
DONE = {
    "assessed-in-a-day": "assessed",
    "receipt-in-6-working-days": "receipt_sent",
    "examined-in-4-months": "examined",
    "plan-in-3-months": "plan_made",
    "residential-one-year": "moved_home",
    "youth-plan-at-16": "youth_plan_made",
    "aftercare-before-18": "aftercare_decided",
    "child-heard": "child_heard",
    "network-mapped": "network_mapped",
}


def load() -> Takes:
    """Build the tax and benefit system, as OpenFisca calls it; give what takes the rows."""
    case = Entity("case", "cases", "", "")
    system = TaxBenefitSystem([case])
    for name in DAYS:
        system.add_variable(_variable(case, name, date))
    for name in TEXTS:
        system.add_variable(_variable(case, name, str))
    system.add_variable(_variable(case, "open_measures", int))
    for name in NAMES:
        system.add_variable(_variable(case, _due(name), date, _due_formula(name)))
        system.add_variable(_variable(case, _status(name), int, _status_formula(name)))
    return lambda rows: _take(system, rows)


def _due(name: str) -> str:
    return f"due_{name.replace('-', '_')}"


def _status(name: str) -> str:
    return f"status_{name.replace('-', '_')}"


def _variable(
    case: Entity, name: str, kind: type, formula: Callable[..., Array] | None = None
) -> type[Variable]:
    told = {"value_type": kind, "entity": case, "definition_period": DateUnit.DAY}
    if formula is not None:
        told["formula"] = formula
    return type(name, (Variable,), told)


def _due_formula(name: str) -> Callable[..., Array]:
    def formula(case: Any, period: Any) -> Array:
        return DUES[name](lambda column: case(column, period))

    return formula


def _status_formula(name: str) -> Callable[..., Array]:
    def formula(case: Any, period: Any) -> Array:
        today, due = np.datetime64(TODAY), case(_due(name), period)
        done = case(DONE[name], period) if name in DONE else np.full(due.shape, NOT_A_DAY)
        applies = APPLIES.get(name, _always)(lambda column: case(column, period))
        # comparing with a missing day is false
        return np.select(
            [
                ~applies,
                done > due,
                ~np.isnat(done),
                today > due,
                today == due,
                today >= due - SOON_DAYS,
            ],
            [NOT_APPLICABLE_CODE, MET_LATE, MET, OVERDUE, DUE, SOON],
            UPCOMING,
        )

    return formula


def _always(get: Get) -> Array:
    return np.ones(get("began").shape, dtype=bool)


def _take(system: TaxBenefitSystem, rows: Sequence[Row]) -> Decides:
    simulation = SimulationBuilder().build_default_simulation(system, len(rows))
    for name in (*DAYS, *TEXTS, "open_measures"):
        simulation.set_input(name, DAY, _column(name, rows))
    return lambda: _decide(simulation, len(rows))


def _column(name: str, rows: Sequence[Row]) -> Array:
    values = [getattr(row, name) for row in rows]
    if name in DAYS:
        return np.array(values, dtype="datetime64[D]")
    return np.array(values, dtype=object if name in TEXTS else int)


def _decide(simulation: Any, number: int) -> Reads:
    found = {
        name: (
            simulation.calculate(_status(name), DAY),
            simulation.calculate(_due(name), DAY),
        )
        for name in NAMES
    }
    return lambda: [
        {name: _answer(codes[place], dues[place]) for name, (codes, dues) in found.items()}
        for place in range(number)
    ]


def _answer(code: int, due: np.datetime64) -> Answer:
    if code == NOT_APPLICABLE_CODE:
        return NOT_APPLICABLE
    return Answer(STATUSES[code], None if np.isnat(due) else due.astype(date))


ENGINE = Engine(
    "OpenFisca",
    version("openfisca-core"),
    load,
    {},
    "month arithmetic that keeps to the end of a month, working days, and the first and last days"
    " of every event, worked out beforehand; it knows no rounds and no pauses, and gives no reason",
)
