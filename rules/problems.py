"""A mistake in a rule file: where it stands, what it is, and how it is told to its author."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from rules.book import Place
from rules.messages_logic import CONTRADICTIONS, TESTS
from rules.messages_shape import SHAPE
from rules.messages_time import TIME
from rules.messages_vocabulary import VOCABULARY
from rules.messages_vocabulary_file import VOCABULARY_FILE
from rules.messages_yaml import NOTES, YAML

Language = Literal["da", "en"]
Severity = Literal["error", "warning"]

MOST_PROBLEMS = 200
"""A file with more errors than this is not a rule file; the list ends with Y05, which says so."""

CATALOGUE = YAML | SHAPE | VOCABULARY | VOCABULARY_FILE | TIME | CONTRADICTIONS | TESTS
ENGLISH, DANISH = 0, 1
HINTS = 2
"""An entry of the catalogue is four texts: message in English and Danish, then hint likewise."""

SEVERITY_WORDS = {
    "en": {"error": "error", "warning": "warning"},
    "da": {"error": "fejl", "warning": "advarsel"},
}
HINT_WORDS = {"en": "hint", "da": "råd"}


INVISIBLE = re.compile(r"[^\S ]|[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2060\ufeff]")
"""Characters that a reader would not see; a dot is shown in their place."""


class Span(NamedTuple):
    """A piece of one line. Line and column count from 1, columns in characters."""

    line: int
    column: int
    length: int = 1


START = Span(1, 1)


class RuleFileError(Exception):
    """The rule files cannot be used; `problems` says why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} problems in the rule files")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `entry` names its sentence in the catalogue; `values` fills it."""

    file: str
    line: int
    column: int
    length: int
    entry: str
    severity: Severity
    values: Mapping[str, object]
    source: str

    @property
    def code(self) -> str:
        """The stable code of the mistake's family ("T01"), the same in every language."""
        return self.entry[:3]

    def message(self, language: Language) -> str:
        """Return what is wrong, in one sentence."""
        return self._words(ENGLISH if language == "en" else DANISH)

    def hint(self, language: Language) -> str:
        """Return what to do, with text that can be pasted. It may have several lines."""
        return self._words(HINTS + (ENGLISH if language == "en" else DANISH))

    def note(self, language: Language) -> str:
        """Return the other place that matters, or "" when there is none."""
        note = NOTES.get(self.entry)
        if note is None:
            return ""
        return note[ENGLISH if language == "en" else DANISH].format_map(self.values)

    def _words(self, number: int) -> str:
        return CATALOGUE[self.entry][number].format_map(self.values)


def render(problem: Problem, language: Language) -> str:
    """Return a problem as it is printed: place, sentence, the line underlined, and the hint.

    A problem of the whole folder has no file, and is printed without a place.
    """
    severity = SEVERITY_WORDS[language][problem.severity]
    place = f"{problem.file}:{problem.line}:{problem.column}: " if problem.file else ""
    lines = [f"{place}{severity} {problem.code}: {problem.message(language)}"]
    if problem.source:
        under = " " * (problem.column - 1) + "^" * max(problem.length, 1)
        source = INVISIBLE.sub("·", problem.source)
        lines += [f"{problem.line:6d} | {source}", f"       | {under}"]
    if note := problem.note(language):
        lines.append(f"       = {note}")
    first, *rest = problem.hint(language).split("\n")
    return "\n".join(
        [*lines, f"  {HINT_WORDS[language]}: {first}", *(f"        {x}" for x in rest)]
    )


def as_json(problem: Problem, language: Language) -> dict[str, str | int]:
    """Return a problem for machines: the keys of `rules check --json`."""
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message(language),
        "hint": problem.hint(language),
    }


@dataclass(slots=True)
class Report:
    """Collects the problems of one file while it is read.

    `lines` is the file's text, for showing the line. `lengths` holds how long each
    word of the file is, by line and column, so that a Place can be underlined.
    """

    file: str
    lines: Sequence[str] = ()
    problems: list[Problem] = field(default_factory=list)
    lengths: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Say whether anything found so far is an error."""
        return any(problem.severity == "error" for problem in self.problems)

    def add(self, entry: str, span: Span, **values: object) -> None:
        """Note one mistake.

        Raises: RuleFileError when there are so many that reading on helps nobody.
        """
        self._append(entry, span, "error", values)

    def warn(self, entry: str, span: Span, **values: object) -> None:
        """Note something that is allowed but probably not meant. Warnings are not limited."""
        self._append(entry, span, "warning", values)

    def at(self, place: Place) -> Span:
        """Return the word at a place of this file, with its length."""
        return Span(place.line, place.column, self.lengths.get((place.line, place.column), 1))

    def place(self, span: Span) -> Place:
        """Return where a piece of this file stands."""
        return Place(self.file, span.line, span.column)

    def line(self, number: int) -> str:
        """Return a line of the file by its number, "" beyond its end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def _append(
        self, entry: str, span: Span, severity: Severity, values: Mapping[str, object]
    ) -> None:
        line = self.line(span.line)
        errors = sum(problem.severity == "error" for problem in self.problems)
        if errors < MOST_PROBLEMS:
            self.problems.append(Problem(self.file, *span, entry, severity, values, line))
            return
        many = {"count": MOST_PROBLEMS}
        self.problems.append(Problem(self.file, *span, "Y05.many", "error", many, line))
        raise RuleFileError(self.problems)
