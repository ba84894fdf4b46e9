"""What is said when a command is written wrongly, in Danish and English.

The parser of the command line speaks English only; each of its sentences is known here by
its form. tests/flow/test_command_line.py writes every mistake once.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Form(NamedTuple):
    """A sentence of the parser, and how it is said to people; `{0}` is its first name."""

    pattern: str
    da: str
    en: str


FORMS = (
    Form(
        r"No such command '([^']*)'\. Did you mean (.+)\?",
        "Kommandoen »{0}« findes ikke. Mente du {1}?",
        'There is no command "{0}". Did you mean {1}?',
    ),
    Form(
        r"No such command '([^']*)'.*",
        "Kommandoen »{0}« findes ikke.",
        'There is no command "{0}".',
    ),
    Form(r"Missing command\.", "Der mangler en kommando.", "A command is missing."),
    Form(
        r"No such option: (\S+) \(Possible options: (.+)\)",
        "{0} findes ikke her. Mente du {1}?",
        "{0} does not exist here. Did you mean {1}?",
    ),
    Form(r"No such option: (\S+).*", "{0} findes ikke her.", "{0} does not exist here."),
    Form(r"Missing argument '([^']*)'.*", "Der mangler {0}.", "{0} is missing."),
    Form(r"Missing option '([^']*)'.*", "Der mangler {0}.", "{0} is missing."),
    Form(
        r"Option '([^']*)' requires an argument\.",
        "Efter {0} skal der stå en værdi.",
        "A value must follow {0}.",
    ),
    Form(
        r"Option '([^']*)' does not take a value\.",
        "{0} tager ingen værdi.",
        "{0} takes no value.",
    ),
    Form(
        r"Got unexpected extra argument\S* \((.+)\)",
        "Der er for meget på linjen: {0}.",
        "There is too much on the line: {0}.",
    ),
    Form(
        r"Invalid value for '([^']*)': .*valid integer.*",
        "{0} skal være et helt tal.",
        "{0} must be a whole number.",
    ),
    Form(
        r"Invalid value for '([^']*)': .*greater than or equal to (\S+)",
        "{0} skal være mindst {1}.",
        "{0} must be at least {1}.",
    ),
    Form(
        r"Invalid value for '([^']*)': .*",
        "Værdien efter {0} kan ikke læses.",
        "The value after {0} cannot be read.",
    ),
)


def usage_mistake(sentence: str, language: str) -> str:
    """Return in a language what the parser said; its own sentence when its form is new to us.

    >>> usage_mistake("Missing argument 'folder'.", "da")
    'Der mangler folder.'
    """
    for form in FORMS:
        if found := re.fullmatch(form.pattern, sentence, re.DOTALL):
            return (form.da if language == "da" else form.en).format(*found.groups())
    return sentence
