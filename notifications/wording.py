"""The words of the mails, in Danish and English: dates, counts, greetings and reasons."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from notifications.views import (
    Absentee,
    CaseworkerCounts,
    DigestView,
    Footer,
    Language,
    Line,
    Muted,
    Outage,
    ReminderView,
    Standing,
    TrendWeek,
    Why,
)

MOST_CASES_NAMED = 3
"""In the line that says why someone gets a mail; more are counted."""


class Words(Protocol):
    """What a language must be able to say; templates call these."""

    def __call__(self, phrase: str) -> str:
        """Return a fixed phrase."""

    def day(self, day: date) -> str:
        """Write a day out, with its weekday; a moment with its time as well."""

    def greeting(self, name: str) -> str:
        """Greet someone by first name."""

    def left(self, line: Line) -> str:
        """Say how long is left, or how long over it is."""

    def open(self, line: Line) -> str:
        """Say where a line's link leads."""

    def reminder_subject(self, view: ReminderView) -> str:
        """Say what and when, without a person."""

    def digest_subject(self, view: DigestView) -> str:
        """Say week and counts."""

    def summary(self, view: ReminderView) -> str:
        """Say in one sentence how many, when, and what to do."""

    def digest_summary(self, view: DigestView) -> str:
        """Say in one sentence how the team stands."""

    def because(self, line: Line) -> str:
        """Say how the date came about; "" when nothing is known of it."""

    def source(self, line: Line) -> str:
        """Say where the rule comes from and how binding it is."""

    def ask(self, line: Line) -> str:
        """Say what to do about a line that is over; "" otherwise."""

    def why(self, why: Why) -> str:
        """Say why this person gets the mail."""

    def data(self, footer: Footer) -> str:
        """Say how fresh the facts are."""

    def late(self, since: date) -> str:
        """Say that the mail comes late."""

    def outage(self, outage: Outage) -> str:
        """Say that the mail comes late because Fristvagt was down."""

    def overdue_now(self, view: DigestView) -> str:
        """Say how many are overdue, and how many of them have come since the last overview."""

    def muted(self, one: Muted) -> str:
        """Say which reminders are held back, until when, and by whom."""

    def told(self, one: TrendWeek) -> str:
        """Say how many reminders were sent in time."""

    def answered(self, footer: Footer) -> str:
        """Say who reads an answer to the mail."""

    def counts(self, one: CaseworkerCounts) -> str:
        """Say how a caseworker stands."""

    def absent(self, one: Absentee) -> str:
        """Say who is away with nobody in their place."""

    def left_out(self, number: int) -> str:
        """Say how many lines there was no room for."""

    def more(self, number: int) -> str:
        """Say how many more there are than those named."""

    def undelivered(self, line: Line) -> str:
        """Say what could not be delivered."""

    def unassessed(self, line: Line) -> str:
        """Say which case could not be assessed, and whose it is."""

    def reminder_topic(self, due: date) -> str:
        """Name a thread of reminders; it stays the same while their subjects change."""

    def digest_topic(self, day: date) -> str:
        """Name a month's thread of overviews."""

    def calendar_entry(self, title: str, case: str, due: date) -> str:
        """Say on one line of a calendar what is due."""

    def fallback(self, number: int) -> tuple[str, str]:
        """Return subject and first sentence of the plain mail sent when no other could be built."""


def words_for(language: Language) -> Words:
    """Return the words of a language."""
    from notifications.danish import Danish  # the languages know this module's views
    from notifications.english import English

    return Danish() if language == "da" else English()


def nearest(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines that a subject speaks of: those that stand as the most urgent one does.

    Coming ones are together only when as much is left of them.
    """
    if not lines:
        return ()
    first = lines[0]
    return tuple(
        line
        for line in lines
        if line.standing is first.standing
        and (
            first.standing is not Standing.COMING
            or (line.left, line.in_hours) == (first.left, first.in_hours)
        )
    )


def number_of_others(lines: tuple[Line, ...]) -> int:
    """Return how many cases a mail is about beside those its subject speaks of."""
    return number_of_cases(lines) - number_of_cases(nearest(lines))


def number_of_cases(lines: tuple[Line, ...]) -> int:
    """Return how many cases the lines are about."""
    return len({line.case or line.staff for line in lines})


def clock(moment: date) -> datetime | None:
    """Return the moment when it has a time of day."""
    return moment if isinstance(moment, datetime) else None
