"""The sentences about a bad extract, in Danish and English, by code."""

from __future__ import annotations

LINE = {"da": "linje", "en": "line"}
SHEET = {"da": ("ark", "række", "kolonne"), "en": ("sheet", "row", "column")}
FOUND = {"da": " Der står »{}«.", "en": ' It says "{}".'}
MORE = {"da": "... og {} fejl mere.", "en": "... and {} more mistakes."}
SUGGESTION = {"da": " Mente du »{}«?", "en": ' Did you mean "{}"?'}

MORE_ROWS = {"da": "(og {} mere)", "en": "(and {} more)"}
COUNTED = {
    # what is counted of a file: for one row, and for several
    "da": {
        "new": ("ny", "nye"),
        "changed": ("ændret", "ændrede"),
        "unchanged": ("uændret", "uændrede"),
        "gone": ("ikke med", "ikke med"),
        "rejected": ("afvist", "afviste"),
    },
    "en": {
        "new": ("new", "new"),
        "changed": ("changed", "changed"),
        "unchanged": ("unchanged", "unchanged"),
        "gone": ("not there", "not there"),
        "rejected": ("refused", "refused"),
    },
}
NO_ROWS = {"da": "ingen rækker", "en": "no rows"}
DETAILS = {
    "da": {"new": "ny", "changed": "ændret", "gone": "ikke med"},
    "en": {"new": "new", "changed": "changed", "gone": "not there"},
}
NOTICES = {
    "not-told": {
        "da": "Udtrækket har ingen {files}. Kommer de senere med, må de ikke forsvinde igen.",
        "en": "The extract has no {files}. Once they are there, they may not disappear again.",
    },
    "columns-not-told": {
        "da": "{file} har ikke {columns}. Frister, der bygger på dem, kan ikke beregnes.",
        "en": "{file} does not have {columns}. Rules that ask about them cannot be decided.",
    },
    "same-events": {
        "da": "{number} linjer i events.csv gentager en anden linje ord for ord og tæller én gang.",
        "en": "{number} rows of events.csv repeat another word for word and count once.",
    },
    "rejected-not-written": {
        "da": "rejected.csv kunne ikke skrives i mappen; de afviste linjer står kun her.",
        "en": "rejected.csv could not be written in the folder; the refused rows are only here.",
    },
}


def _both(da: str, en: str) -> dict[str, str]:
    return {"da": da, "en": en}


