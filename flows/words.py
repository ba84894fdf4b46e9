"""What the command line says. English stands in the code, Danish beside it here."""

from __future__ import annotations

from collections.abc import Mapping

DANISH: Mapping[str, str] = {
    "Watch over the deadlines of casework with children and families.": (
        "Hold øje med fristerne i sagsbehandlingen på børne- og familieområdet."
    ),
    "Write the version and stop.": "Skriv versionen og stop.",
    "See {command} --help.": "Se {command} --help.",
    "Write for machines.": "Skriv for maskiner.",
    # sample
    "Write the extract of an invented municipality.": "Skriv udtrækket fra en opdigtet kommune.",
    "Where to write the extract.": "Hvor udtrækket skal ligge.",
    "How many cases are open, about.": "Hvor mange sager der er åbne, cirka.",
    "Which municipality: another number, another one.": (
        "Hvilken kommune: et andet tal er en anden."
    ),
    "The day it has lived on to, as 2026-11-21.": "Dagen, den har levet til, som 2026-11-21.",
    "Cases": "Sager",
    # rules
    "Check and test rule files.": "Kontrollér og afprøv regelfiler.",
    "The folder with vocabulary.yaml and rule files.": (
        "Mappen med vocabulary.yaml og regelfiler."
    ),
    "Find the mistakes in rule files and show where they stand.": (
        "Find fejlene i regelfiler, og vis, hvor de står."
    ),
    "Run the tests written in rule files and show why one fails.": (
        "Kør de tests, der står i regelfiler, og vis, hvorfor en fejler."
    ),
    "{rules} rules read, {errors} errors, {warnings} warnings": (
        "{rules} regler læst, {errors} fejl, {warnings} advarsler"
    ),
    "{rules} rules, {expectations} expectations, {failed} failed": (
        "{rules} regler, {expectations} forventninger, {failed} fejlede"
    ),
    "test failed: {rule} / {test}": "test fejlede: {rule} / {test}",
    "expected": "ventet",
    "got": "fik",
    "because": "fordi",
}


def say(text: str, language: str, **values: object) -> str:
    """Return a sentence in a language, with its values filled in.

    Raises: KeyError when a sentence has no Danish: a test holds that all of them have.

    >>> say("See {command} --help.", "da", command="fristvagt import")
    'Se fristvagt import --help.'
    """
    return (DANISH[text] if language == "da" else text).format(**values)
