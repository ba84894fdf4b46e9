"""What the operator must know of mails that do not leave, told once, and once when it is over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from flows.mistakes import UserMistake
from models.outbox_leases import count_late
from models.runs import clear_alarm, raise_alarm
from rules.dates import minutes_after

LATE_MAILS = "mails late"
DAILY_LIMIT = "mail limit"

LATE_AFTER_MINUTES = 4 * 60


def watch_late_mails(connection: Connection, now: datetime, *, quiet: bool) -> None:
    """Tell the operator of mails that should have left four hours ago, and when there are none.

    In `quiet` hours only those count that may leave at any hour.
    """
    late = count_late(connection, minutes_after(now, -LATE_AFTER_MINUTES), now, quiet=quiet)
    _watch(connection, LATE_MAILS, _late(late) if late else None, now)


def watch_daily_limit(connection: Connection, is_reached: bool, now: datetime) -> None:
    """Tell the operator that no more mails may leave today, and when they may again."""
    _watch(connection, DAILY_LIMIT, _NO_MORE_TODAY if is_reached else None, now)


def _watch(connection: Connection, kind: str, trouble: UserMistake | None, now: datetime) -> None:
    if trouble is None:
        clear_alarm(connection, kind, "", now)
    else:
        raise_alarm(connection, kind, "", now, trouble.en, trouble.da)


def _late(number: int) -> UserMistake:
    return UserMistake(
        da=f"Mails, der skulle være sendt for over fire timer siden, er ikke taget af mailserveren "
        f"endnu: {number}. Se, hvorfor de venter: fristvagt outbox list --state pending",
        en=f"Mails that should have left more than four hours ago have not been taken by the mail "
        f"server yet: {number}. See why they wait: fristvagt outbox list --state pending",
    )


_NO_MORE_TODAY = UserMistake(
    da="Mailserveren tager ikke flere mails fra os i dette døgn (FRISTVAGT_MAIL_RATE). Resten "
    "sendes, så snart der er plads igen.",
    en="The mail server takes no more mails from us in these 24 hours (FRISTVAGT_MAIL_RATE). The "
    "rest leave as soon as there is room again.",
)
