"""Faste vendinger i mailene på dansk."""

from __future__ import annotations

PHRASES = {
    "case": "Sag",
    "what": "Hvad skal ske",
    "due": "Frist",
    "case_and_due": "Sag og frist",
    "caseworker": "Sagsbehandler",
    "nobody": "Ikke fordelt",
    "deadlines": "Frister, de mest presserende først",
    "missing": "Fristen kan ikke regnes ud endnu",
    "missing_help": "En oplysning mangler i fagsystemet. Når den er skrevet ind, kommer datoen.",
    "not_assessed": "Kunne ikke vurderes",
    "flapping": "Skifter frem og tilbage",
    "flapping_help": (
        "Fagsystemet har mere end tre gange på en uge sagt, at fristen var opfyldt, og så at den "
        "ikke var det. Se efter, om det er registreret rigtigt. Påmindelserne fortsætter så længe."
    ),
    "not_assessed_help": (
        "Oplysningerne om sagen kunne ikke læses. Indtil de er rettet, holder vi os til de "
        "seneste, vi kunne læse. Hold selv øje med sagens frister så længe."
    ),
    "undeliverable_help": "Mailen nåede ikke frem til den, den var skrevet til.",
    "open": "Åbn linjen",
    "open_list": "Åbn listen over dine frister",
    "open_team": "Åbn listen over frister",
    "done_link": "Er det allerede gjort, eller er sagen ikke din? Sig det på listen:",
    "done": (
        "Er det allerede gjort, så registrér det i fagsystemet. Er sagen ikke din, så sig det til "
        "teamlederen."
    ),
    "automatic": "Mailen er sendt automatisk af Fristvagt.",
    "contact": "Svar på mailen bliver ikke læst. Tal med din teamleder, hvis noget ikke passer.",
    "contact_leader": (
        "Svar på mailen bliver ikke læst. Skriv til dem, der står for Fristvagt hos jer, hvis "
        "noget ikke passer."
    ),
    "pass_on": (
        "Nederst står, hvorfor det kommer til dig. Giv det videre, hvis det er en anden, der skal "
        "tage sig af det."
    ),
    "mail_id": "Mailens nummer",
    "needs_you": "Det her har brug for dig",
    "overdue": "Overskredet",
    "undeliverable": "Kunne ikke leveres",
    "undeliverable_advice": (
        "Fortæl dem det på anden vis, og få rettet adressen, hvis den er forkert."
    ),
    "absent": "Fraværende uden stedfortræder",
    "absent_advice": "Find en stedfortræder; indtil da går deres mails til en leder.",
    "not_assessed_advice": (
        "Oplysningerne om sagen kunne ikke læses. Hold øje med dens frister, til de er rettet."
    ),
    "by_caseworker": "Sådan står det til hos den enkelte",
    "coming": "De næste 7 dage",
    "in_a_week": "Inden for 7 dage",
    "later": "Senere",
    "new": "ny",
    "open_deadlines": "Åbne frister",
    "muted": "Påmindelser, der holdes tilbage",
    "trend": "De seneste uger",
    "trend_caption": "Overskredne frister ved ugens udgang, og påmindelser sendt til tiden",
    "trend_help": "Uger, der er gået, ændrer sig ikke, heller ikke når noget rettes bagefter.",
    "week": "Uge",
    "calendar_cancelled": "Fristen gælder ikke længere",
    "told": "Til tiden",
    "nothing_needs_you": "Intet venter på dig i dag.",
    "nothing_coming": "Ingen frister falder de næste 7 dage.",
    "nobody_to_count": "Ingen i teamet har åbne frister.",
    "digest_late": "Overblikket skulle være sendt tidligere; det blev forsinket hos os.",
}
