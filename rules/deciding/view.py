"""A case seen at one moment: which record a fact is read from, and its value on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from rules.book import Clause, Condition, FactName, RuleStatus, Test, Want
from rules.case import Case, Event, History, Record, Value
from rules.dates import Moment, age_on, birthday, day_of


class StatusHistory(NamedTuple):
    """How a rule has stood for a record: days in ascending order, with the statuses from then on.

    `next_change_at` is the next instant at which that changes by itself.
    """

    days: tuple[tuple[date, frozenset[str]], ...]
    next_change_at: datetime | None


AskStatus = Callable[[str, Record, "CaseView"], StatusHistory]
"""Answers how the rule of a name has stood for a record of the case."""


class CaseView:
    """One case as it stands at one moment, with what is looked up again and again kept at hand.

    `at` is an aware UTC instant, `today` its Danish day.
    """

    __slots__ = (
        "_events",
        "_known_kinds",
        "at",
        "born",
        "case",
        "case_record",
        "kinds",
        "status_history",
        "today",
    )

    def __init__(self, case: Case, at: datetime, status_history: AskStatus) -> None:
        """Index the case. `status_history` answers conditions on other rules."""
        self.case = case
        self.at = at
        self.today = day_of(at)
        self.born = case.born
        self.status_history = status_history
        self._events: dict[tuple[str, str], dict[str, list[Event]]] = {}
        self._known_kinds = {event.kind for record in case.records for event in record.events}
        self.kinds: dict[str, list[Record]] = {}
        for record in case.records:
            self.kinds.setdefault(record.kind, []).append(record)
        # a caseworker's cases are records of this kind too, but none of them is their own
        own = (record for record in self.kinds.get("case", ()) if record.ref == case.ref)
        self.case_record = next(own, None)

    def began(self, record: Record) -> Moment | None:
        """Return when a record began; a record without a day of its own has its case's."""
        if record.began is None and self.case_record is not None:
            return self.case_record.began
        return record.began

    def events_of(self, record: Record, kind: str) -> list[Event]:
        """Return a record's events of a kind by the moment asked about, oldest first."""
        if not record.events:
            return []
        known = self._events.get((record.kind, record.ref))
        if known is None:
            known = self._events[record.kind, record.ref] = {}
            for event in record.events:
                if self.has_happened(event):
                    known.setdefault(event.kind, []).append(event)
        return known.get(kind, [])

    def ever_has(self, kind: str) -> bool:
        """Say whether the case has any event of a kind at all, on whichever record and day."""
        return kind in self._known_kinds

    def has_happened(self, event: Event) -> bool:
        """Say whether an event is not after the moment asked about."""
        if isinstance(event.at, datetime):
            return event.at <= self.at
        return event.at <= self.today


def owner(view: CaseView, record: Record, fact: FactName) -> Record | None:
    """Return the record a fact is read from: the record itself, its case or its child."""
    if fact.record in (record.kind, ""):
        return record
    if fact.record == "case":
        return view.case_record
    found = view.kinds.get(fact.record)
    return found[0] if found and len(found) == 1 else None


def value_on(view: CaseView, record: Record, fact: FactName, day: date) -> Value | None:
    """Return a fact's value on a day; None when it is missing. Ages are counted, not stored."""
    if fact.record == "child" and fact.name in ("age", "born") and view.born is not None:
        return view.born if fact.name == "born" else age_on(view.born, day)
    source = owner(view, record, fact)
    return None if source is None else plain_value_on(source.facts.get(fact.name), day)


def plain_value_on(stored: Value | History | None, day: date) -> Value | None:
    """Return the value valid on a day. A fact without a history holds from the beginning."""
    if not isinstance(stored, History):
        return stored
    found: Value | None = None
    for since, value in zip(stored.days, stored.values, strict=True):
        if since is not None and since > day:
            break
        found = value
    return found


def holds(view: CaseView, record: Record, condition: Condition, day: date) -> bool:
    """Say whether a condition holds for a record on a day."""
    # plain loops: this is asked millions of times a night, and generators cost twice as much
    for clauses in condition.alternatives:
        for clause in clauses:
            if not clause_holds(view, record, clause, day):
                break
        else:
            return True
    return False


def clause_holds(view: CaseView, record: Record, clause: Clause, day: date) -> bool:
    """Say whether one line of a condition holds for a record on a day."""
    if isinstance(clause.fact, RuleStatus):
        return not clause.want.values.isdisjoint(statuses_on(view, record, clause.fact, day))
    return clause.want.holds(value_on(view, record, clause.fact, day))


def statuses_on(view: CaseView, record: Record, other: RuleStatus, day: date) -> frozenset[str]:
    """Return how another rule stood on a day, for this record, its case, or its siblings."""
    found: frozenset[str] = frozenset()
    for since, statuses in view.status_history(other.rule, record, view).days:
        if since > day:
            break
        found = statuses
    return found


def field_holds(event: Event, condition: Condition) -> bool:
    """Say whether an event's fields pass a `counts_when`."""
    return any(
        all(field_passes(event, clause) for clause in clauses) for clauses in condition.alternatives
    )


def field_passes(event: Event, clause: Clause) -> bool:
    """Say whether an event's field is as one line of a `counts_when` asks."""
    return isinstance(clause.fact, FactName) and clause.want.holds(
        event.fields.get(clause.fact.name)
    )


def change_days(view: CaseView, record: Record, condition: Condition) -> Iterator[date]:
    """Give every day on which the condition may begin or cease to hold, in no order."""
    for clauses in condition.alternatives:
        for clause in clauses:
            if isinstance(clause.fact, RuleStatus):
                for since, _ in view.status_history(clause.fact.rule, record, view).days:
                    yield since
            else:
                yield from fact_days(view, record, clause.fact, clause.want)


def fact_days(
    view: CaseView, record: Record, fact: FactName, want: Want | None = None
) -> Sequence[date]:
    """Return every day on which a fact changes; for an age, the birthdays `want` asks about."""
    born = view.born
    if fact.record == "child" and fact.name == "age" and born is not None:
        return [birthday(born, age) for age in _ages_asked(want)]
    source = owner(view, record, fact)
    stored = None if source is None else source.facts.get(fact.name)
    if isinstance(stored, History):
        return [day for day in stored.days if day is not None]
    return ()


def _ages_asked(want: Want | None) -> Iterator[int]:
    if want is None:
        return
    for bound in want.values if want.test is Test.ANY else (want.low, want.high):
        if isinstance(bound, int | float) and 0 <= bound < 150:
            yield int(bound)
            yield int(bound) + 1


def soonest(*moments: datetime | None) -> datetime | None:
    """Return the earliest of the instants that are known."""
    found = None
    for moment in moments:
        if moment is not None and (found is None or moment < found):
            found = moment
    return found
