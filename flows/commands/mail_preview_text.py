"""The preview of mails in words, for people and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flows.commands.outbox_text import name_of, said_step
from flows.composing.mail_lines import moment_of
from flows.composing.mail_preview import Kept, Preview, PreviewedMail, WhyNot
from flows.mistakes import Language
from flows.sending.outbox_words import INTENT_STATES, KINDS, STATES, Pair, one_of
from models.outbox import Intent
from models.people import Staff
from rules.dates import day_of
from rules.spoken_dates import short_day, short_moment

WHY_NOT: Mapping[str, Pair] = {
    WhyNot.MUTED: ("sat på pause", "muted"),
    WhyNot.MET_ONCE: (
        "udtrækket siger, at det er gjort; det næste skal bekræfte det",
        "the extract says that it is done; the next one has to confirm it",
    ),
    WhyNot.DIGEST: ("kommer med ugeoverblikket {until}", "comes with the week's digest {until}"),
    WhyNot.NOT_YET: ("skal først fortælles {until}", "is not to be told before {until}"),
    WhyNot.HOURS: ("uden for arbejdstid: {until}", "outside working hours: {until}"),
    WhyNot.STORM: ("stormbremsen holder det til {until}", "the storm brake holds it until {until}"),
    WhyNot.NEXT_MORNING: (
        "dagens morgenmail er sendt: {until}",
        "today's morning mail has been sent: {until}",
    ),
    WhyNot.ENOUGH: (
        "postkassen har fået nok for nu; det går med den næste mail",
        "the mailbox has had enough for now; it goes with the next mail",
    ),
}

WORDS: Mapping[str, Pair] = {
    "now": (
        "Nu ({at}) ville dette blive sendt til {name} <{address}> ({kind}):",
        "Now ({at}) this would be sent to {name} <{address}> ({kind}):",
    ),
    "nothing": ("Nu ({at}) ville intet blive sendt.", "Now ({at}) nothing would be sent."),
    "subject": ("Emne: {subject}", "Subject: {subject}"),
    "kept": ("Skal fortælles, men ikke nu:", "To be told, but not now:"),
    "under way": ("Mails, der er dannet før:", "Mails made before:"),
    "under way line": (
        "mail {short} til {name}: {state} (fristvagt outbox show {short})",
        "mail {short} to {name}: {state} (fristvagt outbox show {short})",
    ),
    "told": ("Allerede fortalt eller afsluttet:", "Told already, or ended:"),
    "told line": ("{on} {line}: {state}", "{on} {line}: {state}"),
    "line": (
        "{case} · {title} · trin »{step}« · frist {due} · til {name}",
        '{case} · {title} · step "{step}" · due {due} · to {name}',
    ),
    "no due": ("ikke fastlagt", "not decided"),
    "owes nothing": ("Der skyldes ingenting.", "Nothing is owed."),
    "next look": (
        "Næste gang noget ændrer sig af sig selv i sagen: {at}.",
        "The next time that something in the case changes by itself: {at}.",
    ),
}


def preview_text(found: Preview, staff: Staff, language: Language) -> str:
    """Return a preview for people: the mails as they would read, and why the rest stays."""
    at = short_moment(found.at, language)
    parts = [_mail(mail, at, staff, language) for mail in found.mails]
    if not found.mails:
        parts.append(_word("nothing", language, at=at))
    if found.kept:
        lines = [_kept_line(one, staff, language) for one in found.kept]
        parts.append(_list("kept", lines, language))
    if found.under_way:
        under_way = [
            _word(
                "under way line",
                language,
                short=mail.short,
                name=name_of(mail.recipient, staff, language),
                state=one_of(STATES[mail.state], language),
            )
            for mail in found.under_way
        ]
        parts.append(_list("under way", under_way, language))
    if found.told:
        parts.append(_list("told", list(_told_lines(found, staff, language)), language))
    if not (found.mails or found.kept or found.under_way):
        parts.append(_word("owes nothing", language))
    if found.next_look_at is not None:
        at = short_moment(found.next_look_at, language)
        parts.append(_word("next look", language, at=at))
    return "\n\n".join(parts)


def preview_json(found: Preview) -> dict[str, Any]:
    """Return a preview for machines: numbers, references and reasons, no mail's text."""
    return {
        "at": found.at.isoformat(),
        "mails": [
            {"kind": mail.kind, "reminders": [_plain(one) for one in mail.intents]}
            for mail in found.mails
        ],
        "kept": [
            _plain(one.intent)
            | {"why": str(one.why_not), "until": one.until.isoformat() if one.until else None}
            for one in found.kept
        ],
        "under_way": [{"uuid": mail.uuid, "state": mail.state} for mail in found.under_way],
        "told": [_plain(one) | {"state": one.state} for one in found.told],
        "next_look_at": found.next_look_at.isoformat() if found.next_look_at else None,
    }


def _mail(mail: PreviewedMail, at: str, staff: Staff, language: Language) -> str:
    recipients = dict.fromkeys(intent.recipient for intent in mail.intents)
    names = ", ".join(name_of(one, staff, language) for one in recipients)
    kind = one_of(KINDS[mail.kind], language)
    head = _word("now", language, at=at, name=names, address=mail.address, kind=kind)
    subject = _word("subject", language, subject=mail.mail.subject)
    body = "\n".join(f"  {line}".rstrip() for line in mail.mail.text.rstrip().splitlines())
    return f"{head}\n\n  {subject}\n\n{body}"


def _kept_line(one: Kept, staff: Staff, language: Language) -> str:
    until = short_moment(one.until, language) if one.until is not None else ""
    why = one_of(WHY_NOT[one.why_not], language).format(until=until)
    return f"{_line(one.intent, staff, language)}: {why}"


def _told_lines(found: Preview, staff: Staff, language: Language) -> Iterator[str]:
    for one in found.told:
        state = one_of(INTENT_STATES[one.state], language)
        yield _word(
            "told line",
            language,
            on=short_day(day_of(one.state_at), language),
            line=_line(one, staff, language),
            state=f"{state} ({one.state_reason})" if one.state_reason else state,
        )


def _line(one: Intent, staff: Staff, language: Language) -> str:
    due = moment_of(one.due_text)
    return _word(
        "line",
        language,
        case=one.case_ref or "–",
        title=one.title,
        step=said_step(one.step, language),
        due=short_moment(due, language) if due is not None else _word("no due", language),
        name=name_of(one.recipient, staff, language),
    )


def _list(heading: str, lines: list[str], language: Language) -> str:
    return "\n".join([_word(heading, language), *(f"  {line}" for line in lines)])


def _word(key: str, language: str, **values: object) -> str:
    return one_of(WORDS[key], language).format(**values)


def _plain(one: Intent) -> dict[str, str]:
    columns = ("case_ref", "rule", "step", "due_text", "recipient", "role", "reason")
    return {name: getattr(one, name) for name in columns}
