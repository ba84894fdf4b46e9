"""Why somebody gets a mail, found from how each debt came to them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from flows.composing.mail_lines import is_for_leader, time_left, whys
from models.outbox import FALLBACK, REFUSED, Intent
from models.people import Absence, Person, Staff
from notifications.views import Why
from rules.dates import minutes_after
from tests.unit.test_demo_reasons import owed

DAY = date(2026, 3, 2)
ANE = Person("ane", "Ane Eksempelsen", "ane@k.dk", "caseworker", "Nord", "lea", "", True)
LEA = Person("lea", "Lea Eksempelsen", "lea@k.dk", "team_leader", "Nord", "", "", True)
AWAY = Absence("ane", date(2026, 3, 1), date(2026, 3, 20), "bo")
STAFF = Staff({"ane": ANE, "lea": LEA}, {"ane": (AWAY,)})


def debt(reason: str, case: str = "4711", owed_to: str = "ane", about: str = "case") -> Intent:
    return owed(reason)._replace(case_ref=case, owed_to=owed_to, about=about)


@pytest.mark.parametrize(
    ("reason", "owed_to", "why"),
    [
        ("own", "ane", Why("own", "caseworker", cases=("4711",))),
        (
            "substitute absent",
            "ane",
            Why("substitute", "", "absent", "Ane Eksempelsen", ("4711",), date(2026, 3, 20)),
        ),
        (
            f"leader {REFUSED}",
            "ane",
            Why("leader", "", "refused", "Ane Eksempelsen", ("4711",)),
        ),
        ("leader unassigned", "", Why("leader", "caseworker", "unassigned", "", ("4711",))),
        (f"{FALLBACK} unknown", "gone", Why("fallback", "", "unknown", "", ("4711",))),
    ],
)
def test_the_reason_of_a_debt_becomes_the_reason_of_the_mail(
    reason: str, owed_to: str, why: Why
) -> None:
    assert whys([debt(reason, owed_to=owed_to)], STAFF, DAY) == (why,)


def test_an_absence_that_is_over_is_not_told() -> None:
    (why,) = whys([debt("substitute absent")], STAFF, date(2026, 4, 1))
    assert why.until is None


def test_the_readers_own_come_first_and_each_reason_names_its_cases_once() -> None:
    debts = [debt("substitute absent", "2"), debt("own", "3"), debt("own", "1"), debt("own", "3")]
    own, substitute = whys(debts, STAFF, DAY)
    assert own.cases == ("1", "3")
    assert substitute.cases == ("2",)


@pytest.mark.parametrize(
    ("role", "reason", "for_leader"),
    [
        ("caseworker", "own", False),
        ("caseworker", "substitute absent", False),
        ("receiving_team", "own", False),
        ("caseworker", f"leader {REFUSED}", True),
        ("team_leader", "own", True),
    ],
)
def test_whoever_does_the_work_is_asked_whether_it_is_done(
    role: str, reason: str, for_leader: bool
) -> None:
    assert is_for_leader([debt(reason)._replace(role=role)]) is for_leader


@pytest.mark.parametrize(
    ("minutes", "hours"), [(204, 3), (30, 0), (-30, 0), (-61, -1), (-119, -1), (-120, -2)]
)
def test_hours_that_are_left_or_over_are_whole_hours(minutes: int, hours: int) -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert time_left(minutes_after(noon, minutes), noon) == (hours, True)


def test_a_caseload_is_no_case() -> None:
    (why,) = whys([debt("own", "ane", about="caseworker")], STAFF, DAY)
    assert why.cases == ()
