"""Which files an extract may have and which columns each takes, as the vocabulary says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rules.vocabulary import RecordKind, Vocabulary

PEOPLE, ABSENCES, CASES, EVENTS, HISTORY = "people", "absences", "cases", "events", "history"
ABOUT = "extract"
"""The optional file that tells when the extract was taken, and where it comes from."""

ALWAYS = (PEOPLE, CASES)
"""Files without which there is no extract."""

WITHOUT_FILE = frozenset({"case", "child", "caseworker", "team"})
"""Kinds of record whose facts stand elsewhere: in cases, in people, or nowhere."""

FROM_BIRTHDAY = frozenset({"age", "born"})
"""Facts of a child that follow from the column `born`."""


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the extract. `facts` and `contents` map a column to the fact or field it holds.

    `kind` is the kind of record the facts belong to ("" when there are none).
    `child_facts` are those of the child, in cases.
    """

    name: str
    required: tuple[str, ...]
    kind: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    child_facts: Mapping[str, str] = field(default_factory=dict)
    contents: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the file may have."""
        more = (*self.facts, *self.child_facts, *self.contents, *self.fields)
        return (*self.required, *more)


def tables_of(vocabulary: Vocabulary) -> dict[str, Table]:
    """Return the files an extract may have, by name, in the order in which they are read.

    >>> list(tables_of(Vocabulary((), {"measure": RecordKind("measure", {})}, {})))
    ['extract', 'people', 'absences', 'cases', 'measures', 'events', 'history']
    """
    tables = [
        Table(ABOUT, ("taken",), fields=("source", "note")),
        _people(vocabulary),
        Table(ABSENCES, ("person", "from", "to", "substitute")),
        _cases(vocabulary),
        *(_records(kind) for name, kind in vocabulary.records.items() if name not in WITHOUT_FILE),
        _events(vocabulary),
        Table(HISTORY, ("ref", "fact", "value", "from")),
    ]
    return {table.name: table for table in tables}


def plural(kind: str) -> str:
    """Return the name of the file for a kind of record.

    >>> plural("measure"), plural("activity"), plural("provider_plan")
    ('measures', 'activities', 'provider_plans')
    """
    if kind.endswith("y") and kind[-2:-1] not in "aeiou":
        return f"{kind[:-1]}ies"
    return f"{kind}es" if kind.endswith(("s", "x", "ch", "sh")) else f"{kind}s"


def _people(vocabulary: Vocabulary) -> Table:
    required = ("person", "name", "email", "role", "team", "leader", "language")
    kind = vocabulary.records.get("caseworker")
    facts = _free(kind.facts, "caseworker", required) if kind is not None else {}
    return Table(PEOPLE, required, "caseworker", facts)


def _cases(vocabulary: Vocabulary) -> Table:
    required = ("case", "caseworker", "team", "began", "ended", "born")
    own = _free(_facts(vocabulary, "case"), "case", required)
    of_child = [name for name in _facts(vocabulary, "child") if name not in FROM_BIRTHDAY]
    return Table(CASES, required, "case", own, _free(of_child, "child", (*required, *own)))


def _records(kind: RecordKind) -> Table:
    required = ("ref", "case", "began", "ended")
    facts = _free(kind.facts, kind.name, required)
    contents = _free(kind.contents, "contents", (*required, *facts))
    return Table(plural(kind.name), required, kind.name, facts, contents=contents)


def _events(vocabulary: Vocabulary) -> Table:
    fields = {name for event in vocabulary.events.values() for name in event.fields}
    return Table(EVENTS, ("case", "ref", "event", "at"), fields=tuple(sorted(fields)))


def _facts(vocabulary: Vocabulary, kind: str) -> Iterable[str]:
    return vocabulary.records[kind].facts if kind in vocabulary.records else ()


def _free(names: Iterable[str], owner: str, taken: Iterable[str]) -> dict[str, str]:
    # a column whose name is taken already is written with its owner's name before it
    used = frozenset(taken)
    return {f"{owner}.{name}" if name in used else name: name for name in names}
