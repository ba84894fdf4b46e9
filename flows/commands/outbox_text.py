"""How mails are told of by `fristvagt outbox`, to people and to machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.table import Table

from flows.commands.tables import printed
from flows.composing.mail_lines import moment_of, whys
from flows.examining.alarms import OPERATOR
from flows.mistakes import Language
from flows.sending.outbox_words import (
    ACTIONS,
    INTENT_STATES,
    KINDS,
    OUTCOMES,
    PHASES,
    REPORTS,
    STATES,
    one_of,
    word,
)
from models.bounces import BOUNCED
from models.outbox import FALLBACK, UNDELIVERABLE, Intent
from models.outbox_by_hand import BY_HAND
from models.outbox_messages import (
    FAILED,
    HOLD,
    PENDING,
)
from models.outbox_questions import MailSeen, MailStory, Tried
from models.people import Staff
from notifications.bounce import Kind
from notifications.wording import words_for
from rules.dates import day_of, minutes_after
from rules.spoken_dates import short_moment
from rules.vocabulary import Vocabulary
from rules.words import say_phrase

PRESUMED_AFTER_MINUTES = 5 * 24 * 60
"""A report that has not come in five days will not come: mail servers give up by then."""

NO_TERMS = Vocabulary((), {}, {})
"""A step names no case's facts, so it is said without them."""

HEADINGS = ("mail", "state", "built", "to", "kind", "reminders", "tries", "what")
NUMBERS = frozenset({"reminders", "tries"})


def mails_table(mails: Sequence[MailSeen], staff: Staff, now: datetime, language: Language) -> str:
    """Return mails as a table with a last line that counts."""
    if not mails:
        return word("none", language)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in HEADINGS:
        table.add_column(word(heading, language), justify="right" if heading in NUMBERS else "left")
    for mail in mails:
        table.add_row(
            mail.short,
            one_of(STATES[mail.state], language),
            short_moment(mail.created_at, language),
            name_of(mail.recipient, staff, language),
            one_of(KINDS[mail.kind], language),
            str(mail.carries),
            str(mail.attempts),
            _shortly(mail, now, language),
        )
    return printed(table) + word("number of mails", language, number=len(mails))


def story_text(story: MailStory, staff: Staff, now: datetime, language: Language) -> str:
    """Return everything about one mail: why, what is in it, what was tried, and what is next."""
    mail = story.mail
    state, name = one_of(STATES[mail.state], language), name_of(mail.recipient, staff, language)
    lines = [
        word("title", language, short=mail.short, subject=mail.subject or word("gone", language)),
        word("recipient", language, name=name, state=state),
    ]
    lines += [
        word("why", language, why=words_for(language).why(why))
        for why in whys(story.carried, staff, day_of(mail.created_at))
    ]
    lines += _section("carries", list(_carried_lines(story, staff, language)), language)
    tries = [_try_line(one, language) for one in story.tries]
    lines += _section("attempts", tries or [word("no attempts", language)], language)
    reports = [
        f"{short_moment(one.read_at, language)} {one_of(REPORTS[one.kind], language)} {one.status}"
        for one in story.reports
    ]
    lines += _section("came back", reports, language)
    lines += _section("by hand", _by_hand_lines(story, language), language)
    lines += _section("next", what_next(story, now, language), language)
    return "\n".join(line.rstrip() for line in lines)


def what_next(story: MailStory, now: datetime, language: Language) -> list[str]:
    """Return what happens with a mail from here on, and when."""
    mail = story.mail
    match mail.state:
        case "pending":
            doubt = [word("may have arrived", language)] if mail.uncertain else []
            return [_when_it_leaves(mail, now, language), *doubt]
        case "claimed" | "in_data":
            return [word("handing over", language)]
        case "hold":
            return [word("held", language, short=mail.short, error=mail.error)]
        case "accepted":
            return [_whether_it_arrived(story, now, language)]
        case "failed" | "bounced":
            return [word("not delivered", language, error=mail.error)]
        case "superseded":
            return [word("replaced", language)]
    by_hand = mail.error == BY_HAND
    return [word("called back by hand" if by_hand else "called back", language)]


