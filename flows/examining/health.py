"""The pages for machines: does the service live, is it ready, and the metrics.

They say states, counts and kinds of alarm, and nothing of any case or person.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from flows.examining.metrics import metrics_text
from flows.examining.standing import standing
from flows.host_checks import disk_of
from flows.service.watching import Pulse
from flows.settings import Settings
from models.database import reading
from models.rule_sets import sha256_in_force
from models.schema import SchemaState, schema_state

log = logging.getLogger(__name__)

T = TypeVar("T")
WELL, UNWELL = 200, 503
PATIENCE_SECONDS = 2.0
"""How long a question waits for the one before it; then it is told to come again."""


def health_app(
    engine: Engine, settings: Settings, clock: Callable[[], datetime], pulse: Pulse
) -> FastAPI:
    """Return the app with `/healthz`, `/readyz` and `/metrics`.

    `engine` is to be one of its own, so that no question takes a connection from the sender.
    """
    app = FastAPI(title="Fristvagt", docs_url=None, redoc_url=None, openapi_url=None)
    asking = Lock()

    @app.get("/healthz")
    async def healthz() -> JSONResponse:  # not behind those who wait for the database
        return _answer(pulse.is_well, how_it_lives(pulse))

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        missing = _one_at_a_time(asking, lambda: what_is_missing(engine, pulse), ["database"])
        state = "not ready" if missing else "ready"
        return _answer(not missing, {"state": state, "missing": missing})

    @app.get("/metrics")
    def metrics() -> Response:
        text = _one_at_a_time(
            asking, lambda: metrics_text(standing(engine, settings, clock())), None
        )
        if text is None:
            return Response(status_code=UNWELL)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return app


def how_it_lives(pulse: Pulse) -> dict[str, Any]:
    """Return how the service lives, asked of nothing but its memory: it answers in any trouble."""
    state = "well" if pulse.is_well else "stalled"
    if pulse.trouble is not None:
        state = "in trouble"
    elif pulse.stands_by:
        state = "standing by"
    return {
        "state": state,
        "silent_seconds": round(pulse.silent_seconds(), 1),
        "trouble": pulse.trouble.en if pulse.trouble is not None else "",
        "alarms": sorted(set(pulse.alarms)),
    }


def what_is_missing(engine: Engine, pulse: Pulse) -> list[str]:
    """Return what keeps the service from doing its work; nothing when it is ready.

    That the database can be written to is shown by the last tick, which wrote its heartbeat; so
    before the first nothing is known.
    """
    state = schema_state(engine)
    if state is not SchemaState.CURRENT:
        return [f"database {state.value}"]
    with reading(engine) as connection:
        book = sha256_in_force(connection)
    disk = disk_of(engine)
    missing = {
        "first tick": not (pulse.has_ticked or pulse.stands_by),
        "tick": not pulse.is_well,
        "standing by": pulse.stands_by,
        "writing": pulse.trouble is not None,
        "rules": not book,
        "disk": disk is not None and disk.is_full,
    }
    return [name for name, is_missing in missing.items() if is_missing]


def _one_at_a_time(asking: Lock, question: Callable[[], T], without: T) -> T:
    """Return the answer; `without` one when the database has none, or others are still asking."""
    if not asking.acquire(timeout=PATIENCE_SECONDS):
        return without
    try:
        return question()
    except SQLAlchemyError as error:
        log.warning("a page could not ask the database (%s)", type(error).__name__)
        return without
    finally:
        asking.release()


def _answer(is_well: bool, said: dict[str, Any]) -> JSONResponse:
    return JSONResponse(said, WELL if is_well else UNWELL)
