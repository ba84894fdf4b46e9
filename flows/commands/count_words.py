"""What is counted, in words for people. Machines read the names that the code counts by."""

from __future__ import annotations

from collections.abc import Mapping

COUNTS: Mapping[str, tuple[str, str]] = {
    # import
    "rows taken in": ("rækker indlæst", "rows taken in"),
    "rows refused": ("rækker afvist", "rows refused"),
    # decide
    "cases": ("sager set efter", "cases looked at"),
    "caseworkers": ("sagsbehandleres sagstal set efter", "caseworkers' loads looked at"),
    "teams": ("teams sagstal set efter", "teams' loads looked at"),
    "could not be assessed": ("sager kunne ikke vurderes", "cases could not be assessed"),
    "written": ("frister skrevet", "deadlines written"),
    "removed": ("frister fjernet", "deadlines removed"),
    "corrected": (
        "afsluttede frister ændret, fordi en oplysning blev rettet",
        "closed deadlines changed, because a fact was corrected",
    ),
    # owe
    "planned": ("påmindelser skal fortælles", "reminders to be told"),
    "superseded": (
        "påmindelser afløst af et senere trin",
        "reminders overtaken by a later step",
    ),
    "cancelled": ("påmindelser ikke længere nødvendige", "reminders no longer owed"),
    "undeliverable": ("påmindelser nåede ingen", "reminders reached nobody"),
    # build
    "morning": ("morgenmails skrevet", "morning mails written"),
    "instant": ("mails, der haster, skrevet", "urgent mails written"),
    "digest": ("ugeoverblik skrevet", "weekly digests written"),
    "alert": ("alarmer til driften skrevet", "alarms to the operator written"),
    "report": ("rapporter til driften skrevet", "reports to the operator written"),
    "quarantined": (
        "mails erstattet, fordi deres indhold ikke måtte sendes",
        "mails replaced, because their content may not be sent",
    ),
    # deliver
    "accepted": ("mails taget imod af mailserveren", "mails taken by the mail server"),
    "line down": ("gange svarede mailserveren ikke", "times the mail server did not answer"),
    "not encrypted": (
        "gange kunne forbindelsen ikke krypteres",
        "times the connection could not be encrypted",
    ),
    "not let in": (
        "gange ville mailserveren have en anden kode",
        "times the mail server wanted another password",
    ),
    "sender refused": ("gange blev vores afsender afvist", "times our sender was refused"),
    "throttled": ("gange var vi for hurtige", "times we were too fast"),
    "retry": ("mails prøves igen senere", "mails to be tried again later"),
    "mailbox full": ("postkasser var fulde", "mailboxes were full"),
    "content refused": ("mails afvist for deres indhold", "mails refused for their content"),
    "turned away": ("modtagere afvist for os", "recipients turned away"),
    "too big": ("mails var for store", "mails were too big"),
    "refused": ("mails afvist for altid", "mails refused for good"),
    "uncertain": ("mails uden svar: de kan være nået frem", "mails without answer: may have come"),
    "abandoned": (
        "mails taget op efter en proces, der døde",
        "mails taken up after a process that died",
    ),
    "given up": ("mails opgivet, for gamle", "mails given up, too old"),
    "withdrawn": ("mails trukket tilbage", "mails withdrawn"),
    "redirected": ("påmindelser gået videre til en anden", "reminders gone on to somebody else"),
    # what comes back
    "bounced": ("mails kommet retur", "mails come back"),
    "reports failed": ("meldinger: ikke nået frem", "reports: did not arrive"),
    "reports routing": ("meldinger: ingen vej dertil", "reports: no way there"),
    "reports delayed": ("meldinger: forsinket", "reports: delayed"),
    "reports delivered": ("meldinger: nået frem", "reports: arrived"),
    "reports auto reply": ("automatiske svar", "automatic answers"),
    "reports unproven": (
        "meldinger, der ikke beviser, at de handler om vores mails",
        "reports that do not prove to be about our mails",
    ),
    "reports too big": ("mails i postkassen var for store", "mails in the box were too big"),
    "reports unknown": ("andre mails i postkassen", "other mails in the box"),
    # keep
    "mails emptied": ("mails tømt", "mails emptied"),
    "addresses removed": ("modtageradresser fjernet", "recipients' addresses removed"),
    "attempts removed": ("forsøg fjernet", "tries removed"),
    "runs removed": ("kørsler fjernet", "runs removed"),
    "alarms removed": ("alarmer fjernet", "alarms removed"),
    "replaced mails removed": ("erstattede mails fjernet", "replaced mails removed"),
    "refused rows removed": ("afviste rækker fjernet", "refused rows removed"),
    "refused extracts removed": ("afviste udtræk fjernet", "refused extracts removed"),
    "reports of bounces removed": (
        "meldinger om returmails fjernet",
        "reports of mails come back removed",
    ),
    "actions by hand removed": ("håndgreb i udbakken fjernet", "actions by hand removed"),
    "mutes removed": ("ophørte pauser fjernet", "mutes that are over removed"),
    "daily counts removed": ("daglige optællinger fjernet", "daily counts removed"),
    "weeks of figures removed": ("ugers tal fjernet", "weeks of figures removed"),
    "looks removed": ("opslag fjernet fra adgangsloggen", "looks removed from the access log"),
    "cases forgotten": ("sager glemt", "cases forgotten"),
    "journal days removed": ("dage fjernet fra journalen", "days removed from the journal"),
    # an invented municipality
    "open": ("åbne sager", "open cases"),
}


def counted(name: str, language: str) -> str:
    """Return what was counted, in words; the name of a file of an extract as it is.

    >>> counted("accepted", "da"), counted("measures", "da")
    ('mails taget imod af mailserveren', 'measures')
    """
    return COUNTS[name][0 if language == "da" else 1] if name in COUNTS else name
