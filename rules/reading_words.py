"""The words of `rules read`: what a rule says, in sentences that can be put to a vote.

Each entry is Danish first, then English; names in braces are filled in.
"""

from __future__ import annotations

from collections.abc import Mapping

from rules.book import Binding

Pair = tuple[str, str]

NEUTER = (
    "barn",
    "team",
    "forløb",
    "tilbud",
    "møde",
    "besøg",
    "forslag",
    "tilsyn",
    "pålæg",
    "resultat",
)
"""Endings of Danish nouns that take `et` and `hvert`; all others take `en` and `hver`."""

SENTENCES: Mapping[str, Pair] = {
    "for": ("For {each}{record}{conditions}: {must}.", "For each {record}{conditions}: {must}."),
    "when": (", mens {condition}", ", while {condition}"),
    "unless": (", dog ikke mens {condition}", ", but not while {condition}"),
    "happen": ("{event}{counts} {due}", "{event}{counts} {due}"),
    "ended": ("{it} er ophørt {due}", "it has ended {due}"),
    "contain": ("{it} indeholder {fields} {due}", "it contains {fields} {due}"),
    "have": (
        "der er {a} {what} i gang{counts} {due}",
        "a {what} is running{counts} {due}",
    ),
    "not_exceed": (
        "antallet af »{what}« er højst {limit}{counts}; er der flere, er det bragt ned {due}",
        "the number of “{what}” is at most {limit}{counts}; any above that are gone {due}",
    ),
    "counts": (" (tæller kun, når {condition})", " (counts only when {condition})"),
    "then": ("; derefter igen {then}", "; then again {then}"),
    "at_least": (
        "mindst {number} gange i enhver periode på {per}",
        "at least {number} times in every period of {per}",
    ),
    "at_least once": (
        "mindst én gang i enhver periode på {per}",
        "at least once in every period of {per}",
    ),
    "per year": (
        "mindst {number} gange i hvert kalenderår",
        "at least {number} times in every calendar year",
    ),
    "per year once": ("mindst én gang i hvert kalenderår", "at least once in every calendar year"),
    "not_before": ("; dog tidligst {phrase}", "; but not before {phrase}"),
    "look_back": (
        "Det tæller også, hvis det er sket op til {duration} før start.",
        "It also counts when it happened up to {duration} before the start.",
    ),
    "look_back any": (
        "Det tæller også, hvis det er sket før start.",
        "It also counts when it happened before the start.",
    ),
    "pause_while": (
        "Fristen står stille, mens {condition}.",
        "The clock stands still while {condition}.",
    ),
    "mon-sat": (
        "Lørdag regnes for hverdag.",
        "Saturday counts as a working day.",
    ),
    "retroactive": (
        "Der regnes fra begyndelsen, også når den ligger før reglen trådte i kraft.",
        "Time counts from the beginning, even when that was before the rule came into force.",
    ),
    "in_force": ("Gælder fra {day}.", "In force from {day}."),
    "in_force until": ("Gælder fra {day} til og med {until}.", "In force from {day} to {until}."),
    "binding": ("Bindende som {binding}; {waiver}.", "Binding as {binding}; {waiver}."),
    "waive": ("kan fraviges af {role}", "may be waived by: {role}"),
    "waive nobody": ("kan ikke fraviges", "cannot be waived"),
    "mails": ("Varsling: {steps}.", "Mails: {steps}."),
    "mail": ("{step}: {roles}", "{step}: {roles}"),
    "change": ("Ændring{holds}: {what}. Begrundelse: {why}", "Change{holds}: {what}. Why: {why}"),
    "change layer": (" hos {name}", " by {name}"),
    "change from": (" fra {day}", " from {day}"),
    "change until": (" til og med {day}", " to {day}"),
    "change when": (", når {condition}", ", when {condition}"),
    "off": ("reglen gælder ikke", "the rule does not apply"),
    "changed title": ("reglen hedder »{title}«", "the title is “{title}”"),
    "changed basis": ("kilden er {source}", "the source is {source}"),
    "changed then": ("derefter igen {then}", "then again {then}"),
    "changed fields": ("skal indeholde {fields}", "must contain {fields}"),
    "changed limit": ("højst {limit}", "at most {limit}"),
    "changed counts": ("tæller kun, når {condition}", "counts only when {condition}"),
    "changed mails": ("varsling {steps}", "mails {steps}"),
    "move": ("løbende frister flyttes med", "running deadlines move along"),
    "source": ("Kilde: {source}.", "Source: {source}."),
    "source checked": (
        "Kilde: {source} (sammenholdt {day}).",
        "Source: {source} (compared {day}).",
    ),
}

