"""The command line of Fristvagt: one thin function a command.

Exit codes: 0 fine, 1 something the user can mend, 2 differences found. What a command does
is in `flows`; heavy libraries are imported by the command that needs them.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.mistakes import UserMistake
from flows.settings import asked_language, read_settings
from flows.spoken import SpokenCommand, SpokenGroup, spoken_in
from flows.usage_words import usage_mistake
from flows.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

FINE, MISTAKE, DIFFERENT = 0, 1, 2

group = partial(typer.Typer, cls=SpokenGroup, rich_markup_mode=None, add_completion=False)
app = group(help="Watch over the deadlines of casework with children and families.")
rules_group = group(help="Check and test rule files.")
app.add_typer(rules_group, name="rules")
command = partial(app.command, cls=SpokenCommand)
rules_command = partial(rules_group.command, cls=SpokenCommand)

RulesFolder = Annotated[
    Path | None,
    typer.Option("--rules", help="The folder with vocabulary.yaml and rule files."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write for machines.")]


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


@command("sample")
def sample(
    folder: Annotated[Path, typer.Argument(help="Where to write the extract.")],
    cases: Annotated[int, typer.Option(help="How many cases are open, about.")] = 400,
    seed: Annotated[int, typer.Option(help="Which municipality: another number, another one.")] = 1,
    at: Annotated[str, typer.Option(help="The day it has lived on to, as 2026-11-21.")] = "",
) -> None:
    """Write the extract of an invented municipality."""
    from flows.clock import now
    from flows.moments import read_day
    from flows.progress import progress_bar
    from flows.rule_folder import good_book
    from flows.sample import write_sample
    from rules.dates import day_of

    settings = read_settings()
    with progress_bar(say("Cases", settings.language), cases) as progress:
        rows = write_sample(
            folder,
            cases=cases,
            seed=seed,
            at=read_day(at) if at else day_of(now()),
            vocabulary=good_book(settings.rules).vocabulary,
            progress=progress,
        )
    for name, number in rows.items():
        typer.echo(f"{number:9,}  {name}")


@rules_command("check")
def rules_check(rules: RulesFolder = None, as_json: AsJson = False) -> None:
    """Find the mistakes in rule files and show where they stand."""
    from flows.rule_folder import load_folder
    from flows.rule_report import check_json, check_text, has_errors

    settings = read_settings()
    loaded = load_folder(rules or settings.rules)
    if as_json:
        _write_json(check_json(loaded, settings.language))
    else:
        typer.echo(check_text(loaded, settings.language))
    raise typer.Exit(MISTAKE if has_errors(loaded) else FINE)


@rules_command("test")
def rules_test(rules: RulesFolder = None, as_json: AsJson = False) -> None:
    """Run the tests written in rule files and show why one fails."""
    from flows.rule_folder import load_folder, read_folder
    from flows.rule_report import trial_json, trial_text
    from rules.trial import run_tests

    settings = read_settings()
    folder = rules or settings.rules
    loaded = load_folder(folder)
    if loaded.book is None:
        rules_check(folder, as_json)
        return
    trial = run_tests(loaded.book, settings.language)
    if as_json:
        _write_json(trial_json(trial))
    else:
        typer.echo(trial_text(trial, read_folder(folder), settings.language))
    raise typer.Exit(MISTAKE if trial.failures else FINE)


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


def _write_json(answer: object) -> None:
    typer.echo(json.dumps(answer, ensure_ascii=False, default=str))


def _usage(error: Any, language: str) -> str:
    sentence = usage_mistake(error.format_message(), language)
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "fristvagt"
    return f"{sentence} {say('See {command} --help.', language, command=path)}"


if __name__ == "__main__":
    main()
