"""The commands about the outbox: `outbox list`, `show`, `release`, `cancel` and `count`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from flows.clock import now
from flows.commands.moments import read_day
from flows.commands.spoken import SpokenCommand, SpokenGroup
from flows.commands.terminal import chosen_settings, write_json
from flows.keeping.machine_user import machine_user
from flows.mistakes import UserMistake

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from flows.mistakes import Language
    from models.outbox_questions import MailSeen

FINE, MISTAKE, DIFFERENT = 0, 1, 2
LATELY_DAYS = 7

AsJson = Annotated[bool, typer.Option("--json", help="Write for machines.")]
By = Annotated[str, typer.Option("--by", help="Who decides it. Else: the user of this machine.")]
Why = Annotated[str, typer.Option("--why", help="Why, for the history.")]
MailNumber = Annotated[str, typer.Argument(help="The number at the mail's foot.")]


def add_outbox_commands(app: typer.Typer) -> None:
    """Give the command line the group `outbox`."""
    group = typer.Typer(
        cls=SpokenGroup,
        rich_markup_mode=None,
        add_completion=False,
        help="Look at the mails, and let them go or call them back.",
    )
    command = partial(group.command, cls=SpokenCommand)
    command("list")(outbox_list)
    command("show")(outbox_show)
    command("release")(outbox_release)
    command("cancel")(outbox_cancel)
    command("count")(outbox_count)
    app.add_typer(group, name="outbox")


def outbox_list(
    state: Annotated[str, typer.Option(help="Only mails in this state.")] = "",
    person: Annotated[str, typer.Option(help="Only mails to this person.")] = "",
    case: Annotated[str, typer.Option(help="Only mails about this case.")] = "",
    since: Annotated[str, typer.Option(help="Only from this day on, as 2026-11-21.")] = "",
    as_json: AsJson = False,
) -> None:
    """List mails, newest first; without options the unfinished, and the last week's lost ones."""
    from flows.commands.outbox_text import mail_json, mails_table
    from flows.examining.alarms import OPERATOR
    from flows.keeping.access import MAIL_SHOWN, filters, log_look
    from flows.known_names import require_known
    from flows.opening import open_house
    from models.database import reading
    from models.outbox import FALLBACK
    from models.outbox_questions import MailSought, mails
    from models.people import load_staff
    from rules.dates import day_of, shift_days, start_of

    settings = chosen_settings()
    engine, moment = open_house(settings), now()
    sought = MailSought(_states(state), person, case, start_of(read_day(since)) if since else None)
    if case:
        log_look(engine, MAIL_SHOWN, [case], machine_user(), moment, filters(case=case))
    with reading(engine) as connection:
        lately = start_of(shift_days(day_of(moment), -LATELY_DAYS))
        found, staff = mails(connection, sought, lately), load_staff(connection)
        if not found:
            nobody = {FALLBACK, OPERATOR}
            require_known(connection, case=case, person="" if person in nobody else person)
    if as_json:
        for mail in found:
            write_json(mail_json(mail))
    else:
        typer.echo(mails_table(found, staff, moment, settings.language))


def outbox_show(mail: MailNumber, as_json: AsJson = False) -> None:
    """Show a mail: why it is sent, what it carries, every try, and what happens next."""
    from flows.commands.outbox_text import story_json, story_text
    from flows.keeping.access import MAIL_SHOWN, log_look
    from flows.opening import open_house
    from models.database import reading
    from models.outbox_questions import cases_in, story
    from models.people import load_staff

    settings = chosen_settings()
    engine, moment = open_house(settings), now()
    found = _one_mail(engine, mail)
    with reading(engine) as connection:
        cases = cases_in(connection, [found.uuid])
        told, staff = story(connection, found), load_staff(connection)
    log_look(engine, MAIL_SHOWN, cases, machine_user(), moment, f"mail={found.short}")
    if as_json:
        write_json(story_json(told))
    else:
        typer.echo(story_text(told, staff, moment, settings.language))


def outbox_release(
    mail: Annotated[str, typer.Argument(help="The number at the mail's foot.")] = "",
    storm: Annotated[bool, typer.Option("--storm", help="All that the storm brake holds.")] = False,
    by: By = "",
    why: Why = "",
) -> None:
    """Let a held mail go again, or all that the storm brake holds."""
    from flows.opening import open_house
    from flows.owing.working_hours import worth_sending_until
    from flows.sending.outbox_words import word
    from models.database import writing
    from models.outbox_by_hand import release

    settings = chosen_settings()
    if bool(mail) == storm:
        raise UserMistake(
            da="Skriv enten mailens nummer (fristvagt outbox release 3f2a9c1b) eller --storm.",
            en="Write either the mail's number (fristvagt outbox release 3f2a9c1b) or --storm.",
        )
    engine, moment = open_house(settings), now()
    who = by.strip() or machine_user()
    if storm:
        with writing(engine) as connection:
            typer.echo(_release_storm(connection, who, why, settings.language))
        return
    found = _one_mail(engine, mail)
    until = worth_sending_until(settings, moment, any_hour=found.any_hour)
    with writing(engine) as connection:
        moved = release(connection, found.uuid, who, why.strip(), moment, until)
    if not moved:
        raise _not_held(found)
    typer.echo(word("released", settings.language, short=found.short))


