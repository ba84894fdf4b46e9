"""What is owed is recorded once, whatever happens to the clock, the case or the staff."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from jinja2 import FileSystemLoader
from sqlalchemy import Engine, insert, select, update

from flows.composing.compose import build_messages
from flows.deliver import deliver
from flows.owing.not_assessed import plan_not_assessed
from flows.owing.remind import plan_intents
from models.database import reading, writing
from models.deadline_tables import CaseErrorRow
from models.outbox import INTENT, count_by_state
from models.outbox_tables import QuarantineRow
from models.people import load_staff
from notifications.render import _templates as templates
from rules.book import Binding
from rules.deadline import Status
from tests.flow.mail_cases import (
    JONAS,
    METTE,
    MONDAY,
    SETTINGS,
    TUESDAY,
    WARNED,
    a_deadline,
    add_case,
    at,
    away,
    owed_of,
    plan,
    replace_case,
    settle_in,
    step,
    warned,
)
from tests.flow.mail_server import a_mail_server, html_of, text_of

EARLY = at(MONDAY, 5, 30)
OVERDUE = a_deadline(
    step("14 days before", date(2026, 11, 12)),
    step("3 days before", MONDAY),
    step("1 day after", date(2026, 11, 27), "caseworker", "team_leader"),
    status=Status.OVERDUE,
)
HOURS = a_deadline(step("4 hours before", date(2026, 11, 20), hours=True))
ENDLESS = "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}"


def rows(database: Engine, **wanted: object) -> list[tuple[str, ...]]:
    """Return (step, recipient, state, state_reason) of the intents that are so."""
    columns = [INTENT.c[name] for name in ("step", "recipient", "state", "state_reason")]
    conditions = [INTENT.c[name] == value for name, value in wanted.items()]
    with reading(database) as connection:
        found = connection.execute(select(*columns).where(*conditions).order_by(INTENT.c.id))
        return [tuple(row) for row in found]


def send(database: Engine, now: object = None) -> None:
    """Build and deliver what is owed."""
    moment = now or at(MONDAY)
    build_messages(database, SETTINGS, moment)  # type: ignore[arg-type]
    with a_mail_server() as (_, server):
        deliver(database, SETTINGS, lambda: moment, server=server)  # type: ignore[arg-type, return-value]


def test_planning_again_changes_nothing(database: Engine) -> None:
    settle_in(database)
    assert plan(database, WARNED, now=EARLY) == {"planned": 1}
    assert plan(database, WARNED, now=EARLY) == {}
    assert plan(database, WARNED, now=at(TUESDAY, 5, 30)) == {}


def test_after_downtime_only_the_latest_step_of_each_role_is_owed(database: Engine) -> None:
    """Peers F4 and F5: nothing is lost for an exact day missed, nothing old comes in a flood."""
    settle_in(database)
    counts = plan(database, OVERDUE, now=at(date(2026, 11, 30), 5, 30))
    assert counts == {"planned": 2, "superseded": 2}
    assert rows(database, state="planned") == [
        ("1 day after", "mho", "planned", ""),
        ("1 day after", "lln", "planned", ""),
    ]
    assert rows(database, step="3 days before") == [
        ("3 days before", "mho", "superseded", "1 day after")
    ]


def test_a_clock_set_back_repeats_nothing(database: Engine) -> None:
    settle_in(database)
    plan(database, OVERDUE, now=at(date(2026, 11, 30), 5, 30))
    before = OVERDUE._replace(reached=OVERDUE.reached[:2], status=Status.DUE_SOON)
    plan(database, before, now=EARLY)
    assert not rows(database, step="3 days before", state="planned")


def test_only_the_latest_turn_of_a_repeating_step_is_owed(database: Engine) -> None:
    settle_in(database)
    turns = [
        step(
            "every 1 week from 1 week after",
            date(2026, 12, 3 + 7 * n),
            "team_leader",
            occurrence=n + 1,
        )
        for n in range(3)
    ]
    plan(database, a_deadline(*turns[:1], status=Status.OVERDUE), now=at(date(2026, 12, 3)))
    counts = plan(database, a_deadline(*turns, status=Status.OVERDUE), now=at(date(2026, 12, 17)))
    assert counts == {"planned": 1, "superseded": 1}


def test_a_moved_due_date_starts_a_new_series(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    plan(database, WARNED._replace(due=date(2026, 11, 27)), now=EARLY)
    assert rows(database) == [
        ("3 days before", "mho", "cancelled", "due moved"),
        ("3 days before", "mho", "planned", ""),
    ]


def test_a_due_date_moved_back_is_told_after_all_but_not_twice(database: Engine) -> None:
    settle_in(database)
    moved = WARNED._replace(due=date(2026, 11, 27))
    for deadline in (WARNED, moved, WARNED):
        plan(database, deadline, now=EARLY)
    assert [row[2] for row in rows(database)] == ["planned", "cancelled"]
    send(database)
    for deadline in (moved, WARNED):
        plan(database, deadline, now=at(MONDAY, 9))
    assert [row[2] for row in rows(database)] == ["sent", "cancelled"]


@pytest.mark.parametrize("status", [Status.MET, Status.PAUSED, Status.EXEMPTED, Status.MISSED])
def test_what_is_no_longer_waited_for_is_cancelled(database: Engine, status: Status) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    plan(database, WARNED._replace(status=status, reached=()), now=EARLY)
    assert rows(database) == [("3 days before", "mho", "cancelled", "no longer open")]


def test_a_deadline_that_is_gone_is_cancelled(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    plan(database, now=EARLY, cases=("4711",))
    assert rows(database)[0][2:] == ("cancelled", "no longer open")


def test_a_reassigned_case_tells_the_new_caseworker_the_current_step_only(database: Engine) -> None:
    settle_in(database)
    two = a_deadline(step("14 days before", date(2026, 11, 12)), step("3 days before", MONDAY))
    plan(database, two, now=EARLY)
    plan(database, two, now=EARLY, caseworker="jsk")
    assert rows(database, recipient="jsk") == [
        ("3 days before", "jsk", "planned", ""),
        ("14 days before", "jsk", "superseded", "3 days before"),
    ]
    assert rows(database, recipient="mho", state="planned") == []


def test_coming_back_to_a_caseworker_who_was_told_repeats_nothing(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    send(database)
    for caseworker in ("jsk", "mho"):
        plan(database, WARNED, now=at(MONDAY, 9), caseworker=caseworker)
    assert [row[1:3] for row in rows(database)] == [("mho", "sent"), ("jsk", "cancelled")]


def test_a_caseworker_back_from_leave_is_not_told_what_the_substitute_was(database: Engine) -> None:
    settle_in(database)
    away(database, "mho", MONDAY, MONDAY, "jsk")
    plan(database, WARNED, now=EARLY)
    send(database)
    plan(database, WARNED, now=at(TUESDAY, 5, 30))
    assert [row[1:3] for row in rows(database)] == [("jsk", "sent")]


def test_leave_that_begins_before_the_mail_is_built_moves_it_to_the_substitute(
    database: Engine,
) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    away(database, "mho", MONDAY, None, "jsk")
    plan(database, WARNED, now=at(MONDAY, 6))
    assert [row[1:] for row in rows(database)] == [
        ("mho", "cancelled", "recipient changed"),
        ("jsk", "planned", ""),
    ]


def test_one_person_in_two_roles_is_owed_one_mail(database: Engine) -> None:
    """Fault I12: the leader who is the caseworker's substitute."""
    settle_in(database)
    away(database, "mho", date(2026, 11, 27), None, "lln")
    plan(database, OVERDUE, now=at(date(2026, 11, 27)))
    assert rows(database, state="planned") == [("1 day after", "lln", "planned", "")]


