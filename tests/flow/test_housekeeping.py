"""What is kept no longer goes; what keeps a reminder from being sent twice never does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, insert, select, update

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.housekeeping import keep_house, what_would_go
from flows.sending.reconcile import count_now, reconcile
from flows.sending.redirect import NOBODY_LEFT
from models.bounce_tables import BOUNCE, OUTBOX_ACTION
from models.case_tables import CASE, EVENT, IMPORT, RECORD
from models.daily_counts import NOT_IN_BALANCE, count, keep
from models.database import open_database, reading, writing
from models.keeping_tables import ACCESS_CASE, PAST_ROUND
from models.mutes import MUTE
from models.outbox import ATTEMPT, CARRIES, INTENT, MESSAGE
from models.outbox_by_hand import cancel
from models.retention import DEADLINE
from models.runs import raise_alarm
from models.schema import METADATA, migrate
from models.standing import open_alarms
from models.trend_weeks import WEEK
from tests.examples import examples
from tests.flow.mail_cases import JONAS, METTE, MONDAY, SETTINGS, at, plan, settle_in, warned
from tests.flow.mail_server import a_mail_server

MORNING = at(MONDAY)
FORGETTING = SETTINGS.model_copy(update={"keep_closed_cases_years": 5})
YEARS_LATER = MORNING + timedelta(days=6 * 366)


def never() -> bool:
    """Nobody has asked to stop."""
    return False


@pytest.fixture
def house(database_url: str) -> Iterator[Engine]:
    """An installation where Mette was told of two cases in one mail, and Jonas of a third."""
    engine = open_database(database_url)
    migrate(engine)
    settle_in(engine, ["4711", "4712", "4713"])
    for case, caseworker in (("4711", "mho"), ("4712", "mho"), ("4713", "jsk")):
        plan(engine, warned(case), now=at(MONDAY, 5, 30), caseworker=caseworker)
    build_messages(engine, SETTINGS, MORNING)
    with a_mail_server() as (_, server):
        deliver(engine, SETTINGS, lambda: MORNING, server=server)
    yield engine
    engine.dispose()


def close(engine: Engine, case: str, *, still_in_extract: bool = False) -> None:
    """Let a case have a record, an event and a round, and end next day."""
    gone_on = None if still_in_extract else date(2027, 1, 1)
    record = {"case_ref": case, "ref": f"P{case}", "kind": "placement", "known_at": MORNING}
    event = {"case_ref": case, "number": 1, "ref": f"P{case}", "kind": "network_meeting"}
    round_ = {
        "case_ref": case,
        "ref": f"P{case}",
        "rule": "network-meeting",
        "interval_on": MONDAY,
        "round": 1,
        "kind": "placement",
        "status": "met",
        "due_on": date(2026, 11, 26),
        "closed": True,
        "current": False,
        "missing": "",
        "rule_print": "",
        "changed_at": MORNING,
    }
    with writing(engine) as connection:
        connection.execute(insert(RECORD).values(facts="{}", contents="{}", told=0, **record))
        connection.execute(
            insert(EVENT).values(at_on=MONDAY, fields="{}", known_at=MORNING, told=0, **event)
        )
        connection.execute(insert(DEADLINE).values(round_))
        ended = {"ended_on": date(2026, 11, 24), "missing_since_on": gone_on}
        connection.execute(update(CASE).where(CASE.c.case_ref == case).values(ended))


def addresses(engine: Engine) -> list[str]:
    """Where mails went, as far as it is still known."""
    with reading(engine) as connection:
        return list(connection.scalars(select(MESSAGE.c.address)))


def tables_that_name(engine: Engine, case: str) -> set[str]:
    """The tables in which any text holds the reference of a case."""
    with reading(engine) as connection:
        return {
            table.name
            for table in METADATA.sorted_tables
            for row in connection.execute(select(table))
            if any(isinstance(value, str) and case in value for value in row)
        }


def test_the_bytes_of_a_mail_go_after_thirty_days_and_the_proof_of_it_stays(house: Engine) -> None:
    with reading(house) as connection:
        before = connection.execute(
            select(MESSAGE.c.uuid, MESSAGE.c.content, MESSAGE.c.message_id, MESSAGE.c.queue_id)
        ).all()
    keep_house(house, SETTINGS, MORNING + timedelta(days=29), never)
    with reading(house) as connection:
        assert all(connection.scalars(select(MESSAGE.c.content)))
    assert keep_house(house, SETTINGS, MORNING + timedelta(days=32), never) == {"mails emptied": 2}
    with reading(house) as connection:
        for uuid, content, message_id, queue_id in before:
            row = connection.execute(select(MESSAGE).where(MESSAGE.c.uuid == uuid)).one()
            assert (row.content, row.subject, row.address) == (b"", "", "")
            assert "kommune.dk" not in row.key
            assert row.content_sha256 == sha256(content).hexdigest()
            assert (row.message_id, row.queue_id) == (message_id, queue_id)
        assert len(connection.execute(select(ATTEMPT)).all()) == 2


def test_a_mailbox_that_refused_is_known_as_long_as_that_counts(house: Engine) -> None:
    """Its mails are emptied like any other; only the address stays a week longer."""
    with writing(house) as connection:
        connection.execute(update(MESSAGE).values(state="failed"))
    for days, gone in ((32, "mails emptied"), (39, "addresses removed")):
        assert set(addresses(house)) == {METTE, JONAS}
        assert keep_house(house, SETTINGS, MORNING + timedelta(days=days), never) == {gone: 2}
    assert addresses(house) == ["", ""]


def test_a_mail_known_from_the_journal_alone_is_emptied_and_keeps_the_hash_it_has(
    house: Engine,
) -> None:
    with writing(house) as connection:
        connection.execute(update(MESSAGE).values(content=b"", content_sha256="known"))
    keep_house(house, SETTINGS, MORNING + timedelta(days=32), never)
    with reading(house) as connection:
        asked = select(MESSAGE.c.subject, MESSAGE.c.content_sha256).distinct()
        assert connection.execute(asked).all() == [("", "known")]


def test_a_mail_that_may_still_leave_keeps_its_bytes(house: Engine) -> None:
    for state in ("pending", "hold", "in_data"):
        with writing(house) as connection:
            connection.execute(update(MESSAGE).values(state=state))
        assert (
            keep_house(house, SETTINGS, MORNING + timedelta(days=900), never)["mails emptied"] == 0
        )


def test_a_dry_run_says_what_would_go_and_removes_nothing(house: Engine) -> None:
    later = MORNING + timedelta(days=500)
    expected = {"mails emptied": 2, "attempts removed": 2}
    assert what_would_go(house, SETTINGS, later) == expected
    assert what_would_go(house, SETTINGS, later) == expected
    assert keep_house(house, SETTINGS, later, never) == expected
    assert what_would_go(house, SETTINGS, later) == {}


def test_of_a_case_closed_long_ago_only_how_its_rounds_ended_stays(house: Engine) -> None:
    close(house, "4711")
    assert keep_house(house, FORGETTING, YEARS_LATER, never)["cases forgotten"] == 1
    assert tables_that_name(house, "4711") == set()
    with reading(house) as connection:
        (kept,) = connection.execute(select(PAST_ROUND)).all()
        assert (kept.rule, kept.status, kept.team) == ("network-meeting", "met", "Nord")
        assert "4711" not in kept.pseudonym
        # the mail told of another case too: it stays for that one
        assert len(connection.execute(select(MESSAGE)).all()) == 2
        assert set(connection.scalars(select(INTENT.c.case_ref))) == {"4712", "4713"}


def test_a_mail_goes_with_the_last_case_it_told_of(house: Engine) -> None:
    for case in ("4711", "4712"):
        close(house, case)
    assert keep_house(house, FORGETTING, YEARS_LATER, never)["cases forgotten"] == 2
    with reading(house) as connection:
        assert connection.scalars(select(MESSAGE.c.recipient)).all() == ["jsk"]
        pseudonyms = set(connection.scalars(select(PAST_ROUND.c.pseudonym)))
    assert len(pseudonyms) == 2


def test_a_case_that_is_open_or_still_in_the_extract_or_owes_a_mail_is_not_forgotten(
    house: Engine,
) -> None:
    close(house, "4711", still_in_extract=True)
    close(house, "4712")
    with writing(house) as connection:
        owed = update(INTENT).where(INTENT.c.case_ref == "4712")
        connection.execute(owed.values(state="planned"))
    assert keep_house(house, FORGETTING, YEARS_LATER, never)["cases forgotten"] == 0
    assert "case" in tables_that_name(house, "4711") & tables_that_name(house, "4712")


def test_without_the_setting_no_case_is_ever_forgotten(house: Engine) -> None:
    close(house, "4711")
    keep_house(house, SETTINGS, YEARS_LATER, never)
    assert "case" in tables_that_name(house, "4711")


def test_who_looked_at_a_case_has_a_time_of_its_own(house: Engine) -> None:
    from flows.keeping.access import READ, log_look

    close(house, "4711")
    log_look(house, READ, ["4711"], "anna", YEARS_LATER - timedelta(days=10))
    keep_house(house, FORGETTING, YEARS_LATER, never)
    assert tables_that_name(house, "4711") == {ACCESS_CASE.name}
    keep_house(house, FORGETTING, YEARS_LATER + timedelta(days=200), never)
    assert tables_that_name(house, "4711") == set()


def test_a_tidying_that_is_stopped_goes_on_where_it_was(
    house: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.housekeeping.AT_A_TIME", 1)
    later, asked = MORNING + timedelta(days=500), iter([False, True])
    first = keep_house(house, SETTINGS, later, lambda: next(asked, True))
    second = keep_house(house, SETTINGS, later, never)
    assert first.total() == 1
    assert first + second == {"mails emptied": 2, "attempts removed": 2}


@settings(max_examples=examples(20), suppress_health_check=list(HealthCheck))
@given(days=st.lists(st.integers(0, 4000), min_size=1, max_size=4))
def test_nothing_that_was_told_is_told_again_whenever_the_house_is_kept(
    house: Engine, days: list[int]
) -> None:
    for number in sorted(days):
        keep_house(house, FORGETTING, MORNING + timedelta(days=number), never)
    for case, caseworker in (("4711", "mho"), ("4712", "mho"), ("4713", "jsk")):
        planned = plan(house, warned(case), now=at(MONDAY, 12), caseworker=caseworker)
        assert planned.get("planned", 0) == 0


def test_the_sender_is_never_held_up_long(house: Engine) -> None:
    """Each batch is a transaction: between two of them anybody may write."""
    between: list[datetime] = []

    def write_something() -> bool:
        with writing(house) as connection:
            connection.execute(update(CASE).values(team="Nord"))
        between.append(MORNING)
        return False

    keep_house(house, SETTINGS, MORNING + timedelta(days=500), write_something)
    assert len(between) >= 6


AGES = (400, 390)
"""Days ago: thirteen months are between these two."""


def ages_left(house: Engine, table: Table, column: str) -> list[int]:
    """Of the rows of a table that are as old as above, those that stay."""
    with reading(house) as connection:
        found = connection.scalars(select(table.c[column])).all()
    return [days for days in AGES if any(str(moment)[:10] == day_ago(days) for moment in found)]


def day_ago(days: int) -> str:
    return (MORNING - timedelta(days=days)).date().isoformat()


def test_what_nothing_removed_before_goes_after_thirteen_months(house: Engine) -> None:
    with writing(house) as connection:
        for days in AGES:
            moment, day = MORNING - timedelta(days=days), MONDAY - timedelta(days=days)
            bounce = {"fingerprint": str(days), "message_uuid": "", "kind": "failed", "status": ""}
            connection.execute(insert(BOUNCE).values(read_at=moment, waits=False, **bounce))
            action = {"action": "cancel", "message_uuid": "", "done_by": "anna", "why": "Moved."}
            connection.execute(insert(OUTBOX_ACTION).values(at=moment, **action))
            mute = {"case_ref": "4711", "rule": "", "why": "Moved.", "muted_by": "anna"}
            mute |= {"until_on": day, "muted_at": moment, "ended_at": moment, "covers_all": False}
            connection.execute(insert(MUTE).values(ended_by="", **mute))
            refusal = {
                "source": "x",
                "sha256": "",
                "state": "refused",
                "reason": "",
                "counts": "{}",
            }
            refusal |= {"columns": "{}", "extracted_at": moment, "imported_at": moment}
            connection.execute(insert(IMPORT).values(refusal))
            week = {"leader": "lln", "week_on": day, "overdue": 0, "told": 0, "in_time": 0}
            connection.execute(insert(WEEK).values(week))
    keep_house(house, SETTINGS, MORNING, never)
    aged = (
        (BOUNCE, "read_at"),
        (OUTBOX_ACTION, "at"),
        (MUTE, "ended_at"),
        (IMPORT, "imported_at"),
        (WEEK, "week_on"),
    )
    assert [ages_left(house, *one) for one in aged] == [[390]] * len(aged)


def test_the_books_balance_after_the_counts_and_tries_of_a_year_have_gone(house: Engine) -> None:
    """The count before, against which the next is measured, stays however old it is."""
    for days in (0, 1):
        assert reconcile(house, SETTINGS, MORNING + timedelta(days=days)) is None
    later = MORNING + timedelta(days=500)
    counts = keep_house(house, SETTINGS, later, never)
    assert (counts["daily counts removed"], counts["attempts removed"]) == (1, 2)
    assert count_now(house, later).faults == {}


def test_a_case_whose_last_mail_ended_today_is_forgotten_after_the_next_count(
    house: Engine,
) -> None:
    close(house, "4713")
    with writing(house) as connection:
        about = select(CARRIES.c.message_uuid).join(INTENT, INTENT.c.id == CARRIES.c.intent_id)
        mail = connection.execute(about.where(INTENT.c.case_ref == "4713")).scalar_one()
        held = update(MESSAGE).where(MESSAGE.c.uuid == mail).values(state="hold")
        connection.execute(held)
    day_before = YEARS_LATER - timedelta(days=1)
    with writing(house) as connection:
        counted, still_open = count(connection, day_before.date(), day_before)
        keep(connection, counted, still_open)
        assert cancel(connection, mail, "anna", "Closed.", YEARS_LATER)
    assert keep_house(house, FORGETTING, YEARS_LATER, never)["cases forgotten"] == 0
    with writing(house) as connection:
        counted, still_open = count(connection, YEARS_LATER.date(), YEARS_LATER)
        keep(connection, counted, still_open)
        assert NOT_IN_BALANCE.format(kind="mail") not in counted.faults
    later = YEARS_LATER + timedelta(days=1)
    assert keep_house(house, FORGETTING, later, never)["cases forgotten"] == 1


def test_an_alarm_about_a_forgotten_case_is_forgotten_with_it(house: Engine) -> None:
    close(house, "4711")
    with writing(house) as connection:
        raise_alarm(connection, NOBODY_LEFT, "4711", YEARS_LATER, "Nobody was told.")
    keep_house(house, FORGETTING, YEARS_LATER, never)
    assert tables_that_name(house, "4711") == set()


def test_a_journal_that_cannot_be_shortened_is_told_and_stops_nothing(
    house: Engine, tmp_path: Path
) -> None:
    (tmp_path / "sent-2026-01-01.jsonl").mkdir()  # a folder cannot be removed as a file is
    settings = SETTINGS.model_copy(update={"journal": tmp_path})
    keep_house(house, settings, MORNING, never)
    with reading(house) as connection:
        (alarm,) = open_alarms(connection)
    assert alarm.kind == "sent journal"
    assert "cannot be removed" in alarm.message
