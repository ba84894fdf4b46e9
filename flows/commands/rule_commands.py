"""The commands that let people see what rule files say: `fristvagt rules read`, `examples`, ...

Each is a thin function: what it shows is made in `rules`, its text in the modules beside this one.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.spoken import SpokenCommand
from flows.commands.terminal import chosen_settings, write_json
from flows.mistakes import UserMistake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.mistakes import Language
    from rules.book import Book, Rule

FINE, MISTAKE = 0, 1

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
    command("check")(rules_check)
    command("test")(rules_test)
    command("read")(rules_read)
    command("examples")(rules_examples)
    command("help")(rules_help)
    command("new")(rules_new)
    command("fmt")(rules_fmt)
    command("schema")(rules_schema)
    command("list")(rules_list)
    command("coverage")(rules_coverage)
    command("stale")(rules_stale)


def rules_check(rules: RulesFolder = None, as_json: AsJson = False) -> None:
    """Find the mistakes in rule files and show where they stand."""
    from flows.rule_book.rule_folder import load_folder
    from flows.rule_book.rule_report import check_json, check_text, has_errors

    settings = chosen_settings()
    loaded = load_folder(rules or settings.rules)
    if as_json:
        write_json(check_json(loaded, settings.language))
    else:
        typer.echo(check_text(loaded, settings.language))
    raise typer.Exit(MISTAKE if has_errors(loaded) else FINE)


def rules_test(
    rules: RulesFolder = None,
    strength: Annotated[
        bool,
        typer.Option(
            "--strength",
            help="Only check that every number is guarded: "
            "change each by one and see if a test fails.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run the tests written in rule files and show why one fails."""
    from flows.rule_book.rule_folder import load_folder, read_folder
    from flows.rule_book.rule_report import trial_json, trial_text
    from rules.trial import run_tests

    settings = chosen_settings()
    folder = rules or settings.rules
    loaded = load_folder(folder)
    if loaded.book is None:
        rules_check(folder, as_json)
        return
    if strength:
        raise typer.Exit(_show_strength(loaded.book, settings.language, as_json))
    trial = run_tests(loaded.book, settings.language)
    if as_json:
        write_json(trial_json(trial))
    else:
        typer.echo(trial_text(trial, read_folder(folder), settings.language))
    raise typer.Exit(MISTAKE if trial.failures else FINE)


def _show_strength(book: Book, language: Language, as_json: bool) -> int:
    from flows.commands.rule_overview_text import strength_json, strength_text
    from rules.strength import strength_of

    strength = strength_of(book)
    if as_json:
        write_json(strength_json(strength))
    else:
        typer.echo(strength_text(strength, language))
    return MISTAKE if strength.unnoticed else FINE


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
        write_json({"rules": texts})
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
    from flows.commands.moments import read_day
    from flows.commands.rule_timeline_text import timeline_json, timeline_text
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
        write_json(timeline_json(timeline))
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


def rules_help(
    code: Annotated[str, typer.Argument(help="The code of a mistake, such as T08.")] = "",
    language: AskedLanguage = "",
) -> None:
    """Explain a code that `rules check` shows, with two examples."""
    from rules.help_pages import PAGES, code_list, help_page

    spoken = _language(language, chosen_settings().language)
    if not code:
        typer.echo(code_list(spoken))
    elif code.upper() in PAGES:
        typer.echo(help_page(code.upper(), spoken))
    else:
        raise UserMistake(
            da=f"Koden {code} findes ikke. fristvagt rules help viser dem alle.",
            en=f"There is no code {code}. fristvagt rules help lists them all.",
        )


def rules_new(
    name: Annotated[str, typer.Argument(help="The new rule's name: a-z, digits and hyphens.")],
    record: Annotated[str, typer.Option("--for", help="The kind of record.")] = "",
    must: Annotated[str, typer.Option("--must", help="What must happen.")] = "",
    when: Annotated[str, typer.Option("--due", help="When, as rule files say it.")] = "",
    source: Annotated[str, typer.Option("--source", help="Where that is written.")] = "",
    language: AskedLanguage = "",
    rules: RulesFolder = None,
) -> None:
    """Write a new rule with its test: answer four questions, or give the answers."""
    from flows.clock import now
    from flows.commands.rule_writing import ask_answers, write_new_rule
    from flows.words import say
    from rules.dates import day_of
    from rules.reading import read_aloud

    folder, spoken = _own_folder(rules), _language(language, chosen_settings().language)
    given = {"record": record, "must": must, "when": when, "source": source}
    answers = ask_answers(name, given, _ask, spoken)
    path = write_new_rule(folder, answers, day_of(now()), spoken)
    book, _ = _book(folder)
    typer.echo(say("Written: {path}", spoken, path=path))
    typer.echo(read_aloud(book.rules[name], book, spoken))


