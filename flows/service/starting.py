"""What must be in order before the service starts: all that is not is told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from socket import socket

from flows.mistakes import UserMistake
from flows.opening import require_place
from flows.service.page_port import take_port
from flows.settings import Settings, require_mail

EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this there was no Fristvagt: a clock that shows it was never set."""


def require_start(settings: Settings, now: datetime) -> socket | None:
    """Return the port that the service is to answer on; None when that is switched off.

    Raises: UserMistake that names all that keeps it from starting: what mail needs, where the
        database lies, the port, the clock.
    """
    taken: list[socket | None] = []
    wrong = [
        mistake
        for check in (
            lambda: require_mail(settings),
            lambda: require_place(settings.database_url),
            lambda: require_clock(now),
            lambda: taken.append(take_port(settings)),
        )
        if (mistake := _mistake_of(check)) is not None
    ]
    if wrong:
        for port in filter(None, taken):
            port.close()
        raise together(wrong)
    return taken[0]


def require_clock(now: datetime) -> None:
    """Make sure that the clock has been set.

    Raises: UserMistake when it shows a day before Fristvagt existed.
    """
    if now < EARLIEST:
        raise UserMistake(
            da=f"Maskinens ur viser {now:%Y-%m-%d}. Det er aldrig blevet stillet. Stil det, gerne "
            "ved tidsservere (NTP): med et forkert ur bliver hver frist forkert.",
            en=f"The clock of this machine shows {now:%Y-%m-%d}. It was never set. Set it, best by "
            "time servers (NTP): with a wrong clock every deadline is wrong.",
        )


def together(mistakes: Sequence[UserMistake]) -> UserMistake:
    """Return several mistakes as one, a paragraph each."""
    return UserMistake(
        da="\n".join(_listed(mistake.da for mistake in mistakes)),
        en="\n".join(_listed(mistake.en for mistake in mistakes)),
    )


def _listed(sentences: Iterable[str]) -> Iterable[str]:
    found = list(sentences)
    return found if len(found) == 1 else [f"- {sentence}" for sentence in found]


def _mistake_of(check: Callable[[], None]) -> UserMistake | None:
    try:
        check()
    except UserMistake as mistake:
        return mistake
    return None
