"""The commands that preview and activate rules: `rules plan`, `activate`, `history`, `rollback`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.clock import now
from flows.commands.moments import read_day
from flows.commands.progress import progress_bar
from flows.commands.spoken import SpokenCommand
from flows.commands.terminal import chosen_settings, write_json
from flows.keeping.machine_user import machine_user
from flows.mistakes import UserMistake
from flows.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from flows.mistakes import Language
    from flows.rule_book.activate import Activated, Approval
    from flows.rule_book.plan import Plan

FINE, MISTAKE, DIFFERENT = 0, 1, 2

LISTS = ("overdue", "moved", "mails")

AsJson = Annotated[bool, typer.Option("--json", help="Write for machines.")]
RulesFolder = Annotated[
    Path | None,
    typer.Option("--rules", help="The folder with vocabulary.yaml and rule files."),
]
Accepted = Annotated[
    int,
    typer.Option("--accept-overdue", min=0, help="How many deadlines may become overdue by it."),
]
AcceptedMails = Annotated[
    int,
    typer.Option(
        "--accept-mails", min=0, help="How many reminders may come at once or not be sent by it."
    ),
]
By = Annotated[str, typer.Option("--by", help="Who decides it. Else: the user of this machine.")]
Why = Annotated[str, typer.Option("--why", help="Why, for the history.")]


def add_activation_commands(group: typer.Typer) -> None:
    """Give the group `rules` the commands of this module."""
    command = partial(group.command, cls=SpokenCommand)
    command("plan")(rules_plan)
    command("activate")(rules_activate)
    command("history")(rules_history)
    command("rollback")(rules_rollback)


def rules_plan(
    rules: RulesFolder = None,
    rows: Annotated[
        str, typer.Option("--list", help="Every deadline instead: overdue, moved or mails.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show what changed rule files would do to the cases and to people's mail; change nothing."""
    from flows.opening import open_house
    from flows.rule_book.plan import make_plan

    if rows and rows not in LISTS:
        raise UserMistake(
            da=f"»{rows}« kan ikke vises. Skriv --list overdue, moved eller mails.",
            en=f'"{rows}" cannot be listed. Write --list overdue, moved or mails.',
        )
    settings = chosen_settings()
    engine = open_house(settings)
    with _progress(engine, settings.language) as progress:
        plan = make_plan(
            engine, rules or settings.rules, now(), settings.language, progress=progress
        )
    if rows:
        _write_rows(engine, plan, rows, settings.language, as_json=as_json)
    else:
        _write_plan(plan, settings.language, as_json=as_json)
    if not plan.is_good:
        raise typer.Exit(MISTAKE)
    raise typer.Exit(FINE if plan.seen is None else DIFFERENT)


def rules_activate(
    plan: Annotated[Path, typer.Argument(help="The file that `rules plan` saved.")],
    accept_overdue: Accepted = 0,
    accept_mails: AcceptedMails = 0,
    why: Why = "",
    by: By = "",
    shadow: Annotated[
        list[str] | None,
        typer.Option(help="A new rule to try in silence; may be given several times."),
    ] = None,
    until: Annotated[str, typer.Option(help="The last day of the silence, as 2026-12-31.")] = "",
    rules: RulesFolder = None,
) -> None:
    """Put exactly what a saved plan promises in force."""
    from flows.opening import open_house
    from flows.rule_book.activate import activate_plan

    settings = chosen_settings()
    engine = open_house(settings)
    approval = _approval(by, why, accept_overdue, accept_mails)
    last = read_day(until) if until else None
    folder = rules or settings.rules
    with _progress(engine, settings.language) as progress:
        done = activate_plan(engine, plan, folder, approval, shadow or (), last, progress=progress)
    _write_activated(done, settings.language)


def rules_rollback(
    accept_overdue: Accepted = 0,
    accept_mails: AcceptedMails = 0,
    why: Why = "",
    by: By = "",
) -> None:
    """Put the previous rule book in force again."""
    from flows.opening import open_house
    from flows.rule_book.activate import roll_back

    settings = chosen_settings()
    engine = open_house(settings)
    approval = _approval(by, why, accept_overdue, accept_mails)
    with _progress(engine, settings.language) as progress:
        done = roll_back(engine, approval, progress=progress)
    _write_activated(done, settings.language)


