"""All that a mail may say. Templates see these values and nothing else.

There is no field for a child's or parent's name, an address, a note or the text of a record.
Moments are local Danish times; counts of days are from the day the mail was built.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple

Language = Literal["da", "en"]


class Standing(StrEnum):
    """How a line stands, most urgent first."""

    OVERDUE = "overdue"
    TODAY = "today"
    COMING = "coming"
    MISSING_FACT = "missing fact"
    NOT_ASSESSED = "not assessed"
    FLAPPING = "flapping"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class Line:
    """One deadline in a mail. `left` counts days (hours when `in_hours`), negative when over.

    `case` is a case reference; `staff` names whose case it is, when it is not the reader's, or
    whose load, when there is no case. `escalated` ones tell of somebody else's work, `role` is
    what the reader is told it as. `because` says how the date came about. An undeliverable one
    is `in_doubt` when the mail may have arrived after all; `told_instead` is the staff member who
    got it in their place.
    """

    standing: Standing
    case: str
    title: str
    due: date | datetime | None = None
    left: int = 0
    in_hours: bool = False
    binding: str = ""
    source: str = ""
    because: str = ""
    staff: str = ""
    link: str = ""
    new: bool = False
    escalated: bool = False
    role: str = ""
    in_doubt: bool = False
    told_instead: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why this person gets these lines: by role, or in whose place and for what cause.

    `route`: own, substitute, leader, fallback. `cause`: absent, left, no address, unassigned,
    unknown, refused, or "". `name` is the staff member in whose place, away `until` that day when
    it is known; `cases` the references.
    """

    route: str
    role: str = ""
    cause: str = ""
    name: str = ""
    cases: tuple[str, ...] = ()
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Footer:
    """What every mail ends with: how fresh its facts are, its own name, and who reads answers.

    `answered_by` is the address that answers go to, "" when nobody reads them.
    """

    data_as_of: datetime | None
    data_is_old: bool
    list_link: str
    mail_id: str
    answered_by: str = ""


class Outage(NamedTuple):
    """When Fristvagt was down, so that what it sends now comes late."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class ReminderView:
    """A mail about what is due: the morning's, or one that could not wait.

    `for_leader` is true when nothing in it is the reader's own casework, or a colleague's in
    whose place they stand. The last `left_out` lines are counted, and have no room in it.
    """

    language: Language
    name: str
    lines: tuple[Line, ...]
    whys: tuple[Why, ...]
    for_leader: bool
    late_since: date | None
    footer: Footer
    outage: Outage | None = None
    left_out: int = 0

    @property
    def shown(self) -> tuple[Line, ...]:
        """The lines there is room for: the most urgent ones."""
        return self.lines[: len(self.lines) - self.left_out]

    @property
    def stands_in(self) -> bool:
        """Whether some of it comes to the reader because it could not go to whom it was for."""
        return any(why.route in {"leader", "fallback"} for why in self.whys)

    def standing(self, *standings: Standing) -> tuple[Line, ...]:
        """Return the lines that stand so, in order."""
        return tuple(line for line in self.lines if line.standing in standings)


@dataclass(frozen=True, slots=True)
class CaseworkerCounts:
    """How one caseworker's deadlines stand. `name` is "" for cases that nobody has."""

    name: str
    overdue: int
    within_a_week: int
    later: int


@dataclass(frozen=True, slots=True)
class Absentee:
    """Someone who is away with nobody in their place, and how many deadlines fall due meanwhile."""

    name: str
    until: date | None
    deadlines: int


@dataclass(frozen=True, slots=True)
class Muted:
    """Reminders that someone has asked not to get for a while; the cause is never in a mail.

    `title` is "" when it is all rules of the case.
    """

    case: str
    title: str
    until: date
    by: str


@dataclass(frozen=True, slots=True)
class TrendWeek:
    """One week that is over: how many deadlines were overdue at its end, and how telling went.

    `told` counts the reminders and escalations owed that week, `in_time` those of them that
    the mail server had taken on the day they were owed.
    """

    week: int
    overdue: int
    told: int
    in_time: int


@dataclass(frozen=True, slots=True)
class DigestView:
    """A team leader's week: what needs them, how each caseworker stands, and every line.

    `overdue` and `coming` together hold no more lines than a mail can carry; `left_out` says
    how many there are beside them. `since` is the day of the digest before this one. `first_week`
    is an earlier week when one overview makes up for several; `trend` is oldest first.
    """

    language: Language
    name: str
    team: str
    week: int
    first_week: int
    since: date | None
    late: bool
    overdue: tuple[Line, ...]
    undeliverable: tuple[Line, ...]
    not_assessed: tuple[Line, ...]
    absent: tuple[Absentee, ...]
    caseworkers: tuple[CaseworkerCounts, ...]
    coming: tuple[Line, ...]
    overdue_count: int
    new_count: int
    coming_count: int
    left_out: int
    whys: tuple[Why, ...]
    footer: Footer
    muted: tuple[Muted, ...] = ()
    trend: tuple[TrendWeek, ...] = ()
    outage: Outage | None = None
