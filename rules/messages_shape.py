"""The catalogue, S: what is said about the keys of a file.

An entry holds the message in English and in Danish, then the hint in English and in Danish.
The first three characters of its name are the code, which never changes its meaning.
"""

from __future__ import annotations

Words = tuple[str, str, str, str]

SHAPE: dict[str, Words] = {
    "S01": (
        "the file is empty.",
        "filen er tom.",
        "begin it with\nlanguage: 1\nrules:",
        "begynd den med\nlanguage: 1\nrules:",
    ),
    "S01.map": (
        "a rule file begins with keys such as 'language' and 'rules'.",
        "en regelfil begynder med nøgler som 'language' og 'rules'.",
        "write\nlanguage: 1\nrules:\n  network-meeting:\n    title: …",
        "skriv\nlanguage: 1\nrules:\n  network-meeting:\n    title: …",
    ),
    "S01.folder": (
        "there is no rule in the folder.",
        "der er ingen regel i mappen.",
        "rule files end in .yaml; point --rules or FRISTVAGT_RULES to the folder that holds them.",
        "regelfiler ender på .yaml; lad --rules eller FRISTVAGT_RULES pege på deres mappe.",
    ),
    "S02": (
        "'{key}' belongs inside a rule, but stands at the outer level of the file.",
        "'{key}' hører til inde i en regel, men står yderst i filen.",
        "indent it under the rule it belongs to.",
        "ryk den ind under den regel, den hører til.",
    ),
    "S02.rule": (
        "'{key}' looks like a rule, but is not indented under 'rules'.",
        "'{key}' ligner en regel, men er ikke rykket ind under 'rules'.",
        "indent it and all that belongs to it by two spaces, under the line  rules:",
        "ryk den og alt, der hører til den, to mellemrum ind under linjen  rules:",
    ),
    "S03": (
        "'{key}' is not a key in {place}.",
        "'{key}' er ikke en nøgle i {place_da}.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "S03.list": (
        "'{key}' is not a key in {place}.",
        "'{key}' er ikke en nøgle i {place_da}.",
        "delete the line, or use one of: {keys}",
        "slet linjen, eller brug en af: {keys}",
    ),
    "S04": (
        "'{name}' cannot be the name of a rule: small letters a-z, digits and hyphens only.",
        "'{name}' kan ikke være navn på en regel: kun små bogstaver a-z, tal og bindestreger.",
        "write for example:  {example}:",
        "skriv for eksempel:  {example}:",
    ),
    "S05": (
        "'{key}' takes one text, not a list or a group of keys.",
        "'{key}' tager én tekst, ikke en liste eller en gruppe nøgler.",
        "write it on one line:  {key}: …",
        "skriv det på én linje:  {key}: …",
    ),
    "S05.map": (
        "'{key}' takes keys and values.",
        "'{key}' tager nøgler og værdier.",
        "write\n{key}:\n  key: value",
        "skriv\n{key}:\n  nøgle: værdi",
    ),
    "S05.rules": (
        "'{key}' takes the rules by name, not a list.",
        "'{key}' tager reglerne ved navn, ikke en liste.",
        "write\nrules:\n  network-meeting:\n    title: …",
        "skriv\nrules:\n  network-meeting:\n    title: …",
    ),
    "S05.list": (
        "'{key}' takes a list.",
        "'{key}' tager en liste.",
        "write a list:  {key}: [{value}]",
        "skriv en liste:  {key}: [{value}]",
    ),
    "S05.dash": (
        "'{key}' takes a list, so its first line begins with '- '.",
        "'{key}' tager en liste, så første linje begynder med '- '.",
        "write\n{key}:\n  - …",
        "skriv\n{key}:\n  - …",
    ),
    "S05.space": (
        "there must be a space after the dash of a list item.",
        "der skal være et mellemrum efter stregen foran et listepunkt.",
        "write: - {value}: …",
        "skriv: - {value}: …",
    ),
    "S05.due": (
        "'due' takes one time phrase, or the first of several.",
        "'due' tager ét tidsudtryk eller det første af flere.",
        "write: {{first_of: [3 months after start, on assessment_completed]}}",
        "skriv: {{first_of: [3 months after start, on assessment_completed]}}",
    ),
    "S05.notify": (
        "'{key}' takes steps and roles, or the name of a ladder, not a list.",
        "'{key}' tager trin og roller eller navnet på en trappe, ikke en liste.",
        "write\n{key}:\n  3 days before: caseworker",
        "skriv\n{key}:\n  3 days before: caseworker",
    ),
    "S05.rule": (
        "the rule '{name}' says nothing: its keys must be indented under it.",
        "reglen '{name}' siger ingenting: dens nøgler skal være rykket ind under den.",
        "write\n{name}:\n  title: …",
        "skriv\n{name}:\n  title: …",
    ),
    "S05.source": (
        "a source is written with the key 'source'.",
        "en kilde skrives med nøglen 'source'.",
        "write:  - source: {text}",
        "skriv:  - source: {text}",
    ),
    "S05.change": (
        "a change is written with keys and values.",
        "en ændring skrives med nøgler og værdier.",
        "write\n- from: 2027-01-01\n  due: 6 weeks after start\n  why: …",
        "skriv\n- from: 2027-01-01\n  due: 6 weeks after start\n  why: …",
    ),
    "S05.test": (
        "a test is written with keys and values.",
        "en prøve skrives med nøgler og værdier.",
        "write\n- name: …\n  given: {{case: {{began: 2026-01-05}}}}\n"
        "  expect: {{2026-03-03: overdue}}",
        "skriv\n- name: …\n  given: {{case: {{began: 2026-01-05}}}}\n"
        "  expect: {{2026-03-03: overdue}}",
    ),
    "S06": (
        "'{key}' is empty.",
        "'{key}' er tom.",
        "write a value after  {key}:",
        "skriv en værdi efter  {key}:",
    ),
    "S07": (
        "'{value}' is not one of the words for '{key}'.",
        "'{value}' er ikke et af ordene til '{key}'.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "S07.list": (
        "'{value}' is not one of the words for '{key}'.",
        "'{value}' er ikke et af ordene til '{key}'.",
        "write one of: {words}",
        "skriv et af: {words}",
    ),
    "S08": (
        "'{key}' is not a key in {place}; it seems to belong under '{above}'.",
        "'{key}' er ikke en nøgle i {place_da}; den hører nok til under '{above}'.",
        "indent it by two more spaces, so that it stands under  {above}:",
        "ryk den to mellemrum længere ind, så den står under  {above}:",
    ),
    "S09": (
        "'{value}' is not a version of the rule language that is known here.",
        "'{value}' er ikke en version af regelsproget, der er kendt her.",
        "write: 1  (it is the version of the language, not of your rules)",
        "skriv: 1  (det er sprogets version, ikke dine reglers)",
    ),
    "S10": (
        "'{key}' is missing.",
        "'{key}' mangler.",
        "add\n{example}",
        "tilføj\n{example}",
    ),
    "S11": (
        "'{value}' is not a layer.",
        "'{value}' er ikke et lag.",
        'write: national  or in quotes: "municipality: koebenhavn"  or: "team: amager"',
        'skriv: national  eller i anførselstegn: "municipality: koebenhavn"  eller: "team: amager"',
    ),
    "S12": (
        "a rule has one obligation, but this has both '{first}' and '{second}'.",
        "en regel har ét krav, men denne har både '{first}' og '{second}'.",
        "make two rules of it.",
        "lav den til to regler.",
    ),
    "S13": (
        "the rule does not say what must happen.",
        "reglen siger ikke, hvad der skal ske.",
        "add one of\nmust_happen: network_meeting\nmust_contain: [plan_b]\n"
        "must_have: measure\nmust_not_exceed: 20 cases",
        "tilføj en af\nmust_happen: network_meeting\nmust_contain: [plan_b]\n"
        "must_have: measure\nmust_not_exceed: 20 cases",
    ),
    "S14": (
        "it says when to do it again, but not when the first time is.",
        "den siger, hvornår det skal ske igen, men ikke hvornår første gang er.",
        "add a line such as  due: 8 weeks after start",
        "tilføj en linje som  due: 8 weeks after start",
    ),
    "S15": (
        "'at_least' already says how often, so '{key}' cannot stand beside it.",
        "'at_least' siger allerede hvor tit, så '{key}' kan ikke stå ved siden af.",
        "delete the line  {key}: …  or the line  at_least: …",
        "slet linjen  {key}: …  eller linjen  at_least: …",
    ),
    "S16": (
        "it says what must happen, but not when.",
        "den siger, hvad der skal ske, men ikke hvornår.",
        "add a line such as  due: 8 weeks after start",
        "tilføj en linje som  due: 8 weeks after start",
    ),
    "S17": (
        "'{key}' is written as keys and values, not as a sentence.",
        "'{key}' skrives som nøgler og værdier, ikke som en sætning.",
        "write:\n{key}:\n  {fact}: {want}",
        "skriv:\n{key}:\n  {fact}: {want}",
    ),
    "S17.list": (
        "each item of this list must hold facts and what is asked of them.",
        "hvert punkt i listen skal have forhold og det, der spørges om.",
        "write:  - case.target_group: youth",
        "skriv:  - case.target_group: youth",
    ),
    "S17.equals": (
        "a fact and what is asked of it are joined by a colon, not by '='.",
        "et forhold og det, der spørges om, skilles af et kolon, ikke af '='.",
        "write: {fact}: {want}",
        "skriv: {fact}: {want}",
    ),
    "S18": (
        "'{key}' cannot stand together with '{must}'.",
        "'{key}' kan ikke stå sammen med '{must}'.",
        "delete the line  {key}: …",
        "slet linjen  {key}: …",
    ),
    "S18.change": (
        "'{key}' does not fit the rule that is changed: it has another kind of obligation.",
        "'{key}' passer ikke til den regel, der ændres: den har en anden slags krav.",
        "delete the line  {key}: …  or write a new rule.",
        "slet linjen  {key}: …  eller skriv en ny regel.",
    ),
    "S19": (
        "the change does not say from when or in which cases it holds.",
        "ændringen siger ikke, fra hvornår eller i hvilke sager den gælder.",
        "add a line such as  from: 2027-01-01",
        "tilføj en linje som  from: 2027-01-01",
    ),
    "S20": (
        "the change changes nothing.",
        "ændringen ændrer ikke noget.",
        "add what is new, for example  due: 6 weeks after start  or: off: yes",
        "tilføj det nye, for eksempel  due: 6 weeks after start  eller: off: yes",
    ),
}
