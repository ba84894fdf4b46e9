"""Reminders as calendar files beside the mail: put in, moved, and taken back when they are met.

Only for installations that have asked for it, and only what is the reader's own casework. What is
taken back goes with the next mail that is sent anyway: a deadline that is met earns no mail.
Source: docs/decisions/0012-mails.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from flows.composing.mail_lines import STAFF_KINDS, local, moment_of
from flows.deciding.deadline_list import ListLine
from flows.mistakes import Language
from flows.owing.remind import REMINDER, due_text
from flows.writable import writing_to
from models.calendar_entries import (
    CalendarEntry,
    entries_of,
    next_entry,
    no_longer_open,
    write_entries,
)
from models.database import reading
from models.outbox import FALLBACK, Intent
from notifications.calendar_file import CANCEL, PUBLISH, Entry, calendar_bytes, entry_uid
from notifications.frozen import CalendarFile
from notifications.wording import words_for
from rules.book import Book
from rules.dates import Moment, day_of
from rules.deadline import OPEN


@dataclass(frozen=True, slots=True)
class _Said:
    """What an entry says of its deadline."""

    title: str
    case: str
    due: Moment
    link: str


def calendar_files(
    connection: Connection,
    intents: Sequence[Intent],
    language: Language,
    now: datetime,
    public_url: str,
) -> tuple[CalendarFile, ...]:
    """Return the calendar files that go with a mail, and record what they put in or take back.

    Call it in the transaction that records the mail.
    """
    recipients = {intent.recipient for intent in intents} - {FALLBACK}
    there = {(one.recipient, one.deadline_key): one for one in entries_of(connection, recipients)}
    put: dict[CalendarEntry, _Said] = {}
    for intent in intents:
        due = moment_of(intent.due_text)
        if due is None or intent.kind != REMINDER or intent.recipient not in recipients:
            continue
        last = there.get((intent.recipient, intent.deadline_key))
        entry = CalendarEntry(
            intent.recipient, intent.deadline_key, intent.case_ref, intent.due_text
        )
        if last is not None or day_of(due) >= day_of(now):
            case = "" if intent.about in STAFF_KINDS else intent.case_ref
            link = f"{public_url}/deadlines?line={intent.link}" if public_url else ""
            put[next_entry(last, entry)] = _Said(intent.title, case, due, link)
    back = [
        next_entry(entry, entry._replace(cancelled=True))
        for entry in no_longer_open(connection, list(there.values()))
    ]
    write_entries(connection, [*put, *back])
    published = [_published(entry, said, language) for entry, said in put.items()]
    return tuple(
        CalendarFile(f"{name}.ics", method, calendar_bytes(entries, method, now))
        for name, method, entries in (
            ("frister" if language == "da" else "deadlines", PUBLISH, published),
            ("aflyst" if language == "da" else "cancelled", CANCEL, _taken_back(back, language)),
        )
        if entries
    )


def write_calendar(
    path: Path,
    engine: Engine,
    lines: Iterable[ListLine],
    book: Book,
    language: Language,
    at: datetime,
) -> None:
    """Write the open deadlines of a list as a calendar file.

    An entry is the same as the one a mail has put in its caseworker's calendar.
    Raises: UserMistake when the file cannot be written.
    """
    waited_for = [line for line in lines if line.status in OPEN and line.due is not None]
    people = {line.caseworker for line in waited_for}
    with reading(engine) as connection:
        there = {(one.recipient, one.deadline_key): one for one in entries_of(connection, people)}
    entries = []
    for line in waited_for:
        entry = CalendarEntry(line.caseworker, line.key, line.case, due_text(line.due))
        sequenced = next_entry(there.get((line.caseworker, line.key)), entry)
        case = "" if line.record in STAFF_KINDS else line.case
        assert line.due is not None
        said = _Said(book.rules[line.rule].title, case, line.due, "")
        entries.append(_published(sequenced, said, language))
    with writing_to(path.parent):
        path.write_bytes(calendar_bytes(entries, PUBLISH, at))


def _published(entry: CalendarEntry, said: _Said, language: Language) -> Entry:
    due = local(said.due)
    assert due is not None
    return Entry(
        uid=entry_uid(entry.deadline_key, entry.recipient),
        sequence=entry.sequence,
        on=day_of(said.due),
        summary=words_for(language).calendar_entry(said.title, said.case, due),
        link=said.link,
    )


def _taken_back(entries: Sequence[CalendarEntry], language: Language) -> list[Entry]:
    summary = words_for(language)("calendar_cancelled")
    return [
        Entry(entry_uid(one.deadline_key, one.recipient), one.sequence, day_of(due), summary)
        for one in entries
        if (due := moment_of(one.due_text)) is not None
    ]
