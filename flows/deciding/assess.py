"""What comes of one case: decided under a guard, with what its mails may say."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from flows.owing.remind import OwedDeadline, owed
from models.cases import CaseRead
from models.deadlines import Pair, StoredDeadline
from models.looking import CaseTrouble
from models.people import Staff
from rules.book import Book
from rules.case import Case
from rules.dates import day_of, shift_days, start_of
from rules.deadline import OPEN, Deadline
from rules.deciding.view import soonest
from rules.evaluate import evaluate, evaluate_rule, next_look_at
from rules.fingerprint import fingerprint
from rules.how_found import how_found, what_is_missing

log = logging.getLogger(__name__)

NOTHING_STANDING: Mapping[Pair, StoredDeadline] = MappingProxyType({})

Decided = TypeVar("Decided")


@dataclass(frozen=True)
class Evaluation:
    """What one evaluation works with: the book, the staff, the moment, the house's language.

    `silent` are the rules that are tried in shadow: what they ask is decided, but not told.
    """

    book: Book
    staff: Staff
    now: datetime
    language: str
    everything: bool = False
    silent: frozenset[str] = frozenset()

    @cached_property
    def prints(self) -> Mapping[str, str]:
        """The fingerprint of each rule."""
        return {name: fingerprint(rule) for name, rule in self.book.rules.items()}


class Assessed(NamedTuple):
    """What came of one case: its deadlines, the rules that were decided, and what failed.

    `standing` are the stored rows that stand as they did and were not decided again.
    """

    case: Case
    deadlines: list[Deadline]
    prints: Mapping[str, str]
    next_look_at: datetime | None
    troubles: tuple[CaseTrouble, ...]
    caseworker: str
    team: str
    standing: Mapping[Pair, StoredDeadline]


def assess(
    evaluation: Evaluation,
    read: CaseRead,
    kind: str = "",
    standing: Mapping[Pair, StoredDeadline] = NOTHING_STANDING,
    *,
    steps: bool = False,
) -> Assessed:
    """Return what came of one case; a rule that cannot be decided does not stop the others.

    `steps` asks for the derivations at once, where most of them are going to be told.
    """
    case, prints, book = read.case, evaluation.prints, evaluation.book
    decided = guarded(
        lambda: evaluate(case, book, evaluation.now, kind=kind, but_not=standing, steps=steps)
    )
    troubles: tuple[CaseTrouble, ...] = ()
    if isinstance(decided, str):
        decided, troubles = _rule_by_rule(evaluation, case, kind)
        standing = NOTHING_STANDING
        failed = {trouble.rule for trouble in troubles}
        prints = {name: text for name, text in prints.items() if name not in failed}
    look_at = soonest(next_look_at(decided), *(row.next_change_at for row in standing.values()))
    if troubles:
        # what fails today is tried again tomorrow, whether or not an import mends it
        tomorrow = start_of(shift_days(day_of(evaluation.now), 1))
        look_at = tomorrow if look_at is None else min(look_at, tomorrow)
    whose = (read.caseworker, read.team)
    return Assessed(case, decided, prints, look_at, troubles, *whose, standing)


def _rule_by_rule(
    evaluation: Evaluation, case: Case, kind: str
) -> tuple[list[Deadline], tuple[CaseTrouble, ...]]:
    decided: list[Deadline] = []
    troubles = []
    book, now = evaluation.book, evaluation.now
    for record in case.records:
        for rule in book.rules.values():
            if rule.record != record.kind or (kind and kind != record.kind):
                continue
            found = guarded(partial(evaluate_rule, case, record.ref, rule, book, now))
            if isinstance(found, str):
                log.warning("case %s, rule %s: %s", case.ref, rule.name, found)
                troubles.append(CaseTrouble(case.ref, rule.name, found, ""))
            else:
                decided += found
    return decided, tuple(dict.fromkeys(troubles))


def guarded(decide: Callable[[], list[Decided]]) -> list[Decided] | str:
    """Return what was decided, or the name of the error: one bad case never stops the rest."""
    try:
        return decide()
    except Exception as error:  # the one per-case guard: it is counted, stored and told
        return type(error).__name__


def owed_of(evaluation: Evaluation, one: Assessed) -> Iterator[OwedDeadline]:
    """Give the open deadlines of a case with what their mails say; rules in shadow say nothing."""
    for deadline in one.deadlines:
        if deadline.status in OPEN and deadline.rule not in evaluation.silent:
            because = partial(_because, evaluation, one.case, deadline)
            yield owed(deadline, evaluation.book, one.caseworker, one.team, because)


def _because(evaluation: Evaluation, case: Case, deadline: Deadline, language: str) -> str:
    """Return how a date came about, or what is missing for one, without any fact of the case."""
    book = evaluation.book
    if deadline.missing:
        return what_is_missing(deadline.missing, book.vocabulary, language)
    rule = book.rules[deadline.rule]
    record = next(one for one in case.records if one.ref == deadline.ref)
    steps = (
        deadline.steps
        or evaluate_rule(case, deadline.ref, rule, book, evaluation.now, steps=True)[-1].steps
    )
    return how_found(steps, rule, record, book.vocabulary, language)
