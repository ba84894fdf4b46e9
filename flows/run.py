"""One run of everything that is due: what `serve` does every half minute and cron may call.

Each step has transactions of its own and asks the tables what is left to do, so that a run that
is repeated, interrupted or overtaken by another changes nothing twice and loses nothing.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy import Engine

from flows.alarms import send_report, watch_alarms
from flows.bounces import look_for_bounces
from flows.clock_jump import ClockWatch, jump_notice
from flows.compose import build_messages
from flows.deliver import deliver
from flows.digest import send_digests
from flows.evaluate import Progress, evaluate_open_cases
from flows.flapping import plan_flapping
from flows.housekeeping import keep_house
from flows.mistakes import UserMistake
from flows.moved_recipients import look_where_recipients_moved
from flows.new_extract import HANGS_SECONDS, Watch, take_new_extract
from flows.not_assessed import plan_not_assessed
from flows.outage import note_outage, outage_notice
from flows.reconcile import reconcile
from flows.rule_folder import BookInForce, book_in_force
from flows.run_troubles import CLOCK_BEHIND, EXTRACT_HANGS, NO_HOLIDAYS
from flows.schedule import DIGEST, EVALUATE, HOUSEKEEPING, MAILS, REPORT, DueSlot, slots_to_run
from flows.settings import Settings
from flows.storm_brake import storm_notice
from flows.structured_log import log_fields
from models.bounces import BOUNCED
from models.database import reading, writing
from models.flaps import settle_confirmed
from models.mutes import end_mutes_that_are_over
from models.people import staff_when_asked
from models.runs import (
    ABANDONED,
    begin_run,
    clear_alarm,
    end_run,
    newest_run_at,
    raise_alarm,
)
from models.standing import open_alarms
from rules.book import Book
from rules.dates import danish_holidays, day_of, minutes_after

log = logging.getLogger(__name__)

GONE_MINUTES = 10
"""A run that began so long ago and has not ended is taken to have died with its process."""

CLOCK_BEHIND_MINUTES = 5
"""A clock so far behind the newest run is wrong: by it nothing would be due, which is silence."""

Stopping = Callable[[], bool]


def never() -> bool:
    """Say that nobody has asked to stop."""
    return False


class Deciding(Protocol):
    """Decides the cases that may have changed, as flows.evaluate does; Prefect shares them out."""

    def __call__(
        self, engine: Engine, book: Book, now: datetime, *, language: str, progress: Progress
    ) -> Counter[str]:
        """Return what was counted."""


IMPORT, DELIVER = "import", "deliver"


class Share(NamedTuple):
    """Which steps a run takes, and what decides the cases. All of them in one run is the rule.

    `group_wait`: for so many minutes what cannot wait is kept for more of its kind. Only for who
    runs again that soon.
    """

    steps: frozenset[str] = frozenset(
        {IMPORT, EVALUATE, MAILS, DIGEST, HOUSEKEEPING, REPORT, DELIVER}
    )
    deciding: Deciding = evaluate_open_cases
    group_wait: int = 0


WHOLE = Share()


class _Stopped(Exception):
    """Somebody asked to stop in the middle; what is done is stored, the rest is done next time."""


@dataclass(slots=True)
class Ran:
    """What a run came to: counts by what was done, and what the operator must know.

    `alarmed` are the kinds of what was bad when it began.
    """

    counts: Counter[str] = field(default_factory=Counter)
    notices: list[UserMistake] = field(default_factory=list)
    alarmed: set[str] = field(default_factory=set)


def run(
    engine: Engine,
    settings: Settings,
    clock: Callable[[], datetime],
    *,
    watch: Watch | None = None,
    stopping: Stopping = never,
    share: Share = WHOLE,
    clock_watch: ClockWatch | None = None,
) -> Ran:
    """Take in a new extract, decide, queue and deliver what is due now, and say what came of it.

    `watch` remembers between runs what the extract's folder looked like, and `clock_watch` what
    the clock showed. Without a watch nobody comes back to an extract that takes long to read: it
    is waited for at the end, when what could leave without it has left.
    What keeps it from deciding is raised when the mails that are built have left.
    Raises: UserMistake when there is no rule book, not even a former one.
    """
    ran, now = Ran(alarmed=_alarmed(engine)), clock()
    kept = watch or Watch()
    try:
        if share.steps != {DELIVER} and _may_plan(engine, ran, now, clock_watch):
            with suppress(_Stopped):
                _plan(engine, settings, ran, now, kept, stopping, share)
    finally:
        # whatever it is that cannot be planned holds up no mail that is built already
        if DELIVER in share.steps and not stopping():
            _send(engine, settings, ran, clock, stopping)
    if watch is None and kept.reading is not None:
        _with_the_extract(engine, settings, ran, clock, kept, stopping, share)
    if done := +ran.counts:
        log.info("run as of %s: %s", now.isoformat(), dict(done))
    return ran


def _with_the_extract(
    engine: Engine,
    settings: Settings,
    ran: Ran,
    clock: Callable[[], datetime],
    watch: Watch,
    stopping: Stopping,
    share: Share,
) -> None:
    """Wait for an extract that is still being read, and do what follows from it."""
    watch.patience_seconds = HANGS_SECONDS
    again = run(engine, settings, clock, watch=watch, stopping=stopping, share=share)
    ran.counts += again.counts
    ran.notices += [notice for notice in again.notices if notice not in ran.notices]


def _send(
    engine: Engine,
    settings: Settings,
    ran: Ran,
    clock: Callable[[], datetime],
    stopping: Stopping,
) -> None:
    """Tell the operator of alarms, send all that may leave, and count the outbox."""
    ran.counts += watch_alarms(engine, settings, clock(), ran.notices.append)
    _deliver(engine, settings, ran, clock, stopping)
    if _look_for_bounces(engine, settings, ran, clock()):
        _deliver(engine, settings, ran, clock, stopping)
    if (trouble := reconcile(engine, settings, clock())) is not None:
        ran.notices.append(trouble)


def _deliver(
    engine: Engine,
    settings: Settings,
    ran: Ran,
    clock: Callable[[], datetime],
    stopping: Stopping,
) -> None:
    delivery = deliver(engine, settings, clock, stopping=stopping)
    ran.counts += delivery.counts
    if delivery.fault is not None:
        ran.notices.append(delivery.fault)


def _look_for_bounces(engine: Engine, settings: Settings, ran: Ran, now: datetime) -> bool:
    """Read the bounce box, and say whether something came back that others must be told of.

    After the delivery: no reminder waits for a slow mailbox.
    """
    looked = look_for_bounces(engine, settings, now)
    ran.counts += looked.counts
    if looked.fault is not None:
        ran.notices.append(looked.fault)
    return looked.counts[BOUNCED] > 0


def _plan(
    engine: Engine,
    settings: Settings,
    ran: Ran,
    now: datetime,
    watch: Watch,
    stopping: Stopping,
    share: Share,
) -> None:
    in_force = _rules(engine, settings, ran, now)
    if IMPORT in share.steps:
        _take_in(engine, settings, in_force, ran, now, watch, stopping)
        _look_at_holidays(engine, ran, now)
    due = slots_to_run(engine, now, settings)
    if EVALUATE in share.steps:
        with _slot(engine, due.get(EVALUATE), in_force, ran, now) as ours:
            _decide(engine, settings, in_force.book, ran, now, stopping, share, anew=ours)
    _stop_if(stopping)(0)
    if MAILS in share.steps:
        with _slot(engine, due.get(MAILS), in_force, ran, now):
            with writing(engine) as connection:
                outage = note_outage(connection, settings, now)
            _alarm(engine, ran, now, "outage", outage_notice(outage))
            ran.counts += build_messages(engine, settings, now, group_wait=share.group_wait)
            with reading(engine) as connection:
                storm = storm_notice(connection, now)
            _alarm(engine, ran, now, "storm", storm)
    if DIGEST in share.steps:
        with _slot(engine, due.get(DIGEST), in_force, ran, now) as ours:
            if ours:
                ran.counts += send_digests(engine, in_force.book, settings, now)
    if HOUSEKEEPING in share.steps:
        with _slot(engine, due.get(HOUSEKEEPING), in_force, ran, now) as ours:
            if ours:
                ran.counts += keep_house(engine, settings, now, stopping)
    if REPORT in share.steps:
        with _slot(engine, due.get(REPORT), in_force, ran, now) as ours:
            if ours:
                ran.counts += send_report(engine, settings, now)


def _decide(
    engine: Engine,
    settings: Settings,
    book: Book,
    ran: Ran,
    now: datetime,
    stopping: Stopping,
    share: Share,
    *,
    anew: bool,
) -> None:
    """Decide what may have changed; once a day, and after an extract, also who is told of it."""
    staff = staff_when_asked(engine)
    with writing(engine) as connection:
        end_mutes_that_are_over(connection, day_of(now), now)
        if anew or ran.counts["rows taken in"]:
            look_where_recipients_moved(connection, staff, now)
    ran.counts += share.deciding(
        engine, book, now, language=settings.language, progress=_stop_if(stopping)
    )
    with writing(engine) as connection:
        ran.counts += plan_not_assessed(connection, staff, now)
        ran.counts += plan_flapping(connection, staff, book, now)
        settle_confirmed(connection, now)


def _stop_if(stopping: Stopping) -> Callable[[int], None]:
    def look_up(_done: int) -> None:
        if stopping():
            raise _Stopped

    return look_up


@contextmanager
def _slot(
    engine: Engine, due: DueSlot | None, in_force: BookInForce, ran: Ran, now: datetime
) -> Iterator[bool]:
    """Record the run of a slot, and say whether it is due and nobody else's."""
    gone = minutes_after(now, -GONE_MINUTES)
    ours = False
    if due is not None:
        with writing(engine) as connection:
            ours = begin_run(connection, due.slot, now, gone_before=gone, late=due.late)
    before, state = ran.counts.copy(), "failed"
    about = {"slot": " ".join(due.slot)} if ours and due is not None else {}
    try:
        with log_fields(**about):
            yield ours
        state = "done"
    except _Stopped:
        state = ABANDONED  # not failed: the next start takes it up at once
        raise
    finally:
        if ours and due is not None:
            with writing(engine) as connection:
                counts = ran.counts - before
                sha256 = in_force.book.sha256
                end_run(connection, due.slot, now, state=state, counts=counts, rule_set=sha256)


