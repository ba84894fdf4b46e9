"""The invented staff: who sits at which desk on a day, who is away, who has left.

A desk is a place for a caseworker with a fixed share of the slots. Its occupants follow one
another on a fixed schedule, so that some desk has always just been left: the leaver is away
without a substitute, and the cases pass to the successor one by one in the weeks that follow.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from flows.sample.luck import Luck
from flows.sample.numbers import DESKS_OF_A_TEAM, JOURNAL_BEGINS
from rules.dates import days_between, shift_days

CASES_OF_A_TEAM = sum(DESKS_OF_A_TEAM)
_LAST_SLOT_OF_DESK = tuple(accumulate(DESKS_OF_A_TEAM))

TEAMS = ("Nord", "Syd", "Øst", "Vest", "Havnen", "Skoven", "Åen", "Bakken", "Engen", "Fjorden")
FIRST_NAMES = (
    *("Ane", "Bo", "Cilje", "Dagmar", "Ebbe", "Frida", "Gorm", "Helga", "Ib", "Jytte", "Karlo"),
    *("Lone", "Mads", "Nanna", "Ole", "Petra", "Rikke", "Svend", "Tove", "Ulla", "Vagn", "Yrsa"),
    *("Asger", "Birgit", "Esben", "Signe", "Torben"),
)
LAST_NAMES = (
    *("Eksempelsen", "Prøvegaard", "Opdigtsen", "Attrapsen", "Mønsterby", "Skabelonsen"),
    *("Påfundsen", "Demosen", "Fantasigaard", "Legesen", "Øvebjerg"),
)

DAYS_UNTIL_HANDED_OVER = 7
DAYS_UNTIL_REMOVED = 28
"""A leaver's cases pass on from the 7th day; on the 28th day the name leaves the staff list."""


HOLIDAY_WEEKS = {7: 0.5, 11: 0.15, 14: 0.35, 17: 0.15, 20: 0.15, 37: 0.2, 42: 0.5, 46: 0.15}
"""Weeks in which people take time off, beside the summer and Christmas, and how many do."""


class SamplePerson(NamedTuple):
    """One line of the staff list."""

    person: str
    name: str
    email: str
    role: str
    team: str
    leader: str
    language: str


class SampleAbsence(NamedTuple):
    """One line of the list of absences; `to` None has no known end."""

    person: str
    first: date
    to: date | None
    substitute: str