def _ask(question: str) -> str:
    """Return what the person answers. Raises: UserMistake when they leave instead."""
    try:
        return str(typer.prompt(question, prompt_suffix=" "))
    except typer.Abort:
        raise UserMistake(
            da="Afbrudt; intet er skrevet. Svarene kan også gives med: fristvagt rules new --help.",
            en="Stopped; nothing was written. The answers can also be given as options: "
            "fristvagt rules new --help.",
        ) from None


def rules_fmt(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; only say which files would change.")
    ] = False,
    rules: RulesFolder = None,
) -> None:
    """Give rule files one spelling; comments stay."""
    from flows.commands.rule_writing import tidy_folder
    from flows.words import say

    settings = chosen_settings()
    changed = tidy_folder(rules or settings.rules, write=not check)
    for name in changed:
        typer.echo(name)
    typer.echo(say("Files in another form: {number}", settings.language, number=len(changed)))
    raise typer.Exit(MISTAKE if check and changed else FINE)


def _own_folder(rules: Path | None) -> Path:
    """Return the installation's own folder of rules, never the shipped one."""
    from flows.settings import SHIPPED_RULES

    folder = rules or chosen_settings().rules
    if folder.resolve() == SHIPPED_RULES.resolve():
        raise UserMistake(
            da="De medfølgende regler ændres ikke. Angiv jeres egen mappe med --rules eller i "
            "FRISTVAGT_RULES.",
            en="The shipped rules are not changed. Name a folder of your own with --rules or in "
            "FRISTVAGT_RULES.",
        )
    return folder


def rules_schema(rules: RulesFolder = None) -> None:
    """Write the JSON Schema of rule files, by which an editor helps while one types."""
    from rules.json_schema import json_schema

    book, _ = _book(rules)
    typer.echo(json.dumps(json_schema(book.vocabulary), ensure_ascii=False, indent=1))


def rules_list(
    local_choice: Annotated[
        bool,
        typer.Option("--local-choice", help="Only rules in which something was chosen locally."),
    ] = False,
    rules: RulesFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the rules."""
    from flows.commands.rule_overview_text import chosen_rules, list_json, list_text

    book, language = _book(rules)
    found = chosen_rules(book, local_choice=local_choice)
    if as_json:
        write_json(list_json(found))
    else:
        typer.echo(list_text(found, language, with_about=local_choice))


def rules_coverage(rules: RulesFolder = None, as_json: AsJson = False) -> None:
    """Show whether the rules cover the areas that must have standards."""
    from flows.commands.rule_overview_text import coverage_text
    from rules.overview import MANDATORY_AREAS, areas_covered

    book, language = _book(rules)
    areas = areas_covered(book)
    if as_json:
        write_json({"areas": areas, "mandatory": MANDATORY_AREAS})
    else:
        typer.echo(coverage_text(areas, language))
    raise typer.Exit(FINE if all(areas[area] for area in MANDATORY_AREAS) else MISTAKE)


def rules_stale(
    at: Annotated[
        str, typer.Option(help="The day to count back from, as 2026-11-21. Else: today.")
    ] = "",
    rules: RulesFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the sources of law rules not compared for twelve months."""
    from flows.clock import now
    from flows.commands.moments import read_day
    from flows.commands.rule_overview_text import stale_json, stale_text
    from rules.dates import day_of
    from rules.overview import stale_sources

    book, language = _book(rules)
    day = read_day(at) if at else day_of(now())
    stale = stale_sources(book, day)
    if as_json:
        write_json(stale_json(stale))
    else:
        typer.echo(stale_text(stale, day, language))
    raise typer.Exit(MISTAKE if stale else FINE)


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
    from flows.rule_book.rule_folder import good_book

    settings = chosen_settings()
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
