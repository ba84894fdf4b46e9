"""Whoever is owed a mail, somebody gets it (peers F7, F8; faults I11, I12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.owing.recipients import Recipient, recipients, stand_in
from models.outbox import FALLBACK
from models.people import Absence, Person, Staff

DAY = date(2026, 11, 24)
METTE = Person("mho", "Mette Holm", "mette@k.dk", "caseworker", "Nord", "lln", "", True)
JONAS = Person("jsk", "Jonas Skov", "jonas@k.dk", "caseworker", "Nord", "lln", "", True)
LENE = Person("lln", "Lene Lund", "lene@k.dk", "team_leader", "Nord", "kho", "", True)
KAREN = Person("kho", "Karen Hald", "karen@k.dk", "department_head", "", "", "", True)
DUTY = tuple(
    Person(f"duty{n}", f"Vagt {n}", f"vagt{n}@k.dk", "receiving_team", "Modtagelsen", "", "", True)
    for n in (1, 2)
)


def staff(*people: Person, absences: tuple[Absence, ...] = ()) -> Staff:
    everybody = {person.person: person for person in (METTE, JONAS, LENE, KAREN, *DUTY)}
    everybody |= {person.person: person for person in people}
    return Staff(everybody, {one.person: (one,) for one in absences})


def away(person: Person, substitute: str = "") -> Absence:
    return Absence(person.person, DAY, None, substitute)


def told(role: str = "caseworker", *, of: Staff, caseworker: str = "mho") -> list[Recipient]:
    return list(recipients(role, caseworker, "Nord", of, DAY))


def test_the_caseworker_gets_it() -> None:
    assert told(of=staff()) == [Recipient("mho", "mho", "own")]


def test_a_substitute_gets_it_while_the_caseworker_is_away() -> None:
    of = staff(absences=(away(METTE, "jsk"),))
    assert told(of=of) == [Recipient("jsk", "mho", "substitute absent")]


def test_the_leader_gets_it_when_nobody_stands_in() -> None:
    assert told(of=staff(absences=(away(METTE),))) == [Recipient("lln", "mho", "leader absent")]


def test_two_substitutes_for_each_other_end_at_the_leader() -> None:
    of = staff(absences=(away(METTE, "jsk"), away(JONAS, "mho")))
    assert told(of=of) == [Recipient("lln", "mho", "leader absent")]


@pytest.mark.parametrize(
    ("caseworker", "who", "reason"),
    [
        (replace(METTE, active=False), "mho", "leader left"),
        (replace(METTE, email=""), "mho", "leader no address"),
        (METTE, "nobody-knows", "leader unknown"),
        (METTE, "", "leader unassigned"),
    ],
)
def test_the_leader_gets_it_when_the_caseworker_cannot(
    caseworker: Person, who: str, reason: str
) -> None:
    assert told(of=staff(caseworker), caseworker=who) == [Recipient("lln", who, reason)]


def test_the_leaders_leader_gets_it_when_the_leader_is_away_too() -> None:
    of = staff(absences=(away(METTE), away(LENE)))
    assert told(of=of) == [Recipient("kho", "mho", "leader absent")]


def test_the_fallback_mailbox_gets_what_nobody_else_can() -> None:
    nobody = Staff({}, {})
    assert told(of=nobody) == [Recipient(FALLBACK, "mho", "fallback unknown")]
    assert told("team_leader", of=nobody) == [Recipient(FALLBACK, "", "fallback unassigned")]


def test_leaders_who_lead_each_other_do_not_go_round_for_ever() -> None:
    of = staff(
        replace(METTE, active=False),
        replace(LENE, leader="kho", active=False),
        replace(KAREN, leader="lln", email=""),
    )
    assert told(of=of)[0].person == FALLBACK


def test_a_leader_with_cases_of_their_own_is_escalated_to_the_next_leader() -> None:
    assert told("team_leader", of=staff(), caseworker="lln") == [Recipient("kho", "kho", "own")]


def test_a_department_head_is_looked_for_above_and_not_in_another_department() -> None:
    other = Person("zzz", "En Anden", "z@k.dk", "department_head", "", "", "", True)
    first = Person("aaa", "En Tredje", "a@k.dk", "department_head", "", "", "", True)
    assert told("department_head", of=staff(other, first)) == [Recipient("kho", "kho", "own")]


def test_everybody_on_duty_is_told_and_who_is_away_is_not() -> None:
    assert [found.person for found in told("receiving_team", of=staff())] == ["duty1", "duty2"]
    of = staff(absences=(away(DUTY[0]),))
    assert [found.person for found in told("receiving_team", of=of)] == ["duty2"]


def test_what_one_mailbox_refuses_goes_up_the_chain_to_the_fallback() -> None:
    refused: set[str] = set()
    chain = []
    while FALLBACK not in refused:
        found = stand_in("mho", "Nord", staff(), DAY, refused=frozenset(refused))
        chain.append(found.person)
        refused.add(found.person)
    assert chain == ["mho", "lln", "kho", FALLBACK]


@given(st.data())
def test_never_nobody_and_nobody_who_cannot_be_told(data: st.DataObject) -> None:
    ids = ["mho", "jsk", "lln", "kho"]
    people = {
        one: Person(
            one,
            one.upper(),
            data.draw(st.sampled_from([f"{one}@k.dk", ""])),
            data.draw(st.sampled_from(["caseworker", "team_leader", "department_head"])),
            data.draw(st.sampled_from(["Nord", "Syd", ""])),
            data.draw(st.sampled_from([*ids, ""])),
            "",
            data.draw(st.booleans()),
        )
        for one in ids
    }
    absences = {
        one: (Absence(one, DAY, DAY, data.draw(st.sampled_from([*ids, ""]))),)
        for one in data.draw(st.sets(st.sampled_from(ids)))
    }
    of = Staff(people, absences)
    role = data.draw(st.sampled_from(["caseworker", "team_leader", "department_head", "unheard"]))
    found = recipients(role, data.draw(st.sampled_from([*ids, "x", ""])), "Nord", of, DAY)
    assert found
    for one in found:
        if one.person != FALLBACK:
            person = of.people[one.person]
            assert person.active
            assert person.email
            assert not of.absent_on(one.person, DAY)
