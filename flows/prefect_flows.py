"""The same work as Prefect flows, for those who want Prefect's schedule, retries and history.

Parameters are moments and slices of case references, and only counts are returned: Prefect keeps
both in clear. Nothing else imports this module: `serve` and `run` need no Prefect.
Source: docs/decisions/0002-prefect-and-apscheduler.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flows.environment import keep_prefect_quiet

keep_prefect_quiet()

from prefect import flow  # noqa: E402, what is set above counts only before this

from flows import clock  # noqa: E402
from flows.compose import build_messages  # noqa: E402
from flows.deliver import deliver  # noqa: E402
from flows.digest import send_digests  # noqa: E402
from flows.evaluate import evaluate_open_cases  # noqa: E402
from flows.opening import open_house  # noqa: E402
from flows.rule_folder import book_in_force  # noqa: E402
from flows.run import run  # noqa: E402
from flows.settings import read_settings, require_mail  # noqa: E402


@flow(name="fristvagt-run")
def run_flow(at: datetime | None = None) -> dict[str, int]:
    """Do everything that is due, once; see flows.run."""
    settings = read_settings()
    require_mail(settings)
    return dict(run(open_house(settings), settings, _clock(at)).counts)


@flow(name="fristvagt-evaluate")
def evaluate_flow(
    at: datetime | None = None, first: str = "", beyond: str = "", everything: bool = False
) -> dict[str, int]:
    """Decide the cases from reference `first` up to, but without, `beyond`; "" is no limit.

    Slices may run at the same time on PostgreSQL.
    """
    settings, now = read_settings(), _clock(at)()
    engine = open_house(settings)
    book = book_in_force(engine, settings.rules, now).book
    slice_ = (first, beyond)
    return dict(
        evaluate_open_cases(
            engine, book, now, everything=everything, slice_=slice_, language=settings.language
        )
    )


@flow(name="fristvagt-deliver")
def deliver_flow(at: datetime | None = None) -> dict[str, int]:
    """Build the mails that are owed and hand them over.

    Raises: UserMistake when the mail server cannot be spoken to, so that Prefect shows it.
    """
    settings = read_settings()
    require_mail(settings)
    engine = open_house(settings)
    built = build_messages(engine, settings, _clock(at)())
    delivery = deliver(engine, settings, _clock(at))
    if delivery.fault is not None:
        raise delivery.fault
    return dict(built + delivery.counts)


@flow(name="fristvagt-digest")
def digest_flow(at: datetime | None = None) -> dict[str, int]:
    """Build the week's digests; see flows.digest."""
    settings, now = read_settings(), _clock(at)()
    require_mail(settings)
    engine = open_house(settings)
    book = book_in_force(engine, settings.rules, now).book
    return dict(send_digests(engine, book, settings, now))


def _clock(at: datetime | None) -> Callable[[], datetime]:
    return clock.now if at is None else lambda: at
