"""The command line of Fristvagt: one thin function a command.

Exit codes: 0 fine, 1 something the user can mend, 2 differences found. What a command does
is in `flows`; heavy libraries are imported by the command that needs them.
"""

from __future__ import annotations

import logging
import sys
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.clock import now
from flows.commands.activation_commands import add_activation_commands
from flows.commands.keeping_commands import add_keeping_commands
from flows.commands.mail_commands import add_mail_commands
from flows.commands.moments import read_day, read_moment
from flows.commands.mute_commands import add_mute_commands
from flows.commands.operator_commands import add_operator_commands
from flows.commands.outbox_commands import add_outbox_commands
from flows.commands.progress import progress_bar
from flows.commands.rule_commands import add_rule_commands
from flows.commands.sending_commands import add_sending_commands
from flows.commands.spoken import SpokenCommand, SpokenGroup, spoken_in
from flows.commands.terminal import (
    chosen_settings,
    database_errors,
    database_sentence,
    enter,
    usage_sentence,
    write_counts,
    write_json,
    write_verification,
)
from flows.environment import asked_language
from flows.keeping.machine_user import machine_user
from flows.mistakes import UserMistake
from flows.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

FINE, MISTAKE, DIFFERENT = 0, 1, 2
DEMO = Path("demo")

group = partial(typer.Typer, cls=SpokenGroup, rich_markup_mode=None, add_completion=False)
app = group(help="Watch over the deadlines of casework with children and families.")
rules_group = group(help="Check, test and read rule files.")
command = partial(app.command, cls=SpokenCommand)

At = Annotated[str, typer.Option(help="A day, or a day and a time: 2026-11-21 09:00. Else: now.")]
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
    from flows.rule_book.rule_folder import good_book
    from flows.sample.files import newest_extract_on
    from flows.sample.municipality import write_sample

    settings = chosen_settings()
    vocabulary = good_book(settings.rules).vocabulary
    day = read_day(at) if at else newest_extract_on(now())
    with progress_bar(say("Cases", settings.language), cases) as progress:
        rows = write_sample(
            folder, cases=cases, seed=seed, at=day, vocabulary=vocabulary, progress=progress
        )
    files = {name if name == "open" else f"{name}.csv": number for name, number in rows.items()}
    write_counts(files, settings.language)


