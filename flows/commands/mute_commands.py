"""The commands that hold reminders back, and end what an extract says is done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from flows.clock import now
from flows.commands.moments import read_day
from flows.commands.spoken import SpokenCommand
from flows.commands.terminal import chosen_settings, enter, write_json
from flows.keeping.machine_user import machine_user
from flows.mistakes import UserMistake
from flows.words import say

if TYPE_CHECKING:
    from flows.mistakes import Language
    from models.mutes import Mute
    from rules.book import Book

AsJson = Annotated[bool, typer.Option("--json", help="Write for machines.")]
By = Annotated[str, typer.Option("--by", help="Who decides it, as people.csv names them.")]
Case = Annotated[str, typer.Argument(help="The case.")]
Rule = Annotated[str, typer.Argument(help="The rule; else every rule.")]


def add_mute_commands(app: typer.Typer) -> None:
    """Give the command line the commands of this module."""
    command = partial(app.command, cls=SpokenCommand)
    command("mute")(mute)
    command("unmute")(unmute)
    command("confirm")(confirm)


def mute(
    case: Annotated[str, typer.Argument(help="The case.")] = "",
    rule: Rule = "",
    until: Annotated[
        str, typer.Option(help="The last silent day, at most 14 days ahead, as 2026-11-21.")
    ] = "",
    why: Annotated[str, typer.Option(help="Why; the text stays in the database.")] = "",
    by: By = "",
    list_: Annotated[bool, typer.Option("--list", help="Show what is held back now.")] = False,
    as_json: AsJson = False,
) -> None:
    """Hold back reminders about a case until a day; a leader also those that are overdue."""
    from flows.owing.muting import Asked
    from flows.owing.muting import mute as hold_back
    from models.database import writing
    from models.people import load_staff

    settings = chosen_settings()
    if list_:
        _write_list(as_json=as_json)
        return
    if not case or not until:
        raise UserMistake(
            da="Skriv sagen og den sidste dag: fristvagt mute SAG --until 2026-12-01 --why ... "
            "--by ...",
            en="Write the case and the last day: fristvagt mute CASE --until 2026-12-01 --why ... "
            "--by ...",
        )
    engine, book, moment = enter(settings)
    _check_rule(rule, book)
    asked = Asked(case, rule, read_day(until), why, by)
    with writing(engine) as connection:
        found = hold_back(connection, load_staff(connection), asked, moment)
    typer.echo(_line(found, settings.language))
    if not found.covers_all:
        typer.echo(
            say(
                "What is acute or overdue is told all the same; only a leader can hold it back.",
                settings.language,
            )
        )


def unmute(case: Case, rule: Rule = "", by: By = "") -> None:
    """Let reminders about a case come again; what is owed by now comes with the next mails."""
    from flows.known_names import require_known
    from flows.opening import open_house
    from flows.owing.muting import unmute as let_go
    from models.database import writing

    settings = chosen_settings()
    engine = open_house(settings)
    with writing(engine) as connection:
        require_known(connection, case=case, person=by.strip())
        let_go(connection, case, rule, by.strip() or machine_user(), now())
    typer.echo(
        say("Reminders about {case} come again.", settings.language, case=f"{case} {rule}".strip())
    )


def confirm(case: Case, by: By = "") -> None:
    """Say that what the latest extract calls done in a case is done, whatever the next says."""
    from flows.known_names import require_known
    from flows.opening import open_house
    from models.database import writing
    from models.flaps import confirm as settle

    settings = chosen_settings()
    engine = open_house(settings)
    with writing(engine) as connection:
        require_known(connection, case=case, person=by.strip())
        number = settle(connection, case, by.strip() or machine_user(), now())
    typer.echo(say("{number} reminders ended", settings.language, number=number))


def _write_list(*, as_json: bool) -> None:
    from flows.keeping.access import LISTED, log_look
    from flows.opening import open_house
    from models.database import reading
    from models.mutes import all_mutes
    from rules.dates import day_of

    settings, moment = chosen_settings(), now()
    engine = open_house(settings)
    with reading(engine) as connection:
        found = all_mutes(connection, day_of(moment))
    log_look(engine, LISTED, [one.case_ref for one in found], machine_user(), moment, "mute")
    if not found and not as_json:
        typer.echo(say("Nothing is held back.", settings.language))
    for one in found:
        if as_json:
            write_json(one._asdict())
        else:
            typer.echo(_line(one, settings.language))


def _line(one: Mute, language: Language) -> str:
    from rules.spoken_dates import short_day

    return say(
        "{case}: silent through {day}, asked by {by}",
        language,
        case=f"{one.case_ref} {one.rule}".strip(),
        day=short_day(one.until_on, language),
        by=one.muted_by,
    )


def _check_rule(rule: str, book: Book) -> None:
    from difflib import get_close_matches

    if not rule or rule in book.rules:
        return
    near = get_close_matches(rule, book.rules, 1)
    raise UserMistake(
        da=f"Der er ingen regel {rule}." + (f" Mente du {near[0]}?" if near else ""),
        en=f"There is no rule {rule}." + (f" Did you mean {near[0]}?" if near else ""),
    )
