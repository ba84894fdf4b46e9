"""A mail that is more than the server takes: the same reminders in a smaller one."""

from __future__ import annotations

import email
import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from flows.mistakes import Language
from flows.settings import Settings
from models.outbox_messages import Claimed, NewMessage, generations, message_of
from notifications.addresses import domain, sender
from notifications.frozen import message_id
from notifications.smaller import in_few_words, smaller_forms
from notifications.wording import words_for


def smaller_mail(
    connection: Connection, claimed: Claimed, settings: Settings, longest: int, now: datetime
) -> NewMessage | None:
    """Return the next generation of a mail, of at most so many bytes; None when there is none.

    Attachments go first, then the HTML, and at last all but how many deadlines wait, and where.
    """
    message = message_of(connection, claimed.uuid)
    name = uuid.uuid4().hex
    generation, _ = generations(connection, [claimed.key])[claimed.key]
    identity = message_id(name, generation, domain(sender(settings.mail_from)[1]))
    written_in = email.message_from_bytes(claimed.content)["Content-Language"]
    language: Language = "en" if written_in == "en" else "da"
    subject, sentence = words_for(language).fallback(len(message.intents))
    said = f"{sentence}\n\n{settings.public_url}/deadlines?mail={name}\n"
    forms = (
        *smaller_forms(claimed.content, identity, name),
        in_few_words(claimed.content, identity, name, subject, said),
    )
    fitting = next((content for content in forms if len(content) <= longest), None)
    if fitting is None:
        return None
    return replace(
        message,
        uuid=name,
        generation=generation,
        message_id=identity,
        subject=subject if fitting is forms[-1] else message.subject,
        content=fitting,
        next_at=now,
    )
