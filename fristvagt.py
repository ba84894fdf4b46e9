"""The command line of Fristvagt: one thin function a command.

Exit codes: 0 fine, 1 something the user can mend, 2 differences found. What a command does
is in `flows`; heavy libraries are imported by the command that needs them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from flows.clock import now
from flows.mistakes import UserMistake
from flows.moments import read_day, read_moment
from flows.progress import progress_bar
from flows.settings import Settings, asked_language, read_settings, require_mail
from flows.spoken import SpokenCommand, SpokenGroup, spoken_in
from flows.usage_words import usage_mistake
from flows.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from rules.book import Book

FINE, MISTAKE, DIFFERENT = 0, 1, 2
DEMO = Path("demo")

group = partial(typer.Typer, cls=SpokenGroup, rich_markup_mode=None, add_completion=False)
app = group(help="Watch over the deadlines of casework with children and families.")
rules_group = group(help="Check and test rule files.")
command = partial(app.command, cls=SpokenCommand)
rules_command = partial(rules_group.command, cls=SpokenCommand)

At = Annotated[str, typer.Option(help="A day, or a day and a time: 2026-11-21 09:00. Else: now.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write for machines.")]
RulesFolder = Annotated[
    Path | None,
    typer.Option("--rules", help="The folder with vocabulary.yaml and rule files."),
]


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
    from flows.rule_folder import good_book
    from flows.sample import write_sample
    from rules.dates import day_of

    settings = read_settings()
    vocabulary = good_book(settings.rules).vocabulary
    day = read_day(at) if at else day_of(now())
    with progress_bar(say("Cases", settings.language), cases) as progress:
        rows = write_sample(
            folder, cases=cases, seed=seed, at=day, vocabulary=vocabulary, progress=progress
        )
    _write_counts(rows)


@command("migrate")
def migrate() -> None:
    """Give the database the tables of this version."""
    from flows.opening import not_ours, open_reachable
    from models.schema import NewerDatabase, SchemaState
    from models.schema import migrate as bring_up_to_date

    settings = read_settings()
    try:
        before = bring_up_to_date(open_reachable(settings))
    except NewerDatabase as newer:
        raise not_ours(newer.state) from None
    if before is SchemaState.CURRENT:
        typer.echo(say("The database was up to date.", settings.language))
    else:
        typer.echo(say("The database is up to date now.", settings.language))


@command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="The folder of the extract.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; show what would change.")
    ] = False,
    accept_closed: Annotated[
        bool, typer.Option(help="Accept that more than a fifth of the cases were closed at once.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take in an extract of the case system."""
    from flows.import_extract import import_extract
    from flows.import_text import import_text

    settings = read_settings()
    engine, book, moment = _house(settings, "")
    result = import_extract(
        engine,
        folder,
        book.vocabulary,
        moment,
        dry_run=dry_run,
        accept_closed=accept_closed,
        language=settings.language,
    )
    if as_json:
        _write_json(result.as_json())
    else:
        typer.echo(import_text(result, settings.language), err=result.state == "refused")
    raise typer.Exit(MISTAKE if result.state == "refused" else FINE)


@command("run")
def run(at: At = "") -> None:
    """Take in a new extract, decide, and send what is due, once. What a cron job calls."""
    from flows.opening import open_house
    from flows.run import run as run_once

    settings = read_settings()
    require_mail(settings)
    ran = run_once(open_house(settings), settings, _clock(at))
    for notice in ran.notices:
        typer.echo(notice.message(settings.language), err=True)
    _write_counts(ran.counts)


@command("evaluate")
def evaluate(
    everything: Annotated[bool, typer.Option("--all", help="Look at every case.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Write nothing; show what would be decided otherwise.")
    ] = False,
    at: At = "",
    as_json: AsJson = False,
) -> None:
    """Decide every case that may have changed."""
    from flows.evaluate import evaluate_open_cases
    from models.looking import cases_to_look_at

    settings = read_settings()
    engine, book, moment = _house(settings, at)
    with engine.connect() as connection:
        refs = cases_to_look_at(connection, None if everything or verify else moment)
    with progress_bar(say("Cases", settings.language), len(refs)) as progress:
        if verify:
            _verify(engine, book, moment, settings.language, progress, as_json)
        counts = evaluate_open_cases(
            engine,
            book,
            moment,
            everything=everything,
            language=settings.language,
            progress=progress,
        )
    _write_counts(counts, as_json)


@command("deliver")
def deliver(at: At = "") -> None:
    """Build the mails that are owed and hand them to the mail server."""
    from flows.compose import build_messages
    from flows.deliver import deliver as hand_over

    settings = read_settings()
    require_mail(settings)
    engine, _, moment = _house(settings, at)
    built = build_messages(engine, settings, moment)
    delivery = hand_over(engine, settings, _clock(at))
    _write_counts(built + delivery.counts)
    if delivery.fault is not None:
        raise delivery.fault


@command("digest")
def digest(at: At = "") -> None:
    """Build the week's digest for each team leader; `deliver` sends it."""
    from flows.digest import send_digests

    settings = read_settings()
    require_mail(settings)
    engine, book, moment = _house(settings, at)
    _write_counts(send_digests(engine, book, settings, moment))


