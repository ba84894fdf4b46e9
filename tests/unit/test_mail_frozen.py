"""The bytes of mails: what stands on the envelope, and that they never differ from themselves."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from notifications.frozen import Beside, CalendarFile, Envelope, Thread, freeze, message_id
from notifications.render import render_digest, render_reminder
from tests.unit.mail_views import AS_OF, LANGUAGES, SOON, a_full_digest, a_reminder, every_mail

ENVELOPE = Envelope(
    sender_name="Fristovervågning",
    sender="frister@kommune.dk",
    recipient="mette@kommune.dk",
    message_id=message_id("0f" * 16, 0, "kommune.dk"),
    mail_id="0f" * 16,
    at=AS_OF,
    language="da",
)
THREAD = Thread("mho|4711|2026-11-26", "Frist torsdag 26. november 2026")
CALENDAR = CalendarFile("frister.ics", "PUBLISH", "BEGIN:VCALENDAR\r\næøå\r\n".encode())


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_is_seven_bit_with_short_lines(language: str) -> None:
    for mail in every_mail("da" if language == "da" else "en"):
        content = freeze(mail, ENVELOPE, [CALENDAR])
        assert max(content) < 128
        assert max(map(len, content.split(b"\r\n"))) <= 78
        assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_mail_says_that_a_machine_wrote_it_and_asks_for_no_answer() -> None:
    mail = read(freeze(render_reminder(a_reminder()), ENVELOPE))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"  # never All: it stops bounces
    assert mail["X-Reminder-Id"] == "0f" * 16
    assert mail["Message-ID"] == "<m.0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f.0@kommune.dk>"
    assert mail["Date"] == "Tue, 24 Nov 2026 05:10:00 +0100"
    assert mail["From"] == "Fristovervågning <frister@kommune.dk>"
    assert mail["Content-Language"] == "da"
    assert mail.get_content_type() == "multipart/alternative"
    for unwanted in ("Precedence", "List-Unsubscribe", "Reply-To", "Bcc", "Importance"):
        assert mail[unwanted] is None
    for unwanted in ("References", "In-Reply-To", "Thread-Topic", "Sender", "Priority"):
        assert mail[unwanted] is None


def test_answers_go_to_the_staffed_mailbox_when_there_is_one() -> None:
    answered = ENVELOPE._replace(reply_to="frister-svar@kommune.dk")
    mail = read(freeze(render_reminder(a_reminder()), answered))
    assert mail["Reply-To"] == "frister-svar@kommune.dk"


def test_only_an_important_mail_is_marked_so() -> None:
    important = freeze(render_reminder(a_reminder()), ENVELOPE._replace(important=True))
    assert read(important)["Importance"] == "high"
    assert read(freeze(render_reminder(a_reminder(SOON)), ENVELOPE))["Importance"] is None


def test_mails_of_one_thread_answer_the_same_made_up_mail_under_one_topic() -> None:
    one = read(freeze(render_reminder(a_reminder()), ENVELOPE._replace(thread=THREAD)))
    two = read(freeze(render_reminder(a_reminder(SOON)), ENVELOPE._replace(thread=THREAD)))
    assert one["References"] == one["In-Reply-To"] == two["References"] == two["In-Reply-To"]
    assert one["Thread-Topic"] == two["Thread-Topic"] == "Frist torsdag 26. november 2026"
    assert "4711" not in one["References"]
    moved = ENVELOPE._replace(thread=THREAD._replace(about="mho|4711|2026-12-03"))
    assert read(freeze(render_reminder(a_reminder()), moved))["References"] != one["References"]


def test_the_same_mail_always_gives_the_same_bytes() -> None:
    mail = render_reminder(a_reminder())
    assert freeze(mail, ENVELOPE, [CALENDAR]) == freeze(mail, ENVELOPE, [CALENDAR])


def test_a_calendar_file_stands_beside_the_two_readings_of_the_mail() -> None:
    mail = read(freeze(render_reminder(a_reminder()), ENVELOPE, [CALENDAR]))
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    attached = list(mail.walk())[-1]
    assert attached["Content-Transfer-Encoding"] == "base64"
    assert attached.get_filename() == "frister.ics"
    assert attached.get_payload(decode=True) == CALENDAR.content


def test_nothing_goes_beside_a_mail_unless_it_is_said() -> None:
    assert Beside() == (None, ())


def test_the_longest_digest_is_no_burden_to_a_mailbox() -> None:
    assert len(freeze(render_digest(a_full_digest()), ENVELOPE)) < 200_000


def test_mails_of_one_thread_name_their_root_in_one_piece_however_long_our_domain_is() -> None:
    domain = "socialforvaltningen-boern-og-unge.en-meget-lang-kommune.dk"
    envelope = ENVELOPE._replace(
        sender=f"frister@{domain}", message_id=message_id("0f" * 16, 0, domain), thread=THREAD
    )
    content = freeze(render_reminder(a_reminder()), envelope)
    for name in (b"Message-ID", b"References", b"In-Reply-To"):
        (line,) = [one for one in content.split(b"\r\n") if one.startswith(name + b": ")]
        assert line.endswith(b"@" + domain.encode() + b">")