SENTENCES = {
    # the folder and its files
    "no-folder": _both(
        "mappen findes ikke eller kan ikke læses. Kontrollér stien og rettighederne.",
        "the folder does not exist or cannot be read. Check the path and the permissions.",
    ),
    "empty-folder": _both(
        "mappen har hverken .csv-filer eller en .xlsx. Læg udtrækket her; people.csv og cases.csv "
        "skal altid være med.",
        "the folder holds neither .csv files nor an .xlsx. Put the extract here; people.csv and "
        "cases.csv must always be there.",
    ),
    "unreadable-file": _both(
        "filen kan ikke læses. Kontrollér rettighederne, eller lav udtrækket igen.",
        "the file cannot be read. Check the permissions, or make the extract again.",
    ),
    "two-forms": _both(
        "mappen har både .csv-filer og en .xlsx, eller flere .xlsx. Behold kun én form.",
        "the folder holds both .csv files and an .xlsx, or several .xlsx. Keep one form only.",
    ),
    "missing-file": _both(
        "filen mangler i udtrækket. Er der intet at melde, så send den med kun overskrifterne.",
        "the file is missing from the extract. If there is nothing to tell, send only its header.",
    ),
    "unknown-file": _both(
        "ordforrådet kender ingen fil med det navn.{suggestion} Ret navnet, eller skriv i "
        "mapping.yaml under files, hvad den svarer til.",
        "the vocabulary knows no file of this name.{suggestion} Correct the name, or say under "
        "files in mapping.yaml what it stands for.",
    ),
    "not-utf8": _both(
        "filen er ikke UTF-8 (den er vist gemt som {encoding}). Gem den igen som »CSV UTF-8«.",
        'the file is not UTF-8 (it looks like {encoding}). Save it again as "CSV UTF-8".',
    ),
    "truncated": _both(
        "filen slutter midt i en linje; den er vist skåret over. Lav udtrækket igen.",
        "the file ends in the middle of a line; it seems cut off. Make the extract again.",
    ),
    "quotes": _both(
        "anførselstegnene passer ikke sammen fra denne linje. Er filen skåret over, så lav "
        "udtrækket igen; ellers skal et anførselstegn i et felt skrives dobbelt.",
        "the quotation marks do not match up from this line on. If the file is cut off, make the "
        "extract again; otherwise a quotation mark inside a cell must be doubled.",
    ),
    "empty-file": _both(
        "filen er tom. Den skal mindst have linjen med kolonnenavne.",
        "the file is empty. It must have at least the line of column names.",
    ),
    "wrong-delimiter": _both(
        "kolonnerne skal være adskilt med komma eller semikolon.",
        "columns must be separated by commas or semicolons.",
    ),
    "missing-column": _both(
        "kolonnen mangler. Tilføj den, eller skriv under columns i mapping.yaml, hvad den hedder.",
        "the column is missing. Add it, or say under columns in mapping.yaml what it is called.",
    ),
    "lost-column": _both(
        "kolonnen var med i det forrige udtræk, men mangler nu. Lav udtrækket igen med den.",
        "the column was in the last extract but is missing now. Make the extract again with it.",
    ),
    "unknown-column": _both(
        "ordforrådet kender ikke kolonnen.{suggestion} Ret navnet, eller sæt den under ignore i "
        "mapping.yaml.",
        "the vocabulary does not know the column.{suggestion} Correct the name, or put it under "
        "ignore in mapping.yaml.",
    ),
    "column-twice": _both(
        "to kolonner har samme navn. Behold kun den ene.",
        "two columns have the same name. Keep only one.",
    ),
    "mapping-yaml": _both(
        "filen er ikke gyldig YAML i UTF-8 her. Tjek indrykning, kolon og anførselstegn.",
        "the file is not valid YAML in UTF-8 here. Check indentation, colons and quotation marks.",
    ),
    "mapping-key": _both(
        "»{key}« kan ikke stå der eller har en forkert form. Se docs/extract.md.",
        '"{key}" cannot stand there or has the wrong form. See docs/extract.md.',
    ),
    "mapping-file": _both(
        "under files står »{key}«, som ordforrådet ikke kender. Der kan stå: {choices}.",
        'files names "{key}", which the vocabulary does not know. It may name: {choices}.',
    ),
    # guards on the whole
    "older": _both(
        "udtrækket er taget {taken}, men det forrige er fra {last}. Et ældre udtræk indlæses ikke.",
        "the extract was taken {taken}, but the last one is from {last}. An older extract is not "
        "taken in.",
    ),
    "taken-ahead": _both(
        "udtrækket siger, at det er taget {taken}, og det er i fremtiden. Ret »taken«.",
        'the extract says it was taken {taken}, which is in the future. Correct "taken".',
    ),
    "other-import": _both(
        "et andet udtræk blev indlæst imens. Prøv igen.",
        "another extract was taken in meanwhile. Try again.",
    ),
    "lost-cases": _both(
        "{lost} af {open} åbne sager er ikke længere med. Mangler mere end en femtedel, indlæses "
        "intet. Lav udtrækket igen.",
        "{lost} of {open} open cases are gone. When more than a fifth is missing, nothing is taken "
        "in. Make the extract again.",
    ),
    "closed-cases": _both(
        "{lost} af {open} åbne sager er lukket på én gang. Er det rigtigt, så indlæs med det "
        "udtrykkelige tilvalg.",
        "{lost} of {open} open cases were closed at once. If that is right, import with the "
        "explicit option.",
    ),
    "lost-rows": _both(
        "{lost} af {open} linjer fra sidst er ikke længere med. Mangler mere end en femtedel, "
        "indlæses intet. Lav udtrækket igen.",
        "{lost} of {open} rows of last time are gone. When more than a fifth is missing, nothing "
        "is taken in. Make the extract again.",
    ),
    "many-bad-rows": _both(
        "{lost} af {open} linjer kan ikke læses. Er det mere end en femtedel, indlæses intet. "
        "Linjerne står i rejected.csv.",
        "{lost} of {open} rows cannot be read. When it is more than a fifth, nothing is taken in. "
        "The rows are in rejected.csv.",
    ),
    "many-duplicates": _both(
        "{lost} af {open} linjer står der to gange; filen er vist fordoblet. Lav udtrækket igen.",
        "{lost} of {open} rows stand there twice; the file seems doubled. Make the extract again.",
    ),
    # a row
    "row-width": _both(
        "linjen har {found_cells} felter, men der er {columns} kolonner. Et felt med skilletegn "
        "eller linjeskift skal stå i anførselstegn.",
        "the row has {found_cells} cells, but there are {columns} columns. A cell with a "
        "separator or a line break must be in quotation marks.",
    ),
    "empty": _both("feltet er tomt, men skal udfyldes.", "the cell is empty but must be filled."),
    "no-date": _both(
        "forventet: en dato som 2026-01-31.",
        "expected: a date such as 2026-01-31.",
    ),
    "no-such-date": _both(
        "datoen findes ikke i kalenderen. Forventet: en dato som 2026-01-31.",
        "the calendar has no such date. Expected: a date such as 2026-01-31.",
    ),
    "no-moment": _both(
        "forventet: en dato eller et tidspunkt som 2026-01-31 eller 2026-01-31 14:30.",
        "expected: a date or a moment such as 2026-01-31 or 2026-01-31 14:30.",
    ),
    "no-such-hour": _both(
        "klokkeslættet findes ikke den nat, uret stilles frem. Forventet: et andet tidspunkt.",
        "the hour does not exist on the night the clocks go forward. Expected: another moment.",
    ),
    "odd-year": _both(
        "årstallet skal ligge mellem 1900 og 2100. Lad feltet stå tomt, hvis datoen ikke kendes.",
        "the year must be between 1900 and 2100. Leave the cell empty when the date is not known.",
    ),
    "no-number": _both(
        "forventet: et tal som 12 eller 12.5.", "expected: a number such as 12 or 12.5."
    ),
    "no-yes-no": _both(
        "forventet: yes eller no. Andre ord kan oversættes under values i mapping.yaml.",
        "expected: yes or no. Other words can be translated under values in mapping.yaml.",
    ),
    "no-duration": _both(
        "forventet: en varighed som »6 months« eller »8 weeks«.",
        'expected: a duration such as "6 months" or "8 weeks".',
    ),
    "unknown-choice": _both(
        "forventet: {choices}.{suggestion}", "expected: {choices}.{suggestion}"
    ),
    "free-text": _both(
        "forventet: ét ord af bogstaver, tal, _ og -.",
        "expected: one word of letters, figures, _ and -.",
    ),
    "bad-ref": _both(
        "forventet: en reference uden mellemrum, højst 60 tegn (bogstaver, tal og . _ / : + -).",
        "expected: a reference without spaces, at most 60 characters (letters, figures and "
        ". _ / : + -).",
    ),
    "cpr": _both(
        "feltet ligner et CPR-nummer. Forventet: en reference, der ikke er lavet af CPR-nummeret.",
        "the cell looks like a CPR number. Expected: a reference that is not made from it.",
    ),
    "duplicate-ref": _both(
        "referencen står allerede i {other}. Ingen af linjerne er brugt.",
        "the reference stands already in {other}. Neither row is used.",
    ),
    "duplicate-person": _both(
        "personen står allerede i linje {other}; den første linje gælder.",
        "the person stands already in line {other}; the first line is used.",
    ),
    "duplicate-absence": _both(
        "personen har allerede et fravær fra den dag, med andet indhold.",
        "the person already has an absence from that day, which says something else.",
    ),
    "unknown-case": _both("sagen findes ikke i cases.csv.", "the case is not in cases.csv."),
    "unknown-ref": _both(
        "referencen findes ikke i udtrækket.", "the reference is not in the extract."
    ),
    "other-case": _both(
        "referencen hører til en anden sag.", "the reference belongs to another case."
    ),
    "unknown-person": _both(
        "personen findes ikke i people.csv.", "the person is not in people.csv."
    ),
    "unknown-role": _both(
        "ordforrådet kender ikke rollen. Forventet: {choices}.",
        "the vocabulary does not know the role. Expected: {choices}.",
    ),
    "unknown-event": _both(
        "ordforrådet kender ikke hændelsen.{suggestion}",
        "the vocabulary does not know the event.{suggestion}",
    ),
    "event-elsewhere": _both(
        "hændelsen registreres på {choices}, ikke på {kind}.",
        "the event is recorded on {choices}, not on {kind}.",
    ),
    "field-elsewhere": _both(
        "hændelsen {event} har ikke feltet; det skal være tomt på denne linje.",
        "the event {event} has no such field; the cell must be empty in this row.",
    ),
    "future-event": _both(
        "hændelsen ligger i fremtiden. Forventet: noget, der er sket.",
        "the event lies in the future. Expected: something that has happened.",
    ),
    "ended-first": _both(
        "slutningen ligger før begyndelsen ({began}).", "it ended before it began ({began})."
    ),
    "unknown-language": _both("forventet: da, en eller tomt.", "expected: da, en or empty."),
    "two-addresses": _both(
        "forventet: én mailadresse. Der står flere i feltet.",
        "expected: one mail address. The cell holds several.",
    ),
    "letters-in-address": _both(
        "mailadressen har bogstaver før @, som mailserveren ikke kan tage (som æ, ø, å). "
        "Brug personens adresse uden dem.",
        "the mail address has letters before the @ that the mail server cannot take (such as "
        "æ, ø, å). Use the person's address without them.",
    ),
    "bad-address": _both(
        "forventet: en mailadresse som navn@kommune.dk.",
        "expected: a mail address such as name@municipality.dk.",
    ),
    "unknown-fact": _both(
        "ordforrådet kender ikke oplysningen på {kind}.{suggestion}",
        "the vocabulary does not know the fact on {kind}.{suggestion}",
    ),
    "history-twice": _both(
        "oplysningen har allerede en værdi fra den dag (linje {other}).",
        "the fact already has a value from that day (line {other}).",
    ),
    "history-differs": _both(
        "history.csv siger noget andet om i dag end kolonnen her. Ret den, der er forkert.",
        "history.csv tells something else about today than this column. Correct the wrong one.",
    ),
}
