"""A slot is run once, whoever asks; what died is taken up again; an alarm is news once."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine

from models.database import reading, writing
from models.runs import (
    Slot,
    beat,
    begin_run,
    clear_alarm,
    done_among,
    end_run,
    last_beat,
    newest_run_at,
    raise_alarm,
)

SLOT = Slot("evaluate", "2026-11-23")
AT = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)


def begin(database: Engine, at: datetime, gone_before: datetime) -> bool:
    """Ask for the slot as one process would."""
    with writing(database) as connection:
        return begin_run(connection, SLOT, at, gone_before=gone_before, late=False)


def end(database: Engine, state: str) -> None:
    """End the slot as the process that took it would."""
    with writing(database) as connection:
        end_run(connection, SLOT, AT, state=state, counts={"cases": 3})


def test_of_two_processes_one_gets_the_slot(database: Engine) -> None:
    assert begin(database, AT, gone_before=AT)
    assert not begin(database, AT, gone_before=AT)


def test_a_slot_that_is_done_is_never_run_again(database: Engine) -> None:
    begin(database, AT, gone_before=AT)
    end(database, "done")
    assert not begin(database, LATER, gone_before=LATER)
    with reading(database) as connection:
        assert done_among(connection, [SLOT]) == {SLOT}


def test_a_run_whose_process_died_is_taken_up_again(database: Engine) -> None:
    begin(database, AT, gone_before=AT)
    assert begin(database, LATER, gone_before=LATER)


def test_a_run_that_failed_is_tried_again_after_a_while(database: Engine) -> None:
    begin(database, AT, gone_before=AT)
    end(database, "failed")
    assert not begin(database, AT, gone_before=AT)
    assert begin(database, LATER, gone_before=LATER)


def test_the_newest_run_is_known_and_the_first_has_none_before(database: Engine) -> None:
    with reading(database) as connection:
        assert newest_run_at(connection) is None
    begin(database, AT, gone_before=AT)
    with reading(database) as connection:
        assert newest_run_at(connection) == AT


def test_a_heartbeat_is_the_last_one(database: Engine) -> None:
    with writing(database) as connection:
        beat(connection, "serve", AT)
        beat(connection, "serve", LATER)
    with reading(database) as connection:
        assert last_beat(connection, "serve") == LATER


def test_an_alarm_is_news_once_and_again_after_it_recovered(database: Engine) -> None:
    with writing(database) as connection:
        assert raise_alarm(connection, "extract", "nightly", AT, "refused")
        assert not raise_alarm(connection, "extract", "nightly", LATER, "refused")
        assert clear_alarm(connection, "extract", "nightly", LATER)
        assert not clear_alarm(connection, "extract", "nightly", LATER)
        assert raise_alarm(connection, "extract", "nightly", LATER, "refused")
