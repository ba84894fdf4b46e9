"""The log: a line an event, for people or for machines, with ids and never with a person in it.

What must not be logged is kept out where a line is written. That no CPR number and no mail address
passes even so, as in the text of an error from elsewhere, is seen to here, at the last moment.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
HIDDEN_NUMBER, HIDDEN_ADDRESS = "[number]", "[address]"

# as wide as can be: a number of another kind that is hidden costs less than a CPR number shown
CPR = re.compile(r"(?<![\w.-])\d{6}[\s.\u00a0\u2010-\u2015-]?\d{4}(?![\w-])")
# what stands before an at sign may be quoted, hold a password, or be in any alphabet
ADDRESS = re.compile(r"(?:\"[^\"\n]*\"|[^\s<>\"'`()\[\],;:=/]+)@[^\s<>\"'`()\[\],;:]+")

FIELDS: ContextVar[dict[str, str]] = ContextVar("log_fields")
"""What every line written now is about: run, slot, message."""

QUIET = ("alembic", "apscheduler", "flows.evaluate", "uvicorn", "httpx", "httpcore")
"""These tell of every tick or question, done or not; the run tells of what was done."""


def start_logging(form: Literal["text", "json"]) -> None:
    """Write the log to the error stream from now on, in one of two forms."""
    to_stderr = logging.StreamHandler(sys.stderr)
    to_stderr.addFilter(_with_fields)
    to_stderr.setFormatter(_scrubbed_json() if form == "json" else ScrubbedText(FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [to_stderr]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def log_fields(**fields: str) -> Iterator[None]:
    """Let every line that is logged inside carry these ids beside those it carries already."""
    before = FIELDS.set(FIELDS.get({}) | fields)
    try:
        yield
    finally:
        FIELDS.reset(before)


def scrubbed(text: str) -> str:
    """Return a text without anything that may be a CPR number or a mail address.

    >>> scrubbed("550 <mette@kommune.example> said 010115-1234")
    '550 <[address]> said [number]'
    >>> scrubbed("message 5f0c1d2e3a4b at 2026-11-23 07:30:00,123")
    'message 5f0c1d2e3a4b at 2026-11-23 07:30:00,123'
    """
    return ADDRESS.sub(HIDDEN_ADDRESS, CPR.sub(HIDDEN_NUMBER, text))


class ScrubbedText(logging.Formatter):
    """Writes for people: the sentence, after it the ids it is about, and a traceback, scrubbed."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and what follows it, as it may be written."""
        return scrubbed(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line without any traceback."""
        line = super().formatMessage(record)
        fields = FIELDS.get({})
        return line + "".join(f" {name}={value}" for name, value in fields.items())


def _scrubbed_json() -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter

    return JsonFormatter(
        "%(levelname)s %(name)s %(message)s",
        rename_fields={"levelname": "level", "name": "logger"},
        timestamp="at",
        json_serializer=_write_scrubbed,
    )


def _write_scrubbed(line: Mapping[str, Any], **_: Any) -> str:
    # value by value: in the finished text a scrubbed escape would be no JSON any more
    return json.dumps({name: scrubbed(str(said)) for name, said in line.items()})


def _with_fields(record: logging.LogRecord) -> bool:
    # in JSON a line's own attributes become its fields
    vars(record).update(FIELDS.get({}))
    return True
