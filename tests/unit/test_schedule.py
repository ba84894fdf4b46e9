"""What is due when: the odd days by name."""

from __future__ import annotations

from datetime import datetime

import pytest

from flows.commands.moments import read_moment
from flows.schedule import DIGEST, EVALUATE, MAILS, REPORT, due_slots, next_slots
from flows.settings import Settings
from rules.dates import DENMARK

ABOUT_CASES = (EVALUATE, MAILS, DIGEST)


def due(local: str, schedules: tuple[str, ...] = ABOUT_CASES) -> list[str]:
    """The slots due at a Danish local time, as "schedule name" with "late" after the late ones."""
    return [
        f"{slot.schedule} {slot.name}{' late' if late else ''}"
        for slot, late in due_slots(read_moment(local), Settings())
        if slot.schedule in schedules
    ]


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


@pytest.mark.parametrize("day", ["2026-11-23", "2026-11-22", "2026-12-24"])
def test_the_operators_report_has_a_slot_every_day_holidays_too(day: str) -> None:
    assert due(f"{day} 07:29", (REPORT,)) == []
    assert due(f"{day} 07:30", (REPORT,)) == [f"report {day}"]


def test_each_night_is_tidied_and_each_morning_counted() -> None:
    schedules = ("housekeeping", "reconcile")
    assert due("2026-11-22 03:30", schedules) == ["housekeeping 2026-11-22"]
    assert due("2026-11-22 05:30", schedules)[1:] == ["reconcile 2026-11-22"]


def test_after_easter_monday_the_digest_comes_on_tuesday() -> None:
    assert due("2026-04-06 09:00") == ["evaluate 2026-04-06 late"]
    assert "digest 2026-W15" in due("2026-04-07 08:05")


def test_new_year_has_one_week_name_on_both_sides() -> None:
    assert "digest 2026-W53 late" in due("2026-12-30 09:00")


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_a_day_when_the_clocks_change_has_each_slot_once(day: str) -> None:
    seen = {tuple(due(f"{day} {hour:02}:10")) for hour in range(24) if hour != 2}
    assert seen == {(), (f"evaluate {day} late",)}


@pytest.mark.parametrize(
    "instant", ["2026-10-25T00:30+00:00", "2026-10-25T01:30+00:00", "2026-03-29T01:00+00:00"]
)
def test_in_the_double_hour_and_after_the_missing_one_nothing_is_due_before_its_time(
    instant: str,
) -> None:
    """The clock shows 02:30 twice in October; in March it goes from 01:59 to 03:00."""
    assert due(instant, (*ABOUT_CASES, "housekeeping")) == []


def coming(local: str) -> dict[str, str]:
    """The next slot of each schedule, as the Danish local time it comes."""

    def spoken(at: datetime) -> str:
        return at.astimezone(DENMARK).strftime("%Y-%m-%d %H:%M")

    found = next_slots(read_moment(local), Settings())
    return {slot.schedule: spoken(at) for slot, at in found}


def test_what_is_due_next_is_told_across_a_weekend() -> None:
    assert coming("2026-11-20 12:00") == {  # a Friday
        "housekeeping": "2026-11-21 03:30",
        "evaluate": "2026-11-21 05:30",
        "reconcile": "2026-11-21 05:30",
        "report": "2026-11-21 07:30",
        "mails": "2026-11-23 07:30",
        "digest": "2026-11-23 08:00",
    }


def test_what_is_due_next_is_told_across_christmas_and_the_change_of_year() -> None:
    found = coming("2026-12-23 12:00")
    assert found["mails"] == "2026-12-28 07:30"
    assert found["digest"] == "2026-12-28 08:00"
    assert coming("2026-12-30 12:00")["digest"] == "2027-01-04 08:00"


def test_a_slot_is_never_both_due_and_to_come() -> None:
    now = read_moment("2026-11-23 07:30")
    later = {slot for slot, _ in next_slots(now, Settings())}
    assert {slot for slot, _ in due_slots(now, Settings())} & later == set()
