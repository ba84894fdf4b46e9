"""Examining the way mails go: the server, its encryption, our sender, what comes back, the DNS."""

from __future__ import annotations

import asyncio
import imaplib
import uuid
from collections.abc import Iterator
from datetime import datetime

from flows.examining.findings import Finding, Level, mistaken, well
from flows.examining.sender_records import SenderRecords, sender_records
from flows.mistakes import Language, UserMistake
from flows.sending.bounces import unreadable
from flows.sending.line_faults import WORDS, in_words
from flows.sentences import Said
from flows.settings import Settings
from notifications.addresses import domain, mailbox, sender
from notifications.bounce_box import bounce_box, opened
from notifications.frozen import Envelope, freeze, message_id
from notifications.outcome import Ending, Verdict
from notifications.render import Mail
from notifications.server import MailServer, Tls, mail_server
from notifications.smtp import MailLine, Parcel, ServerSeen
from rules.dates import DENMARK, day_of, days_between
from rules.spoken_dates import short_day

SERVER, ENCRYPTION, SIZE, REPORTS = "mail server", "mail encryption", "mail size", "mail reports"
BOX, RECORDS, SAMPLE = "bounce box", "sender domain", "mail sample"

RENEW_DAYS = 21
"""A certificate that ends sooner is not renewed by itself, or that has failed."""

LARGEST_MAIL = 200_000
"""Bytes. A digest of two hundred lines is half of that."""


def check_mail_server(
    settings: Settings,
    now: datetime,
    *,
    server: MailServer | None = None,
    records: SenderRecords | None = None,
) -> list[Finding]:
    """Return what was found on the way that mails go; nothing is sent and nothing is changed.

    `server` and `records` replace what the settings name and what the DNS says.
    """
    server = server or mail_server(settings.mail_url)
    our_sender = sender(settings.mail_from)[1]
    line = MailLine(server, domain(our_sender))
    seen = asyncio.run(line.look(our_sender))
    host = domain(our_sender)
    return [
        *_server(server, seen, now),
        *_coming_back(settings),
        *_records(host, records or sender_records(host)),
    ]


def send_sample(
    settings: Settings,
    address: str,
    language: Language,
    now: datetime,
    *,
    server: MailServer | None = None,
) -> Finding:
    """Send one mail without any case to an address, past the outbox, and return how that went.

    Raises: UserMistake when it is not one mail address.
    """
    if not mailbox(address):
        raise UserMistake(
            da=f"»{address}« er ikke en mailadresse. Skriv én adresse som kim@kommune.dk.",
            en=f'"{address}" is not a mail address. Write one address, such as kim@kommune.dk.',
        )
    server = server or mail_server(settings.mail_url)
    parcel = _sample(settings, mailbox(address), language, now)
    ended = asyncio.run(_hand_over(server, parcel))
    if ended.verdict is Verdict.ACCEPTED:
        return well(
            SAMPLE,
            da=f"Mailserveren tog imod en prøvemail til {address}. Se efter, at den kom frem, og "
            "at den ikke ligger blandt uønskede mails.",
            en=f"The mail server took a sample mail to {address}. See that it arrived, and that "
            "it is not among unwanted mails.",
        )
    answer = " ".join(str(part) for part in (ended.code, ended.text) if part) or ended.verdict
    return Finding(
        Level.WRONG,
        SAMPLE,
        Said(
            f"Prøvemailen til {address} blev ikke taget imod ({answer}).",
            f"The sample mail to {address} was not taken ({answer}).",
        ),
        Said(
            "Se, hvad svaret siger om adressen eller afsenderen.",
            "See what the answer says of the address or the sender.",
        ),
    )


def _server(server: MailServer, seen: ServerSeen, now: datetime) -> Iterator[Finding]:
    if seen.fault is not None:
        yield _fault(server, seen.fault)
        return
    yield well(
        SERVER,
        da=f"Mailserveren {server.host} svarer og tager imod mails fra os.",
        en=f"The mail server {server.host} answers and takes mails from us.",
    )
    yield _encryption(server, seen, now)
    if 0 < seen.longest < LARGEST_MAIL:
        yield Finding(
            Level.WARNING,
            SIZE,
            Said(
                f"Mailserveren tager højst {seen.longest} byte; et stort ugeoverblik kan fylde "
                f"{LARGEST_MAIL}.",
                f"The mail server takes {seen.longest} bytes at most; a large digest may have "
                f"{LARGEST_MAIL}.",
            ),
            Said("Bed om en højere grænse.", "Ask for a higher limit."),
        )
    if not seen.reports:
        yield Finding(
            Level.WARNING,
            REPORTS,
            Said(
                "Mailserveren kan ikke bedes om at fortælle, hvad der bliver af en mail (DSN).",
                "The mail server cannot be asked to tell what becomes of a mail (DSN).",
            ),
            Said(
                "Sæt FRISTVAGT_BOUNCE_ADDRESS, så returpost alligevel kan kendes.",
                "Set FRISTVAGT_BOUNCE_ADDRESS, so that what comes back is known all the same.",
            ),
        )


