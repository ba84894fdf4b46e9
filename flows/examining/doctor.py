"""Examining an installation: everything is looked at, nothing is changed, and all is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flows.examining.doctor_database import database_findings
from flows.examining.doctor_folders import folder_findings
from flows.examining.doctor_host import host_findings
from flows.examining.findings import Finding, Level, mistaken, well
from flows.mistakes import UserMistake
from flows.sentences import Said
from flows.settings import Settings, require_mail
from flows.spoken_amounts import several
from rules.dates import danish_holidays, day_of

WITHOUT = {
    "operator_mailbox": (
        Said(
            "FRISTVAGT_OPERATOR_MAILBOX er ikke sat: alarmer står kun i loggen og i fristvagt "
            "status.",
            "FRISTVAGT_OPERATOR_MAILBOX is not set: alarms are only in the log and in fristvagt "
            "status.",
        ),
        Said("Sæt den til en postkasse, nogen læser.", "Set it to a mailbox that somebody reads."),
    ),
    "ping_url": (
        Said(
            "FRISTVAGT_PING_URL er ikke sat: ingen opdager det, hvis hele maskinen går ned.",
            "FRISTVAGT_PING_URL is not set: nobody notices when the whole machine goes down.",
        ),
        Said(
            "Sæt den til en vagttjeneste på en anden maskine.",
            "Set it to a watching service on another machine.",
        ),
    ),
    "extract": (
        Said(
            "FRISTVAGT_EXTRACT er ikke sat: der ledes ikke efter nye udtræk.",
            "FRISTVAGT_EXTRACT is not set: no new extracts are looked for.",
        ),
        Said(
            "Sæt den til mappen, hvor fagsystemet lægger sit udtræk.",
            "Set it to the folder in which the case system puts its extract.",
        ),
    ),
}
"""What it means, and what to do, when a setting is left out."""


def examine(
    settings: Settings, now: datetime, *, mail: bool = False, sample: str = ""
) -> list[Finding]:
    """Return what was found, in the order in which an installation is built up.

    With `mail` the mail server is spoken to as well; `sample` is an address that gets one mail
    without any case.
    Raises: UserMistake when `sample` is not one mail address.
    """
    return [
        *_settings(settings),
        *host_findings(settings, now),
        *folder_findings(settings),
        *_rule_folder(settings),
        *_holidays(now),
        *database_findings(settings, now),
        *_mail(settings, now, asked=mail, sample=sample),
    ]


def _settings(settings: Settings) -> Iterator[Finding]:
    try:
        require_mail(settings)
    except UserMistake as mistake:
        yield mistaken("mail settings", mistake)
    for field, said in WITHOUT.items():
        if not getattr(settings, field):
            yield Finding(Level.WARNING, field, *said)


def _mail(settings: Settings, now: datetime, *, asked: bool, sample: str) -> Iterator[Finding]:
    from flows.examining.mail_check import check_mail_server, send_sample

    if not settings.mail_url or not settings.mail_from:
        return  # told among the settings
    if asked:
        yield from check_mail_server(settings, now)
    if sample:
        yield send_sample(settings, sample, settings.language, now)


def _rule_folder(settings: Settings) -> Iterator[Finding]:
    from flows.rule_book.rule_folder import good_book

    try:
        book = good_book(settings.rules)
    except UserMistake as mistake:
        yield mistaken("rules", mistake)
        return
    there = several(len(book.rules), ("regel", "regler"), ("rule", "rules"))
    yield well(
        "rules",
        da=f"{there.da} i mappen kan læses. Prøv med fristvagt rules test.",
        en=f"{there.en} in the folder can be read. Try with fristvagt rules test.",
    )


def _holidays(now: datetime) -> Iterator[Finding]:
    year = day_of(now).year + 1
    if danish_holidays(year):
        yield well(
            "holidays",
            da=f"Helligdagene i {year} er kendt.",
            en=f"The public holidays of {year} are known.",
        )
        return
    yield Finding(
        Level.WRONG,
        "holidays",
        Said(
            f"Helligdagene i {year} er ikke kendt, så frister i hverdage kan blive forkerte.",
            f"The public holidays of {year} are not known, so deadlines in working days may be "
            "wrong.",
        ),
        Said(
            "Installér den nyeste udgave (make setup).", "Install the newest version (make setup)."
        ),
    )
