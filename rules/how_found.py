"""How a date was found, as a mail tells it: rule text and dates, never a fact of the case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from rules.book import Rule
from rules.case import Record
from rules.dates import DENMARK, Moment, day_of
from rules.deadline import Step
from rules.spoken_dates import full_day
from rules.vocabulary import Vocabulary
from rules.words import say_fact, say_phrase, say_value, sentence

COUNTED = "counted"
TOLD = frozenset(
    (COUNTED, "counted from midnight", "not before", "paused", "law is earlier", "extended")
)
"""The steps of a derivation that hold dates and rule text only."""

WRITTEN = re.compile(r"(?:(?P<amount>.+?) (?P<way>after|before)|on) (?P<anchor>.+)")
"""A time of the rule language that counts from one anchor."""

ANCHORS = {
    "start": ("reglen begyndte at gælde", "the rule began to apply"),
    "began": ("start: {0}", "start: {0}"),
    "ended": ("ophør: {0}", "end: {0}"),
    "done": ("den seneste gang", "the last time"),
    "due": ("den forrige frist", "the deadline before"),
    "age": ("barnets {1}-års fødselsdag", "the day the child turns {1}"),
    # what `start` is where the obligation is to have something, or not too many
    "have": ("den første dag, det manglede", "the first day without it"),
    "not_exceed": ("den første dag over grænsen", "the first day over the limit"),
}
STATES = ("have", "not_exceed")
"""Obligations whose start is the first day on which they are not kept."""
OFTEN = ("mindst {0}, regnet fra {1}", "at least {0}, counted from {1}")
"""A frequency, such as 2 per 12 months."""
WAYS = {"after": ("efter", "after"), "before": ("før", "before")}


def how_found(
    steps: Sequence[Step], rule: Rule, record: Record, vocabulary: Vocabulary, language: str
) -> str:
    """Return from what a deadline was counted, and what moved it; the date itself is not repeated.

    `steps` are the whole derivation of its round.
    """
    told = [step for step in steps if step.code in TOLD]
    last = max((number for number, step in enumerate(told) if step.code == COUNTED), default=0)
    return ". ".join(
        _counted(step, rule, record, vocabulary, language)
        if step.code == COUNTED
        else sentence(step, vocabulary, language, _moment)
        for step in told[last:]
    )


def step_said(step: Step, rule: Rule, record: Record, vocabulary: Vocabulary, language: str) -> str:
    """Return any step of a derivation in words; how a date was counted as the mails say it."""
    if step.code != COUNTED or not isinstance(step.values[1], date):
        return sentence(step, vocabulary, language)
    found = _counted(step, rule, record, vocabulary, language)
    return f"{found} = {say_value(step.values[2], vocabulary, language)}"


def what_is_missing(facts: Iterable[str], vocabulary: Vocabulary, language: str) -> str:
    """Return which facts must be filled in before there is a date, in the vocabulary's words."""
    named = ", ".join(say_fact(fact, vocabulary, language) for fact in facts)
    return f"{'Mangler' if language == 'da' else 'Missing'}: {named}"


def _counted(step: Step, rule: Rule, record: Record, vocabulary: Vocabulary, language: str) -> str:
    """Return the length or frequency, the day it counts from and what that day is."""
    text, anchor = step.values[:2]
    if not isinstance(anchor, date):
        return sentence(step, vocabulary, language, _moment)
    written = WRITTEN.fullmatch(str(text))
    if written is None:
        often = say_phrase(str(text), vocabulary, language)
        return OFTEN[_which(language)].format(often, _moment(anchor, language))
    of = _anchor(_meant(written["anchor"], anchor, rule, record), record, vocabulary, language)
    found = f"{_moment(anchor, language)} ({of})"
    if written["amount"] is None:
        return found
    amount = say_phrase(written["amount"], vocabulary, language)
    return f"{amount} {WAYS[written['way']][_which(language)]} {found}"


def _meant(name: str, anchor: Moment, rule: Rule, record: Record) -> str:
    """Return what `start` stands for here; any other anchor as it is written."""
    if name != "start":
        return name
    if rule.must.form in STATES:
        return rule.must.form
    return "began" if anchor == record.began else name


def _anchor(name: str, record: Record, vocabulary: Vocabulary, language: str) -> str:
    kind, _, age = name.partition(" ")
    if kind not in ANCHORS:
        return say_fact(name, vocabulary, language)
    return ANCHORS[kind][_which(language)].format(vocabulary.label(record.kind, language), age)


def _which(language: str) -> int:
    return 0 if language == "da" else 1


def _moment(moment: Moment, language: str) -> str:
    day = full_day(day_of(moment), language)
    if not isinstance(moment, datetime):
        return day
    local = moment.astimezone(DENMARK)
    return f"{day} kl. {local:%H.%M}" if language == "da" else f"{day} at {local:%H:%M}"