def outbox_cancel(mail: MailNumber, why: Why = "", by: By = "") -> None:
    """Call back a mail that waits or is held; its reminders count as told by nobody."""
    from flows.opening import open_house
    from flows.sending.outbox_words import word
    from models.database import writing
    from models.outbox_by_hand import cancel

    settings = chosen_settings()
    if not why.strip():
        raise UserMistake(
            da='Skriv, hvorfor mailen ikke skal sendes: --why "Sagen er flyttet". Det gemmes.',
            en='Write why the mail is not to be sent: --why "The case has moved". It is kept.',
        )
    engine = open_house(settings)
    found = _one_mail(engine, mail)
    with writing(engine) as connection:
        moved = cancel(connection, found.uuid, by.strip() or machine_user(), why.strip(), now())
    if not moved:
        raise _too_late(found)
    typer.echo(word("cancelled", settings.language, short=found.short))


def outbox_count(
    day: Annotated[str, typer.Option(help="The count of a day before, as 2026-11-21.")] = "",
    as_json: AsJson = False,
) -> None:
    """Count the outbox: is every reminder told, on its way, or ended for a reason?"""
    from flows.opening import open_house
    from flows.sending.reconcile import count_now, count_of_day
    from flows.sending.reconcile_text import count_text

    settings = chosen_settings()
    engine = open_house(settings)
    counted = count_of_day(engine, read_day(day)) if day else count_now(engine, now())
    if as_json:
        write_json(counted.as_json())
    else:
        typer.echo(count_text(counted, settings.language))
    raise typer.Exit(DIFFERENT if counted.faults else FINE)


def _release_storm(connection: Connection, by: str, why: str, language: Language) -> str:
    from flows.owing.storm_brake import release_storm
    from flows.sending.outbox_words import word
    from models.outbox_by_hand import record_storm_release

    moment = now()
    number = release_storm(connection, by, moment)
    if not number:
        return word("no storm", language)
    record_storm_release(connection, by, why.strip(), moment)
    return word("storm released", language, number=number)


def _one_mail(engine: Engine, number: str) -> MailSeen:
    """Return the mail whose number begins so.

    Raises: UserMistake when there is none, or more than one.
    """
    from models.database import reading
    from models.outbox_questions import FEWEST_LETTERS, mails_named

    with reading(engine) as connection:
        found = mails_named(connection, number)
    if len(found) == 1:
        return found[0]
    if found:
        raise UserMistake(
            da=f"{len(found)} mails har et nummer, der begynder med {number}. Skriv flere tegn af "
            "det; hele nummeret står i: fristvagt outbox list --json",
            en=f"{len(found)} mails have a number that begins with {number}. Write more of it; the "
            "whole number is in: fristvagt outbox list --json",
        )
    raise UserMistake(
        da=f"Ingen mail har nummeret {number}. Det står nederst i mailen og i: fristvagt outbox "
        f"list (skriv mindst {FEWEST_LETTERS} tegn).",
        en=f"No mail has the number {number}. It stands at the foot of the mail and in: fristvagt "
        f"outbox list (write at least {FEWEST_LETTERS} characters).",
    )


def _states(asked: str) -> tuple[str, ...]:
    """The states meant by the word that the list says of them, or by a state's own name."""
    from flows.sending.outbox_words import STATES

    if not asked:
        return ()
    meant = tuple(name for name, said in STATES.items() if asked in {name, *said})
    if not meant:
        danish, english = (dict.fromkeys(said) for said in zip(*STATES.values(), strict=True))
        raise UserMistake(
            da=f"»{asked}« er ikke en status for mails. De er: {', '.join(danish)}.",
            en=f'"{asked}" is not a state of mails. They are: {", ".join(english)}.',
        )
    return meant


def _not_held(mail: MailSeen) -> UserMistake:
    return UserMistake(
        da=f"Mail {mail.short} holdes ikke tilbage, så der er intet at frigive. Se: fristvagt "
        f"outbox show {mail.short}",
        en=f"Mail {mail.short} is not held, so there is nothing to release. See: fristvagt "
        f"outbox show {mail.short}",
    )


def _too_late(mail: MailSeen) -> UserMistake:
    return UserMistake(
        da=f"Mail {mail.short} kan ikke kaldes tilbage: den er på vej, sendt eller afsluttet. Se: "
        f"fristvagt outbox show {mail.short}",
        en=f"Mail {mail.short} cannot be called back: it is on its way, sent, or over. See: "
        f"fristvagt outbox show {mail.short}",
    )
