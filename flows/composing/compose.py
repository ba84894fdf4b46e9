"""From debts to mails: grouped by mailbox, frozen into bytes, and owed to the mail server.

Which mail a mailbox gets now, and with what, is decided in flows.composing.leaving.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from jinja2 import TemplateError
from sqlalchemy import Connection, Engine, insert

from flows.composing.leaving import Hour, leaving_now
from flows.composing.mail_lines import (
    data_as_of,
    footer,
    is_for_leader,
    late_since,
    lines,
    spoken_by,
    whys,
)
from flows.composing.threads import thread_of_reminders
from flows.owing.outage import outage_behind
from flows.owing.storm_brake import exceeds_few, holding, is_braked
from flows.owing.working_hours import at_work, worth_sending_until
from flows.settings import Settings
from models.case_holders import of_cases
from models.database import reading, writing
from models.imports import first_extract_on
from models.mails_today import MailsToday, mails_today
from models.outages import Outage, outages_since
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
from models.people import Staff, load_staff, staff_when_asked
from models.stale_mails import call_back_misaddressed, call_back_untried
from models.storms import Volume, newest_storm
from notifications.addresses import domain, mailbox, sender
from notifications.frozen import Beside, Envelope, freeze, message_id
from notifications.privacy import find_leak
from notifications.render import Mail, render_reminder
from notifications.views import DigestView, ReminderView, Standing
from notifications.wording import words_for
from rules.dates import DENMARK, day_of

log = logging.getLogger(__name__)

AT_A_TIME = 100
"""Mailboxes whose mails are built in one transaction, so that nobody else waits long for it."""

UNWRITABLE = (
    TemplateError,
    OSError,
    RecursionError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What a broken or unreadable template, or a value that no template foresaw, ends in."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every mail built in one go has in common."""

    staff: Staff
    settings: Settings
    now: datetime
    data_as_of: datetime | None
    names: frozenset[str]
    """The full names of the staff, for the privacy gate."""
    in_use_from: date | None
    """The day of the first extract: nothing was owed before it."""


def open_desk(connection: Connection, settings: Settings, now: datetime) -> Desk:
    """Return what building mails needs to know."""
    staff = load_staff(connection)
    names = frozenset(person.name for person in staff.people.values() if " " in person.name)
    in_use_from = first_extract_on(connection)
    return Desk(staff, settings, now, data_as_of(connection), names, in_use_from)


def build_messages(
    engine: Engine, settings: Settings, now: datetime, *, group_wait: int = 0
) -> Counter[str]:
    """Build the mails that are owed by now; they leave with the next delivery.

    Safe to run again: what is in a mail is in no other, and a morning has one mail a mailbox.
    What cannot wait is kept for `group_wait` minutes all the same; only for who soon runs again.
    Returns: how many mails of each kind were built, and how many the privacy gate replaced.
    """
    with writing(engine) as connection:
        lock_building(connection)
        call_back_untried(connection, day_of(now), now)
        own, fallback = partial(own_mailbox, staff=staff_when_asked(engine)), _fallback(settings)
        call_back_misaddressed(connection, own, fallback, now)
    hour = Hour(now, at_work(settings, now), group_wait=group_wait)
    with reading(engine) as connection:
        waiting = recipients_waiting(connection, hour.leaving, now)
        if not waiting:
            return Counter()
        braked = holding(connection, now)
        desk = open_desk(connection, settings, now)
    by_mailbox: defaultdict[str, list[str]] = defaultdict(list)
    for recipient in waiting:
        by_mailbox[address_of(recipient, desk.staff, settings)].append(recipient)
    if hour.at_work and (braked or exceeds_few(Volume(len(by_mailbox), sum(waiting.values())))):
        hour = hour._replace(braked=_is_braked(engine, desk, by_mailbox))
    addresses = sorted(by_mailbox)
    counts: Counter[str] = Counter()
    for start in range(0, len(addresses), AT_A_TIME):
        part = {address: by_mailbox[address] for address in addresses[start : start + AT_A_TIME]}
        with writing(engine) as connection:
            counts += _build_part(connection, part, desk, hour)
    return counts


