"""The cases of an extract and their records, as the rows that are staged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b

from flows.extract.columns import CASES, plural
from flows.extract.files import Extract, Source
from flows.extract.history import Histories, with_history
from flows.extract.mistakes import BadCell
from flows.extract.people import read_team
from flows.extract.rows import (
    FactCells,
    Findings,
    Known,
    RowRefused,
    cell,
    check_order,
    day_cell,
    good_rows,
    reference,
    stamp_cell,
)
from flows.extract.values import read_reference
from models.facts_text import days_text, facts_text
from models.staging import StagedCase, StagedRecord
from rules.vocabulary import FactType, RecordKind, Vocabulary

NO_TYPES: Mapping[str, FactType] = {}


def told_number(parts: Sequence[str | None]) -> int:
    """Return a number that stands for what an extract says of a row: other words, other number.

    Units: 64 bits, signed, never 0.
    """
    text = "\x1f".join(part or "" for part in parts)
    digest = blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True) or 1


def read_cases(
    extract: Extract, vocabulary: Vocabulary, histories: Histories, findings: Findings
) -> Iterator[StagedCase]:
    """Give the cases that can be used. The others are noted in `findings.refused_cases`."""
    source = extract.sources[CASES]
    reader = _CaseReader(extract, source, vocabulary, histories, findings)
    return good_rows(source, findings, reader.read)


def read_records(
    extract: Extract, kind: RecordKind, source: Source, histories: Histories, findings: Findings
) -> Iterator[StagedRecord]:
    """Give the records of one kind that can be used."""
    reader = _RecordReader(extract, kind, source, histories, findings)
    return good_rows(source, findings, reader.read)


class _CaseReader:
    def __init__(
        self,
        extract: Extract,
        source: Source,
        vocabulary: Vocabulary,
        histories: Histories,
        findings: Findings,
    ) -> None:
        mapping, records = extract.mapping, vocabulary.records
        self.source, self.histories, self.findings = source, histories, findings
        self.case = reference(source, mapping, "case")
        self.caseworker = cell(source, mapping, "caseworker", read_reference)
        self.team = cell(source, mapping, "team", read_team)
        self.began = stamp_cell(source, mapping, "began", required=True)
        self.ended = stamp_cell(source, mapping, "ended")
        self.born = day_cell(source, mapping, "born")
        types = records["case"].facts if "case" in records else NO_TYPES
        self.facts = FactCells(source, mapping, source.table.facts, types)
        types = records["child"].facts if "child" in records else NO_TYPES
        self.child_facts = FactCells(source, mapping, source.table.child_facts, types)

    def read(self, line: int, cells: list[str]) -> StagedCase:
        case_ref = self.case(cells)
        findings = self.findings
        first = findings.cases.setdefault(case_ref, line)
        if first != line:
            findings.unclear.add(case_ref)
            raise BadCell("duplicate-ref", case_ref, "case", other=f"cases:{first}")
        try:
            return self._row(case_ref, cells)
        except (BadCell, RowRefused):
            findings.refused_cases[case_ref] = self._owner(cells)
            raise

    def _row(self, case_ref: str, cells: list[str]) -> StagedCase:
        caseworker, team = self._caseworker(cells), self.team(cells) or ""
        began, ended, born = self.began(cells), self.ended(cells), self.born(cells)
        check_order(self.source, began, ended)
        facts, child_facts = self._facts(case_ref, cells)
        team = team or self.findings.people.get(caseworker, "")
        born_text = born.isoformat() if born is not None else None
        told = told_number((caseworker, team, *began, *ended, born_text, facts, child_facts))
        return StagedCase(
            case_ref, caseworker, team, *began, *ended, born_text, facts, child_facts, told, 0
        )

    def _caseworker(self, cells: list[str]) -> str:
        caseworker: str = self.caseworker(cells) or ""
        if caseworker and caseworker not in self.findings.people:
            raise BadCell("unknown-person", caseworker, "caseworker")
        return caseworker

    def _facts(self, case_ref: str, cells: list[str]) -> tuple[str, str]:
        if case_ref not in self.histories:
            return self.facts.text_of(cells), self.child_facts.text_of(cells)
        own, of_child = self.facts.of(cells), self.child_facts.of(cells)
        kinds = [("case", self.facts), ("child", self.child_facts)]
        both = with_history(
            [own, of_child], case_ref, case_ref, kinds, self.histories, self.findings
        )
        return facts_text(both[0]), facts_text(both[1])

    def _owner(self, cells: list[str]) -> tuple[str, str]:
        try:
            caseworker, team = self._caseworker(cells), self.team(cells) or ""
        except BadCell:
            # a case that cannot be read belongs to nobody we know of: the fallback is told
            return "", ""
        return caseworker, team or self.findings.people.get(caseworker, "")


class _RecordReader:
    def __init__(
        self,
        extract: Extract,
        kind: RecordKind,
        source: Source,
        histories: Histories,
        findings: Findings,
    ) -> None:
        mapping = extract.mapping
        self.kind, self.source = kind.name, source
        self.histories, self.findings = histories, findings
        self.ref = reference(source, mapping, "ref")
        self.case = reference(source, mapping, "case")
        self.began = stamp_cell(source, mapping, "began")
        self.ended = stamp_cell(source, mapping, "ended")
        self.facts = FactCells(source, mapping, source.table.facts, kind.facts)
        self.contents = [
            (name, day_cell(source, mapping, column))
            for column, name in source.table.contents.items()
        ]

    def read(self, line: int, cells: list[str]) -> StagedRecord:
        ref, case_ref = self.ref(cells), self.case(cells)
        findings = self.findings
        if not findings.knows_case(case_ref):
            raise BadCell("unknown-case", case_ref, "case")
        known = findings.records.get(ref)
        if known is not None or ref in findings.cases:
            findings.unclear.add(ref)
            raise BadCell("duplicate-ref", ref, "ref", other=self._place(known, ref))
        findings.records[ref] = Known(case_ref, self.kind, line)
        return self._row(ref, case_ref, cells)

    def _place(self, known: Known | None, ref: str) -> str:
        if known is None:
            return f"cases:{self.findings.cases[ref]}"
        return f"{plural(known.kind)}:{known.line}"

    def _row(self, ref: str, case_ref: str, cells: list[str]) -> StagedRecord:
        began, ended = self.began(cells), self.ended(cells)
        check_order(self.source, began, ended)
        facts = self._facts(ref, case_ref, cells)
        days = ((name, read(cells)) for name, read in self.contents)
        contents = days_text({name: day for name, day in days if day is not None})
        told = told_number((self.kind, *began, *ended, facts, contents))
        return StagedRecord(case_ref, ref, self.kind, *began, *ended, facts, contents, told)

    def _facts(self, ref: str, case_ref: str, cells: list[str]) -> str:
        if ref not in self.histories:
            return self.facts.text_of(cells)
        kinds, facts = [(self.kind, self.facts)], [self.facts.of(cells)]
        told = with_history(facts, ref, case_ref, kinds, self.histories, self.findings)
        return facts_text(told[0])
