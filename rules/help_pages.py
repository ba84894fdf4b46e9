"""The pages of `rules help CODE`: what a mistake is, and two examples, wrong and right."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent, indent

from rules.help_examples import Help
from rules.help_logic import LOGIC_PAGES
from rules.help_shape import SHAPE_PAGES
from rules.help_time import TIME_PAGES
from rules.help_vocabulary import VOCABULARY_PAGES
from rules.help_yaml import YAML_PAGES
from rules.problems import INVISIBLE

PAGES: Mapping[str, Help] = YAML_PAGES | SHAPE_PAGES | VOCABULARY_PAGES | TIME_PAGES | LOGIC_PAGES

FAMILIES = {
    "Y": ("tegn og YAML", "characters and YAML"),
    "S": ("nøgler og deres plads", "keys and their places"),
    "V": ("ordlistens ord", "the words of the vocabulary"),
    "T": ("tider og datoer", "times and dates"),
    "L": ("logik og lag", "logic and layers"),
    "P": ("prøver", "tests"),
}
"""What the first letter of a code stands for, in Danish and in English."""

WRONG = ("Forkert:", "Wrong:")
RIGHT = ("Rigtigt:", "Right:")
NOTHING = ("(intet)", "(nothing)")
SAVED = ("(gemt som Windows-1252, ikke UTF-8)", "(saved as Windows-1252, not UTF-8)")


def help_page(code: str, language: str) -> str:
    """Return the page of a code.

    Raises: KeyError when there is no such code.
    """
    which = 0 if language == "da" else 1
    page = PAGES[code]
    wrong = _shown(page.wrong) or NOTHING[which]
    if page.encoding != "utf-8":
        wrong += f"   {SAVED[which]}"
    return "\n".join(
        [
            f"{code}  ({FAMILIES[code[0]][which]})",
            "",
            page.da if which == 0 else page.en,
            "",
            WRONG[which],
            indent(wrong, "    "),
            "",
            RIGHT[which],
            indent(_shown(page.right), "    "),
        ]
    )


def code_list(language: str) -> str:
    """Return every code, a line for each family."""
    which = 0 if language == "da" else 1
    width = max(len(names[which]) for names in FAMILIES.values())
    codes = {letter: [code for code in PAGES if code[0] == letter] for letter in FAMILIES}
    return "\n".join(
        f"{names[which]:{width}}  {' '.join(sorted(codes[letter]))}"
        for letter, names in FAMILIES.items()
    )


def _shown(text: str) -> str:
    """Return an example as it is shown: from the left edge, what cannot be seen as a dot."""
    lines = [INVISIBLE.sub("·", line) for line in text.splitlines()]
    return dedent("\n".join(lines)).rstrip()
