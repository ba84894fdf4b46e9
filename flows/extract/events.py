"""The events of an extract, as the rows that are staged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flows.extract.cases import told_number
from flows.extract.files import Extract, Source
from flows.extract.mistakes import BadCell
from flows.extract.rows import MEMORY, Findings, cell, good_rows, reference, stamp_cell
from flows.extract.values import fact_value, near
from models.column_types import instant_text
from models.facts_text import facts_text
from models.staging import StagedEvent
from rules.suggestions import listed
from rules.vocabulary import EventKind, Vocabulary


def read_events(
    extract: Extract, source: Source, vocabulary: Vocabulary, findings: Findings
) -> Iterator[StagedEvent]:
    """Give the events that can be used."""
    reader = _EventReader(extract, source, vocabulary, findings)
    return good_rows(source, findings, reader.read)


class _EventReader:
    def __init__(
        self, extract: Extract, source: Source, vocabulary: Vocabulary, findings: Findings
    ) -> None:
        mapping = extract.mapping
        self.findings, self.events = findings, vocabulary.events
        self.case = reference(source, mapping, "case")
        self.ref = reference(source, mapping, "ref", required=False)
        self.event = cell(source, mapping, "event", self._event, required=True)
        self.at = stamp_cell(source, mapping, "at", required=True)
        self.today = findings.today.isoformat()
        self.now = instant_text(findings.now)
        self.fields = {
            name: _Fields(extract, source, kind) for name, kind in vocabulary.events.items()
        }
        self.places = [source.columns.index(column) for column in ("case", "ref")]
        self.on = {name: frozenset(kind.on) for name, kind in vocabulary.events.items()}

    def read(self, line: int, cells: list[str]) -> StagedEvent:
        case_ref, ref, kind = self._about(cells)
        event: str = self.event(cells)
        if kind not in self.on[event]:
            on = listed(self.on[event])
            raise BadCell("event-elsewhere", event, "event", choices=on, kind=kind)
        on_day, instant = self.at(cells)
        assert on_day is not None  # the cell is required
        if on_day > self.today or (instant is not None and instant > self.now):
            raise BadCell("future-event", instant or on_day, "at")
        fields = self.fields[event].of(cells)
        told = told_number((ref, event, on_day, instant, fields))
        return StagedEvent(case_ref, told, ref, event, on_day, instant, fields)

    def _about(self, cells: list[str]) -> tuple[str, str, str]:
        """Return the case, the record and its kind."""
        case_place, ref_place = self.places
        case_ref, ref = cells[case_place].strip(), cells[ref_place].strip()
        findings = self.findings
        if not findings.knows_case(case_ref):
            # read for its own sake: what cannot be a reference is not shown
            raise BadCell("unknown-case", self.case(cells), "case")
        if not ref or ref == case_ref:
            return case_ref, case_ref, "case"
        known = findings.records.get(ref)
        if known is None:
            raise BadCell("unknown-ref", self.ref(cells), "ref")
        if known.case_ref != case_ref:
            raise BadCell("other-case", ref, "ref")
        return case_ref, ref, known.kind

    def _event(self, text: str) -> str:
        if text not in self.events:
            raise BadCell("unknown-event", text, near=near(text, self.events))
        return text


class _Fields:
    """The fields of one kind of event, as the text that is stored."""

    def __init__(self, extract: Extract, source: Source, kind: EventKind) -> None:
        forms = extract.mapping.forms(source.table.name)
        self.kind = kind.name
        present = [name for name in source.table.fields if name in source.columns]
        self.places = [source.columns.index(name) for name in present]
        self.own: list[tuple[str, Callable[[Sequence[str]], Any]]] = []
        self.foreign: list[tuple[str, Callable[[Sequence[str]], Any]]] = []
        for name in present:
            if name in kind.fields:
                read = fact_value(kind.fields[name], name, forms)
                self.own.append((name, cell(source, extract.mapping, name, read)))
            else:
                self.foreign.append((name, cell(source, extract.mapping, name, str)))
        self.remembered: dict[tuple[str, ...], str] = {}

    def of(self, cells: Sequence[str]) -> str:
        """Return the text of a row's fields; rows with the same cells are read once."""
        key = tuple([cells[place] for place in self.places])
        text = self.remembered.get(key)
        if text is None:
            text = self._read(cells)
            if len(self.remembered) < MEMORY:
                self.remembered[key] = text
        return text

    def _read(self, cells: Sequence[str]) -> str:
        for name, read in self.foreign:
            if read(cells) is not None:
                raise BadCell("field-elsewhere", column=name, event=self.kind)
        found = ((name, read(cells)) for name, read in self.own)
        return facts_text({name: value for name, value in found if value is not None})
