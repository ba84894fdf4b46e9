"""The invented municipality as the files of an extract, as they stand at one moment."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import date, datetime, time
from pathlib import Path
from typing import Protocol

from flows.sample_staff import SampleStaff, team_name, team_of
from flows.sample_story import CaseStory, FactEntry
from rules.dates import DENMARK, Moment
from rules.vocabulary import Vocabulary

MARK = "OPDIGTEDE DATA - INVENTED DATA"
"""What extract.csv says of every sample, and what allows its folder to be written again."""

EXTRACT_TAKEN = time(5, 0)
"""When the extract of a day is taken: what the day itself brings is in the next one."""

NO_FILE = frozenset({"case", "child", "caseworker", "team"})
"""Kinds of record without a file of their own: their facts stand elsewhere, or nowhere."""

DERIVED = frozenset({"age", "born"})
"""Facts of a child that follow from the column `born`."""

BUILT_IN_EVENTS = {
    "waiver": ("approved_by", "reason", "rule"),
    "extension": ("approved_by", "reason", "rule", "until"),
}


class Rows(Protocol):
    """A file that takes rows."""

    def writerow(self, row: Iterable[object], /) -> object:
        """Write one row."""


class Columns:
    """The columns of each file for one vocabulary, and what the vocabulary has no word for."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        records = vocabulary.records
        case = tuple(records["case"].facts) if "case" in records else ()
        child = tuple(records["child"].facts) if "child" in records else ()
        self.case = (*case, *(name for name in child if name not in {*DERIVED, *case}))
        kinds = [kind for name, kind in records.items() if name not in NO_FILE]
        self.facts = {kind.name: tuple(kind.facts) for kind in kinds}
        self.contents = {kind.name: kind.contents for kind in kinds}
        self.on = {name: frozenset(event.on) for name, event in vocabulary.events.items()}
        fields = {name for event in vocabulary.events.values() for name in event.fields}
        for names in BUILT_IN_EVENTS.values():
            fields.update(names)
        self.fields = tuple(sorted(fields))
        self.roles = frozenset(vocabulary.roles)

    def takes_event(self, kind: str, record: str) -> bool:
        """Say whether the vocabulary knows that event on that kind of record."""
        return kind in BUILT_IN_EVENTS or record in self.on.get(kind, ())


def moment_of_extract(at: Moment) -> datetime:
    """Return the Danish local moment at which an extract is taken; a day means its 05:00."""
    if isinstance(at, datetime):
        return at.astimezone(DENMARK)
    return datetime.combine(at, EXTRACT_TAKEN, DENMARK)


def write_extract(
    folder: Path, stories: Iterable[CaseStory], staff: SampleStaff, at: Moment, words: Vocabulary
) -> Counter[str]:
    """Write every file of the extract and return how many rows each has.

    Rows go straight to the files, so that memory stays flat however many stories there are.
    """
    taken = moment_of_extract(at)
    columns = Columns(words)
    written: Counter[str] = Counter()
    with ExitStack() as files:
        opened = {
            name: _open(files, folder, name, header) for name, header in _headers(columns).items()
        }
        _write_staff(opened, staff, taken.date(), columns, written)
        cut = taken.strftime("%Y-%m-%dT%H:%M")
        for story in stories:
            if story.known <= cut:
                _write_case(opened, story, staff, cut, columns, written)
    # last, so that a half-written folder is not taken for a whole extract
    with ExitStack() as files:
        about = _open(files, folder, "extract.csv", ("taken", "source", "note"))
        source = f"sample, {staff.cases} cases, seed {staff.seed}"
        about.writerow((taken.isoformat(timespec="minutes"), source, MARK))
    return written


def _open(files: ExitStack, folder: Path, name: str, header: Iterable[str]) -> Rows:
    file = files.enter_context((folder / name).open("w", encoding="utf-8", newline=""))
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(header)
    return rows


