"""The commands about what is kept: backup, restore, tidying, and who has looked at a case."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.clock import now
from flows.commands.moments import read_day
from flows.commands.progress import progress_bar
from flows.commands.spoken import SpokenCommand
from flows.commands.terminal import chosen_settings, write_counts, write_json
from flows.keeping.machine_user import machine_user
from flows.mistakes import UserMistake
from flows.words import say

if TYPE_CHECKING:
    from flows.keeping.restore import Restored
    from flows.mistakes import Language
    from models.access_log import Access

AsJson = Annotated[bool, typer.Option("--json", help="Write for machines.")]


def add_keeping_commands(app: typer.Typer) -> None:
    """Give the command line the commands of this module."""
    command = partial(app.command, cls=SpokenCommand)
    command("access-log")(access_log)
    command("backup")(backup)
    command("restore")(restore)
    command("housekeeping")(housekeeping)


def access_log(
    case: Annotated[str, typer.Argument(help="The case.")],
    since: Annotated[str, typer.Option(help="Only from this day on, as 2026-11-21.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show who has looked at a case, when, and what for. Looking here is logged too."""
    from flows.keeping.access import LOG_READ, log_look
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


def backup(
    target: Annotated[Path, typer.Argument(help="A file, or a folder that gets a new one.")],
    keep: Annotated[
        int, typer.Option(min=0, help="How many backups the folder keeps; 0 for all.")
    ] = 0,
) -> None:
    """Copy the database while everything runs, and check the copy."""
    from flows.keeping.backup import back_up, keep_newest
    from flows.opening import open_existing

    settings = chosen_settings()
    engine = open_existing(settings, older_too=True)
    if keep:
        _make_folder(target)
    with progress_bar(say("Per cent", settings.language), 100) as progress:
        copied = back_up(engine, target, now(), progress)
    typer.echo(say("The backup is {file}.", settings.language, file=copied))
    for old in keep_newest(target, keep, engine) if keep else ():
        typer.echo(say("An older backup was removed: {file}", settings.language, file=old))


def _make_folder(target: Path) -> None:
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UserMistake(
            da=f"--keep kræver en mappe, og {target} kan ikke være det ({error.strerror}).",
            en=f"--keep needs a folder, and {target} cannot be one ({error.strerror}).",
        ) from None


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Move the database that is there aside.")
    ] = False,
) -> None:
    """Put a backup in the place of the database, and mark what has been sent since."""
    from flows.keeping.restore import restore as put_back

    settings = chosen_settings()
    done = put_back(settings, file, now(), replace=replace)
    for sentence in _restored(done, settings.language):
        typer.echo(sentence)


def housekeeping(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Remove nothing; show what would go.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove what is kept no longer, as the settings say. `serve` does it every night."""
    from flows.housekeeping import keep_house, what_would_go
    from flows.opening import open_house

    settings = chosen_settings()
    engine = open_house(settings)
    if dry_run:
        counts = what_would_go(engine, settings, now())
    else:
        counts = keep_house(engine, settings, now(), lambda: False)
    write_counts(counts, settings.language, as_json=as_json)


def _restored(done: Restored, language: Language) -> Iterator[str]:
    from rules.spoken_dates import short_moment

    if done.aside is not None:
        yield say("The former database is {file}.", language, file=done.aside)
    until = short_moment(done.until_at, language) if done.until_at is not None else "–"
    yield say("Restored. The backup knows what happened until {until}.", language, until=until)
    if done.marked is None:
        yield say(
            "FRISTVAGT_JOURNAL is not set: mails sent since the backup may be sent again.", language
        )
    else:
        yield say("{marked} mails sent since were marked as sent.", language, marked=done.marked)
    yield say(
        "What was typed in since (activated rules, mutes, outbox actions) must be done again.",
        language,
    )


def _line(access: Access, language: Language) -> str:
    from rules.spoken_dates import short_moment

    at = short_moment(access.at, language)
    return f"{at}  {access.who:<12} {say(access.action, language)}  {access.asked}".rstrip()
