"""The catalogue, V from 20 on: what is said about the file vocabulary.yaml.

An entry holds the message in English and in Danish, then the hint in English and in Danish.
The first three characters of its name are the code, which never changes its meaning.
"""

from __future__ import annotations

Words = tuple[str, str, str, str]

VOCABULARY_FILE: dict[str, Words] = {
    "V20": (
        "the vocabulary has no '{key}'.",
        "ordlisten har ingen '{key}'.",
        "add\n{key}:",
        "tilføj\n{key}:",
    ),
    "V20.absent": (
        "there is no vocabulary.yaml.",
        "der er ingen vocabulary.yaml.",
        "copy the shipped vocabulary.yaml into the folder.",
        "kopiér den medfølgende vocabulary.yaml til mappen.",
    ),
    "V20.empty": (
        "the vocabulary is empty.",
        "ordlisten er tom.",
        "write\nroles: [caseworker]\nrecords:\nevents:",
        "skriv\nroles: [caseworker]\nrecords:\nevents:",
    ),
    "V21": (
        "'{key}' is not a key in a vocabulary.",
        "'{key}' er ikke en nøgle i en ordliste.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "V21.list": (
        "'{key}' is not a key in a vocabulary.",
        "'{key}' er ikke en nøgle i en ordliste.",
        "use one of: {keys}",
        "brug en af: {keys}",
    ),
    "V22": (
        "names and what they mean are expected here.",
        "her ventes navne og hvad de betyder.",
        "write\ncase:\n  facts: {{target_group: [child, youth]}}",
        "skriv\ncase:\n  facts: {{target_group: [child, youth]}}",
    ),
    "V23": (
        "'{name}' cannot be a name in the vocabulary.",
        "'{name}' kan ikke være et navn i ordlisten.",
        "use small letters a-z, digits and underscores, and none of: rule, events, records, "
        "count, present, missing",
        "brug små bogstaver a-z, tal og understreger, og ingen af: rule, events, records, "
        "count, present, missing",
    ),
    "V24": (
        "'{fact}' does not say what values it takes.",
        "'{fact}' siger ikke, hvilke værdier det tager.",
        "write: number, date, duration, yes/no, a list [one, two], or {{many: [one, two]}}",
        "skriv: number, date, duration, yes/no, en liste [en, to] eller {{many: [en, to]}}",
    ),
    "V24.meant": (
        "'{value}' is not a kind of value.",
        "'{value}' er ikke en slags værdi.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "V25": (
        "'{event}' does not say on which records it is recorded.",
        "'{event}' siger ikke, hvilke poster den registreres på.",
        "write: {event}: {{on: [case]}}",
        "skriv: {event}: {{on: [case]}}",
    ),
    "V25.built_in": (
        "'{event}' is built in and cannot be written here.",
        "'{event}' er indbygget og kan ikke skrives her.",
        "delete the line.",
        "slet linjen.",
    ),
    "V26": (
        "'{record}' is not a kind of record in this vocabulary.",
        "'{record}' er ikke en slags post i denne ordliste.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "V27": (
        "a list of words is expected here.",
        "her ventes en liste af ord.",
        "write: [one, two]",
        "skriv: [en, to]",
    ),
    "V27.twice": (
        "'{word}' stands twice in the list.",
        "'{word}' står to gange i listen.",
        "delete one of them.",
        "slet den ene.",
    ),
    "V28": (
        "a label is a text under a term under a language.",
        "en betegnelse er en tekst under et ord under et sprog.",
        "write\nlabels:\n  da:\n    network_meeting: netværksmøde",
        "skriv\nlabels:\n  da:\n    network_meeting: netværksmøde",
    ),
    "V29": (
        "'{term}' is not a term of this vocabulary, so its label is never shown.",
        "'{term}' er ikke et ord i denne ordliste, så betegnelsen vises aldrig.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
}
