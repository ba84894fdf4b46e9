"""A rule book: what the rule files of a folder say, after loading and checking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

from rules.case import Case, Value
from rules.dates import Calendar, Duration, Moment
from rules.deadline import Status
from rules.vocabulary import Vocabulary


class Place(NamedTuple):
    """Where something stands in a rule file. Lines and columns count from 1."""

    file: str
    line: int
    column: int


NOWHERE = Place("", 0, 0)


class Binding(StrEnum):
    """How serious a breach is."""

    LAW = "law"
    STANDARD = "standard"
    STARTING_POINT = "starting-point"


class FactName(NamedTuple):
    """A fact of a kind of record. `record` is "" in conditions on an event's fields."""

    record: str
    name: str

    def __str__(self) -> str:
        return f"{self.record}.{self.name}" if self.record else self.name


class RuleStatus(NamedTuple):
    """The status of another rule for the same record (or its case), as a fact: `rule.NAME`."""

    rule: str

    def __str__(self) -> str:
        return f"rule.{self.rule}"


class Test(StrEnum):
    """How a wanted value is compared with the value found."""

    ANY = "any of these"  # the value is one of `values`
    ALL_OF = "all of"  # a fact of several values holds every one of `values`
    ANY_OF = "any of"  # a fact of several values holds at least one of `values`
    NUMBER = "number"  # low <= value <= high, ends excluded where *_open
    DAY = "day"  # first <= value <= last
    PRESENT = "present"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Want:
    """What a condition asks of a fact. `text` is as it was written ("at least 16")."""

    test: Test
    text: str
    values: frozenset[Value] = frozenset()
    low: float | None = None
    low_open: bool = False
    high: float | None = None
    high_open: bool = False
    first: date | None = None
    last: date | None = None

    def holds(self, value: Value | None) -> bool:
        """Say whether a found value is as asked. None is a missing fact; only MISSING likes it."""
        if value is None:
            return self.test is Test.MISSING
        match self.test:
            case Test.ANY:
                return value in self.values
            case Test.PRESENT:
                return True
            case Test.MISSING:
                return False
            case Test.NUMBER:
                return isinstance(value, int | float) and self._in_range(value)
            case Test.DAY:
                return isinstance(value, date) and self._on_day(value)
            case Test.ALL_OF:
                return isinstance(value, frozenset) and self.values <= value
            case Test.ANY_OF:
                return isinstance(value, frozenset) and not self.values.isdisjoint(value)

    def _in_range(self, number: float) -> bool:
        if self.low is not None and (number < self.low or (self.low_open and number == self.low)):
            return False
        return self.high is None or not (
            number > self.high or (self.high_open and number == self.high)
        )

    def _on_day(self, day: date) -> bool:
        if self.first is not None and day < self.first:
            return False
        return self.last is None or day <= self.last


@dataclass(frozen=True, slots=True)
class Clause:
    """One line of a condition: this fact must be as wanted."""

    fact: FactName | RuleStatus
    want: Want
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """Any one of the alternatives must hold; an alternative holds when all its clauses do."""

    alternatives: tuple[tuple[Clause, ...], ...]
    place: Place = field(default=NOWHERE, compare=False)


