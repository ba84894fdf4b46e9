"""Why a deadline is what it is: the derivation, its sources, its mails, and what would end it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from flows.mistakes import UserMistake, no_such_case
from models.caseloads import load_caseworkers, load_teams
from models.cases import load_cases
from models.mail_history import mails_about
from rules.book import Basis, Book, Condition, Rule, Terms
from rules.case import Case, Record
from rules.dates import day_of, days_between
from rules.deadline import OPEN, Deadline, Status, Step
from rules.evaluate import evaluate, terms_of
from rules.how_found import step_said
from rules.ladders import steps_to_come
from rules.spoken_dates import plain_moment
from rules.vocabulary import Vocabulary
from rules.words import Wanted, say_fact, say_wanted


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """One step of a derivation in words, and the rule line or journal entry it rests on."""

    text: str
    file: str
    line: int
    journal: int


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail about a deadline: sent, planned, superseded, ...; to which role, by which step."""

    state: str
    on: date
    role: str
    step: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one deadline that a person may ask. All texts are in one language."""

    deadline: Deadline
    title: str
    about: str
    at: datetime
    binding: str
    waive_by: str
    sources: tuple[Basis, ...]
    steps: tuple[ExplainedStep, ...]
    mails: tuple[MailLine, ...]
    endings: tuple[str, ...]

    @property
    def days_over(self) -> int | None:
        """How many days past (positive) or ahead (negative) the due date lies; None without one."""
        if self.deadline.due is None:
            return None
        return days_between(day_of(self.deadline.due), day_of(self.at))


def explain(
    connection: Connection,
    book: Book,
    case_ref: str,
    at: datetime,
    language: str,
    rule: str = "",
) -> list[Explanation]:
    """Return the explanation of each deadline of a case, or of those of one rule.

    Without a rule, deadlines that do not apply are left out. `case_ref` may be a caseworker or
    a team, for the rules that are about those.
    Raises: UserMistake for a case or a rule that there is not.
    """
    if rule and rule not in book.rules:
        raise _unknown_rule(book, rule)
    case, kind = find_case(connection, book, case_ref)
    deadlines = _latest(evaluate(case, book, at, kind=kind, steps=True))
    asked = [
        deadline
        for deadline in deadlines
        if deadline.rule == rule or (not rule and deadline.status is not Status.NOT_APPLICABLE)
    ]
    if rule and not asked:
        raise _no_such_record(book.rules[rule], case_ref)
    return [_explained(connection, book, case, deadline, at, language) for deadline in asked]


def find_case(connection: Connection, book: Book, ref: str) -> tuple[Case, str]:
    """Return a case and "", or a caseworker or team as a case and its kind of record.

    Raises: UserMistake when there is none of that name.
    """
    vocabulary = book.vocabulary
    for read in load_cases(connection, vocabulary, refs=[ref]):
        return read.case, ""
    for case in load_caseworkers(connection, vocabulary, people=[ref]):
        return case, "caseworker"
    for case in load_teams(connection, vocabulary, teams=[ref]):
        return case, "team"
    raise no_such_case(ref)


def _latest(deadlines: Sequence[Deadline]) -> list[Deadline]:
    """Return the round to look at of each rule and record: the last one given."""
    return list({(d.ref, d.rule): d for d in deadlines}.values())


def _unknown_rule(book: Book, rule: str) -> UserMistake:
    names = ", ".join(sorted(book.rules))
    return UserMistake(
        da=f"Der er ingen regel {rule}. Reglerne er: {names}",
        en=f"There is no rule {rule}. The rules are: {names}",
    )


def _no_such_record(rule: Rule, case_ref: str) -> UserMistake:
    return UserMistake(
        da=f"Sag {case_ref} har ingen post af slagsen {rule.record}, som {rule.name} gælder for.",
        en=f"Case {case_ref} has no {rule.record}, which {rule.name} is about.",
    )


def _explained(
    connection: Connection,
    book: Book,
    case: Case,
    deadline: Deadline,
    at: datetime,
    language: str,
) -> Explanation:
    rule = book.rules[deadline.rule]
    terms = terms_of(case, deadline, book, at)
    label = book.vocabulary.label
    record = next(one for one in case.records if one.ref == deadline.ref)
    return Explanation(
        deadline=deadline,
        title=terms.title,
        about=rule.about,
        at=at,
        binding=rule.binding.value,
        waive_by=label(terms.waive_by, language) if terms.waive_by else "",
        sources=terms.basis,
        steps=tuple(
            _step(step, rule, record, book.vocabulary, language) for step in deadline.steps
        ),
        mails=tuple(_mails(connection, deadline, terms, at)),
        endings=tuple(_endings(book, rule, terms, deadline, language)),
    )


def _step(
    step: Step, rule: Rule, record: Record, vocabulary: Vocabulary, language: str
) -> ExplainedStep:
    text = step_said(step, rule, record, vocabulary, language)
    return ExplainedStep(text, step.file, step.line, step.journal)


def _mails(
    connection: Connection, deadline: Deadline, terms: Terms, at: datetime
) -> Iterator[MailLine]:
    for mail in mails_about(connection, deadline.key):
        if mail.on <= day_of(at):
            yield MailLine(mail.state, mail.on, mail.role, mail.step)
    if deadline.status in OPEN and deadline.due is not None and deadline.started is not None:
        for step in steps_to_come(terms.ladder, deadline.due, deadline.started, at):
            for role in step.roles:
                yield MailLine("to come", step.on, role, step.step)


ENDINGS = {
    "happen": ("registrér: {0}", "record: {0}"),
    "ended": ("{0} ophører", "the {0} ends"),
    "contain": ("udfyld: {0}", "fill in: {0}"),
    "have": ("iværksæt: {0}", "start: {0}"),
    "not_exceed": ("højst {1} ad gangen: {0}", "at most {1} at a time: {0}"),
}


def _endings(
    book: Book, rule: Rule, terms: Terms, deadline: Deadline, language: str
) -> Iterator[str]:
    """Give what would end an open deadline, in words."""
    if deadline.status not in OPEN | {Status.PAUSED}:
        return
    template = ENDINGS[rule.must.form][0 if language == "da" else 1]
    yield template.format(_object(book, rule, terms, language), terms.limit)
    if terms.waive_by:
        role = book.vocabulary.label(terms.waive_by, language)
        if language == "da":
            yield f"forlængelse eller dispensation fra: {role}"
        else:
            yield f"an extension or a waiver by: {role}"


def _object(book: Book, rule: Rule, terms: Terms, language: str) -> str:
    """Return what must happen, be filled in or be in place, with the conditions on it."""
    vocabulary = book.vocabulary
    match rule.must.form:
        case "happen":
            name = vocabulary.label(rule.must.event, language)
        case "contain":
            return ", ".join(
                vocabulary.label(f"{rule.record}.{field}", language) for field in terms.fields
            )
        case "ended":
            return vocabulary.label(rule.record, language)
        case _:
            name = vocabulary.label(rule.must.record, language)
    # the fields of an event are named as its own, the facts of a record already are
    of_event = rule.must.event if rule.must.form == "happen" else ""
    return name + _with(book, terms.counts_when, of_event, language)


def _with(book: Book, condition: Condition | None, of_event: str, language: str) -> str:
    if condition is None:
        return ""
    vocabulary, alternatives = book.vocabulary, []
    for clauses in condition.alternatives:
        said = []
        for clause in clauses:
            fact = f"{of_event}.{clause.fact}" if of_event else str(clause.fact)
            wanted = say_wanted(Wanted(clause.want.text, fact), vocabulary, language)
            said.append(f"{say_fact(fact, vocabulary, language)}: {wanted}")
        alternatives.append(", ".join(said))
    return f" ({(' eller ' if language == 'da' else ' or ').join(alternatives)})"


def as_json(explanation: Explanation) -> dict[str, object]:
    """Return an explanation for machines: the same facts, dates in ISO form."""
    deadline = explanation.deadline
    return {
        "case": deadline.case,
        "record": deadline.kind,
        "ref": deadline.ref,
        "rule": deadline.rule,
        "title": explanation.title,
        "round": deadline.round,
        "status": deadline.status.value,
        "due": None if deadline.due is None else plain_moment(deadline.due),
        "at": plain_moment(explanation.at),
        "missing": list(deadline.missing),
        "binding": explanation.binding,
        "waive_by": explanation.waive_by or None,
        "steps": [
            {"text": s.text, "file": s.file, "line": s.line, "journal": s.journal}
            for s in explanation.steps
        ],
        "sources": [
            {"source": b.source, "text": b.text, "url": b.url, "checked": str(b.checked or "")}
            for b in explanation.sources
        ],
        "mails": [
            {"state": m.state, "on": m.on.isoformat(), "role": m.role, "step": m.step}
            for m in explanation.mails
        ],
        "ends": list(explanation.endings),
    }
