"""Calendar files: whole days, private, the same bytes every time, and nothing about a person."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar

from notifications.calendar_file import CANCEL, PUBLISH, Entry, calendar_bytes, entry_uid
from notifications.wording import words_for
from rules.dates import DENMARK

AT = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
LINK = "https://frister.kommune.example/deadlines?line=aa"
ENTRY = Entry("uid-1", 2, date(2026, 11, 26), "Frist: Netværksmøde (sag 4711)", LINK)


def events_in(content: bytes) -> list[Any]:
    return Calendar.from_ical(content).walk("VEVENT")


def test_an_entry_is_a_whole_private_day_that_takes_no_time() -> None:
    (event,) = events_in(calendar_bytes([ENTRY], PUBLISH, AT))
    assert event.decoded("dtstart") == date(2026, 11, 26)
    assert event["class"] == "PRIVATE"
    assert event["transp"] == "TRANSPARENT"
    assert event["sequence"] == 2
    assert event["description"] == LINK
    assert event.decoded("dtstamp") == AT


def test_nobody_is_asked_to_come_and_nothing_rings() -> None:
    content = calendar_bytes([ENTRY], PUBLISH, AT)
    for unwanted in (b"ORGANIZER", b"ATTENDEE", b"VALARM", b"REQUEST", b"LOCATION"):
        assert unwanted not in content


def test_a_cancelled_entry_says_so_in_both_places_that_calendars_look_at() -> None:
    content = calendar_bytes([ENTRY], CANCEL, AT)
    assert Calendar.from_ical(content)["method"] == "CANCEL"
    assert events_in(content)[0]["status"] == "CANCELLED"


def test_an_entry_without_a_link_has_no_description() -> None:
    assert b"DESCRIPTION" not in calendar_bytes([ENTRY._replace(link="")], PUBLISH, AT)


def test_the_same_entries_give_the_same_bytes_in_whatever_order_they_come() -> None:
    later = ENTRY._replace(uid="uid-0", on=date(2026, 12, 1))
    assert calendar_bytes([ENTRY, later], PUBLISH, AT) == calendar_bytes(
        [later, ENTRY], PUBLISH, AT
    )


def test_a_title_cannot_begin_a_line_of_its_own() -> None:
    sly = ENTRY._replace(summary="Frist\r\nATTENDEE:mailto:x@y.dk;, \\ slut")
    (event,) = events_in(calendar_bytes([sly], PUBLISH, AT))
    assert "attendee" not in event
    assert "slut" in event["summary"]


def test_lines_are_no_longer_than_calendars_allow() -> None:
    long = ENTRY._replace(summary="Børnefaglig undersøgelse " * 20)
    assert max(map(len, calendar_bytes([long], PUBLISH, AT).split(b"\r\n"))) <= 75


def test_a_uid_is_stable_for_a_deadline_and_reader_and_says_nothing() -> None:
    key = "4711|4711|network-meeting|2026-01-05|1"
    assert entry_uid(key, "mho") == entry_uid(key, "mho")
    assert entry_uid(key, "mho") != entry_uid(key, "jsk")
    assert UUID(entry_uid(key, "mho")).version == 5


@pytest.mark.parametrize(
    ("language", "due", "said"),
    [
        ("da", date(2026, 11, 26), "Frist: Netværksmøde (sag 4711)"),
        ("en", date(2026, 11, 26), "Due: Netværksmøde (case 4711)"),
        (
            "da",
            datetime(2026, 11, 26, 14, 30, tzinfo=DENMARK),
            "Frist kl. 14.30: Netværksmøde (sag 4711)",
        ),
    ],
)
def test_an_entry_says_what_is_due_in_which_case(language: Any, due: date, said: str) -> None:
    assert words_for(language).calendar_entry("Netværksmøde", "4711", due) == said
