"""The same work as Prefect flows, for those who want Prefect's schedule, retries and history.

Parameters are moments and numbers of slices, and only counts are returned: Prefect keeps both in
clear. Nothing else imports this module: `serve` and `run` need no Prefect.
Source: docs/decisions/0002-prefect-and-apscheduler.md, docs/decisions/0014-slices-and-prefect.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flows.environment import keep_prefect_quiet

keep_prefect_quiet()

from prefect import flow, task, unmapped  # noqa: E402, what is set above counts only before this
from prefect.client.schemas.objects import State  # noqa: E402
from sqlalchemy import Engine  # noqa: E402

from flows import clock  # noqa: E402
from flows.commands.moments import read_moment  # noqa: E402
from flows.evaluate import Progress, evaluate_open_cases  # noqa: E402
from flows.mistakes import UserMistake  # noqa: E402
from flows.opening import open_house  # noqa: E402
from flows.prefect_reports import Discreet, came_to  # noqa: E402
from flows.prefect_runners import slice_count, task_runner  # noqa: E402
from flows.prefect_settings import read_whole_settings  # noqa: E402
from flows.run import IMPORT, WHOLE, Ran, Share, run  # noqa: E402
from flows.schedule import DIGEST, EVALUATE, HOUSEKEEPING  # noqa: E402
from flows.settings import Settings, require_mail  # noqa: E402
from flows.slices import Slice, evaluate_slice, evaluate_slice_apart, slices  # noqa: E402
from models.database import reading  # noqa: E402
from rules.book import Book  # noqa: E402

TAKE_IN = frozenset({IMPORT})
DECIDE = frozenset({EVALUATE})
SUM_UP = frozenset({DIGEST})
TIDY = frozenset({HOUSEKEEPING})
SEND = WHOLE.steps - TAKE_IN - DECIDE - SUM_UP - TIDY
"""Delivery, and with it every step that has no flow of its own, so that none is left out."""

RETRIES = 2
"""A slice whose process died, or that met a database in trouble, is tried so often again."""


@flow(name="fristvagt-run")
def run_flow(at: datetime | None = None) -> State[Any]:
    """Do everything that is due, once: what `fristvagt run` does."""
    return _take(WHOLE, at, for_mail=True)


@flow(name="fristvagt-import")
def import_flow(at: datetime | None = None) -> State[Any]:
    """Take in the extract if it is new."""
    return _take(Share(TAKE_IN), at)


@flow(name="fristvagt-evaluate")
def evaluate_flow(at: datetime | None = None, part: int = 1, parts: int = 1) -> State[Any]:
    """Decide the cases that may have changed; `part` of `parts` only, when others do the rest.

    Caseworkers and teams are counted when it does all of them.
    Raises: FailedRun when there is no such part.
    """
    if parts == 1:
        return _take(Share(DECIDE), at)
    with Discreet():
        found = _part(part, parts)
        return came_to(Ran(evaluate_slice(found, _clock(at)()) if found else Counter()))


@flow(name="fristvagt-evaluate-in-slices")
def evaluate_in_slices_flow(at: datetime | None = None) -> State[Any]:
    """Decide the cases that may have changed, in slices that run as tasks of their own."""
    return _take(Share(DECIDE, _decide_in_slices), at)


@flow(name="fristvagt-deliver")
def deliver_flow(at: datetime | None = None) -> State[Any]:
    """Build the mails that are owed and the operator's report, and hand them over."""
    return _take(Share(SEND), at, for_mail=True)


@flow(name="fristvagt-digest")
def digest_flow(at: datetime | None = None) -> State[Any]:
    """Build the week's digests, if nobody has; they leave with the next delivery."""
    return _take(Share(SUM_UP), at, for_mail=True)


@flow(name="fristvagt-housekeeping")
def housekeeping_flow(at: datetime | None = None) -> State[Any]:
    """Remove what need not be kept any longer, once a day."""
    return _take(Share(TIDY), at)


@task(
    name="fristvagt-slice",
    task_run_name="slice {number}",
    retries=RETRIES,
    retry_delay_seconds=1,
    persist_result=False,
)
def slice_task(number: int, slice_: Slice, at: datetime, apart: bool) -> dict[str, int]:
    """Decide one slice; `apart` in a process of its own. Prefect keeps the number only."""
    decide = evaluate_slice_apart if apart else evaluate_slice
    with Discreet():
        return dict(decide(slice_, at))


def _take(share: Share, at: datetime | None, *, for_mail: bool = False) -> State[Any]:
    with Discreet():
        settings = read_whole_settings()
        if for_mail:
            require_mail(settings)
        engine = open_house(settings)
        try:
            return came_to(run(engine, settings, _clock(at), share=share))
        finally:
            engine.dispose()


def _decide_in_slices(
    engine: Engine, book: Book, now: datetime, *, language: str, progress: Progress
) -> Counter[str]:
    settings = read_whole_settings()
    with reading(engine) as connection:
        cut = slices(connection, slice_count(settings), now)
    counts: Counter[str] = Counter()
    if len(cut) > 1:
        counts += _run_tasks(settings, cut, now)
    # what came in meanwhile, which is next to nothing, and then whoever has those cases
    return counts + evaluate_open_cases(engine, book, now, language=language, progress=progress)


def _run_tasks(settings: Settings, cut: list[Slice], now: datetime) -> Counter[str]:
    apart = settings.task_runner == "processes"
    with task_runner(settings) as runner:
        futures = runner.map(
            slice_task,  # type: ignore[arg-type]
            {
                "number": range(1, len(cut) + 1),
                "slice_": cut,
                "at": unmapped(now),
                "apart": unmapped(apart),
            },
        )
        futures.wait()
    done = [future.state for future in futures if future.state.is_completed()]
    if len(done) < len(cut):
        raise _slices_failed(len(cut) - len(done), len(cut))
    return sum((Counter(state.result()) for state in done), Counter())


def _slices_failed(failed: int, number: int) -> UserMistake:
    return UserMistake(
        da=f"{failed} af {number} skiver kunne ikke beregnes; resten er gemt. De tages igen ved "
        "næste kørsel. Workerens log siger hvorfor.",
        en=f"{failed} of {number} slices could not be decided; the rest is stored. They are taken "
        "again by the next run. The worker's log says why.",
    )


def _part(part: int, parts: int) -> Slice | None:
    """Return a numbered slice of all cases; None when there are fewer cases than parts."""
    if not 1 <= part <= parts:
        raise UserMistake(
            da=f"Der er ingen del {part} af {parts}. Skriv et tal fra 1 til {parts}.",
            en=f"There is no part {part} of {parts}. Write a number from 1 to {parts}.",
        )
    engine = open_house(read_whole_settings())
    # of all cases, not of those to be looked at: others are at work on these, and they dwindle
    with reading(engine) as connection:
        cut = slices(connection, parts)
    engine.dispose()
    return cut[part - 1] if part <= len(cut) else None


def _clock(at: datetime | None) -> Callable[[], datetime]:
    if at is None:
        return clock.now
    moment = read_moment(at.isoformat())  # what was typed without an offset is Danish time
    return lambda: moment
