"""The same mail in fewer bytes: without attachments, or in text alone."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email.message import EmailMessage

from notifications.frozen import POLICY

ABOUT_CONTENT = ("content-", "mime-version")


def smaller_forms(content: bytes, message_id: str, mail_id: str) -> Iterator[bytes]:
    """Give a mail in ever fewer bytes, under a new name: it is another mail."""
    mail = email.message_from_bytes(content, policy=POLICY)
    assert isinstance(mail, EmailMessage)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    said = str(text.get_content()) if text is not None else ""
    if html is not None and any(True for _ in mail.iter_attachments()):
        yield _rewritten(mail, message_id, mail_id, said, str(html.get_content()))
    if html is not None:
        yield _rewritten(mail, message_id, mail_id, said)


def in_few_words(
    content: bytes, message_id: str, mail_id: str, subject: str, sentence: str
) -> bytes:
    """Return a mail from and to the same that says only this."""
    mail = email.message_from_bytes(content, policy=POLICY)
    assert isinstance(mail, EmailMessage)
    del mail["Subject"]
    mail["Subject"] = subject
    return _rewritten(mail, message_id, mail_id, sentence)


def _rewritten(
    mail: EmailMessage, message_id: str, mail_id: str, text: str, html: str = ""
) -> bytes:
    renamed = {"message-id": message_id, "x-reminder-id": mail_id}
    message = EmailMessage(policy=POLICY)
    for name, value in mail.items():
        if not name.lower().startswith(ABOUT_CONTENT):
            message[name] = renamed.get(name.lower(), str(value))
    message.set_content(text, cte="quoted-printable")
    if html:
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    if "Content-Language" in mail:
        message["Content-Language"] = str(mail["Content-Language"])
    return message.as_bytes()
