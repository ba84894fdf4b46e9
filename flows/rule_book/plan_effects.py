"""What a changed rule book would do to all cases, counted; nothing is written, nobody is told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from flows.deciding.assess import guarded
from flows.evaluate import Progress, unseen
from flows.owing.remind import OwedDeadline, Told, owed
from flows.rule_book.plan_mails import (
    Mailing,
    Outbox,
    cancelled,
    largest_day,
    read_outbox,
    told_at_once,
    told_on,
)
from models.caseloads import load_caseworkers, load_teams
from models.cases import load_cases
from models.database import reading
from models.outbox import Intent
from models.plan_data import cases_open_since, data_fingerprint, open_cases
from models.storms import Volume
from rules.book import Book
from rules.case import Case
from rules.dates import Moment, add_months, day_of, days_between, morning_of, shift_days
from rules.deadline import Deadline, Status
from rules.differences import RuleDifference, differences
from rules.effects import (
    Found,
    Kept,
    Pairing,
    Question,
    Version,
    is_moved,
    newly_overdue,
    question,
    study,
)
from rules.variants import alternative
from rules.vocabulary import EventKind, RecordKind, Vocabulary

MONTHS_BACK = 12
TOLD_EVERY = 100

NO_MAIL = Volume(0, 0)

CASELOAD_KINDS = ("caseworker", "team")


class Stand(NamedTuple):
    """How an open deadline stands: its status, due moment, and where its clock started."""

    status: Status
    due: Moment | None
    started: Moment | None


class EffectRow(NamedTuple):
    """A record whose open deadline moves, comes or goes, or changes its status."""

    case: str
    ref: str
    rule: str
    caseworker: str
    team: str
    before: Stand | None
    after: Stand | None
    moves: bool
    becomes_overdue: bool


@dataclass(slots=True)
class RuleEffect:
    """What the change of one rule does, on the day it takes effect and over the past year.

    `other_moved` and `other_overdue` are for running clocks treated the other way; None when
    there is no choice. `past` are the old reading, the new one, and one between. `told_at_once`
    counts, by recipient, the reminders that the change makes due that day; `cancelled` those that
    wait now and end with it, if it takes effect today.
    """

    difference: RuleDifference
    before: Counter[Status] = field(default_factory=Counter)
    after: Counter[Status] = field(default_factory=Counter)
    overdue_before: Counter[str] = field(default_factory=Counter)
    overdue_after: Counter[str] = field(default_factory=Counter)
    mails_before: Counter[str] = field(default_factory=Counter)
    mails_after: Counter[str] = field(default_factory=Counter)
    told_at_once: Counter[str] = field(default_factory=Counter)
    cancelled: int = 0
    rows: list[EffectRow] = field(default_factory=list)
    cases: int = 0
    other_moved: int | None = None
    other_overdue: int | None = None
    past: tuple[Kept, Kept, Kept] = (Kept(), Kept(), Kept())
    between: str = ""

    @property
    def moved(self) -> list[EffectRow]:
        """The deadlines that lie on another day, come or go."""
        return [row for row in self.rows if row.moves]

    @property
    def newly_overdue(self) -> list[EffectRow]:
        """The deadlines that are overdue under the new reading only, the latest first."""
        return [row for row in self.rows if row.becomes_overdue]

    @property
    def size(self) -> int:
        """How much there is to look at: what becomes overdue weighs most."""
        return 1000 * len(self.newly_overdue) + len(self.rows)

    def days_moved(self) -> Counter[int]:
        """Return by how many days the deadlines move that have a day before and after."""
        found: Counter[int] = Counter()
        for row in self.moved:
            if row.before and row.after and row.before.due and row.after.due:
                found[days_between(day_of(row.before.due), day_of(row.after.due))] += 1
        return found


@dataclass(slots=True)
class Preview:
    """What a changed book would do to all cases. `first` to `last` is the year looked back on.

    `unassessed` are the cases that could not be decided. `data` is the fingerprint of the data.
    `usual` is the median day's mail, `waiting` how many reminders are to be sent, and `silent`
    are the rules in shadow.
    """

    now: datetime
    first: date
    last: date
    effects: tuple[RuleEffect, ...]
    unchanged: int
    cases: int = 0
    unassessed: int = 0
    data: str = ""
    usual: Volume = NO_MAIL
    waiting: int = 0
    silent: frozenset[str] = frozenset()

    def mailing(self, shadow: Collection[str] = ()) -> Mailing:
        """Return what the change does to mail at once; rules in `shadow` mail nobody."""
        by_day: defaultdict[date, Counter[str]] = defaultdict(Counter)
        told = [one for one in self.effects if one.difference.name not in {*shadow, *self.silent}]
        for effect in told:
            by_day[effect.difference.takes_effect_on].update(effect.told_at_once)
        ended = sum(effect.cancelled for effect in self.effects)
        return Mailing(*largest_day(by_day), self.usual, ended, self.waiting)

    @property
    def overdue(self) -> int:
        """How many deadlines become overdue by the change."""
        return sum(len(effect.newly_overdue) for effect in self.effects)


class _Whose(NamedTuple):
    case: Case
    kind: str
    caseworker: str
    team: str


class _Asked(NamedTuple):
    """A question about one rule, where its answers are counted, and what there is to compare with.

    `waiting` are the reminders, by deadline, that the change could end: none before its day.
    """

    effect: RuleEffect
    what: Question
    told: Told
    waiting: Mapping[str, Sequence[Intent]]


def preview(
    engine: Engine,
    before: Book,
    after: Book,
    now: datetime,
    *,
    looking_back: bool = True,
    progress: Progress = unseen,
) -> Preview:
    """Return what it would do to all cases to have one book in the place of another.

    Every rule is judged on the day its change takes effect, as the cases stand now: as if nothing
    more is recorded until then. `progress` is told how many cases have been read.
    """
    today = day_of(now)
    first, last = add_months(today, -MONTHS_BACK), shift_days(today, -1)
    found = tuple(RuleEffect(one) for one in differences(before, after, today))
    unchanged = len(after.rules) - sum(one.difference.after is not None for one in found)
    seen = Preview(now, first, last, found, unchanged)
    questions = [
        (effect, _question(effect, before, after, seen, looking_back=looking_back))
        for effect in found
        if effect.difference.decides
    ]
    vocabulary = merged(before.vocabulary, after.vocabulary)
    with reading(engine) as connection:
        seen.data = data_fingerprint(connection)
        seen.cases = open_cases(connection, today)
        outbox = read_outbox(connection, today)
        seen.usual, seen.waiting, seen.silent = outbox.usual, outbox.size, outbox.silent
        asked = [_asked(effect, what, outbox, today) for effect, what in questions]
        for number, one in enumerate(_everyone(connection, vocabulary, asked, outbox, first), 1):
            seen.unassessed += not _count(asked, one)
            if number % TOLD_EVERY == 0:
                progress(number)
    return seen


def merged(before: Vocabulary, after: Vocabulary) -> Vocabulary:
    """Return a vocabulary that knows the terms of both; where they differ, the latter's."""
    records = {**before.records, **after.records}
    for name, kind in before.records.items():
        if name in after.records:
            facts = {**kind.facts, **after.records[name].facts}
            records[name] = replace(after.records[name], facts=facts)
    events = {**before.events, **after.events}
    return replace(after, records=records, events=events)


