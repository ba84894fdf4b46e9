"""The help pages of the command line in the reader's language."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

from flows.words import DANISH, say

# what the parser itself writes on a help page
HEADINGS = (
    ("Usage: ", "Sådan: "),
    ("\nArguments:\n", "\nDet skal stå der:\n"),
    ("\nOptions:\n", "\nDet kan tilføjes:\n"),
    ("\nCommands:\n", "\nKommandoer:\n"),
    ("[OPTIONS]", "[TILFØJELSER]"),
    ("COMMAND [ARGS]...", "KOMMANDO ..."),
    ("[default: ", "[ellers: "),
    ("[required]", "[skal stå der]"),
    ("Show this message and exit.", "Vis denne hjælp."),
)


def spoken_in(command: Any, language: str) -> Any:
    """Return the command with every help text in the language, subcommands and options too."""
    if command.help:
        command.help = say(command.help, language)
    for parameter in command.params:
        if parameter.help in DANISH:
            parameter.help = say(parameter.help, language)
    for below in getattr(command, "commands", {}).values():
        spoken_in(below, language)
    return command


class SpokenCommand(TyperCommand):
    """A command whose help page speaks the language in the context's `obj`."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        return _page(super().get_help(ctx), ctx.find_root().obj)


class SpokenGroup(TyperGroup):
    """A group of commands whose help page speaks the language in the context's `obj`."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        return _page(super().get_help(ctx), ctx.find_root().obj)


def _page(page: str, language: str) -> str:
    if language != "da":
        return page
    for english, danish in HEADINGS:
        page = page.replace(english, danish)
    return page