def test_a_deadline_without_a_date_asks_the_caseworker_for_the_fact(database: Engine) -> None:
    """Peers F13: what cannot be decided is a task, not silence."""
    settle_in(database)
    undecided = a_deadline(due=None, status=Status.UPCOMING, missing=("case.target_group",))
    assert plan(database, undecided, now=EARLY) == {"planned": 1}
    assert plan(database, undecided, now=EARLY) == {}
    assert rows(database) == [("missing: case.target_group", "mho", "planned", "")]
    plan(database, a_deadline(), now=EARLY)
    assert rows(database)[0][2] == "cancelled"


def test_which_mail_carries_a_step(database: Engine) -> None:
    settle_in(database)
    day = date(2026, 11, 27)
    week = step("every 1 week from 1 week after", date(2026, 12, 3), "team_leader", occurrence=1)
    day_after = step("1 day after", day, "caseworker", "team_leader")
    hours = step("4 hours before", day, "caseworker", hours=True)
    head = step("4 weeks after", date(2026, 12, 24), "department_head")
    now = at(date(2026, 12, 24))
    for rule, binding, reached in (
        ("a", Binding.STANDARD, (day_after, week)),
        ("b", Binding.LAW, (day_after,)),
        ("c", Binding.LAW, (week,)),
        ("d", Binding.LAW, (hours,)),
        ("e", Binding.STANDARD, (head,)),
    ):
        deadline = a_deadline(*reached, status=Status.OVERDUE, rule=rule)
        plan(database, deadline, now=now, binding=binding, cases=())
        with reading(database) as connection:
            found = connection.execute(
                select(INTENT.c.role, INTENT.c.leaves).where(
                    INTENT.c.rule == rule, INTENT.c.state == "planned"
                )
            ).all()
        expected = {
            "a": {("caseworker", "morning"), ("team_leader", "digest")},
            "b": {("caseworker", "instant"), ("team_leader", "instant")},
            "c": {("team_leader", "digest")},
            "d": {("caseworker", "acute")},
            "e": {("department_head", "morning")},
        }[rule]
        assert {tuple(row) for row in found} == expected


