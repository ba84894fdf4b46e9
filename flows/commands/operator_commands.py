"""The commands for the operator: `status` and `doctor`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from flows.clock import now
from flows.commands.spoken import SpokenCommand
from flows.commands.terminal import chosen_settings, write_json

FINE, WRONG = 0, 1

AsJson = Annotated[bool, typer.Option("--json", help="Write for machines.")]


def add_operator_commands(app: typer.Typer) -> None:
    """Give the command line the commands of this module."""
    command = partial(app.command, cls=SpokenCommand)
    command("status")(status)
    command("doctor")(doctor)


def status(as_json: AsJson = False) -> None:
    """Show how everything stands: the service, the data, the mails, the last runs and the next."""
    from flows.examining.standing import standing
    from flows.examining.status_text import is_well, status_json, status_text
    from flows.opening import open_existing

    settings = chosen_settings()
    found = standing(open_existing(settings), settings, now())
    if as_json:
        write_json(status_json(found))
    else:
        typer.echo(status_text(found, settings.language))
    raise typer.Exit(FINE if is_well(found) else WRONG)


def doctor(
    mail: Annotated[
        bool, typer.Option("--mail", help="The mail server, the bounce box and the DNS too.")
    ] = False,
    sample: Annotated[
        str, typer.Option(help="Send a mail without any case to this address as well.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Examine the installation; say what is wrong and what to do about it."""
    from flows.examining.doctor import examine
    from flows.examining.findings import Level, worst
    from flows.examining.findings_text import findings_text

    settings = chosen_settings()
    findings = examine(settings, now(), mail=mail, sample=sample)
    if as_json:
        write_json([finding.as_json() for finding in findings])
    else:
        typer.echo(findings_text(findings, settings.language))
    raise typer.Exit(WRONG if worst(findings) is Level.WRONG else FINE)
