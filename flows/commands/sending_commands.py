"""The commands that send what is due: all that cron needs at once, and its steps alone."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from flows.clock import now
from flows.commands.spoken import SpokenCommand
from flows.commands.terminal import chosen_settings, clock_at, enter, write_counts
from flows.service.stopping import stop_on_signals

At = Annotated[str, typer.Option(help="A day, or a day and a time: 2026-11-21 09:00. Else: now.")]


def add_sending_commands(app: typer.Typer) -> None:
    """Give the command line the commands of this module."""
    command = partial(app.command, cls=SpokenCommand)
    command("run")(run)
    command("deliver")(deliver)
    command("digest")(digest)


def run(at: At = "") -> None:
    """Take in a new extract, work out the deadlines, and send what is due; once, as cron does."""
    from flows.opening import open_house
    from flows.run import run as run_once
    from flows.service.pings import Caller, failure_told, tell_after_run

    settings = chosen_settings(for_mail=True)
    watcher = Caller("" if at else settings.ping_url)  # another moment is no run of the day
    with failure_told(watcher, now()), stop_on_signals() as stop:
        engine = open_house(settings)
        ran = run_once(engine, settings, clock_at(at), stopping=stop.is_set)
    tell_after_run(watcher, engine, now())
    for notice in ran.notices:
        typer.echo(notice.message(settings.language), err=True)
    if any(ran.counts.values()):  # cron mails every word, and most runs have nothing to do
        write_counts(ran.counts, settings.language)


def deliver(at: At = "") -> None:
    """Build the mails that are owed and hand them to the mail server."""
    from flows.composing.compose import build_messages
    from flows.deliver import deliver as hand_over

    settings = chosen_settings(for_mail=True)
    engine, _, moment = enter(settings, at)
    with stop_on_signals() as stop:
        built = build_messages(engine, settings, moment)
        delivery = hand_over(engine, settings, clock_at(at), stopping=stop.is_set)
    write_counts(built + delivery.counts, settings.language)
    if delivery.fault is not None:
        raise delivery.fault


def digest(at: At = "") -> None:
    """Build the week's digest for each team leader; `deliver` sends it."""
    from flows.digest import send_digests

    settings = chosen_settings(for_mail=True)
    engine, book, moment = enter(settings, at)
    write_counts(send_digests(engine, book, settings, moment), settings.language)
