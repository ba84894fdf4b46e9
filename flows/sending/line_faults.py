"""When the mail server cannot be spoken to: telling the operator once, in words, until it can."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from flows.mistakes import UserMistake
from flows.sending.line_circuit import last_ending
from models.mail_line import Line
from models.runs import clear_alarm, raise_alarm
from notifications.outcome import Ending, Verdict
from notifications.smtp import NOT_ENCRYPTED
from rules.dates import minutes_after

LINE_FAULT = "mail server"

ALARM_AFTER_MINUTES = 10
"""A server that is restarted is no news; whatever else is wrong is news at once."""


NO_STARTTLS = UserMistake(
    da="Mailserveren {host} tilbyder ikke kryptering (STARTTLS), og Fristvagt sender ikke i klar "
    "tekst til en anden maskine. Slå TLS til på mailserveren, eller skriv smtps:// i "
    "FRISTVAGT_MAIL_URL, hvis den taler TLS fra første byte. Mailene venter så længe.",
    en="The mail server {host} offers no encryption (STARTTLS), and Fristvagt does not send in "
    "clear text to another machine. Turn on TLS at the mail server, or write smtps:// in "
    "FRISTVAGT_MAIL_URL if it speaks TLS from the first byte. The mails wait until then.",
)
WORDS = {
    Verdict.LINE_DOWN: UserMistake(
        da="Mailserveren {host} svarer ikke ({said}). Se efter, om den kører, og om adressen i "
        "FRISTVAGT_MAIL_URL passer. Mailene venter, og der prøves igen af sig selv.",
        en="The mail server {host} does not answer ({said}). See that it runs, and that the "
        "address in FRISTVAGT_MAIL_URL is right. The mails wait, and it is tried again by itself.",
    ),
    Verdict.NOT_ENCRYPTED: UserMistake(
        da="Forbindelsen til mailserveren {host} kunne ikke krypteres ({said}). Se efter, om dens "
        "certifikat er gyldigt og udstedt til det navn, der står i FRISTVAGT_MAIL_URL. Mailene "
        "venter så længe.",
        en="The connection to the mail server {host} could not be encrypted ({said}). See that "
        "its certificate is valid and made out to the name in FRISTVAGT_MAIL_URL. The mails wait "
        "until then.",
    ),
    Verdict.NOT_LET_IN: UserMistake(
        da="Mailserveren {host} tager ikke imod brugernavn og kode ({said}). Ret dem i "
        "FRISTVAGT_MAIL_URL. Mailene venter så længe.",
        en="The mail server {host} does not take the user name and password ({said}). Correct "
        "them in FRISTVAGT_MAIL_URL. The mails wait until then.",
    ),
    Verdict.SENDER_REFUSED: UserMistake(
        da="Mailserveren {host} tager ikke imod mails fra os ({said}). Se efter, om den kender "
        "afsenderen i FRISTVAGT_MAIL_FROM, og om dens postkasse er fuld. Mailene venter så længe.",
        en="The mail server {host} does not take mails from us ({said}). See that it knows the "
        "sender in FRISTVAGT_MAIL_FROM, and that its mailbox is not full. The mails wait until "
        "then.",
    ),
    Verdict.CONTENT_REFUSED: UserMistake(
        da="Mailserveren {host} afviser indholdet af flere mails i træk ({said}). Bed dem, der "
        "passer den, om at lade mails fra FRISTVAGT_MAIL_FROM slippe igennem filteret. Der prøves "
        "med én mail hvert kvarter.",
        en="The mail server {host} turns down the content of several mails in a row ({said}). Ask "
        "those who look after it to let mails from FRISTVAGT_MAIL_FROM through its filter. One "
        "mail tries every quarter of an hour.",
    ),
    Verdict.TURNED_AWAY: UserMistake(
        da="Mailserveren {host} vil ikke sende videre for os ({said}). Bed dem, der passer den, om "
        "at lade denne maskine sende, eller skriv en anden server i FRISTVAGT_MAIL_URL. Der prøves "
        "med én mail hvert kvarter.",
        en="The mail server {host} does not pass mails on for us ({said}). Ask those who look "
        "after it to let this machine send, or name another server in FRISTVAGT_MAIL_URL. One "
        "mail tries every quarter of an hour.",
    ),
}


def tell_line_fault(connection: Connection, host: str, line: Line, now: datetime) -> UserMistake:
    """Return why a line is down and what to do about it; the operator is told once."""
    mistake = in_words(host, last_ending(line))
    since = line.down_since_at or now
    if line.verdict != Verdict.LINE_DOWN or minutes_after(since, ALARM_AFTER_MINUTES) <= now:
        raise_alarm(connection, LINE_FAULT, "", now, mistake.en, mistake.da)
    return mistake


def recover_line(connection: Connection, now: datetime) -> None:
    """Record that the mail server takes mails again, if it was down."""
    clear_alarm(connection, LINE_FAULT, "", now)


def in_words(host: str, found: Ending) -> UserMistake:
    """Return what is wrong with the mail server, and what to do."""
    words = NO_STARTTLS if found.text == NOT_ENCRYPTED else WORDS[found.verdict]
    said = found.text or "-"
    return UserMistake(
        da=words.da.replace("{host}", host).replace("{said}", said),
        en=words.en.replace("{host}", host).replace("{said}", said),
    )
