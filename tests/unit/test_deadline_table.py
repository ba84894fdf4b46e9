"""The list of deadlines on a screen: wide enough to hold it all, or as narrow as a telephone's."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from flows.commands.tables import deadlines_table
from flows.deciding.deadline_list import ListLine
from rules.deadline import Status
from tests.unit.rule_file_samples import NETWORK_MEETING, load_texts


def line(status: Status, due: date | datetime | None, case: str, caseworker: str) -> ListLine:
    """A line about a network meeting."""
    days = None if due is None else 3
    missing = ("started",) if due is None else ()
    return ListLine(
        case, "case", case, "network-meeting", 1, status, due, days, caseworker, "Syd", missing, ""
    )


LINES = [
    line(Status.OVERDUE, date(2026, 11, 24), "2024-0231", "aho"),
    line(Status.DUE_SOON, datetime(2026, 11, 24, 12, 30, tzinfo=UTC), "2025-1187", "kml"),
    line(Status.UPCOMING, None, "2025-0007", "bsk"),
]


@pytest.mark.parametrize("language", ["da", "en"])
def test_on_a_narrow_screen_what_is_due_stands_below_the_rest(language: str) -> None:
    book = load_texts(local=NETWORK_MEETING).book
    assert book is not None
    title = book.rules["network-meeting"].title
    wide = deadlines_table(LINES, book, language, width=130).splitlines()
    narrow = deadlines_table(LINES, book, language, width=80).splitlines()
    assert [row.endswith(title) for row in wide] == [False, True, True, True, False]
    assert [row == f"    {title}" for row in narrow] == [False, *[False, True] * 3, False]
    assert max(map(len, narrow)) <= 80
    assert wide[-1] == narrow[-1]
    assert [row.split()[0] for row in narrow[1::2]] == [row.split()[0] for row in wide[1:]]
