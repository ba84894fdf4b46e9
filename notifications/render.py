"""From what a mail may say to how it reads: the same facts as text and as HTML."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import css_inline
from jinja2 import PackageLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifications.views import DigestView, Line, ReminderView, Standing
from notifications.wording import words_for

TEXT_WIDTH = 76
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


def render_reminder(view: ReminderView) -> Mail:
    """Return a reminder in the reader's language.

    Raises: jinja2.TemplateError when a template is missing or broken.
    """
    words = words_for(view.language)
    blocks = [
        Block("missing", "missing_help", view.standing(Standing.MISSING_FACT)),
        Block("undeliverable", "undeliverable_help", view.standing(Standing.UNDELIVERABLE)),
        Block("not_assessed", "not_assessed_help", view.standing(Standing.NOT_ASSESSED)),
    ]
    return _render(
        "reminder",
        words.reminder_subject(view),
        words=words,
        view=view,
        automatic="automatic_leader" if view.for_leader else "automatic",
        dated=view.standing(*DATED),
        blocks=[block for block in blocks if block.lines],
    )


def render_digest(view: DigestView) -> Mail:
    """Return a team leader's week in the leader's language.

    Raises: jinja2.TemplateError when a template is missing or broken.
    """
    words = words_for(view.language)
    return _render(
        "digest",
        words.digest_subject(view),
        words=words,
        view=view,
        automatic="automatic_leader",
        any_new=any(line.new for line in view.overdue),
        needs_you=bool(
            view.overdue_count or view.undeliverable or view.not_assessed or view.absent
        ),
    )


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
    )
    templates.filters["wrapped"] = _wrapped
    templates.filters["underlined"] = _underlined
    return templates


@cache
def _inliner() -> css_inline.CSSInliner:
    # a mail shows nothing from elsewhere: no style sheet, picture or font is ever fetched
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def _wrapped(text: str, first: str = "", rest: str | None = None) -> str:
    return textwrap.fill(
        text,
        TEXT_WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _underlined(heading: str) -> str:
    return f"{heading}\n{'-' * len(heading)}"
