"""What the life of an invented case is made of, and the draft in which it is written down.

Everything carries the local moment at which the case system came to know it, as text
("2026-11-02T17:00"), so that the same life can be shown as it stood at any moment.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from flows.sample.luck import Luck
from rules.dates import birthday, shift_days

RECORDED_LATE = 0.12
"""The share of events that are put into the case system some days after they happened."""


MARKS = {
    "report": "RE",
    "assessment": "AS",
    "proposal": "VI",
    "decision": "DE",
    "measure": "ME",
    "placement": "PL",
    "plan": "PN",
}
"""How a record's reference shows its kind."""


class FactEntry(NamedTuple):
    """A value of a fact and the first day it holds; None: from the record's beginning."""

    starts: date | None
    value: str
    known: str = ""


class StoryRecord(NamedTuple):
    """A record of an invented case. `began` may have a time of day; `ended` is a day or None."""

    kind: str
    ref: str
    began: str
    known: str
    ended: date | None
    facts: dict[str, tuple[FactEntry, ...]]
    contents: dict[str, date]


class StoryEvent(NamedTuple):
    """Something that happened in an invented case. `ref` is "" for the case itself."""

    ref: str
    kind: str
    at: str
    known: str
    fields: dict[str, str]


class CaseStory(NamedTuple):
    """The whole life of one invented case, past and future."""

    ref: str
    slot: int
    born: date
    began: date
    known: str
    ended: date
    facts: dict[str, tuple[FactEntry, ...]]
    records: tuple[StoryRecord, ...]
    events: tuple[StoryEvent, ...]


def evening_of(day: date) -> str:
    """Return when something known by its day only has reached the case system."""
    return f"{day.isoformat()}T17:00"


def moment_text(day: date, minute: int) -> str:
    """Return a local moment, the day and the minute of that day, as an extract writes it.

    >>> moment_text(date(2026, 11, 2), 605)
    '2026-11-02T10:05'
    """
    return f"{day.isoformat()}T{minute // 60:02}:{minute % 60:02}"


@dataclass(slots=True)
class Draft:
    """A life being written. What lies after the case's end is left out when it is finished."""

    ref: str
    slot: int
    born: date
    began: date
    luck: Luck
    known: str = ""
    facts: dict[str, tuple[FactEntry, ...]] = field(default_factory=dict)
    records: list[StoryRecord] = field(default_factory=list)
    events: list[StoryEvent] = field(default_factory=list)
    last_numbers: Counter[str] = field(default_factory=Counter)

    @property
    def eighteen(self) -> date:
        """The day the child comes of age."""
        return birthday(self.born, 18)

    def new_ref(self, kind: str) -> str:
        """Return the next reference for a record of that kind ("DEMO-2026-0412-PL1")."""
        self.last_numbers[kind] += 1
        return f"{self.ref}-{MARKS[kind]}{self.last_numbers[kind]}"

    def add_record(
        self,
        kind: str,
        ref: str,
        began: date | str,
        *,
        ended: date | None = None,
        facts: dict[str, str | tuple[FactEntry, ...]] | None = None,
        contents: dict[str, date] | None = None,
    ) -> str:
        """Write a record down and return its reference. `began` is a day or a local moment."""
        histories = {
            name: (FactEntry(None, value),) if isinstance(value, str) else value
            for name, value in (facts or {}).items()
        }
        text = began if isinstance(began, str) else began.isoformat()
        known = began if isinstance(began, str) else evening_of(began)
        self.records.append(StoryRecord(kind, ref, text, known, ended, histories, contents or {}))
        return ref

    def add_event(self, kind: str, day: date, ref: str = "", **fields: str) -> None:
        """Write down something known by its day; now and then it is recorded days later."""
        known = day
        if self.luck.chance(RECORDED_LATE):
            known = shift_days(day, self.luck.between(1, 4))
        self.events.append(StoryEvent(ref, kind, day.isoformat(), evening_of(known), fields))

    def add_moment(self, kind: str, moment: str, ref: str, **fields: str) -> None:
        """Write down something known to the minute; it is recorded as it happens."""
        self.events.append(StoryEvent(ref, kind, moment, moment, fields))

    def finish(self, ended: date) -> CaseStory:
        """Close the case on a day, and every record still open with it.

        A fact, event or record after that day never comes about.
        """
        last = f"{ended.isoformat()}T24:00"
        records = [
            record._replace(
                ended=ended if record.ended is None or record.ended > ended else record.ended
            )
            for record in self.records
            if record.began <= last
        ]
        kept = {record.ref for record in records} | {""}
        events = [event for event in self.events if event.at <= last and event.ref in kept]
        facts = dict(self.facts)
        facts["open_measures"] = _count("measure", records, ended)
        facts["open_placements"] = _count("placement", records, ended)
        facts["status"] = (
            FactEntry(None, "open"),
            FactEntry(ended, "closed", evening_of(ended)),
        )
        return CaseStory(
            self.ref,
            self.slot,
            self.born,
            self.began,
            self.known,
            ended,
            facts,
            tuple(records),
            tuple(sorted(events, key=lambda event: event.known)),
        )


def _count(kind: str, records: list[StoryRecord], last: date) -> tuple[FactEntry, ...]:
    """Give the number of open records of a kind over time, as a fact of the case."""
    changes: Counter[date] = Counter()
    for record in records:
        if record.kind == kind and record.ended is not None:
            changes[date.fromisoformat(record.began[:10])] += 1
            changes[shift_days(record.ended, 1)] -= 1
    entries = [FactEntry(None, "0")]
    number = 0
    for day, change in sorted(changes.items()):
        if change and day <= last:
            number += change
            # one fewer is known with the end of the day before, one more when the day is over
            known = evening_of(day) if change > 0 else f"{day.isoformat()}T00:00"
            entries.append(FactEntry(day, str(number), known))
    return tuple(entries)