def test_an_escalation_does_not_silence_the_caseworker(database: Engine) -> None:
    """Sending 1.10: only the overdue suppresses "due soon", of the same deadline and person."""
    settle_in(database)
    both = a_deadline(
        step("3 days before", MONDAY, "caseworker"), step("1 day before", TUESDAY, "team_leader")
    )
    plan(database, both, now=at(TUESDAY))
    assert [row[1:3] for row in rows(database)] == [("lln", "planned"), ("mho", "planned")]


def test_a_case_that_could_not_be_assessed_is_told_once_to_caseworker_and_leader(
    database: Engine,
) -> None:
    settle_in(database)
    error = {"case_ref": "4711", "rule": "", "error": "OverflowError", "reason": ""}
    with writing(database) as connection:
        add_case(connection, "4712", rejected="række 7: der står noget, der ikke kan læses")
        connection.execute(insert(CaseErrorRow).values(**error, since_at=EARLY))
        assert plan_not_assessed(connection, load_staff(connection), EARLY) == {"planned": 4}
        assert plan_not_assessed(connection, load_staff(connection), EARLY) == {}
    with a_mail_server() as (kept, server):
        build_messages(database, SETTINGS, at(MONDAY))
        deliver(database, SETTINGS, lambda: at(MONDAY), server=server)
    assert sorted(str(mail["To"]) for mail in kept.mails()) == [
        "lene@kommune.dk",
        "mette@kommune.dk",
    ]
    assert all("Kunne ikke vurderes: 2 sager" in str(mail["Subject"]) for mail in kept.mails())
    assert not any(b"der ikke kan l" in content for _, _, content in kept.taken)


def test_a_case_that_can_be_assessed_again_is_not_told_of(database: Engine) -> None:
    settle_in(database)
    with writing(database) as connection:
        add_case(connection, "4712", rejected="række 7")
        plan_not_assessed(connection, load_staff(connection), EARLY)
    with writing(database) as connection:
        connection.exec_driver_sql("UPDATE \"case\" SET rejected = ''")
        counts = plan_not_assessed(connection, load_staff(connection), EARLY)
    assert counts == {"cancelled": 2}
    with reading(database) as connection:
        assert count_by_state(connection) == {"cancelled": 2}


