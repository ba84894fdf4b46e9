"""Pages of `rules help`: Y, characters and YAML."""

from __future__ import annotations

from rules.help_examples import SMALL, Help

DEEP = "[" * 25 + "]" * 25

YAML_PAGES: dict[str, Help] = {
    "Y00": Help(
        "Filen indeholder noget, som slet ikke er tekst. Det sker, når noget er kopieret fra et "
        "program, der skriver tegn på sin egen måde. Slet tegnet, og skriv teksten igen.",
        "The file holds something that is no text at all. It happens when something was copied "
        "from a program with its own way of writing characters. Delete it and type the text again.",
        "title: Netværksmøde hver 8. uge",
        'title: "\\U00110000"',
    ),
    "Y01": Help(
        "En linje må ikke rykkes ind med tabulator, for tabulatorer er ikke lige brede overalt. "
        "Brug mellemrum: to for hvert niveau.",
        "A line cannot be indented with a tab, because tabs are not equally wide everywhere. "
        "Use spaces: two for each level.",
        "    title: Netværksmøde hver 8. uge",
        "\ttitle: Netværksmøde hver 8. uge",
    ),
    "Y02": Help(
        "Et tegn ser ud som et mellemrum, eller ses slet ikke, men er noget andet. Word og "
        "hjemmesider sætter dem ind. Slet det, og skriv et almindeligt mellemrum.",
        "A character looks like a space, or like nothing, but is something else. Word and web "
        "pages put them in. Delete it and type an ordinary space.",
        "due: 8 weeks after start",
        "due: 8\u00a0weeks after start",
    ),
    "Y03": Help(
        "Krumme anførselstegn fra Word er bogstaver for computeren, ikke anførselstegn. Brug de "
        'lige ("), eller lad dem være: de er sjældent nødvendige.',
        'The curly quotes that Word makes are letters to the computer. Use straight ones (") or '
        "none: they are seldom needed.",
        'title: "Netværksmøde"',
        "title: “Netværksmøde”",
        found="title: Netværksmøde hver 8. uge",
    ),
    "Y04": Help(
        "Linjer, der hører sammen, skal begynde lige langt inde. Indrykningen er det, der siger, "
        "hvad der hører til hvad.",
        "Lines that belong together must begin equally far in. The indentation is what says what "
        "belongs to what.",
        "    binding: standard\n    basis:",
        "    binding: standard\n      basis:",
    ),
    "Y05": Help(
        "Filen er for stor, for dyb eller har for mange fejl til at være en regelfil. Det er "
        "næsten altid den forkerte fil eller et uheld med kopiering.",
        "The file is too large, too deep or too full of mistakes to be a rule file. It is nearly "
        "always the wrong file or an accident with copying.",
        "when: {case.target_group: youth}",
        f"when: {DEEP}",
    ),
    "Y06": Help(
        "Et anførselstegn åbner en tekst, som så aldrig slutter – eller teksten fortsætter efter "
        "det andet. Sæt anførselstegn om hele teksten, eller fjern dem.",
        "A quote opens a text that then never ends, or the text goes on after the second one. "
        "Put quotes around the whole text, or remove them.",
        'title: "Netværksmøde hver 8. uge"',
        'title: "Netværksmøde" hver 8. uge',
        found="title: Netværksmøde hver 8. uge",
    ),
    "Y07": Help(
        "Hver parentes, der åbnes, skal lukkes: [ med ] og { med }. Tæl dem på linjen.",
        "Every bracket that is opened must be closed: [ with ] and { with }. Count them on the "
        "line.",
        "counts_when: {participants: {all_of: [child, parents]}}",
        "counts_when: {participants: {all_of: [child, parents}}",
    ),
    "Y08": Help(
        "Et kolon med et mellemrum efter skiller en nøgle fra dens værdi. Står det inde i en "
        "tekst, skal teksten i anførselstegn.",
        "A colon followed by a space parts a key from its value. When it stands inside a text, "
        "the text must be in quotes.",
        'title: "Netværksmøde: hver 8. uge"',
        "title: Netværksmøde: hver 8. uge",
        found="title: Netværksmøde hver 8. uge",
    ),
    "Y09": Help(
        "Filen er ikke gemt som UTF-8, og så er æ, ø og å ikke til at læse. Vælg »Gem som« og "
        "kodningen UTF-8. Regelfiler er tekstfiler, ikke Word- eller Excel-filer.",
        "The file is not saved as UTF-8, so æ, ø and å cannot be read. Choose “Save as” and the "
        "encoding UTF-8. Rule files are text files, not Word or Excel files.",
        "title: Netværksmøde hver 8. uge",
        "title: Netværksmøde hver 8. uge",
        encoding="cp1252",
    ),
    "Y10": Help(
        "Tre streger begynder et nyt dokument. En regelfil er ét dokument; læg resten i en fil "
        "for sig, eller slet stregerne.",
        "Three dashes begin a new document. A rule file is one document; put the rest into a file "
        "of its own, or delete the dashes.",
        "language: 1\nrules:",
        "language: 1\n---\nrules:",
    ),
    "Y11": Help(
        "Nogle tegn betyder noget særligt først i en værdi. Sæt anførselstegn om værdien.",
        "Some characters mean something special at the beginning of a value. Put the value in "
        "quotes.",
        'title: "@møde"',
        "title: @møde",
        found="title: Netværksmøde hver 8. uge",
    ),
    "Y12": Help(
        "Hver linje er enten »nøgle: værdi« eller begynder med en streg. Her mangler ofte et kolon "
        "eller mellemrummet efter det.",
        "Every line is either “key: value” or begins with a dash. What is often missing here is "
        "the colon, or the space after it.",
        "    binding: standard",
        "    binding:standard",
    ),
    "Y13": Help(
        "En nøgle er et almindeligt ord. Mærker som & og * og «<<», der genbruger tekst i andre "
        "YAML-filer, bruges ikke her: skriv teksten igen.",
        "A key is a plain word. Marks such as & and * and “<<”, which reuse text in other YAML "
        "files, are not used here: write the text again.",
        "  network-meeting:\n    title",
        "  network-meeting: &a\n    title",
    ),
    "Y14": Help(
        "Samme nøgle står to gange samme sted, og kun én kan gælde. Slet den, der ikke skal.",
        "The same key stands twice in the same place, and only one can count. Delete the other.",
        "due: 8 weeks after start",
        "due: 8 weeks after start\n    due: 9 weeks after start",
    ),
}

EMPTY = Help(
    "En fil uden indhold har ingen regler. Begynd med  language: 1  og  rules:",
    "A file with nothing in it holds no rules. Begin with  language: 1  and  rules:",
    SMALL,
    "",
    folder="small",
)
