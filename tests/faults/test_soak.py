"""A municipality lived day by day, with a mail server of moods: the books balance every day.

A winter of forty cases; `make soak` lives two years of a thousand.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from flows.demo_clock import EXTRACT_AT, moments_of
from flows.new_extract import Watch
from flows.reconcile import count_now
from flows.rule_folder import good_book
from flows.run import run
from flows.sample import all_lives
from flows.sample_files import write_extract
from flows.sample_staff import SampleStaff
from flows.settings import SHIPPED_RULES, Settings
from models.database import reading
from models.outbox import MESSAGE
from models.schema import migrate
from rules.dates import at_local, days_from, shift_days
from tests.faults.conftest import Reckon
from tests.faults.scripted_server import Script, a_scripted_server, by_chance

FIRST = date(2024, 12, 1)
TAKEN = "250 2.0.0 Ok: queued as SOAK"
BAD_DAYS = {"take; close": 0.01, "451 4.3.0 later": 0.01, "421 4.3.2 closing; close": 0.005}


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_books_of_every_day_balance_and_no_mail_is_lost(
    database_url: str,
    empty_database: Engine,
    tmp_path: Path,
    pytestconfig: pytest.Config,
    reckoned: Reckon,
    note: Callable[..., None],
) -> None:
    cases, days = (int(each) for each in pytestconfig.getoption("--soak"))
    last = shift_days(FIRST, days - 1)
    migrate(empty_database)
    folder, book = tmp_path / "extract", good_book(SHIPPED_RULES)
    folder.mkdir()
    lives, staff, watch = all_lives(1, cases, last), SampleStaff(cases, 1), Watch()
    script = Script(data_ends=by_chance(random.Random(24), BAD_DAYS, TAKEN))
    with a_scripted_server(script) as server:
        settings = Settings(
            database_url=database_url,
            extract=folder,
            mail_url=f"smtp://127.0.0.1:{server.port}",
            mail_from="Fristovervågning <frister@kommune.example>",
            fallback_mailbox="vagt@kommune.example",
            public_url="https://frister.kommune.example",
        )
        for day in days_from(FIRST, last):
            for now in moments_of(empty_database, day):
                if now == at_local(day, EXTRACT_AT):
                    write_extract(folder, lives, staff, now, book.vocabulary)
                run(empty_database, settings, lambda now=now: now, watch=watch)  # type: ignore[misc]
            counted = count_now(empty_database, now)
            assert not counted.faults, f"{day}: {counted.faults}"
            accepted = _accepted(empty_database)
            assert accepted <= len(script.kept), f"{day}: called sent, and never taken"
    found = reckoned(empty_database, [mail.content for mail in script.kept], settled=False)
    note(days=days, cases=cases)
    assert found.mails > 0


def _accepted(engine: Engine) -> int:
    with reading(engine) as connection:
        is_accepted = MESSAGE.c.state.in_(("accepted", "bounced"))
        return connection.execute(select(func.count()).where(is_accepted)).scalar_one()
