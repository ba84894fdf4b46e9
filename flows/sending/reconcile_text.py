"""The daily count of the outbox in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.mistakes import Language, UserMistake
from flows.sending.outbox_words import INTENT_STATES, STATES, Pair, one_of
from models.daily_counts import Counted
from models.reconciling import Flow
from rules.spoken_dates import short_moment

SHOWN = 10
"""Rows that are named for each kind of fault; how many more there are is said."""

FAULTS: Mapping[str, Pair] = {
    "intent in no state": (
        "påmindelser i en tilstand, der ikke findes",
        "reminders in a state that does not exist",
    ),
    "intent gone": (
        "påmindelser, der skulle fortælles, er forsvundet",
        "reminders that were to be told have gone",
    ),
    "intent ended at no time": (
        "påmindelser er afsluttet, uden at det er sket siden sidste optælling",
        "reminders have ended, but at no time since the last count",
    ),
    "intent out of nothing": (
        "påmindelser skal fortælles, men var ikke åbne før og er ikke nye",
        "reminders are to be told that were not open before and are not new",
    ),
    "intent told by no mail": (
        "påmindelser står som fortalt, men ingen sendt mail bærer dem",
        "reminders count as told, but no mail that was sent carries them",
    ),
    "intent owed in a mail that is over": (
        "påmindelser venter i en mail, der er afsluttet: de bliver aldrig sendt",
        "reminders wait in a mail that is over: they will never be sent",
    ),
    "intent in two mails": (
        "påmindelser er i to mails på én gang",
        "reminders are in two mails at once",
    ),
    "intent undeliverable and nobody told": (
        "påmindelser kunne ikke leveres, og ingen anden har fået besked",
        "reminders could not be delivered, and nobody else has been told",
    ),
    "intent numbers do not add up": (
        "antallet af åbne påmindelser går ikke op",
        "the number of open reminders does not add up",
    ),
    "mail in no state": (
        "mails i en tilstand, der ikke findes",
        "mails in a state that does not exist",
    ),
    "mail gone": ("mails, der ikke var afsluttet, er forsvundet", "unfinished mails have gone"),
    "mail ended at no time": (
        "mails er afsluttet, uden at det er sket siden sidste optælling",
        "mails have ended, but at no time since the last count",
    ),
    "mail out of nothing": (
        "mails er åbne, men var det ikke før og er ikke nye",
        "mails are open that were not before and are not new",
    ),
    "mail taken by no attempt": (
        "mails står som sendt, men intet forsøg har fået et ja fra mailserveren",
        "mails count as sent, but no attempt was answered with a yes by the mail server",
    ),
    "mail left behind": (
        "mails er hverken sendt eller opgivet i tide",
        "mails were neither sent nor given up in time",
    ),
    "mail numbers do not add up": (
        "antallet af uafsluttede mails går ikke op",
        "the number of unfinished mails does not add up",
    ),
}

KINDS: Mapping[str, Pair] = {
    "intents": ("Påmindelser", "Reminders"),
    "mails": ("Mails", "Mails"),
}

FLOW: Pair = (
    "{kind}: {before} åbne ved sidste optælling + {new} nye - {ended} afsluttede = {open} åbne",
    "{kind}: {before} open at the last count + {new} new - {ended} ended = {open} open",
)
WELL: Pair = ("Alt går op.", "Everything adds up.")


def count_text(counted: Counted, language: Language) -> str:
    """Return a count for people: how the open ones came about, how many are where, what is off."""
    lines = [short_moment(counted.counted_at, language)]
    for name, numbers in (("intents", counted.intents), ("mails", counted.mails)):
        lines += ["", _flow(name, numbers, language)]
        words = INTENT_STATES if name == "intents" else STATES
        for state, number in sorted(counted.states[name].items()):
            if number:
                said = one_of(words[state], language) if state in words else state
                lines.append(f"{number:9,}  {said}")
    lines.append("")
    if not counted.faults:
        return "\n".join([*lines, one_of(WELL, language)])
    return "\n".join(
        [*lines, *(_fault(name, rows, language) for name, rows in counted.faults.items())]
    )


def in_words(faults: Mapping[str, Sequence[str]]) -> UserMistake:
    """Return what does not add up, which rows it is, and what to do."""
    danish, english = (
        "; ".join(_fault(name, rows, language) for name, rows in faults.items())
        for language in ("da", "en")
    )
    return UserMistake(
        da=f"Udbakken går ikke op: {danish}. Tag en sikkerhedskopi, og send denne linje til dem, "
        "der vedligeholder Fristvagt. Optælling: fristvagt outbox count",
        en=f"The outbox does not add up: {english}. Make a backup, and send this line to those who "
        "maintain Fristvagt. The count: fristvagt outbox count",
    )


def _flow(name: str, numbers: Flow, language: Language) -> str:
    kind = one_of(KINDS[name], language)
    return one_of(FLOW, language).format(kind=kind, **numbers._asdict())


def _fault(name: str, rows: Sequence[str], language: str) -> str:
    said = one_of(FAULTS[name], language)
    if not rows:
        return said
    named = ", ".join(rows[:SHOWN])
    more = f" + {len(rows) - SHOWN}" if len(rows) > SHOWN else ""
    return f"{len(rows)} {said} ({named}{more})"
