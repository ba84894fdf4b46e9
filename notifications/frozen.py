"""The bytes of a mail, made once: every later try sends exactly these."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import NamedTuple

from notifications.render import Mail

# text with æøå leaves encoded: the default policy would send eight-bit bytes in the text part
POLICY = SMTP.clone(cte_type="7bit", max_line_length=78)


class Envelope(NamedTuple):
    """What stands on a mail beside what it says. `root` threads mails about one deadline."""

    sender_name: str
    sender: str
    recipient: str
    message_id: str
    mail_id: str
    at: datetime
    language: str
    important: bool = False
    root: str = ""


def message_id(uuid: str, generation: int, domain: str) -> str:
    """Return the Message-ID of a mail: the same for every try, another when it is rebuilt."""
    return f"<m.{uuid}.{generation}@{domain}>"


def freeze(mail: Mail, envelope: Envelope) -> bytes:
    """Return a mail as the bytes that go to the server.

    Date and Message-ID are in them. Automatic answers are asked to stay away, but not bounces:
    the value `All` would suppress those too.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(envelope.sender_name, addr_spec=envelope.sender)
    message["To"] = Address(addr_spec=envelope.recipient)
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["X-Reminder-Id"] = envelope.mail_id
    if envelope.important:
        message["Importance"] = "high"
    if envelope.root:
        message["References"] = envelope.root
        message["In-Reply-To"] = envelope.root
    message.set_content(mail.text, cte="quoted-printable")
    if mail.html:
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    # last, because setting the content clears what is said about content
    message["Content-Language"] = envelope.language
    return message.as_bytes()
