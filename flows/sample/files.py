"""The invented municipality as the files of an extract, as they stand at one moment."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import date, datetime, time
from pathlib import Path
from typing import Protocol

from flows.extract.columns import ABOUT, ABSENCES, CASES, EVENTS, HISTORY, PEOPLE, Table, tables_of
from flows.sample.staff import SampleStaff, team_name, team_of
from flows.sample.story import CaseStory, FactEntry, StoryEvent, StoryRecord, evening_of
from rules.dates import DENMARK, Moment, day_of, shift_days
from rules.vocabulary import Vocabulary

MARK = "OPDIGTEDE DATA - INVENTED DATA"
"""What extract.csv says of every sample, and what allows its folder to be written again."""

EXTRACT_TAKEN = time(5, 0)
"""When the extract of a day is taken: what the day itself brings is in the next one."""

OPEN = "open"
"""Under this name the number of open cases is counted, beside the rows of each file."""


class Rows(Protocol):
    """A file that takes rows."""

    def writerow(self, row: Iterable[object], /) -> object:
        """Write one row."""


def moment_of_extract(at: Moment) -> datetime:
    """Return the Danish local moment at which an extract is taken; a day means its 05:00."""
    if isinstance(at, datetime):
        return at.astimezone(DENMARK)
    return datetime.combine(at, EXTRACT_TAKEN, DENMARK)


def newest_extract_on(now: datetime) -> date:
    """Return the day of the newest extract that has been taken: yesterday's before 05:00.

    >>> newest_extract_on(datetime(2026, 11, 22, 4, 59, tzinfo=DENMARK))
    datetime.date(2026, 11, 21)
    >>> newest_extract_on(datetime(2026, 11, 22, 5, 0, tzinfo=DENMARK))
    datetime.date(2026, 11, 22)
    """
    today = day_of(now)
    return today if moment_of_extract(today) <= now else shift_days(today, -1)


def write_extract(
    folder: Path, stories: Iterable[CaseStory], staff: SampleStaff, at: Moment, words: Vocabulary
) -> Counter[str]:
    """Write every file of the extract and return how many rows each has, and how many are open.

    Rows go straight to the files, so that memory stays flat however many stories there are.
    """
    taken = moment_of_extract(at)
    tables = tables_of(words)
    about = tables.pop(ABOUT)
    with ExitStack() as files:
        opened = {table.name: _open(files, folder, table) for table in tables.values()}
        extract = _Extract(opened, tables, words, staff, taken)
        extract.write_staff()
        for story in stories:
            extract.write_case(story)
    # last, so that a half-written folder is not taken for a whole extract
    with ExitStack() as files:
        source = f"sample, {staff.cases} cases, seed {staff.seed}"
        _open(files, folder, about).writerow((taken.isoformat(timespec="minutes"), source, MARK))
    return extract.written


def _open(files: ExitStack, folder: Path, table: Table) -> Rows:
    path = folder / f"{table.name}.csv"
    file = files.enter_context(path.open("w", encoding="utf-8", newline=""))
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(table.columns)
    return rows


class _Extract:
    """An extract being written: only what is known by its moment, and has a word, gets in."""

    def __init__(
        self,
        opened: Mapping[str, Rows],
        tables: Mapping[str, Table],
        words: Vocabulary,
        staff: SampleStaff,
        taken: datetime,
    ) -> None:
        self.opened = opened
        self.tables = tables
        self.staff = staff
        self.day = taken.date()
        self.cut = taken.strftime("%Y-%m-%dT%H:%M")
        self.written: Counter[str] = Counter()
        self.roles = frozenset(words.roles)
        self.table_of = {t.kind: t for t in tables.values() if t.name not in {PEOPLE, CASES}}
        self.recorded_on = {name: frozenset(event.on) for name, event in words.events.items()}

    def write_staff(self) -> None:
        """Write the people, with nothing in the columns the vocabulary adds, and the absences."""
        nothing = [""] * len(self.tables[PEOPLE].facts)
        for person in self.staff.people(self.day):
            if person.role in self.roles:
                self._write(PEOPLE, (*person, *nothing))
        for absence in self.staff.absences(self.day):
            self._write(ABSENCES, absence)

    def write_case(self, story: CaseStory) -> None:
        """Write a case with its records, its events and what changed, as far as known."""
        if story.known > self.cut:
            return
        ended = self._known_day(story.ended)
        began = story.began.isoformat()
        worker = self.staff.caseworker(story.slot, self.day)
        own = (worker, team_name(team_of(story.slot)), began, ended, story.born.isoformat())
        table = self.tables[CASES]
        facts = self._facts(story.ref, began, story.facts, table.facts.values())
        of_child = self._facts(story.ref, began, story.facts, table.child_facts.values())
        self._write(CASES, (story.ref, *own, *facts, *of_child))
        self.written[OPEN] += not ended
        kinds = {"": "case"}
        for record in story.records:
            if record.known <= self.cut and record.kind in self.table_of:
                kinds[record.ref] = record.kind
                self._write_record(story.ref, record)
        for event in story.events:
            on = kinds.get(event.ref)
            if event.known <= self.cut and on in self.recorded_on.get(event.kind, ()):
                self._write_event(story.ref, event)

    def _write_record(self, case: str, record: StoryRecord) -> None:
        table = self.table_of[record.kind]
        own = (record.ref, case, record.began, self._known_day(record.ended))
        facts = self._facts(record.ref, record.began[:10], record.facts, table.facts.values())
        filled = [self._known_day(record.contents.get(name)) for name in table.contents.values()]
        self._write(table.name, (*own, *facts, *filled))

    def _write_event(self, case: str, event: StoryEvent) -> None:
        fields = [event.fields.get(name, "") for name in self.tables[EVENTS].fields]
        self._write(EVENTS, (case, event.ref, event.kind, event.at, *fields))

    def _facts(
        self,
        ref: str,
        began: str,
        facts: Mapping[str, tuple[FactEntry, ...]],
        names: Iterable[str],
    ) -> list[str]:
        """Return each fact's value at the cut; write those that changed to the history."""
        values = []
        for name in names:
            known = [entry for entry in facts.get(name, ()) if entry.known <= self.cut]
            values.append(known[-1].value if known else "")
            if known and (len(known) > 1 or known[0].starts is not None):
                for entry in known:
                    starts = began if entry.starts is None else entry.starts.isoformat()
                    self._write(HISTORY, (ref, name, entry.value, starts))
        return values

    def _write(self, name: str, row: Iterable[object]) -> None:
        self.opened[name].writerow(row)
        self.written[name] += 1

    def _known_day(self, day: date | None) -> str:
        return day.isoformat() if day is not None and evening_of(day) <= self.cut else ""
