"""No mail looks like spam: Debian's SpamAssassin scores each kind, without asking the network."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, date, datetime

import pytest

from notifications.calendar_file import CANCEL, PUBLISH, Entry, calendar_bytes
from notifications.frozen import CalendarFile, Thread, freeze
from notifications.render import Mail
from notifications.wording import words_for
from tests.unit.mail_views import LANGUAGES, every_mail
from tests.unit.test_mail_frozen import ENVELOPE

HIGHEST = 1.0
ENTRY = Entry("7f0e", 1, date(2026, 11, 26), "Frist: Netværksmøde (sag 4711)", "https://x.dk/y")
CALENDARS = tuple(
    CalendarFile(name, method, calendar_bytes([ENTRY], method, datetime(2026, 11, 24, tzinfo=UTC)))
    for name, method in (("frister.ics", PUBLISH), ("aflyst.ics", CANCEL))
)
KINDS = (
    "morning",
    "one line",
    "leader",
    "after an outage",
    "digest",
    "empty digest",
    "late digest",
)


def score_of(content: bytes) -> tuple[float, str]:
    """Return the score of a mail as it leaves, and the rules that it met."""
    told = subprocess.run(
        ["spamassassin", "--test-mode", "--local"], input=content, capture_output=True, check=True
    ).stdout.decode("utf-8", "replace")
    found = re.search(
        r"^X-Spam-Status: \w+, score=(-?[\d.]+).*?tests=(.*?)\s+\w+=", told, re.M | re.S
    )
    assert found is not None, told[:500]
    return float(found[1]), found[2]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_scores_below_one(kind: str, language: str) -> None:
    mail = every_mail("da" if language == "da" else "en")[KINDS.index(kind)]
    thread = Thread("4711", "Frist torsdag 26. november 2026")
    envelope = ENVELOPE._replace(reply_to="svar@kommune.dk", thread=thread, important=True)
    score, rules = score_of(freeze(mail, envelope, CALENDARS))
    assert score < HIGHEST, rules


def test_a_mail_without_anything_beside_it_scores_below_one() -> None:
    assert score_of(freeze(every_mail("da")[0], ENVELOPE))[0] < HIGHEST


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plain_mail_that_takes_the_place_of_another_scores_below_one(language: str) -> None:
    subject, sentence = words_for("da" if language == "da" else "en").fallback(3)
    link = "https://frister.kommune.dk/deadlines?mail=0f"
    score, rules = score_of(freeze(Mail(subject, f"{sentence}\n\n{link}\n", ""), ENVELOPE))
    assert score < HIGHEST, rules


def test_what_is_spam_does_score() -> None:
    shouting = Mail("FREE MONEY!!! ACT NOW", "Dear friend, 100% free viagra. Click here!\n", "")
    assert score_of(freeze(shouting, ENVELOPE))[0] > HIGHEST
