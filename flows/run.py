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

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.digest import send_digests
from flows.evaluate import Progress, evaluate_open_cases
from flows.examining.alarms import send_report, watch_alarms
from flows.extract.new_extract import HANGS_SECONDS, Watch, take_new_extract
from flows.housekeeping import keep_house
from flows.mistakes import UserMistake
from flows.owing.flapping import plan_flapping
from flows.owing.moved_recipients import look_where_recipients_moved
from flows.owing.not_assessed import plan_not_assessed
from flows.owing.outage import note_outage, outage_notice
from flows.owing.storm_brake import storm_notice
from flows.rule_book.rule_folder import BookInForce, book_in_force
from flows.run_troubles import CLOCK_BEHIND, EXTRACT_HANGS, NO_HOLIDAYS
from flows.schedule import DIGEST, EVALUATE, HOUSEKEEPING, MAILS, REPORT, DueSlot, slots_to_run
from flows.sending.bounces import look_for_bounces
from flows.sending.reconcile import reconcile
from flows.service.clock_jump import ClockWatch, jump_notice
from flows.settings import Settings
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
    """What a run came to: counts by what was done, and what the operator must know."""

    counts: Counter[str] = field(default_factory=Counter)
    notices: list[UserMistake] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What all steps of a run have in common; it decides as of one moment, `now`.

    `alarmed` are the kinds of what was bad when it began.
    """

    engine: Engine
    settings: Settings
    clock: Callable[[], datetime]
    now: datetime
    watch: Watch
    stopping: Stopping
    share: Share
    alarmed: frozenset[str]
    ran: Ran = field(default_factory=Ran)

    def stop_if_asked(self, _done: int = 0) -> None:
        """Leave the planning in the middle when somebody asks."""
        if self.stopping():
            raise _Stopped


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
    turn = _Turn(
        engine, settings, clock, clock(), watch or Watch(), stopping, share, _alarmed(engine)
    )
    try:
        if share.steps != {DELIVER} and _may_plan(turn, clock_watch):
            with suppress(_Stopped):
                _plan(turn)
    finally:
        # whatever it is that cannot be planned holds up no mail that is built already
        if DELIVER in share.steps and not stopping():
            _send(turn)
    if watch is None and turn.watch.reading is not None:
        _with_the_extract(turn)
    if done := +turn.ran.counts:
        log.info("run as of %s: %s", turn.now.isoformat(), dict(done))
    return turn.ran


def _with_the_extract(turn: _Turn) -> None:
    """Wait for an extract that is still being read, and do what follows from it."""
    turn.watch.patience_seconds = HANGS_SECONDS
    again = run(
        turn.engine,
        turn.settings,
        turn.clock,
        watch=turn.watch,
        stopping=turn.stopping,
        share=turn.share,
    )
    turn.ran.counts += again.counts
    turn.ran.notices += [notice for notice in again.notices if notice not in turn.ran.notices]


def _send(turn: _Turn) -> None:
    """Tell the operator of alarms, send all that may leave, and count the outbox."""
    ran = turn.ran
    ran.counts += watch_alarms(turn.engine, turn.settings, turn.clock(), ran.notices.append)
    _deliver(turn)
    if _look_for_bounces(turn):
        _deliver(turn)
    if (trouble := reconcile(turn.engine, turn.settings, turn.clock())) is not None:
        ran.notices.append(trouble)


def _deliver(turn: _Turn) -> None:
    delivery = deliver(turn.engine, turn.settings, turn.clock, stopping=turn.stopping)
    turn.ran.counts += delivery.counts
    if delivery.fault is not None:
        turn.ran.notices.append(delivery.fault)


def _look_for_bounces(turn: _Turn) -> bool:
    """Read the bounce box, and say whether something came back that others must be told of.

    After the delivery: no reminder waits for a slow mailbox.
    """
    looked = look_for_bounces(turn.engine, turn.settings, turn.clock())
    turn.ran.counts += looked.counts
    if looked.fault is not None:
        turn.ran.notices.append(looked.fault)
    return looked.counts[BOUNCED] > 0


def _plan(turn: _Turn) -> None:
    """Take the steps before sending: each that is asked for, in its slot where it has one."""
    in_force = _rules(turn)
    steps, counts = turn.share.steps, turn.ran.counts
    if IMPORT in steps:
        _take_in(turn, in_force)
        _look_at_holidays(turn)
    due = slots_to_run(turn.engine, turn.now, turn.settings)
    if EVALUATE in steps:
        with _slot(turn, due.get(EVALUATE), in_force) as ours:
            _decide(turn, in_force.book, anew=ours)
    turn.stop_if_asked()
    if MAILS in steps:
        with _slot(turn, due.get(MAILS), in_force):
            _build(turn)
    once_a_slot: dict[str, Callable[[], Counter[str]]] = {
        DIGEST: lambda: send_digests(turn.engine, in_force.book, turn.settings, turn.now),
        HOUSEKEEPING: lambda: keep_house(turn.engine, turn.settings, turn.now, turn.stopping),
        REPORT: lambda: send_report(turn.engine, turn.settings, turn.now),
    }
    for step, take in once_a_slot.items():
        if step in steps:
            with _slot(turn, due.get(step), in_force) as ours:
                if ours:
                    counts += take()


def _decide(turn: _Turn, book: Book, *, anew: bool) -> None:
    """Decide what may have changed; once a day, and after an extract, also who is told of it."""
    engine, now, counts = turn.engine, turn.now, turn.ran.counts
    staff = staff_when_asked(engine)
    with writing(engine) as connection:
        end_mutes_that_are_over(connection, day_of(now), now)
        if anew or counts["rows taken in"]:
            look_where_recipients_moved(connection, staff, now)
    counts += turn.share.deciding(
        engine, book, now, language=turn.settings.language, progress=turn.stop_if_asked
    )
    with writing(engine) as connection:
        counts += plan_not_assessed(connection, staff, now)
        counts += plan_flapping(connection, staff, book, now)
        settle_confirmed(connection, now)


def _build(turn: _Turn) -> None:
    """Build the mails that may be built now, and tell of an outage and of a storm."""
    with writing(turn.engine) as connection:
        outage = note_outage(connection, turn.settings, turn.now)
    _alarm(turn, "outage", outage_notice(outage))
    turn.ran.counts += build_messages(
        turn.engine, turn.settings, turn.now, group_wait=turn.share.group_wait
    )
    with reading(turn.engine) as connection:
        storm = storm_notice(connection, turn.now)
    _alarm(turn, "storm", storm)


@contextmanager
def _slot(turn: _Turn, due: DueSlot | None, in_force: BookInForce) -> Iterator[bool]:
    """Record the run of a slot, and say whether it is due and nobody else's."""
    if due is None or not _begin(turn, due):
        yield False
        return
    before, state = turn.ran.counts.copy(), "failed"
    try:
        with log_fields(slot=" ".join(due.slot)):
            yield True
        state = "done"
    except _Stopped:
        state = ABANDONED  # not failed: the next start takes it up at once
        raise
    finally:
        with writing(turn.engine) as connection:
            counts = turn.ran.counts - before
            sha256 = in_force.book.sha256
            end_run(connection, due.slot, turn.now, state=state, counts=counts, rule_set=sha256)


