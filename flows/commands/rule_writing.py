"""Commands that write rule files: `rules fmt` and `rules new`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from flows.mistakes import Language, UserMistake
from flows.rule_book.rule_folder import good_book, read_folder
from flows.settings import SHIPPED_RULES
from flows.words import say
from rules.book import Book
from rules.dates import first_monday_of_next_year
from rules.formatting import formatted_files
from rules.load import VOCABULARY_FILES, Loaded, load_book
from rules.new_rule import Answers, rule_text, with_test
from rules.problems import render
from rules.reading import short_title
from rules.timeline import NoExample

QUESTIONS = (
    "For which kind of record? (such as case, measure, placement)",
    "What must happen? (an event, ended, or fields of a document)",
    "When? (such as 8 weeks after start, then 8 weeks after done)",
    "Where is that written?",
)


def tidy_folder(folder: Path, *, write: bool) -> list[str]:
    """Return the names of the rule files that were not in their one form, after mending them.

    Raises: UserMistake when the folder has mistakes: a file is not touched before it is sound.
    """
    book = good_book(folder)
    files = {n: data for n, data in read_folder(folder).items() if n not in VOCABULARY_FILES}
    changed = formatted_files(files, book)
    if write:
        for name, data in changed.items():
            _replace(folder / name, data)
    return sorted(changed)


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_bytes(data)
        new.replace(path)
    except OSError as error:
        raise UserMistake(
            da=f"{path} kan ikke skrives ({error.strerror}). Kontrollér, at mappen kan skrives i.",
            en=f"{path} cannot be written ({error.strerror}). Check that the folder is writable.",
        ) from None


def write_new_rule(folder: Path, answers: Answers, today: date, language: Language) -> Path:
    """Write a rule with its test to a file of its own in the folder. Returns: the file.

    Raises: UserMistake when the answers make no rule, with every mistake shown as in a rule file.
    """
    path = folder / f"{answers.name}.yaml"
    if path.exists():
        raise UserMistake(
            da=f"{path} findes allerede. Vælg et andet navn til reglen.",
            en=f"{path} is there already. Choose another name for the rule.",
        )
    files, shipped = _files(folder), read_folder(SHIPPED_RULES)
    vocabulary = good_book(folder if files else SHIPPED_RULES).vocabulary
    draft = rule_text(answers, vocabulary, today, answers.must)
    book = _sound(load_book({**files, path.name: draft.encode()}, shipped))
    title = short_title(book.rules[answers.name], book, language)
    text = rule_text(answers, vocabulary, today, title)
    start = first_monday_of_next_year(today)
    try:
        name = say("an example that begins on {day}", language, day=start)
        text = with_test(text, book.rules[answers.name], book, start, name)
    except NoExample:
        raise UserMistake(
            da="Der kan ikke laves en prøve til den regel. Skriv den i en regelfil i stedet.",
            en="No test can be made for that rule. Write it in a rule file instead.",
        ) from None
    _sound(load_book({**files, path.name: text.encode()}, shipped))
    _replace(path, text.encode())
    return path


def ask_answers(
    name: str, given: Mapping[str, str], ask: Callable[[str], str], language: Language
) -> Answers:
    """Return four answers: those given, and for each that is empty what the person answers."""
    fields = ("record", "must", "when", "source")
    answers = [
        given[field] or ask(say(question, language))
        for field, question in zip(fields, QUESTIONS, strict=True)
    ]
    return Answers(name, *answers)


def _files(folder: Path) -> dict[str, bytes]:
    """Return the rule files of a folder, which may have none yet."""
    if folder.is_dir() and not any(folder.glob("*.y*ml")):
        return {}
    return read_folder(folder)


def _sound(loaded: Loaded) -> Book:
    if loaded.book is None:
        problems = loaded.problems
        raise UserMistake(
            da="\n".join(render(problem, "da") for problem in problems),
            en="\n".join(render(problem, "en") for problem in problems),
        )
    return loaded.book
