"""The steps of a derivation as sentences, in Danish and in English."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from rules.dates import Duration
from rules.deadline import Status, Step
from rules.spoken_dates import short_moment
from rules.vocabulary import Vocabulary

SayMoment = Callable[[date, str], str]
"""How a day or an instant is said in a language."""

STATUSES = {
    "da": {
        Status.NOT_APPLICABLE: "gælder ikke",
        Status.UPCOMING: "kommende",
        Status.DUE_SOON: "snart",
        Status.DUE: "i dag",
        Status.OVERDUE: "overskredet",
        Status.MET: "opfyldt",
        Status.MET_LATE: "opfyldt for sent",
        Status.MISSED: "ikke opfyldt",
        Status.PAUSED: "sat på pause",
        Status.EXEMPTED: "fritaget",
    },
    "en": {status: status.value for status in Status},
}

UNITS = {
    "hours": ("time", "timer"),
    "days": ("dag", "dage"),
    "working days": ("hverdag", "hverdage"),
    "weeks": ("uge", "uger"),
    "months": ("måned", "måneder"),
    "years": ("år", "år"),
}

SENTENCES: dict[str, tuple[str, str]] = {
    # code: (Danish, English); the values of a step fill {0}, {1}, ... in order
    "applies": ("Reglen gælder siden {1}", "The rule applies since {1}"),
    "fact": ("{0:fact} er {1} (krav: {2:phrase})", "{0:fact} is {1} (asked for: {2:phrase})"),
    "fact fails": (
        "Reglen gælder ikke: {0:fact} er {1} (krav: {2:phrase})",
        "The rule does not apply: {0:fact} is {1} (asked for: {2:phrase})",
    ),
    "excepted": (
        "Reglen gælder ikke, fordi {0:fact} er {1} (undtaget: {2:phrase})",
        "The rule does not apply, because {0:fact} is {1} (excepted: {2:phrase})",
    ),
    "applied until": ("Den gælder ikke længere fra {0}", "It no longer applies from {0}"),
    "not begun": ("{0} begynder først {1}", "The {0} begins on {1}"),
    "not in force yet": (
        "Reglen træder først i kraft {0}",
        "The rule does not come into force until {0}",
    ),
    "no longer in force": ("Reglen gjaldt til {0}", "The rule was in force until {0}"),
    "ended before in force": (
        "{0} ophørte {1}, før reglen trådte i kraft {2}",
        "The {0} ended on {1}, before the rule came into force on {2}",
    ),
    "switched off": (
        "En ændring har sat reglen ud af kraft",
        "A change has switched the rule off",
    ),
    "never applied": (
        "Betingelserne har ikke været opfyldt på noget tidspunkt",
        "The conditions have not held on any day so far",
    ),
    "too early": (
        "{0} {1} tæller ikke: det var før uret startede {2}",
        "The {0} on {1} does not count: it was before the clock started on {2}",
    ),
    "too late to count": (
        "{0} {1} tæller ikke: reglen gjaldt ikke længere fra {2}",
        "The {0} on {1} does not count: the rule no longer applied from {2}",
    ),
    "does not count": ("{0} {1} tæller ikke: {2}", "The {0} on {1} does not count: {2}"),
    "done": ("{0} {1}{2}; fristen var {3}: {4}", "{0} on {1}{2}; the deadline was {3}: {4}"),
    "counted": ("{0:phrase}, regnet fra {1} = {2}", "{0:phrase}, counted from {1} = {2}"),
    "decided here": ("{0:fact}: {1}", "{0:fact}: {1}"),
    "counted from midnight": (
        "Klokkeslættet er ikke kendt; der regnes fra kl. 00:00 {0}",
        "The time of day is not known; counted from 00:00 on {0}",
    ),
    "not before": ("Dog tidligst {0:phrase} = {1}", "But not before {0:phrase} = {1}"),
    "paused": (
        "Uret stod stille {0} dage ({1} til {2}): fristen bliver {3}",
        "The clock stood still {0} days ({1} to {2}): the deadline becomes {3}",
    ),
    "change": ("Ændring gælder her: {0}", "A change holds here: {0}"),
    "missing": (
        "Fristen kan ikke fastsættes: {0} mangler",
        "The deadline cannot be decided: {0} is missing",
    ),
    "awaited": (
        "Der er endnu ingen frist: den regnes fra {0}, som ikke er registreret",
        "There is no deadline yet: it is counted from {0}, which is not recorded",
    ),
    "law is earlier": (
        "Loven giver den tidligste frist: {0:phrase} = {1}",
        "The law gives the earlier deadline: {0:phrase} = {1}",
    ),
    "not approved": (
        "{0} {1} tæller ikke: den skal godkendes af {2}",
        "The {0} on {1} does not count: it must be approved by {2}",
    ),
    "extended": (
        "Forlænget {0} til {1}, godkendt af {2}",
        "Extended on {0} until {1}, approved by {2}",
    ),
    "superseded": (
        "Fristen {0} gik, uden at noget blev registreret, før {1}: ikke opfyldt",
        "The deadline {0} passed with nothing recorded before {1}: missed",
    ),
    "ended": ("{0} ophørte {1}; fristen var {2}: {3}", "The {0} ended on {1}; due {2}: {3}"),
    "field": ("Feltet {0:fact}: {1}", "The field {0:fact}: {1}"),
    "contents complete": (
        "Alle felter var udfyldt {0}; fristen var {1}: {2}",
        "All fields were filled on {0}; the deadline was {1}: {2}",
    ),
    "stretch": ("Fra {2}: {0:form} ({1})", "From {2}: {0:form} ({1})"),
    "stretch over": ("Bragt i orden {0}; fristen var {1}: {2}", "Put right on {0}; due {1}: {2}"),
    "in place": ("I orden siden {2}", "In order since {2}"),
    "waived": ("Fritaget {0}, godkendt af {1}", "Waived on {0}, approved by {1}"),
    "paused today": ("Uret står stille i dag", "The clock stands still today"),
    "stopped": (
        "Reglen ophørte {0}, før fristen {1} var overskredet",
        "The rule stopped on {0}, before the deadline {1} had passed",
    ),
    "missed": (
        "Fristen {0} var overskredet, da reglen ophørte {1}",
        "The deadline {0} had passed when the rule stopped after {1}",
    ),
    "overdue": ("Fristen {0} er overskredet med {1} dage", "The deadline {0} is {1} days past"),
}

FORMS = {
    "have": ("mangler", "missing"),
    "not_exceed": ("for mange", "too many"),
}

DANISH = {
    "after": "efter",
    "before": "før",
    "on": "den dag:",
    "start": "start",
    "began": "begyndelsen",
    "ended": "ophøret",
    "done": "den seneste",
    "due": "fristen",
    "age": "alderen",
    "at": "",
    "least": "mindst",
    "most": "højst",
    "to": "til",
    "per": "pr.",
    "calendar": "",
    "times": "gange",
    "every": "hver",
    "all": "alle:",
    "any": "mindst en:",
    "of": "",
    "over": "over",
    "under": "under",
    "from": "fra",
    "present": "oplyst",
    "missing": "mangler",
    "yes": "ja",
    "no": "nej",
    **{unit.removesuffix("s"): one for unit, (one, _) in UNITS.items()},
    **{unit: many for unit, (_, many) in UNITS.items()},
}
"""The words of the rule language; all else is a number, a date or a name of the vocabulary."""


class Spoken:
    """A value in a sentence. The format after the colon says what kind of text it is.

    `phrase`: text in the rule language; `fact`: a fact's name; `form`: what is wrong in a stretch.
    """

    def __init__(
        self, value: object, vocabulary: Vocabulary, language: str, say_moment: SayMoment
    ) -> None:
        """Keep what is needed to say the value."""
        self.value = value
        self.vocabulary = vocabulary
        self.language = language
        self.say_moment = say_moment

    def __format__(self, kind: str) -> str:
        """Return the words."""
        match kind:
            case "phrase":
                return say_wanted(self.value, self.vocabulary, self.language)
            case "fact":
                return say_fact(str(self.value), self.vocabulary, self.language)
            case "form":
                return FORMS[str(self.value)][0 if self.language == "da" else 1]
            case _:
                return say_value(self.value, self.vocabulary, self.language, self.say_moment)


def sentence(
    step: Step, vocabulary: Vocabulary, language: str, say_moment: SayMoment = short_moment
) -> str:
    """Return one step of a derivation as a sentence. Raises: KeyError for an unknown code."""
    template = SENTENCES[step.code][0 if language == "da" else 1]
    values = _with_choice(step, vocabulary, language)
    text = template.format(*(Spoken(v, vocabulary, language, say_moment) for v in values))
    return text[0].upper() + text[1:]


def _with_choice(step: Step, vocabulary: Vocabulary, language: str) -> tuple[object, ...]:
    """Return the values of a step, its facts and choices in the words of the vocabulary."""
    match step.code:
        case "fact" | "fact fails" | "excepted":
            name, value, wanted = step.values
            said = say_choice(str(name), value, vocabulary, language)
            return name, said, Wanted(str(wanted), str(name))
        case "done":
            kind, at, fields, *rest = step.values
            return kind, at, _said_fields(str(kind), fields, vocabulary, language), *rest
        case "does not count":
            kind, at, failing = step.values
            return kind, at, _said_fields(str(kind), failing, vocabulary, language)
        case "field":
            name, filled = step.values
            empty = "ikke udfyldt" if language == "da" else "not filled in"
            return name, empty if filled is None else filled
        case _:
            return step.values


class Wanted(NamedTuple):
    """What a condition asks of a fact, as written, and the fact whose choices it names."""

    text: str
    fact: str


def _said_fields(
    kind: str, fields: object, vocabulary: Vocabulary, language: str
) -> tuple[object, ...]:
    """Return (field, value) or (field, wanted, found) with the field named as its event's."""
    said = []
    for name, *rest in fields if isinstance(fields, tuple) else ():
        full = f"{kind}.{name}"
        found = say_choice(full, rest[-1], vocabulary, language)
        wanted = [Wanted(str(asked), full) for asked in rest[:-1]]
        said.append((full, *wanted, found))
    return tuple(said)


