"""The one function that decides: a case, a rule book and a moment in, deadlines out."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from datetime import date, datetime

from rules.book import Book, Rule, Terms
from rules.case import Case, Record
from rules.dates import Moment, day_of, last_minute_of, shift_days, start_of
from rules.deadline import Deadline, Status, Step
from rules.deciding.coming import changing_days, next_change
from rules.deciding.intervals import intervals
from rules.deciding.matter import Matter
from rules.deciding.plan import Asking, asking, rules_by_kind
from rules.deciding.reasons import note_applies, note_not_applicable
from rules.deciding.round import Round
from rules.deciding.rounds import rounds_of
from rules.deciding.standing import Standing, standing_of
from rules.deciding.versions import terms_for
from rules.deciding.view import CaseView, StatusHistory, soonest

UNDECIDED = frozenset({Status.UPCOMING, Status.PAUSED})
"""The statuses in which somebody is asked for a missing fact, because it is still needed."""


def evaluate(
    case: Case,
    book: Book,
    at: datetime,
    *,
    kind: str = "",
    but_not: Container[tuple[str, str]] = (),
    steps: bool = False,
) -> list[Deadline]:
    """Return every deadline of a case as it stands at a moment.

    For each rule and each record of the kind it is for: the rounds that are over, oldest
    first, then the one to look at. A rule that does not apply answers with one deadline of
    status *not applicable*.
    `steps` asks for the derivation too; nothing else differs. `kind` asks only about records of
    one kind: a caseworker's cases are counted for the caseworker, not decided again. `but_not`
    names pairs of record and rule that are known to stand as they did, and leaves them out.

    Units: `at` is an aware instant; events, endings and contents after it are not yet known.
    Raises: OverflowError when a date leaves the calendar; ValueError for a naive `at`.
    Source: shared rule language, section 4.
    """
    view = view_of(case, book, at)
    kinds = rules_by_kind(book)
    return [
        deadline
        for record in case.records
        if not kind or record.kind == kind
        for ask in kinds.get(record.kind, ())
        if (record.ref, ask.rule.name) not in but_not
        for deadline in decide(view, record, ask, steps=steps)
    ]


def evaluate_rule(
    case: Case, ref: str, rule: Rule, book: Book, at: datetime, *, steps: bool = False
) -> list[Deadline]:
    """Return one rule's deadlines for one record; the last one is the one to look at.

    Raises: LookupError when the case has no record `ref` of the kind the rule is for.
    """
    view = view_of(case, book, at)
    for record in case.records:
        if record.ref == ref and record.kind == rule.record:
            return decide(view, record, asking(rule), steps=steps)
    raise LookupError(f"no {rule.record} with reference {ref}")


def terms_of(case: Case, deadline: Deadline, book: Book, at: datetime) -> Terms:
    """Return the rule as it reads for a deadline that `evaluate` gave for the case at a moment."""
    view, rule = view_of(case, book, at), book.rules[deadline.rule]
    record = next(record for record in case.records if record.ref == deadline.ref)
    clock_on = view.today if deadline.started is None else day_of(deadline.started)
    return terms_for(view, record, rule, clock_on, view.today)


def next_look_at(deadlines: list[Deadline]) -> datetime | None:
    """Return the earliest instant at which one of the deadlines changes by itself."""
    return soonest(*(deadline.next_change_at for deadline in deadlines))


def view_of(case: Case, book: Book, at: datetime) -> CaseView:
    """Return a case as seen at a moment, able to answer conditions on other rules of the book."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    kept: dict[tuple[str, str], StatusHistory] = {}

    def status_history(name: str, record: Record, view: CaseView) -> StatusHistory:
        key = (name, record.ref)
        if key not in kept:
            kept[key] = _status_history(book, book.rules[name], record, view)
        return kept[key]

    return CaseView(case, at, status_history)


def decide(view: CaseView, record: Record, ask: Asking, *, steps: bool) -> list[Deadline]:
    """Return one rule's deadlines for one record of a case."""
    rule = ask.rule
    notes: list[Step] | None = [] if steps else None
    began = view.began(record)
    if began is None:
        return [_without_a_beginning(view, record, rule)]
    changing = changing_days(view, record, ask)
    applies = intervals(view, record, rule, began, changing)
    if not applies.intervals:
        note_not_applicable(view, record, rule, began, notes)
        next_at = soonest(applies.next_change_at, next_change(view, record, ask, changing))
        return [_not_applicable(view, record, rule, next_at, notes)]
    deadlines: list[Deadline] = []
    for interval in applies.intervals[:-1]:
        deadlines += _past(Matter(view, record, rule, began, interval, None))
    matter = Matter(view, record, rule, began, applies.intervals[-1], notes)
    note_applies(matter)
    return deadlines + _present(matter, ask, applies.next_change_at, changing)


