"""The service: a clock that asks the tables what is due, and the sender, in one process.

APScheduler only keeps time: one job in memory, every half minute, never two at once, and never
skipped for being late. What is due is asked of the database, so nothing is lost with the process.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock
from traceback import extract_tb

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from flows.clock import now as machine_time
from flows.mistakes import UserMistake
from flows.new_extract import Watch
from flows.run import run
from flows.settings import Settings
from models.database import writing
from models.runs import beat
from rules.dates import minutes_after

log = logging.getLogger(__name__)

TICK_SECONDS = 30
STOP_SECONDS = 25
FAR_AHEAD_MINUTES = 2
HEARTBEAT = "serve"


def serve(
    engine: Engine,
    settings: Settings,
    clock: Callable[[], datetime],
    stop: Event,
    *,
    tick_seconds: float = TICK_SECONDS,
) -> bool:
    """Watch and send until told to stop; the mail that is being handed over is finished first.

    A tick that fails is told in the log, and the next one tries again.
    Returns: whether all was finished in time; what was not is taken up again at the next start.
    """
    working, watch = Lock(), Watch()

    def tick() -> None:
        with working:
            if stop.is_set():
                return
            run(engine, settings, clock, watch=watch, stopping=stop.is_set)
            with writing(engine) as connection:
                beat(connection, HEARTBEAT, clock())

    scheduler = _scheduler()
    ticking = scheduler.add_job(
        tick,
        "interval",
        seconds=tick_seconds,
        next_run_time=machine_time(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    log.info("watching; a tick every %s seconds", tick_seconds)
    while not stop.wait(TICK_SECONDS):
        # a machine whose clock was set back would have no tick until it catches up
        if ticking.next_run_time > minutes_after(machine_time(), FAR_AHEAD_MINUTES):
            ticking.modify(next_run_time=machine_time())
    scheduler.shutdown(wait=False)
    finished = working.acquire(timeout=STOP_SECONDS)
    log.info("stopped" if finished else "stopped in the middle; taken up again at the next start")
    return finished


def log_to_stderr() -> None:
    """Write the log to the error stream, a line an event: what was done, in numbers."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.INFO)
    # these tell of every tick, done or not; the run tells of what was done
    for name in ("apscheduler", "flows.evaluate"):
        logging.getLogger(name).setLevel(logging.WARNING)


def stop_on_signals() -> Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _scheduler() -> BackgroundScheduler:
    # in memory: a job store in the database dies silently when the database is away
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(1)}, timezone="Europe/Copenhagen"
    )
    scheduler.add_listener(_tell, EVENT_JOB_ERROR)
    # its own report of a failure repeats the error's text
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
    return scheduler


def _tell(event: JobExecutionEvent) -> None:
    error = event.exception
    if isinstance(error, UserMistake):
        log.error("%s", error.en)
        return
    # where and of what kind, no more: an error's own text may hold what must not be logged
    place = extract_tb(error.__traceback__)[-1]
    name = type(error).__name__
    log.error("a tick failed (%s in %s:%s); the next one tries again", name, *place[:2])
