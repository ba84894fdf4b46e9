"""The one page on which a newcomer reads the demo's mails and sees why each was sent."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

WORDS: Mapping[str, Mapping[str, str]] = {
    "da": {
        "all": "Alle",
        "shown": "{0} mails",
        "choose": "Vælg en mail i listen.",
        "to": "Til",
        "source": "Kilde",
        "tab html": "Mailen",
        "tab text": "Som ren tekst",
        "tab why": "Hvorfor?",
        "earlier": "Vis {0} tidligere trin",
        "nothing owed": "Mailen fortæller, hvordan det står til. Den minder ikke om en frist.",
        "morning": "Morgenmail",
        "instant": "Straks, i arbejdstiden",
        "acute": "Straks, på alle tider",
        "digest": "Ugeoverblik",
        "caseworker": "sagsbehandler",
        "team_leader": "teamleder",
        "department_head": "afdelingschef",
        "legal_adviser": "jurist",
        "receiving_team": "modtagelsen",
        "fallback": "den fælles postkasse",
    },
    "en": {
        "all": "All",
        "shown": "{0} mails",
        "choose": "Choose a mail in the list.",
        "to": "To",
        "source": "Source",
        "tab html": "The mail",
        "tab text": "As plain text",
        "tab why": "Why?",
        "earlier": "Show {0} earlier steps",
        "nothing owed": "The mail tells how things stand. It reminds of no deadline in particular.",
        "morning": "Morning mail",
        "instant": "At once, in working hours",
        "acute": "At once, at any hour",
        "digest": "Weekly overview",
        "caseworker": "caseworker",
        "team_leader": "team leader",
        "department_head": "department head",
        "legal_adviser": "legal adviser",
        "receiving_team": "receiving team",
        "fallback": "the shared mailbox",
    },
}
"""What the page's script says; what stands still on the page is in its template."""

MOST_AT_A_GLANCE = 11
"""Steps of a derivation that the page shows without folding any away."""

Both = Mapping[str, str]
"""A text in each language ("da", "en")."""


@dataclass(frozen=True, slots=True)
class Why:
    """One deadline a mail is about: what came when, and the derivation of its date.

    Each of `lines` is a sentence and where it rests: a line of a rule file, or a journal entry.
    """

    case: str
    title: str
    source: str
    step: Both
    lines: Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class PageMail:
    """A mail as the page shows it. `day` and `time` are local; `file` is relative to the page."""

    number: int
    day: str
    time: str
    person: str
    kind: str
    subject: str
    text: str
    html: str
    file: str
    why: Sequence[Why]


@dataclass(frozen=True, slots=True)
class PagePerson:
    """Who a mail went to."""

    name: str
    role: str
    team: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the summary with its name in each language."""

    da: str
    en: str
    value: str


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """How the deadlines of one rule stood at the end."""

    title: str
    open: int
    overdue: int
    met: int
    met_late: int
    missed: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What the top of the page says. `command` is what makes the same demo again."""

    days: int
    command: str
    figures: Sequence[Figure]
    rules: Sequence[RuleFigures]


def write_page(
    file: Path,
    summary: Summary,
    mails: Sequence[PageMail],
    people: Mapping[str, PagePerson],
    language: str,
) -> None:
    """Write the page: one file that asks the network for nothing.

    The mails are packed into it, since they are alike and a thousand of them take many megabytes.
    """
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(
        files("flows.demo").joinpath("page.html").read_text(encoding="utf-8")
    )
    opening = opening_mail(mails, people)
    data = {
        "mails": [asdict(mail) for mail in mails],
        "people": {name: asdict(person) for name, person in people.items()},
        "opening": {
            "day": opening.day if opening else "",
            "number": opening.number if opening else 0,
        },
    }
    file.write_text(
        template.render(
            summary=summary,
            words=WORDS,
            language=language,
            data=_packed(data),
            most_at_a_glance=MOST_AT_A_GLANCE,
        ),
        encoding="utf-8",
    )


def opening_mail(mails: Sequence[PageMail], people: Mapping[str, PagePerson]) -> PageMail | None:
    """Return the mail that shows most at first sight: a caseworker's morning on an ordinary day.

    The first day tells of all that has piled up before, so a later one is chosen.
    """
    if not mails:
        return None
    ordinary = [
        mail
        for mail in mails
        if mail.day > mails[0].day
        and mail.kind == "morning"
        and 2 <= len(mail.why) <= 4
        and mail.person in people
        and people[mail.person].role == "caseworker"
    ]
    return max(ordinary or mails, key=_steps_at_a_glance)


def _steps_at_a_glance(mail: PageMail) -> int:
    """Return how many steps the longest derivation has that can still be read at a glance."""
    steps = (len(why.lines["da"]) for why in mail.why)
    return max((number for number in steps if number <= MOST_AT_A_GLANCE), default=0)


def _packed(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # no time of writing inside, so that the same demo gives the same page
    return base64.b64encode(gzip.compress(text.encode(), 6, mtime=0)).decode("ascii")