def _rules(engine: Engine, settings: Settings, ran: Ran, now: datetime) -> BookInForce:
    in_force = book_in_force(engine, settings.rules, now)
    _alarm(engine, ran, now, "rule_files", in_force.trouble)
    if in_force.is_new:
        log.info("rule book %s is in force", in_force.book.sha256[:12])
    return in_force


def _take_in(
    engine: Engine,
    settings: Settings,
    in_force: BookInForce,
    ran: Ran,
    now: datetime,
    watch: Watch,
    stopping: Stopping,
) -> None:
    result = take_new_extract(engine, settings, in_force.book.vocabulary, now, watch, stopping)
    if watch.hangs or watch.told or result is not None:
        watch.told = watch.hangs
        _alarm(engine, ran, now, "extract folder", EXTRACT_HANGS if watch.told else None)
    if result is None:
        return
    refused = UserMistake(da=result.refused, en=result.refused) if result.refused else None
    _alarm(engine, ran, now, "extract", refused)
    ran.counts["rows refused"] += len(result.rejected)
    for counts in result.counts.values():
        ran.counts["rows taken in"] += counts.new + counts.changed


def _may_plan(engine: Engine, ran: Ran, now: datetime, clock_watch: ClockWatch | None) -> bool:
    return _clock_stood_still(engine, ran, now, clock_watch) and _clock_is_right(engine, ran, now)


