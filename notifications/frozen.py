"""The bytes of a mail, made once: every later try sends exactly these."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import NamedTuple

from notifications.render import Mail

# what names another mail is never cut: the default would write a long one as an encoded word
_HEADERS = HeaderRegistry()
for _name in ("References", "In-Reply-To"):
    _HEADERS.map_to_type(_name, MessageIDHeader)  # type: ignore[arg-type]  # a mixin, as all are

# text with æøå leaves encoded: the default policy would send eight-bit bytes in the text part
POLICY = SMTP.clone(cte_type="7bit", max_line_length=78, header_factory=_HEADERS)


class Thread(NamedTuple):
    """Which mails belong together: `about` is the same for all of them, and never shown.

    `topic` is what mail programs of Microsoft group by; it stays as it is while subjects change.
    """

    about: str
    topic: str


class CalendarFile(NamedTuple):
    """A calendar file that goes with a mail. `method`: PUBLISH or CANCEL."""

    name: str
    method: str
    content: bytes


class Beside(NamedTuple):
    """What goes with a mail beside its words."""

    thread: Thread | None = None
    calendars: tuple[CalendarFile, ...] = ()


class Envelope(NamedTuple):
    """What stands on a mail beside what it says. `reply_to` is "" when nobody reads answers."""

    sender_name: str
    sender: str
    recipient: str
    message_id: str
    mail_id: str
    at: datetime
    language: str
    important: bool = False
    reply_to: str = ""
    thread: Thread | None = None


def message_id(uuid: str, generation: int, domain: str) -> str:
    """Return the Message-ID of a mail: the same for every try, another when it is rebuilt."""
    return f"<m.{uuid}.{generation}@{domain}>"


def freeze(mail: Mail, envelope: Envelope, calendars: Sequence[CalendarFile] = ()) -> bytes:
    """Return a mail as the bytes that go to the server; the same mail gives the same bytes.

    Date and Message-ID are in them. Automatic answers are asked to stay away, but not bounces:
    the value `All` would suppress those too.
    """
    message = EmailMessage(policy=POLICY)
    for name, value in _headers(mail, envelope):
        message[name] = value
    message.set_content(mail.text, cte="quoted-printable")
    if mail.html:
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    for calendar in calendars:
        message.add_attachment(
            calendar.content,
            maintype="text",
            subtype="calendar",
            cte="base64",
            filename=calendar.name,
            params={"charset": "utf-8", "method": calendar.method},
        )
    # last, because setting the content clears what is said about content
    message["Content-Language"] = envelope.language
    _set_boundaries(message, envelope.message_id)
    return message.as_bytes()


def _headers(mail: Mail, envelope: Envelope) -> list[tuple[str, str | Address]]:
    found: list[tuple[str, str | Address]] = [
        ("From", Address(envelope.sender_name, addr_spec=envelope.sender)),
        ("To", Address(addr_spec=envelope.recipient)),
        ("Subject", " ".join(mail.subject.split())),
        ("Date", format_datetime(envelope.at)),
        ("Message-ID", envelope.message_id),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("X-Reminder-Id", envelope.mail_id),
    ]
    if envelope.reply_to:
        found.append(("Reply-To", Address(addr_spec=envelope.reply_to)))
    if envelope.important:
        found.append(("Importance", "high"))
    if envelope.thread is not None:
        root = _root(envelope.thread, envelope.sender)
        found += [("References", root), ("In-Reply-To", root)]
        found.append(("Thread-Topic", envelope.thread.topic))
    return found


def _root(thread: Thread, sender: str) -> str:
    """The Message-ID of a made-up first mail, which no mailbox has and all of a thread answer."""
    name = hashlib.sha256(thread.about.encode()).hexdigest()[:32]
    return f"<r.{name}@{sender.rpartition('@')[2]}>"


def _set_boundaries(message: EmailMessage, message_id: str) -> None:
    """Let the lines between the parts follow from the mail: by default they are random."""
    name = hashlib.sha256(message_id.encode()).hexdigest()[:24]
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"={name}.{number}=")
