"""The catalogue, Y: what is said about the text of a file.

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
        "this line is indented {indent} spaces, "
        "but the lines it belongs with are indented {wanted}.",
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
        "put the text in quotes:  {value}",
        "sæt teksten i anførselstegn:  {value}",
    ),
    "Y12": (
        "this line is neither 'key: value' nor a list item.",
        "linjen er hverken 'nøgle: værdi' eller et punkt i en liste.",
        "there must be a space after the colon:  {line}",
        "der skal være et mellemrum efter kolon:  {line}",
    ),
    "Y12.colon": (
        "this line is neither 'key: value' nor a list item.",
        "linjen er hverken 'nøgle: værdi' eller et punkt i en liste.",
        "there must be a colon after the key:  {line}",
        "der skal være et kolon efter nøglen:  {line}",
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
    "Y13.mark": (
        "'{mark}' is not used in rule files: nothing may refer to another place.",
        "'{mark}' bruges ikke i regelfiler: intet må henvise til et andet sted.",
        "delete it, and write the keys and values out.",
        "slet det, og skriv nøgler og værdier ud.",
    ),
    "Y14": (
        "'{key}' is written twice in the same place (first on line {first}). Only one can count.",
        "'{key}' står to gange samme sted (først på linje {first}). Kun den ene kan gælde.",
        "delete one of them.",
        "slet den ene.",
    ),
}
