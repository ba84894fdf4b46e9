"""The evaluation of all open cases: only what may have changed, only differences, nothing lost."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from flows.deciding.verify import verify
from flows.evaluate import evaluate_case, evaluate_open_cases
from models.case_tables import CASE, EVENT
from models.database import reading
from models.deadlines import DEADLINE, LOG, StoredDeadline, stored_deadlines
from models.looking import CASE_ERROR
from models.outbox import INTENT
from rules.dates import last_minute_of, morning_of
from tests.flow.case_builder import Municipality, book_of

MEETING = """
  network-meeting:
    title: Netværksmøde mindst hver 8. uge
    binding: standard
    basis: [{source: Tæt på Familien}]
    for: case
    when: {case.target_group: youth}
    must_happen: network_meeting
    due: 8 weeks after start
    then: 8 weeks after done
    in_force: 2015-01-01
"""
AFTERCARE = """
  aftercare:
    title: Afgørelse om ungestøtte
    binding: standard
    basis: [{source: lokal}]
    for: case
    must_happen: aftercare_decided
    due: 6 months before age 18
    not_before: 1 month after start
    in_force: 2015-01-01
"""
CASELOAD_RULE = """
  caseload:
    title: Højst 2 sager
    binding: standard
    basis: [{source: lokal}]
    for: caseworker
    must_not_exceed: 2 cases
    due: 14 days after start
    in_force: 2015-01-01