def rules_history(as_json: AsJson = False) -> None:
    """List which rule books have been in force: since when, by whom, and why."""
    from flows.commands.activation_text import activation_json, activation_line
    from flows.opening import open_house
    from models.activations import activations
    from models.database import reading

    settings = chosen_settings()
    with reading(open_house(settings)) as connection:
        found = activations(connection)
    for one in found:
        if as_json:
            write_json(activation_json(one))
        else:
            typer.echo(activation_line(one, settings.language))


def _write_plan(plan: Plan, language: Language, *, as_json: bool) -> None:
    """Write a plan, and save it when it may be activated."""
    from flows.commands.plan_text import plan_text
    from flows.rule_book.plan import save
    from flows.rule_book.plan_file import plan_json
    from flows.rule_book.plan_words import word
    from rules.spoken_dates import short_moment

    since = plan.in_force.activation.at
    if plan.seen is None:
        if as_json:
            write_json({"rules": [], "overdue": 0, "saved_as": None})
        else:
            typer.echo(word("no difference", language, since=short_moment(since, language)))
        return
    file = save(plan, Path()) if plan.is_good else None
    if as_json:
        saved = file.name if file is not None else None
        write_json(plan_json(plan.seen, plan.checks) | {"saved_as": saved})
        return
    before, after = plan.in_force.book, plan.after
    typer.echo(plan_text(plan.seen, before, after, since, plan.checks, language))
    if file is None:
        typer.echo(word("not saved", language))
        return
    typer.echo(word("saved", language, file=file.name))
    needed = plan.seen.mailing().to_accept
    mails = word("accept mails", language, number=needed) if needed else ""
    names = {"file": file.name, "overdue": plan.seen.overdue, "mails": mails}
    typer.echo("  " + word("command", language, **names))


def _write_rows(
    engine: Engine, plan: Plan, rows: str, language: Language, *, as_json: bool
) -> None:
    """Write the deadlines that become overdue, or that move; or the mails by rule and role."""
    from flows.commands.plan_text import mail_rows, rows_text
    from flows.keeping.access import LISTED, log_look
    from flows.rule_book.plan_file import row_json

    effects = plan.seen.effects if plan.seen is not None else ()
    if rows == "mails":
        for mails in mail_rows(effects):
            text = "{rule:<40} {role:<18} {before:>7} -> {after:>7}".format(**mails)
            if as_json:
                write_json(mails)
            else:
                typer.echo(text)
        return
    found = [
        row
        for effect in effects
        for row in (effect.newly_overdue if rows == "overdue" else effect.moved)
    ]
    asked = f"rules plan --list {rows}"
    log_look(engine, LISTED, [row.case for row in found], machine_user(), now(), asked)
    if as_json:
        for row in found:
            write_json(row_json(row))
    elif found:
        typer.echo(rows_text(found, language))


def _write_activated(done: Activated, language: Language) -> None:
    from flows.rule_book.plan_words import word
    from rules.spoken_dates import short_day

    names = {"book": done.sha256[:12], "previous": done.previous[:12]}
    typer.echo(word("activated", language, overdue=done.overdue, **names))
    for shadow in done.shadows:
        day = short_day(shadow.until_on, language)
        typer.echo(word("shadow", language, rule=shadow.rule, day=day))


def _approval(by: str, why: str, accepted: int, accepted_mails: int) -> Approval:
    from flows.rule_book.activate import Approval

    if not why.strip():
        raise UserMistake(
            da='Skriv, hvorfor reglerne ændres: --why "BR-beslutning 12. november 2026, pkt. 7". '
            "Det står i historikken.",
            en='Write why the rules are changed: --why "Council decision 12 November 2026, item '
            '7". It is kept in the history.',
        )
    return Approval(by.strip() or machine_user(), why.strip(), accepted, now(), accepted_mails)


@contextmanager
def _progress(engine: Engine, language: Language) -> Iterator[Callable[[int], None]]:
    from models.database import reading
    from models.looking import cases_to_look_at

    with reading(engine) as connection:
        number = len(cases_to_look_at(connection, None))
    with progress_bar(say("Cases", language), number) as progress:
        yield progress
