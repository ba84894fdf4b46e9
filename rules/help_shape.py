"""Pages of `rules help`: S, keys and their places."""

from __future__ import annotations

from rules.help_examples import Help
from rules.help_yaml import EMPTY

MEETING_HEAD = "  network-meeting:\n    title: Netværksmøde hver 8. uge"
TIMES = "    due: 8 weeks after start\n    then: 8 weeks after done\n"
CHANGE = "      - from: 2027-01-01\n        then: 6 weeks after done\n"
WHY = "        why: Byrådet 12. november 2026, pkt. 7\n"

SHAPE_PAGES: dict[str, Help] = {
    "S01": EMPTY,
    "S02": Help(
        "En nøgle, der hører til inde i en regel, står helt ude til venstre. Ryk den ind under "
        "reglens navn.",
        "A key that belongs inside a rule stands at the far left. Indent it below the rule's name.",
        "language: 1\nabout: Vores egne regler",
        "language: 1\narea: family_network",
        found="language: 1",
    ),
    "S03": Help(
        "Nøglen kendes ikke. Den er som regel stavet forkert, oversat til dansk eller hentet fra "
        "et andet program. Nøglerne er engelske; deres værdier må gerne være danske.",
        "The key is not known. It is usually misspelt, translated or taken from another program.",
        "title: Netværksmøde hver 8. uge",
        "titel: Netværksmøde hver 8. uge",
    ),
    "S04": Help(
        "Et regelnavn består af små bogstaver a-z, tal og bindestreger. Det bruges i andre "
        "regler og i historikken og kan aldrig genbruges, så gør det kort og tydeligt.",
        "A rule's name is small letters a-z, digits and hyphens. Other rules and the history use "
        "it, and it can never be used again, so make it short and clear.",
        MEETING_HEAD,
        MEETING_HEAD.replace("network-meeting", "Netværksmøde 1"),
    ),
    "S05": Help(
        "Værdien har en forkert form: en liste, hvor der skal stå én tekst, eller omvendt. En "
        "liste skrives [a, b] eller med streger.",
        "The value has the wrong form: a list where one text belongs, or the other way round. A "
        "list is written [a, b] or with dashes.",
        "title: Netværksmøde hver 8. uge",
        "title: [Netværksmøde, hver 8. uge]",
    ),
    "S06": Help(
        "Nøglen står der, men siger ingenting. Skriv en værdi efter kolonet, eller slet linjen.",
        "The key is there but says nothing. Write a value after the colon, or delete the line.",
        "title: Netværksmøde hver 8. uge",
        "title:",
    ),
    "S07": Help(
        "Nøglen tager kun bestemte ord. binding er for eksempel law (lov), standard eller "
        "starting-point (udgangspunkt).",
        "The key takes certain words only. binding, for example, is law, standard or "
        "starting-point.",
        "binding: standard",
        "binding: lov",
    ),
    "S08": Help(
        "Linjen hører til under nøglen over den, men er ikke rykket ind. Ryk den to mellemrum ind.",
        "The line belongs below the key above it, but is not indented. Indent it by two spaces.",
        "    when:\n      case.target_group: youth",
        "    when:\n    case.target_group: youth",
        found="    when: {case.target_group: youth}",
    ),
    "S09": Help(
        "language er regelsprogets udgave, ikke reglernes. Der findes kun udgave 1.",
        "language is the version of the rule language, not of the rules. There is only version 1.",
        "language: 1",
        "language: 2",
    ),
    "S10": Help(
        "Noget, der altid skal være der, mangler. En regel har title, binding, basis, for, "
        "in_force, en forpligtelse og en frist; en ændring har altid why.",
        "Something that must always be there is missing. A rule has title, binding, basis, for, "
        "in_force, an obligation and a time; a change always has why.",
        "        then: 6 weeks after done\n" + WHY,
        "        then: 6 weeks after done\n",
    ),
    "S11": Help(
        "Et lag er national, municipality: navn eller team: navn. De to sidste skal i "
        "anførselstegn på grund af kolonet.",
        "A layer is national, municipality: name or team: name. The last two need quotes, because "
        "of the colon.",
        'language: 1\nlayer: "municipality: esbjerg"',
        "language: 1\nlayer: kommune",
        found="language: 1",
    ),
    "S12": Help(
        "En regel siger én ting: noget skal ske, være indeholdt, være i gang eller ikke "
        "overskrides. Del den i to regler.",
        "A rule says one thing: something must happen, be contained, be in place or not be "
        "exceeded. Split it into two rules.",
        "    must_happen: network_meeting\n",
        "    must_happen: network_meeting\n    must_have: measure\n",
    ),
    "S13": Help(
        "Reglen siger ikke, hvad der skal ske. Skriv én af must_happen, must_contain, must_have "
        "og must_not_exceed.",
        "The rule does not say what must happen. Write one of must_happen, must_contain, "
        "must_have and must_not_exceed.",
        "    for: case\n    when: {case.target_group: youth}\n    must_happen: network_meeting\n",
        "    for: case\n    when: {case.target_group: youth}\n",
    ),
    "S14": Help(
        "then siger, hvornår det skal ske igen, men uden due er der ingen første gang.",
        "then says when to do it again, but without due there is no first time.",
        TIMES,
        "    then: 8 weeks after done\n",
    ),
    "S15": Help(
        "at_least siger allerede, hvor ofte. Behold den, eller skriv due og then i stedet.",
        "at_least already says how often. Keep it, or write due and then instead.",
        "    at_least: 2 per 12 months\n",
        "    at_least: 2 per 12 months\n    due: 8 weeks after start\n",
        found=TIMES,
    ),
    "S16": Help(
        "Reglen siger, hvad der skal ske, men ikke hvornår. Skriv due (og måske then) eller "
        "at_least.",
        "The rule says what must happen, but not when. Write due (and perhaps then) or at_least.",
        "    counts_when: {participants: {all_of: [child, parents]}}\n" + TIMES,
        "    counts_when: {participants: {all_of: [child, parents]}}\n",
    ),
    "S17": Help(
        "En betingelse skrives som forhold og værdi, ikke som en sætning eller en formel.",
        "A condition is written as a fact and a value, not as a sentence or a formula.",
        "when: {case.target_group: youth}",
        "when: target_group == youth",
    ),
    "S18": Help(
        "Nøglen passer ikke til den slags forpligtelse. then hører for eksempel til noget, der "
        "sker igen, ikke til et dokuments indhold.",
        "The key does not go with this kind of obligation. then, for example, belongs to what "
        "happens again, not to what a document contains.",
        "    due: 5 working days after start\n",
        "    due: 5 working days after start\n    then: 6 months after done\n",
        "decision",
    ),
    "S19": Help(
        "En ændring skal sige, hvor den gælder: fra en dag (from), i nogle sager (when) eller "
        "begge dele. Ellers var den selve reglen.",
        "A change must say where it holds: from a day (from), in some cases (when), or both. Else "
        "it would be the rule itself.",
        CHANGE,
        "      - then: 6 weeks after done\n",
    ),
    "S20": Help(
        "Ændringen siger, fra hvornår og hvorfor, men ikke hvad der bliver anderledes.",
        "The change says from when and why, but not what becomes different.",
        CHANGE + WHY,
        "      - from: 2027-01-01\n" + WHY,
    ),
}