@command("deadlines")
def deadlines(
    at: At = "",
    case: Annotated[str, typer.Option(help="Only this case.")] = "",
    person: Annotated[str, typer.Option(help="Only this caseworker.")] = "",
    team: Annotated[str, typer.Option(help="Only this team.")] = "",
    status: Annotated[
        list[str] | None, typer.Option(help="Only this status; may be given several times.")
    ] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write for a spreadsheet.")] = False,
    xlsx: Annotated[Path | None, typer.Option(help="Write an Excel file of this name.")] = None,
) -> None:
    """List the deadlines, most pressing first."""
    from flows.deadline_list import by_urgency, list_deadlines
    from flows.tables import csv_text, deadlines_table, read_statuses, write_xlsx
    from models.database import reading
    from models.deadlines import Wanted

    settings = read_settings()
    wanted = Wanted(case, person, team, read_statuses(status or []))
    engine, book, moment = _house(settings, at)
    with reading(engine) as connection:
        lines = list_deadlines(connection, book, moment, wanted, as_stored=not at)
        if as_json:
            for line in lines:
                _write_json(line.as_json())
            return
        found = sorted(lines, key=by_urgency)
    if xlsx is not None:
        write_xlsx(xlsx, [line.as_json() for line in found])
    elif as_csv:
        typer.echo(csv_text([line.as_json() for line in found]), nl=False)
    else:
        typer.echo(deadlines_table(found, book, settings.language))


@command("explain")
def explain(
    case: Annotated[str, typer.Argument(help="The case, or a caseworker or team.")],
    rule: Annotated[str, typer.Argument(help="The rule; else every rule that applies.")] = "",
    at: At = "",
    as_json: AsJson = False,
) -> None:
    """Show why a deadline is what it is."""
    from flows.explain import as_json as for_machines
    from flows.explain import explain as explained
    from flows.explain_text import explanation_text
    from models.database import reading

    settings = read_settings()
    engine, book, moment = _house(settings, at)
    with reading(engine) as connection:
        found = explained(connection, book, case, moment, settings.language, rule)
    for one in found:
        if as_json:
            _write_json(for_machines(one))
        else:
            typer.echo(explanation_text(one, book.vocabulary, settings.language))


@command("demo")
def demo(
    cases: Annotated[int, typer.Option(help="How many cases are open, about.")] = 400,
    days: Annotated[int, typer.Option(help="How many days to live.")] = 60,
    folder: Annotated[Path, typer.Option(help="Where to leave the mails and the page.")] = Path(
        "demo"
    ),
) -> None:
    """Live some weeks of an invented municipality; leaves its mails and a page to read them on."""
    from flows.demo import result_text, run_demo

    language = asked_language()
    with progress_bar(say("Days", language), days) as progress:
        result = run_demo(folder, cases=cases, days=days, language=language, progress=progress)
    typer.echo(result_text(result, language))


@command("serve")
def serve() -> None:
    """Watch and send until told to stop: the clock and the sender."""
    import os

    from flows.opening import open_house
    from flows.rule_folder import book_in_force
    from flows.serve import log_to_stderr, stop_on_signals
    from flows.serve import serve as watch

    settings = read_settings()
    require_mail(settings)
    engine = open_house(settings)
    book_in_force(engine, settings.rules, now())
    log_to_stderr()
    if not watch(engine, settings, now, stop_on_signals()):
        os._exit(FINE)  # a thread is still busy, and Python would wait for it


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


app.add_typer(rules_group, name="rules")


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


def _house(settings: Settings, at: str) -> tuple[Engine, Book, datetime]:
    """Return the database, the rule book in force, and the moment asked about."""
    from flows.opening import open_house
    from flows.rule_folder import book_in_force

    moment = _clock(at)()
    engine = open_house(settings)
    in_force = book_in_force(engine, settings.rules, moment)
    if in_force.trouble is not None:
        typer.echo(in_force.trouble.message(settings.language), err=True)
        typer.echo(say("The last good rule book decides.", settings.language), err=True)
    return engine, in_force.book, moment


def _clock(at: str) -> Callable[[], datetime]:
    """Return the real clock, or one that stands at the moment asked about."""
    if not at:
        return now
    moment = read_moment(at)
    return lambda: moment


def _verify(
    engine: Engine,
    book: Book,
    at: datetime,
    language: str,
    progress: Callable[[int], None],
    as_json: bool,
) -> NoReturn:
    from flows.tables import difference_text
    from flows.verify import verify

    found = verify(engine, book, at, progress)
    for difference in found.different:
        if as_json:
            _write_json(difference.as_json())
        else:
            typer.echo(difference_text(difference))
    if not as_json:
        said = "{cases} cases recomputed, {waiting} wait to be evaluated, {different} differences"
        numbers = {"cases": found.cases, "waiting": found.waiting}
        typer.echo(say(said, language, different=len(found.different), **numbers))
    raise typer.Exit(DIFFERENT if found.different else FINE)


def _write_counts(counts: Mapping[str, int], as_json: bool = False) -> None:
    from flows.tables import counts_table

    if as_json:
        _write_json(dict(counts))
    elif counts:
        typer.echo(counts_table(counts))


def _write_json(answer: object) -> None:
    typer.echo(json.dumps(answer, ensure_ascii=False, default=str))


def _usage(error: Any, language: str) -> str:
    sentence = usage_mistake(error.format_message(), language)
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "fristvagt"
    return f"{sentence} {say('See {command} --help.', language, command=path)}"


if __name__ == "__main__":
    main()
