"""Taking in an extract: staged, checked, compared, and swapped in one transaction.

What is refused leaves in force what is stored. See docs/extract.md.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, select

from flows.extract.columns import ABOUT, plural, tables_of
from flows.extract.files import Extract, open_extract
from flows.extract.mistakes import BadExport, Mistake, sentence
from flows.extract.rejected import write_rejected
from flows.extract.report import FileCounts, ImportResult, Report, reasons
from flows.extract.rows import A_FIFTH, FEW_ROWS, Findings
from flows.extract.stage import Staff, stage_extract
from flows.extract.words import NOTICES
from models import compare, swap
from models.case_tables import CASE
from models.database import READING, reading, writing
from models.fact_changes import Told
from models.imports import (
    DONE,
    REFUSED,
    LastImport,
    last_import,
    lock_imports,
    record_import,
    record_refusal,
    record_rejects,
)
from models.staff_swap import stored_people, swap_absences, swap_people
from models.staging import staging
from rules.dates import DENMARK, day_of
from rules.vocabulary import Vocabulary


def at_once() -> None:
    """Wait for nothing before what is stored is changed."""


def import_extract(
    engine: Engine,
    folder: Path,
    vocabulary: Vocabulary,
    now: datetime,
    *,
    dry_run: bool = False,
    accept_closed: bool = False,
    with_rows: bool = False,
    language: str = "da",
    before_writing: Callable[[], None] = at_once,
) -> ImportResult:
    """Take in the extract of a folder and say what became of it; a bad one is refused, not raised.

    The files that were taken in last are not taken in again. A dry run changes nothing.
    `with_rows` names the rows that differ, the first of each file. `accept_closed` allows more
    than a fifth of the open cases to be closed at once. Rows that are refused stand in
    rejected.csv beside the extract.
    `before_writing` is called when all has been read, and what is stored is about to be changed;
    what it raises leaves here, with nothing changed.
    """
    options = _Options(
        engine, vocabulary, now, dry_run, accept_closed, with_rows, language, before_writing
    )
    with reading(engine) as connection:
        last = last_import(connection)
    try:
        extract = open_extract(folder, vocabulary, last.columns if last is not None else {})
        if last is not None and extract.sha256 == last.sha256:
            return ImportResult("unchanged", extracted_at=last.extracted_at, import_id=last.id)
        _check_moment(extract, last, now)
    except (BadExport, OSError) as error:
        return _refused(_bad(error, folder), folder.name, options)
    return _take_in(extract, last, options)


def _bad(error: BadExport | OSError, folder: Path) -> BadExport:
    """Return why an extract is refused; a file that cannot be read any more is a reason too."""
    if isinstance(error, BadExport):
        return error
    return BadExport([Mistake("unreadable-file", Path(error.filename or folder).name)])


class _Options(NamedTuple):
    engine: Engine
    vocabulary: Vocabulary
    now: datetime
    dry_run: bool
    accept_closed: bool
    with_rows: bool
    language: str
    before_writing: Callable[[], None]


def _take_in(extract: Extract, last: LastImport | None, options: _Options) -> ImportResult:
    with staging(options.engine) as connection:
        findings, stored = _beginning(connection, extract, options)
        # a transaction left open while files are read from a slow share would keep the
        # database's log from being wound up
        connection.commit()
        report = Report()
        try:
            staff = stage_extract(connection, extract, options.vocabulary, findings, stored)
            if findings.guards:
                raise BadExport(findings.guards)
            told = Told(findings.today, options.now, _first_told(extract, last))
            _compare(connection, told, options)
            # before it is taken in: the same files are not read again after that
            is_told = options.dry_run or _tell_rejects(extract, findings, options)
            options.before_writing()
            # from here on others wait for us, so all that can be found out is known by now
            connection.commit()
            connection.execution_options(**{READING: False})
            lock_imports(connection)
            _check_last(connection, last)
            _swap(connection, told, findings, staff, report, options)
            import_id = _record(connection, extract, findings, report, options)
            if options.dry_run:
                connection.rollback()
            else:
                connection.commit()
        except (BadExport, OSError) as error:
            connection.rollback()
            if not options.dry_run:
                _tell_rejects(extract, findings, options)
            return _refused(_bad(error, extract.folder), extract.source, options, findings)
    return _done(extract, findings, report, import_id, is_told, options)


def _tell_rejects(extract: Extract, findings: Findings, options: _Options) -> bool:
    return write_rejected(extract.folder, findings.rejects, options.language)


def _beginning(
    connection: Connection, extract: Extract, options: _Options
) -> tuple[Findings, dict[str, dict[str, Any]]]:
    stored = stored_people(connection)
    cases = frozenset(connection.scalars(select(CASE.c.case_ref)))
    teams = {who: row["team"] for who, row in stored.items()}
    # a file may be touched after the moment this is asked for; what it tells is not from then
    today = day_of(min(options.now, extract.taken_at))
    return Findings(teams, cases, today, options.now), stored


def _check_moment(extract: Extract, last: LastImport | None, now: datetime) -> None:
    taken = extract.taken_at.astimezone(DENMARK).isoformat(" ", "minutes")
    if extract.taken_told and extract.taken_at > now:
        raise BadExport([Mistake("taken-ahead", extract.folder.name, values={"taken": taken})])
    if last is not None and extract.taken_at < last.extracted_at:
        before = last.extracted_at.astimezone(DENMARK).isoformat(" ", "minutes")
        values = {"taken": taken, "last": before}
        raise BadExport([Mistake("older", extract.folder.name, values=values)])


def _check_last(connection: Connection, last: LastImport | None) -> None:
    """Refuse to go on when another import came first while this one was being read."""
    now_last = last_import(connection)
    if (now_last.id if now_last is not None else 0) != (last.id if last is not None else 0):
        raise BadExport([Mistake("other-import", "extract")])


def _first_told(extract: Extract, last: LastImport | None) -> frozenset[tuple[str, str]]:
    """Return the facts whose columns the last extract did not have."""
    if last is None:
        return frozenset()
    first: set[tuple[str, str]] = set()
    for name, source in extract.sources.items():
        before = set(last.columns.get(name, ()))
        for kind, facts in (
            (source.table.kind, source.table.facts),
            ("child", source.table.child_facts),
        ):
            first |= {(kind, fact) for column, fact in facts.items() if column not in before}
    return frozenset(first)


def _compare(connection: Connection, told: Told, options: _Options) -> None:
    """Note all differences. Raises: BadExport when too much of what is stored is gone."""
    _guard_cases(compare.compare_cases(connection, told.on), options.accept_closed)
    for kind, loss in compare.compare_records(connection).items():
        _guard_rows(loss, plural(kind))
    _guard_rows(compare.compare_events(connection), "events")


def _swap(
    connection: Connection,
    told: Told,
    findings: Findings,
    staff: Staff,
    report: Report,
    options: _Options,
) -> None:
    rejected = Counter(reject.source.table.name for reject in findings.rejects)
    # a row that does not say whom it is about may be about anybody
    keep_absent = findings.rows["people"] > len(staff.people) + findings.twice
    people = swap_people(connection, staff.people, keep_absent=keep_absent)
    report.add("people", people, rejected["people"])
    if staff.absences is not None:
        absences = swap_absences(connection, staff.absences, staff.unclear)
        report.add("absences", absences, rejected["absences"])
    report.add("cases", swap.swap_cases(connection, told), rejected["cases"])
    for kind, difference in swap.swap_records(connection, told).items():
        report.add(plural(kind), difference, rejected[plural(kind)])
    report.add("events", swap.swap_events(connection, told), rejected["events"])
    if rejected["history"]:
        report.counts["history"] = FileCounts(rejected=rejected["history"])
    flags = [(ref, reasons(found, options.language)) for ref, found in findings.flags.items()]
    swap.flag_cases(connection, flags, told)
    swap.look_at_touched(connection, told)


def _guard_cases(loss: compare.Loss, accept_closed: bool) -> None:
    values = {"lost": str(loss.gone), "open": str(loss.stored)}
    if loss.gone * A_FIFTH > loss.stored:
        raise BadExport([Mistake("lost-cases", "cases", values=values)])
    values["lost"] = str(loss.closed)
    if loss.closed > FEW_ROWS and loss.closed * A_FIFTH > loss.stored and not accept_closed:
        raise BadExport([Mistake("closed-cases", "cases", values=values)])


def _guard_rows(loss: compare.Loss, file: str) -> None:
    if loss.gone > FEW_ROWS and loss.gone * A_FIFTH > loss.stored:
        values = {"lost": str(loss.gone), "open": str(loss.stored)}
        raise BadExport([Mistake("lost-rows", file, values=values)])


def _record(
    connection: Connection, extract: Extract, findings: Findings, report: Report, options: _Options
) -> int:
    counts = {name: asdict(found) for name, found in report.counts.items()}
    row = _import_row(extract.source, extract.sha256, extract.taken_at, options.now, DONE)
    row |= {"counts": json.dumps(counts), "columns": json.dumps(extract.columns)}
    import_id = record_import(connection, row)
    rejects = [
        {
            "import_id": import_id,
            "file": reject.mistake.sheet or reject.mistake.file,
            "line": reject.mistake.line,
            "column": reject.mistake.column,
            "case_ref": reject.case_ref,
            "ref": reject.ref,
            "code": reject.mistake.code,
        }
        for reject in findings.rejects
    ]
    record_rejects(connection, rejects)
    return import_id


def _import_row(
    source: str, sha256: str, taken_at: datetime, now: datetime, state: str
) -> dict[str, Any]:
    row = {"source": source, "sha256": sha256, "extracted_at": taken_at, "imported_at": now}
    return row | {"state": state, "reason": "", "counts": "{}", "columns": "{}"}


def _refused(
    bad: BadExport, source: str, options: _Options, findings: Findings | None = None
) -> ImportResult:
    reason = bad.message(options.language)
    if not options.dry_run:
        row = _import_row(source, "", options.now, options.now, REFUSED) | {"reason": reason}
        with writing(options.engine) as connection:
            record_refusal(connection, row)
    return ImportResult("refused", refused=reason, rejected=_rejected(findings, options.language))


def _done(
    extract: Extract,
    findings: Findings,
    report: Report,
    import_id: int,
    is_told: bool,
    options: _Options,
) -> ImportResult:
    notices = _notices(extract, findings, report, options)
    if not is_told:
        notices.append(NOTICES["rejected-not-written"][options.language])
    return ImportResult(
        "tried" if options.dry_run else "done",
        report.counts,
        report.sentences(options.language, with_rows=options.with_rows),
        _rejected(findings, options.language),
        "",
        tuple(notices),
        extract.taken_at,
        None if options.dry_run else import_id,
    )


def _rejected(findings: Findings | None, language: str) -> tuple[str, ...]:
    rejects = findings.rejects if findings is not None else []
    return tuple(sentence(reject.mistake, language) for reject in rejects)


def _notices(extract: Extract, findings: Findings, report: Report, options: _Options) -> list[str]:
    language = options.language
    tables = tables_of(options.vocabulary)
    absent = [f"{name}.csv" for name in tables if name not in extract.sources and name != ABOUT]
    notices = []
    if absent:
        notices.append(NOTICES["not-told"][language].format(files=", ".join(absent)))
    for name, source in extract.sources.items():
        missing = [column for column in source.table.columns if column not in source.columns]
        if missing and name not in (ABOUT, "events"):
            words = NOTICES["columns-not-told"][language]
            notices.append(words.format(file=source.file, columns=", ".join(missing)))
    events = report.counts["events"]
    same = findings.rows["events"] - events.rejected - events.new - events.unchanged
    if same:
        notices.append(NOTICES["same-events"][language].format(number=same))
    return notices
