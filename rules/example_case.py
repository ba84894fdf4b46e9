"""Makes up a case to which a rule applies, written as the `given` of a test in a rule file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from rules.book import Book, Clause, Condition, FactName, Phrase, Rule, RuleStatus, Test, Want
from rules.case import Case, Value
from rules.dates import MUNICIPAL, Duration, Unit, add, add_months, day_of, shift_days
from rules.deadline import Status
from rules.evaluate import evaluate_rule, moment_asked
from rules.example_values import fitting, written
from rules.problems import START, Report
from rules.rule_test_given import GivenReader
from rules.terms_reader import Surroundings
from rules.vocabulary import FactType
from rules.yaml_nodes import compose

DONE = frozenset({Status.MET.value, Status.MET_LATE.value})
CLOCK = "09:15"
DAYS_BEFORE_DUE = 3
DAYS_BETWEEN_EVENTS = 30
A_FORTNIGHT = 14
PRESENT = Want(Test.PRESENT, "present")


@dataclass(slots=True)
class Example:
    """A case in the words of a rule file: facts by kind of record, events, and counts by day."""

    start: date
    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    events: list[tuple[date, str]] = field(default_factory=list)
    counts: dict[date, int] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return the lines below `given:`, without indentation."""
        records = [f"{kind}: {{{_pairs(facts)}}}" for kind, facts in self.facts.items()]
        events = [f"  - {day} {text}" for day, text in sorted(self.events)]
        counts = [f"count: {{{_pairs(self.counts)}}}"] if self.counts else []
        return [*records, *counts, *(["events:", *events] if events else [])]

    def add_event(self, day: date, text: str) -> None:
        """Let something happen."""
        self.events.append((day, text))


def _pairs(values: dict[str, str] | dict[date, int]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in values.items())


def example_of(rule: Rule, book: Book, start: date) -> Example:
    """Return a case that begins on a day, to which the rule applies and in which little is done.

    A rule that comes again sees one round done (for `at_least` as many as asked for), so that
    its example shows how the next deadline follows; in all others nothing is done.
    """
    example = Example(start)
    _begin(example, rule)
    _add_conditions(example, rule, book)
    _add_what_is_counted_from(example, rule, book)
    if rule.must.form == "not_exceed" and rule.terms.limit is not None:
        limit = rule.terms.limit
        example.counts = {start: limit, shift_days(start, A_FORTNIGHT): limit + 1}
    _add_rounds(example, rule, book)
    return example


def case_of(example: Example, rule: Rule, book: Book) -> tuple[Case, str]:
    """Return the example as a case, and the record the rule is asked about.

    Read by the reader of tests, so that a pasted example is the very same case.
    Raises: ValueError when that reader refuses it.
    """
    text = "\n".join(example.lines())
    report = Report("", text.split("\n"))
    reader = GivenReader(rule, Surroundings(book.vocabulary, {}, None), report)
    read = reader.read(compose(text, report), START)
    if read is None:
        raise ValueError(f"{text}: {[problem.message('en') for problem in report.problems]}")
    return read.case, read.ref


def _begin(example: Example, rule: Rule) -> None:
    hours = any(_is_in_hours(phrase) for phrase in _phrases(rule))
    began = f"{example.start} {CLOCK}" if hours else str(example.start)
    example.facts[rule.record] = {"began": began}


def _add_conditions(example: Example, rule: Rule, book: Book) -> None:
    wanted, avoided = _by_fact(rule, rule.when), _unwanted(rule)
    for name in wanted:
        if isinstance(name, RuleStatus):
            _add_other_rule(example, book.rules[name.rule], wanted[name], book)
    for name in dict.fromkeys([*wanted, *avoided]):
        if isinstance(name, FactName):
            _add_fact(example, name, wanted.get(name, []), avoided.get(name, []), book)


def _by_fact(rule: Rule, condition: Condition | None) -> dict[FactName | RuleStatus, list[Want]]:
    """Return what the first alternative of a condition asks, by fact."""
    asked: dict[FactName | RuleStatus, list[Want]] = {}
    for clause in condition.alternatives[0] if condition else ():
        asked.setdefault(clause.fact, []).append(clause.want)
    return asked


def _unwanted(rule: Rule) -> dict[FactName, list[Want]]:
    """Return what must not hold: all that `unless` and `pause_while` ask."""
    found: dict[FactName, list[Want]] = {}
    for condition in (rule.unless, rule.pause_while):
        for clause in _clauses(condition):
            if isinstance(clause.fact, FactName):
                found.setdefault(clause.fact, []).append(clause.want)
    return found


def _clauses(condition: Condition | None) -> Iterator[Clause]:
    for alternative in condition.alternatives if condition else ():
        yield from alternative


