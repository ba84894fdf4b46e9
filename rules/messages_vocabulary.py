"""The catalogue, V: what is said about words of the vocabulary.

An entry holds the message in English and in Danish, then the hint in English and in Danish.
The first three characters of its name are the code, which never changes its meaning.
"""

from __future__ import annotations

Words = tuple[str, str, str, str]

VOCABULARY: dict[str, Words] = {
    "V01": (
        "'{value}' is not a kind of record.",
        "'{value}' er ikke en slags post.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "V01.list": (
        "'{value}' is not a kind of record.",
        "'{value}' er ikke en slags post.",
        "write one of: {records}",
        "skriv en af: {records}",
    ),
    "V02": (
        "'{event}' is recorded on {records}, so it can never happen on {a_record}.",
        "'{event}' registreres på {records}, så den kan aldrig ske på {record}.",
        "write  for: {first}",
        "skriv  for: {first}",
    ),
    "V02.anchor": (
        "'{event}' is recorded on {records}, so nothing can be counted from it on a {record}.",
        "'{event}' registreres på {records}, så der kan ikke tælles fra den på {record}.",
        "count from something of the record itself, for example:  start",
        "tæl fra noget på posten selv, for eksempel:  start",
    ),
    "V03": (
        "'{event}' is not an event.",
        "'{event}' er ikke en hændelse.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "V03.list": (
        "'{event}' is not an event.",
        "'{event}' er ikke en hændelse.",
        "events of a {record}: {events}",
        "hændelser på {record}: {events}",
    ),
    "V04": (
        "'{fact}' is not a fact that is known.",
        "'{fact}' er ikke et forhold, der kendes.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "V04.list": (
        "'{fact}' is not a fact that is known.",
        "'{fact}' er ikke et forhold, der kendes.",
        "use one of: {facts}",
        "brug et af: {facts}",
    ),
    "V04.logic": (
        "'{fact}' is not a fact: conditions are combined by how they are written.",
        "'{fact}' er ikke et forhold: betingelser kombineres ved den måde, de skrives på.",
        "all of these: {{one: a, two: b}}  any of these: [{{one: a}}, {{two: b}}]  not: 'unless'",
        "alle disse: {{et: a, to: b}}  en af disse: [{{et: a}}, {{to: b}}]  ikke: 'unless'",
    ),
    "V05": (
        "'{value}' is not a role.",
        "'{value}' er ikke en rolle.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "V05.list": (
        "'{value}' is not a role.",
        "'{value}' er ikke en rolle.",
        "roles: {roles}",
        "roller: {roles}",
    ),
    "V05.none": (
        "no role is written here.",
        "her står ingen rolle.",
        "roles: {roles}",
        "roller: {roles}",
    ),
    "V05.person": (
        "'{value}' is not a role.",
        "'{value}' er ikke en rolle.",
        "mails go to roles, never to a person's address; roles: {roles}",
        "mails går til roller, aldrig til en persons adresse; roller: {roles}",
    ),
    "V06": (
        "'{value}' is not one of the choices for '{fact}'.",
        "'{value}' er ikke en af mulighederne for '{fact}'.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "V06.list": (
        "'{value}' is not one of the choices for '{fact}'.",
        "'{value}' er ikke en af mulighederne for '{fact}'.",
        "write one of: {choices}",
        "skriv en af: {choices}",
    ),
    "V07": (
        "'{fact}' is answered with yes or no, not with '{value}'.",
        "'{fact}' besvares med yes eller no, ikke med '{value}'.",
        "write: {meant}",
        "skriv: {meant}",
    ),
    "V08": (
        "'{value}' is not a comparison with a number.",
        "'{value}' er ikke en sammenligning med et tal.",
        "write: {example}",
        "skriv: {example}",
    ),
    "V08.list": (
        "'{value}' is not a comparison with a number.",
        "'{value}' er ikke en sammenligning med et tal.",
        "write for example: at least 16  (or: under 16, at most 16, over 16, 16, 16 to 18)",
        "skriv for eksempel: at least 16  (eller: under 16, at most 16, over 16, 16, 16 to 18)",
    ),
    "V08.range": (
        "no number lies in '{value}': the first is larger than the last.",
        "intet tal ligger i '{value}': det første er større end det sidste.",
        "write: {low} to {high}",
        "skriv: {low} to {high}",
    ),
    "V09": (
        "'{value}' is not a comparison with a date.",
        "'{value}' er ikke en sammenligning med en dato.",
        "write: before {day}  (or: on {day}, after {day})",
        "skriv: before {day}  (eller: on {day}, after {day})",
    ),
    "V10": (
        "there is no rule called '{rule}'.",
        "der er ingen regel ved navn '{rule}'.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "V10.list": (
        "there is no rule called '{rule}'.",
        "der er ingen regel ved navn '{rule}'.",
        "is the file with this rule in the folder? Otherwise correct the name.",
        "er filen med denne regel i mappen? Ret ellers navnet.",
    ),
    "V11": (
        "'{fact}' belongs to {kind}; a rule for {record} cannot see it.",
        "'{fact}' hører til {kind}; en regel for {record} kan ikke se det.",
        "ask about facts that begin with: {words}",
        "spørg om forhold, der begynder med: {words}",
    ),
    "V11.rule": (
        "the rule '{rule}' is for {other}; a rule for {record} cannot see how it stands.",
        "reglen '{rule}' er for {other}; en regel for {record} kan ikke se, hvordan den står.",
        "ask about a rule for {record}.",
        "spørg om en regel for {record}.",
    ),
    "V12": (
        "'{fact}' holds several values at once, so it must say whether all or any are asked for.",
        "'{fact}' har flere værdier på én gang, så det skal siges, om alle eller blot én ønskes.",
        "write: {{any_of: [{value}]}}",
        "skriv: {{any_of: [{value}]}}",
    ),
    "V12.list": (
        "'{fact}' holds several values at once, so it must say whether all or any are asked for.",
        "'{fact}' har flere værdier på én gang, så det skal siges, om alle eller blot én ønskes.",
        "write: {{all_of: [{values}]}}  or: {{any_of: [{values}]}}",
        "skriv: {{all_of: [{values}]}}  eller: {{any_of: [{values}]}}",
    ),
    "V12.one": (
        "'{fact}' holds one value at a time, so 'all_of' and 'any_of' make no sense for it.",
        "'{fact}' har én værdi ad gangen, så 'all_of' og 'any_of' giver ikke mening.",
        "write a list, which means any one of these: [{values}]",
        "skriv en liste, som betyder en af disse: [{values}]",
    ),
    "V13": (
        "'{field}' is not recorded with '{owner}'.",
        "'{field}' registreres ikke sammen med '{owner}'.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "V13.list": (
        "'{field}' is not recorded with '{owner}'.",
        "'{field}' registreres ikke sammen med '{owner}'.",
        "use one of: {fields}",
        "brug et af: {fields}",
    ),
    "V13.none": (
        "nothing more is recorded with '{owner}', so '{field}' can never be known.",
        "der registreres ikke mere sammen med '{owner}', så '{field}' kan aldrig kendes.",
        "delete 'counts_when'.",
        "slet 'counts_when'.",
    ),
    "V14": (
        "there is no ladder called '{name}'.",
        "der er ingen trappe ved navn '{name}'.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "V14.list": (
        "there is no ladder called '{name}'.",
        "der er ingen trappe ved navn '{name}'.",
        "ladders: {names}; or write steps such as  {{3 days before: caseworker}}",
        "trapper: {names}; eller skriv trin som  {{3 days before: caseworker}}",
    ),
    "V14.role": (
        "'{role}' is a role, not a ladder; it does not say when the mail is sent.",
        "'{role}' er en rolle, ikke en trappe; den siger ikke, hvornår mailen sendes.",
        "write: {{3 days before: {role}}}",
        "skriv: {{3 days before: {role}}}",
    ),
    "V14.standard": (
        "the rule has no 'notify', and no ladder called 'standard' is written anywhere.",
        "reglen har ingen 'notify', og ingen steder er der skrevet en trappe ved navn 'standard'.",
        "add  notify: {{3 days before: caseworker}}",
        "tilføj  notify: {{3 days before: caseworker}}",
    ),
    "V15": (
        "'{value}' is not a status.",
        "'{value}' er ikke en status.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "V15.list": (
        "'{value}' is not a status.",
        "'{value}' er ikke en status.",
        "write one of: {statuses}",
        "skriv en af: {statuses}",
    ),
    "V16": (
        "'{fact}' is a {kind}; all that can be asked is whether it is there.",
        "'{fact}' er af arten {kind}; man kan kun spørge, om det er der.",
        "write: present  or: missing",
        "skriv: present  eller: missing",
    ),
    "V16.empty": (
        "nothing is asked of '{fact}'.",
        "der spørges ikke om noget ved '{fact}'.",
        "write: present  or: missing  or a value",
        "skriv: present  eller: missing  eller en værdi",
    ),
    "V16.form": (
        "'{fact}' cannot be asked about in this way.",
        "sådan kan der ikke spørges om '{fact}'.",
        "write one value, or alternatives as a list of maps:  [{{{fact}: …}}, {{{fact}: …}}]",
        "skriv én værdi, eller muligheder som en liste af grupper:  [{{{fact}: …}}, {{{fact}: …}}]",
    ),
    "V16.list": (
        "'{value}' must stand alone, not in a list.",
        "'{value}' skal stå alene, ikke i en liste.",
        "make it an alternative of its own:  [{{fact: a_value}}, {{fact: {value}}}]",
        "gør det til en mulighed for sig:  [{{fact: en_værdi}}, {{fact: {value}}}]",
    ),
    "V16.numbers": (
        "'{value}' is not a number; in a list only numbers can stand.",
        "'{value}' er ikke et tal; i en liste kan der kun stå tal.",
        "write: [16, 17]  or one comparison: 16 to 17",
        "skriv: [16, 17]  eller én sammenligning: 16 to 17",
    ),
    "V17": (
        "'{value}' does not say how many of what.",
        "'{value}' siger ikke hvor mange af hvad.",
        "write: 20 cases",
        "skriv: 20 cases",
    ),
    "V17.record": (
        "'{record}' is not a kind of record that can be counted.",
        "'{record}' er ikke en slags post, der kan tælles.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "V17.list": (
        "'{record}' is not a kind of record that can be counted.",
        "'{record}' er ikke en slags post, der kan tælles.",
        "write one of: {records}",
        "skriv en af: {records}",
    ),
    "V17.other": (
        "the rule counts records of the kind '{counted}', so a change cannot count '{record}'.",
        "reglen tæller poster af slagsen '{counted}', så en ændring kan ikke tælle '{record}'.",
        "write the number with the kind that the rule counts, or write a new rule.",
        "skriv tallet med den slags, reglen tæller, eller skriv en ny regel.",
    ),
    "V18": (
        "'{field}' is not a field of a {record}.",
        "'{field}' er ikke et felt på {record}.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "V18.list": (
        "'{field}' is not a field of a {record}.",
        "'{field}' er ikke et felt på {record}.",
        "write one of: {fields}",
        "skriv en af: {fields}",
    ),
    "V18.none": (
        "a {record} is no document: it has no fields that can be filled.",
        "{record} er ikke et dokument: det har ingen felter, der kan udfyldes.",
        "write  for:  and a document, for example  for: decision",
        "skriv  for:  og et dokument, for eksempel  for: decision",
    ),
}