def say_choice(fact: str, value: object, vocabulary: Vocabulary, language: str) -> object:
    """Return a choice, or several, in the words of the vocabulary; any other value as it is."""
    if value is None:
        return "ikke oplyst" if language == "da" else "not known"
    if isinstance(value, str):
        return vocabulary.label(f"{fact}.{value}", language)
    if isinstance(value, frozenset):
        return frozenset(vocabulary.label(f"{fact}.{choice}", language) for choice in value)
    return value


def say_fact(name: str, vocabulary: Vocabulary, language: str) -> str:
    """Return the name of a fact, of an event or of a rule's status in words."""
    if name.startswith("rule."):
        return f"{'reglen' if language == 'da' else 'the rule'} {name.removeprefix('rule.')}"
    return vocabulary.label(name, language)


def say_wanted(wanted: object, vocabulary: Vocabulary, language: str) -> str:
    """Return what a condition asks in words, or any other text of the rule language."""
    if not isinstance(wanted, Wanted):
        return say_phrase(str(wanted), vocabulary, language)
    words = []
    for word in wanted.text.split():
        bare = word.rstrip(",")
        term = f"{wanted.fact}.{bare}"
        labelled = term in vocabulary.labels.get(language, {})
        said = vocabulary.label(term, language) if labelled else _unlabelled(bare, language)
        words.append(said + word[len(bare) :])
    return " ".join(filter(None, words))


