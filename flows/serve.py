"""The service: a clock that asks the tables what is due, and the sender, in one process.

APScheduler only keeps time: one job in memory, every half minute, never two at once, and never
skipped for being late. What is due is asked of the database, so nothing is lost with the process.
Source: docs/decisions/0013-the-service-watches-itself.md.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from socket import socket
from threading import Event, Lock
from traceback import extract_tb

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
    SchedulerEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from flows.clock import monotonic
from flows.clock import now as machine_time
from flows.composing.leaving import GROUP_WAIT_MINUTES
from flows.examining.health import health_app
from flows.extract.new_extract import Watch
from flows.mistakes import UserMistake
from flows.opening import unusable
from flows.run import Share, run
from flows.service.clock_jump import ClockWatch
from flows.service.page_port import served
from flows.service.pings import Caller, Sign, sign_after, sign_before
from flows.service.service_manager import READY, STOPPING, notify
from flows.service.watching import STALL_SECONDS, Pulse, leave_at_once, progress_seen, watchdog
from flows.service.watching_alone import (
    LOOK_AGAIN_SECONDS,
    SERVICE,
    our_name,
    show_watch,
    take_watch,
)
from flows.settings import Settings
from flows.structured_log import log_fields
from models.database import open_database, reading, writing
from models.leases import end_lease
from models.runs import abandon_runs, beat
from models.standing import open_alarms
from rules.dates import day_of, minutes_after

log = logging.getLogger(__name__)

GATHERING = Share(group_wait=GROUP_WAIT_MINUTES)
"""A tick comes soon again, so what cannot wait may wait two minutes for more of its kind."""

TICK_SECONDS = 30
STOP_SECONDS = 25
FAR_AHEAD_MINUTES = 2
HEARTBEAT = SERVICE


@dataclass(slots=True)
class Service:
    """What the ticks of one service have in common."""

    engine: Engine
    settings: Settings
    clock: Callable[[], datetime]
    stop: Event
    pulse: Pulse
    caller: Caller
    watch: Watch = field(default_factory=Watch)
    clock_watch: ClockWatch = field(default_factory=lambda: ClockWatch(monotonic))
    working: Lock = field(default_factory=Lock)
    has_just_taken_over: bool = False

    def stopping(self) -> bool:
        """Say whether to stop. That it is asked, between two pieces of work, is progress."""
        self.pulse.move()
        return self.stop.is_set()


def serve(
    engine: Engine,
    settings: Settings,
    clock: Callable[[], datetime],
    stop: Event,
    *,
    port: socket | None = None,
    tick_seconds: float = TICK_SECONDS,
    stall_seconds: float = STALL_SECONDS,
    leave: Callable[[], None] = leave_at_once,
) -> bool:
    """Watch and send until told to stop; the mail that is being handed over is finished first.

    A tick that fails is told in the log, and the next one tries again. When for `stall_seconds`
    no tick was done, `leave` ends the process. The pages are served on `port`.
    Returns: whether all was finished in time; what was not is taken up again at the next start.
    """
    pulse = Pulse(stall_seconds)
    service = Service(engine, settings, clock, stop, pulse, Caller(settings.ping_url))
    # with connections of its own: a page that asks much takes none from the sender
    asked = open_database(engine.url.render_as_string(hide_password=False))
    with ExitStack() as at_the_end:
        at_the_end.callback(asked.dispose)
        at_the_end.enter_context(served(health_app(asked, settings, clock, pulse), port))
        at_the_end.enter_context(watchdog(pulse, leave))
        at_the_end.enter_context(progress_seen(engine, pulse))
        notify(READY)
        _watch_alone(service, at_the_end)
        finished = _tick_until_stopped(service, tick_seconds)
    log.info("stopped" if finished else "stopped in the middle; taken up again at the next start")
    return finished


def tick(service: Service) -> None:
    """Do what is due now, once, and say that the service lives.

    A trouble that is told and must be mended outside ends the tick, and not the service.
    """
    if service.stop.is_set():
        return
    today = day_of(service.clock()).isoformat()
    with service.working, log_fields(run=uuid.uuid4().hex[:12]):
        try:
            with service.pulse.tick():
                _work(service)
        except UserMistake as trouble:
            _endure(service, trouble, today)
        except SQLAlchemyError as error:
            _endure(service, _database_trouble(error), today)


def _work(service: Service) -> None:
    if service.has_just_taken_over:
        _abandon_runs(service)
    with reading(service.engine) as connection:
        before = sign_before(connection, service.settings, service.clock())
    if before is not None:
        service.caller.tell(*before)
    run(
        service.engine,
        service.settings,
        service.clock,
        watch=service.watch,
        stopping=service.stopping,
        share=GATHERING,
        clock_watch=service.clock_watch,
    )
    with writing(service.engine) as connection:
        beat(connection, HEARTBEAT, service.clock())
        show_watch(connection, service.clock())
        service.pulse.alarms = tuple(alarm.kind for alarm in open_alarms(connection))
        after = sign_after(connection, service.clock(), service.pulse.alarms)
    if after is not None:
        service.caller.tell(*after)


def _abandon_runs(service: Service) -> None:
    with writing(service.engine) as connection:
        gone = abandon_runs(connection, service.clock())
    service.has_just_taken_over = False
    if gone:
        log.warning("%s runs died with the service before this one; they are done again", gone)


def _endure(service: Service, trouble: UserMistake, today: str) -> None:
    is_news = service.pulse.trouble is None or service.pulse.trouble.en != trouble.en
    service.pulse.endure(trouble)
    if is_news:
        log.error("%s", trouble.en)
    service.caller.tell(today, Sign.FAILED)


def _database_trouble(error: SQLAlchemyError) -> UserMistake:
    trouble = unusable(error)
    return UserMistake(
        da=f"{trouble.da} Intet sendes, før den kan bruges igen; der prøves hele tiden.",
        en=f"{trouble.en} Nothing is sent until it can be used again; it is tried all the time.",
    )


def _watch_alone(service: Service, at_the_end: ExitStack) -> None:
    """Wait until no other service watches the same SQLite file; at once on PostgreSQL."""

    def stand_by() -> None:
        service.pulse.stands_by = True
        service.pulse.worked()

    # often enough to be no stalled service itself
    every_seconds = min(LOOK_AGAIN_SECONDS, service.pulse.stall_seconds / 10)
    held = take_watch(service.engine, service.stop, stand_by, every_seconds)
    service.pulse.stands_by = False
    if held is not None:
        at_the_end.callback(held.close)
        service.has_just_taken_over = True


def _tick_until_stopped(service: Service, tick_seconds: float) -> bool:
    scheduler = _scheduler(service)
    ticking = scheduler.add_job(
        tick,
        "interval",
        (service,),
        seconds=tick_seconds,
        next_run_time=machine_time(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    log.info("watching; a tick every %s seconds", tick_seconds)
    while not service.stop.wait(TICK_SECONDS):
        _keep_near(ticking)
    notify(STOPPING)
    scheduler.shutdown(wait=False)
    finished = service.working.acquire(timeout=STOP_SECONDS)
    if finished:
        # without a database it runs out by itself
        with suppress(SQLAlchemyError), writing(service.engine) as connection:
            end_lease(connection, SERVICE, our_name(), service.clock())
    return finished


def _keep_near(ticking: Job) -> None:
    # a machine whose clock was set back would have no tick until it catches up
    if ticking.next_run_time > minutes_after(machine_time(), FAR_AHEAD_MINUTES):
        ticking.modify(next_run_time=machine_time())


def _scheduler(service: Service) -> BackgroundScheduler:
    # in memory: a job store in the database dies silently when the database is away
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(1)}, timezone="Europe/Copenhagen"
    )
    told = EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES
    scheduler.add_listener(_tell, told)
    # its own report of a failure repeats the error's text, and that of a long tick comes again
    # and again
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    return scheduler


def _tell(event: SchedulerEvent) -> None:
    if not isinstance(event, JobExecutionEvent) or event.exception is None:
        log.debug("the tick before is still at work; this one is left out")
        return
    # where and of what kind, no more: an error's own text may hold what must not be logged
    error = event.exception
    place = extract_tb(error.__traceback__)[-1]
    name = type(error).__name__
    log.error("a tick failed (%s in %s:%s); the next one tries again", name, *place[:2])
