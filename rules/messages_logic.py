"""The catalogue, L and P: what is said about rules that contradict each other, and about tests.

An entry holds the message in English and in Danish, then the hint in English and in Danish.
The first three characters of its name are the code, which never changes its meaning.
"""

from __future__ import annotations

Words = tuple[str, str, str, str]

CONTRADICTIONS: dict[str, Words] = {
    "L01": (
        "'{rule}' is law and cannot be switched off by {layer}.",
        "'{rule}' er lov og kan ikke slås fra af {layer_da}.",
        "delete this change.",
        "slet ændringen.",
    ),
    "L02": (
        "'{local}' is looser than the law: '{law}'.",
        "'{local}' er lempeligere end loven: '{law}'.",
        "write: {law}  or something stricter, or delete this change.",
        "skriv: {law}  eller noget strengere, eller slet ændringen.",
    ),
    "L03": (
        "I cannot tell whether {local} is stricter than {law}: {wide} is {few} to {many} days.",
        "jeg kan ikke afgøre, om {local} er strengere end {law}: {wide} er {few} til {many} dage.",
        "use the same unit as the law ({unit}).",
        "brug samme enhed som loven ({unit}).",
    ),
    "L03.anchor": (
        "I cannot tell whether '{local}' is stricter than the law: '{law}'.",
        "jeg kan ikke afgøre, om '{local}' er strengere end loven: '{law}'.",
        "write it like the law, with a shorter time: {law}",
        "skriv det som loven, med et kortere tidsrum: {law}",
    ),
    "L04": (
        "'{rule}' is law and cannot be waived locally.",
        "'{rule}' er lov og kan ikke fraviges lokalt.",
        "write: nobody  or delete the line.",
        "skriv: nobody  eller slet linjen.",
    ),
    "L04.fields": (
        "the law asks for more than this: {fields}",
        "loven kræver mere end dette: {fields}",
        "keep them: [{all}]",
        "behold dem: [{all}]",
    ),
    "L04.counts": (
        "'{rule}' is law; what counts towards it cannot be changed locally.",
        "'{rule}' er lov; hvad der tæller, kan ikke ændres lokalt.",
        "delete the line, and write a local rule of its own instead.",
        "slet linjen, og skriv i stedet en selvstændig lokal regel.",
    ),
    "L05": (
        "two changes give '{key}' different values for the same cases from the same day.",
        "to ændringer giver '{key}' forskellige værdier i samme sager fra samme dag.",
        "let them begin on different days, or add a 'when' so that only one fits (other: {first}).",
        "lad dem begynde hver sin dag, eller tilføj 'when', så kun én passer (den anden: {first}).",
    ),
    "L06": (
        "'{fact}' cannot be both {first} (line {line}) and {second}, so this never holds.",
        "'{fact}' kan ikke være både {first} (linje {line}) og {second}, så det gælder aldrig.",
        "delete one, or write two alternatives:  [{{{fact}: {first}}}, {{{fact}: {second}}}]",
        "slet den ene, eller skriv to muligheder:  [{{{fact}: {first}}}, {{{fact}: {second}}}]",
    ),
    "L07": (
        "'unless' removes every case that 'when' selects, so the rule can never apply.",
        "'unless' fjerner alle de sager, som 'when' vælger, så reglen kan aldrig gælde.",
        "'when' says {fact}: {want} (line {line}).",
        "'when' siger {fact}: {want} (linje {line}).",
    ),
    "L08": (
        "{until} lies before {first}, the first day ('{key}').",
        "{until} ligger før {first}, den første dag ('{key}').",
        "write a day after {first}, or delete the line.",
        "skriv en dag efter {first}, eller slet linjen.",
    ),
    "L09": (
        "'{due}' may already have passed when the rule begins to apply.",
        "'{due}' kan allerede være passeret, når reglen begynder at gælde.",
        "add a line such as  not_before: 1 month after start",
        "tilføj en linje som  not_before: 1 month after start",
    ),
    "L10": (
        "'{rule}' is law, but has no source that allows its clock to stop.",
        "'{rule}' er lov, men har ingen kilde, der tillader, at fristen står stille.",
        "add the source of the pause under 'basis':  - source: …",
        "tilføj kilden til pausen under 'basis':  - source: …",
    ),
    "L11": (
        "there is already a rule called '{name}' ({first}).",
        "der er allerede en regel ved navn '{name}' ({first}).",
        "give this one another name; to alter a rule of a higher layer, write it under 'changes'.",
        "giv denne et andet navn; en regel i et højere lag ændres under 'changes'.",
    ),
    "L11.ladder": (
        "there is already a ladder called '{name}' ({first}).",
        "der er allerede en trappe ved navn '{name}' ({first}).",
        "give this one another name.",
        "giv denne et andet navn.",
    ),
    "L11.step": (
        "the step '{step}' is already in this ladder.",
        "trinnet '{step}' er allerede i denne trappe.",
        "delete one of them, and write several roles as a list:  [caseworker, team_leader]",
        "slet det ene, og skriv flere roller som en liste:  [caseworker, team_leader]",
    ),
    "L12": (
        "'{rule}' is written in the layer '{layer}' ({file}); only a lower layer changes it here.",
        "'{rule}' er skrevet i laget '{layer}' ({file}); kun et lavere lag ændrer den her.",
        'write the change inside the rule, or begin this file with  layer: "municipality: …"',
        'skriv ændringen inde i reglen, eller begynd filen med  layer: "municipality: …"',
    ),
    "L13": (
        "these rules wait for each other in a circle: {circle}",
        "disse regler venter på hinanden i ring: {circle}",
        "remove one of the 'rule.…' conditions.",
        "fjern en af betingelserne 'rule.…'.",
    ),
    "L14": (
        "'{rule}' is law, but nobody has noted when its text was compared with the source.",
        "'{rule}' er lov, men ingen har noteret, hvornår teksten er sammenholdt med kilden.",
        "compare them, and add under the source  checked: 2026-01-31  (the day you did it)",
        "sammenhold dem, og tilføj under kilden  checked: 2026-01-31  (dagen, du gjorde det)",
    ),
    "L15": (
        "the mail '{step}' is never sent: it would lie before the start of '{due}'.",
        "mailen '{step}' sendes aldrig: den ville ligge før begyndelsen af '{due}'.",
        "choose a shorter time before, or delete the step.",
        "vælg et kortere tidsrum før, eller slet trinnet.",
    ),
    "L16": (
        "'{layer}' stands beside '{first}', but a folder holds the rules of one municipality.",
        "'{layer}' står ved siden af '{first}', men en mappe har én kommunes regler.",
        "write: {first}  or move the file to a folder of its own.",
        "skriv: {first}  eller flyt filen til en mappe for sig.",
    ),
}

