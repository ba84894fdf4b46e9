"""Reading the bounce box: a mail that did not arrive is undeliverable, and somebody else is told.

A mail stays in the box until its row is stored: killed in between, it is read again, and its
fingerprint says that it is known. Nothing of what it says is kept or logged.
"""

from __future__ import annotations

import hashlib
import imaplib
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from flows.mistakes import UserMistake
from flows.settings import Settings
from models.bounces import (
    BOUNCED,
    NewBounce,
    add_bounce,
    newest_of_kind,
    return_path_secret,
    settle_bounces,
)
from models.database import reading, writing
from models.runs import beat, clear_alarm, last_beat, raise_alarm
from notifications.bounce import Kind, read_bounce
from notifications.bounce_box import ImapBox, bounce_box, opened
from rules.dates import minutes_after

log = logging.getLogger(__name__)

READING = "bounces"
"""The heartbeat of reading the box, and the alarm when it cannot be read."""

ROUTING_ALARM = "mail routing"
EVERY_MINUTES = 5
ROUTING_WELL_AFTER_MINUTES = 24 * 60

KNOWN_BEFORE = "known before"


class Looked(NamedTuple):
    """What reading the box came to: counts by kind, how many bounced, and what is in the way."""

    counts: Counter[str]
    fault: UserMistake | None = None


def _nowhere(point: str) -> None:
    """Pass a point where a test may stop the process."""


def look_for_bounces(engine: Engine, settings: Settings, now: datetime) -> Looked:
    """Read the bounce box when it was not read in the last five minutes.

    What cannot be read is told to the operator once, and does not stop anything.
    """
    if not settings.bounces:
        return Looked(Counter())
    with reading(engine) as connection:
        last = last_beat(connection, READING)
    # a clock that was set back must not keep the box closed
    if last is not None and minutes_after(now, -EVERY_MINUTES) < last <= now:
        return Looked(Counter())
    try:
        counts, fault = read_bounces(engine, settings, now), None
    except UserMistake as mistake:
        counts, fault = Counter(), mistake
    with writing(engine) as connection:
        beat(connection, READING, now)
        if fault is None:
            clear_alarm(connection, READING, "", now)
        else:
            raise_alarm(connection, READING, "", now, fault.en, fault.da)
    return Looked(counts, fault)


def read_bounces(
    engine: Engine,
    settings: Settings,
    now: datetime,
    *,
    box: Path | ImapBox | None = None,
    at_point: Callable[[str], None] = _nowhere,
) -> Counter[str]:
    """Read the bounce box now; what could not be delivered is redirected by the next delivery.

    Safe to run again, and in several processes at once. `box` replaces the one of the settings.
    Returns: how many of each kind were read ("reports failed"), and how many mails `bounced`.
    Raises: UserMistake when the box cannot be read; what was read before that is stored.
    """
    box = box or bounce_box(settings.bounces)
    with writing(engine) as connection:
        secret = return_path_secret(connection)
    counts: Counter[str] = Counter()
    try:
        with opened(box) as mails:
            for found in mails.waiting():
                with writing(engine) as connection:
                    kind = _take_in(connection, found.content, secret, now)
                counts[f"reports {kind}"] += 1
                at_point("stored")
                mails.put_away(found.name)
                at_point("put away")
    except (OSError, imaplib.IMAP4.error) as error:
        raise unreadable(box, error) from None
    with writing(engine) as connection:
        counts[BOUNCED] += settle_bounces(connection, now)
        _watch_routing(connection, now)
    if +counts:
        log.info("bounce box as of %s: %s", now.isoformat(), dict(+counts))
    return +counts


def _take_in(connection: Connection, content: bytes, secret: bytes, now: datetime) -> str:
    bounce = read_bounce(content, secret)
    row = NewBounce(
        fingerprint=hashlib.sha256(content).hexdigest(),
        message_uuid=bounce.message_uuid,
        kind=bounce.kind.value,
        status=bounce.status,
        read_at=now,
    )
    return bounce.kind.value if add_bounce(connection, row) else KNOWN_BEFORE


def _watch_routing(connection: Connection, now: datetime) -> None:
    newest = newest_of_kind(connection, Kind.ROUTING.value)
    if newest is not None and newest > minutes_after(now, -ROUTING_WELL_AFTER_MINUTES):
        raise_alarm(connection, ROUTING_ALARM, "", now, _NO_ROUTE.en, _NO_ROUTE.da)
    else:
        clear_alarm(connection, ROUTING_ALARM, "", now)


def unreadable(box: Path | ImapBox, error: Exception) -> UserMistake:
    """Return why the bounce box cannot be read, and what to do about it."""
    if isinstance(box, Path):
        # an OSError's text would repeat the path of one mail, which may hold an address
        reason = error.strerror if isinstance(error, OSError) else type(error).__name__
        return UserMistake(
            da=f"Mappen {box} i FRISTVAGT_BOUNCES kan ikke læses ({reason}). Den skal være et "
            "Maildir med mapperne new og cur, som Fristvagts bruger må læse og skrive. Så længe "
            "opdages det ikke, at en mail er kommet retur.",
            en=f"The folder {box} in FRISTVAGT_BOUNCES cannot be read ({reason}). It must be a "
            "Maildir with the folders new and cur, which Fristvagt's user may read and write. "
            "Until then it is not noticed that a mail came back.",
        )
    host = box.server.host
    return UserMistake(
        da=f"Postkassen på {host} i FRISTVAGT_BOUNCES kan ikke læses ({type(error).__name__}). Se "
        "efter, om serveren svarer, om certifikatet er gyldigt, og om brugernavn, kode og "
        "postkasse passer. Så længe opdages det ikke, at en mail er kommet retur.",
        en=f"The mailbox on {host} in FRISTVAGT_BOUNCES cannot be read ({type(error).__name__}). "
        "See that the server answers, that its certificate is valid, and that user name, password "
        "and mailbox are right. Until then it is not noticed that a mail came back.",
    )


_NO_ROUTE = UserMistake(
    da="Mails er kommet retur, fordi mailserveren ikke kender vejen til modtagerens server "
    "(5.4.4). Det er ikke modtagerens skyld: få mailserverens DNS og ruter efterset. De næste i "
    "rækken har fået besked.",
    en="Mails came back because the mail server knows no way to the recipient's server (5.4.4). "
    "That is not the recipient's fault: have the mail server's DNS and routes looked at. The next "
    "in the chain have been told.",
)
