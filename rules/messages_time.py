"""The catalogue, T: what is said about time.

An entry holds the message in English and in Danish, then the hint in English and in Danish.
The first three characters of its name are the code, which never changes its meaning.
"""

from __future__ import annotations

Words = tuple[str, str, str, str]

TIME: dict[str, Words] = {
    "T01": (
        "'{unit}' is not a unit of time.",
        "'{unit}' er ikke en tidsenhed.",
        "write: {example}",
        "skriv: {example}",
    ),
    "T01.working": (
        "'{unit}' is not a unit of time.",
        "'{unit}' er ikke en tidsenhed.",
        "write: {example}  (Monday-Friday; if Saturdays count too, add  calendar: mon-sat)",
        "skriv: {example}  (mandag-fredag; tæller lørdage med, så tilføj  calendar: mon-sat)",
    ),
    "T01.list": (
        "'{unit}' is not a unit of time.",
        "'{unit}' er ikke en tidsenhed.",
        "write one of: hours, days, working days, weeks, months, years",
        "skriv en af: hours, days, working days, weeks, months, years",
    ),
    "T02": (
        "'{value}' is not written as a number.",
        "'{value}' er ikke skrevet som et tal.",
        "write: {example}",
        "skriv: {example}",
    ),
    "T02.any": (
        "'{value}' is not a length of time.",
        "'{value}' er ikke et tidsrum.",
        "write a number and a unit, for example: 8 weeks",
        "skriv et tal og en enhed, for eksempel: 8 weeks",
    ),
    "T03": (
        "{value} what? A time limit needs a unit.",
        "{value} hvad? En frist skal have en enhed.",
        "write for example: {value} days",
        "skriv for eksempel: {value} days",
    ),
    "T04": (
        "'{value}' cannot be counted: a whole number above zero is needed.",
        "'{value}' kan ikke tælles: der skal et helt tal over nul til.",
        "write for example: {example}",
        "skriv for eksempel: {example}",
    ),
    "T04.long": (
        "{value} is more than a hundred years.",
        "{value} er mere end hundrede år.",
        "write a shorter time, for example: 8 weeks",
        "skriv et kortere tidsrum, for eksempel: 8 weeks",
    ),
    "T05": (
        "'{value}' does not say what to count from.",
        "'{value}' siger ikke, hvad der tælles fra.",
        "write: {example}",
        "skriv: {example}",
    ),
    "T06": (
        "there must be a space between the number and the unit in '{value}'.",
        "der skal være et mellemrum mellem tal og enhed i '{value}'.",
        "write: {example}",
        "skriv: {example}",
    ),
    "T07": (
        "'every' does not say what to count from.",
        "'every' siger ikke, hvad der tælles fra.",
        "write  due: {rest} after start  and  then: {rest} after done  (or: after due)",
        "skriv  due: {rest} after start  og  then: {rest} after done  (eller: after due)",
    ),
    "T07.then": (
        "'every' does not say what to count from.",
        "'every' siger ikke, hvad der tælles fra.",
        "write: {rest} after done  (from when it was last held; or: after due, a fixed grid)",
        "skriv: {rest} after done  (fra sidst det skete; eller: after due, et fast gitter)",
    ),
    "T07.duration": (
        "'{value}' does not belong here; this is one length of time.",
        "'{value}' hører ikke til her; her skal stå ét tidsrum.",
        "write: {example}",
        "skriv: {example}",
    ),
    "T08": (
        "'{value}': the next time is counted from 'done' (last held) or 'due' (the fixed grid).",
        "'{value}': næste gang tælles fra 'done' (sidst det skete) eller 'due' (det faste gitter).",
        "write: {example}",
        "skriv: {example}",
    ),
    "T09": (
        "'{anchor}' is not a starting point.",
        "'{anchor}' er ikke et udgangspunkt at tælle fra.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "T09.age": (
        "'{anchor}' is not a starting point.",
        "'{anchor}' er ikke et udgangspunkt at tælle fra.",
        "write: age {age}",
        "skriv: age {age}",
    ),
    "T09.list": (
        "'{anchor}' is not a starting point.",
        "'{anchor}' er ikke et udgangspunkt at tælle fra.",
        "write one of: {words}; or an event: {events}",
        "skriv en af: {words}; eller en hændelse: {events}",
    ),
    "T10": (
        "'first_of' takes a list of at least two time phrases, and nothing beside it.",
        "'first_of' tager en liste med mindst to tidsudtryk og intet ved siden af.",
        "write: {{first_of: [3 months after start, on assessment_completed]}}",
        "skriv: {{first_of: [3 months after start, on assessment_completed]}}",
    ),
    "T11": (
        "'{fact}' is not a length of time (it is: {kind}).",
        "'{fact}' er ikke et tidsrum (det er: {kind}).",
        "write a number and a unit, for example: 8 weeks",
        "skriv et tal og en enhed, for eksempel: 8 weeks",
    ),
    "T12": (
        "'{fact}' is not a date (it is: {kind}), so nothing can be counted from it.",
        "'{fact}' er ikke en dato (det er: {kind}), så der kan ikke tælles fra det.",
        "write one of: start, began, ended, age 18, or a fact that is a date",
        "skriv en af: start, began, ended, age 18 eller et forhold, der er en dato",
    ),
    "T13": (
        "{value} does not exist.",
        "{value} findes ikke.",
        "{month} {year} has {days} days.",
        "{month_da} {year} har {days} dage.",
    ),
    "T13.month": (
        "{value} does not exist.",
        "{value} findes ikke.",
        "there is no month {month}; a date is written year-month-day.",
        "der er ingen måned {month}; en dato skrives år-måned-dag.",
    ),
    "T13.year": (
        "{value} cannot be meant: years run from {first} to {last}.",
        "{value} kan ikke være ment: år går fra {first} til {last}.",
        "write the year with four digits, for example: 2026-01-31",
        "skriv året med fire cifre, for eksempel: 2026-01-31",
    ),
    "T14": (
        "'{value}' is not a date in the form year-month-day.",
        "'{value}' er ikke en dato på formen år-måned-dag.",
        "write: {example}",
        "skriv: {example}",
    ),
    "T15": (
        "'{value}' is not a time of day.",
        "'{value}' er ikke et klokkeslæt.",
        "write hours and minutes, for example: 14:30",
        "skriv timer og minutter, for eksempel: 14:30",
    ),
    "T15.gap": (
        "{value} does not exist on {day}: the clocks are put forward that night.",
        "{value} findes ikke den {day}: uret stilles frem den nat.",
        "write: {day} 03:00",
        "skriv: {day} 03:00",
    ),
    "T16": (
        "'{anchor}' is only known when it has been done once, so it belongs in 'then'.",
        "'{anchor}' kendes først, når det er sket én gang, så det hører til i 'then'.",
        "write: after start  and put  after {anchor}  in the line  then: …",
        "skriv: after start  og sæt  after {anchor}  i linjen  then: …",
    ),
    "T17.within": (
        "'{word}' does not say what to count from.",
        "'{word}' siger ikke, hvad der tælles fra.",
        "write: {rest} after start",
        "skriv: {rest} after start",
    ),
    "T17.word": (
        "'{word}' is not a word of the rule language.",
        "'{word}' er ikke et ord i regelsproget.",
        "write: {meant}",
        "skriv: {meant}",
    ),
    "T17.date": (
        "'{value}' is one fixed day, but a deadline is counted for each record.",
        "'{value}' er én bestemt dag, men en frist tælles for hver post.",
        "write for example: 8 weeks after start  (a rule begins and ends with in_force and until)",
        "skriv for eksempel: 8 weeks after start  (en regel begynder og slutter med in_force og "
        "until)",
    ),
    "T17.phrase": (
        "'{value}' is not in the words of the rule language.",
        "'{value}' er ikke på regelsprogets ord.",
        "write: {example}",
        "skriv: {example}",
    ),
    "T18": (
        "'{value}' does not say how many times per which period.",
        "'{value}' siger ikke hvor mange gange i hvilken periode.",
        "write: 2 per 12 months  or: 2 per calendar year",
        "skriv: 2 per 12 months  eller: 2 per calendar year",
    ),
    "T18.one": (
        "'{unit}' does not say how many, so the period is not clear.",
        "'{unit}' siger ikke hvor mange, så perioden er ikke klar.",
        "write: {number} per 1 {unit}  (any period of that length)",
        "skriv: {number} per 1 {unit}  (enhver periode af den længde)",
    ),
    "T19": (
        "'{step}' does not say when a mail is sent.",
        "'{step}' siger ikke, hvornår en mail sendes.",
        "write: {example}",
        "skriv: {example}",
    ),
    "T19.every": (
        "'{step}' does not say when the repeated mails begin.",
        "'{step}' siger ikke, hvornår de gentagne mails begynder.",
        "write: every 1 week from 1 week after",
        "skriv: every 1 week from 1 week after",
    ),
}