@command("migrate")
def migrate() -> None:
    """Give the database the tables of this version."""
    from flows.opening import not_ours, open_reachable
    from models.schema import NewerDatabase, SchemaState
    from models.schema import migrate as bring_up_to_date

    settings = chosen_settings()
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
        bool,
        typer.Option(
            "--accept-closed",
            help="Accept that more than a fifth of the cases were closed at once.",
        ),
    ] = False,
    with_rows: Annotated[
        bool, typer.Option("--rows", help="Name the rows that differ, the first of each file.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take in an extract of the case system."""
    from flows.commands.import_text import import_text
    from flows.extract.import_extract import import_extract

    settings = chosen_settings()
    engine, book, moment = enter(settings)
    result = import_extract(
        engine,
        folder,
        book.vocabulary,
        moment,
        dry_run=dry_run,
        accept_closed=accept_closed,
        with_rows=with_rows,
        language=settings.language,
    )
    if as_json:
        write_json(result.as_json())
    else:
        typer.echo(import_text(result, settings.language), err=result.state == "refused")
    raise typer.Exit(MISTAKE if result.state == "refused" else FINE)


@command("evaluate")
def evaluate(
    everything: Annotated[bool, typer.Option("--all", help="Look at every case.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Write nothing; show what would be decided otherwise.")
    ] = False,
    case: Annotated[str, typer.Option(help="Look at this case only.")] = "",
    at: At = "",
    as_json: AsJson = False,
) -> None:
    """Work out the deadlines of every case that may have changed, or of one."""
    from flows.deciding.verify import verify as recompute
    from flows.evaluate import evaluate_case, evaluate_open_cases
    from flows.keeping.access import COMPARED, log_look
    from models.looking import cases_to_look_at

    if case and (everything or verify):
        raise UserMistake(
            da="--case ser på én sag, --all og --verify på dem alle. Skriv enten det ene eller "
            "det andet.",
            en="--case looks at one case, --all and --verify at all of them. Write either one or "
            "the other.",
        )
    settings = chosen_settings()
    engine, book, moment = enter(settings, at)
    if case:
        counts = evaluate_case(engine, book, case, moment, settings.language)
        write_counts(counts, settings.language, as_json=as_json)
        return
    with engine.connect() as connection:
        refs = cases_to_look_at(connection, None if everything or verify else moment)
    with progress_bar(say("Cases", settings.language), len(refs)) as progress:
        if verify:
            found = recompute(engine, book, moment, progress)
            if found.different:
                cases = [one.case for one in found.different]
                log_look(engine, COMPARED, cases, machine_user(), now())
            write_verification(found, settings.language, as_json=as_json)
            raise typer.Exit(DIFFERENT if found.different else FINE)
        counts = evaluate_open_cases(
            engine,
            book,
            moment,
            everything=everything,
            language=settings.language,
            progress=progress,
        )
    write_counts(counts, settings.language, as_json=as_json)


@command("deadlines")
def deadlines(
    at: At = "",
    as_known_on: Annotated[
        str, typer.Option("--as-known-on", help="Only what was known, and in force, by that day.")
    ] = "",
    case: Annotated[str, typer.Option(help="Only this case.")] = "",
    person: Annotated[str, typer.Option(help="Only this caseworker.")] = "",
    team: Annotated[str, typer.Option(help="Only this team.")] = "",
    status: Annotated[
        list[str] | None, typer.Option(help="Only this status; may be given several times.")
    ] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write for a spreadsheet.")] = False,
    xlsx: Annotated[Path | None, typer.Option(help="Write an Excel file of this name.")] = None,
    ics: Annotated[Path | None, typer.Option(help="Write a calendar file of this name.")] = None,
) -> None:
    """List the deadlines, most pressing first."""
    from flows.commands.deadline_output import write_deadlines
    from flows.commands.tables import read_statuses
    from flows.deciding.deadline_list import by_urgency, list_deadlines
    from flows.keeping.access import EXPORTED, LISTED, filters, logged
    from flows.rule_book.rule_folder import book_as_of
    from models.database import reading
    from models.deadlines import Wanted

    settings = chosen_settings()
    wanted = Wanted(case, person, team, read_statuses(status or [], settings.language))
    engine, book, moment = enter(settings, at or as_known_on)
    known_by = read_moment(as_known_on) if as_known_on else None
    if known_by is not None:
        book = book_as_of(engine, known_by)
    taken_out = as_json or as_csv or xlsx is not None or ics is not None
    asked = filters(case=case, person=person, team=team, status=status, at=at or as_known_on)
    with reading(engine) as connection:
        lines = logged(
            list_deadlines(connection, book, moment, wanted, as_stored=not at, known_by=known_by),
            attrgetter("case"),
            engine,
            EXPORTED if taken_out else LISTED,
            machine_user(),
            now(),
            asked,
        )
        if as_json:
            for line in lines:
                write_json(line.as_json())
            return
        found = sorted(lines, key=by_urgency)
    language = settings.language
    write_deadlines(found, engine, book, language, moment, as_csv=as_csv, xlsx=xlsx, ics=ics)


@command("explain")
def explain(
    case: Annotated[str, typer.Argument(help="The case, or a caseworker or team.")],
    rule: Annotated[str, typer.Argument(help="The rule; else every rule that applies.")] = "",
    at: At = "",
    as_json: AsJson = False,
) -> None:
    """Show why a deadline is what it is."""
    from flows.commands.explain_text import explanation_text
    from flows.deciding.explain import as_json as for_machines
    from flows.deciding.explain import explain as explained
    from flows.keeping.access import READ, filters, log_look
    from models.database import reading

    settings = chosen_settings()
    engine, book, moment = enter(settings, at)
    with reading(engine) as connection:
        found = explained(connection, book, case, moment, settings.language, rule)
    log_look(engine, READ, [case], machine_user(), now(), filters(rule=rule, at=at))
    for one in found:
        if as_json:
            write_json(for_machines(one))
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
    """Live some weeks of an invented municipality; leave its mails and a page to read them on."""
    from flows.demo.first_look import result_text, run_demo

    language = asked_language()
    with progress_bar(say("Days", language), days) as progress:
        result = run_demo(folder, cases=cases, days=days, language=language, progress=progress)
    typer.echo(result_text(result, language))


@command("serve")
def serve() -> None:
    """Watch and send until told to stop: the clock and the sender."""
    import os
    from contextlib import nullcontext

    from flows.opening import open_house
    from flows.rule_book.rule_folder import book_in_force
    from flows.serve import serve as watch
    from flows.service.starting import require_start
    from flows.service.stopping import stop_on_signals
    from flows.settings import read_settings
    from flows.structured_log import start_logging

    settings = read_settings(for_mail=True)
    start_logging(settings.log)
    with require_start(settings, now()) or nullcontext() as port, stop_on_signals() as stop:
        engine = open_house(settings)
        book_in_force(engine, settings.rules, now())
        if not watch(engine, settings, now, stop, port=port):
            os._exit(FINE)  # a thread is still busy, and Python would wait for it


add_sending_commands(app)
add_keeping_commands(app)
add_mail_commands(app)
add_mute_commands(app)
add_outbox_commands(app)
add_operator_commands(app)
add_rule_commands(rules_group)
add_activation_commands(rules_group)
app.add_typer(rules_group, name="rules")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command asked for and leave with its exit code. A mistake is one sentence."""
    # what a command has to say it says itself; only a service keeps a log, and starts it
    logging.getLogger().addHandler(logging.NullHandler())
    language = asked_language()
    spoken = spoken_in(typer.main.get_command(app), language)
    try:
        code = spoken(arguments, prog_name="fristvagt", standalone_mode=False, obj=language)
    except UserMistake as mistake:
        typer.echo(mistake.message(language), err=True)
        code = MISTAKE
    except typer.TyperException as error:
        typer.echo(usage_sentence(error, language), err=True)
        code = MISTAKE
    except database_errors() as error:
        typer.echo(database_sentence(error, language), err=True)
        code = MISTAKE
    sys.exit(code or FINE)


if __name__ == "__main__":
    main()