def _past(matter: Matter) -> Iterator[Deadline]:
    """Give what an interval that is over left behind."""
    rounds = rounds_of(matter)
    standing = standing_of(matter, rounds[-1])
    yield from (_closed(matter, over) for over in rounds[:-1])
    if standing.status is not Status.NOT_APPLICABLE:
        yield _deadline(matter, rounds[-1], standing, None)


def _present(
    matter: Matter, ask: Asking, next_interval_at: datetime | None, changing: Sequence[date]
) -> list[Deadline]:
    rounds = rounds_of(matter)
    standing = standing_of(matter, rounds[-1])
    soon = None
    if not _is_final(rounds[-1], ask):
        coming = next_change(matter.view, matter.record, ask, changing)
        soon = soonest(standing.next_change_at, next_interval_at, coming)
    found = [_closed(matter, over) for over in rounds[:-1]]
    found.append(_deadline(matter, rounds[-1], standing, soon))
    return found


def _is_final(last: Round, ask: Asking) -> bool:
    """Say whether nothing but a corrected fact can change what a one-off rule came to."""
    return last.verdict is not None and not ask.facts and not ask.other_rules and not ask.recurs


def _closed(matter: Matter, over: Round) -> Deadline:
    assert over.verdict is not None
    return _deadline(matter, over, Standing(over.verdict), None, told=False)


def _deadline(
    matter: Matter,
    found: Round,
    standing: Standing,
    next_change_at: datetime | None,
    *,
    told: bool = True,
) -> Deadline:
    closed = found.verdict is not None or standing.status is Status.MISSED
    status, due = standing.status, found.due
    missing = due.missing if due.missing and status in UNDECIDED else ()
    steps = tuple(dict.fromkeys(matter.steps)) if matter.steps and told else ()
    # by place, not by name: a night makes millions of them
    return Deadline(
        matter.view.case.ref,
        matter.record.kind,
        matter.record.ref,
        matter.rule.name,
        matter.interval.first,
        found.number,
        status,
        due.moment,
        found.started,
        found.done,
        closed,
        missing,
        standing.reached,
        next_change_at,
        steps,
    )


def _not_applicable(
    view: CaseView,
    record: Record,
    rule: Rule,
    next_at: datetime | None,
    notes: list[Step] | None,
) -> Deadline:
    names = (view.case.ref, record.kind, record.ref, rule.name)
    steps = tuple(notes or ())
    status = Status.NOT_APPLICABLE
    return Deadline(*names, None, 0, status, None, None, None, False, (), (), next_at, steps)


def _without_a_beginning(view: CaseView, record: Record, rule: Rule) -> Deadline:
    """Return a deadline that cannot be decided, because nobody told when the record began."""
    missing = (f"{record.kind}.began",)
    step = Step("missing", (missing, ""), rule.place.file, rule.place.line)
    undecided = _not_applicable(view, record, rule, None, [step])
    return undecided._replace(
        interval=rule.in_force, round=1, status=Status.UPCOMING, missing=missing
    )


def _status_history(book: Book, rule: Rule, record: Record, view: CaseView) -> StatusHistory:
    """Return how a rule has stood at the end of each day until today.

    The rule is decided anew for each day on which it may have changed, so that a status of
    the past is what it was then, not what later events made of it.
    """
    records = _records_asked(rule, record, view)
    days = [day_of(began) for r in records if (began := view.began(r)) is not None]
    history: list[tuple[date, frozenset[str]]] = []
    ask = asking(rule)
    day: date | None = min(days, default=None)
    # before any of them has begun there is nothing to decide, but a day to look again
    following = None if day is None else start_of(day)
    while day is not None and day <= view.today:
        at = min(view.at, last_minute_of(day)) if day == view.today else last_minute_of(day)
        then = view_of(view.case, book, at)
        found = [decide(then, r, ask, steps=False)[-1] for r in records]
        history.append((day, frozenset(str(deadline.status) for deadline in found)))
        following = next_look_at(found)
        day = None if following is None else max(day_of(following), shift_days(day, 1))
    return StatusHistory(tuple(history), following)


def _records_asked(rule: Rule, record: Record, view: CaseView) -> list[Record]:
    """Return the records a condition `rule.NAME` is about: this one, its case, or its siblings."""
    if rule.record == record.kind:
        return [record]
    return view.kinds.get(rule.record, [])


def moment_asked(day_or_instant: Moment) -> datetime:
    """Return the instant meant by a question: a day without a time means 23:59 that day."""
    if isinstance(day_or_instant, datetime):
        return day_or_instant
    return last_minute_of(day_or_instant)
