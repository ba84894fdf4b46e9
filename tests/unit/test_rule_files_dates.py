"""Dates and times of day as people write them."""

from __future__ import annotations

import pytest

from tests.unit.rule_file_samples import Row, assert_told

MISDATED: list[Row] = [
    ("in_force: 2026-01-01", "in_force: 05-01-2026", "T14", "05-01-2026", "write: 2026-01-05"),
    (
        "in_force: 2026-01-01",
        "in_force: 5. januar 2026",
        "T14",
        "5. januar 2026",
        "write: 2026-01-05",
    ),
    (
        "in_force: 2026-01-01",
        "in_force: 2026-11-31",
        "T13",
        "2026-11-31",
        "November 2026 has 30 days.",
    ),
    (
        "in_force: 2026-01-01",
        "in_force: 2026-13-01",
        "T13",
        "2026-13-01",
        "there is no month 13; a date is written year-month-day.",
    ),
    (
        "in_force: 2026-01-01",
        "in_force: 0026-01-01",
        "T13",
        "0026-01-01",
        "write the year with four digits, for example: 2026-01-31",
    ),
    ("in_force: 2026-01-01", "in_force: januar 2026", "T14", "januar 2026", "write: 2026-01-31"),
    ("in_force: 2026-01-01", "in_force: 1/1 2026", "T14", "1/1 2026", "write: 2026-01-01"),
    (
        "when: {target_group: youth}",
        "when: {child.born: after 01-01-2010}",
        "T14",
        "01-01-2010",
        "write: 2010-01-01",
    ),
    ("due: 2026-04-17}", "due: 2026-04-31}", "T13", "2026-04-31", "April 2026 has 30 days."),
    ("2026-02-20: {status", "20-02-2026: {status", "T14", "20-02-2026", "write: 2026-02-20"),
    (
        "2026-02-20: {status",
        "2026-02-20 25:00: {status",
        "T15",
        "2026-02-20 25:00",
        "write hours and minutes, for example: 14:30",
    ),
    ("in_force: 2026-01-01", "in_force: 2026-1-5", "T14", "2026-1-5", "write: 2026-01-05"),
    ("in_force: 2026-01-01", "in_force: yes", "T14", "yes", "write: 2026-01-31"),
]


@pytest.mark.parametrize("row", MISDATED, ids=lambda row: row[1])
def test_a_wrong_date_gets_one_message_at_its_place(row: Row) -> None:
    assert_told(row)
