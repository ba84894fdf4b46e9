"""What the mails to the operator say: states, counts and what to do, and nothing of any case."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from flows.examining.findings import Level, worst
from flows.examining.standing import Standing
from flows.examining.status import status
from flows.examining.status_text import status_text
from flows.mistakes import Language
from flows.structured_log import scrubbed
from models.standing import Alarm
from notifications.render import Mail
from rules.spoken_dates import short_moment

WIDTH = 76


def alert_mail(news: Sequence[Alarm], language: Language) -> Mail:
    """Return the mail about what went bad and what is well again."""
    bad = [alarm for alarm in news if alarm.recovered_at is None]
    over = [alarm for alarm in news if alarm.recovered_at is not None]
    parts = [
        *_block(bad, _WRONG_SINCE[language], language),
        *_block(over, _OVER[language], language),
    ]
    subject = _ALERT[language].format(number=len(_alike(bad))) if bad else _WELL_AGAIN[language]
    return _mail(subject, "\n\n".join(parts), language)


def report_mail(found: Standing, language: Language) -> Mail:
    """Return the mail of the day: how everything stands, even when all is well."""
    findings = status(found)
    wrong = sum(finding.level is Level.WRONG for finding in findings)
    subject = _ALL_WELL[language] if not wrong else _ALERT[language].format(number=wrong)
    if not wrong and worst(findings) is Level.WARNING:
        subject = _MOSTLY_WELL[language]
    return _mail(subject, status_text(found, language, WIDTH), language)


def _mail(subject: str, text: str, language: Language) -> Mail:
    # an alarm's words may come from elsewhere: a mail server's, an extract's
    body = "\n".join(_wrapped(line) for line in scrubbed(text).splitlines())
    return Mail(subject, f"{body}\n\n{_FOOTER[language]}\n", "")


def _wrapped(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(line, WIDTH, subsequent_indent=indent, break_long_words=False) or line


def _block(alarms: Sequence[Alarm], heading: str, language: Language) -> Iterator[str]:
    """What is said of each: when, what, and how many times when several are alike."""
    for first, number in _alike(alarms):
        times = f" ({number} ×)" if number > 1 else ""
        since = first.recovered_at or first.at
        yield (
            heading.format(since=short_moment(since, language), times=times)
            + f"\n  {first.said(language)}"
        )


def _alike(alarms: Sequence[Alarm]) -> list[tuple[Alarm, int]]:
    """The first of each kind that says the same, and how many there are."""
    first: dict[tuple[str, str], Alarm] = {}
    for alarm in alarms:
        first.setdefault((alarm.kind, alarm.message), alarm)
    numbers = Counter((alarm.kind, alarm.message) for alarm in alarms)
    return [(alarm, numbers[key]) for key, alarm in first.items()]


_ALERT = {"da": "Fristvagt: noget er galt ({number})", "en": "Fristvagt: trouble ({number})"}
_WELL_AGAIN = {"da": "Fristvagt: i orden igen", "en": "Fristvagt: well again"}
_ALL_WELL = {"da": "Fristvagt: alt er vel", "en": "Fristvagt: all is well"}
_MOSTLY_WELL = {
    "da": "Fristvagt: noget bør ses efter",
    "en": "Fristvagt: something should be looked at",
}
_WRONG_SINCE = {"da": "Galt siden {since}{times}:", "en": "Wrong since {since}{times}:"}
_OVER = {
    "da": "I orden igen siden {since}{times}. Det, der var galt:",
    "en": "Well again since {since}{times}. What was wrong:",
}
_FOOTER = {
    "da": "Se mere med: fristvagt status og fristvagt doctor.\nSendt automatisk af Fristvagt til "
    "den, der holder det kørende.",
    "en": "See more with: fristvagt status and fristvagt doctor.\nSent automatically by Fristvagt "
    "to whoever keeps it running.",
}
