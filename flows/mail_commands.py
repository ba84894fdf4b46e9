"""The commands about mails themselves: `mail preview` and `bounces`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from flows.clock import now
from flows.mistakes import UserMistake
from flows.spoken import SpokenCommand
from flows.terminal import chosen_settings, write_counts

AsJson = Annotated[bool, typer.Option("--json", help="Write for machines.")]


def add_mail_commands(app: typer.Typer) -> None:
    """Give the command line the commands of this module."""
    command = partial(app.command, cls=SpokenCommand)
    command("bounces")(bounces)


def bounces(as_json: AsJson = False) -> None:
    """Read the bounce box now; `run` and `serve` do it every five minutes."""
    from flows.bounces import read_bounces
    from flows.opening import open_house

    settings = chosen_settings()
    if not settings.bounces:
        raise UserMistake(
            da="FRISTVAGT_BOUNCES er ikke sat. Skriv en Maildir-mappe eller "
            "imaps://BRUGER:KODE@VÆRT/INBOX.",
            en="FRISTVAGT_BOUNCES is not set. Write a Maildir folder or "
            "imaps://USER:PASSWORD@HOST/INBOX.",
        )
    write_counts(read_bounces(open_house(settings), settings, now()), as_json=as_json)
