"""How the rule book in force came to be, and the one way in which it changes."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, insert, select, text, update

from models.rule_sets import RuleSet, put_in_force, rule_set
from models.rule_tables import ACTIVATION, SHADOW
from models.runs import RUN

FIRST, PLANNED, ROLLED_BACK = "first", "planned", "rolled back"


@dataclass(frozen=True, slots=True)
class Activation:
    """One time at which a rule book was put in force. See models.rule_tables.ActivationRow."""

    id: int
    token: str
    kind: str
    sha256: str
    previous: str
    at: datetime
    activated_by: str
    why: str
    plan: str
    overdue: int
    accepted: int
    mails: int
    accepted_mails: int


class NewActivation(NamedTuple):
    """What is to be recorded of a rule book that is put in force."""

    kind: str
    at: datetime
    activated_by: str
    why: str
    plan: str = ""
    overdue: int = 0
    accepted: int = 0
    mails: int = 0
    accepted_mails: int = 0


class Shadow(NamedTuple):
    """A rule that is decided and counted, but mailed to nobody, through a day."""

    rule: str
    since_on: date
    until_on: date


def activate_first(
    connection: Connection, sha256: str, files: Mapping[str, bytes], at: datetime
) -> bool:
    """Put the first rule book of a database in force and record it, unless somebody was quicker.

    Returns: whether it was the first.
    """
    if connection.dialect.name == "postgresql":
        # there is no row yet that two processes could wait for; SQLite has one writer anyway
        connection.execute(text("LOCK TABLE rule_set IN SHARE ROW EXCLUSIVE MODE"))
    if not put_in_force(connection, "", sha256, files, at):
        return False
    _record(connection, sha256, "", NewActivation(FIRST, at, "", ""))
    return True


def activate(
    connection: Connection,
    previous: str,
    sha256: str,
    files: Mapping[str, bytes],
    new: NewActivation,
    shadows: Sequence[Shadow] = (),
) -> bool:
    """Put a rule book in force in the place of the one named, and record it.

    Returns: whether `previous` was still in force. If not, nothing is changed: of two who
    activate at once the second is told so.
    """
    if not put_in_force(connection, previous, sha256, files, new.at):
        return False
    number = _record(connection, sha256, previous, new)
    if shadows:
        rows = [shadow._asdict() | {"activation_id": number} for shadow in shadows]
        connection.execute(insert(SHADOW), rows)
    return True


def activations(connection: Connection) -> list[Activation]:
    """Return every activation, newest first."""
    return [
        Activation(*row) for row in connection.execute(_asked().order_by(ACTIVATION.c.id.desc()))
    ]


def newest_activation(connection: Connection) -> Activation | None:
    """Return the activation of the book in force; None before the first."""
    row = connection.execute(_asked().order_by(ACTIVATION.c.id.desc()).limit(1)).first()
    return Activation(*row) if row is not None else None


def database_token(connection: Connection) -> str:
    """Return what tells this database from every other; "" before the first activation."""
    first = select(ACTIVATION.c.token).order_by(ACTIVATION.c.id).limit(1)
    return connection.execute(first).scalar() or ""


def rule_set_as_of(connection: Connection, at: datetime) -> RuleSet | None:
    """Return the rule set that was in force at an instant; the first one for an earlier instant."""
    newest = select(ACTIVATION.c.sha256).where(ACTIVATION.c.at <= at)
    found = connection.execute(newest.order_by(ACTIVATION.c.id.desc()).limit(1)).scalar()
    if found is None:
        first = select(ACTIVATION.c.sha256).order_by(ACTIVATION.c.id).limit(1)
        found = connection.execute(first).scalar()
    return rule_set(connection, found) if found is not None else None


def run_under_way(connection: Connection, gone_before: datetime) -> str | None:
    """Return the schedule of a run under way; one that began before `gone_before` has died."""
    running = select(RUN.c.schedule).where(
        RUN.c.state == "running", RUN.c.started_at >= gone_before
    )
    return connection.execute(running).scalar()


def rules_in_shadow(connection: Connection, today: date) -> frozenset[str]:
    """Return the rules that mail nobody today."""
    return frozenset(connection.scalars(select(SHADOW.c.rule).where(_in_shadow(today))))


def shadows(connection: Connection) -> list[Shadow]:
    """Return every rule that ever ran in shadow, with the days, oldest first."""
    columns = (SHADOW.c.rule, SHADOW.c.since_on, SHADOW.c.until_on)
    return [Shadow(*row) for row in connection.execute(select(*columns).order_by(columns[1]))]


def out_of_shadow(rule: ColumnElement[str], today: date) -> ColumnElement[bool]:
    """Return the condition that a rule, in whichever table, is not in shadow today."""
    return rule.not_in(select(SHADOW.c.rule).where(_in_shadow(today)))


def shadows_over(connection: Connection, today: date, rules: Container[str]) -> frozenset[str]:
    """Return the rules whose shadow is over, by its day or because the book lacks them."""
    asked = select(SHADOW.c.rule, SHADOW.c.until_on).where(SHADOW.c.ended_at.is_(None))
    return frozenset(
        rule for rule, until in connection.execute(asked) if until < today or rule not in rules
    )


def end_shadows(connection: Connection, rules: Collection[str], at: datetime) -> None:
    """Record that rules are in shadow no longer. Have their cases looked at: mails are owed now."""
    is_over = SHADOW.c.ended_at.is_(None) & SHADOW.c.rule.in_(rules)
    connection.execute(update(SHADOW).where(is_over).values(ended_at=at))


def _in_shadow(today: date) -> ColumnElement[bool]:
    return SHADOW.c.ended_at.is_(None) & (SHADOW.c.until_on >= today)


def _asked() -> Any:
    return select(*(ACTIVATION.c[name] for name in Activation.__slots__))


def _record(connection: Connection, sha256: str, previous: str, new: NewActivation) -> int:
    row = new._asdict() | {"token": secrets.token_hex(16), "sha256": sha256, "previous": previous}
    connection.execute(insert(ACTIVATION), row)
    number = connection.execute(select(func.max(ACTIVATION.c.id))).scalar()
    return int(number or 0)
