"""The commands that let people see what rule files say: `fristvagt rules read`, `examples`, ...

Each is a thin function: what it shows is made in `rules`, its text in the modules beside this one.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.mistakes import UserMistake
from flows.spoken import SpokenCommand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.mistakes import Language
    from rules.book import Book, Rule

AsJson = Annotated[bool, typer.Option("--json", help="Write for machines.")]
RulesFolder = Annotated[
    Path | None,
    typer.Option("--rules", help="The folder with vocabulary.yaml and rule files."),
]
AskedLanguage = Annotated[str, typer.Option("--language", help="da or en. Else: the setting.")]
RuleName = Annotated[str, typer.Argument(help="The rule's name.")]


def add_rule_commands(group: typer.Typer) -> None:
    """Give the group `rules` the commands of this module."""
    command = partial(group.command, cls=SpokenCommand)
    command("read")(rules_read)
    command("examples")(rules_examples)


def rules_read(
    rule: Annotated[str, typer.Argument(help="The rule's name.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every rule.")] = False,
    language: AskedLanguage = "",
    rules: RulesFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say a rule back in plain words."""
    from rules.reading import read_aloud

    book, spoken = _book(rules, language)
    if not rule and not everything:
        raise UserMistake(
            da="Sig, hvilken regel der skal læses op, eller skriv --all for dem alle.",
            en="Say which rule is to be read, or write --all for every one.",
        )
    found = list(book.rules.values()) if everything else [named_rule(book, rule)]
    if as_json:
        texts = [{"rule": one.name, "text": read_aloud(one, book, spoken)} for one in found]
        _write_json({"rules": texts})
        return
    said = (f"{one.name}: {one.title}\n{read_aloud(one, book, spoken)}" for one in found)
    typer.echo("\n\n".join(said))


def rules_examples(
    rule: RuleName,
    start: Annotated[
        str, typer.Option("--from", help="The day the example begins, as 2027-01-04.")
    ] = "",
    as_test_: Annotated[
        bool, typer.Option("--as-test", help="Write the days as a test to paste.")
    ] = False,
    language: AskedLanguage = "",
    rules: RulesFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show an invented case and what a rule does to it, day by day."""
    from flows.clock import now
    from flows.moments import read_day
    from flows.rule_timeline_text import timeline_json, timeline_text
    from flows.words import say
    from rules.dates import day_of, first_monday_of_next_year
    from rules.timeline import NoExample, as_test, timeline_of

    book, spoken = _book(rules, language)
    day = read_day(start) if start else first_monday_of_next_year(day_of(now()))
    try:
        timeline = timeline_of(named_rule(book, rule), book, day)
    except NoExample:
        raise _no_example(rule) from None
    if as_json:
        _write_json(timeline_json(timeline))
    elif as_test_:
        name = say("an example that begins on {day}", spoken, day=day)
        typer.echo(as_test(timeline, book, name), nl=False)
    else:
        typer.echo(timeline_text(timeline, book, spoken))


def _no_example(rule: str) -> UserMistake:
    return UserMistake(
        da=f"Der kan ikke findes på en sag fra den dag, som {rule} gælder for. Vælg en anden dag "
        "efter --from, eller skriv en prøve selv.",
        en=f"No case from that day can be made up to which {rule} applies. Choose another day "
        "after --from, or write a test yourself.",
    )


def named_rule(book: Book, name: str) -> Rule:
    """Return a rule of the book by its name.

    Raises: UserMistake when there is none, with the name that was probably meant.
    """
    from rules.suggestions import likely, listed

    if name in book.rules:
        return book.rules[name]
    meant = likely(name, book.rules)
    known: Sequence[str] = [meant] if meant else sorted(book.rules)
    raise UserMistake(
        da=f"Der er ingen regel ved navn »{name}«. Mente du {listed(known)}?",
        en=f'There is no rule called "{name}". Did you mean {listed(known)}?',
    )


def _book(folder: Path | None, language: str = "") -> tuple[Book, Language]:
    """Return the rule book of a folder (else of the settings) and the language to speak."""
    from flows.rule_folder import good_book
    from flows.settings import read_settings

    settings = read_settings()
    return good_book(folder or settings.rules), _language(language, settings.language)


def _language(asked: str, otherwise: Language) -> Language:
    if not asked:
        return otherwise
    spoken: dict[str, Language] = {"da": "da", "en": "en"}
    if asked in spoken:
        return spoken[asked]
    raise UserMistake(
        da=f"»{asked}« er ikke et sprog her. Skriv da eller en efter --language.",
        en=f'"{asked}" is not a language here. Write da or en after --language.',
    )


def _write_json(answer: object) -> None:
    typer.echo(json.dumps(answer, ensure_ascii=False, default=str))