@pytest.mark.parametrize(
    ("values", "why"),
    [({"due_text": "31 February"}, "ValueError"), ({"link": "", "kind": "no kind"}, "")],
)
def test_a_mail_that_cannot_be_written_is_replaced_and_the_others_leave(
    database: Engine, values: dict[str, str], why: str
) -> None:
    """Poison: one odd row stops neither its own reminder nor anybody else's."""
    settle_in(database, ["4711", "4712"])
    plan(database, WARNED, now=EARLY)
    plan(database, warned("4712"), now=EARLY, caseworker="jsk")
    with writing(database) as connection:
        connection.execute(update(INTENT).where(INTENT.c.case_ref == "4711").values(**values))
    with a_mail_server() as (kept, server):
        build_messages(database, SETTINGS, at(MONDAY))
        deliver(database, SETTINGS, lambda: at(MONDAY), server=server)
    assert len(kept.mails()) == 2
    with reading(database) as connection:
        reasons = list(connection.scalars(select(QuarantineRow.reason)))
    assert reasons == ([f"the mail could not be written: {why}"] if why else [])


def test_an_odd_row_that_may_not_wait_stops_nobody_elses_mail(database: Engine) -> None:
    settle_in(database, ["4711", "4712"])
    plan(database, HOURS, now=EARLY)
    plan(database, replace_case(HOURS, "4712"), now=EARLY, caseworker="jsk")
    with writing(database) as connection:
        odd = update(INTENT).where(INTENT.c.case_ref == "4711")
        connection.execute(odd.values(due_text="31 February"))
    with a_mail_server() as (kept, server):
        build_messages(database, SETTINGS, at(MONDAY, 6))
        deliver(database, SETTINGS, lambda: at(MONDAY, 6), server=server)
    assert sorted(str(mail["To"]) for mail in kept.mails()) == [JONAS, METTE]


@pytest.mark.parametrize(
    "broken", ["{{ view.nothing_like_it }}", "{% for %}", "{{ 1 / 0 }}", ENDLESS]
)
def test_a_broken_template_costs_no_reminder(
    database: Engine, broken: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Fault I19: a plain mail goes at the first failure; the next would fail alike."""
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    folder = tmp_path / "templates"
    shutil.copytree(Path(str(files("notifications"))) / "templates", folder)
    (folder / "reminder.txt").write_text(broken, "utf-8")
    monkeypatch.setattr(templates(), "loader", FileSystemLoader(folder))
    templates().cache.clear()
    with a_mail_server() as (kept, server):
        build_messages(database, SETTINGS, at(MONDAY))
        deliver(database, SETTINGS, lambda: at(MONDAY), server=server)
    monkeypatch.undo()
    templates().cache.clear()
    (mail,) = kept.mails()
    assert mail["Subject"] == "Frister: 1 venter på dig"
    with reading(database) as connection:
        assert count_by_state(connection) == {"sent": 1}


def test_what_stands_in_a_title_is_never_run(database: Engine) -> None:
    """Fault I15: template code, HTML and a formula in a title are words like others."""
    settle_in(database)
    title = "{{ 7 * 7 }} <script>alert(1)</script> {% raw %} =cmd()"
    with writing(database) as connection:
        one = replace(owed_of(WARNED), title=title)
        plan_intents(connection, ["4711"], [one], load_staff(connection), EARLY)
    with a_mail_server() as (kept, server):
        build_messages(database, SETTINGS, at(MONDAY))
        deliver(database, SETTINGS, lambda: at(MONDAY), server=server)
    (mail,) = kept.mails()
    assert title in " ".join(text_of(mail).split())
    assert "<script>" not in html_of(mail)
    assert "&lt;script&gt;" in html_of(mail)
