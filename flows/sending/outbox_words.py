"""The words of `fristvagt outbox`: Danish first, then English."""

from __future__ import annotations

from collections.abc import Mapping

from notifications.bounce import Kind
from notifications.outcome import Phase, Verdict

Pair = tuple[str, str]

STATES: Mapping[str, Pair] = {
    "pending": ("venter", "waits"),
    "claimed": ("afleveres nu", "is being handed over"),
    "in_data": ("afleveres nu", "is being handed over"),
    "accepted": ("sendt", "sent"),
    "hold": ("holdt tilbage", "held"),
    "failed": ("afvist", "refused"),
    "bounced": ("kommet retur", "came back"),
    "cancelled": ("kaldt tilbage", "called back"),
    "superseded": ("afløst", "replaced"),
}

INTENT_STATES: Mapping[str, Pair] = {
    "planned": ("skal fortælles", "to be told"),
    "on its way": ("på vej", "on its way"),
    "sent": ("fortalt", "told"),
    "superseded": ("afløst af et senere trin", "overtaken by a later step"),
    "cancelled": ("bortfaldet", "no longer owed"),
    "undeliverable": ("kunne ikke leveres", "could not be delivered"),
}

KINDS: Mapping[str, Pair] = {
    "morning": ("morgen", "morning"),
    "instant": ("straks", "at once"),
    "digest": ("ugeoverblik", "week's digest"),
    "alert": ("alarm", "alarm"),
    "report": ("driftsrapport", "report"),
}

OUTCOMES: Mapping[str, Pair] = {
    "": ("endnu intet svar", "no answer yet"),
    "abandoned": ("processen døde undervejs", "the process died on the way"),
    Verdict.ACCEPTED: ("taget imod", "taken"),
    Verdict.LINE_DOWN: ("serveren kunne ikke nås", "the server could not be reached"),
    Verdict.NOT_ENCRYPTED: ("ingen kryptering, intet sendt", "no encryption, nothing sent"),
    Verdict.NOT_LET_IN: ("bruger eller kode afvist", "user name or password refused"),
    Verdict.SENDER_REFUSED: ("vi må ikke sende", "we may not send"),
    Verdict.THROTTLED: ("vi sender for hurtigt", "we send too fast"),
    Verdict.RETRY: ("ikke nu, prøv igen", "not now, try again"),
    Verdict.MAILBOX_FULL: ("postkassen er fuld", "the mailbox is full"),
    Verdict.CONTENT_REFUSED: ("indholdet afvist", "its content was refused"),
    Verdict.TURNED_AWAY: ("modtageren betjenes ikke for os", "not served to us"),
    Verdict.TOO_BIG: ("for stor", "too big"),
    Verdict.REFUSED: ("afvist", "refused"),
    Verdict.UNCERTAIN: ("svaret gik tabt", "the answer was lost"),
}

PHASES: Mapping[str, Pair] = {
    "": ("", ""),
    Phase.CONNECT: ("ved forbindelsen", "on connecting"),
    Phase.TLS: ("ved krypteringen", "on encrypting"),
    Phase.AUTH: ("ved login", "on logging in"),
    Phase.MAIL: ("ved afsenderen", "at the sender"),
    Phase.RCPT: ("ved modtageren", "at the recipient"),
    Phase.DATA: ("ved selve mailen", "at the mail itself"),
}

REPORTS: Mapping[str, Pair] = {
    Kind.FAILED: ("nåede ikke frem", "did not arrive"),
    Kind.ROUTING: ("ingen vej til modtagerens server", "no way to the recipient's server"),
    Kind.DELAYED: ("forsinket, der prøves fortsat", "delayed, still being tried"),
    Kind.DELIVERED: ("nåede frem", "arrived"),
    Kind.AUTO_REPLY: ("automatisk svar", "automatic answer"),
    Kind.UNPROVEN: ("uden bevis", "without proof"),
    Kind.UNKNOWN: ("ikke en rapport: se i postkassen", "no report: look in the box"),
    Kind.TOO_BIG: ("for stor til at være en rapport", "too big to be a report"),
}

ACTIONS: Mapping[str, Pair] = {
    "release": ("sendt af sted igen", "let go again"),
    "cancel": ("kaldt tilbage", "called back"),
    "release storm": ("stormbremsen løsnet", "storm brake released"),
}

