"""Who gets mail: the staff as the latest extract names them, and who stands in for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, Engine, select

from models.case_tables import ABSENCE, PERSON
from models.database import reading
from models.plain_rows import raw, row_reader
from models.refusals import TRIED_ANEW_AFTER_DAYS, refusing_mailboxes
from rules.dates import days_between

LEADER_ROLE = "team_leader"

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Person:
    """Someone on the staff. `leader` is a person; `active` is false for a leaver.

    `email` is "" when the extract had none that can be used; `language` is "da", "en" or "".
    """

    person: str
    name: str
    email: str
    role: str
    team: str
    leader: str
    language: str
    active: bool


class Absence(NamedTuple):
    """Days, both included, on which a person is away. `to_on` None: until further notice."""

    person: str
    from_on: date
    to_on: date | None
    substitute: str

    def covers(self, day: date) -> bool:
        """Say whether the person is away on that day."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True)
class Staff:
    """Everybody who may get mail, loaded once, so that recipients are found without a database.

    `absences` holds each person's absences, earliest first.
    """

    people: Mapping[str, Person] = field(default_factory=dict)
    absences: Mapping[str, tuple[Absence, ...]] = field(default_factory=dict)
    refusing: Mapping[str, date] = field(default_factory=dict)
    """Mailboxes that refuse our mails, in lower case, and when they last did."""

    def person(self, person: str) -> Person | None:
        """Return the person, leavers too; None when nobody of that identity was ever named."""
        return self.people.get(person)

    def refuses_on(self, person: str, day: date) -> bool:
        """Say whether a person's mailbox has refused so much that it is not tried that day."""
        found = self.people.get(person)
        last = self.refusing.get(found.email.lower()) if found is not None else None
        return last is not None and days_between(last, day) < TRIED_ANEW_AFTER_DAYS

    def absent_on(self, person: str, day: date) -> Absence | None:
        """Return the absence that covers the day; of several the one with a substitute."""
        covering = [one for one in self.absences.get(person, ()) if one.covers(day)]
        return next((one for one in covering if one.substitute), covering[0] if covering else None)

    def substitute_on(self, person: str, day: date) -> Person | None:
        """Return who stands in for an absent person that day, following substitutes who are absent.

        None when the person is not away, nobody stands in, the substitute has left, or the
        substitutes point at each other.
        """
        asked = {person}
        absence = self.absent_on(person, day)
        while absence is not None and absence.substitute not in asked:
            asked.add(absence.substitute)
            found = self.people.get(absence.substitute)
            if found is None or not found.active:
                return None
            absence = self.absent_on(found.person, day)
            if absence is None:
                return found
        return None

    def leader_of(self, person_or_team: str) -> Person | None:
        """Return the leader of a person (the one named for them, else their team's) or of a team.

        Nobody is their own leader. A leader who has left is passed over.
        """
        found = self.people.get(person_or_team)
        if found is None:
            return self._leader_of_team(person_or_team, "")
        named = self.people.get(found.leader)
        if named is not None and named.active and named is not found:
            return named
        return self._leader_of_team(found.team, found.person)

    def with_role(self, role: str, team: str = "") -> tuple[Person, ...]:
        """Return the active people with a role, by identity; of one team when it is given."""
        return self._by_role.get((role, team), ())

    @cached_property
    def _by_role(self) -> Mapping[tuple[str, str], tuple[Person, ...]]:
        """The active people with each role, in each team and ("") in all, by identity."""
        found: defaultdict[tuple[str, str], list[Person]] = defaultdict(list)
        for _, person in sorted(self.people.items()):
            if person.active:
                for team in {person.team, ""}:
                    found[person.role, team].append(person)
        return {key: tuple(people) for key, people in found.items()}

    def _leader_of_team(self, team: str, but_not: str) -> Person | None:
        if not team:
            return None
        leaders = self.with_role(LEADER_ROLE, team)
        return next((leader for leader in leaders if leader.person != but_not), None)


def load_staff(connection: Connection) -> Staff:
    """Return all people and absences."""
    return Staff(people(connection), _absences(connection), refusing_mailboxes(connection))


def staff_when_asked(engine: Engine) -> Staff:
    """Return all people and absences, read from the database when somebody is first asked for."""

    def read() -> Staff:
        with reading(engine) as connection:
            return load_staff(connection)

    once = cache(read)
    return Staff(
        _WhenAsked(lambda: once().people),
        _WhenAsked(lambda: once().absences),
        _WhenAsked(lambda: once().refusing),
    )


class _WhenAsked(Mapping[str, _Value]):
    """A mapping that is read when it is first looked into."""

    def __init__(self, read: Callable[[], Mapping[str, _Value]]) -> None:
        self._read = read

    def __getitem__(self, key: str) -> _Value:
        return self._read()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


def people(connection: Connection) -> dict[str, Person]:
    """Return everybody the extracts ever named, by identity; leavers are not `active`."""
    columns = [PERSON.c[name] for name in Person.__slots__]
    rows = connection.execute(select(*columns).order_by(PERSON.c.person))
    return {row[0]: Person(*row) for row in rows}


def _absences(connection: Connection) -> dict[str, tuple[Absence, ...]]:
    columns = [ABSENCE.c[name] for name in Absence._fields]
    rows = select(*map(raw, columns)).order_by(ABSENCE.c.person, ABSENCE.c.from_on)
    meant = row_reader(columns)
    found: defaultdict[str, list[Absence]] = defaultdict(list)
    for row in connection.execute(rows).all():
        found[row[0]].append(Absence._make(meant(row)))
    return {person: tuple(absences) for person, absences in found.items()}
