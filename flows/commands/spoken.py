"""The help pages of the command line in the reader's language."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

from flows.words import DANISH, say

# what the parser itself writes on a help page
HEADINGS = (
    ("Usage: ", "Brug: "),
    ("\nArguments:\n", "\nAngiv:\n"),
    ("\nOptions:\n", "\nTilvalg:\n"),
    ("\nCommands:\n", "\nKommandoer:\n"),
    ("[OPTIONS]", "[TILVALG]"),
    ("COMMAND [ARGS]...", "KOMMANDO ..."),
    ("[default: ", "[ellers: "),
    ("[required]", "[skal angives]"),
    ("Show this message and exit.", "Vis denne hjælp."),
)

PLACES = {
    "accept_mails": ("ANTAL", "NUMBER"),
    "accept_overdue": ("ANTAL", "NUMBER"),
    "as_known_on": ("DAG", "DAY"),
    "asked": ("SAG|PERSON", "CASE|PERSON"),
    "at": ("TIDSPUNKT", "MOMENT"),
    "by": ("PERSON", "PERSON"),
    "case": ("SAG", "CASE"),
    "cases": ("ANTAL", "NUMBER"),
    "code": ("KODE", "CODE"),
    "day": ("DAG", "DAY"),
    "days": ("ANTAL", "NUMBER"),
    "file": ("FIL", "FILE"),
    "folder": ("MAPPE", "FOLDER"),
    "html": ("FIL", "FILE"),
    "ics": ("FIL", "FILE"),
    "keep": ("ANTAL", "NUMBER"),
    "language": ("SPROG", "LANGUAGE"),
    "mail": ("NUMMER", "ID"),
    "must": ("HVAD", "WHAT"),
    "name": ("NAVN", "NAME"),
    "person": ("PERSON", "PERSON"),
    "plan": ("PLAN", "PLAN"),
    "record": ("HVAD", "WHAT"),
    "rows": ("HVAD", "WHAT"),
    "rule": ("REGEL", "RULE"),
    "rules": ("MAPPE", "FOLDER"),
    "sample": ("ADRESSE", "ADDRESS"),
    "seed": ("TAL", "NUMBER"),
    "shadow": ("REGLER", "RULES"),
    "since": ("DAG", "DAY"),
    "source": ("KILDE", "SOURCE"),
    "start": ("DAG", "DAY"),
    "state": ("STATUS", "STATE"),
    "status": ("STATUS", "STATUS"),
    "target": ("STED", "PLACE"),
    "team": ("TEAM", "TEAM"),
    "until": ("DAG", "DAY"),
    "when": ("FRIST", "TIME"),
    "why": ("TEKST", "TEXT"),
    "xlsx": ("FIL", "FILE"),
}
"""What stands on a help page where a value is to be written, by the name of the parameter."""

# the parser writes the type of an argument, and how many there are, in signs of its own
TYPE = re.compile(r"(?<= )<[a-z]+>")
REQUIRED = re.compile(r"\{([^}]+)\}")
BOUNDS = re.compile(r"; x>=\d+(?=\])")


def spoken_in(command: Any, language: str) -> Any:
    """Return the command with every help text in the language, subcommands and options too."""
    if command.help:
        command.help = say(command.help, language)
        # whole, or the list of commands breaks it off in the middle
        command.short_help = command.help
    for parameter in command.params:
        if parameter.help in DANISH:
            parameter.help = say(parameter.help, language)
        if parameter.name in PLACES:
            parameter.metavar = PLACES[parameter.name][0 if language == "da" else 1]
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
    usage, line, rest = page.partition("\n")
    # as many blanks, so that what stands beside it stays in its column
    page = REQUIRED.sub(r"\1", usage) + line + TYPE.sub(lambda one: " " * len(one[0]), rest)
    page = BOUNDS.sub("", page)
    for english, danish in HEADINGS if language == "da" else ():
        page = page.replace(english, danish)
    return page
