"""The catalogue, Y and S: what is said about the text of a file and about its keys.

An entry holds the message in English and in Danish, then the hint in English and in Danish.
The first three characters of its name are the code, which never changes its meaning.
"""

from __future__ import annotations

Words = tuple[str, str, str, str]

NOTES: dict[str, tuple[str, str]] = {
    "Y14": ("first: line {first}: {source}", "først: linje {first}: {source}"),
}

YAML: dict[str, Words] = {
    "Y00": (
        "the file cannot be read from here on.",
        "filen kan ikke læses herfra.",
        "compare this line with the one above it: key: value, indented alike.",
        "sammenlign linjen med den ovenover: nøgle: værdi, rykket lige langt ind.",
    ),
    "Y01": (
        "there is a tab here.",
        "her er et tabulatortegn.",
        "delete it and type ordinary spaces.",
        "slet det, og skriv almindelige mellemrum.",
    ),
    "Y02": (
        "there is {mark} here (usually pasted from Word or a web page).",
        "her er {mark_da} (som regel kopieret fra Word eller en hjemmeside).",
        "delete it and type an ordinary space.",
        "slet det, og skriv et almindeligt mellemrum.",
    ),
    "Y02.zero": (
        "there is {mark} here (usually pasted from Word or a web page).",
        "her er {mark_da} (som regel kopieret fra Word eller en hjemmeside).",
        "delete it: place the cursor here and press Delete, or type the line again.",
        "slet det: sæt markøren her, og tryk Delete, eller skriv linjen igen.",
    ),
    "Y02.control": (
        "there is an invisible control character here (number {code}).",
        "her er et usynligt styretegn (nummer {code}).",
        "type the line again in an ordinary text editor.",
        "skriv linjen igen i et almindeligt tekstprogram.",
    ),
    "Y03": (
        "a text begins with the curly quote {mark} (Word makes them).",
        "en tekst begynder med det krøllede anførselstegn {mark} (Word laver dem).",
        'type a straight quote instead: "',
        'skriv et lige anførselstegn i stedet: "',
    ),
    "Y04": (
        "this line is indented {indent} spaces, but the lines it belongs with are indented {wanted}.",
        "linjen er rykket {indent} mellemrum ind, men de linjer, den hører til, {wanted}.",
        "move it so that it starts in column {column}.",
        "flyt den, så den begynder i kolonne {column}.",
    ),
    "Y05": (
        "the file is {size} MB; a rule file may be at most 1 MB.",
        "filen fylder {size} MB; en regelfil må højst fylde 1 MB.",
        "check that it is a rule file; divide a long one into several files.",
        "se efter, om det er en regelfil; del en lang fil i flere.",
    ),
    "Y05.deep": (
        "there are more than {levels} levels inside each other here.",
        "her er mere end {levels} niveauer inden i hinanden.",
        "a rule needs at most eight; look for a bracket that is never closed.",
        "en regel har højst brug for otte; se efter en parentes, der ikke er lukket.",
    ),
    "Y05.many": (
        "there are more than {count} mistakes; the rest of the file is not shown.",
        "der er mere end {count} fejl; resten af filen vises ikke.",
        "mend the first ones and check again.",
        "ret de første, og kontrollér igen.",
    ),
    "Y06": (
        "a quote is opened here but never closed.",
        "her begynder et anførselstegn, som aldrig sluttes.",
        "add the closing {mark} at the end of the text.",
        "sæt det afsluttende {mark} sidst i teksten.",
    ),
    "Y06.after": (
        "there is more text after the closing quote.",
        "der er mere tekst efter det afsluttende anførselstegn.",
        "put quotes around all of it:  {value}",
        "sæt anførselstegn om det hele:  {value}",
    ),
    "Y06.escape": (
        "a backslash in double quotes needs a letter that YAML knows.",
        "en omvendt skråstreg i dobbelte anførselstegn skal følges af et tegn, YAML kender.",
        "use single quotes around the text:  'C:\\sager'",
        "brug enkelte anførselstegn om teksten:  'C:\\sager'",
    ),
    "Y07": (
        "a bracket is opened here but never closed.",
        "her begynder en parentes, som aldrig sluttes.",
        "add the closing {closing} where it ends.",
        "sæt det afsluttende {closing}, hvor den slutter.",
    ),
    "Y07.extra": (
        "'{mark}' closes a bracket that was never opened.",
        "'{mark}' slutter en parentes, som aldrig er begyndt.",
        "delete it, or open the bracket before it.",
        "slet det, eller begynd parentesen før det.",
    ),
    "Y08": (
        "a colon followed by a space inside a text is taken for a key.",
        "et kolon med mellemrum efter inde i en tekst bliver taget for en nøgle.",
        "put the text in quotes:  {value}",
        "sæt teksten i anførselstegn:  {value}",
    ),
    "Y09": (
        "the file is not saved as UTF-8, so Danish letters cannot be read.",
        "filen er ikke gemt som UTF-8, så danske bogstaver kan ikke læses.",
        "save it as UTF-8 (in Notepad: Save as > Encoding > UTF-8). This line is probably: {line}",
        "gem den som UTF-8 (i Notesblok: Gem som > Kodning > UTF-8). Linjen er nok: {line}",
    ),
    "Y09.utf16": (
        "the file is saved as UTF-16 ('Unicode' in Notepad), not as UTF-8.",
        "filen er gemt som UTF-16 ('Unicode' i Notesblok), ikke som UTF-8.",
        "save it as UTF-8 (in Notepad: Save as > Encoding > UTF-8).",
        "gem den som UTF-8 (i Notesblok: Gem som > Kodning > UTF-8).",
    ),
    "Y09.office": (
        "this is a {format} file, not a text file.",
        "dette er en {format}-fil, ikke en tekstfil.",
        "copy the text into a text editor and save it as UTF-8 with a name ending in .yaml.",
        "kopiér teksten til et tekstprogram, og gem den som UTF-8 med et navn, der ender på .yaml.",
    ),
    "Y10": (
        "a second document begins here; a rule file holds one.",
        "her begynder et nyt dokument; en regelfil har kun ét.",
        "delete the line  ---  or move what follows to a file of its own.",
        "slet linjen  ---  eller flyt det følgende til sin egen fil.",
    ),
    "Y11": (
        "a value may not start with '{mark}' in YAML (it means {meaning}).",
        "en værdi må ikke begynde med '{mark}' i YAML (det betyder {meaning_da}).",
        'put the text in quotes:  "{value}"',
        'sæt teksten i anførselstegn:  "{value}"',
    ),
    "Y12": (
        "this line is neither 'key: value' nor a list item.",
        "linjen er hverken 'nøgle: værdi' eller et punkt i en liste.",
        "there must be a space after the colon:  {line}",
        "der skal være et mellemrum efter kolon:  {line}",
    ),
    "Y12.text": (
        "this line is neither 'key: value' nor a list item.",
        "linjen er hverken 'nøgle: værdi' eller et punkt i en liste.",
        "write a key before it, for example:  about: {text}",
        "skriv en nøgle foran, for eksempel:  about: {text}",
    ),
    "Y12.mixed": (
        "list items ('- …') and keys are mixed in the same column.",
        "listepunkter ('- …') og nøgler er blandet i samme kolonne.",
        "indent what belongs to the line above by two more spaces.",
        "ryk det, der hører til linjen ovenover, to mellemrum længere ind.",
    ),
    "Y13": (
        "a key must be a plain word; '<<', lists and maps cannot be keys.",
        "en nøgle skal være et almindeligt ord; '<<', lister og grupper kan ikke være nøgler.",
        "write the keys out, one a line:  key: value",
        "skriv nøglerne ud, én pr. linje:  nøgle: værdi",
    ),
    "Y14": (
        "'{key}' is written twice in the same place (first on line {first}). Only one can count.",
        "'{key}' står to gange samme sted (først på linje {first}). Kun den ene kan gælde.",
        "delete one of them.",
        "slet den ene.",
    ),
}

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
        "there is no rule file in the folder.",
        "der er ingen regelfil i mappen.",
        "rule files end in .yaml; point --rules or FRISTVAGT_RULES to the folder that holds them.",
        "regelfiler ender på .yaml; lad --rules eller FRISTVAGT_RULES pege på deres mappe.",
    ),
    "S02": (
        "'{key}' belongs inside a rule, but stands at the outer level of the file.",
        "'{key}' hører til inde i en regel, men står yderst i filen.",
        "indent it under the rule it belongs to.",
        "ryk den ind under den regel, den hører til.",
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
        "write\n- name: …\n  given: {{case: {{began: 2026-01-05}}}}\n  expect: {{2026-03-03: overdue}}",
        "skriv\n- name: …\n  given: {{case: {{began: 2026-01-05}}}}\n  expect: {{2026-03-03: overdue}}",
    ),
    "S06": (
        "'{key}' is empty.",
        "'{key}' er tom.",
        "write a value after  {key}:  or delete the line.",
        "skriv en værdi efter  {key}:  eller slet linjen.",
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

TEXT = {**YAML, **SHAPE}
