"""Mails that cannot wait are threads: one for each deadline, due moment and reader."""

from __future__ import annotations

from datetime import date, datetime
from email.message import EmailMessage

from sqlalchemy import Engine

from flows.composing.compose import build_messages
from flows.composing.threads import thread_of_digests
from flows.deliver import deliver
from tests.flow.mail_cases import (
    LENE,
    METTE,
    MONDAY,
    SETTINGS,
    a_deadline,
    at,
    plan,
    settle_in,
    step,
    warned,
)
from tests.flow.mail_server import Kept, a_mail_server

SATURDAY = date(2026, 11, 28)
DUE = at(SATURDAY, 20, 0)


def told_by_the_hour(
    database: Engine, *hours: int, due: datetime = DUE, case: str = "4711"
) -> Kept:
    """Remind caseworker and leader at these hours of a Saturday: each step leaves at once."""
    with a_mail_server() as (kept, server):
        for hour in hours:
            now = at(SATURDAY, hour, 0)
            reached = step(f"at {hour}", SATURDAY, "caseworker", "team_leader", hours=True)
            reached = reached._replace(moment=now)
            plan(database, a_deadline(reached, case=case, due=due), now=now)
            build_messages(database, SETTINGS, now)
            deliver(database, SETTINGS, lambda now=now: now, server=server)  # type: ignore[misc]
    return kept


def root_of(mail: EmailMessage) -> str:
    assert mail["References"] == mail["In-Reply-To"]
    return str(mail["References"])


def test_mails_about_one_deadline_are_one_thread_for_each_reader(database: Engine) -> None:
    settle_in(database)
    kept = told_by_the_hour(database, 10, 14)
    first, second = kept.to(METTE)
    assert first["Message-ID"] != second["Message-ID"]
    assert root_of(first) == root_of(second)
    assert first["Thread-Topic"] == "Frist lørdag 28. november 2026 kl. 20.00"
    assert second["Thread-Topic"] == first["Thread-Topic"]
    assert root_of(kept.to(LENE)[0]) != root_of(first)


def test_a_moved_deadline_and_another_case_are_threads_of_their_own(database: Engine) -> None:
    settle_in(database, ["4711", "4712"])
    (first,) = told_by_the_hour(database, 10).to(METTE)
    (moved,) = told_by_the_hour(database, 12, due=at(SATURDAY, 22, 0)).to(METTE)
    (other,) = told_by_the_hour(database, 14, case="4712").to(METTE)
    assert len({root_of(first), root_of(moved), root_of(other)}) == 3


def test_a_morning_mail_stands_alone(database: Engine) -> None:
    settle_in(database)
    plan(database, warned("4711"), now=at(MONDAY, 5, 30))
    with a_mail_server() as (kept, server):
        build_messages(database, SETTINGS, at(MONDAY))
        deliver(database, SETTINGS, lambda: at(MONDAY), server=server)
    (mail,) = kept.to(METTE)
    for header in ("References", "In-Reply-To", "Thread-Topic"):
        assert mail[header] is None


def test_no_thread_is_shared_between_leaders_or_months() -> None:
    november, december = at(MONDAY, 8), at(date(2026, 12, 7), 8)
    threads = [
        thread_of_digests(leader, moment, "da").about
        for leader in ("lln", "kho")
        for moment in (november, december)
    ]
    assert len(set(threads)) == 4
