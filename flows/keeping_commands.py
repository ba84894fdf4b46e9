"""The commands about what is kept: who has looked at a case."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from flows.clock import now
from flows.machine_user import machine_user
from flows.moments import read_day
from flows.spoken import SpokenCommand
from flows.terminal import chosen_settings, write_json
from flows.words import say

if TYPE_CHECKING:
    from flows.mistakes import Language
    from models.access_log import Access

AsJson = Annotated[bool, typer.Option("--json", help="Write for machines.")]


def add_keeping_commands(app: typer.Typer) -> None:
    """Give the command line the commands of this module."""
    command = partial(app.command, cls=SpokenCommand)
    command("access-log")(access_log)


def access_log(
    case: Annotated[str, typer.Argument(help="The case.")],
    since: Annotated[str, typer.Option(help="Only from this day on, as 2026-11-21.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show who has looked at a case, when, and what for. Looking here is logged too."""
    from flows.access import LOG_READ, log_look
    from flows.opening import open_house
    from models.access_log import accesses_to
    from models.database import reading
    from rules.dates import start_of

    settings = chosen_settings()
    engine = open_house(settings)
    first = start_of(read_day(since)) if since else None
    log_look(engine, LOG_READ, [case], machine_user(), now())
    with reading(engine) as connection:
        found = accesses_to(connection, case, first)
    for one in found:
        if as_json:
            write_json(one._asdict() | {"at": one.at.isoformat()})
        else:
            typer.echo(_line(one, settings.language))


def _line(access: Access, language: Language) -> str:
    from rules.spoken_dates import short_moment

    at = short_moment(access.at, language)
    return f"{at}  {access.who:<12} {say(access.action, language)}  {access.asked}".rstrip()
