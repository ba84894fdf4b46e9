"""The staff of an extract: people and their absences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.extract.files import Extract, Source
from flows.extract.mistakes import BadCell, has_cpr
from flows.extract.rows import (
    FactCells,
    Findings,
    cell,
    day_cell,
    good_rows,
    reference,
)
from flows.extract.values import one_of, read_address
from models.facts_text import facts_text
from rules.vocabulary import Vocabulary

LANGUAGES = ("da", "en")


def read_team(text: str) -> str:
    """Return the name of a team. Raises: BadCell for what cannot be one."""
    if has_cpr(text):
        raise BadCell("cpr")
    if len(text) > 60:
        raise BadCell("bad-ref")
    return text


def read_people(
    extract: Extract, vocabulary: Vocabulary, findings: Findings, stored: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the rows of the table of people.

    Nobody is lost by a mistake in their row: who is stored already stays as they were, and a new
    person is taken in without what cannot be read, so that their cases have an owner and the
    mails a way to the leader.
    """
    source, mapping = extract.sources["people"], extract.mapping
    person = reference(source, mapping, "person")
    texts = {name: cell(source, mapping, name, str) for name in ("name",)}
    texts["email"] = cell(source, mapping, "email", read_address, remember=False)
    texts["role"] = cell(source, mapping, "role", one_of(vocabulary.roles, "unknown-role"))
    texts["team"] = cell(source, mapping, "team", read_team)
    texts["leader"] = reference(source, mapping, "leader", required=False)
    texts["language"] = cell(source, mapping, "language", one_of(LANGUAGES, "unknown-language"))
    kind = vocabulary.records.get("caseworker")
    facts = FactCells(source, mapping, source.table.facts, kind.facts if kind is not None else {})
    everybody = _everybody(source, person)
    rows: dict[str, dict[str, Any]] = {}
    lines: dict[str, int] = {}

    def read(line: int, cells: list[str]) -> dict[str, Any]:
        who = person(cells)
        if who in rows:
            findings.twice += 1
            raise BadCell("duplicate-person", who, "person", other=str(lines[who]))
        lines[who] = line
        row, bad = _fields(cells, texts)
        row |= {"person": who, "active": True, "facts": "{}"}
        if bad is None and row["leader"] and row["leader"] not in everybody | stored.keys():
            bad = BadCell("unknown-person", row["leader"], "leader")
            row["leader"] = ""
        try:
            row["facts"] = facts_text(facts.of(cells))
        except BadCell as wrong:
            bad = bad or wrong
        rows[who] = row if bad is None or who not in stored else stored[who] | {"active": True}
        if bad is not None:
            raise bad
        return row

    for _ in good_rows(source, findings, read):
        pass
    findings.people.update({who: row["team"] for who, row in rows.items()})
    return list(rows.values())


def read_absences(extract: Extract, findings: Findings) -> tuple[list[dict[str, Any]], set[str]]:
    """Return the rows of the table of absences, and the people whose stored ones stay in force."""
    source, mapping = extract.sources.get("absences"), extract.mapping
    if source is None:
        return [], set()
    person = reference(source, mapping, "person")
    starts = day_cell(source, mapping, "from", required=True)
    ends = day_cell(source, mapping, "to")
    substitute = reference(source, mapping, "substitute", required=False)
    unclear: set[str] = set()
    rows: dict[tuple[str, Any], dict[str, Any]] = {}

    def read_row(who: str, cells: list[str]) -> None:
        _known_person(who, "person", findings)
        first, last, other = starts(cells), ends(cells), substitute(cells) or ""
        if other:
            _known_person(other, "substitute", findings)
        if last is not None and last < first:
            raise BadCell("ended-first", last.isoformat(), "to", began=first.isoformat())
        row = {"person": who, "from_on": first, "to_on": last, "substitute": other}
        if rows.setdefault((who, first), row) != row:
            raise BadCell("duplicate-absence", first.isoformat(), "from")

    def read(line: int, cells: list[str]) -> None:
        who = person(cells)
        try:
            read_row(who, cells)
        except BadCell:
            unclear.add(who)
            raise

    for _ in good_rows(source, findings, read):
        pass
    return [row for row in rows.values() if row["person"] not in unclear], unclear


def _everybody(source: Source, person: Any) -> set[str]:
    found = set()
    for _, cells in source.rows():
        try:
            found.add(person(cells))
        except (BadCell, IndexError):
            continue  # the row itself is refused with its reason when its turn comes
    return found


def _fields(
    cells: Sequence[str], readers: Mapping[str, Any]
) -> tuple[dict[str, Any], BadCell | None]:
    row: dict[str, Any] = {}
    first: BadCell | None = None
    for name, read in readers.items():
        try:
            row[name] = read(cells) or ""
        except BadCell as bad:
            row[name], first = "", first or bad
    return row, first


def _known_person(person: str, column: str, findings: Findings) -> None:
    if person not in findings.people:
        raise BadCell("unknown-person", person, column)
