"""An explanation as it is printed for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from textwrap import wrap

from flows.deciding.explain import ExplainedStep, Explanation
from rules.dates import DENMARK
from rules.deadline import Status
from rules.spoken_dates import short_day, short_moment
from rules.vocabulary import Vocabulary
from rules.words import STATUSES, say_phrase

WIDTH = 100
BINDINGS = {
    "law": ("lov", "law"),
    "standard": ("standard", "standard"),
    "starting-point": ("udgangspunkt", "starting point"),
}
MAIL_STATES = {
    "sent": ("sendt", "sent"),
    "planned": ("venter", "waiting"),
    "to come": ("kommer", "planned"),
    "superseded": ("afløst", "superseded"),
    "cancelled": ("aflyst", "cancelled"),
    "undeliverable": ("ikke leveret", "undeliverable"),
}


def explanation_text(explanation: Explanation, vocabulary: Vocabulary, language: str) -> str:
    """Return one explanation as lines of at most 100 characters."""
    return "\n".join(_lines(explanation, vocabulary, language)) + "\n"


def _lines(explanation: Explanation, vocabulary: Vocabulary, language: str) -> Iterator[str]:
    danish = language == "da"
    deadline = explanation.deadline
    head = f"{'Sag' if danish else 'Case'} {deadline.case} · {deadline.rule}"
    if deadline.ref != deadline.case:
        head += f" · {vocabulary.label(deadline.kind, language)} {deadline.ref}"
    local = explanation.at.astimezone(DENMARK)
    as_of = f"{'pr.' if danish else 'as of'} {short_day(local.date(), language)} {local:%H:%M}"
    yield f"{head}{as_of.rjust(max(WIDTH - len(head), len(as_of) + 2))}"
    yield ""
    yield f"  {_standing(explanation, language)}     {explanation.title}"
    yield from _due(explanation, danish, language)
    yield from _why(explanation, danish)
    yield from _source(explanation, danish, language)
    yield from _mails(explanation, vocabulary, danish, language)
    yield from _endings(explanation, danish)


def _standing(explanation: Explanation, language: str) -> str:
    status, days = explanation.deadline.status, explanation.days_over
    text = STATUSES[language][status].upper()
    if status is Status.OVERDUE and days is not None:
        text += f" ({days} dage)" if language == "da" else f" by {days} days"
    return text


def _due(explanation: Explanation, danish: bool, language: str) -> Iterator[str]:
    due = explanation.deadline.due
    if due is None:
        said = "ikke fastsat" if danish else "not decided"
    else:
        said = short_moment(due, language)
        if not isinstance(due, datetime):
            said += ", til dagens slutning" if danish else ", end of day"
    yield f"  {'Frist' if danish else 'Deadline':<21} {said}"
    if explanation.deadline.missing:
        names = ", ".join(explanation.deadline.missing)
        yield f"  {'Mangler' if danish else 'Missing':<21} {names}"


def _why(explanation: Explanation, danish: bool) -> Iterator[str]:
    yield ""
    yield f"  {'Hvorfor' if danish else 'Why'}"
    for number, step in enumerate(explanation.steps, start=1):
        yield from _step(number, step, danish)


def _step(number: int, step: ExplainedStep, danish: bool) -> Iterator[str]:
    rests_on = f"{step.file}:{step.line}" if step.line else ""
    if step.journal:
        rests_on = f"journal {step.journal}"
    lines = wrap(step.text, WIDTH - 8 - max(len(rests_on) + 2, 0)) or [""]
    for index, line in enumerate(lines):
        lead = f"  {number:>2}. " if index == 0 else "      "
        if index == len(lines) - 1 and rests_on:
            yield f"{lead}{line}{rests_on.rjust(max(WIDTH - len(lead) - len(line), 0))}"
        else:
            yield f"{lead}{line}"


def _source(explanation: Explanation, danish: bool, language: str) -> Iterator[str]:
    yield ""
    yield f"  {'Kilde' if danish else 'Source'}"
    for basis in explanation.sources:
        checked = ""
        if basis.checked is not None:
            word = "sammenlignet" if danish else "checked"
            checked = f"  ({word} {short_day(basis.checked, language)})"
        yield f"    {basis.source}{checked}"
        for line in wrap(f"»{basis.text}«" if basis.text else "", WIDTH - 6):
            yield f"      {line}"
    word = BINDINGS[explanation.binding][0 if danish else 1]
    if explanation.waive_by:
        waive = "kan fraviges af" if danish else "may be waived by"
        waive = f"{waive}: {explanation.waive_by}"
    else:
        waive = "kan ikke fraviges" if danish else "may not be waived"
    yield f"    {'Bindende som' if danish else 'Binding'}: {word} - {waive}"


def _mails(
    explanation: Explanation, vocabulary: Vocabulary, danish: bool, language: str
) -> Iterator[str]:
    if not explanation.mails:
        return
    yield ""
    yield "  Mails"
    for mail in explanation.mails:
        state = MAIL_STATES[mail.state][0 if danish else 1]
        role = vocabulary.label(mail.role, language)
        step = say_phrase(mail.step, vocabulary, language)
        yield f"    {state:<12} {short_day(mail.on, language):<20} {role:<22} {step}"


def _endings(explanation: Explanation, danish: bool) -> Iterator[str]:
    if not explanation.endings:
        return
    yield ""
    yield f"  {'Det afslutter fristen' if danish else 'What ends this'}"
    for line in wrap(" · ".join(explanation.endings), WIDTH - 4):
        yield f"    {line}"