def retyped(before: Vocabulary, after: Vocabulary) -> list[str]:
    """Return the facts that both vocabularies know, and know as different things."""
    return sorted(
        f"{name}.{fact}"
        for olds, news in ((before.records, after.records), (before.events, after.events))
        for name in olds.keys() & news.keys()
        for fact, kind in _facts(olds[name]).items()
        if _facts(news[name]).get(fact, kind) != kind
    )


def _facts(kind: RecordKind | EventKind) -> Mapping[str, object]:
    return kind.facts if isinstance(kind, RecordKind) else kind.fields


def _question(
    effect: RuleEffect, before: Book, after: Book, seen: Preview, *, looking_back: bool
) -> Question:
    difference = effect.difference
    at = max(seen.now, morning_of(difference.takes_effect_on))
    if looking_back and (between := alternative(difference)):
        effect.between = between[1]
    asked = question(
        difference, before, after, at, seen.first, seen.last, looking_back=looking_back
    )
    if asked.other is not None:
        effect.other_moved = effect.other_overdue = 0
    return asked


def _asked(effect: RuleEffect, what: Question, outbox: Outbox, today: date) -> _Asked:
    day = effect.difference.takes_effect_on
    waiting = outbox.waiting if day == today else {}
    return _Asked(effect, what, told_on(outbox.staff, day), waiting)