def _fault(server: MailServer, fault: Ending) -> Finding:
    if fault.verdict in WORDS:
        return mistaken(SERVER, in_words(server.host, fault))
    answer = f"{fault.code} {fault.text}"
    return Finding(
        Level.WARNING,
        SERVER,
        Said(
            f"Mailserveren {server.host} svarer, men tager ikke imod mails lige nu ({answer}).",
            f"The mail server {server.host} answers, but takes no mails just now ({answer}).",
        ),
        Said("Prøv igen om lidt.", "Try again in a while."),
    )


def _encryption(server: MailServer, seen: ServerSeen, now: datetime) -> Finding:
    if server.tls is Tls.NONE or seen.certificate_until is None:
        return well(
            ENCRYPTION,
            da="Mailserveren er på samme maskine, så forbindelsen er ikke krypteret.",
            en="The mail server is on the same machine, so the connection is not encrypted.",
        )
    until = day_of(seen.certificate_until)
    left = days_between(day_of(now), until)
    danish, english = short_day(until, "da"), short_day(until, "en")
    if left >= RENEW_DAYS:
        return well(
            ENCRYPTION,
            da=f"Forbindelsen er krypteret ({seen.tls}); certifikatet gælder til {danish}.",
            en=f"The connection is encrypted ({seen.tls}); the certificate is valid to {english}.",
        )
    return Finding(
        Level.WARNING,
        ENCRYPTION,
        Said(
            f"Mailserverens certifikat udløber om {left} dage ({danish}); så sendes intet.",
            f"The mail server's certificate ends in {left} days ({english}); nothing is sent then.",
        ),
        Said("Få det fornyet.", "Have it renewed."),
    )


def _coming_back(settings: Settings) -> Iterator[Finding]:
    if not settings.bounces:
        yield Finding(
            Level.WARNING,
            BOX,
            Said(
                "FRISTVAGT_BOUNCES er ikke sat: det opdages ikke, at en mail er kommet retur.",
                "FRISTVAGT_BOUNCES is not set: it is not noticed that a mail came back.",
            ),
            Said(
                "Sæt den til postkassen, som returpost havner i.",
                "Set it to the mailbox that what comes back ends in.",
            ),
        )
        return
    box = bounce_box(settings.bounces)
    try:
        with opened(box) as mails:
            next(iter(mails.waiting()), None)
    except (OSError, imaplib.IMAP4.error) as error:
        yield mistaken(BOX, unreadable(box, error))
        return
    yield well(
        BOX,
        da="Postkassen med returpost kan læses.",
        en="The box that bounces come to can be read.",
    )


def _records(host: str, found: SenderRecords) -> Iterator[Finding]:
    if None in found:
        yield Finding(
            Level.WARNING,
            RECORDS,
            Said(f"DNS kunne ikke spørges om {host}.", f"The DNS could not be asked about {host}."),
            Said(
                "Se fra en anden maskine, om domænet har MX, SPF og DMARC.",
                "See from another machine whether the domain has MX, SPF and DMARC.",
            ),
        )
        return
    missing = [
        name
        for name, there in (("MX", found.servers), ("SPF", found.spf), ("DMARC", found.dmarc))
        if not there
    ]
    if not missing:
        yield well(
            RECORDS,
            da=f"Domænet {host} har MX, SPF og DMARC.",
            en=f"The domain {host} has MX, SPF and DMARC.",
        )
        return
    names = ", ".join(missing)
    yield Finding(
        Level.WARNING,
        RECORDS,
        Said(f"Domænet {host} mangler {names} i DNS.", f"The domain {host} lacks {names} in DNS."),
        Said(
            "Uden dem kan modtagere afvise mailene. Bed dem, der passer domænet, om dem.",
            "Without them receivers may refuse the mails. Ask those who look after the domain.",
        ),
    )


def _sample(settings: Settings, address: str, language: Language, now: datetime) -> Parcel:
    name = uuid.uuid4().hex
    sender_name, sender_address = sender(settings.mail_from)
    said = _SAMPLE.message(language)
    subject, _, text = said.partition("\n\n")
    envelope = Envelope(
        sender_name=sender_name,
        sender=sender_address,
        recipient=address,
        message_id=message_id(name, 0, domain(sender_address)),
        mail_id=name,
        at=now.astimezone(DENMARK),
        language=language,
    )
    return Parcel(name, address, sender_address, freeze(Mail(subject, text + "\n", ""), envelope))


async def _hand_over(server: MailServer, parcel: Parcel) -> Ending:
    line = MailLine(server, domain(parcel.return_path))
    try:
        return await line.address(parcel) or await line.hand_over(parcel)
    finally:
        await line.close()


_SAMPLE = Said(
    "Prøvemail fra Fristvagt\n\nDenne mail er sendt for at se, om mails fra Fristvagt når frem. "
    "Den handler ikke om nogen sag, og der skal ikke gøres noget.",
    "Sample mail from Fristvagt\n\nThis mail was sent to see whether mails from Fristvagt arrive. "
    "It is about no case, and nothing needs to be done.",
)