PHRASES: Mapping[str, Pair] = {
    # a time and what it is counted from; `by` opens a phrase that says when at the latest
    "by": ("senest {phrase}", "no later than {phrase}"),
    "first_of": ("det tidligste af {phrases}", "the earlier of {phrases}"),
    "after": ("{amount} efter {anchor}", "{amount} after {anchor}"),
    "before": ("{amount} før {anchor}", "{amount} before {anchor}"),
    "on": ("den dag, {clause}", "the day {clause}"),
    "fact amount": ("»{fact}«", "“{fact}”"),
}

ANCHORS: Mapping[str, tuple[str, str, str, str]] = {
    # after or before it, Danish and English; on the day that ..., Danish and English
    "start": (
        "start",
        "the start",
        "hvor reglen begynder at gælde",
        "on which the rule begins to apply",
    ),
    "condition": (
        "at reglen begyndte at gælde for {it}",
        "the rule began to apply to it",
        "hvor reglen begynder at gælde",
        "on which the rule begins to apply",
    ),
    "have": (
        "den første dag uden",
        "the first day without one",
        "hvor der ikke er nogen",
        "on which there is none",
    ),
    "not_exceed": (
        "at tallet blev overskredet",
        "that number was passed",
        "hvor tallet overskrides",
        "on which that number is passed",
    ),
    "began": ("begyndelsen", "the beginning", "hvor det begynder", "on which it begins"),
    "ended": ("ophøret", "the end", "hvor det ophører", "on which it ends"),
    "done": (
        "den seneste gang",
        "the last time",
        "hvor det sidst skete",
        "on which it was last done",
    ),
    "due": (
        "den forrige frist",
        "the deadline before",
        "hvor fristen udløber",
        "on which it is due",
    ),
    "age": (
        "det fyldte {age}. år",
        "the age of {age}",
        "hvor barnet fylder {age}",
        "on which the child turns {age}",
    ),
    "event": ("»{term}«", "“{term}”", "hvor »{term}« registreres", "on which “{term}” is recorded"),
    "fact": ("datoen »{term}«", "the date “{term}”", "som »{term}« angiver", "that “{term}” says"),
}

WANTS: Mapping[str, Pair] = {
    "yes": ("»{fact}« er ja", "“{fact}” is yes"),
    "no": ("»{fact}« er nej", "“{fact}” is no"),
    "any": ("»{fact}« er {values}", "“{fact}” is {values}"),
    "all of": ("»{fact}« omfatter både {values}", "“{fact}” includes both {values}"),
    "all of one": ("»{fact}« omfatter {values}", "“{fact}” includes {values}"),
    "any of": (
        "»{fact}« omfatter mindst én af {values}",
        "“{fact}” includes at least one of {values}",
    ),
    "number": ("»{fact}« er {number}", "“{fact}” is {number}"),
    "before": ("»{fact}« er før {day}", "“{fact}” is before {day}"),
    "after": ("»{fact}« er efter {day}", "“{fact}” is after {day}"),
    "on": ("»{fact}« er {day}", "“{fact}” is {day}"),
    "present": ("»{fact}« er oplyst", "“{fact}” is known"),
    "missing": ("»{fact}« ikke er oplyst", "“{fact}” is not known"),
    "rule": (
        "reglen »{title}« står som {statuses}",
        "the rule “{title}” stands as {statuses}",
    ),
    "status": ("»{status}«", "“{status}”"),
    "any of one": ("»{fact}« omfatter {values}", "“{fact}” includes {values}"),
}

NUMBERS: Mapping[str, Pair] = {
    "at least": ("mindst", "at least"),
    "at most": ("højst", "at most"),
    "under": ("under", "under"),
    "over": ("over", "over"),
    "to": ("til", "to"),
}

BINDINGS: Mapping[Binding, Pair] = {
    Binding.LAW: ("lov", "law"),
    Binding.STANDARD: ("standard", "standard"),
    Binding.STARTING_POINT: ("udgangspunkt", "starting point"),
}

AND: Pair = ("og", "and")
OR: Pair = ("eller", "or")
