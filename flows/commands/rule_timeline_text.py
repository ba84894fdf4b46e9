"""The timeline of a rule's example as a table for people, and for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flows.mistakes import Language
from flows.words import say
from rules.book import Book
from rules.deadline import LadderStep
from rules.spoken_dates import plain_moment, short_moment
from rules.timeline import Row, Timeline
from rules.words import STATUSES, say_phrase

Line = tuple[str, str, str, str]


def timeline_text(timeline: Timeline, book: Book, language: Language) -> str:
    """Return the invented case, the table of its days, and how to make a test of it."""
    rule = timeline.rule
    headings = tuple(say(word, language) for word in ("Day", "Status", "Due", "Mail"))
    lines = [_line(row, book, language) for row in timeline.rows]
    if timeline.goes_on:
        lines.append(("…", "", "", ""))
    return "\n".join(
        [
            f"{rule.name}: {rule.title}",
            say("An invented case:", language),
            *(f"  {line}" for line in timeline.example.lines()),
            "",
            *_columns([(headings[0], headings[1], headings[2], headings[3]), *lines]),
            "",
            say(
                "Agree? {command} writes these days as a test to paste.",
                language,
                command=f"fristvagt rules examples {rule.name} --as-test",
            ),
        ]
    )


def timeline_json(timeline: Timeline) -> dict[str, Any]:
    """Return the timeline for machines; words as rule files write them."""
    return {
        "rule": timeline.rule.name,
        "given": timeline.example.lines(),
        "days": [
            {
                "at": plain_moment(row.at),
                "status": row.status.value,
                "due": None if row.due is None else plain_moment(row.due),
                "events": list(row.events),
                "mails": [{"step": step.step, "roles": list(step.roles)} for step in row.mails],
            }
            for row in timeline.rows
        ],
        "goes_on": timeline.goes_on,
    }


def _line(row: Row, book: Book, language: Language) -> Line:
    mails = "; ".join(_mail(step, book, language) for step in row.mails)
    names = (text.partition(":")[0] for text in row.events)
    events = ", ".join(book.vocabulary.label(name, language) for name in names)
    told = " ".join(part for part in (mails, f"<- {events}" if events else "") if part)
    due = "" if row.due is None else plain_moment(row.due)
    return short_moment(row.at, language), STATUSES[language][row.status], due, told


def _mail(step: LadderStep, book: Book, language: Language) -> str:
    roles = ", ".join(book.vocabulary.label(role, language) for role in step.roles)
    return f"{roles} ({say_phrase(step.step, book.vocabulary, language)})"


def _columns(lines: Sequence[Line]) -> list[str]:
    widths = [max(len(line[at]) for line in lines) for at in range(3)]
    return [
        f"  {line[0]:{widths[0]}}  {line[1]:{widths[1]}}  {line[2]:{widths[2]}}  {line[3]}".rstrip()
        for line in lines
    ]
