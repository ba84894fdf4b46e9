"""What the command line says. English stands in the code, Danish beside it here."""

from __future__ import annotations

from collections.abc import Mapping

DANISH: Mapping[str, str] = {
    "Watch over the deadlines of casework with children and families.": (
        "Hold øje med fristerne i sagsbehandlingen på børne- og familieområdet."
    ),
    "Write the version and stop.": "Skriv versionen og stop.",
    "See {command} --help.": "Se {command} --help.",
    "{number} cases": "{number} sager",
}


def say(text: str, language: str, **values: object) -> str:
    """Return a sentence in a language, with its values filled in.

    Raises: KeyError when a sentence has no Danish: a test holds that all of them have.

    >>> say("{number} cases", "da", number=3)
    '3 sager'
    """
    return (DANISH[text] if language == "da" else text).format(**values)
