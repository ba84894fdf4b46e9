"""What the evaluation answers: deadlines with their status, their mails and their derivation."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from rules.dates import Moment


class Status(StrEnum):
    """The ten words for how a deadline stands, as rule files and every list write them."""

    NOT_APPLICABLE = "not applicable"
    UPCOMING = "upcoming"
    DUE_SOON = "due soon"
    DUE = "due"
    OVERDUE = "overdue"
    MET = "met"
    MET_LATE = "met late"
    MISSED = "missed"
    PAUSED = "paused"
    EXEMPTED = "exempted"

    # that of the text, worked out once; an Enum's own is worked out in Python at every look-up
    __hash__ = str.__hash__


OPEN = frozenset({Status.UPCOMING, Status.DUE_SOON, Status.DUE, Status.OVERDUE})
"""The statuses in which a deadline is still waited for and its ladder sends mails."""


class Step(NamedTuple):
    """One step of a derivation: what was found, with the rule line or journal entry it rests on.

    `code` names the sentence (see `rules.words`), `values` fills it. `file` and `line`
    point at the rule, `journal` at the event's number in the case's journal (0: none).
    """

    code: str
    values: tuple[object, ...] = ()
    file: str = ""
    line: int = 0
    journal: int = 0


class LadderStep(NamedTuple):
    """A mail of a deadline's ladder. `step` is its stable written form ("3 days before").

    `occurrence` numbers a repeating step from 1 (0 for a step that comes once).
    `moment` is the UTC instant from which it may be sent; `on` the local day of it.
    `instant` marks hour steps, which are sent at once on any day at any hour.
    """

    step: str
    occurrence: int
    roles: tuple[str, ...]
    on: date
    moment: datetime
    instant: bool


class Deadline(NamedTuple):
    """One round of one rule for one record, as it stood at the moment asked about.

    Identity: (case, ref, rule, interval, round). `interval` is the day on which the rule
    began to apply (the beginning of the interval that this round belongs to).

    `due` is the last moment in time: a date lasts to the end of that local day; an aware
    UTC datetime is an exact instant. None means not decided; `missing` names why.
    `started` is where this round's clock started, `done` what ended it.
    `closed` rounds are history: their verdict never changes when a rule is edited.
    `reached` are the ladder steps reached by the moment asked about, oldest first; empty
    unless the status is in OPEN. `next_change_at` is the next UTC instant at which
    anything here changes by itself (status, due or a ladder step); None: never.
    `steps` is the derivation; empty unless `evaluate` was asked to record it.
    """

    case: str
    kind: str
    ref: str
    rule: str
    interval: date | None
    round: int
    status: Status
    due: Moment | None
    started: Moment | None
    done: Moment | None
    closed: bool
    missing: tuple[str, ...]
    reached: tuple[LadderStep, ...]
    next_change_at: datetime | None
    steps: tuple[Step, ...]

    @property
    def key(self) -> str:
        """The readable, stable text key of this deadline, used by the outbox."""
        return "|".join((self.case, self.ref, self.rule, str(self.interval), str(self.round)))
