"""A municipality lived day by day, with a mail server of moods: the books balance every day.

A winter of forty cases; `make soak` lives two years of a thousand.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from time import process_time

import pytest
from sqlalchemy import Engine, func, select

from flows.demo.clock import EXTRACT_AT, moments_of
from flows.examining.status import HELD
from flows.extract.new_extract import Watch
from flows.owing.outage import WATCHED
from flows.rule_book.rule_folder import good_book
from flows.run import run
from flows.sample.files import write_extract
from flows.sample.municipality import all_lives
from flows.sample.staff import SampleStaff
from flows.sending.reconcile import count_now
from flows.settings import SHIPPED_RULES, Settings
from models.case_tables import table_of
from models.database import reading, writing
from models.guard_tables import OutageRow, StormRow
from models.outbox import MESSAGE, MORNING
from models.outbox_tables import QuarantineRow
from models.runs import OPS_EVENT, beat
from models.schema import migrate
from rules.dates import at_local, day_of, days_from, shift_days
from tests.faults.conftest import Reckon
from tests.faults.oracle import reckon
from tests.faults.scripted_server import Script, a_scripted_server, by_chance

FIRST = date(2024, 12, 1)
TAKEN = "250 2.0.0 Ok: queued as SOAK"
BAD_DAYS = {"take; close": 0.01, "451 4.3.0 later": 0.01, "421 4.3.2 closing; close": 0.005}
A_MONTH, A_YEAR = 30, 365


@pytest.mark.timeout(7200)
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
    migrate(empty_database)
    script = Script(data_ends=by_chance(random.Random(24), BAD_DAYS, TAKEN))
    seconds, reckoned_of = [], 0
    with a_scripted_server(script) as server:
        settings = Settings(
            database_url=database_url,
            extract=tmp_path / "extract",
            mail_url=f"smtp://127.0.0.1:{server.port}",
            mail_from="Fristovervågning <frister@kommune.example>",
            fallback_mailbox="vagt@kommune.example",
            public_url="https://frister.kommune.example",
        )
        began = process_time()
        for evening in _lived(empty_database, settings, cases, days):
            seconds.append(process_time() - began)
            _expect_balance(empty_database, evening, len(script.kept))
            _expect_readers(empty_database, SampleStaff(cases, 1), day_of(evening))
            if len(seconds) % A_YEAR == 0:
                year = reckon(empty_database, _taken(script, reckoned_of), settled=False)
                note(doubled=year.doubled)
                reckoned_of = len(script.kept)
            began = process_time()
    found = reckoned(empty_database, _taken(script, reckoned_of), settled=False)
    note(days=days, cases=cases, seconds=round(sum(seconds)))
    note(first_30_days=round(sum(seconds[:A_MONTH])), last_30_days=round(sum(seconds[-A_MONTH:])))
    assert found.mails > 0
    assert found.lost == 0


def _taken(script: Script, reckoned_of: int) -> list[bytes]:
    """What the server took, without the copies of mails that have been reckoned.

    After thirteen months housekeeping has removed the tries that tell why a mail came twice.
    """
    taken = [mail.content for mail in script.kept]
    return [*dict.fromkeys(taken[:reckoned_of]), *taken[reckoned_of:]]


def _lived(engine: Engine, settings: Settings, cases: int, days: int) -> Iterator[datetime]:
    """Live day after day, and give the last moment of each at which anything was to be done."""
    assert settings.extract is not None
    settings.extract.mkdir()
    last, words = shift_days(FIRST, days - 1), good_book(SHIPPED_RULES).vocabulary
    lives, staff, watch = all_lives(1, cases, last), SampleStaff(cases, 1), Watch()
    before = at_local(shift_days(FIRST, -1), EXTRACT_AT)
    write_extract(settings.extract, lives, staff, before, words)
    for day in days_from(FIRST, last):
        for now in moments_of(engine, day):
            if now == at_local(day, EXTRACT_AT):
                write_extract(settings.extract, lives, staff, now, words)
            with writing(engine) as connection:
                beat(connection, WATCHED, now)  # it is there in between too, in hours it skips
            run(engine, settings, _standing_at(now), watch=watch)
        yield now


def _standing_at(now: datetime) -> Callable[[], datetime]:
    return lambda: now


def _expect_balance(engine: Engine, evening: datetime, taken: int) -> None:
    """Nothing is lost or invented, and nobody was troubled: it was a day like any other."""
    counted = count_now(engine, evening)
    assert not counted.faults, f"{evening}: {counted.faults}"
    with reading(engine) as connection:
        is_accepted = MESSAGE.c.state.in_(("accepted", "bounced"))
        accepted = connection.execute(select(func.count()).where(is_accepted)).scalar_one()
        assert accepted <= taken, f"{evening}: called sent, and never taken"
        # of one mail in ten thousand such a server loses both answers, and a person must look
        alarms = connection.execute(select(OPS_EVENT).where(OPS_EVENT.c.kind != HELD)).all()
        assert alarms == [], f"{evening}: {alarms}"
        for trouble in map(table_of, (OutageRow, StormRow, QuarantineRow)):
            found = connection.execute(select(trouble)).all()
            assert found == [], f"{evening}: {trouble.name} {found}"


def _expect_readers(engine: Engine, staff: SampleStaff, day: date) -> None:
    """The morning's mails have gone to people who are there that day."""
    away = {
        absence.person
        for absence in staff.absences(day)
        if absence.first <= day and (absence.to is None or day <= absence.to)
    }
    of_today = (MESSAGE.c.kind == MORNING, MESSAGE.c.built_on == day)
    with reading(engine) as connection:
        asked = select(MESSAGE.c.recipient).where(*of_today)
        readers = set(connection.execute(asked).scalars())
    assert readers <= {person.person for person in staff.people(day)} - away, f"{day}: away"
