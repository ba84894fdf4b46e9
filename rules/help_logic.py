"""Pages of `rules help`: L, rules that contradict themselves or each other; P, tests."""

from __future__ import annotations

from rules.help_examples import Help

LOCAL_THEN = "then: 4 months after done"
CHANGE_WHY = "        why: Byrådet 12. november 2026, pkt. 7\n"
WHEN = "when: {case.target_group: youth}"
NOTIFY = "notify: {3 days before: caseworker}"
BINDING = 'layer: "municipality: esbjerg"\nabout'
GIVEN = "case: {began: 2026-01-05, target_group: youth}"
EXPECT = "        expect:\n          2026-02-20: {status: upcoming, due: 2026-04-17}\n"
EVENT = "- 2026-02-20 network_meeting: {participants: [child, parents]}"

LOGIC_PAGES: dict[str, Help] = {
    "L01": Help(
        "En lovregel kan strammes lokalt, men aldrig slås fra.",
        "A rule of law can be tightened locally, but never switched off.",
        LOCAL_THEN,
        "off: yes",
        "law",
    ),
    "L02": Help(
        "En lokal ændring må ikke give længere tid, end loven gør.",
        "A local change may not give more time than the law does.",
        LOCAL_THEN,
        "then: 8 months after done",
        "law",
    ),
    "L03": Help(
        "Det kan ikke afgøres, om den lokale frist altid er kortere: en måned har 28 til 31 dage. "
        "Brug lovens egen enhed og udgangspunkt.",
        "It cannot be decided whether the local time is always shorter: a month has 28 to 31 "
        "days. Use the law's own unit and starting point.",
        LOCAL_THEN,
        "then: 183 days after done",
        "law",
    ),
    "L04": Help(
        "Hvem der kan fravige loven, og hvad der tæller som opfyldelse, bestemmes ikke lokalt.",
        "Who may waive the law, and what counts as fulfilling it, is not decided locally.",
        LOCAL_THEN,
        "waive_by: team_leader",
        "law",
    ),
    "L05": Help(
        "To ændringer siger hver sit om de samme sager fra samme dag. Ingen af dem vinder bare: "
        "lad dem begynde hver sin dag, eller giv dem hver sin betingelse.",
        "Two changes say different things about the same cases from the same day. Neither simply "
        "wins: let them begin on different days, or give each its own condition.",
        CHANGE_WHY
        + "      - from: 2028-01-01\n        then: 5 weeks after done\n        why: pkt. 9\n",
        CHANGE_WHY
        + "      - from: 2027-01-01\n        then: 5 weeks after done\n        why: pkt. 9\n",
        found=CHANGE_WHY,
    ),
    "L06": Help(
        "Samme forhold skal være to ting på én gang, så betingelsen holder aldrig.",
        "The same fact must be two things at once, so the condition never holds.",
        WHEN,
        "when: {target_group: youth, case.target_group: child}",
    ),
    "L07": Help(
        "unless fjerner alle de sager, som when vælger, så reglen aldrig gælder.",
        "unless removes every case that when selects, so the rule never applies.",
        "when: {child.age: under 18}\n    unless: {child.age: under 12}",
        "when: {child.age: under 12}\n    unless: {child.age: under 18}",
        found=WHEN,
    ),
    "L08": Help(
        "Den sidste dag ligger før den første.",
        "The last day lies before the first.",
        "in_force: 2026-01-01\n    until: 2028-12-31",
        "in_force: 2026-01-01\n    until: 2025-12-31",
        found="in_force: 2026-01-01",
    ),
    "L09": Help(
        "En frist, der tælles baglæns, kan være passeret, når reglen begynder at gælde. "
        "not_before giver i så fald tid til at nå det.",
        "A deadline counted backwards may have passed when the rule begins to apply. not_before "
        "then leaves time to act.",
        "due: 6 months before age 18\n    not_before: 1 month after start\n    then",
        "due: 6 months before age 18\n    then",
        found="due: 8 weeks after start\n    then",
    ),
    "L10": Help(
        "En lovfrist må kun stå stille, når en kilde tillader det. Skriv den under basis.",
        "A deadline of the law may stand still only where a source allows it. Write it in basis.",
        "    in_force: 2024-01-01\n",
        "    pause_while: {case.abroad: yes}\n    in_force: 2024-01-01\n",
        "law",
    ),
    "L11": Help(
        "Navnet er brugt før. En regel i et højere lag rettes under changes, ikke ved at skrive "
        "den igen.",
        "The name is taken. A rule of a higher layer is altered under changes, not by writing it "
        "again.",
        NOTIFY,
        "notify: {1 day before: caseworker, 1 days before: team_leader}",
    ),
    "L12": Help(
        "changes yderst i en fil er til regler fra et højere lag. I samme lag skrives ændringen "
        "inde i reglen selv.",
        "changes at the outer level of a file are for rules of a higher layer. In the same layer "
        "the change is written inside the rule itself.",
        'layer: "municipality: esbjerg"\nchanges',
        "layer: national\nchanges",
        "law",
    ),
    "L13": Help(
        "Regler, der venter på hinanden, kan aldrig afgøres.",
        "Rules that wait for each other can never be decided.",
        WHEN,
        "when: {rule.network-meeting: overdue}",
    ),
    "L14": Help(
        "Ingen har noteret, hvornår lovreglen er sammenholdt med sin kilde. Læs kilden, og skriv "
        "dagen under checked.",
        "Nobody has noted when the rule of law was compared with its source. Read the source, and "
        "write the day under checked.",
        "{source: Barnets lov § 95, checked: 2026-11-01}",
        "{source: Barnets lov § 95}",
        "law",
    ),
    "L15": Help(
        "Mailen ville skulle sendes, før fristen overhovedet begynder at løbe.",
        "The mail would have to be sent before the time even begins to run.",
        NOTIFY,
        "notify: {3 months before: caseworker}",
    ),
    "L16": Help(
        "En mappe er én kommunes regler. En anden kommunes fil hører til i dens egen mappe.",
        "A folder holds one municipality's rules. Another's file belongs in a folder of its own.",
        BINDING,
        'layer: "municipality: koebenhavn"\nabout',
        "law",
    ),
    "P01": Help(
        "En prøve, der ikke venter noget, kan aldrig fejle og beviser derfor intet.",
        "A test that expects nothing can never fail, and so proves nothing.",
        f"            {EVENT}\n{EXPECT}",
        f"            {EVENT}\n",
    ),
    "P02": Help(
        "Prøven skal have en post af den slags, reglen handler om, og dens begyndelse.",
        "The test needs a record of the kind the rule is about, and when it began.",
        GIVEN,
        "case: {target_group: youth}",
    ),
    "P03": Help(
        "En prøve gives poster fra ordlisten og events, records eller count.",
        "A test is given records of the vocabulary and events, records or count.",
        "          events:\n",
        "          haendelser:\n",
    ),
    "P04": Help(
        "En post i en prøve skrives med sine forhold og sin begyndelse.",
        "A record in a test is written with its facts and when it began.",
        GIVEN,
        "case: youth",
    ),
    "P05": Help(
        "Posten har ikke det forhold i ordlisten. Inde i posten skrives forholdet uden dens navn.",
        "The record has no such fact in the vocabulary. Inside the record, the fact is written "
        "without the record's name.",
        GIVEN,
        "case: {began: 2026-01-05, målgruppe: unge}",
    ),
    "P06": Help(
        "Posten er sluttet, før den begyndte.",
        "The record ended before it began.",
        "case: {began: 2026-01-05, ended: 2026-12-01, target_group: youth}",
        "case: {began: 2026-01-05, ended: 2025-12-01, target_group: youth}",
        found=GIVEN,
    ),
    "P07": Help(
        "Et forhold har én værdi ad gangen. Skifter det, skrives hver værdi med sin første dag.",
        "A fact has one value at a time. When it changes, each value is written with its first "
        "day.",
        "case: {began: 2026-01-05, target_group: {2026-01-05: child, 2026-01-09: youth}}",
        "case: {began: 2026-01-05, target_group: [child, youth]}",
        found=GIVEN,
    ),
    "P08": Help(
        "contents siger, hvilke felter der er udfyldt, og hvornår.",
        "contents says which fields are filled, and when.",
        "contents: {reasons: 2026-01-05}",
        "contents: reasons",
        "decision",
    ),
    "P09": Help(
        "records er en liste over sagens andre poster, hver med en streg foran.",
        "records is a list of the case's other records, each with a dash before it.",
        "          records:\n            - measure: {began: 2026-01-05}\n          events:",
        "          records: {measure: {began: 2026-01-05}}\n          events:",
        found="          events:",
    ),
    "P10": Help(
        "En hændelse skrives med sin dag og sit navn.",
        "An event is written with its day and its name.",
        EVENT,
        "- network_meeting: {participants: [child, parents]}",
    ),
    "P11": Help(
        "Hændelsen registreres på en slags post, som prøven ikke har.",
        "The event is recorded on a kind of record that the test does not have.",
        EVENT,
        "- 2026-02-20 supervision_visit: {child_spoken_to: yes}",
    ),
    "P12": Help(
        "count siger, hvor mange der er fra hvilken dag, og bruges kun til must_not_exceed.",
        "count says how many there are from which day, and is for must_not_exceed only.",
        "count: {2026-01-05: 21}",
        "count: 21",
        "caseload",
    ),
    "P13": Help(
        "Under expect står dage, hver med det, der ventes den dag.",
        "Below expect stand days, each with what is expected on it.",
        "          2026-02-20: {status: upcoming, due: 2026-04-17}",
        "          - 2026-02-20: upcoming",
    ),
    "P14": Help(
        "Der kan ventes status, due og mails.",
        "What can be expected is status, due and mails.",
        "{status: upcoming, due: 2026-04-17}",
        "{status: upcoming, frist: 2026-04-17}",
    ),
    "P15": Help(
        "Den dag er intet begyndt endnu, så reglen kan kun være not applicable.",
        "Nothing has begun yet on that day, so the rule can only be not applicable.",
        "2026-02-20: {status: upcoming, due: 2026-04-17}",
        "2025-02-20: {status: upcoming, due: 2026-04-17}",
    ),
}