def mail_json(mail: MailSeen) -> dict[str, Any]:
    """Return a mail for machines: numbers and states, no address and no subject."""
    left_out = {"address", "subject"}
    values = {name: value for name, value in mail._asdict().items() if name not in left_out}
    return _plain(values)


def story_json(story: MailStory) -> dict[str, Any]:
    """Return everything about one mail for machines."""
    columns = ("case_ref", "rule", "step", "due_text", "role", "reason", "state", "state_reason")
    return mail_json(story.mail) | {
        "reminders": [
            {name: getattr(one, name) for name in columns}
            | {"told_instead": list(story.told_instead.get(one.id, ()))}
            for one in story.carried
        ],
        "attempts": [_plain(one._asdict()) for one in story.tries],
        "reports": [_plain(one._asdict()) for one in story.reports],
        "by_hand": [_plain(one._asdict()) for one in story.by_hand],
    }


def said_step(step: str, language: Language) -> str:
    """Return a step of a deadline's mails in words; in rule files it stands in English.

    >>> said_step("14 days before", "da"), said_step("1 day after", "en")
    ('14 dage før', '1 day after')
    """
    return say_phrase(step, NO_TERMS, language)


def name_of(recipient: str, staff: Staff, language: Language) -> str:
    """Return who a recipient is, by name and by initials."""
    if recipient in {FALLBACK, OPERATOR}:
        return word(recipient, language)
    person = staff.person(recipient)
    return f"{person.name} ({recipient})" if person is not None else recipient


def _shortly(mail: MailSeen, now: datetime, language: Language) -> str:
    if mail.state == PENDING:
        return "" if mail.next_at <= now else short_moment(mail.next_at, language)
    return mail.error if mail.state in {HOLD, FAILED, BOUNCED} else ""


def _section(heading: str, lines: Sequence[str], language: Language) -> list[str]:
    if not lines:
        return []
    return ["", word(heading, language), *(f"  {line}" for line in lines)]


def _carried_lines(story: MailStory, staff: Staff, language: Language) -> Iterator[str]:
    for one in story.carried:
        yield word(
            "carried",
            language,
            case=one.case_ref or "–",
            title=one.title,
            step=said_step(one.step, language),
            due=_due(one, language),
            state=_state(one, language),
        )
        if one.state == UNDELIVERABLE:
            told = story.told_instead[one.id]
            names = ", ".join(name_of(person, staff, language) for person in told)
            yield word("told instead" if told else "nobody instead", language, names=names)


def _due(one: Intent, language: Language) -> str:
    due = moment_of(one.due_text)
    return short_moment(due, language) if due is not None else word("no due", language)


def _state(one: Intent, language: Language) -> str:
    state = one_of(INTENT_STATES[one.state], language)
    return f"{state} ({one.state_reason})" if one.state_reason else state


def _try_line(one: Tried, language: Language) -> str:
    outcome, phase = one_of(OUTCOMES[one.outcome], language), one_of(PHASES[one.phase], language)
    answer = " ".join(str(part) for part in (one.code, one.server_text) if part)
    said = f": {answer}" if answer else ""
    return f"{one.number}. {short_moment(one.started_at, language)} {outcome} {phase}{said}"


def _by_hand_lines(story: MailStory, language: Language) -> list[str]:
    return [
        word(
            "done",
            language,
            at=short_moment(one.at, language),
            action=one_of(ACTIONS[one.action], language),
            by=one.done_by,
        )
        + (f": {one.why}" if one.why else "")
        for one in story.by_hand
    ]


def _when_it_leaves(mail: MailSeen, now: datetime, language: Language) -> str:
    if mail.next_at <= now:
        return word("leaves now", language)
    at = short_moment(mail.next_at, language)
    if not mail.attempts:
        return word("leaves", language, at=at)
    return word("tried again", language, at=at, until=short_moment(mail.expires_at, language))


def _whether_it_arrived(story: MailStory, now: datetime, language: Language) -> str:
    if any(one.kind == Kind.DELIVERED for one in story.reports):
        return word("arrived", language)
    until = minutes_after(story.mail.finished_at or story.mail.created_at, PRESUMED_AFTER_MINUTES)
    if now >= until:
        return word("presumed", language)
    return word("may come back", language, until=short_moment(until, language))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
