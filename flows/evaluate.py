"""The evaluation of all open cases: only what may have changed is looked at."""

from __future__ import annotations

import gc
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import islice
from multiprocessing import get_context, parent_process
from os import _exit, cpu_count
from threading import Thread

from sqlalchemy import Connection, Engine

from flows.deciding.assess import Assessed, Evaluation, assess, owed_of
from flows.mistakes import no_such_case
from flows.owing.remind import plan_intents
from models.activations import rules_in_shadow
from models.caseloads import load_caseworkers, load_teams
from models.cases import CaseRead, load_cases, set_next_look
from models.database import open_database, reading, writing
from models.deadlines import (
    Differences,
    StoredDeadline,
    differences,
    standing_pairs,
    stored_deadlines,
    write_differences,
)
from models.looking import (
    caseloads_to_look_at,
    cases_to_look_at,
    lock_cases,
    next_looks,
    write_caseloads,
    write_troubles,
)
from models.people import load_staff, staff_when_asked
from models.rule_sets import sha256_in_force
from rules.book import Book
from rules.dates import day_of
from rules.deciding.plan import events_asked

log = logging.getLogger(__name__)

AT_A_TIME = 500
"""Cases to a transaction: few enough to give way to others, many enough to be quick."""

WORTH_SHARING = 8_000
"""From so many cases on, starting other processes pays: one takes as long as 1,500 cases."""

SHARED_AT_A_TIME = 1_000
"""Cases handed to another process at once."""

Progress = Callable[[int], None]


def unseen(done: int) -> None:
    """Tell nobody how far it has come."""


def evaluate_open_cases(
    engine: Engine,
    book: Book,
    now: datetime,
    *,
    everything: bool = False,
    slice_: tuple[str, str] = ("", ""),
    language: str = "da",
    processes: int = 0,
    progress: Progress = unseen,
) -> Counter[str]:
    """Decide every case that may have changed, store what differs, and owe what must be told.

    With `everything` each case is looked at. A slice is (first, beyond the last) by case
    reference. Safe to run again: evaluating twice changes nothing. `processes` is how many work
    at it when there is much to do; 0 is one for each core. `progress` is told how many cases are
    done.
    Returns: how many cases were looked at, how many deadlines were written, and so on.
    Source: docs/decisions/0006-evaluating.md.
    """
    with reading(engine) as connection:
        silent = rules_in_shadow(connection, day_of(now))
        refs = [
            ref
            for ref in cases_to_look_at(connection, None if everything else now)
            if ref >= slice_[0] and (not slice_[1] or ref < slice_[1])
        ]
        # a staff read when asked cannot be handed to other processes; most half minutes nobody is
        staff = load_staff(connection) if refs else staff_when_asked(engine)
        evaluation = Evaluation(book, staff, now, language, everything, silent)
    counts: Counter[str] = Counter(cases=0)
    for counted in _counted(engine, evaluation, refs, processes or cores()):
        counts.update(counted)
        progress(counts["cases"])
    if slice_ == ("", ""):
        counts += evaluate_caseloads(engine, evaluation, everything=everything)
    log.info("evaluated as of %s: %s", now.isoformat(), dict(counts))
    return counts


def evaluate_case(
    engine: Engine, book: Book, case_ref: str, now: datetime, language: str = "da"
) -> Counter[str]:
    """Decide one case, as after an event in it; the staff is only read if somebody must be told.

    Caseworkers and teams are counted by the next evaluation of all.
    Raises: UserMistake when there is no such case.
    """
    with reading(engine) as connection:
        silent = rules_in_shadow(connection, day_of(now))
        if not next_looks(connection, [case_ref]):
            raise no_such_case(case_ref)
    staff = staff_when_asked(engine)
    evaluation = Evaluation(book, staff, now, language, silent=silent)
    return _evaluate_portion(engine, evaluation, [case_ref])


def _portions(refs: Sequence[str], size: int) -> Iterator[list[str]]:
    rest = iter(refs)
    while some := list(islice(rest, size)):
        yield some


def _counted(
    engine: Engine, evaluation: Evaluation, refs: Sequence[str], processes: int
) -> Iterator[Counter[str]]:
    """Give what came of each portion of the cases; large numbers are shared between processes."""
    if processes == 1 or len(refs) < WORTH_SHARING:
        for some in _portions(refs, AT_A_TIME):
            yield _evaluate_portion(engine, evaluation, some)
        return
    url = engine.url.render_as_string(hide_password=False)
    given = (url, evaluation)
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, context, _take_over, given) as pool:
        yield from pool.map(_evaluate_elsewhere, _portions(refs, SHARED_AT_A_TIME))


_here: list[tuple[Engine, Evaluation]] = []
"""What a process that shares the work was given when it began."""


def _take_over(url: str, evaluation: Evaluation) -> None:
    Thread(target=_end_with_parent, daemon=True).start()
    _here.append((open_database(url), evaluation))


def _end_with_parent() -> None:
    # a parent that is killed leaves nobody who would tell its workers to stop
    parent = parent_process()
    assert parent is not None
    parent.join()
    _exit(0)


def _evaluate_elsewhere(refs: Sequence[str]) -> Counter[str]:
    """Decide some cases in a process of its own."""
    counts: Counter[str] = Counter()
    for some in _portions(refs, AT_A_TIME):
        counts.update(_evaluate_portion(*_here[-1], some))
    return counts


