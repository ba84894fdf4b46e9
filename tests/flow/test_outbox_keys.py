"""What is owed has a key to the letter, and no edit of a rule or a person sends it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from flows.owing.remind import plan_intents
from models.case_tables import PersonRow
from models.database import reading, writing
from models.outbox import INTENT
from models.outbox_messages import count_messages
from models.people import load_staff
from notifications.render import Mail
from rules.book import Binding
from rules.deadline import Deadline, Status
from tests.flow.mail_cases import (
    MONDAY,
    TUESDAY,
    WARNED,
    a_deadline,
    at,
    owed_of,
    plan,
    settle_in,
    step,
)
from tests.flow.test_outbox_planning import EARLY, OVERDUE, send


def keys(database: Engine) -> list[tuple[object, ...]]:
    """Return the key of every debt, as the unique constraint has it."""
    with reading(database) as connection:
        columns = ("deadline_key", "due_text", "step", "occurrence", "recipient")
        rows = connection.execute(select(*(INTENT.c[name] for name in columns)))
        return sorted(tuple(row) for row in rows)


def edited(deadline: Deadline, text: str, on: date) -> Deadline:
    """Return a deadline whose rule has come to write its first step otherwise."""
    return deadline._replace(reached=(step(text, on), *deadline.reached[1:]))


def test_the_keys_are_these_to_the_letter(database: Engine) -> None:
    """Faults I5 and P25: whoever changes a key sends every open reminder again."""
    settle_in(database)
    plan(database, OVERDUE, now=at(date(2026, 11, 27)))
    hours = step("4 hours before", MONDAY, hours=True)
    acute = a_deadline(hours, due=at(MONDAY, 12, 0), rule="report-assessed-24-hours")
    weekly = step("every 1 week from 1 week after", MONDAY, "team_leader", occurrence=3)
    repeated = a_deadline(weekly, rule="plan", due=date(2026, 11, 2), status=Status.OVERDUE)
    plan(database, acute, repeated, now=at(MONDAY, 9), cases=())
    meeting = ("4711|4711|network-meeting|2026-01-05|1", "2026-11-26")
    assert keys(database) == [
        (*meeting, "1 day after", 0, "lln"),
        (*meeting, "1 day after", 0, "mho"),
        (*meeting, "14 days before", 0, "mho"),
        (*meeting, "3 days before", 0, "mho"),
        (
            "4711|4711|plan|2026-01-05|1",
            "2026-11-02",
            "every 1 week from 1 week after",
            3,
            "lln",
        ),
        (
            "4711|4711|report-assessed-24-hours|2026-01-05|1",
            "2026-11-23T11:00:00+00:00",
            "4 hours before",
            0,
            "mho",
        ),
    ]


@pytest.mark.parametrize(
    "edit",
    [
        {},
        {"title": "Netværksmøde, med en anden ordlyd", "source": "Byrådet, 2026"},
        {"binding": Binding.LAW},
        {"step": ("4 days before", date(2026, 11, 22))},
        {"step": ("5 working days before", date(2026, 11, 19))},
        {"person": {"name": "Mette Nygaard"}},
        {"person": {"email": "mette.nygaard@kommune.dk"}},
        {"person": {"language": "en"}},
        {"person": {"team": "Syd"}},
        {"template": "another"},
    ],
    ids=str,
)
def test_no_edit_sends_again_what_was_sent(
    database: Engine, edit: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault I5: an edited rule, wording, template, surname or address."""
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    send(database)
    if "person" in edit:
        with writing(database) as connection:
            changed = update(PersonRow).where(PersonRow.person == "mho")
            connection.execute(changed.values(**edit["person"]))
    if "template" in edit:
        monkeypatch.setattr(
            "flows.composing.compose.render_reminder", lambda view: Mail("A", "b\n", "")
        )
    deadline = edited(WARNED, *edit["step"]) if "step" in edit else WARNED
    said = {name: edit[name] for name in ("title", "source", "binding") if name in edit}
    again = replace(owed_of(deadline), **said)
    for now in (at(MONDAY, 9), at(TUESDAY, 5)):
        with writing(database) as connection:
            staff = load_staff(connection)
            assert plan_intents(connection, ["4711"], [again], staff, now) == {}
    send(database, at(TUESDAY))
    with reading(database) as connection:
        assert count_messages(connection) == {"accepted": 1}


def test_a_step_that_an_edit_moves_to_a_later_day_is_told_on_that_day(database: Engine) -> None:
    settle_in(database)
    plan(database, WARNED, now=EARLY)
    send(database)
    later = edited(WARNED, "1 day before", date(2026, 11, 25))
    assert plan(database, later, now=at(date(2026, 11, 25))) == {"planned": 1}
