"""What a mail server's answer means for a mail: the phase decides first, then the code.

The table below is the policy; docs/decisions/0009-the-line.md gives its reasons.
"""

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
    """The line's fault, not the mail's: it waits without having been tried, and all with it."""
    NOT_ENCRYPTED = "not encrypted"
    """The line cannot be made private: as above, and nothing leaves in clear."""
    NOT_LET_IN = "not let in"
    """The server wants another user name or password: as above."""
    SENDER_REFUSED = "sender refused"
    """The server does not take mails from us, or our own mailbox is full: as above."""
    THROTTLED = "throttled"
    """We are too fast: all mails rest a minute, and leave more slowly after that."""
    RETRY = "retry"
    """A definite no for now: the same bytes later."""
    MAILBOX_FULL = "mailbox full"
    """The recipient's mailbox is full: later, for a day; somebody else is told before that."""
    CONTENT_REFUSED = "content refused"
    """Its content was turned down: once more later, in case the filter was wrong."""
    TURNED_AWAY = "turned away"
    """This recipient is not served for us: for good. When it happens to several, it is the line."""
    TOO_BIG = "too big"
    """More than the server takes: the same reminders in a smaller mail."""
    REFUSED = "refused"
    """A definite no for good."""
    UNCERTAIN = "uncertain"
    """The answer was lost: it may have arrived."""


LINE_FAULTS = frozenset(
    {Verdict.LINE_DOWN, Verdict.NOT_ENCRYPTED, Verdict.NOT_LET_IN, Verdict.SENDER_REFUSED}
)
"""They would happen to every mail alike: the mail has not been tried, and all wait."""


class Ending(NamedTuple):
    """How a try ended. `code` is None when no answer came. `text` holds no mail address."""

    verdict: Verdict
    phase: Phase
    code: int | None = None
    enhanced_code: str = ""
    text: str = ""
    queue_id: str = ""


class Answer(NamedTuple):
    """One row of the table: in which phases which answer means what.

    `code` and `enhanced` are patterns for the whole code, `says` for a part of the words; ""
    fits all. The code of no answer at all is "none".
    """

    phases: frozenset[Phase]
    code: str
    enhanced: str
    says: str
    verdict: Verdict


CONNECT, TLS, AUTH = frozenset({Phase.CONNECT}), frozenset({Phase.TLS}), frozenset({Phase.AUTH})
MAIL, RCPT, DATA = frozenset({Phase.MAIL}), frozenset({Phase.RCPT}), frozenset({Phase.DATA})
PER_MAIL = MAIL | RCPT | DATA

# the full mailbox of a recipient says QuotaExceeded too, but names the delivery
OUR_MAILBOX = r"STOREDRV\.Submission|^(?!.*STOREDRV\.Deliver).*QuotaExceeded"
NO_WAY_TO_LOG_IN = r"not supported|no suitable"
SIZE = r"\bsize\b|too (big|large)|larger"

ANSWERS = (
    # phases       code             enhanced        says              means
    Answer(DATA, r"2\d\d", "", "", Verdict.ACCEPTED),
    Answer(CONNECT, "", "", "", Verdict.LINE_DOWN),
    Answer(TLS, "", "", "", Verdict.NOT_ENCRYPTED),
    Answer(AUTH, r"5\d\d", "", "", Verdict.NOT_LET_IN),
    Answer(AUTH, "none", "", NO_WAY_TO_LOG_IN, Verdict.NOT_LET_IN),
    Answer(AUTH, "", "", "", Verdict.LINE_DOWN),
    Answer(PER_MAIL, "530|534|535", "", "", Verdict.NOT_LET_IN),
    Answer(PER_MAIL, "55[04]", "", OUR_MAILBOX, Verdict.SENDER_REFUSED),
    Answer(PER_MAIL, "432", "", "", Verdict.THROTTLED),
    Answer(PER_MAIL, "421", r"4\.7\.\d+", "", Verdict.THROTTLED),
    Answer(PER_MAIL, "450", r"4\.7\.(?!1$)\d+", "", Verdict.THROTTLED),  # 4.7.1 is greylisting
    Answer(PER_MAIL, "451", r"4\.7\.[56]\d\d", "", Verdict.THROTTLED),  # Microsoft: server busy
    Answer(PER_MAIL, r"5\d\d", r"5\.3\.4|5\.2\.3", "", Verdict.TOO_BIG),
    Answer(MAIL | DATA, "552", "", SIZE, Verdict.TOO_BIG),
    Answer(RCPT | DATA, r"[45]\d\d", r"[45]\.2\.2", "", Verdict.MAILBOX_FULL),
    Answer(RCPT | DATA, "552", "", "", Verdict.MAILBOX_FULL),
    Answer(MAIL | RCPT, "421", "", "", Verdict.LINE_DOWN),
    Answer(PER_MAIL, r"4\d\d", "", "", Verdict.RETRY),
    Answer(MAIL, r"5\d\d", "", "", Verdict.SENDER_REFUSED),
    Answer(RCPT, r"5\d\d", r"5\.7\.\d+", "", Verdict.TURNED_AWAY),
    Answer(DATA, r"5\d\d", r"5\.7\.\d+", "", Verdict.CONTENT_REFUSED),
    Answer(RCPT | DATA, r"5\d\d", "", "", Verdict.REFUSED),
    Answer(MAIL | RCPT, "", "", "", Verdict.LINE_DOWN),
    Answer(DATA, "", "", "", Verdict.UNCERTAIN),
)
"""What each answer means; the first row that fits counts, and the last ones fit everything."""

ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
QUEUED_AS = re.compile(
    r"(?:queued (?:as|for)|id=|Ok:?)\s*<?(?!queued)([\w.-]{4,80})", re.IGNORECASE
)
ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")
DIGITS = re.compile(r"\d{6}[ -]?\d{4}")
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
    """Return what an answer means. `code` is None when there was none, or nothing like one.

    >>> judge(Phase.RCPT, 550, "5.1.1"), judge(Phase.RCPT, 450, "4.7.1")
    (<Verdict.REFUSED: 'refused'>, <Verdict.RETRY: 'retry'>)
    >>> judge(Phase.DATA, None, ""), judge(Phase.MAIL, None, "")
    (<Verdict.UNCERTAIN: 'uncertain'>, <Verdict.LINE_DOWN: 'line down'>)
    """
    return fitting_row(phase, code, enhanced, text).verdict


def fitting_row(phase: Phase, code: int | None, enhanced: str, text: str) -> Answer:
    """Return the row of the table that an answer falls under."""
    said = "none" if code is None else str(code)
    return next(row for row in ANSWERS if _fits(row, phase, said, enhanced, text))


def _fits(row: Answer, phase: Phase, code: str, enhanced: str, text: str) -> bool:
    return (
        phase in row.phases
        and (not row.code or re.fullmatch(row.code, code) is not None)
        and (not row.enhanced or re.fullmatch(row.enhanced, enhanced) is not None)
        and (not row.says or re.search(row.says, text, re.IGNORECASE) is not None)
    )


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
