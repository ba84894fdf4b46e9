"""The facts that changed over time, as history.csv tells them, put together with today's values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from sys import intern
from typing import NamedTuple

from flows.extract.files import Extract, Source
from flows.extract.mistakes import BadCell
from flows.extract.rows import FactCells, Findings, RowRefused, cell, day_cell, good_rows, reference
from flows.extract.values import near
from rules.case import History, Value

BEGINNING = date.min


class Entry(NamedTuple):
    """One row of history.csv: from this day on, the fact had this value ("": it was missing)."""

    line: int
    fact: str
    value: str
    starts: date | None


class Histories:
    """The rows of history.csv by reference; each reference is asked for once."""

    def __init__(self, source: Source | None, entries: dict[str, list[Entry]]) -> None:
        self.source = source
        self._entries = entries

    def __contains__(self, ref: str) -> bool:
        return ref in self._entries

    def take(self, ref: str) -> list[Entry]:
        """Return the entries of a case or record, and forget them."""
        return self._entries.pop(ref, [])

    def left(self) -> Iterator[tuple[str, Entry]]:
        """Give the entries that nobody asked for."""
        for ref, entries in self._entries.items():
            for entry in entries:
                yield ref, entry

    def reject(
        self, findings: Findings, ref: str, entry: Entry, bad: BadCell, case_ref: str
    ) -> None:
        """Note a refused row of history.csv."""
        assert self.source is not None
        starts = entry.starts.isoformat() if entry.starts is not None else ""
        told = {"ref": ref, "fact": entry.fact, "value": entry.value, "from": starts}
        cells = [told.get(column, "") for column in self.source.columns]
        findings.reject(self.source, entry.line, cells, bad, case_ref)


def read_histories(extract: Extract, findings: Findings) -> Histories:
    """Return what history.csv tells; values are read later, when the kind of record is known."""
    source, mapping = extract.sources.get("history"), extract.mapping
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    if source is None:
        return Histories(None, entries)
    ref = reference(source, mapping, "ref")
    fact = cell(source, mapping, "fact", intern, required=True)
    value = cell(source, mapping, "value", intern)
    starts = day_cell(source, mapping, "from")

    def read(line: int, cells: list[str]) -> tuple[str, Entry]:
        return ref(cells), Entry(line, fact(cells), value(cells) or "", starts(cells))

    for about, entry in good_rows(source, findings, read):
        entries[about].append(entry)
    return Histories(source, dict(entries))


def with_history(
    facts: Sequence[Mapping[str, Value]],
    ref: str,
    case_ref: str,
    kinds: Sequence[tuple[str, FactCells]],
    histories: Histories,
    findings: Findings,
) -> list[dict[str, Value | History]]:
    """Return the facts of each of `kinds` with their history; `facts` are their values today.

    Raises: RowRefused when an entry is wrong, after noting it; BadCell when today's value differs.
    """
    by_fact: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in histories.take(ref):
        by_fact[entry.fact].append(entry)
    found: list[dict[str, Value | History]] = [dict(own) for own in facts]
    for name, entries in by_fact.items():
        place = next((i for i, (_, cells) in enumerate(kinds) if name in cells.readers), None)
        if place is None:
            names = [fact for _, cells in kinds for fact in cells.readers]
            bad = BadCell("unknown-fact", name, "fact", kind=kinds[0][0], near=near(name, names))
            histories.reject(findings, ref, entries[0], bad, case_ref)
            raise RowRefused(case_ref)
        told = _told(entries, kinds[place][1], ref, case_ref, histories, findings)
        found[place][name] = _joined(told, name, facts[place].get(name), findings.today)
    return found


def refuse_the_rest(histories: Histories, findings: Findings) -> None:
    """Note the rows of history.csv about references that the extract does not have."""
    for ref, entry in histories.left():
        known = findings.records.get(ref)
        case_ref = known.case_ref if known is not None else ref if ref in findings.cases else ""
        if case_ref:
            continue  # their own row was refused, which has been said
        histories.reject(findings, ref, entry, BadCell("unknown-ref", ref, "ref"), "")


def _told(
    entries: Sequence[Entry],
    cells: FactCells,
    ref: str,
    case_ref: str,
    histories: Histories,
    findings: Findings,
) -> list[tuple[date | None, Value | None]]:
    read = cells.readers[entries[0].fact]
    told: dict[date | None, tuple[Value | None, int]] = {}
    for entry in entries:
        try:
            value = read(entry.value) if entry.value else None
            if told.get(entry.starts, (value, 0))[0] != value:
                raise BadCell("history-twice", column="from", other=str(told[entry.starts][1]))
        except BadCell as bad:
            bad.column = bad.column or "value"
            histories.reject(findings, ref, entry, bad, case_ref)
            raise RowRefused(case_ref) from None
        told[entry.starts] = (value, entry.line)
    in_order = sorted(told, key=lambda starts: starts or BEGINNING)
    return [(starts, told[starts][0]) for starts in in_order]


def _joined(
    told: list[tuple[date | None, Value | None]], name: str, value: Value | None, today: date
) -> Value | History:
    in_force = [past for starts, past in told if starts is None or starts <= today]
    if value is not None and not in_force:
        told = [(None, value), *told]
    elif value is not None and in_force[-1] != value:
        raise BadCell("history-differs", column=name)
    if len(told) == 1 and told[0][0] is None and told[0][1] is not None:
        return told[0][1]
    nothing = (None,) * len(told)
    return History(tuple(day for day, _ in told), tuple(past for _, past in told), nothing)
