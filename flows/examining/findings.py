"""What a check of the installation found: how it stands, in words, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from flows.mistakes import UserMistake
from flows.sentences import NOTHING, Said


class Level(StrEnum):
    """How a finding stands. Only WRONG keeps reminders from leaving, or makes them wrong."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


class Finding(NamedTuple):
    """One thing that was looked at. `subject` is one word for machines: "disk", "mail server".

    `what` says how it stands, `to_do` what to do about it; there is nothing to do about what is OK.
    """

    level: Level
    subject: str
    what: Said
    to_do: Said = NOTHING

    def as_json(self) -> dict[str, str]:
        """Return it for machines, both languages included."""
        return {
            "level": self.level.value,
            "subject": self.subject,
            "da": self.what.da,
            "en": self.what.en,
            "to_do_da": self.to_do.da,
            "to_do_en": self.to_do.en,
        }


def well(subject: str, *, da: str, en: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(Level.OK, subject, Said(da, en))


def mistaken(subject: str, mistake: UserMistake, level: Level = Level.WRONG) -> Finding:
    """Return a mistake as a finding; its sentence says what to do as well."""
    return Finding(level, subject, Said(mistake.da, mistake.en))


def worst(findings: Iterable[Finding]) -> Level:
    """Return the worst level found; OK when nothing was found.

    >>> worst([])
    <Level.OK: 'ok'>
    """
    order = list(Level)
    return max((finding.level for finding in findings), key=order.index, default=Level.OK)
