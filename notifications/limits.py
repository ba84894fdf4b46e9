"""How much a mail server takes from us: mails a minute, connections, recipients a day."""

from __future__ import annotations

from typing import NamedTuple

CONNECTIONS = 2


class Limits(NamedTuple):
    """What we hold to: connections each process for itself, the rest together. None: no limit."""

    connections: int = CONNECTIONS
    mails_a_minute: int | None = None
    mails_a_day: int | None = None


PRESETS = {
    # Exchange Online, sending limits of SMTP AUTH client submission, as Microsoft publishes them
    "microsoft365": Limits(connections=3, mails_a_minute=30, mails_a_day=10_000),
}


def mail_limits(rate: str, connections: int | None = None) -> Limits:
    """Return the limits that the settings name: mails a minute, or the word of a preset.

    Raises: ValueError for what is neither.

    >>> mail_limits(""), mail_limits("microsoft365").mails_a_day
    (Limits(connections=2, mails_a_minute=None, mails_a_day=None), 10000)
    >>> mail_limits("90", connections=4)
    Limits(connections=4, mails_a_minute=90, mails_a_day=None)
    """
    found = PRESETS.get(rate, Limits())
    if rate and rate not in PRESETS:
        found = Limits(mails_a_minute=int(rate))
        if int(rate) < 1:
            raise ValueError("less than one mail a minute is none")
    return found if connections is None else found._replace(connections=connections)
