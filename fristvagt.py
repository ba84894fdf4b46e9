"""The command line of Fristvagt: one thin function a command.

Exit codes: 0 fine, 1 something the user can mend, 2 differences found. What a command does
is in `flows`; heavy libraries are imported by the command that needs them.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.mistakes import UserMistake
from flows.settings import asked_language
from flows.spoken import SpokenCommand, SpokenGroup, spoken_in
from flows.usage_words import usage_mistake
from flows.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

FINE, MISTAKE, DIFFERENT = 0, 1, 2

group = partial(typer.Typer, cls=SpokenGroup, rich_markup_mode=None, add_completion=False)
app = group(help="Watch over the deadlines of casework with children and families.")
command = partial(app.command, cls=SpokenCommand)


@app.callback(invoke_without_command=True)
def fristvagt(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Write the version and stop.")] = False,
) -> None:
    """Watch over the deadlines of casework with children and families."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"fristvagt {installed('fristvagt')}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command asked for and leave with its exit code. A mistake is one sentence."""
    language = asked_language()
    spoken = spoken_in(typer.main.get_command(app), language)
    try:
        code = spoken(arguments, prog_name="fristvagt", standalone_mode=False, obj=language)
    except UserMistake as mistake:
        typer.echo(mistake.message(language), err=True)
        code = MISTAKE
    except typer.TyperException as error:
        typer.echo(_usage(error, language), err=True)
        code = MISTAKE
    sys.exit(code or FINE)


def _usage(error: Any, language: str) -> str:
    sentence = usage_mistake(error.format_message(), language)
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "fristvagt"
    return f"{sentence} {say('See {command} --help.', language, command=path)}"


if __name__ == "__main__":
    main()
