"""When the mail server cannot be spoken to: telling the operator once, in words, until it can."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from flows.mistakes import UserMistake
from models.database import writing
from models.runs import clear_alarm, raise_alarm
from notifications.outcome import Ending, Phase
from notifications.smtp import NOT_ENCRYPTED

LINE_FAULT = "mail server"


def tell_line_fault(engine: Engine, host: str, found: Ending, now: datetime) -> UserMistake:
    """Record once that the mail server cannot be spoken to, and return what to do about it."""
    mistake = in_words(host, found)
    with writing(engine) as connection:
        raise_alarm(connection, LINE_FAULT, host, now, mistake.en, mistake.da)
    return mistake


def recover_line(engine: Engine, host: str, now: datetime) -> None:
    """Record that the mail server answers again, if it was down."""
    with writing(engine) as connection:
        clear_alarm(connection, LINE_FAULT, host, now)


def in_words(host: str, found: Ending) -> UserMistake:
    """Return what is wrong with the mail server, and what to do."""
    said = found.text or "-"
    if found.phase is Phase.TLS and found.text == NOT_ENCRYPTED:
        return UserMistake(
            da=f"Mailserveren {host} tilbyder ikke kryptering (STARTTLS), og Fristvagt sender "
            "ikke i klar tekst til en anden maskine. Slå TLS til på mailserveren, eller skriv "
            "smtps:// i FRISTVAGT_MAIL_URL, hvis den taler TLS fra første byte. Mailene venter så "
            "længe.",
            en=f"The mail server {host} offers no encryption (STARTTLS), and Fristvagt does not "
            "send in clear text to another machine. Turn on TLS at the mail server, or write "
            "smtps:// in FRISTVAGT_MAIL_URL if it speaks TLS from the first byte. The mails wait "
            "until then.",
        )
    if found.phase is Phase.TLS:
        return UserMistake(
            da=f"Forbindelsen til mailserveren {host} kunne ikke krypteres ({said}). Se efter, om "
            "dens certifikat er gyldigt og udstedt til det navn, der står i FRISTVAGT_MAIL_URL. "
            "Mailene venter så længe.",
            en=f"The connection to the mail server {host} could not be encrypted ({said}). See "
            "that its certificate is valid and made out to the name in FRISTVAGT_MAIL_URL. The "
            "mails wait until then.",
        )
    if found.phase is Phase.AUTH:
        return UserMistake(
            da=f"Mailserveren {host} tager ikke imod brugernavn og kode ({said}). Ret dem i "
            "FRISTVAGT_MAIL_URL. Mailene venter så længe.",
            en=f"The mail server {host} does not take the user name and password ({said}). Correct "
            "them in FRISTVAGT_MAIL_URL. The mails wait until then.",
        )
    if found.phase is Phase.CONNECT:
        return UserMistake(
            da=f"Mailserveren {host} svarer ikke ({said}). Se efter, om den kører, og om adressen "
            "i FRISTVAGT_MAIL_URL passer. Mailene venter, og der prøves igen hvert minut.",
            en=f"The mail server {host} does not answer ({said}). See that it runs, and that the "
            "address in FRISTVAGT_MAIL_URL is right. The mails wait, and are tried every minute.",
        )
    return UserMistake(
        da=f"Mailserveren {host} tager ikke imod mails fra os ({said}). Se efter, om den kender "
        "afsenderen i FRISTVAGT_MAIL_FROM. Mailene venter så længe.",
        en=f"The mail server {host} does not take mails from us ({said}). See that it knows the "
        "sender in FRISTVAGT_MAIL_FROM. The mails wait until then.",
    )
