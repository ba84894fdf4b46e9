"""What the commands have in common: the settings, the house they work in, and how they answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from flows.clock import now
from flows.commands.moments import read_moment
from flows.commands.usage_words import usage_mistake
from flows.words import say

# heavy libraries are imported where they are used: a help page needs none of them
if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.exc import SQLAlchemyError

    from flows.deciding.verify import Verification
    from flows.settings import Settings
    from rules.book import Book


class House(NamedTuple):
    """What a command works with: the database, the rule book in force, the moment asked about."""

    engine: Engine
    book: Book
    at: datetime


def chosen_settings(*, for_mail: bool = False) -> Settings:
    """Return the settings of this installation.

    Raises: UserMistake for wrong ones; with `for_mail` also when something mail needs is not set.
    """
    from flows.settings import read_settings, require_mail

    settings = read_settings(for_mail=for_mail)
    if for_mail:
        require_mail(settings)
    return settings


def enter(settings: Settings, at: str = "") -> House:
    """Return the house as it stands at a moment; now when none is written.

    A rule folder that is broken or changed is told of; the rule book in force is used.
    Raises: UserMistake for a database that cannot be used, no rules at all, or no such moment.
    """
    from flows.opening import open_house
    from flows.rule_book.rule_folder import book_in_force

    moment = clock_at(at)()
    engine = open_house(settings)
    in_force = book_in_force(engine, settings.rules, moment)
    if in_force.trouble is not None:
        typer.echo(in_force.trouble.message(settings.language), err=True)
        typer.echo(say("The rule book in force decides.", settings.language), err=True)
    return House(engine, in_force.book, moment)


def clock_at(written: str) -> Callable[[], datetime]:
    """Return the real clock, or one that stands at the moment written.

    Raises: UserMistake when it is no moment.
    """
    if not written:
        return now
    moment = read_moment(written)
    return lambda: moment


def write_json(answer: object) -> None:
    """Write an answer for machines, on one line."""
    typer.echo(json.dumps(answer, ensure_ascii=False, default=str))


def write_counts(counts: Mapping[str, int], language: str, *, as_json: bool = False) -> None:
    """Write what was counted, or that there was nothing to do."""
    from flows.commands.tables import counts_table

    if as_json:
        write_json(dict(counts))
    elif any(counts.values()):
        typer.echo(counts_table(counts, language))
    else:
        typer.echo(say("There was nothing to do.", language))


def write_verification(found: Verification, language: str, *, as_json: bool) -> None:
    """Write each difference, and for people how many cases were recomputed."""
    from flows.commands.tables import difference_text

    for difference in found.different:
        if as_json:
            write_json(difference.as_json())
        else:
            typer.echo(difference_text(difference))
    if as_json:
        return
    said = say(
        "{cases} cases recomputed, {waiting} wait to be evaluated, {different} differences",
        language,
        cases=found.cases,
        waiting=found.waiting,
        different=len(found.different),
    )
    typer.echo(said)


def usage_sentence(error: Any, language: str) -> str:
    """Return what was mistyped, and which help page tells how it is written."""
    sentence = usage_mistake(error.format_message(), language)
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "fristvagt"
    return f"{sentence} {say('See {command} --help.', language, command=path)}"


def database_errors() -> tuple[type[SQLAlchemyError], ...]:
    """Return what a database raises that is full, locked or gone; all else is our own fault."""
    from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

    return InterfaceError, InternalError, OperationalError


def database_sentence(error: SQLAlchemyError, language: str) -> str:
    """Return what the database said, and what to do."""
    from flows.opening import unusable

    return unusable(error).message(language)
