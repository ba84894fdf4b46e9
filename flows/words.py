"""What the command line says. English stands in the code, Danish beside it here."""

from __future__ import annotations

from collections.abc import Mapping

DANISH: Mapping[str, str] = {
    "Watch over the deadlines of casework with children and families.": (
        "Hold øje med fristerne i sagsbehandlingen på børne- og familieområdet."
    ),
    "Write the version and stop.": "Skriv versionen og stop.",
    "See {command} --help.": "Se {command} --help.",
    "Write for machines.": "Skriv JSON til andre programmer.",
    "A day, or a day and a time: 2026-11-21 09:00. Else: now.": (
        "En dag, eller en dag og et klokkeslæt: 2026-11-21 09:00. Ellers: nu."
    ),
    "Nothing is held back.": "Intet holdes tilbage.",
    "Reminders about {case} come again.": "Påmindelser om {case} kommer igen.",
    "There was nothing to do.": "Der var intet at gøre.",
    "The rule book in force decides.": "Regelbogen i kraft gælder.",
    # demo, serve
    "How many days to live.": "Hvor mange dage der skal gennemleves.",
    "Where to leave the mails and the page.": "Hvor mailene og siden skal ligge.",
    "Live some weeks of an invented municipality; leave its mails and a page to read them on.": (
        "Gennemlev nogle uger i en opdigtet kommune, og læs dens mails på en side bagefter."
    ),
    "Watch and send until told to stop: the clock and the sender.": (
        "Hold øje, og send mails, til du beder den stoppe: ur og afsender i ét."
    ),
    # status, doctor
    "Show how everything stands: the service, the data, the mails, the last runs and the next.": (
        "Vis, hvordan alt står til: tjenesten, data, mails, de seneste kørsler og de næste."
    ),
    "Examine the installation; say what is wrong and what to do about it.": (
        "Undersøg installationen; sig, hvad der er galt, og hvad der skal gøres ved det."
    ),
    "ok": "i orden",
    "warning": "advarsel",
    "wrong": "galt",
    "Last run:": "Sidst kørt:",
    "Next:": "Næste gang:",
    "tidying": "oprydning",
    "deciding": "beregning af frister",
    "counting": "afstemning",
    "morning mails": "morgenmails",
    "the week's digest": "ugeoverblik",
    "report to the operator": "rapport til driften",
    "late": "forsinket",
    "done": "udført",
    "failed": "fejlet",
    "under way": "i gang",
    "broken off": "afbrudt",
    # import
    "Take in an extract of the case system.": "Indlæs et udtræk fra fagsystemet.",
    "The folder of the extract.": "Mappen med udtrækket.",
    "Change nothing; show what would change.": "Ændr intet; vis, hvad der ville blive ændret.",
    "Name the rows that differ, the first of each file.": (
        "Nævn de rækker, der er anderledes, de første i hver fil."
    ),
    "Accept that more than a fifth of the cases were closed at once.": (
        "Acceptér, at mere end en femtedel af sagerne er lukket på én gang."
    ),
    "The extract has been taken in.": "Udtrækket er indlæst.",
    "This extract has been taken in before; nothing was changed.": (
        "Dette udtræk er indlæst før; intet er ændret."
    ),
    "Nothing has been changed. Taking the extract in would do this:": (
        "Intet er ændret. Hvis udtrækket blev indlæst, ville dette ske:"
    ),
    "The extract was refused; what was stored stays in force.": (
        "Udtrækket er afvist; det, der var gemt, gælder stadig."
    ),
    "Rows that were refused (see rejected.csv): {number}": (
        "Afviste rækker (se rejected.csv): {number}"
    ),
    "Rows that would be refused: {number}": "Rækker, der ville blive afvist: {number}",
    # migrate, run, evaluate, deliver, digest
    "Give the database the tables of this version.": "Giv databasen denne udgaves nye tabeller.",
    "The database was up to date.": "Databasen var i orden.",
    "The database is up to date now.": "Databasen er nu i orden.",
    "Take in a new extract, work out the deadlines, and send what is due; once, as cron does.": (
        "Indlæs et nyt udtræk, beregn fristerne, og send det, der skal sendes nu; én gang, f.eks. "
        "fra cron."
    ),
    "Work out the deadlines of every case that may have changed, or of one.": (
        "Beregn fristerne i de sager, der kan have ændret sig, eller i én sag."
    ),
    "Look at every case.": "Se på alle sager.",
    "Look at this case only.": "Se kun på denne sag.",
    "Write nothing; show what would be decided otherwise.": (
        "Skriv intet; vis, hvad der ville blive beregnet anderledes."
    ),
    "{cases} cases recomputed, {waiting} wait to be evaluated, {different} differences": (
        "{cases} sager regnet efter, {waiting} venter på at blive beregnet, {different} forskelle"
    ),
    "Build the mails that are owed and hand them to the mail server.": (
        "Lav de mails, der skal sendes, og aflever dem til mailserveren."
    ),
    "Build the week's digest for each team leader; `deliver` sends it.": (
        "Lav ugens overblik til hver teamleder; `deliver` sender det."
    ),
    "Read the bounce box now; `run` and `serve` do it every five minutes.": (
        "Læs postkassen med returpost nu; `run` og `serve` gør det hvert femte minut."
    ),
    "The mail server, the bounce box and the DNS too.": (
        "Også mailserveren, postkassen med returpost og DNS."
    ),
    "Send a mail without any case to this address as well.": (
        "Send også en mail, der ikke handler om nogen sag, til denne adresse."
    ),
    "See a mail before it is sent.": "Se en mail, før den sendes.",
    "A case, or somebody on the staff list.": "En sag, eller en person på personalelisten.",
    "Write the mail as it looks to a file of this name as well.": (
        "Skriv også mailen, som den ser ud, i en fil med dette navn."
    ),
    "Show what would be sent now, to whom and why, or why nothing would; send nothing.": (
        "Vis, hvad der ville blive sendt nu, til hvem og hvorfor, eller hvorfor intet; send intet."
    ),
    # outbox
    "Look at the mails, and let them go or call them back.": (
        "Se på mailene, send dem af sted, eller kald dem tilbage."
    ),
    "Only mails in this state.": "Kun mails med denne status.",
    "Only mails to this person.": "Kun mails til denne person.",
    "Only mails about this case.": "Kun mails om denne sag.",
    "List mails, newest first; without options the unfinished, and the last week's lost ones.": (
        "Vis mails, nyeste først; uden tilvalg de uafsluttede og den seneste uges tabte."
    ),
    "The number at the mail's foot.": "Nummeret nederst i mailen.",
    "Show a mail: why it is sent, what it carries, every try, and what happens next.": (
        "Vis en mail: hvorfor den sendes, hvad den indeholder, hvert forsøg, og hvad der nu sker."
    ),
    "All that the storm brake holds.": "Alt det, stormbremsen holder tilbage.",
    "Let a held mail go again, or all that the storm brake holds.": (
        "Send en mail, der er holdt tilbage, eller alt det, stormbremsen holder."
    ),
    "Call back a mail that waits or is held; its reminders count as told by nobody.": (
        "Kald en mail tilbage, der venter eller er holdt; dens påmindelser bliver ikke sendt."
    ),
    "The count of a day before, as 2026-11-21.": "Optællingen en tidligere dag, f.eks. 2026-11-21.",
    "Count the outbox: is every reminder told, on its way, or ended for a reason?": (
        "Tæl udbakken op: er hver påmindelse sendt, på vej eller afsluttet med en grund?"
    ),
    # backup, restore
    "Copy the database while everything runs, and check the copy.": (
        "Kopiér databasen, mens alt kører, og kontrollér kopien."
    ),
    "A file, or a folder that gets a new one.": "En fil, eller en mappe, der får en ny.",
    "How many backups the folder keeps; 0 for all.": (
        "Hvor mange sikkerhedskopier mappen beholder; 0 for alle."
    ),
    "Per cent": "Procent",
    "The backup is {file}.": "Sikkerhedskopien er {file}.",
    "An older backup was removed: {file}": "En ældre sikkerhedskopi er slettet: {file}",
    "A backup.": "En sikkerhedskopi.",
    "Move the database that is there aside.": "Flyt den database, der er der, til side.",
    "Put a backup in the place of the database, and mark what has been sent since.": (
        "Sæt en sikkerhedskopi i databasens sted, og markér, hvad der er sendt siden."
    ),
    "The former database is {file}.": "Den tidligere database er {file}.",
    "Restored. The backup knows what happened until {until}.": (
        "Gendannet. Kopien ved, hvad der skete til og med {until}."
    ),
    "FRISTVAGT_JOURNAL is not set: mails sent since the backup may be sent again.": (
        "FRISTVAGT_JOURNAL er ikke sat: mails, der er sendt siden kopien, kan blive sendt igen."
    ),
    "{marked} mails sent since were marked as sent.": (
        "{marked} mails, der er sendt siden, er markeret som sendt."
    ),
    "What was typed in since (activated rules, mutes, outbox actions) must be done again.": (
        "Det, der er tastet ind siden (aktiverede regler, pauser, udbakke), skal gøres igen."
    ),
    # housekeeping
    "Remove nothing; show what would go.": "Fjern intet; vis, hvad der ville blive fjernet.",
    "Remove what is kept no longer, as the settings say. `serve` does it every night.": (
        "Fjern det, der ikke skal gemmes længere, som indstillingerne siger. `serve` gør det "
        "hver nat."
    ),
    # access-log
    "Show who has looked at a case, when, and what for. Looking here is logged too.": (
        "Vis, hvem der har slået en sag op, hvornår og hvorfor. Også dette opslag logges."
    ),
    "The case.": "Sagen.",
    "Only from this day on, as 2026-11-21.": "Kun fra og med denne dag, f.eks. 2026-11-21.",
    "read": "læst",
    "listed": "vist i en liste",
    "exported": "trukket ud",
    "mail previewed": "mail vist før afsendelse",
    "mail shown": "mail vist",
    "access log read": "adgangslog læst",
    "compared": "regnet efter",
    # deadlines, explain
    "List the deadlines, most pressing first.": "Vis fristerne, de mest presserende først.",
    "Only what was known, and in force, by that day.": (
        "Kun det, der var kendt og i kraft til og med den dag."
    ),
    "Only this case.": "Kun denne sag.",
    "Only this caseworker.": "Kun denne sagsbehandler.",
    "Only this team.": "Kun dette team.",
    "Only this status; may be given several times.": "Kun denne status; kan gentages.",
    "Write for a spreadsheet.": "Skriv CSV til et regneark.",
    "Write an Excel file of this name.": "Skriv en Excel-fil med dette navn.",
    "Write a calendar file of this name.": "Skriv en kalenderfil med dette navn.",
    "Status": "Status",
    "Due": "Frist",
    "Days": "Dage",
    "Case": "Sag",
    "What": "Hvad",
    "Caseworker": "Sagsbehandler",
    "Team": "Team",
    "{number} deadlines": "{number} frister",
    "Show why a deadline is what it is.": "Vis, hvorfor en frist er, som den er.",
    "The case, or a caseworker or team.": "Sagen, eller en sagsbehandler eller et team.",
    "The rule; else every rule that applies.": "Reglen; ellers alle, der gælder.",
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
    "Check, test and read rule files.": "Kontrollér, afprøv og læs regelfiler.",
    "The folder with vocabulary.yaml and rule files.": (
        "Mappen med vocabulary.yaml og regelfiler."
    ),
    "Find the mistakes in rule files and show where they stand.": (
        "Find fejlene i regelfiler, og vis, hvor de står."
    ),
    "Run the tests written in rule files and show why one fails.": (
        "Kør de prøver, der står i regelfiler, og vis, hvorfor en fejler."
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
    "da or en. Else: the setting.": "da eller en. Ellers: som indstillet.",
    "The rule's name.": "Reglens navn.",
    "Every rule.": "Alle regler.",
    "Say a rule back in plain words.": "Gengiv en regel med almindelige ord.",
    "Show an invented case and what a rule does to it, day by day.": (
        "Vis en opdigtet sag, og hvad en regel gør ved den, dag for dag."
    ),
    "The day the example begins, as 2027-01-04.": "Dagen, eksemplet begynder, f.eks. 2027-01-04.",
    "Write the days as a test to paste.": "Skriv dagene som en prøve, der kan sættes ind.",
    "an example that begins on {day}": "et eksempel, der begynder {day}",
    "An invented case:": "En opdigtet sag:",
    "Day": "Dag",
    "Mail": "Mail",
    "Only check that every number is guarded: change each by one and see if a test fails.": (
        "Kontrollér kun, at hvert tal er sikret: ret det med én, og se, om en prøve fejler."
    ),
    "The code of a mistake, such as T08.": "Koden for en fejl, f.eks. T08.",
    "Explain a code that `rules check` shows, with two examples.": (
        "Forklar en kode, som `rules check` viser, med to eksempler."
    ),
    "Write the JSON Schema of rule files, by which an editor helps while one types.": (
        "Skriv regelfilernes JSON Schema, som en editor kan hjælpe med, mens man skriver."
    ),
    "Write a new rule with its test: answer four questions, or give the answers.": (
        "Skriv en ny regel med en prøve: svar på fire spørgsmål, eller giv svarene med."
    ),
    "The new rule's name: a-z, digits and hyphens.": (
        "Den nye regels navn: a-z, tal og bindestreger."
    ),
    "The kind of record.": "Hvilken slags post.",
    "What must happen.": "Hvad der skal ske.",
    "When, as rule files say it.": "Hvornår, med regelfilernes ord.",
    "Where that is written.": "Hvor det står.",
    "For which kind of record? (such as case, measure, placement)": (
        "For hvilken slags post? (f.eks. sag, indsats, anbringelse)"
    ),
    "What must happen? (an event, ended, or fields of a document)": (
        "Hvad skal ske? (en hændelse, ended eller felter i et dokument)"
    ),
    "When? (such as 8 weeks after start, then 8 weeks after done)": (
        "Hvornår? (f.eks. 8 weeks after start, then 8 weeks after done)"
    ),
    "Where is that written?": "Hvor står det?",
    "Written: {path}": "Skrevet: {path}",
    "Give rule files one spelling; comments stay.": (
        "Giv regelfiler én skrivemåde; kommentarer bliver stående."
    ),
    "Write nothing; only say which files would change.": (
        "Skriv intet; sig kun, hvilke filer der ville blive ændret."
    ),
    "Files in another form: {number}": "Filer i en anden form: {number}",
    "List the rules.": "Vis reglerne på en liste.",
    "Only rules in which something was chosen locally.": (
        "Kun regler, hvor noget er valgt lokalt."
    ),
    "{number} rules": "{number} regler",
    "Show whether the rules cover the areas that must have standards.": (
        "Vis, om reglerne dækker de områder, der skal have standarder."
    ),
    "These areas must have standards and have none: {areas}": (
        "Disse områder skal have standarder og har ingen: {areas}"
    ),
    "All {number} areas that must have standards have some.": (
        "Alle {number} områder, der skal have standarder, har nogle."
    ),
    "List the sources of law rules not compared for twelve months.": (
        "Vis de lovregler, som ikke er sammenholdt med deres kilde i tolv måneder."
    ),
    "The day to count back from, as 2026-11-21. Else: today.": (
        "Dagen, der regnes tilbage fra, f.eks. 2026-11-21. Ellers: i dag."
    ),
    "never compared": "aldrig sammenholdt",
    "compared {day}": "sammenholdt {day}",
    "{number} sources of law were not compared in the 12 months before {day}": (
        "{number} kilder til lovregler er ikke sammenholdt i de 12 måneder før {day}"
    ),
    "{noticed} of {numbers} numbers are guarded by a test.": (
        "{noticed} af {numbers} tal er sikret af en prøve."
    ),
    "In local changes, where no test can stand; {command} shows what they do:": (
        "I lokale ændringer, hvor der ikke kan stå prøver; {command} viser, hvad de gør:"
    ),
    "Nobody would notice if these changed:": "Ingen ville bemærke, hvis disse blev ændret:",
    "Agree? {command} writes these days as a test to paste.": (
        "Enig? {command} skriver dagene som en prøve, der kan sættes ind."
    ),
    # rules plan, activate, history, rollback
    "How many deadlines may become overdue by it.": (
        "Hvor mange frister der må blive overskredet af det."
    ),
    "How many reminders may come at once or not be sent by it.": (
        "Hvor mange påmindelser der må komme på én gang eller bortfalde af det."
    ),
    "Who decides it. Else: the user of this machine.": (
        "Hvem der beslutter det. Ellers: brugeren på denne maskine."
    ),
    "Why, for the history.": "Hvorfor, til historikken.",
    "Every deadline instead: overdue, moved or mails.": (
        "Vis i stedet hver frist, der overskrides (overdue), flyttes (moved) eller giver mails."
    ),
    # mute, unmute, confirm
    "Hold back reminders about a case until a day; a leader also those that are overdue.": (
        "Hold påmindelser om en sag tilbage en tid; en leder også dem om det overskredne."
    ),
    "Let reminders about a case come again; what is owed by now comes with the next mails.": (
        "Lad påmindelser om en sag komme igen; det, der mangler, kommer med de næste mails."
    ),
    "Say that what the latest extract calls done in a case is done, whatever the next says.": (
        "Bekræft det, som det seneste udtræk kalder gjort i en sag, uanset hvad det næste siger."
    ),
    "Who decides it, as people.csv names them.": "Hvem der bestemmer det, som i people.csv.",
    "The rule; else every rule.": "Reglen; ellers alle regler.",
    "The last silent day, at most 14 days ahead, as 2026-11-21.": (
        "Den sidste stille dag, højst 14 dage frem, f.eks. 2026-11-21."
    ),
    "Why; the text stays in the database.": "Hvorfor; teksten bliver i databasen.",
    "Show what is held back now.": "Vis, hvad der holdes tilbage nu.",
    "What is acute or overdue is told all the same; only a leader can hold it back.": (
        "Det akutte og det overskredne kommer alligevel; kun en leder kan holde det tilbage."
    ),
    "{case}: silent through {day}, asked by {by}": (
        "{case}: stille til og med {day}, bedt om af {by}"
    ),
    "{number} reminders ended": "{number} påmindelser afsluttet",
    "Show what changed rule files would do to the cases and to people's mail; change nothing.": (
        "Vis, hvad ændrede regelfiler ville gøre ved sagerne og folks mails; ændr intet."
    ),
    "The file that `rules plan` saved.": "Filen, som `rules plan` gemte.",
    "A new rule to try in silence; may be given several times.": (
        "En ny regel, der skal prøves i stilhed; kan gentages."
    ),
    "The last day of the silence, as 2026-12-31.": "Stilhedens sidste dag, f.eks. 2026-12-31.",
    "Put exactly what a saved plan promises in force.": (
        "Sæt præcis det i kraft, som en gemt plan lover."
    ),
    "Put the previous rule book in force again.": "Sæt den forrige regelbog i kraft igen.",
    "List which rule books have been in force: since when, by whom, and why.": (
        "Vis, hvilke regelbøger der har været i kraft: siden hvornår, ved hvem og hvorfor."
    ),
}


def say(text: str, language: str, **values: object) -> str:
    """Return a sentence in a language, with its values filled in.

    Raises: KeyError when a sentence has no Danish: a test holds that all of them have.

    >>> say("See {command} --help.", "da", command="fristvagt import")
    'Se fristvagt import --help.'
    """
    return (DANISH[text] if language == "da" else text).format(**values)