def _is_braked(engine: Engine, desk: Desk, by_mailbox: Mapping[str, Sequence[str]]) -> bool:
    """Say whether a storm holds back what does not press, already or from now on."""
    with writing(engine) as connection:
        lock_building(connection)
        newest = newest_storm(connection)
        since = newest.over_at if newest is not None else None
        waiting = recipients_waiting(connection, (INSTANT, MORNING), desk.now, since)
        had = mails_today(connection, sorted(by_mailbox), day_of(desk.now))
        # whoever has had the morning's mail is owed the rest tomorrow
        numbers = [
            sum(waiting.get(recipient, 0) for recipient in recipients)
            for address, recipients in by_mailbox.items()
            if not had.get(address, MailsToday()).morning
        ]
        found = Volume(mails=sum(map(bool, numbers)), reminders=sum(numbers))
        return is_braked(connection, found, desk.now)


def own_mailbox(recipient: str, staff: Staff) -> str:
    """Return the mailbox of a recipient; "" when they have none that can be used."""
    person = staff.person(recipient)
    return mailbox(person.email) if person is not None and person.active else ""


def address_of(recipient: str, staff: Staff, settings: Settings) -> str:
    """Return the mailbox of a recipient; the fallback mailbox when theirs cannot be used."""
    return own_mailbox(recipient, staff) or _fallback(settings)


def _fallback(settings: Settings) -> str:
    return sender(settings.fallback_mailbox)[1]


class Draft(NamedTuple):
    """What is settled of a mail before it is written: what it is, to whom, and what it carries."""

    key: str
    generation: int
    kind: str
    recipient: str
    address: str
    intents: tuple[int, ...]
    any_hour: bool = False


def store(
    connection: Connection,
    desk: Desk,
    draft: Draft,
    view_of: Callable[[str], ReminderView | DigestView],
    render: Callable[..., Mail],
    beside_of: Callable[[], Beside],
) -> Counter[str]:
    """Render, check, freeze and record one mail. Return what was built, by kind.

    A mail that cannot be written, or that the privacy gate stops, is replaced by one that says
    only how many deadlines wait: a reminder is never lost, and nothing leaks.
    """
    name = uuid.uuid4().hex
    try:
        view = view_of(name)
        mail = render(view)
        stopped = find_leak(view, mail, desk.names)
        beside = beside_of()
        envelope = _envelope(desk, draft, view, name)._replace(thread=beside.thread)
        content = freeze(mail, envelope, beside.calendars)
    except UNWRITABLE as error:
        # at the first failure: the same template and the same values fail alike the next time
        stopped = f"the mail could not be written: {type(error).__name__}"
    if stopped:
        mail, envelope = _plain(desk, draft, name), _envelope(desk, draft, None, name)
        content = freeze(mail, envelope)
        log.error("mail %s was replaced by a plain one: %s", name, stopped)
        row = {"key": draft.key, "reason": stopped, "at": desk.now}
        connection.execute(insert(QuarantineRow.__table__), row)  # type: ignore[attr-defined]
    message = NewMessage(
        uuid=name,
        **draft._asdict(),
        subject=mail.subject,
        message_id=envelope.message_id,
        content=content,
        built_on=day_of(desk.now),
        created_at=desk.now,
        next_at=desk.now,
        expires_at=worth_sending_until(desk.settings, desk.now, any_hour=draft.any_hour),
    )
    built = add_message(connection, message)
    return Counter({draft.kind: int(built), "quarantined": int(built and bool(stopped))})


def _envelope(
    desk: Desk, draft: Draft, view: ReminderView | DigestView | None, name: str
) -> Envelope:
    sender_name, sender_address = sender(desk.settings.mail_from)
    host = domain(sender_address)
    return Envelope(
        sender_name=sender_name,
        sender=sender_address,
        recipient=draft.address,
        message_id=message_id(name, draft.generation, host),
        mail_id=name,
        at=desk.now.astimezone(DENMARK),
        language=spoken_by(draft.recipient, desk.staff, desk.settings.language),
        important=isinstance(view, ReminderView) and bool(view.standing(Standing.OVERDUE)),
        reply_to=sender(desk.settings.reply_to)[1],
    )


