"""Pages of `rules help`: V, the words of the vocabulary."""

from __future__ import annotations

from rules.help_examples import Help

WHEN = "when: {case.target_group: youth}"
COUNTS = "counts_when: {participants: {all_of: [child, parents]}}"
NOTIFY = "notify: {3 days before: caseworker}"
FACTS = "facts: {target_group: [child, youth], eighteen: date}"

VOCABULARY_PAGES: dict[str, Help] = {
    "V01": Help(
        "En regel gælder for en slags post fra ordlisten, for eksempel case (sag), measure "
        "(indsats) eller placement (anbringelse). Ordene er engelske; de danske ses i mails.",
        "A rule is for a kind of record in the vocabulary, such as case, measure or placement.",
        "for: case",
        "for: sag",
    ),
    "V02": Help(
        "Hændelsen registreres på en anden slags post, så den kan aldrig ske her. Vælg en anden "
        "hændelse, eller lad reglen gælde for den post, hvor den sker.",
        "The event is recorded on another kind of record, so it can never happen here. Choose "
        "another event, or let the rule be for the record on which it happens.",
        "    must_happen: network_meeting\n    counts_when: {participants: {all_of: [child]}}",
        "    must_happen: supervision_visit",
        found=f"    must_happen: network_meeting\n    {COUNTS}",
    ),
    "V03": Help(
        "Hændelsen er ikke i ordlisten. Ordlisten er aftalen med fagsystemet: kun det, der står "
        "der, bliver nogensinde meldt.",
        "The event is not in the vocabulary. The vocabulary is the agreement with the case system: "
        "only what stands there will ever be reported.",
        "must_happen: network_meeting",
        "must_happen: netværksmøde",
    ),
    "V04": Help(
        "Forholdet er ikke i ordlisten for den slags post. Skriv postens navn foran, så er det "
        "til at se, hvis forhold det er: case.target_group.",
        "The fact is not in the vocabulary for that kind of record. Write the record's name first, "
        "so that one sees whose fact it is: case.target_group.",
        WHEN,
        "when: {målgruppe: unge}",
    ),
    "V05": Help(
        "Mails sendes til roller, ikke til personer, så de følger sagen til en ny sagsbehandler.",
        "Mails go to roles, not to people, so that they follow the case to a new caseworker.",
        NOTIFY,
        "notify: {3 days before: Anne Hansen}",
    ),
    "V06": Help(
        "Værdien er ikke blandt dem, som forholdet kan have ifølge ordlisten.",
        "The value is not among those that the vocabulary gives the fact.",
        WHEN,
        "when: {case.target_group: unge}",
    ),
    "V07": Help(
        "Forholdet besvares med yes eller no. Ord som ja, true og 1 bruges ikke.",
        "The fact is answered with yes or no. Words such as true and 1 are not used.",
        "when: {case.abroad: yes}",
        "when: {case.abroad: ja}",
        found=WHEN,
    ),
    "V08": Help(
        "Tal sammenlignes med ord: under 12, at most 12, 12, 12 to 15, at least 12, over 12.",
        "Numbers are compared in words: under 12, at most 12, 12, 12 to 15, at least 12, over 12.",
        "when: {child.age: 16 to 18}",
        "when: {child.age: 16-18}",
        found=WHEN,
    ),
    "V09": Help(
        "Datoer sammenlignes med before, on eller after foran datoen.",
        "Dates are compared with before, on or after in front of the date.",
        "when: {child.born: before 2010-01-01}",
        "when: {child.born: 2010-01-01}",
        found=WHEN,
    ),
    "V10": Help(
        "Der er ingen regel med det navn i mappen. Navnet skal skrives præcis som i den anden "
        "regel.",
        "No rule of that name is in the folder. The name must be written exactly as in the other "
        "rule.",
        "  follow-up:\n    - from: 2026-01-01",
        "  opfoelgning:\n    - from: 2026-01-01",
        folder="law",
    ),
    "V11": Help(
        "En regel kan se sin egen posts, sagens og barnets forhold, men ikke andre posters: en "
        "sag kan have mange indsatser, og det er ikke sagt, hvilken der menes.",
        "A rule can see the facts of its own record, of the case and of the child, but not of "
        "other records: a case may have many measures, and it is not said which is meant.",
        "when: {case.open_measures: at least 1}",
        "when: {measure.kind: mentor}",
        found=WHEN,
    ),
    "V12": Help(
        "Forholdet kan have flere værdier på én gang, så der skal stå, om alle (all_of) eller "
        "mindst én (any_of) skal være der.",
        "The fact can hold several values at once, so it must say whether all (all_of) or at "
        "least one (any_of) is asked for.",
        COUNTS,
        "counts_when: {participants: [child, parents]}",
    ),
    "V13": Help(
        "Hændelsen, eller den post der tælles, har ikke det felt i ordlisten.",
        "The event, or the record that is counted, has no such field in the vocabulary.",
        COUNTS,
        "counts_when: {deltagere: {all_of: [child, parents]}}",
    ),
    "V14": Help(
        "notify er navnet på en varslingstrappe (standard, short, acute, long, quiet) eller "
        "trinene selv.",
        "notify is the name of a ladder (standard, short, acute, long, quiet) or the steps "
        "themselves.",
        "notify: standard",
        "notify: normal",
        found=NOTIFY,
    ),
    "V15": Help(
        "En regel kan vente på, hvordan en anden står. Status er et af de ti ord: not applicable, "
        "upcoming, due soon, due, overdue, met, met late, missed, paused, exempted.",
        "A rule can wait for how another stands. The status is one of ten words: not applicable, "
        "upcoming, due soon, due, overdue, met, met late, missed, paused, exempted.",
        "2026-01-13: overdue",
        "2026-01-13: late",
        "decision",
    ),
    "V16": Help(
        "Det kan der ikke spørges om ved dette forhold. Ved tidsrum kan der kun spørges, om de er "
        "oplyst: present eller missing.",
        "That cannot be asked of this fact. Of a length of time one can only ask whether it is "
        "known: present or missing.",
        "when: {case.target_group: present}",
        "when: {case.target_group: [youth, missing]}",
        found=WHEN,
    ),
    "V17": Help(
        "must_not_exceed siger et tal og hvad der tælles, for eksempel 20 cases.",
        "must_not_exceed says a number and what is counted, for example 20 cases.",
        "must_not_exceed: 20 cases",
        "must_not_exceed: twenty",
        "caseload",
    ),
    "V18": Help(
        "Dokumentet har ikke det felt i ordlisten.",
        "The document has no such field in the vocabulary.",
        "must_contain: [plan_b, reasons]",
        "must_contain: [plan_c, reasons]",
        "decision",
    ),
    "V20": Help(
        "Ordlisten skal have records, events og roles, ellers kan ingen regel læses.",
        "The vocabulary needs records, events and roles, or no rule can be read.",
        "language: 1\nroles: [caseworker, team_leader]\n",
        "language: 1\n",
        "vocabulary",
    ),
    "V21": Help(
        "Ordlisten har kun sine egne nøgler: language, roles, records, events og labels.",
        "A vocabulary has its own keys only: language, roles, records, events and labels.",
        "roles: [caseworker, team_leader]",
        "roles: [caseworker, team_leader]\nroller: [jurist]",
        "vocabulary",
    ),
    "V22": Help(
        "Her ventes navne med det, de betyder, hvert på sin linje eller i { }.",
        "Names with what they mean are expected here, each on its line or in { }.",
        FACTS,
        "facts: [target_group, eighteen]",
        "vocabulary",
    ),
    "V23": Help(
        "Navne i ordlisten er små bogstaver a-z, tal og understreger. Det danske navn skrives "
        "under labels.",
        "Names in the vocabulary are small letters a-z, digits and underscores. The Danish name "
        "is written under labels.",
        FACTS,
        "facts: {target_group: [child, youth], eighteen: date, Målgruppe: number}",
        "vocabulary",
    ),
    "V24": Help(
        "Et forhold er number, date, duration, yes/no eller en liste af valg.",
        "A fact is number, date, duration, yes/no or a list of choices.",
        FACTS,
        "facts: {target_group: [child, youth], eighteen: dato}",
        "vocabulary",
    ),
    "V25": Help(
        "En hændelse skal sige, hvilke slags poster den registreres på.",
        "An event must say on which kinds of record it is recorded.",
        "network_meeting: {on: [case]}",
        "network_meeting: {fields: {}}",
        "vocabulary",
    ),
    "V26": Help(
        "Hændelsen registreres på en slags post, som ordlisten ikke har.",
        "The event is recorded on a kind of record that the vocabulary does not have.",
        "network_meeting: {on: [case]}",
        "network_meeting: {on: [sag]}",
        "vocabulary",
    ),
    "V27": Help(
        "Her ventes en liste af ord i [ ], hvert ord én gang.",
        "A list of words in [ ] is expected here, each word once.",
        "contents: [plan_b]",
        "contents: plan_b",
        "vocabulary",
    ),
    "V28": Help(
        "labels har først sproget (da, en), så ordet, så teksten, som mennesker ser.",
        "labels holds the language (da, en), then the term, then the text that people see.",
        "da: {network_meeting: netværksmøde}",
        "da: {network_meeting: [netværksmøde]}",
        "vocabulary",
    ),
    "V29": Help(
        "Teksten hører til et ord, som ikke er i ordlisten, så den bliver aldrig vist.",
        "The text belongs to a term that is not in the vocabulary, so it is never shown.",
        "da: {network_meeting: netværksmøde}",
        "da: {network_meting: netværksmøde}",
        "vocabulary",
    ),
}
