"""Reading every file of an extract into the staging tables, each after those it builds on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection

from flows.extract.cases import read_cases, read_records
from flows.extract.columns import CASES, EVENTS, HISTORY, WITHOUT_FILE, plural
from flows.extract.events import read_events
from flows.extract.files import Extract
from flows.extract.history import read_histories, refuse_the_rest
from flows.extract.mistakes import Mistake
from flows.extract.people import read_absences, read_people
from flows.extract.rows import Findings
from models.compare import EVENTS_SCOPE
from models.staging import (
    STAGED_CASE,
    STAGED_EVENT,
    STAGED_RECORD,
    StagedCase,
    stage,
    unstage,
)
from models.swap import keep
from rules.vocabulary import Vocabulary


class Staff(NamedTuple):
    """The staff of the extract, which is small enough to wait in memory."""

    people: list[dict[str, Any]]
    absences: list[dict[str, Any]] | None
    unclear: Collection[str]


def stage_extract(
    connection: Connection,
    extract: Extract,
    vocabulary: Vocabulary,
    findings: Findings,
    stored: Mapping[str, Any],
) -> Staff:
    """Stage what can be used, note in `findings` what cannot, and return the staff."""
    people = read_people(extract, vocabulary, findings, stored)
    absences, unclear = read_absences(extract, findings)
    histories = read_histories(extract, findings)
    stage(connection, STAGED_CASE, read_cases(extract, vocabulary, histories, findings))
    stage(connection, STAGED_CASE, _refused(findings))
    for name, kind in vocabulary.records.items():
        source = extract.sources.get(plural(name)) if name not in WITHOUT_FILE else None
        if source is not None:
            rows = read_records(extract, kind, source, histories, findings)
            stage(connection, STAGED_RECORD, rows)
        elif name not in WITHOUT_FILE:
            findings.kept.add((plural(name), ""))
    refuse_the_rest(histories, findings)
    _unstage_unclear(connection, findings)
    events = extract.sources.get(EVENTS)
    if events is not None:
        stage(connection, STAGED_EVENT, read_events(extract, events, vocabulary, findings))
    else:
        findings.kept.add((EVENTS, ""))
    keep(connection, _scopes(findings, vocabulary))
    return Staff(people, absences if "absences" in extract.sources else None, unclear)


def _refused(findings: Findings) -> Iterator[StagedCase]:
    """Give the refused cases as rows that only say that the case is there, and whose it is."""
    nothing = (None, None, None, None, None)
    for case_ref, (caseworker, team) in findings.refused_cases.items():
        yield StagedCase(case_ref, caseworker, team, *nothing, "{}", "{}", 0, 1)


def _unstage_unclear(connection: Connection, findings: Findings) -> None:
    """Use neither of two rows with the same reference, and say so to both their cases."""
    unstage(connection, sorted(findings.unclear))
    for ref in findings.unclear:
        known = findings.records.get(ref)
        if known is not None:
            file = plural(known.kind)
            mistake = Mistake("duplicate-ref", file, known.line, "ref", values={"other": file})
            findings.kept.add((file, known.case_ref))
            if mistake not in findings.flags[known.case_ref]:
                findings.flags[known.case_ref].append(mistake)


def _scopes(findings: Findings, vocabulary: Vocabulary) -> Iterable[tuple[str, str]]:
    """Return of which cases nothing of a kind of record, or no event, may be taken back."""
    scope_of = {plural(name): name for name in vocabulary.records if name not in WITHOUT_FILE}
    scope_of[EVENTS] = EVENTS_SCOPE
    return {
        (scope_of[table], case_ref)
        for table, case_ref in findings.kept
        if table not in (CASES, HISTORY) and table in scope_of
    }