TESTS: dict[str, Words] = {
    "P01": (
        "the test expects nothing, so it can never fail.",
        "prøven venter ingenting, så den kan aldrig fejle.",
        "add  expect:  with at least one date and status.",
        "tilføj  expect:  med mindst én dato og status.",
    ),
    "P02": (
        "the test is not given the {record} that the rule is about.",
        "prøven får ikke den {record}, som reglen handler om.",
        "add  {record}: {{began: 2026-01-05}}",
        "tilføj  {record}: {{began: 2026-01-05}}",
    ),
    "P02.began": (
        "the test does not say when the {record} began.",
        "prøven siger ikke, hvornår {record} begyndte.",
        "add  began: 2026-01-05",
        "tilføj  began: 2026-01-05",
    ),
    "P03": (
        "'{key}' cannot be given to a test.",
        "'{key}' kan ikke gives til en prøve.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "P03.list": (
        "'{key}' cannot be given to a test.",
        "'{key}' kan ikke gives til en prøve.",
        "use one of: {known}",
        "brug en af: {known}",
    ),
    "P04": (
        "'{record}' needs facts and when it began.",
        "'{record}' skal have forhold og begyndelse.",
        "write: {{began: 2026-01-05}}",
        "skriv: {{began: 2026-01-05}}",
    ),
    "P05": (
        "'{fact}' is not a fact of {record}.",
        "'{fact}' er ikke et forhold ved {record}.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "P05.list": (
        "'{fact}' is not a fact of {record}.",
        "'{fact}' er ikke et forhold ved {record}.",
        "use one of: {facts}",
        "brug et af: {facts}",
    ),
    "P06": (
        "it ended before it began.",
        "den sluttede, før den begyndte.",
        "write a later day after  ended:",
        "skriv en senere dag efter  ended:",
    ),
    "P07": (
        "'{fact}' takes one value here.",
        "'{fact}' tager én værdi her.",
        "write one value, or its history: {{2026-01-05: value, 2026-03-01: value}}",
        "skriv én værdi eller dens historie: {{2026-01-05: værdi, 2026-03-01: værdi}}",
    ),
    "P07.number": (
        "'{value}' is not a number, and '{fact}' takes a number.",
        "'{value}' er ikke et tal, og '{fact}' tager et tal.",
        "write for example: 1",
        "skriv for eksempel: 1",
    ),
    "P08": (
        "'contents' takes fields with the day each was filled.",
        "'contents' tager felter med den dag, hvert er udfyldt.",
        "write: {{plan_b: 2026-01-05}}  or, if they were there from the start: [plan_b]",
        "skriv: {{plan_b: 2026-01-05}}  eller, hvis de var der fra begyndelsen: [plan_b]",
    ),
    "P09": (
        "'records' takes a list of other records of the case.",
        "'records' tager en liste over sagens andre poster.",
        "write: [{{measure: {{began: 2026-01-05}}}}]",
        "skriv: [{{measure: {{began: 2026-01-05}}}}]",
    ),
    "P10": (
        "an event is written with its date and its name.",
        "en hændelse skrives med dato og navn.",
        "write: - 2026-02-20 network_meeting: {{participants: [child]}}",
        "skriv: - 2026-02-20 network_meeting: {{participants: [child]}}",
    ),
    "P11": (
        "'{event}' is recorded on {records}, and the test is given none.",
        "'{event}' registreres på {records}, og prøven har ingen.",
        "give the test such a record, or delete the event.",
        "giv prøven sådan en post, eller slet hændelsen.",
    ),
    "P12": (
        "'count' belongs to rules with 'must_not_exceed' and takes days and numbers.",
        "'count' hører til regler med 'must_not_exceed' og tager dage og tal.",
        "write: {{2026-01-05: 21}}",
        "skriv: {{2026-01-05: 21}}",
    ),
    "P13": (
        "what is expected on this day is not said.",
        "det er ikke sagt, hvad der ventes den dag.",
        "write a status such as  overdue  or: {{status: overdue, due: 2026-03-02}}",
        "skriv en status som  overdue  eller: {{status: overdue, due: 2026-03-02}}",
    ),
    "P13.list": (
        "'expect' takes days with what is expected on them, without dashes.",
        "'expect' tager dage med det, der ventes på dem, uden streger foran.",
        "write\nexpect:\n  2026-03-02: overdue",
        "skriv\nexpect:\n  2026-03-02: overdue",
    ),
    "P14": (
        "'{key}' cannot be expected.",
        "'{key}' kan ikke ventes.",
        "did you mean {meant}?",
        "mente du {meant}?",
    ),
    "P15": (
        "on {at} nothing has begun yet ({began}), so it can only be 'not applicable'.",
        "den {at} er intet begyndt endnu ({began}), så det kan kun være 'not applicable'.",
        "write: not applicable  or a later day.",
        "skriv: not applicable  eller en senere dag.",
    ),
}
