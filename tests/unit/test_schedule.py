"""What is due when: the odd days by name."""

from __future__ import annotations

import pytest

from flows.moments import read_moment
from flows.schedule import due_slots
from flows.settings import Settings


def due(local: str) -> list[str]:
    """The slots due at a Danish local time, as "schedule name" with "late" after the late ones."""
    found = due_slots(read_moment(local), Settings())
    return [f"{slot.schedule} {slot.name}{' late' if late else ''}" for slot, late in found]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23 05:29", []),
        ("2026-11-23 05:30", ["evaluate 2026-11-23"]),
        ("2026-11-23 07:30", ["evaluate 2026-11-23 late", "mails 2026-11-23"]),
        (
            "2026-11-23 08:01",
            ["evaluate 2026-11-23 late", "mails 2026-11-23 late", "digest 2026-W48"],
        ),
        ("2026-11-21 12:00", ["evaluate 2026-11-21 late"]),  # a Saturday: no mail
        ("2026-12-24 12:00", ["evaluate 2026-12-24 late"]),  # the municipality is closed
        (
            "2026-11-26 09:00",  # down since Monday: Thursday's slots, and the week's digest late
            ["evaluate 2026-11-26 late", "mails 2026-11-26 late", "digest 2026-W48 late"],
        ),
    ],
)
def test_slots_are_due_from_their_moment_to_the_end_of_their_day_or_week(
    at: str, expected: list[str]
) -> None:
    assert due(at) == expected


def test_after_easter_monday_the_digest_comes_on_tuesday() -> None:
    assert due("2026-04-06 09:00") == ["evaluate 2026-04-06 late"]
    assert "digest 2026-W15" in due("2026-04-07 08:05")


def test_new_year_has_one_week_name_on_both_sides() -> None:
    assert "digest 2026-W53 late" in due("2026-12-30 09:00")


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_a_day_when_the_clocks_change_has_each_slot_once(day: str) -> None:
    seen = {tuple(due(f"{day} {hour:02}:10")) for hour in range(24) if hour != 2}
    assert seen == {(), (f"evaluate {day} late",)}
