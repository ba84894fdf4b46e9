"""From debts to mails: grouped by mailbox, frozen into bytes, and owed to the mail server.

One mail a morning and mailbox, 07:30 on working days, with everything that is owed. What comes
later the same day waits for the next morning, but for what cannot wait.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import NamedTuple

from jinja2 import TemplateError
from sqlalchemy import Connection, Engine, insert

from flows.mail_lines import (
    data_as_of,
    footer,
    is_for_leader,
    late_since,
    lines,
    of_cases,
    spoken_by,
    whys,
)
from flows.settings import Settings
from flows.threads import thread_of_reminders
from models.database import reading, writing
from models.outbox import (
    ACUTE,
    INSTANT,
    MORNING,
    Intent,
    lock_building,
    planned_intents,
    recipients_waiting,
)
from models.outbox_messages import NewMessage, add_message, generations
from models.outbox_tables import QuarantineRow
from models.people import Staff, load_staff
from notifications.addresses import domain, mailbox, sender
from notifications.frozen import Beside, Envelope, freeze, message_id
from notifications.privacy import find_leak
from notifications.render import Mail, render_reminder
from notifications.views import DigestView, ReminderView, Standing
from notifications.wording import words_for
from rules.dates import DENMARK, MUNICIPAL, at_local, day_of, minutes_after

log = logging.getLogger(__name__)

WORK_ENDS = time(17, 0)
"""After this what cannot wait, but is not acute, waits for the morning all the same."""

WORTH_SENDING_MINUTES = 72 * 60
"""A mail that was not taken for so long is no longer tried: someone else is told."""

AT_A_TIME = 100
"""Mailboxes whose mails are built in one transaction, so that nobody else waits long for it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every mail built in one go has in common."""

    staff: Staff
    settings: Settings
    now: datetime
    data_as_of: datetime | None

    @property
    def names(self) -> Collection[str]:
        """The full names of the staff, in lower case, for the privacy gate."""
        return {person.name.lower() for person in self.staff.people.values() if " " in person.name}


def open_desk(connection: Connection, settings: Settings, now: datetime) -> Desk:
    """Return what building mails needs to know."""
    return Desk(load_staff(connection), settings, now, data_as_of(connection))


def build_messages(engine: Engine, settings: Settings, now: datetime) -> Counter[str]:
    """Build the mails that are owed by now; they leave with the next delivery.

    Safe to run again: what is in a mail is in no other, and a morning has one mail a mailbox.
    Returns: how many mails of each kind were built, and how many the privacy gate replaced.
    """
    with reading(engine) as connection:
        desk = open_desk(connection, settings, now)
        waiting = recipients_waiting(connection, _leaving(settings, now), now)
    by_mailbox: defaultdict[str, list[str]] = defaultdict(list)
    for recipient in waiting:
        by_mailbox[address_of(recipient, desk.staff, settings)].append(recipient)
    addresses = sorted(by_mailbox)
    counts: Counter[str] = Counter()
    for start in range(0, len(addresses), AT_A_TIME):
        part = {address: by_mailbox[address] for address in addresses[start : start + AT_A_TIME]}
        with writing(engine) as connection:
            counts += _build_part(connection, part, desk)
    return counts


def address_of(recipient: str, staff: Staff, settings: Settings) -> str:
    """Return the mailbox of a recipient; the fallback mailbox when theirs cannot be used."""
    person = staff.person(recipient)
    own = mailbox(person.email) if person is not None and person.active else ""
    return own or sender(settings.fallback_mailbox)[1]


class Draft(NamedTuple):
    """What is settled of a mail before it is written: what it is, to whom, and what it carries."""

    key: str
    generation: int
    kind: str
    recipient: str
    address: str
    intents: tuple[int, ...]


def store(
    connection: Connection,
    desk: Desk,
    draft: Draft,
    view_of: Callable[[str], ReminderView | DigestView],
    render: Callable[..., Mail],
    beside: Beside,
) -> Counter[str]:
    """Render, check, freeze and record one mail. Return what was built, by kind.

    A mail that cannot be rendered, or that the privacy gate stops, is replaced by one that says
    only how many deadlines wait: a reminder is never lost, and nothing leaks.
    """
    name = uuid.uuid4().hex
    view = view_of(name)
    mail, stopped = _checked(view, render, len(draft.intents), desk)
    if stopped:
        log.error("mail %s was replaced by a plain one: %s", name, stopped)
        row = {"key": draft.key, "reason": stopped, "at": desk.now}
        connection.execute(insert(QuarantineRow.__table__), row)  # type: ignore[attr-defined]
        beside = beside._replace(calendars=())
    envelope = _envelope(desk, draft, view, name)._replace(thread=beside.thread)
    message = NewMessage(
        uuid=name,
        **draft._asdict(),
        subject=mail.subject,
        message_id=envelope.message_id,
        content=freeze(mail, envelope, beside.calendars),
        built_on=day_of(desk.now),
        created_at=desk.now,
        next_at=desk.now,
        expires_at=minutes_after(desk.now, WORTH_SENDING_MINUTES),
    )
    built = add_message(connection, message)
    return Counter({draft.kind: int(built), "quarantined": int(built and bool(stopped))})


def _envelope(desk: Desk, draft: Draft, view: ReminderView | DigestView, name: str) -> Envelope:
    sender_name, sender_address = sender(desk.settings.mail_from)
    host = domain(sender_address)
    return Envelope(
        sender_name=sender_name,
        sender=sender_address,
        recipient=draft.address,
        message_id=message_id(name, draft.generation, host),
        mail_id=name,
        at=desk.now.astimezone(DENMARK),
        language=view.language,
        important=isinstance(view, ReminderView) and bool(view.standing(Standing.OVERDUE)),
        reply_to=sender(desk.settings.reply_to)[1],
    )


def _leaving(settings: Settings, now: datetime) -> tuple[str, ...]:
    """Which debts may leave now: acute ones at any hour, the rest on working days from 07:30."""
    today = day_of(now)
    if not MUNICIPAL.is_open(today) or now < at_local(today, settings.mails_at):
        return (ACUTE,)
    return (ACUTE, INSTANT, MORNING)


def _build_part(
    connection: Connection, by_mailbox: Mapping[str, Sequence[str]], desk: Desk
) -> Counter[str]:
    lock_building(connection)
    leaving = _leaving(desk.settings, desk.now)
    recipients = [person for people in by_mailbox.values() for person in people]
    owed: defaultdict[str, list[Intent]] = defaultdict(list)
    for intent in planned_intents(connection, leaving, recipients, desk.now):
        owed[address_of(intent.recipient, desk.staff, desk.settings)].append(intent)
    refs = [intent.case_ref for intents in owed.values() for intent in intents]
    caseworkers = of_cases(connection, refs, "caseworker")
    mornings = {address: f"morning|{address}|{day_of(desk.now)}" for address in owed}
    there = generations(connection, list(mornings.values()))
    counts: Counter[str] = Counter()
    for address, intents in owed.items():
        key, kind = mornings[address], MORNING
        generation, stands = there.get(key, (0, False))
        if stands or MORNING not in leaving:
            intents = [intent for intent in intents if _cannot_wait(intent, desk.now)]
            key, kind = f"instant|{address}|{_digest_of(intents)}", INSTANT
            generation, _ = generations(connection, [key]).get(key, (0, False))
        if intents:
            ids = tuple(intent.id for intent in intents)
            draft = Draft(key, generation, kind, intents[0].recipient, address, ids)
            view_of = partial(_view, desk, intents, caseworkers)
            beside = _beside(connection, desk, kind, intents)
            counts += store(connection, desk, draft, view_of, render_reminder, beside)
    return +counts


def _beside(connection: Connection, desk: Desk, kind: str, intents: Sequence[Intent]) -> Beside:
    language = spoken_by(intents[0].recipient, desk.staff, desk.settings.language)
    thread = thread_of_reminders(intents, language) if kind == INSTANT else None
    if not desk.settings.mail_calendar:
        return Beside(thread)
    from flows.calendar_entries import calendar_files  # heavy, and off by default

    url = desk.settings.public_url
    return Beside(thread, calendar_files(connection, intents, language, desk.now, url))


def _cannot_wait(intent: Intent, now: datetime) -> bool:
    at_work = now < at_local(day_of(now), WORK_ENDS)
    return intent.leaves == ACUTE or (intent.leaves == INSTANT and at_work)


def _view(
    desk: Desk, intents: Sequence[Intent], caseworkers: Mapping[str, str], name: str
) -> ReminderView:
    recipient, url = intents[0].recipient, desk.settings.public_url
    person = desk.staff.person(recipient)
    alone = len({intent.recipient for intent in intents}) == 1
    return ReminderView(
        language=spoken_by(recipient, desk.staff, desk.settings.language),
        name=person.name if person is not None and alone else "",
        lines=lines(intents, caseworkers, desk.staff, desk.now, url),
        whys=whys(intents, desk.staff, day_of(desk.now)),
        for_leader=is_for_leader(intents),
        late_since=late_since(intents),
        footer=footer(desk.data_as_of, desk.now, desk.settings, name),
    )


def _checked(
    view: ReminderView | DigestView, render: Callable[..., Mail], number: int, desk: Desk
) -> tuple[Mail, str]:
    """Return the mail to send, and why it is not the one that was meant ("" when it is)."""
    try:
        mail = render(view)
    except TemplateError as error:
        return _plain(view, number), f"the template failed: {type(error).__name__}"
    leak = find_leak(view, mail, desk.names)
    return (_plain(view, number), leak) if leak else (mail, "")


def _plain(view: ReminderView | DigestView, number: int) -> Mail:
    """The mail that needs no template and says nothing of any case."""
    subject, sentence = words_for(view.language).fallback(number)
    return Mail(subject, "\n\n".join(filter(None, (sentence, view.footer.list_link))) + "\n", "")


def _digest_of(intents: Sequence[Intent]) -> str:
    keys = sorted("|".join(map(str, intent.key)) for intent in intents)
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:32]
