"""What the demo tells at its end: how many cases, mails and deadlines, and how they stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, Engine, func, or_, select

from flows.demo.page import Figure, PageMail, RuleFigures, Summary
from models.case_tables import CASE, table_of
from models.database import reading
from models.deadline_tables import DeadlineRow
from models.outbox import INTENT, SENT
from rules.book import Book
from rules.deadline import OPEN, Status

DEADLINE = table_of(DeadlineRow)


def summary(
    engine: Engine, book: Book, mails: Sequence[PageMail], first: date, days: int, command: str
) -> Summary:
    """Return the figures of a demo that began on a day."""
    with reading(engine) as connection:
        open_cases, caseworkers = _open_cases(connection)
        rules = _rules(connection, book, first)
        in_place = _in_the_place_of_another(connection)
    kinds = Counter(mail.kind for mail in mails)
    overdue = sum(rule.overdue for rule in rules)
    figures = [
        _figure("Åbne sager", "Open cases", open_cases),
        _figure("Sagsbehandlere", "Caseworkers", caseworkers),
        _figure("Åbne frister", "Open deadlines", sum(rule.open for rule in rules)),
        _figure("Heraf overskredet", "Of these overdue", overdue),
        _figure("Mails", "Mails", len(mails)),
        _figure("Heraf straks", "Of these at once", kinds["instant"] + kinds["acute"]),
        _figure("Heraf ugeoverblik", "Of these weekly overviews", kinds["digest"]),
        _figure("Til en stedfortræder eller leder", "To a substitute or leader", in_place),
    ]
    return Summary(days, command, figures, rules)


def _figure(da: str, en: str, number: int) -> Figure:
    return Figure(da, en, f"{number:,}".replace(",", "\N{THIN SPACE}"))


def _open_cases(connection: Connection) -> tuple[int, int]:
    """Return how many cases are open, and how many caseworkers have them."""
    numbers = select(func.count(), func.count(CASE.c.caseworker.distinct()))
    row = connection.execute(numbers.where(CASE.c.ended_on.is_(None))).one()
    return row[0], row[1]


def _in_the_place_of_another(connection: Connection) -> int:
    """Return how many reminders went to somebody else than the one they were owed to."""
    sent_on = select(func.count()).select_from(INTENT)
    other = sent_on.where(INTENT.c.state == SENT, INTENT.c.recipient != INTENT.c.owed_to)
    return connection.execute(other).scalar_one()


def _rules(connection: Connection, book: Book, first: date) -> list[RuleFigures]:
    """Return how each rule's deadlines stand; of those that are over, the demo's own."""
    over_in_the_demo = or_(
        DEADLINE.c.status.in_([status.value for status in OPEN]),
        DEADLINE.c.done_on >= first,
        DEADLINE.c.done_on.is_(None) & (DEADLINE.c.due_on >= first),
    )
    rows = connection.execute(
        select(DEADLINE.c.rule, DEADLINE.c.status, func.count())
        .where(over_in_the_demo)
        .group_by(DEADLINE.c.rule, DEADLINE.c.status)
    )
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for rule, status, number in rows:
        counts[rule][status] += number
    return [_figures(rule.terms.title, counts[name]) for name, rule in book.rules.items()]


def _figures(title: str, counts: Mapping[str, int]) -> RuleFigures:
    return RuleFigures(
        title=title,
        open=sum(counts.get(status.value, 0) for status in OPEN),
        overdue=counts.get(Status.OVERDUE.value, 0),
        met=counts.get(Status.MET.value, 0),
        met_late=counts.get(Status.MET_LATE.value, 0),
        missed=counts.get(Status.MISSED.value, 0),
    )
