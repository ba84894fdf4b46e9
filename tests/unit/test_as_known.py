"""What was known on a former day: later facts, events and records are not there yet."""

from __future__ import annotations

from datetime import UTC, date, datetime

from rules.as_known import as_known
from rules.case import Case, Event, History, Record

JANUARY = datetime(2026, 1, 10, 5, tzinfo=UTC)
MARCH = datetime(2026, 3, 10, 5, tzinfo=UTC)
MAY = datetime(2026, 5, 10, 5, tzinfo=UTC)
FEBRUARY_DAY = date(2026, 2, 1)

MEETING = Event("network_meeting", FEBRUARY_DAY, {}, 1, JANUARY)
TOLD_LATE = Event("network_meeting", FEBRUARY_DAY, {}, 2, MAY)
KIND = History((None, FEBRUARY_DAY), ("foster_family", "residential"), (JANUARY, MAY))
ABROAD = History((FEBRUARY_DAY,), (True,), (MAY,))

CASE = Case(
    "2026-0412",
    (
        Record("case", "2026-0412", FEBRUARY_DAY, None, {"abroad": ABROAD, "size": 2}, {}, ()),
        Record("placement", "P1", FEBRUARY_DAY, None, {"kind": KIND}, {}, (MEETING, TOLD_LATE)),
        Record("placement", "P2", FEBRUARY_DAY, None, {}, {}, ()),
    ),
)


def test_in_march_nothing_of_may_is_known() -> None:
    found = as_known(CASE, MARCH, {"P2"})
    assert found is not None
    case, placement = found.records
    assert case.facts == {"size": 2}
    assert placement.events == (MEETING,)
    assert placement.facts == {"kind": History((None,), ("foster_family",), (JANUARY,))}


def test_in_may_all_is_known() -> None:
    assert as_known(CASE, MAY, frozenset()) == CASE


def test_a_case_not_known_yet_is_none() -> None:
    assert as_known(CASE, JANUARY, {"2026-0412"}) is None
