"""Which mails mail programs show together: those about one deadline, and the digests of a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flows.composing.mail_lines import local, moment_of
from flows.mistakes import Language
from models.outbox import Intent
from notifications.frozen import Thread
from notifications.wording import words_for
from rules.dates import day_of


def thread_of_reminders(intents: Sequence[Intent], language: Language) -> Thread | None:
    """Return the thread of a mail that could not wait: one for a deadline, due moment and reader.

    One with several deadlines belongs to that of the nearest. None when none of them has a date.
    """
    dated = [intent for intent in intents if intent.due_text]
    if not dated:
        return None
    nearest = min(dated, key=lambda intent: (intent.due_text, intent.deadline_key))
    due = local(moment_of(nearest.due_text))
    assert due is not None
    about = "|".join((nearest.recipient, nearest.deadline_key, nearest.due_text))
    return Thread(about, words_for(language).reminder_topic(due))


def thread_of_digests(leader: str, now: datetime, language: Language) -> Thread:
    """Return the thread of a leader's digests of one month."""
    today = day_of(now)
    return Thread(f"digest|{leader}|{today:%Y-%m}", words_for(language).digest_topic(today))
