"""From what a mail may say to how it reads: the same facts as text and as HTML."""

from __future__ import annotations

import re
import textwrap
from binascii import b2a_qp
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import css_inline
from jinja2 import PackageLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifications.views import DigestView, Line, ReminderView, Standing, TrendWeek
from notifications.wording import Words, words_for

TEXT_WIDTH = 76
LONGEST_BAR = 24
"""Blocks that the highest week of the picture is drawn with in the text of a digest."""

MOST_NAMED = 40
"""Items of one list in a digest, such as mails that could not be delivered; the rest is counted."""

UNSEEN = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")
"""Characters that say nothing but could turn the text after them around, or end it."""

LARGEST_HTML = 100_000
"""Bytes; some mail programs cut off what is longer, and with it the footer."""

MOST_LINES = 60
"""Lines in one reminder, the most urgent ones; how many more there are is said, and where."""

LARGEST_REMINDER = 95_000
"""Bytes of text and HTML together: with all that a mail has beside them below 100,000."""

DATED = (Standing.OVERDUE, Standing.TODAY, Standing.COMING)


class Mail(NamedTuple):
    """A mail as it reads."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Block:
    """Lines without a date, under a heading of their own."""

    heading: str
    help: str
    lines: tuple[Line, ...]


class Need(NamedTuple):
    """Something that needs the leader: a heading, what to do, and each of them in words."""

    heading: str
    advice: str
    said: list[str]


class Bar(NamedTuple):
    """One week of the picture: how long its bar is in HTML, and as it is drawn in text."""

    week: TrendWeek
    percent: int
    drawn: str


def render_reminder(view: ReminderView) -> Mail:
    """Return a reminder in the reader's language, with as many of its lines as there is room for.

    Raises: jinja2.TemplateError when a template is missing or broken.
    """
    view = _with_room_for(view, MOST_LINES)
    mail = _reminder(view)
    while _size(mail) >= LARGEST_REMINDER and view.shown:
        view = _with_room_for(view, len(view.shown) * 3 // 4)
        mail = _reminder(view)
    return mail


def _size(mail: Mail) -> int:
    """How many bytes both parts have as they leave: each letter like æ takes six."""
    return sum(len(b2a_qp(part.encode())) for part in (mail.text, mail.html))


def _with_room_for(view: ReminderView, number: int) -> ReminderView:
    return replace(view, left_out=max(0, len(view.lines) - number))


def _reminder(view: ReminderView) -> Mail:
    words, seen = words_for(view.language), replace(view, lines=view.shown, left_out=0)
    blocks = [
        Block("missing", "missing_help", seen.standing(Standing.MISSING_FACT)),
        Block("undeliverable", "undeliverable_help", seen.standing(Standing.UNDELIVERABLE)),
        Block("not_assessed", "not_assessed_help", seen.standing(Standing.NOT_ASSESSED)),
        Block("flapping", "flapping_help", seen.standing(Standing.FLAPPING)),
    ]
    return _render(
        "reminder",
        words.reminder_subject(view),
        words=words,
        view=view,
        contact="contact_leader" if view.for_leader else "contact",
        dated=seen.standing(*DATED),
        blocks=[block for block in blocks if block.lines],
    )


def render_digest(view: DigestView) -> Mail:
    """Return a team leader's week in the leader's language, no longer than mail programs show.

    Raises: jinja2.TemplateError when a template is missing or broken.
    """
    mail = _digest(view)
    while len(mail.html.encode()) >= LARGEST_HTML and (view.overdue or view.coming):
        view = _shorter(view)
        mail = _digest(view)
    return mail


def _shorter(view: DigestView) -> DigestView:
    """A digest that leaves out its last lines, and says how many."""
    lines = (*view.overdue, *view.coming)
    kept = len(lines) * 3 // 4
    over = min(kept, len(view.overdue))
    return replace(
        view,
        overdue=view.overdue[:over],
        coming=view.coming[: kept - over],
        left_out=view.left_out + len(lines) - kept,
    )


def _digest(view: DigestView) -> Mail:
    words = words_for(view.language)
    blocks = _needing_the_leader(view, words)
    return _render(
        "digest",
        words.digest_subject(view),
        words=words,
        view=view,
        contact="contact_leader",
        blocks=blocks,
        muted=_named([words.muted(one) for one in view.muted], words),
        bars=_bars(view.trend),
        needs_you=bool(view.overdue_count or blocks),
    )


def _needing_the_leader(view: DigestView, words: Words) -> list[Need]:
    """What needs the leader today, beside what is overdue."""
    found = {
        "undeliverable": [words.undelivered(line) for line in view.undeliverable],
        "not_assessed": [words.unassessed(line) for line in view.not_assessed],
        "absent": [words.absent(one) for one in view.absent],
    }
    return [
        Need(heading, f"{heading}_advice", _named(said, words))
        for heading, said in found.items()
        if said
    ]


def _named(said: list[str], words: Words) -> list[str]:
    """The first of them, and how many more there are: a mail has room for so many."""
    more = len(said) - MOST_NAMED
    return [*said[:MOST_NAMED], words.more(more)] if more > 0 else said


def _bars(trend: tuple[TrendWeek, ...]) -> list[Bar]:
    most = max((one.overdue for one in trend), default=0) or 1
    return [
        Bar(
            one,
            -(-100 * one.overdue // most),
            "\u2588" * -(-LONGEST_BAR * one.overdue // most),
        )
        for one in trend
    ]


def _render(template: str, subject: str, **values: object) -> Mail:
    templates = _templates()
    text = templates.get_template(f"{template}.txt").render(subject=subject, **values)
    html = templates.get_template(f"{template}.html").render(subject=subject, **values)
    return Mail(subject, text.strip() + "\n", _inliner().inline(html))


@cache
def _templates() -> ImmutableSandboxedEnvironment:
    templates = ImmutableSandboxedEnvironment(
        loader=PackageLoader("notifications"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )
    templates.filters["wrapped"] = _wrapped
    templates.filters["underlined"] = _underlined
    return templates


@cache
def _inliner() -> css_inline.CSSInliner:
    # a mail shows nothing from elsewhere: no style sheet, picture or font is ever fetched
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def _seen(value: object) -> object:
    if isinstance(value, str) and UNSEEN.search(value):
        return type(value)(UNSEEN.sub("", value))  # what is safe in HTML stays so
    return value


def _wrapped(text: str, first: str = "", rest: str | None = None) -> str:
    return textwrap.fill(
        text,
        TEXT_WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=True,
        break_on_hyphens=False,
    )


def _underlined(heading: str) -> str:
    return f"{heading}\n{'-' * len(heading)}"