def cores() -> int:
    """Return how many processes can work at once on this machine."""
    return cpu_count() or 1


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    # a portion makes a million small values and no cycles: looking for cycles costs a fifth of it
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _evaluate_portion(engine: Engine, evaluation: Evaluation, refs: Sequence[str]) -> Counter[str]:
    """Decide some cases outside any transaction, then write in one what is still true.

    A case that an import changed in the meantime is left: it is to be looked at again anyway.
    """
    with _without_garbage_collection():
        return _read_decide_write(engine, evaluation, refs)


def _read_decide_write(engine: Engine, evaluation: Evaluation, refs: Sequence[str]) -> Counter[str]:
    with reading(engine) as connection:
        looks = next_looks(connection, refs)
        book, asked = evaluation.book, events_asked(evaluation.book)
        cases = list(load_cases(connection, book.vocabulary, refs=refs, events=asked))
        stored = stored_deadlines(connection, refs)
    assessed = []
    for read in cases:
        ref = read.case.ref
        only_time = looks[ref].settled and not evaluation.everything
        standing = standing_pairs(stored[ref], evaluation.now) if only_time else {}
        # where only time has passed, what is decided anew has mostly come to a step to tell of
        assessed.append(assess(evaluation, read, standing=standing, steps=only_time))
    found = {one.case.ref: _differences(one, stored) for one in assessed}
    with writing(engine) as connection:
        unchanged = lock_cases(connection, refs)
        if sha256_in_force(connection) not in ("", evaluation.book.sha256):
            return Counter()  # another book is in force by now, and decides every case anew
        still = [one for one in assessed if unchanged.get(one.case.ref) == looks[one.case.ref]]
        write_differences(connection, [found[one.case.ref] for one in still], evaluation.now)
        return _write(connection, evaluation, still, found, set_next_look)


def _differences(one: Assessed, stored: Mapping[str, list[StoredDeadline]]) -> Differences:
    return differences(stored[one.case.ref], one.deadlines, one.prints, one.standing)


def _write(
    connection: Connection,
    evaluation: Evaluation,
    assessed: Sequence[Assessed],
    found: Mapping[str, Differences],
    set_looks: Callable[[Connection, Mapping[str, datetime | None]], None],
) -> Counter[str]:
    """Write what follows from the deadlines: when to look again, what failed, what is owed."""
    now, refs = evaluation.now, [one.case.ref for one in assessed]
    set_looks(connection, {one.case.ref: one.next_look_at for one in assessed})
    troubles = [t for one in assessed for t in one.troubles if t.rule not in evaluation.silent]
    write_troubles(connection, refs, troubles, now)
    owed_now = [debt for one in assessed for debt in owed_of(evaluation, one)]
    standing = {row.text_key for one in assessed for row in one.standing.values()}
    counts = plan_intents(
        connection, refs, owed_now, evaluation.staff, now, evaluation.language, standing
    )
    counts["cases"] += len(assessed)
    counts["could not be assessed"] += len({trouble.case_ref for trouble in troubles})
    for ref in refs:
        counts["written"] += len(found[ref].written)
        counts["removed"] += len(found[ref].removed)
        counts["corrected"] += len(found[ref].corrected)
    return counts


def evaluate_caseloads(
    engine: Engine, evaluation: Evaluation, *, everything: bool = False
) -> Counter[str]:
    """Decide the rules for caseworkers and teams whose cases, or whose time, call for it."""
    counts: Counter[str] = Counter()
    for kind in caseload_kinds(evaluation.book):
        with reading(engine) as connection:
            by = None if everything else evaluation.now
            prints = caseloads_to_look_at(connection, kind, by)
        for refs in _portions(sorted(prints), AT_A_TIME):
            counts += _evaluate_loads(engine, evaluation, kind, refs, prints)
    return counts


def caseload_kinds(book: Book) -> list[str]:
    """Return which of caseworkers and teams the book has rules about."""
    kinds = {rule.record for rule in book.rules.values()}
    return sorted(kinds & {"caseworker", "team"})


def load_loads(
    connection: Connection, evaluation: Evaluation, kind: str, refs: Sequence[str] | None
) -> list[CaseRead]:
    """Return caseworkers or teams as cases, with whose they are; all of them for None."""
    vocabulary, staff = evaluation.book.vocabulary, evaluation.staff
    if kind == "team":
        teams = load_teams(connection, vocabulary, teams=refs)
        return [CaseRead(load, "", load.ref, "") for load in teams]
    found = []
    for load in load_caseworkers(connection, vocabulary, people=refs):
        person = staff.person(load.ref)
        found.append(CaseRead(load, load.ref, person.team if person is not None else "", ""))
    return found


def _evaluate_loads(
    engine: Engine,
    evaluation: Evaluation,
    kind: str,
    refs: Sequence[str],
    prints: Mapping[str, str],
) -> Counter[str]:
    with writing(engine) as connection:
        loads = load_loads(connection, evaluation, kind, refs)
        assessed = [assess(evaluation, read, kind) for read in loads]
        stored = stored_deadlines(connection, refs)
        found = {one.case.ref: _differences(one, stored) for one in assessed}
        write_differences(connection, list(found.values()), evaluation.now)
        write = partial(_write_looks, kind, prints)
        counts = _write(connection, evaluation, assessed, found, write)
        counts[f"{kind}s"] = counts.pop("cases")
        return counts


def _write_looks(
    kind: str,
    prints: Mapping[str, str],
    connection: Connection,
    looks: Mapping[str, datetime | None],
) -> None:
    write_caseloads(connection, kind, prints, looks)