@dataclass(frozen=True, slots=True)
class SampleStaff:
    """The staff that `cases` open cases need. Everything else follows from the day asked about."""

    cases: int
    seed: int

    @property
    def teams(self) -> int:
        """How many teams there are."""
        return -(-self.cases // CASES_OF_A_TEAM)

    @property
    def desks(self) -> int:
        """How many desks there are; the last team may have fewer than eight."""
        return desk_of(self.cases - 1) + 1

    def caseworker(self, slot: int, day: date) -> str:
        """Return who has the case in a slot on a day; after a departure cases move one by one."""
        desk = desk_of(slot)
        handed_over = DAYS_UNTIL_HANDED_OVER + slot % (DAYS_UNTIL_REMOVED - DAYS_UNTIL_HANDED_OVER)
        return self._occupant(desk, shift_days(day, -handed_over))

    def people(self, day: date) -> Iterator[SamplePerson]:
        """Give everyone on the staff list on a day, leaders first."""
        yield _person("CHEF-1", 3, "department_head", "", "")
        yield _person("MODTAG-1", 20, "receiving_team", "", "CHEF-1")
        yield _person("JUR-1", 11, "legal_adviser", "", "CHEF-1")
        for team in range(self.teams):
            yield _person(leader_id(team), team * 5 + 7, "team_leader", team_name(team), "CHEF-1")
        for desk in range(self.desks):
            yield from self._at_desk(desk, day)

    def absences(self, day: date) -> Iterator[SampleAbsence]:
        """Give the absences of those on the staff list, holidays three weeks ahead."""
        for desk in range(self.desks):
            if self._just_left(desk, day):
                left = self._last_departure(desk, day)
                yield SampleAbsence(self._occupant(desk, left), shift_days(left, 1), None, "")
            yield from self._absences_at_desk(desk, day)

    def _at_desk(self, desk: int, day: date) -> Iterator[SamplePerson]:
        present = [self._occupant(desk, day)]
        if self._just_left(desk, day):
            present.insert(0, self._occupant(desk, self._last_departure(desk, day)))
        team = desk // len(DESKS_OF_A_TEAM)
        for person in present:
            number = desk * 7 + 13 * int(person.rsplit("-", 1)[1])
            yield _person(person, number, "caseworker", team_name(team), leader_id(team))

    def _absences_at_desk(self, desk: int, day: date) -> Iterator[SampleAbsence]:
        here = self._occupant(desk, day)
        last: date | None = None
        away = [found for year in (day.year - 1, day.year) for found in self._away(desk, year)]
        for first, to, covered, planned in sorted(away):
            seen = shift_days(day, 21) if planned else day
            if first > seen or (last is not None and first <= last):
                continue
            last = to
            if self._occupant(desk, first) == here:
                yield SampleAbsence(here, first, to, self._beside(desk, day) if covered else "")

    def _away(self, desk: int, year: int) -> Iterator[tuple[date, date, bool, bool]]:
        """Give the absences of a desk in a year: first day, last day, covered, known ahead."""
        luck = Luck(self.seed, "away", desk, year)
        monday = shift_days(date(year, 1, 4), -date(year, 1, 4).weekday())
        summer = shift_days(monday, 7 * (26 + luck.between(0, 3)))
        yield summer, shift_days(summer, 18), luck.chance(0.85), True
        for week, share in HOLIDAY_WEEKS.items():
            if luck.chance(share):
                first = shift_days(monday, 7 * (week - 1))
                yield first, shift_days(first, 4), luck.chance(0.85), True
        if luck.chance(0.5):
            yield date(year, 12, 22), date(year, 12, 31), luck.chance(0.85), True
        for _ in range(luck.between(1, 4)):
            first = shift_days(date(year, 1, 2), luck.between(0, 350))
            yield first, shift_days(first, luck.between(1, 8)), luck.chance(0.5), False
        if luck.chance(0.05):
            first = shift_days(date(year, 2, 1), luck.between(0, 200))
            yield first, shift_days(first, luck.between(50, 100)), luck.chance(0.8), False

    def _beside(self, desk: int, day: date) -> str:
        size = len(DESKS_OF_A_TEAM)
        first = desk // size * size
        others = min(size, self.desks - first)
        return self._occupant(first + (desk - first + 1) % others, day) if others > 1 else ""

    @property
    def _tenure(self) -> int:
        """Days between two departures from a desk: in all, one leaves every four weeks or so."""
        return min(max(28 * self.desks, 365), 900)

    def _departures(self, desk: int, day: date) -> int:
        first = shift_days(JOURNAL_BEGINS, desk * self._tenure // self.desks)
        return 0 if day <= first else days_between(first, shift_days(day, -1)) // self._tenure + 1

    def _last_departure(self, desk: int, day: date) -> date:
        past = self._departures(desk, day) - 1
        days = desk * self._tenure // self.desks + past * self._tenure
        return shift_days(JOURNAL_BEGINS, days)

    def _occupant(self, desk: int, day: date) -> str:
        return f"SB{desk + 1:03}-{self._departures(desk, day) + 1}"

    def _just_left(self, desk: int, day: date) -> bool:
        if not self._departures(desk, day):
            return False
        return days_between(self._last_departure(desk, day), day) <= DAYS_UNTIL_REMOVED


def desk_of(slot: int) -> int:
    """Return the desk that a slot's cases belong to."""
    team, place = divmod(slot, CASES_OF_A_TEAM)
    return team * len(DESKS_OF_A_TEAM) + bisect_right(_LAST_SLOT_OF_DESK, place)


def team_of(slot: int) -> int:
    """Return the team that a slot's cases belong to."""
    return slot // CASES_OF_A_TEAM


def team_name(team: int) -> str:
    """Return a team's name ("Team Nord", from the eleventh on "Team Nord 2")."""
    round_, place = divmod(team, len(TEAMS))
    return f"Team {TEAMS[place]} {round_ + 1}" if round_ else f"Team {TEAMS[place]}"


def leader_id(team: int) -> str:
    """Return the person who leads a team."""
    return f"TL{team + 1:02}"


def _person(person: str, number: int, role: str, team: str, leader: str) -> SamplePerson:
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    last = LAST_NAMES[number * 3 % len(LAST_NAMES)]
    plain = f"{first}.{last}.{person}".lower().replace("ø", "oe").replace("å", "aa")
    language = "en" if number % 17 == 5 else "da"
    return SamplePerson(
        person, f"{first} {last}", f"{plain}@kommune.example", role, team, leader, language
    )