def _unlabelled(word: str, language: str) -> str:
    return DANISH.get(word, word) if language == "da" else word


def say_phrase(text: str, vocabulary: Vocabulary, language: str) -> str:
    """Return text of the rule language in words; in English it already is.

    >>> say_phrase("8 weeks after start", Vocabulary((), {}, {}), "da")
    '8 uger efter start'
    >>> say_phrase("every 1 week from 1 week after", Vocabulary((), {}, {}), "da")
    'hver uge fra 1 uge efter'
    """
    if language == "en":
        return text
    # what is not said word for word comes first: units of two words, and "every 1"
    for english, joined in JOINED.items():
        text = text.replace(english, joined)
    words = (_danish(word, vocabulary) for word in text.split())
    return " ".join(word for word in words if word)


JOINED = {
    "on the day": "på_dagen",
    "every 1 working day": "hver_hverdag",
    "every 1 day": "hver_dag",
    "every 1 week": "hver_uge",
    "every 1 month": "hver_måned",
    "working day": "working_day",
    "calendar year": "kalenderår",
}


def _danish(word: str, vocabulary: Vocabulary) -> str:
    plain = word.replace("_", " ")
    if plain in DANISH:
        return DANISH[plain]
    if "." in word or word in vocabulary.events:
        return say_fact(word, vocabulary, "da")
    return plain