def file_of(kind: str) -> str:
    """Return the name of the file that holds a kind of record ("placements.csv")."""
    return f"{kind}s.csv"


def _headers(columns: Columns) -> dict[str, tuple[str, ...]]:
    headers: dict[str, tuple[str, ...]] = {
        "people.csv": ("person", "name", "email", "role", "team", "leader", "language"),
        "absences.csv": ("person", "from", "to", "substitute"),
        "cases.csv": ("case", "caseworker", "team", "began", "ended", "born", *columns.case),
        "events.csv": ("case", "ref", "event", "at", *columns.fields),
        "history.csv": ("ref", "fact", "value", "from"),
    }
    for kind, facts in columns.facts.items():
        own = ("ref", "case", "began", "ended")
        headers[file_of(kind)] = (*own, *facts, *columns.contents[kind])
    return headers


def _write_staff(
    opened: Mapping[str, Rows],
    staff: SampleStaff,
    day: date,
    columns: Columns,
    written: Counter[str],
) -> None:
    for person in staff.people(day):
        if person.role in columns.roles:
            opened["people.csv"].writerow(person)
            written["people.csv"] += 1
    for absence in staff.absences(day):
        opened["absences.csv"].writerow(absence)
        written["absences.csv"] += 1


def _write_case(
    opened: Mapping[str, Rows],
    story: CaseStory,
    staff: SampleStaff,
    cut: str,
    columns: Columns,
    written: Counter[str],
) -> None:
    history = opened["history.csv"]
    day = date.fromisoformat(cut[:10])
    began = story.began.isoformat()
    ended = _ended(story.ended, cut)
    worker = staff.caseworker(story.slot, day)
    team = team_name(team_of(story.slot))
    facts = _facts(history, story.ref, began, story.facts, columns.case, cut, written)
    row = (story.ref, worker, team, began, ended, story.born.isoformat(), *facts)
    opened["cases.csv"].writerow(row)
    written["cases.csv"] += 1
    written["open"] += not ended
    kinds = {"": "case"}
    for record in story.records:
        if record.known > cut or record.kind not in columns.facts:
            continue
        kinds[record.ref] = record.kind
        names = columns.facts[record.kind]
        first_day = record.began[:10]
        facts = _facts(history, record.ref, first_day, record.facts, names, cut, written)
        filled = [
            _known_day(record.contents.get(name), cut) for name in columns.contents[record.kind]
        ]
        own = (record.ref, story.ref, record.began, _ended(record.ended, cut))
        opened[file_of(record.kind)].writerow((*own, *facts, *filled))
        written[file_of(record.kind)] += 1
    for event in story.events:
        kind = kinds.get(event.ref)
        if event.known <= cut and kind is not None and columns.takes_event(event.kind, kind):
            fields = [event.fields.get(name, "") for name in columns.fields]
            opened["events.csv"].writerow((story.ref, event.ref, event.kind, event.at, *fields))
            written["events.csv"] += 1


def _facts(
    history: Rows,
    ref: str,
    began: str,
    facts: Mapping[str, tuple[FactEntry, ...]],
    names: Iterable[str],
    cut: str,
    written: Counter[str],
) -> list[str]:
    """Return each fact's value at the cut; write those that changed to the history."""
    values = []
    for name in names:
        known = [entry for entry in facts.get(name, ()) if entry.known <= cut]
        values.append(known[-1].value if known else "")
        if known and (len(known) > 1 or known[0].starts is not None):
            for entry in known:
                starts = began if entry.starts is None else entry.starts.isoformat()
                history.writerow((ref, name, entry.value, starts))
            written["history.csv"] += len(known)
    return values


def _ended(day: date | None, cut: str) -> str:
    return _known_day(day, cut)


def _known_day(day: date | None, cut: str) -> str:
    if day is None:
        return ""
    text = day.isoformat()
    return text if f"{text}T17:00" <= cut else ""