def _build_part(
    connection: Connection, by_mailbox: Mapping[str, Sequence[str]], desk: Desk, hour: Hour
) -> Counter[str]:
    lock_building(connection)
    recipients = [person for people in by_mailbox.values() for person in people]
    owed: defaultdict[str, list[Intent]] = defaultdict(list)
    for intent in planned_intents(connection, hour.leaving, recipients, desk.now):
        owed[address_of(intent.recipient, desk.staff, desk.settings)].append(intent)
    going = going_now(connection, desk, owed, hour)
    keys = {one.address: _key(one.address, one.kind, one.intents, desk.now) for one in going}
    there = generations(connection, list(keys.values()))
    counts: Counter[str] = Counter()
    for kind, address, intents, view_of in going:
        generation, _ = there.get(keys[address], (0, False))
        ids = tuple(intent.id for intent in intents)
        any_hour = any(intent.leaves == ACUTE for intent in intents)
        recipient = intents[0].recipient
        draft = Draft(keys[address], generation, kind, recipient, address, ids, any_hour)
        beside_of = partial(_beside, connection, desk, kind, intents)
        counts += store(connection, desk, draft, view_of, render_reminder, beside_of)
    return +counts


class Going(NamedTuple):
    """A mail that leaves now: what it carries, and what it says when it is given its name."""

    kind: str
    address: str
    intents: list[Intent]
    view_of: Callable[[str], ReminderView]


def going_now(
    connection: Connection, desk: Desk, owed: Mapping[str, Sequence[Intent]], hour: Hour
) -> list[Going]:
    """Return the mails that leave now, of what may leave to each mailbox; nothing is written."""
    had = mails_today(connection, list(owed), day_of(desk.now))
    decided = {
        address: leaving_now(intents, had.get(address, MailsToday()), hour)
        for address, intents in owed.items()
    }
    leaving = [intent for _, intents in decided.values() for intent in intents]
    caseworkers = of_cases(connection, [intent.case_ref for intent in leaving], "caseworker")
    first_at = min((one.send_from_at for one in leaving), default=desk.now)
    outages = outages_since(connection, first_at)
    return [
        Going(kind, address, intents, partial(_view, desk, intents, caseworkers, outages))
        for address, (kind, intents) in decided.items()
        if intents
    ]


def _beside(connection: Connection, desk: Desk, kind: str, intents: Sequence[Intent]) -> Beside:
    language = spoken_by(intents[0].recipient, desk.staff, desk.settings.language)
    thread = thread_of_reminders(intents, language) if kind == INSTANT else None
    if not desk.settings.mail_calendar:
        return Beside(thread)
    from flows.composing.calendar_entries import calendar_files  # heavy, and off by default

    url = desk.settings.public_url
    return Beside(thread, calendar_files(connection, intents, language, desk.now, url))


def _key(address: str, kind: str, intents: Sequence[Intent], now: datetime) -> str:
    """What a mail is: one morning's, or one with just this in it.

    It says no address: it is in the journal of sent mails, and stays when the address goes.
    """
    told = "\n".join(sorted("|".join(map(str, intent.key)) for intent in intents))
    about = str(day_of(now)) if kind == MORNING else _fingerprint(told)
    return f"{kind}|{_fingerprint(address)}|{about}"


def _view(
    desk: Desk,
    intents: Sequence[Intent],
    caseworkers: Mapping[str, str],
    outages: Sequence[Outage],
    name: str,
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
        outage=outage_behind([intent.send_from_at for intent in intents], outages),
    )


def _plain(desk: Desk, draft: Draft, name: str) -> Mail:
    """The mail that needs no template and says nothing of any case."""
    language = spoken_by(draft.recipient, desk.staff, desk.settings.language)
    subject, sentence = words_for(language).fallback(len(draft.intents))
    link = footer(None, desk.now, desk.settings, name).list_link
    return Mail(subject, "\n\n".join(filter(None, (sentence, link))) + "\n", "")


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
