"""One overview a week: on its first working day, made up for when that was missed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, update

from models.case_tables import ImportRow, PersonRow
from models.database import writing
from tests.flow.mail_cases import (
    KAREN,
    LENE,
    MONDAY,
    TUESDAY,
    at,
    settle_in,
)
from tests.flow.mail_server import a_mail_server, text_of
from tests.flow.test_digest import EIGHT, add_deadline, digest, week_of


def test_one_digest_a_week_however_often_it_is_asked_for(database: Engine) -> None:
    settle_in(database)
    with a_mail_server() as (kept, server):
        assert digest(database, at(MONDAY, 7, 59), server) == {}
        for now in (EIGHT, EIGHT, at(MONDAY, 9), at(TUESDAY)):
            digest(database, now, server)
        assert len(kept.to(LENE)) == 1
        digest(database, at(date(2026, 11, 30), 8), server)
    assert len(kept.to(LENE)) == 2


def test_a_week_that_begins_with_holidays_has_its_digest_on_the_first_working_day(
    database: Engine,
) -> None:
    settle_in(database)
    with a_mail_server() as (kept, server):
        assert digest(database, at(date(2026, 4, 6), 12), server) == {}
        assert digest(database, at(date(2026, 4, 7), 8), server) == {"digest": 1}
    assert "skulle være sendt tidligere" not in week_of(kept)


def test_a_monday_that_was_missed_is_made_up_for_and_says_so(database: Engine) -> None:
    settle_in(database)
    with a_mail_server() as (kept, server):
        assert digest(database, at(date(2026, 11, 26), 8), server) == {"digest": 1}
    assert "Overblikket skulle være sendt tidligere;" in week_of(kept)


def test_weeks_that_were_missed_become_one_overview_named_after_them_all(
    database: Engine,
) -> None:
    settle_in(database)
    with a_mail_server() as (kept, server):
        digest(database, EIGHT, server)
        assert digest(database, at(date(2026, 12, 14), 8), server) == {"digest": 1}
    _, after_two_missed = kept.to(LENE)
    assert after_two_missed["Subject"].startswith("Overblik uge 49-51: 0 overskredne")
    assert "skulle være sendt tidligere" in text_of(after_two_missed)


def test_the_first_overview_is_not_late_in_the_week_fristvagt_was_taken_up(
    database: Engine,
) -> None:
    settle_in(database)
    thursday = at(date(2026, 11, 26), 8)
    with writing(database) as connection:
        connection.execute(update(ImportRow).values(imported_at=at(date(2026, 11, 25), 14)))
    with a_mail_server() as (kept, server):
        digest(database, thursday, server)
    assert "skulle være sendt tidligere" not in text_of(kept.to(LENE)[0])


def test_a_week_after_the_last_is_not_a_missed_one(database: Engine) -> None:
    settle_in(database)
    with a_mail_server() as (kept, server):
        digest(database, at(date(2026, 11, 27), 8), server)  # late in its week
        digest(database, at(date(2026, 11, 30), 8), server)
    assert kept.to(LENE)[1]["Subject"].startswith("Overblik uge 49: ")
    assert "skulle være sendt tidligere" not in text_of(kept.to(LENE)[1])


def test_somebody_who_seldom_has_anything_to_be_told_has_missed_nothing(
    database: Engine,
) -> None:
    settle_in(database)
    with writing(database) as connection:
        both = update(PersonRow).where(PersonRow.person.in_(["lln", "mho"]))
        connection.execute(both.values(role="department_head", leader="kho"))
    add_deadline(database, "4711", date(2026, 11, 20))
    with a_mail_server() as (kept, server):
        digest(database, EIGHT, server)
        digest(database, at(date(2026, 12, 14), 8), server)
    assert kept.to(KAREN)[1]["Subject"].startswith("Overblik uge 51: ")