WORDS: Mapping[str, Pair] = {
    "fallback": ("fællespostkassen", "the fallback mailbox"),
    "operator": ("driften", "the operator"),
    "mail": ("Mail", "Mail"),
    "state": ("Status", "State"),
    "built": ("Dannet", "Built"),
    "to": ("Til", "To"),
    "kind": ("Slags", "Kind"),
    "reminders": ("Påmindelser", "Reminders"),
    "tries": ("Forsøg", "Tries"),
    "what": ("Hvad nu", "What now"),
    "number of mails": ("{number} mails", "{number} mails"),
    "none": ("Ingen mails.", "No mails."),
    "title": ("Mail {short}: {subject}", "Mail {short}: {subject}"),
    "gone": ("teksten er slettet", "its text has been removed"),
    "recipient": ("Til {name}, {state}.", "To {name}, {state}."),
    "why": ("Hvorfor: »{why}«", 'Why: "{why}"'),
    "carries": ("Indhold", "What it carries"),
    "carried": (
        "{case} · {title} · trin »{step}« · frist {due} · {state}",
        '{case} · {title} · step "{step}" · due {due} · {state}',
    ),
    "told instead": ("    i stedet får {names} besked", "    {names} told instead"),
    "nobody instead": ("    ingen anden har fået besked endnu", "    nobody else told yet"),
    "attempts": ("Forsøg", "Tries"),
    "no attempts": ("ingen endnu", "none yet"),
    "came back": ("Kom retur", "What came back"),
    "by hand": ("Gjort i hånden", "Done by hand"),
    "done": ("{at} {action} af {by}", "{at} {action} by {by}"),
    "next": ("Hvad nu", "What now"),
    "no due": ("ikke fastlagt", "not decided"),
    "leaves now": ("Den afsendes ved næste kørsel.", "It leaves with the next run."),
    "leaves": ("Den afsendes tidligst {at}.", "It leaves {at} at the earliest."),
    "tried again": (
        "Den prøves igen {at}, og senest {until}; derefter får den næste i rækken besked.",
        "It is tried again {at}, until {until}; then the next in the chain is told.",
    ),
    "may have arrived": (
        "Mailserverens svar gik tabt, så den kan være nået frem allerede.",
        "The mail server's answer was lost, so it may have arrived already.",
    ),
    "handing over": ("Den er ved at blive afleveret.", "It is being handed over."),
    "held": (
        "Den sendes ikke, før nogen har set på den ({error}). Se efter på mailserveren, om den "
        "nåede frem. Så: fristvagt outbox release {short}, eller: fristvagt outbox cancel "
        "{short} --why ... Den næste i rækken har fået besked.",
        "It is not sent until somebody has looked at it ({error}). See at the mail server whether "
        "it arrived. Then: fristvagt outbox release {short}, or: fristvagt outbox cancel {short} "
        "--why ... The next in the chain has been told.",
    ),
    "may come back": (
        "Mailserveren tog imod den. Hører vi intet inden {until}, regnes den for nået frem.",
        "The mail server took it. If nothing is heard by {until}, it is presumed to have arrived.",
    ),
    "presumed": (
        "Den regnes for nået frem: i fem dage er intet kommet retur.",
        "It is presumed to have arrived: nothing has come back in five days.",
    ),
    "arrived": (
        "Modtagerens server har bekræftet den.",
        "The recipient's server has confirmed it.",
    ),
    "not delivered": ("Den nåede ikke frem ({error}).", "It did not arrive ({error})."),
    "called back by hand": (
        "Den blev kaldt tilbage i hånden. Senere trin for de samme frister sendes stadig.",
        "It was called back by hand. Later steps of the same deadlines are still sent.",
    ),
    "called back": (
        "Den blev kaldt tilbage, før den var sendt: intet i den skulle fortælles længere.",
        "It was called back before it left: nothing in it was owed any more.",
    ),
    "replaced": (
        "Den blev kaldt tilbage, før den var sendt; det, der stadig skal fortælles, gik med en "
        "anden mail.",
        "It was called back before it left; what is still owed went with another mail.",
    ),
    "released": (
        "Mail {short} sendes igen ved næste kørsel.",
        "Mail {short} goes again with the next run.",
    ),
    "cancelled": (
        "Mail {short} sendes ikke. Senere trin for de samme frister sendes stadig.",
        "Mail {short} will not be sent. Later steps of the same deadlines are.",
    ),
    "storm released": (
        "{number} mails, som stormbremsen holdt, sendes ved næste kørsel.",
        "{number} mails that the storm brake held leave with the next run.",
    ),
    "no storm": ("Stormbremsen holder intet tilbage.", "The storm brake holds nothing back."),
}


def word(key: str, language: str, **values: object) -> str:
    """Return a sentence of these commands in a language, with its values filled in."""
    return one_of(WORDS[key], language).format(**values)


def one_of(pair: Pair, language: str) -> str:
    """Return the Danish of a pair ("da"), else the English."""
    return pair[0 if language == "da" else 1]