def _begin(turn: _Turn, due: DueSlot) -> bool:
    gone = minutes_after(turn.now, -GONE_MINUTES)
    with writing(turn.engine) as connection:
        return begin_run(connection, due.slot, turn.now, gone_before=gone, late=due.late)


def _rules(turn: _Turn) -> BookInForce:
    in_force = book_in_force(turn.engine, turn.settings.rules, turn.now)
    _alarm(turn, "rule_files", in_force.trouble)
    if in_force.is_new:
        log.info("rule book %s is in force", in_force.book.sha256[:12])
    return in_force


def _take_in(turn: _Turn, in_force: BookInForce) -> None:
    watch, vocabulary = turn.watch, in_force.book.vocabulary
    result = take_new_extract(
        turn.engine, turn.settings, vocabulary, turn.now, watch, turn.stopping
    )
    if watch.hangs or watch.told or result is not None:
        watch.told = watch.hangs
        _alarm(turn, "extract folder", EXTRACT_HANGS if watch.told else None)
    if result is None:
        return
    refused = UserMistake(da=result.refused, en=result.refused) if result.refused else None
    _alarm(turn, "extract", refused)
    turn.ran.counts["rows refused"] += len(result.rejected)
    for counts in result.counts.values():
        turn.ran.counts["rows taken in"] += counts.new + counts.changed


def _may_plan(turn: _Turn, clock_watch: ClockWatch | None) -> bool:
    return _clock_stood_still(turn, clock_watch) and _clock_is_right(turn)


def _clock_stood_still(turn: _Turn, clock_watch: ClockWatch | None) -> bool:
    """Say whether nobody moved the clock since the last run; else this run plans nothing."""
    minutes = clock_watch.jumped(turn.now) if clock_watch is not None else 0
    notice = None
    if minutes:
        with reading(turn.engine) as connection:
            notice = jump_notice(connection, turn.now, minutes)
    _alarm(turn, "clock moved", notice)
    return not minutes


def _clock_is_right(turn: _Turn) -> bool:
    with reading(turn.engine) as connection:
        newest = newest_run_at(connection)
    behind = newest is not None and turn.now < minutes_after(newest, -CLOCK_BEHIND_MINUTES)
    _alarm(turn, "clock", CLOCK_BEHIND if behind else None)
    return not behind


def _look_at_holidays(turn: _Turn) -> None:
    known = danish_holidays(day_of(turn.now).year + 1)
    _alarm(turn, "holidays", None if known else NO_HOLIDAYS)


def _alarmed(engine: Engine) -> frozenset[str]:
    with reading(engine) as connection:
        return frozenset(alarm.kind for alarm in open_alarms(connection))


def _alarm(turn: _Turn, kind: str, trouble: UserMistake | None) -> None:
    """Tell this run's reader what is wrong, and the log once until it is well again."""
    if trouble is None and kind not in turn.alarmed:
        return
    with writing(turn.engine) as connection:
        if trouble is None:
            clear_alarm(connection, kind, "", turn.now)
            return
        is_news = raise_alarm(connection, kind, "", turn.now, trouble.en, trouble.da)
    turn.ran.notices.append(trouble)
    if is_news:
        log.warning("%s", trouble.en)
