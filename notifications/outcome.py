"""What a mail server's answer means for a mail: the phase decides first, then the code."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple


class Phase(StrEnum):
    """How far the conversation had come."""

    CONNECT = "connect"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"


class Verdict(StrEnum):
    """What becomes of the mail."""

    ACCEPTED = "accepted"
    LINE_DOWN = "line down"
    """The line's fault or ours, not the mail's: it waits without having been tried."""
    RETRY = "retry"
    """A definite no for now: the same bytes later."""
    RETRY_ONCE = "retry once"
    """Its content was turned down: once more later, in case the filter was wrong."""
    REFUSED = "refused"
    """A definite no for good."""
    UNCERTAIN = "uncertain"
    """The answer was lost: it may have arrived."""


class Ending(NamedTuple):
    """How a try ended. `code` is None when no answer came. `text` holds no mail address."""

    verdict: Verdict
    phase: Phase
    code: int | None = None
    enhanced_code: str = ""
    text: str = ""
    queue_id: str = ""


ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
QUEUED_AS = re.compile(
    r"(?:queued (?:as|for)|id=|Ok:?)\s*<?(?!queued)([\w.-]{4,80})", re.IGNORECASE
)
ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")
DIGITS = re.compile(r"\d{6}[ -]?\d{4}")
OUR_MAILBOX = re.compile(r"STOREDRV\.Submission|QuotaExceeded", re.IGNORECASE)
LONGEST_TEXT = 300


def ending(phase: Phase, code: int | None, text: str) -> Ending:
    """Return how a try ended, from the server's answer in a phase."""
    found = ENHANCED.search(text)
    enhanced = found[1] if found else ""
    queued = QUEUED_AS.search(text) if code is not None and 200 <= code < 300 else None
    return Ending(
        judge(phase, code, enhanced, text),
        phase,
        code,
        enhanced,
        scrubbed(text),
        queued[1] if queued else "",
    )


def judge(phase: Phase, code: int | None, enhanced: str, text: str = "") -> Verdict:
    """Return what an answer means.

    A sender that is not allowed, or whose own mailbox is full, is our fault and not the
    recipient's: it would stop every mail alike, so it counts as the line's.
    Source: docs/decisions/0005-outbox.md.

    >>> judge(Phase.RCPT, 550, "5.1.1"), judge(Phase.RCPT, 450, "4.7.1")
    (<Verdict.REFUSED: 'refused'>, <Verdict.RETRY: 'retry'>)
    >>> judge(Phase.DATA, None, ""), judge(Phase.MAIL, None, "")
    (<Verdict.UNCERTAIN: 'uncertain'>, <Verdict.LINE_DOWN: 'line down'>)
    """
    if phase is Phase.DATA:
        return _judge_data(code, enhanced, text)
    if phase not in {Phase.MAIL, Phase.RCPT} or code is None or code == 421:
        return Verdict.LINE_DOWN
    if 400 <= code < 500:
        return Verdict.RETRY
    if phase is Phase.RCPT and 500 <= code < 600 and not _our_fault(code, enhanced, text):
        return Verdict.REFUSED
    return Verdict.LINE_DOWN


def _judge_data(code: int | None, enhanced: str, text: str) -> Verdict:
    if code is None or not 200 <= code < 600 or 300 <= code < 400:
        return Verdict.UNCERTAIN
    if code < 300:
        return Verdict.ACCEPTED
    if code < 500:
        return Verdict.RETRY
    if OUR_MAILBOX.search(text):
        return Verdict.LINE_DOWN
    if code in {550, 554} and enhanced.startswith("5.7."):
        return Verdict.RETRY_ONCE
    return Verdict.REFUSED


def _our_fault(code: int, enhanced: str, text: str) -> bool:
    return code in {530, 534, 535} or OUR_MAILBOX.search(text) is not None


def scrubbed(text: str) -> str:
    """Return a server's words without mail addresses and long numbers, fit for a log.

    >>> scrubbed("550 5.1.1 <mette@kommune.dk>: no such user")
    '550 5.1.1 [address]: no such user'
    >>> scrubbed("4\\x00\\udcff no")
    '4 no'
    """
    # a zero byte, or half a character, is text that no database takes
    printable = "".join(one if one.isprintable() else " " for one in text)
    one_line = " ".join(printable.split())
    return DIGITS.sub("[number]", ADDRESS.sub("[address]", one_line))[:LONGEST_TEXT]
