"""The commands about mails themselves: `mail preview` and `bounces`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.clock import now
from flows.commands.spoken import SpokenCommand, SpokenGroup
from flows.commands.terminal import chosen_settings, enter, write_counts, write_json
from flows.keeping.machine_user import machine_user
from flows.mistakes import UserMistake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.composing.mail_preview import Preview

AsJson = Annotated[bool, typer.Option("--json", help="Write for machines.")]


def add_mail_commands(app: typer.Typer) -> None:
    """Give the command line the commands of this module."""
    command = partial(app.command, cls=SpokenCommand)
    command("bounces")(bounces)
    group = typer.Typer(
        cls=SpokenGroup,
        rich_markup_mode=None,
        add_completion=False,
        help="See a mail before it is sent.",
    )
    # with one command only, a group would be that command itself
    group.callback()(mail)
    group.command("preview", cls=SpokenCommand)(mail_preview)
    app.add_typer(group, name="mail")


def mail() -> None:
    """See a mail before it is sent."""


def mail_preview(
    asked: Annotated[str, typer.Argument(help="A case, or somebody on the staff list.")],
    at: Annotated[
        str, typer.Option(help="A day, or a day and a time: 2026-11-21 09:00. Else: now.")
    ] = "",
    html: Annotated[
        Path | None, typer.Option(help="Write the mail as it looks to a file of this name as well.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what would be sent now, to whom and why, or why nothing would; send nothing."""
    from flows.commands.mail_preview_text import preview_json, preview_text
    from flows.composing.mail_preview import preview
    from flows.keeping.access import PREVIEWED, filters, log_look
    from models.database import reading
    from models.people import load_staff

    settings = chosen_settings(for_mail=True)
    engine, book, moment = enter(settings, at)
    with reading(engine) as connection:
        found = preview(connection, book, settings, asked, moment)
        staff = load_staff(connection)
    asked_for = filters(preview=asked, at=at)
    log_look(engine, PREVIEWED, found.case_refs, machine_user(), now(), asked_for)
    for path, page in _pages(found, html):
        _write(path, page)
    if as_json:
        write_json(preview_json(found))
    else:
        typer.echo(preview_text(found, staff, settings.language))


def bounces(as_json: AsJson = False) -> None:
    """Read the bounce box now; `run` and `serve` do it every five minutes."""
    from flows.opening import open_house
    from flows.sending.bounces import read_bounces

    settings = chosen_settings()
    if not settings.bounces:
        raise UserMistake(
            da="FRISTVAGT_BOUNCES er ikke sat. Skriv en Maildir-mappe eller "
            "imaps://BRUGER:KODE@VÆRT/INBOX.",
            en="FRISTVAGT_BOUNCES is not set. Write a Maildir folder or "
            "imaps://USER:PASSWORD@HOST/INBOX.",
        )
    write_counts(
        read_bounces(open_house(settings), settings, now()), settings.language, as_json=as_json
    )


def _pages(found: Preview, html: Path | None) -> Iterator[tuple[Path, str]]:
    """Where each mail's page goes: the second is mail-2.html when the first is mail.html."""
    if html is None:
        return
    for number, one in enumerate(found.mails, 1):
        path = html if number == 1 else html.with_stem(f"{html.stem}-{number}")
        yield path, one.mail.html


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UserMistake(
            da=f"Filen {path} kan ikke skrives ({error.strerror}). Vælg et andet sted.",
            en=f"The file {path} cannot be written ({error.strerror}). Choose another place.",
        ) from None
