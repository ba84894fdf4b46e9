"""Telling the operator: by mail once on going bad, once on recovering, and how it stands each day.

The mails go through the outbox like all others, so that none is lost or sent twice; that the mail
server itself cannot be spoken to is in the log, on the pages, in the metrics and in the ping.
Source: docs/decisions/0013-the-service-watches-itself.md.
"""

from __future__ import annotations

import logging
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from flows.examining.alarm_text import alert_mail, report_mail
from flows.examining.findings import Finding, Level
from flows.examining.standing import Watched, standing, watched
from flows.examining.status import CASES, DATA, DISK, HELD, measure_watched
from flows.mistakes import UserMistake
from flows.settings import Settings
from models.alarms import alerts_built_on, mark_told, untold_alarms
from models.database import writing
from models.outbox import lock_building
from models.outbox_messages import NewMessage, add_message
from models.runs import clear_alarm, raise_alarm
from models.standing import ALERT
from notifications.addresses import domain, sender
from notifications.frozen import Envelope, freeze, message_id
from notifications.render import Mail
from rules.dates import DENMARK, day_of, minutes_after

log = logging.getLogger(__name__)

MEASURED = (DATA, CASES, HELD, DISK)
OPERATOR = "operator"
REPORT = "report"
"""The kind of the daily mail that says how everything stands, even when all is well."""

ALERTS_A_DAY = 10
"""Something that goes bad and recovers all day long is told by the daily report from then on."""

Tell = Callable[[UserMistake], None]

HISTORY_MINUTES = 24 * 60
WORTH_SENDING_MINUTES = 72 * 60


def watch_alarms(
    engine: Engine, settings: Settings, now: datetime, tell: Tell = lambda _: None
) -> Counter[str]:
    """Raise what can be measured to be bad, clear what is well, and owe the operator the news.

    `tell` gets what has gone bad just now.
    Returns: how many mails to the operator were built.
    """
    found = watched(engine, now)
    alarmed = {alarm.kind for alarm in found.alarms}
    with writing(engine) as connection:
        for subject, finding in _measured(found).items():
            if finding is not None:
                _raise(connection, subject, finding, now, tell)
            elif subject in alarmed:
                clear_alarm(connection, subject, "", now)
        return _tell_news(connection, settings, now)


def send_report(engine: Engine, settings: Settings, now: datetime) -> Counter[str]:
    """Owe the operator the day's report; nobody when there is no mailbox for it.

    What is bad is in it again, every day until it is well.
    """
    if not settings.operator_mailbox:
        return Counter()
    found = standing(engine, settings, now)
    mail = report_mail(found, settings.language)
    key = f"{REPORT}|{day_of(now).isoformat()}"
    with writing(engine) as connection:
        # what was more than a day's mails could tell is told by this one
        mark_told(connection, untold_alarms(connection, minutes_after(now, -HISTORY_MINUTES)), now)
        return _owe(connection, settings, Sheet(REPORT, key, mail), now)


class Sheet(NamedTuple):
    """A mail to the operator: which one it is, and how it reads."""

    kind: str
    key: str
    mail: Mail


def _measured(found: Watched) -> dict[str, Finding | None]:
    """What is measured, and the finding when it is bad enough for an alarm."""
    bad = {
        finding.subject: finding
        for finding in measure_watched(found)
        if finding.level is Level.WRONG or (finding.subject, finding.level) == (DISK, Level.WARNING)
    }
    return {subject: bad.get(subject) for subject in MEASURED}


def _raise(
    connection: Connection, subject: str, finding: Finding, now: datetime, tell: Tell
) -> None:
    english, danish = (
        f"{finding.what.message(language)} {finding.to_do.message(language)}"
        for language in ("en", "da")
    )
    if raise_alarm(connection, subject, "", now, english, danish):
        log.warning("%s", english)
        tell(UserMistake(da=danish, en=english))


def _tell_news(connection: Connection, settings: Settings, now: datetime) -> Counter[str]:
    if not settings.operator_mailbox:
        return Counter()
    # two services that look at the same moment must not both tell it
    lock_building(connection)
    news = untold_alarms(connection, minutes_after(now, -HISTORY_MINUTES))
    if not news or alerts_built_on(connection, day_of(now)) >= ALERTS_A_DAY:
        return Counter()
    mark_told(connection, news, now)
    about = ",".join(f"{alarm.id}{'+' if alarm.recovered_at else ''}" for alarm in news)
    mail = alert_mail(news, settings.language)
    return _owe(connection, settings, Sheet(ALERT, f"{ALERT}|{about}", mail), now)


def _owe(connection: Connection, settings: Settings, sheet: Sheet, now: datetime) -> Counter[str]:
    """Put a mail to the operator in the outbox; a key that is there already is not told twice."""
    name = uuid.uuid4().hex
    sender_name, from_address = sender(settings.mail_from)
    address = sender(settings.operator_mailbox)[1]
    envelope = Envelope(
        sender_name=sender_name,
        sender=from_address,
        recipient=address,
        message_id=message_id(name, 0, domain(from_address)),
        mail_id=name,
        at=now.astimezone(DENMARK),
        language=settings.language,
        important=sheet.kind == ALERT,
    )
    message = NewMessage(
        uuid=name,
        key=sheet.key,
        generation=0,
        kind=sheet.kind,
        recipient=OPERATOR,
        address=address,
        subject=sheet.mail.subject,
        message_id=envelope.message_id,
        content=freeze(sheet.mail, envelope),
        built_on=day_of(now),
        created_at=now,
        next_at=now,
        expires_at=minutes_after(now, WORTH_SENDING_MINUTES),
        intents=(),
        any_hour=True,
    )
    return Counter({sheet.kind: int(add_message(connection, message))})