"""
YOUTH = {"target_group": "youth"}


@pytest.fixture
def municipality(database: Engine) -> Municipality:
    built = Municipality(database)
    built.person("anna", leader="lene")
    built.person("lene", role="team_leader")
    return built


def stored(engine: Engine, ref: str) -> list[StoredDeadline]:
    with reading(engine) as connection:
        return sorted(stored_deadlines(connection, [ref])[ref])


def next_look(engine: Engine, ref: str) -> datetime | None:
    with reading(engine) as connection:
        return connection.scalar(select(CASE.c.next_look_at).where(CASE.c.case_ref == ref))


def test_a_case_gets_its_closed_rounds_and_the_open_one(
    database: Engine, municipality: Municipality
) -> None:
    municipality.case("A1", date(2026, 1, 5), facts=YOUTH)
    municipality.event("A1", "network_meeting", date(2026, 2, 20))

    evaluate_open_cases(database, book_of(MEETING), morning_of(date(2026, 3, 3)))

    assert [(row.round, row.status, row.due_on, row.closed) for row in stored(database, "A1")] == [
        (1, "met", date(2026, 3, 2), True),
        (2, "upcoming", date(2026, 4, 17), False),
    ]
    # 14 days before is Good Friday: the mail leaves on the last working day before Easter
    assert next_look(database, "A1") == morning_of(date(2026, 4, 1))


def test_evaluating_again_changes_nothing(database: Engine, municipality: Municipality) -> None:
    municipality.case("A1", date(2026, 1, 5), facts=YOUTH)
    book, now = book_of(MEETING), morning_of(date(2026, 3, 3))
    first = evaluate_open_cases(database, book, now)
    again = evaluate_open_cases(database, book, now, everything=True)

    assert first["written"] == 1
    assert first["planned"] > 0
    assert (again["cases"], again["written"], again["removed"], again["planned"]) == (1, 0, 0, 0)


def test_only_cases_whose_time_has_come_are_looked_at(
    database: Engine, municipality: Municipality
) -> None:
    municipality.case("A1", date(2026, 1, 5), facts=YOUTH)
    municipality.case("A2", date(2026, 1, 20), facts=YOUTH)
    book = book_of(MEETING)
    evaluate_open_cases(database, book, morning_of(date(2026, 1, 21)))

    # A1 is due on 2 March and so due soon from 16 February; A2 two weeks later
    counts = evaluate_open_cases(database, book, morning_of(date(2026, 2, 16)))

    assert counts["cases"] == 1
    assert stored(database, "A1")[0].status == "due soon"
    assert stored(database, "A2")[0].status == "upcoming"


def test_a_case_that_cannot_be_decided_stops_no_other_and_is_told_of(
    database: Engine, municipality: Municipality
) -> None:
    municipality.case("A1", date(2026, 1, 5), born=date(9990, 1, 1), facts=YOUTH)
    municipality.case("A2", date(2026, 1, 5), born=date(2010, 1, 1), facts=YOUTH)
    book, now = book_of(MEETING + AFTERCARE), morning_of(date(2026, 3, 3))

    counts = evaluate_open_cases(database, book, now)

    assert (counts["cases"], counts["could not be assessed"]) == (2, 1)
    with reading(database) as connection:
        troubles = connection.execute(select(CASE_ERROR.c.case_ref, CASE_ERROR.c.rule)).all()
    assert [tuple(row) for row in troubles] == [("A1", "aftercare")]
    # the rules that can be decided are watched in the broken case too
    assert [row.rule for row in stored(database, "A1")] == ["network-meeting"]
    assert [row.rule for row in stored(database, "A2")] == ["aftercare", "network-meeting"]

    municipality.change(CASE, CASE.c.case_ref == "A1", born_on=date(2010, 1, 1))
    municipality.look_again("A1", now)
    evaluate_open_cases(database, book, now)
    with reading(database) as connection:
        assert connection.execute(select(CASE_ERROR.c.case_ref)).all() == []


def test_an_edited_rule_rewrites_no_history(database: Engine, municipality: Municipality) -> None:
    municipality.case("A1", date(2026, 1, 5), facts=YOUTH)
    municipality.event("A1", "network_meeting", date(2026, 2, 27))
    now = morning_of(date(2026, 3, 3))
    evaluate_open_cases(database, book_of(MEETING), now)
    stricter = MEETING.replace("due: 8 weeks", "due: 4 weeks")

    evaluate_open_cases(database, book_of(stricter), now, everything=True)

    assert [(row.status, row.due_on) for row in stored(database, "A1")] == [
        ("met", date(2026, 3, 2)),
        ("upcoming", date(2026, 4, 24)),
    ]
    assert verify(database, book_of(stricter), now).different == ()


def test_a_rule_that_no_longer_counts_the_event_opens_a_round_beside_the_old_verdict(
    database: Engine, municipality: Municipality
) -> None:
    municipality.case("A1", date(2026, 1, 5), facts=YOUTH)
    municipality.event("A1", "network_meeting", date(2026, 2, 27), fields={})
    now = morning_of(date(2026, 3, 3))
    evaluate_open_cases(database, book_of(MEETING), now)
    pickier = MEETING + "    counts_when: {participants: {all_of: [child]}}\n"

    for _ in range(2):
        evaluate_open_cases(database, book_of(pickier), now, everything=True)

    found = [(row.round, row.status, row.closed, row.current) for row in stored(database, "A1")]
    assert found == [(1, "met", True, False), (2, "overdue", False, True)]


def test_a_corrected_fact_does_change_history_and_leaves_a_trace(
    database: Engine, municipality: Municipality
) -> None:
    municipality.case("A1", date(2026, 1, 5), facts=YOUTH)
    municipality.event("A1", "network_meeting", date(2026, 2, 27))
    book, now = book_of(MEETING), morning_of(date(2026, 3, 10))
    evaluate_open_cases(database, book, now)

    municipality.change(EVENT, EVENT.c.case_ref == "A1", at_on=date(2026, 3, 6))
    municipality.look_again("A1", now)
    evaluate_open_cases(database, book, now)

    assert stored(database, "A1")[0].status == "met late"
    with reading(database) as connection:
        old, new = connection.execute(select(LOG.c.old, LOG.c.new)).one()
    assert '"status": "met"' in old
    assert '"status": "met late"' in new


def test_verification_finds_a_row_that_somebody_changed(
    database: Engine, municipality: Municipality
) -> None:
    municipality.case("A1", date(2026, 1, 5), facts=YOUTH)
    book, now = book_of(MEETING), morning_of(date(2026, 1, 6))
    evaluate_open_cases(database, book, now)
    assert verify(database, book, now).different == ()

    municipality.change(DEADLINE, DEADLINE.c.case_ref == "A1", due_on=date(2026, 12, 24))
    (found,) = verify(database, book, now).different

    assert (found.case, found.rule) == ("A1", "network-meeting")
    assert found.as_json()["decided"] == {"status": "upcoming", "due": "2026-03-02"}


def test_verification_holds_on_every_day_between_two_looks(
    database: Engine, municipality: Municipality
) -> None:
    municipality.case("A1", date(2026, 1, 5), born=date(2009, 3, 1), facts=YOUTH)
    municipality.event("A1", "network_meeting", date(2026, 2, 20))
    book = book_of(MEETING + AFTERCARE)
    for number in range(0, 200, 5):
        now = morning_of(date(2026, 1, 6) + timedelta(days=number))
        evaluate_open_cases(database, book, now)
        later = verify(database, book, now + timedelta(days=3))
        assert later.different == ()
        assert later.cases + later.waiting == 1


def test_caseworkers_are_counted_when_their_cases_change(
    database: Engine, municipality: Municipality
) -> None:
    book = book_of(CASELOAD_RULE)
    for number in range(3):
        municipality.case(f"A{number}", date(2026, 1, 5 + number), told=number)
    now = last_minute_of(date(2026, 1, 22))
    assert evaluate_open_cases(database, book, now)["caseworkers"] == 1
    assert [(row.ref, row.status, row.due_on) for row in stored(database, "anna")] == [
        ("anna", "overdue", date(2026, 1, 21))
    ]
    assert evaluate_open_cases(database, book, now)["caseworkers"] == 0

    municipality.change(CASE, CASE.c.case_ref == "A2", ended_on=date(2026, 1, 22), told=77)
    tomorrow = now + timedelta(days=1)
    evaluate_open_cases(database, book, tomorrow)
    assert [(row.status, row.closed) for row in stored(database, "anna")] == [
        ("met late", True),
        ("met", False),
    ]
    assert verify(database, book, tomorrow).different == ()


def test_an_import_during_the_evaluation_is_not_forgotten(
    database: Engine, municipality: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    municipality.case("A1", date(2026, 1, 5), facts=YOUTH)
    book, now = book_of(MEETING), morning_of(date(2026, 1, 6))
    changed_at = now + timedelta(seconds=1)

    from flows import evaluate as flow

    decide = flow.assess

    def decide_while_an_import_runs(*given: object, **more: object) -> object:
        municipality.look_again("A1", changed_at)
        return decide(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(flow, "assess", decide_while_an_import_runs)
    assert evaluate_open_cases(database, book, now)["cases"] == 0
    assert next_look(database, "A1") == changed_at


def test_an_old_breach_stays_when_the_last_deadline_is_gone(
    database: Engine, municipality: Municipality
) -> None:
    municipality.case("A1", date(2026, 1, 5), ended=date(2026, 3, 20), facts=YOUTH)
    evaluate_open_cases(database, book_of(MEETING), morning_of(date(2026, 3, 21)))
    (row,) = stored(database, "A1")
    assert (row.status, row.closed, row.current) == ("missed", True, True)
    assert next_look(database, "A1") is None


def test_what_was_owed_about_a_deadline_that_is_met_is_cancelled(
    database: Engine, municipality: Municipality
) -> None:
    municipality.case("A1", date(2026, 1, 5), facts=YOUTH)
    book = book_of(MEETING)
    evaluate_open_cases(database, book, morning_of(date(2026, 3, 3)))
    municipality.event("A1", "network_meeting", date(2026, 3, 3))
    municipality.look_again("A1", morning_of(date(2026, 3, 3)))
    evaluate_open_cases(database, book, morning_of(date(2026, 3, 4)))
    with reading(database) as connection:
        states = set(connection.scalars(select(INTENT.c.state)))
    assert states == {"cancelled", "superseded"}


def test_work_shared_between_processes_comes_to_the_same(
    database: Engine, municipality: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import evaluate as flow

    for number in range(12):
        municipality.case(f"A{number:02}", date(2026, 1, 5 + number), facts=YOUTH)
    book, now = book_of(MEETING), morning_of(date(2026, 3, 10))
    monkeypatch.setattr(flow, "WORTH_SHARING", 1)
    monkeypatch.setattr(flow, "SHARED_AT_A_TIME", 5)

    counts = evaluate_open_cases(database, book, now, processes=2)

    assert (counts["cases"], counts["written"]) == (12, 12)
    assert verify(database, book, now).different == ()
    assert evaluate_open_cases(database, book, now, processes=1)["cases"] == 0


def test_one_case_is_decided_alone_and_its_caseworker_told(
    database: Engine, municipality: Municipality
) -> None:
    municipality.case("A1", date(2026, 1, 5), facts=YOUTH)
    municipality.case("A2", date(2026, 1, 5), facts=YOUTH)
    counts = evaluate_case(database, book_of(MEETING), "A1", morning_of(date(2026, 3, 3)))
    assert (counts["cases"], counts["written"]) == (1, 1)
    assert stored(database, "A2") == []
    with reading(database) as connection:
        told = connection.execute(select(INTENT.c.case_ref, INTENT.c.recipient)).all()
    assert ("A1", "anna") in [tuple(row) for row in told]
