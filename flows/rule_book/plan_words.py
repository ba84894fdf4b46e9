"""The words of `rules plan`, `activate`, `history` and `rollback`: Danish first, then English."""

from __future__ import annotations

from collections.abc import Mapping

Pair = tuple[str, str]

KINDS: Mapping[str, Pair] = {
    "added": ("NY", "ADDED"),
    "changed": ("ÆNDRET", "CHANGED"),
    "removed": ("FJERNET", "REMOVED"),
    "affected": ("BERØRT", "AFFECTED"),
    "unchanged": ("UÆNDRET", "UNCHANGED"),
}

KEYS: Mapping[str, Pair] = {
    "title": ("titel", "title"),
    "about": ("forklaring", "about"),
    "area": ("område", "area"),
    "binding": ("bindende som", "binding"),
    "basis": ("kilder", "sources"),
    "layer": ("lag", "layer"),
    "record": ("for", "for"),
    "when": ("når", "when"),
    "unless": ("undtagen når", "unless"),
    "pause_while": ("pause mens", "pause while"),
    "must": ("skal", "must"),
    "due": ("første frist", "first deadline"),
    "then": ("næste frist", "next deadline"),
    "at_least": ("mindst", "at least"),
    "fields": ("skal indeholde", "must contain"),
    "limit": ("højst", "at most"),
    "counts_when": ("tæller når", "counts when"),
    "ladder": ("mails", "mails"),
    "waive_by": ("fraviges af", "waived by"),
    "not_before": ("dog tidligst", "not before"),
    "calendar": ("kalender", "calendar"),
    "in_force": ("i kraft", "in force"),
    "until": ("gælder til", "until"),
    "retroactive": ("med tilbagevirkende kraft", "retroactive"),
    "off": ("reglen", "the rule"),
}

