"""What must hold for every case and every rule, whatever its history.

The rule book asked is all shipped standards and all rules of the dated cases together, so that
every construct takes part. Cases are made at random within a few years.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from rules.book import Book, Phrase, Rung, WhenDue
from rules.case import Case, Event, Facts, History, Record, Value
from rules.dates import (
    MUNICIPAL,
    Duration,
    Moment,
    Unit,
    day_of,
    instant_of,
    last_minute_of,
    shift_days,
    start_of,
)
from rules.deadline import Deadline, Status
from rules.evaluate import evaluate, evaluate_rule, next_look_at
from rules.ladders import steps_reached
from rules.load import load_book
from rules.vocabulary import FactType
from tests.examples import examples

HERE = Path(__file__).parent
SHIPPED = {path.name: path.read_bytes() for path in (HERE.parents[1] / "rules/standards").iterdir()}
TABLE = {f"table-{path.name}": path.read_bytes() for path in (HERE / "dated_cases").iterdir()}
LOADED = load_book(SHIPPED | TABLE)
assert LOADED.book is not None, LOADED.problems
BOOK: Book = LOADED.book

FIRST = date(2025, 6, 1)
DAYS = st.integers(0, 900).map(lambda days: shift_days(FIRST, days))
MOMENTS = DAYS | st.builds(
    lambda day, minute: start_of(day) + timedelta(minutes=minute), DAYS, st.integers(0, 1439)
)
ASKED = st.builds(
    lambda day, second: start_of(day) + timedelta(seconds=second), DAYS, st.integers(0, 86_399)
)
# what these properties prove needs many different cases, not many repetitions of one
MANY = settings(max_examples=examples(150))


def values(fact: FactType) -> st.SearchStrategy[Value]:
    """Any value of a fact, as its vocabulary allows."""
    match fact.kind:
        case "number":
            return st.integers(0, 30)
        case "date":
            return DAYS
        case "duration":
            units = st.sampled_from([Unit.DAYS, Unit.WEEKS, Unit.MONTHS])
            return st.builds(Duration, st.integers(1, 20), units)
        case "yes/no":
            return st.booleans()
        case "many":
            return st.frozensets(st.sampled_from(fact.choices))
        case "choice":
            return st.sampled_from(fact.choices)
        case "text":
            return st.just("opdigtet")


@st.composite
def histories(draw: st.DrawFn, fact: FactType) -> Value | History:
    if draw(st.booleans()):
        return draw(values(fact))
    days = sorted(draw(st.sets(DAYS, min_size=1, max_size=3)))
    return History(tuple(days), tuple(draw(values(fact) | st.none()) for _ in days))


@st.composite
def facts(draw: st.DrawFn, kind: str) -> Facts:
    known = BOOK.vocabulary.records[kind].facts
    return {name: draw(histories(known[name])) for name in known if draw(st.booleans())}


@st.composite
def events(draw: st.DrawFn, kind: str) -> tuple[Event, ...]:
    kinds = sorted(name for name, event in BOOK.vocabulary.events.items() if kind in event.on)
    found = []
    for name in draw(st.lists(st.sampled_from(kinds), max_size=5)):
        fields = BOOK.vocabulary.events[name].fields
        given_fields = {field: draw(values(fields[field])) for field in fields if field != "rule"}
        if "approved_by" in given_fields:
            given_fields["approved_by"] = draw(st.sampled_from(BOOK.vocabulary.roles))
        found.append(Event(name, draw(MOMENTS), given_fields))
    found.sort(key=lambda event: instant_of(event.at))
    return tuple(event._replace(number=number) for number, event in enumerate(found, 1))


@st.composite
def records(draw: st.DrawFn, kind: str, ref: str) -> Record:
    began: Moment | None = draw(MOMENTS | st.none())
    ended: Moment | None = draw(MOMENTS | st.none())
    if began is not None and ended is not None and instant_of(ended) < instant_of(began):
        ended = None
    fields = BOOK.vocabulary.records[kind].contents
    contents = {field: draw(DAYS) for field in fields if draw(st.booleans())}
    return Record(kind, ref, began, ended, draw(facts(kind)), contents, draw(events(kind)))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """An invented case: the case itself, and up to three records of any kinds."""
    case = draw(records("case", "case"))._replace(began=draw(MOMENTS))
    kinds = ["measure", "placement", "report", "assessment", "decision", "concern"]
    more = draw(st.lists(st.sampled_from(kinds), max_size=3))
    others = [draw(records(kind, f"{kind}-{number}")) for number, kind in enumerate(more)]
    born = draw(
        st.none() | st.integers(0, 800).map(lambda days: shift_days(date(2008, 1, 1), days))
    )
    return Case("case", (case, *others), born)


def plain(deadlines: Sequence[Deadline]) -> list[Deadline]:
    """The deadlines without what is allowed to differ: their derivation and their next change."""
    return [deadline._replace(steps=(), next_change_at=None) for deadline in deadlines]


def by_pair(deadlines: Sequence[Deadline]) -> dict[tuple[str, str], list[Deadline]]:
    """The deadlines of each record and rule."""
    found: dict[tuple[str, str], list[Deadline]] = {}
    for deadline in deadlines:
        found.setdefault((deadline.ref, deadline.rule), []).append(deadline)
    return found


def record(kind: str, ref: str, began: date) -> Record:
    """A record of which nothing is known but its first day."""
    return Record(kind, ref, began, None, {}, {}, ())


# the rule asked about another rule, whose record begins tomorrow
BEGINS_TOMORROW = Case(
    "case",
    (
        record("case", "case", shift_days(FIRST, 2)),
        record("placement", "placement-0", shift_days(FIRST, 1)),
    ),
)


@MANY
@given(cases(), ASKED, st.integers(1, 500 * 24 * 3600))
@example(BEGINS_TOMORROW, start_of(shift_days(FIRST, 1)), 31 * 24 * 3600)
def test_nothing_changes_before_its_own_next_change(case: Case, at: datetime, seconds: int) -> None:
    later = at + timedelta(seconds=seconds)
    found, after = by_pair(evaluate(case, BOOK, at)), by_pair(evaluate(case, BOOK, later))
    for pair, deadlines in found.items():
        following = next_look_at(deadlines)
        assert following is None or following > at
        if following is None or following > later:
            assert plain(after[pair]) == plain(deadlines)


@MANY
@given(cases(), ASKED)
def test_nothing_changes_until_the_second_before_the_next_change(case: Case, at: datetime) -> None:
    found = evaluate(case, BOOK, at)
    following = next_look_at(found)
    later = at + timedelta(days=500) if following is None else following - timedelta(seconds=1)
    assume(later > at)
    assert plain(evaluate(case, BOOK, later)) == plain(found)


@MANY
@given(cases(), ASKED)
def test_asking_twice_gives_the_same_and_asking_why_changes_nothing(
    case: Case, at: datetime
) -> None:
    found = evaluate(case, BOOK, at)
    assert evaluate(case, BOOK, at) == found
    told = evaluate(case, BOOK, at, steps=True)
    assert [deadline._replace(steps=()) for deadline in told] == found
    assert all(deadline.steps for deadline in told if not deadline.closed)


@MANY
@given(cases(), ASKED)
def test_what_has_not_happened_yet_does_not_matter(case: Case, at: datetime) -> None:
    def until(event: Event) -> bool:
        return event.at <= at if isinstance(event.at, datetime) else event.at <= day_of(at)

    known = case._replace(
        records=tuple(
            record._replace(
                events=tuple(filter(until, record.events)),
                contents={f: day for f, day in record.contents.items() if day <= day_of(at)},
            )
            for record in case.records
        )
    )
    assert plain(evaluate(known, BOOK, at)) == plain(evaluate(case, BOOK, at))


@MANY
@given(cases(), ASKED, st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(case: Case, at: datetime, luck: object) -> None:
    mixed = list(case.records)
    luck.shuffle(mixed)  # type: ignore[attr-defined]
    one = evaluate(case, BOOK, at)
    other = evaluate(case._replace(records=tuple(mixed)), BOOK, at)
    assert sorted(one, key=repr) == sorted(other, key=repr)


@MANY
@given(cases(), ASKED)
def test_every_deadline_has_a_key_of_its_own_and_only_one_round_of_a_rule_is_open(
    case: Case, at: datetime
) -> None:
    found = evaluate(case, BOOK, at)
    assert len({deadline.key for deadline in found}) == len(found)
    waiting = [(deadline.ref, deadline.rule) for deadline in found if not deadline.closed]
    assert len(set(waiting)) == len(waiting)


@MANY
@given(cases(), ASKED, st.integers(1, 400))
def test_what_was_closed_stays_closed_as_it_was(case: Case, at: datetime, days: int) -> None:
    # F15: history changes. Nothing that happens later may touch a round that is over.
    before = {d.key: d for d in evaluate(case, BOOK, at) if d.closed}
    after = {d.key: d for d in evaluate(case, BOOK, at + timedelta(days=days)) if d.closed}
    for key, deadline in before.items():
        assert plain([after[key]]) == plain([deadline])


@MANY
@given(cases(), ASKED)
def test_a_status_agrees_with_the_deadline_it_is_told_with(case: Case, at: datetime) -> None:
    for deadline in evaluate(case, BOOK, at):
        if deadline.status in (Status.DUE, Status.DUE_SOON, Status.OVERDUE, Status.MISSED):
            assert deadline.due is not None
        if deadline.status is Status.DUE and deadline.due is not None:
            assert day_of(deadline.due) == day_of(at)
        if deadline.status is Status.OVERDUE and deadline.due is not None:
            assert instant_of(deadline.due) < at
        if deadline.missing:
            assert deadline.due is None
            assert deadline.status in (Status.UPCOMING, Status.PAUSED)


@given(DAYS, st.integers(0, 55), st.integers(1, 60), st.integers(0, 55))
def test_a_pause_of_so_many_days_moves_the_deadline_so_many_days(
    began: date, first: int, days: int, later: int
) -> None:
    # F10: an offset before the due date, a calendar and a pause in one sum; F11: a pause counted
    # in other units than the rule
    # peers, section 5: pause and resume move it by exactly what the rule says
    away, back = shift_days(began, first), shift_days(began, first + days)
    abroad = History((away, back), (True, False))
    facts: Facts = {"abroad": abroad}
    paused = Case("case", (Record("case", "case", began, None, facts, {}, ()),))
    at = last_minute_of(shift_days(back, later))
    found = evaluate_rule(paused, "case", BOOK.rules["stands-still"], BOOK, at)[-1]
    assert found.due == shift_days(began, 56 + days)


LENGTHS = st.builds(
    Duration,
    st.integers(1, 20),
    st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS, Unit.WEEKS, Unit.MONTHS]),
)
RUNGS = st.one_of(
    st.builds(lambda d: Rung(f"{d} before", -1, d, None, ("caseworker",)), LENGTHS),
    st.builds(lambda d: Rung(f"{d} after", 1, d, None, ("caseworker",)), LENGTHS),
    st.builds(
        lambda e, d: Rung(f"every {e} from {d} after", 1, d, e, ("caseworker",)), LENGTHS, LENGTHS
    ),
    st.just(Rung("on the day", 0, None, None, ("caseworker",))),
)


@MANY
@given(st.lists(RUNGS, min_size=1, max_size=4), DAYS, ASKED)
def test_no_mail_of_a_day_step_leaves_on_a_closed_day_or_beside_half_past_seven(
    rungs: list[Rung], due: date, at: datetime
) -> None:
    # F9: a mail at midnight, or on a holiday although there are calendars
    ladder = replace(BOOK.rules["days"].terms.ladder, name="any", rungs=tuple(rungs))
    reached, following = steps_reached(ladder, due, FIRST, at)
    for step in reached:
        assert MUNICIPAL.is_open(step.on)
        assert step.moment <= at
        assert (step.on < due) or not step.step.endswith("after") or step.on > due
    assert following is None or following > at
    assert [step.moment for step in reached] == sorted(step.moment for step in reached)


@MANY
@given(st.lists(RUNGS, min_size=1, max_size=4), DAYS, ASKED, st.integers(0, 90))
def test_a_night_without_a_run_loses_no_step(
    rungs: list[Rung], due: date, at: datetime, days: int
) -> None:
    # F4 and F5: an exact-day match loses what a missed run should have sent
    ladder = replace(BOOK.rules["days"].terms.ladder, name="any", rungs=tuple(rungs))
    single = {rung.text for rung in rungs if rung.every is None}
    before = {step for step in steps_reached(ladder, due, FIRST, at)[0] if step.step in single}
    after = set(steps_reached(ladder, due, FIRST, at + timedelta(days=days))[0])
    assert before <= after


@given(DAYS, st.integers(0, 60))
def test_a_later_start_is_never_due_earlier(began: date, later: int) -> None:
    for name in ("days", "weeks", "months", "years", "working-days", "weekdays-with-saturdays"):
        rule = BOOK.rules[name]
        assert isinstance(rule.terms.due, WhenDue)
        assert isinstance(rule.terms.due.phrases[0], Phrase)
        due = []
        for day in (began, shift_days(began, later)):
            case = Case("case", (Record("concern", "concern", day, None, {}, {}, ()),))
            found = evaluate_rule(case, "concern", rule, BOOK, last_minute_of(day))[-1].due
            assert found is not None
            due.append(day_of(found))
        assert due[0] <= due[1]