def _add_fact(
    example: Example, name: FactName, wanted: list[Want], avoided: list[Want], book: Book
) -> None:
    is_owed = any(want.test is Test.MISSING for want in avoided)
    if not wanted and not is_owed:
        return  # a fact that is missing meets no condition, so nothing need be said
    fact = book.vocabulary.records[name.record].facts[name.name]
    value = fitting(fact, [*wanted, *([PRESENT] if is_owed else [])], avoided, example.start)
    if value is not None:
        _set(example, name, value)


def _set(example: Example, name: FactName, value: Value) -> None:
    facts = example.facts.setdefault(name.record, {})
    if name == ("child", "age") and isinstance(value, int | float):
        facts["born"] = str(add_months(example.start, -12 * int(value)))
    else:
        facts.setdefault(name.name, written(value))


def _add_other_rule(example: Example, other: Rule, wants: Iterable[Want], book: Book) -> None:
    """Let another rule stand as is asked: nothing done, or done on the second day."""
    example.facts.setdefault(other.record, {"began": str(example.start)})
    for name, wanted in _by_fact(other, other.when).items():
        if isinstance(name, FactName):
            _add_fact(example, name, wanted, [], book)
    is_done = any(want.values & DONE for want in wants)
    if is_done and other.must.form == "happen":
        example.add_event(shift_days(example.start, 1), _event(other, book))


def _add_what_is_counted_from(example: Example, rule: Rule, book: Book) -> None:
    for phrase in _phrases(rule):
        if isinstance(phrase.amount, FactName):
            fact = book.vocabulary.records[phrase.amount.record].facts[phrase.amount.name]
            _add_missing(example, phrase.amount, fact)
        _add_anchor(example, rule, phrase)


def _add_missing(example: Example, name: FactName, fact: FactType) -> None:
    value = fitting(fact, [PRESENT], [], example.start)
    if value is not None:
        _set(example, name, value)


def _add_anchor(example: Example, rule: Rule, phrase: Phrase) -> None:
    anchor, own = phrase.anchor, example.facts[rule.record]
    ahead = example.start
    if phrase.direction < 0 and isinstance(phrase.amount, Duration):
        ahead = add_months(day_of(add(example.start, phrase.amount)), 1)
    if anchor.kind == "fact" and anchor.fact is not None:
        _set(example, anchor.fact, ahead)
    elif anchor.kind == "ended":
        own["ended"] = str(add_months(ahead, 1))
    elif anchor.kind == "age":
        # in a year, or later when the deadline lies long before the birthday
        day = max(add_months(example.start, 12), ahead)
        born = str(add_months(day, -12 * anchor.age))
        example.facts.setdefault("child", {}).setdefault("born", born)
    elif anchor.kind == "event" and rule.terms.due and not rule.terms.due.is_first_of:
        example.add_event(shift_days(example.start, A_FORTNIGHT), anchor.event)


def _phrases(rule: Rule) -> list[Phrase]:
    """Return the times a rule names, in itself and in the changes that hold in every case."""
    terms = rule.terms
    found = [*(terms.due.phrases if terms.due else ()), terms.then, rule.not_before]
    for change in rule.changes:
        if change.when is None:
            found += [value for value in change.new.values() if isinstance(value, Phrase)]
    return [phrase for phrase in found if phrase is not None]


def _is_in_hours(phrase: Phrase) -> bool:
    return isinstance(phrase.amount, Duration) and phrase.amount.unit is Unit.HOURS


def _add_rounds(example: Example, rule: Rule, book: Book) -> None:
    if rule.must.form != "happen":
        return
    if rule.terms.at_least:
        for number in range(1, rule.terms.at_least.number + 1):
            day = shift_days(example.start, number * DAYS_BETWEEN_EVENTS)
            example.add_event(MUNICIPAL.at_or_after(day), _event(rule, book))
    elif rule.terms.then:
        case, ref = case_of(example, rule, book)
        at = moment_asked(shift_days(example.start, A_FORTNIGHT))
        due = evaluate_rule(case, ref, rule, book, at)[-1].due
        if due is not None:
            early = MUNICIPAL.at_or_before(shift_days(day_of(due), -DAYS_BEFORE_DUE))
            day = max(early, shift_days(example.start, 1))
            example.add_event(day, _event(rule, book))


def _event(rule: Rule, book: Book) -> str:
    """Return the event that fulfils a rule, with fields that make it count."""
    types = book.vocabulary.events[rule.must.event].fields
    fields = []
    for name, wanted in _by_fact(rule, rule.terms.counts_when).items():
        if isinstance(name, FactName):
            value = fitting(types[name.name], wanted, [], rule.in_force)
            fields += [] if value is None else [f"{name.name}: {written(value)}"]
    return f"{rule.must.event}: {{{', '.join(fields)}}}" if fields else rule.must.event