WORDS: Mapping[str, Pair] = {
    "compared": (
        "Sammenlignet med reglerne i kraft siden {since}. Intet ændres, og ingen mail sendes.",
        "Compared with the rules active since {since}. Nothing is changed and no mail is sent.",
    ),
    "read": ("{cases} åbne sager læst.", "{cases} open cases read."),
    "unassessed": (
        "{cases} sager kunne ikke vurderes og er ikke talt med. Kør: fristvagt evaluate",
        "{cases} cases could not be decided and are not counted. Run: fristvagt evaluate",
    ),
    "day": (
        "Som sagerne vil stå {day}, den dag ændringen får virkning.",
        "As the cases will stand on {day}, the day the change takes effect.",
    ),
    "today": ("Som sagerne står i dag, {day}.", "As the cases stand today, {day}."),
    "from": ("fra", "from"),
    "until day": (" til og med {day}", " to {day}"),
    "now on": ("straks", "at once"),
    "running move": (", løbende frister flyttes med", ", running clocks: move"),
    "running keep": (", løbende frister beholdes", ", running clocks: keep"),
    "when fact": (", når {condition}", ", when {condition}"),
    "why": ("begrundelse", "why"),
    "reads now": ("lyder nu", "reads now"),
    "rewritten": (
        "Reglen er selv skrevet om, så alle løbende frister følger den straks. Skrevet som en "
        "ændring under `changes` med `from` og `running: keep` ville de blive stående.",
        "The rule itself is rewritten, so every running clock follows at once. Written as a change "
        "under `changes` with `from` and `running: keep` they would stand.",
    ),
    "change gone": ("ændring fjernet", "change removed"),
    "only words": (
        "Kun ordlyden ændres: ingen frist og ingen mails fordeling ændrer sig.",
        "Only its wording changes: no deadline moves and no mail goes elsewhere.",
    ),
    "asks about": (
        "Reglen lyder som før, men spørger til en regel, der er ændret.",
        "The rule reads as before, but asks about a rule that has changed.",
    ),
    "nothing": ("–", "–"),
    "switched off": ("gælder ikke", "does not apply"),
    "open": ("Åbne frister {day}", "Open deadlines on {day}"),
    "before": ("før", "before"),
    "after": ("efter", "after"),
    "look": ("<- se på disse", "<- look at these"),
    "moved": (
        "{moved} frister flytter sig{how}. {cases} sager er berørt.",
        "{moved} deadlines move{how}. {cases} cases are affected.",
    ),
    "all earlier": (", alle {days} dage tidligere", ", all {days} days earlier"),
    "all later": (", alle {days} dage senere", ", all {days} days later"),
    "some ways": (
        " ({earlier} tidligere, {later} senere)",
        " ({earlier} earlier, {later} later)",
    ),
    "by team": ("Nyligt overskredet, pr. team", "Newly overdue, by team"),
    "no team": ("(uden team)", "(no team)"),
    "other teams": ("{teams} andre team", "{teams} other teams"),
    "first of": ("De første:", "First of them:"),
    "counted from": (" (regnet fra {day})", " (counted from {day})"),
    "all of them": (
        "alle {number}: fristvagt rules plan --list overdue",
        "all {number}: fristvagt rules plan --list overdue",
    ),
    "mails": (
        "Påmindelser de første {days} dage, hvis intet registreres",
        "Reminders in the first {days} days, if nothing is recorded",
    ),
    "mails note": (
        "én for hver frist, hvert trin og hver rolle; en persons påmindelser samme morgen står i "
        "samme mail",
        "one for each deadline, step and role; a person's reminders of one morning are one mail",
    ),
    "more than double": ("mere end det dobbelte", "more than double"),
    "looking back": (
        "Set tilbage: hvis dette havde været reglen fra {first} til {last}",
        "Looking back: if this had been the rule from {first} to {last}",
    ),
    "missed": ("frister ikke holdt", "deadlines missed"),
    "share": ("{late} af {rounds} ({percent} %)", "{late} of {rounds} ({percent} %)"),
    "none due": ("ingen frister", "no deadlines"),
    "comparison": ("til sammenligning, {number}:", "for comparison, {number}:"),
    "other ways": ("Andre måder", "Other ways"),
    "other keep": (
        "running: keep   {moved} frister flytter sig {day}; {overdue} bliver overskredet. Hver sag "
        "følger reglen fra sin næste omgang.",
        "running: keep   {moved} deadlines move on {day}; {overdue} become overdue. Each case "
        "follows the rule from its next round.",
    ),
    "other move": (
        "running: move   {moved} frister flytter sig {day}; {overdue} bliver overskredet.",
        "running: move   {moved} deadlines move on {day}; {overdue} become overdue.",
    ),
    "unchanged rules": ("{number} regler.", "{number} rules."),
    "together": ("I alt, alle ændrede regler", "Together, all changed rules"),
    "checks": ("Kontrol", "Checks"),
    "ok": ("ok", "ok"),
    "warning": ("ADVARSEL", "WARNING"),
    "failed": ("FEJL", "FAILED"),
    "check rules": (
        "{rules} regler læst, 0 fejl, {warnings} advarsler",
        "{rules} rules read, 0 errors, {warnings} warnings",
    ),
    "check tests": ("tests: {number} forventninger holder", "tests: {number} expectations pass"),
    "check tests failed": (
        "tests: {failed} af {number} forventninger holder ikke. Kør: fristvagt rules test",
        "tests: {failed} of {number} expectations do not hold. Run: fristvagt rules test",
    ),
    "untested change": (
        "ingen test af {rule} ser på en dag efter {day}, så ændringen selv er ikke afprøvet. "
        "fristvagt rules examples {rule} --from {iso} viser datoer til at sætte ind.",
        "no test of {rule} looks at a day after {day}, so the change itself is untested. "
        "fristvagt rules examples {rule} --from {iso} prints dates you can paste.",
    ),
    "untested rule": (
        "{rule} har ingen test. fristvagt rules examples {rule} --as-test skriver en.",
        "{rule} has no test. fristvagt rules examples {rule} --as-test writes one.",
    ),
    "law floor": (
        "{rule} er lov: ingen lokal ændring gør den lempeligere",
        "{rule} is law: no local change loosens it",
    ),
    "law text": (
        "{rule} er lov, og selve lovreglen er ændret: sammenhold den med lovteksten",
        "{rule} is law, and the legal rule itself has changed: compare it with the law's text",
    ),
    "law removed": (
        "{rule} er lov og forsvinder: ingen holder øje med den pligt længere",
        "{rule} is law and goes away: nobody watches that duty any longer",
    ),
    "no law": ("ingen lovregel ændres", "no legal rule changes"),
    "retyped": (
        "ordlisten kender {facts} som noget andet end før; hvad det betyder for regler, der lyder "
        "som før, er ikke talt med",
        "the vocabulary knows {facts} as something else than before; what that means for rules "
        "that read as before is not counted",
    ),
    "check at once": (
        "mails: {reminders} påmindelser i {mails} postkasser på én gang {day} (en almindelig dag: "
        "{usual_reminders} i {usual})",
        "mails: {reminders} reminders in {mails} mailboxes at once on {day} (on a usual day: "
        "{usual_reminders} in {usual})",
    ),
    "check cancelled": (
        "mails: {cancelled} af de {waiting} påmindelser, der venter nu, bortfalder",
        "mails: {cancelled} of the {waiting} reminders that wait now will not be sent",
    ),
    "check mails": (
        "det er usædvanligt og kræver et ja: --accept-mails {number}",
        "that is out of the ordinary and needs a yes: --accept-mails {number}",
    ),
    "summary": (
        "Kort: {changed} ændret, {added} ny, {removed} fjernet. {overdue} frister bliver "
        "overskredet den første dag.",
        "Summary: {changed} changed, {added} added, {removed} removed. {overdue} deadlines become "
        "overdue on the first day.",
    ),
    "saved": (
        "Gemt som {file}. For at sætte præcis dette i kraft:",
        "Saved as {file}. To activate exactly this:",
    ),
    "command": (
        'fristvagt rules activate {file} --accept-overdue {overdue}{mails} --why "..."',
        'fristvagt rules activate {file} --accept-overdue {overdue}{mails} --why "..."',
    ),
    "accept mails": (" --accept-mails {number}", " --accept-mails {number}"),
    "not saved": (
        "Ingen plan er gemt: først skal testene holde.",
        "No plan is saved: the tests must hold first.",
    ),
    "no difference": (
        "Reglerne i mappen er de regler, der er i kraft siden {since}. Intet ændrer sig.",
        "The rules in the folder are the rules active since {since}. Nothing changes.",
    ),
    "activated": (
        "Regelbogen {book} er i kraft fra nu af i stedet for {previous}. {overdue} frister bliver "
        "overskredet af det. Alle sager ses igennem ved næste kørsel.",
        "Rule book {book} is in force from now on in the place of {previous}. {overdue} deadlines "
        "become overdue by it. Every case is looked at in the next run.",
    ),
    "shadow": (
        "{rule} prøves i stilhed til og med {day}: frister beregnes og tælles, men der sendes "
        "ingen mails.",
        "{rule} is tried in silence through {day}: decided and counted, mailing nobody.",
    ),
    "kind first": ("den første", "the first"),
    "kind planned": ("efter plan", "as planned"),
    "kind rolled back": ("rullet tilbage", "rolled back"),
    "history line": (
        "{id:>3}  {at}  {book}  {kind}{who}{why}",
        "{id:>3}  {at}  {book}  {kind}{who}{why}",
    ),
    "history who": (", af {who}", ", by {who}"),
    "history why": (": {why}", ": {why}"),
    "history overdue": (
        " ({overdue} blev overskredet)",
        " ({overdue} became overdue)",
    ),
    "history mails": (
        " ({mails} påmindelser på én gang eller bortfaldet)",
        " ({mails} reminders at once or not sent)",
    ),
}


def word(key: str, language: str, **values: object) -> str:
    """Return a sentence of this page in a language, with its values filled in."""
    return WORDS[key][0 if language == "da" else 1].format(**values)


def kind_word(kind: str, language: str) -> str:
    """Return what has become of a rule: CHANGED, ADDED, REMOVED, AFFECTED, UNCHANGED."""
    return KINDS[kind][0 if language == "da" else 1]


def key_word(key: str, language: str) -> str:
    """Return what a key of a rule is called."""
    return KEYS[key][0 if language == "da" else 1]