AnchorKind = Literal["start", "began", "ended", "done", "due", "age", "event", "fact"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a time is counted from. `text` is as written ("age 18", "assessment_completed")."""

    kind: AnchorKind
    text: str
    age: int = 0
    event: str = ""
    fact: FactName | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A time phrase. `direction` is 1 for after, -1 for before, 0 for `on`.

    `amount` is None for `on`; a FactName when the case decides the duration.
    """

    amount: Duration | FactName | None
    direction: int
    anchor: Anchor
    text: str
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class WhenDue:
    """One phrase, or several of which the earliest that has a value counts (`first_of`)."""

    phrases: tuple[Phrase, ...]
    text: str
    place: Place = field(default=NOWHERE, compare=False)

    @property
    def is_first_of(self) -> bool:
        """Say whether it was written as `first_of`."""
        return len(self.phrases) > 1


@dataclass(frozen=True, slots=True)
class AtLeast:
    """`number` times in every period of length `per`; per calendar year when `per` is None."""

    number: int
    per: Duration | None
    text: str
    place: Place = field(default=NOWHERE, compare=False)


ANY_TIME: Literal["any time"] = "any time"


@dataclass(frozen=True, slots=True)
class Must:
    """The obligation. Exactly one of the five forms.

    happen: `event` must be recorded; ended: the record must end; contain: the document
    fields in `Terms.fields` must be filled; have: a record of kind `record` must be in
    place; not_exceed: no more than `Terms.limit` records of kind `record`.
    """

    form: Literal["happen", "ended", "contain", "have", "not_exceed"]
    event: str = ""
    record: str = ""
    look_back: Duration | Literal["any time"] | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder of mails. `text` is its stable written form and its key in the outbox.

    `direction`: -1 before, 0 on the day, 1 after. `every` repeats from `distance` after on.
    """

    text: str
    direction: int
    distance: Duration | None
    every: Duration | None
    roles: tuple[str, ...]
    place: Place = field(default=NOWHERE, compare=False)

    def __hash__(self) -> int:
        # the moments of a ladder are looked up millions of times a night: keep the key cheap
        return hash(self.text)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The mails of a rule. `name` is "" when it is written in the rule itself."""

    name: str
    rungs: tuple[Rung, ...]

    def __hash__(self) -> int:
        return hash(self.name)


class Basis(NamedTuple):
    """A source of a rule: where it stands, its wording, and when somebody last compared them."""

    source: str
    text: str = ""
    url: str = ""
    checked: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a change may alter: the rule as it reads on one day for one record."""

    title: str
    basis: tuple[Basis, ...]
    due: WhenDue | None
    then: Phrase | None
    at_least: AtLeast | None
    fields: tuple[str, ...]
    limit: int | None
    counts_when: Condition | None
    ladder: Ladder
    waive_by: str | None
    """The role that may waive or extend; None is nobody."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Some terms with new values, from a day, under a condition, or in a lower layer.

    `new` maps field names of Terms to their new values. `move`: open rounds take the
    change at once. `off`: while it matches, the rule does not apply. `places` gives the
    position of each key's value.
    """

    why: str
    layer: str
    starts: date | None = None
    until: date | None = None
    when: Condition | None = None
    move: bool = False
    off: bool = False
    new: Mapping[str, object] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    place: Place = field(default=NOWHERE, compare=False)


ANY_DUE: Literal["not asked"] = "not asked"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a test expects at a moment. None (or ANY_DUE) means that it is not asked about.

    `at` is a day (meaning 23:59) or an aware UTC instant. `due` None is written as `–`, `none`.
    """

    at: Moment
    text: str
    status: Status | None
    due: Moment | Literal["not asked"] | None = ANY_DUE
    mails: frozenset[str] | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A test written in a rule file: a case, the record the rule is asked about, expectations."""

    name: str
    case: Case
    ref: str
    expectations: tuple[Expectation, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One case-handling standard, as written, with the changes of every layer in order.

    `places` gives the position of each key's value ("due", "when", "changes", ...).
    """

    name: str
    title: str
    about: str
    area: str
    binding: Binding
    layer: str
    record: str
    when: Condition | None
    unless: Condition | None
    pause_while: Condition | None
    must: Must
    terms: Terms
    not_before: Phrase | None
    calendar: Calendar
    in_force: date
    until: date | None
    retroactive: bool
    changes: tuple[Change, ...]
    tests: tuple[RuleTest, ...]
    places: Mapping[str, Place]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """All rules of an installation, immutable. `sha256` identifies the exact texts it came from."""

    rules: Mapping[str, Rule]
    vocabulary: Vocabulary
    sha256: str