def _everyone(
    connection: Connection,
    vocabulary: Vocabulary,
    asked: Sequence[_Asked],
    outbox: Outbox,
    first: date,
) -> Iterator[_Whose]:
    """Give every case that was open in the period, and the caseworkers and teams if asked about."""
    kinds = {_kind_of(one.effect) for one in asked}
    if "" in kinds:
        refs = cases_open_since(connection, first)
        for read in load_cases(connection, vocabulary, refs=refs):
            yield _Whose(read.case, "", read.caseworker, read.team)
    if "caseworker" in kinds:
        for load in load_caseworkers(connection, vocabulary):
            person = outbox.staff.person(load.ref)
            yield _Whose(load, "caseworker", load.ref, person.team if person else "")
    if "team" in kinds:
        for load in load_teams(connection, vocabulary):
            yield _Whose(load, "team", "", load.ref)


def _count(asked: Sequence[_Asked], one: _Whose) -> bool:
    """Add what every question comes to for a case, and say whether it could be decided."""

    def ask() -> list[tuple[_Asked, Found]]:
        return [
            (question_of, study(one.case, question_of.what))
            for question_of in asked
            if one.kind == _kind_of(question_of.effect)
        ]

    answers = guarded(ask)
    if isinstance(answers, str):
        return False
    for question_of, found in answers:
        _add(question_of, one, found)
    return True


def _kind_of(effect: RuleEffect) -> str:
    """Return whose rule it is: a caseworker's, a team's, or ("") one about cases."""
    record = effect.difference.rule.record
    return record if record in CASELOAD_KINDS else ""


def _add(asked: _Asked, one: _Whose, found: Found) -> None:
    effect = asked.effect
    effect.past = tuple(map(Kept.__add__, effect.past, found.past))  # type: ignore[assignment]
    rows = len(effect.rows)
    for pairing in found.pairings:
        _add_pairing(effect, one, pairing)
        _add_mails(asked, one, pairing)
    effect.cases += len(effect.rows) > rows


def _add_pairing(effect: RuleEffect, one: _Whose, pairing: Pairing) -> None:
    before, after, other = pairing.before, pairing.after, pairing.other
    _tally(effect.before, effect.overdue_before, before, one.team)
    _tally(effect.after, effect.overdue_after, after, one.team)
    effect.mails_before.update(pairing.mails_before)
    effect.mails_after.update(pairing.mails_after)
    if effect.other_moved is not None and effect.other_overdue is not None:
        effect.other_moved += is_moved(pairing._replace(after=other))
        effect.other_overdue += newly_overdue(before, other)
    stands, overdue = (_stand(before), _stand(after)), newly_overdue(before, after)
    if stands[0] != stands[1]:
        whose = (one.case.ref, pairing.ref, effect.difference.name, one.caseworker, one.team)
        effect.rows.append(EffectRow(*whose, *stands, is_moved(pairing), overdue))


def _add_mails(asked: _Asked, one: _Whose, pairing: Pairing) -> None:
    what, effect = asked.what, asked.effect
    before = _owed(pairing.before, what.before, one)
    after = _owed(pairing.after, what.after, one)
    effect.told_at_once.update(told_at_once(before, after, asked.told, what.at))
    if before is not None:
        waiting = asked.waiting.get(before.deadline.key, ())
        effect.cancelled += cancelled(after, waiting, asked.told, what.at)


def _owed(deadline: Deadline | None, version: Version | None, one: _Whose) -> OwedDeadline | None:
    if deadline is None or version is None:
        return None
    return owed(deadline, version.book, one.caseworker, one.team)


def _tally(
    statuses: Counter[Status], overdue: Counter[str], deadline: Deadline | None, team: str
) -> None:
    if deadline is not None:
        statuses[deadline.status] += 1
        overdue[team] += deadline.status is Status.OVERDUE


def _stand(deadline: Deadline | None) -> Stand | None:
    if deadline is None:
        return None
    return Stand(deadline.status, deadline.due, deadline.started)