def _clock_stood_still(
    engine: Engine, ran: Ran, now: datetime, clock_watch: ClockWatch | None
) -> bool:
    """Say whether nobody moved the clock since the last run; else this run plans nothing."""
    minutes = clock_watch.jumped(now) if clock_watch is not None else 0
    notice = None
    if minutes:
        with reading(engine) as connection:
            notice = jump_notice(connection, now, minutes)
    _alarm(engine, ran, now, "clock moved", notice)
    return not minutes


def _clock_is_right(engine: Engine, ran: Ran, now: datetime) -> bool:
    with reading(engine) as connection:
        newest = newest_run_at(connection)
    behind = newest is not None and now < minutes_after(newest, -CLOCK_BEHIND_MINUTES)
    _alarm(engine, ran, now, "clock", CLOCK_BEHIND if behind else None)
    return not behind


def _look_at_holidays(engine: Engine, ran: Ran, now: datetime) -> None:
    known = danish_holidays(day_of(now).year + 1)
    _alarm(engine, ran, now, "holidays", None if known else NO_HOLIDAYS)


def _alarmed(engine: Engine) -> set[str]:
    with reading(engine) as connection:
        return {alarm.kind for alarm in open_alarms(connection)}


def _alarm(engine: Engine, ran: Ran, now: datetime, kind: str, trouble: UserMistake | None) -> None:
    """Tell this run's reader what is wrong, and the log once until it is well again."""
    if trouble is None and kind not in ran.alarmed:
        return
    with writing(engine) as connection:
        if trouble is None:
            clear_alarm(connection, kind, "", now)
            return
        is_news = raise_alarm(connection, kind, "", now, trouble.en, trouble.da)
    ran.notices.append(trouble)
    if is_news:
        log.warning("%s", trouble.en)