def say_value(
    value: object, vocabulary: Vocabulary, language: str, say_moment: SayMoment = short_moment
) -> str:
    """Return a value of a fact or a step as people read it."""
    if value is None:
        return "ikke fastsat" if language == "da" else "not decided"
    if isinstance(value, bool):
        return {"da": ("nej", "ja"), "en": ("no", "yes")}[language][value]
    if isinstance(value, Status):
        return STATUSES[language][value]
    if isinstance(value, date):
        return say_moment(value, language)
    if isinstance(value, Duration):
        return say_duration(value, language)
    if isinstance(value, frozenset):
        return ", ".join(sorted(say_value(v, vocabulary, language, say_moment) for v in value))
    if isinstance(value, tuple):
        return _say_several(value, vocabulary, language, say_moment)
    if isinstance(value, str):
        return vocabulary.label(value, language) if _is_term(value, vocabulary) else value
    return str(value)


def _is_term(text: str, vocabulary: Vocabulary) -> bool:
    return text in vocabulary.events or text in vocabulary.records or text in vocabulary.roles


def _say_several(
    values: tuple[object, ...], vocabulary: Vocabulary, language: str, say_moment: SayMoment
) -> str:
    """Say (field, value) pairs in brackets, (field, wanted, found) as reasons, names as a list."""
    said, pairs = [], False
    for value in values:
        if not isinstance(value, tuple):
            said.append(say_fact(str(value), vocabulary, language))
            continue
        pairs = pairs or len(value) == 2
        parts = [say_value(part, vocabulary, language, say_moment) for part in value[-1:]]
        name = say_fact(str(value[0]), vocabulary, language)
        if len(value) == 2:
            said.append(f"{name}: {parts[0]}")
        else:
            wanted = say_wanted(value[1], vocabulary, language)
            asked = "krav" if language == "da" else "asked for"
            said.append(f"{name}: {parts[0]} ({asked}: {wanted})")
    text = "; ".join(said)
    return f" ({text})" if pairs else text


def say_duration(duration: Duration, language: str) -> str:
    """Return a duration in words.

    >>> from rules.dates import Unit
    >>> say_duration(Duration(8, Unit.WEEKS), "da"), say_duration(Duration(1, Unit.MONTHS), "en")
    ('8 uger', '1 month')
    """
    if language == "en":
        return str(duration)
    one, many = UNITS[duration.unit.value]
    return f"{duration.amount} {one if duration.amount == 1 else many}"
