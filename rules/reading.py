"""A rule said back in Danish or English: made from the parsed rule, it cannot disagree with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import cast

from rules.book import (
    ANY_TIME,
    AtLeast,
    Basis,
    Book,
    Change,
    Condition,
    FactName,
    Ladder,
    Phrase,
    Rule,
    Terms,
    WhenDue,
)
from rules.dates import MUNICIPAL, Duration
from rules.reading_conditions import ConditionSpeaker, join
from rules.reading_words import (
    ANCHORS,
    AND,
    BINDINGS,
    NEUTER,
    PHRASES,
    SENTENCES,
    Pair,
)
from rules.spoken_dates import full_day
from rules.words import say_duration, say_phrase

GENITIVE = re.compile(r"\w+s \w")
"""A label such as "leverandørens plan", whose first word says whose it is."""


def read_aloud(rule: Rule, book: Book, language: str) -> str:
    """Return a rule as sentences, in Danish ("da") or English ("en"), with the vocabulary's labels.

    The first sentence says the obligation; then what stops or limits it, its binding, its mails,
    its changes and its sources, each on a line of its own.
    """
    return Reader(rule, book, language).text()


def short_title(rule: Rule, book: Book, language: str) -> str:
    """Return what a rule asks for and when, as a title."""
    reader = Reader(rule, book, language)
    said = reader.must()
    if rule.must.form != "happen":
        said = f"{book.vocabulary.label(rule.record, language)}: {said}"
    return said[:1].upper() + said[1:]


class Reader:
    """Says one rule in one language."""

    def __init__(self, rule: Rule, book: Book, language: str) -> None:
        """Keep what is said and with which words."""
        self.rule = rule
        self.vocabulary = book.vocabulary
        self.language = language
        self.which = 0 if language == "da" else 1
        record = book.vocabulary.label(rule.record, "da")
        self.it = "det" if record.endswith(NEUTER) else "den"
        self.conditions = ConditionSpeaker(book, language)

    def text(self) -> str:
        """Return the whole rule, a sentence a line."""
        lines = [
            self.obligation(),
            *self.details(),
            self.binding(),
            self.say("mails", steps=self.mails(self.rule.terms.ladder)),
            *(self.change(change) for change in self.rule.changes),
            *(self.source(basis) for basis in self.rule.terms.basis),
        ]
        return "\n".join(lines)

    def obligation(self) -> str:
        """Return the one sentence that says for which records what must happen by when."""
        rule = self.rule
        conditions = ""
        if rule.when:
            conditions += self.say("when", condition=self.condition(rule.when))
        if rule.unless:
            conditions += self.say("unless", condition=self.condition(rule.unless))
        record = self.vocabulary.label(rule.record, self.language)
        each = "hver " if self.it == "den" else "hvert "
        if GENITIVE.match(record):
            each = ""  # "for leverandørens plan", not "for hver leverandørens plan"
        return self.say("for", each=each, record=record, conditions=conditions, must=self.must())

    def must(self) -> str:
        """Return what is owed, and when."""
        rule, terms = self.rule, self.rule.terms
        what = self.vocabulary.label(rule.must.record, self.language)
        said = self.say(
            rule.must.form,
            event=self.vocabulary.label(rule.must.event, self.language),
            a="et" if what.endswith(NEUTER) else "en",
            it=self.it,
            what=what,
            limit=terms.limit,
            fields=self.fields(terms.fields),
            counts=self.counts(terms.counts_when),
            due=self.when(terms),
        )
        if terms.then:
            said += self.say("then", then=self.latest([terms.then]))
        if rule.not_before:
            said += self.say("not_before", phrase=self.phrase(rule.not_before))
        return said

    def details(self) -> Iterable[str]:
        """Give the sentences about what counts, what stops the clock, and from when it holds."""
        rule = self.rule
        if rule.must.look_back == ANY_TIME:
            yield self.say("look_back any")
        elif isinstance(rule.must.look_back, Duration):
            yield self.say("look_back", duration=say_duration(rule.must.look_back, self.language))
        if rule.pause_while:
            yield self.say("pause_while", condition=self.condition(rule.pause_while))
        if rule.calendar != MUNICIPAL:
            yield self.say(rule.calendar.name)
        if rule.retroactive:
            yield self.say("retroactive")
        day = full_day(rule.in_force, self.language)
        if rule.until:
            yield self.say("in_force until", day=day, until=full_day(rule.until, self.language))
        else:
            yield self.say("in_force", day=day)

    def binding(self) -> str:
        """Return how binding the rule is, and who may waive it."""
        binding = BINDINGS[self.rule.binding][self.which]
        return self.say("binding", binding=binding, waiver=self.waiver(self.rule.terms.waive_by))

    def waiver(self, role: str | None) -> str:
        """Return who may waive a rule."""
        if role is None:
            return self.say("waive nobody")
        return self.say("waive", role=self.vocabulary.label(role, self.language))

    def mails(self, ladder: Ladder) -> str:
        """Return the steps of a ladder, each with those it goes to."""
        return "; ".join(
            self.say(
                "mail",
                step=say_phrase(rung.text, self.vocabulary, self.language),
                roles=self.join([self.vocabulary.label(r, self.language) for r in rung.roles]),
            )
            for rung in ladder.rungs
        )

    def change(self, change: Change) -> str:
        """Return a change: where it holds, what is then otherwise, and why."""
        name = change.layer.partition(":")[2].strip()
        holds = self.say("change layer", name=name) if name else ""
        if change.starts:
            holds += self.say("change from", day=full_day(change.starts, self.language))
        if change.until:
            holds += self.say("change until", day=full_day(change.until, self.language))
        if change.when:
            holds += self.say("change when", condition=self.condition(change.when))
        what = [self.say("off")] if change.off else []
        what += [self.term(name, value) for name, value in change.new.items()]
        what += [self.say("move")] if change.move else []
        return self.say("change", holds=holds, what="; ".join(what), why=change.why)

    def term(self, name: str, value: object) -> str:
        """Return one changed term. `name` is that of the field of Terms."""
        match name:
            case "title":
                return self.say("changed title", title=value)
            case "basis":
                sources = cast("Sequence[Basis]", value)
                return self.say("changed basis", source="; ".join(b.source for b in sources))
            case "due":
                return self.latest(cast(WhenDue, value).phrases)
            case "then":
                return self.say("changed then", then=self.latest([cast(Phrase, value)]))
            case "at_least":
                return self.at_least(cast(AtLeast, value))
            case "fields":
                return self.say("changed fields", fields=self.fields(cast("Sequence[str]", value)))
            case "limit":
                return self.say("changed limit", limit=value)
            case "counts_when":
                return self.say("changed counts", condition=self.counted(cast(Condition, value)))
            case "ladder":
                return self.say("changed mails", steps=self.mails(cast(Ladder, value)))
            case _:
                return self.waiver(cast("str | None", value))

    def source(self, basis: Basis) -> str:
        """Return where the rule stands written, and when the two were last compared."""
        if basis.checked is None:
            return self.say("source", source=basis.source)
        day = full_day(basis.checked, self.language)
        return self.say("source checked", source=basis.source, day=day)

    def when(self, terms: Terms) -> str:
        """Return by when, or how often."""
        if terms.at_least:
            return self.at_least(terms.at_least)
        return self.latest(terms.due.phrases) if terms.due else ""

    def at_least(self, often: AtLeast) -> str:
        """Return how often."""
        once = " once" if often.number == 1 else ""
        if often.per is None:
            return self.say("per year" + once, number=often.number)
        per = say_duration(often.per, self.language)
        return self.say("at_least" + once, number=often.number, per=per)

    def latest(self, phrases: Sequence[Phrase]) -> str:
        """Return one or several times as the latest in time."""
        said = [self.phrase(phrase) for phrase in phrases]
        if len(said) > 1:
            said = [self.pick(PHRASES["first_of"]).format(phrases=self.join(said))]
        return self.pick(PHRASES["by"]).format(phrase=said[0])

    def phrase(self, phrase: Phrase) -> str:
        """Return a time and what it is counted from."""
        anchor = self.anchor(phrase)
        if phrase.direction == 0:
            return self.pick(PHRASES["on"]).format(clause=anchor)
        way = "after" if phrase.direction > 0 else "before"
        return self.pick(PHRASES[way]).format(amount=self.amount(phrase.amount), anchor=anchor)

    def amount(self, amount: Duration | FactName | None) -> str:
        """Return a length of time, or whose decision it is."""
        if isinstance(amount, FactName):
            fact = self.vocabulary.label(str(amount), self.language)
            return self.pick(PHRASES["fact amount"]).format(fact=fact)
        return "" if amount is None else say_duration(amount, self.language)

    def anchor(self, phrase: Phrase) -> str:
        """Return what a time is counted from; what `start` is depends on the obligation."""
        rule, anchor = self.rule, phrase.anchor
        kind: str = anchor.kind
        if kind == "start":
            has_condition = rule.when is not None or rule.unless is not None
            kind = "condition" if has_condition else "start"
            kind = rule.must.form if rule.must.form in ("have", "not_exceed") else kind
        words = ANCHORS[kind][self.which + (2 if phrase.direction == 0 else 0)]
        term = anchor.event or str(anchor.fact or "")
        return words.format(
            age=anchor.age, it=self.it, term=self.vocabulary.label(term, self.language)
        )

    def counts(self, condition: Condition | None) -> str:
        """Return what must hold for something to count, in brackets."""
        if condition is None:
            return ""
        return self.say("counts", condition=self.counted(condition))

    def counted(self, condition: Condition) -> str:
        """Return a condition on the fields of the event, or on the counted records."""
        must = self.rule.must
        return self.conditions.say(condition, must.event or must.record)

    def condition(self, condition: Condition) -> str:
        """Return a condition on the record, its case and its child."""
        return self.conditions.say(condition, self.rule.record)

    def fields(self, fields: Sequence[str]) -> str:
        """Return document fields by their labels."""
        return self.join(
            [self.vocabulary.label(f"{self.rule.record}.{name}", self.language) for name in fields]
        )

    def join(self, parts: Sequence[str]) -> str:
        """Return several things as one: a, b and c."""
        return join(parts, self.pick(AND))

    def say(self, key: str, **values: object) -> str:
        """Return a sentence with its values filled in."""
        return self.pick(SENTENCES[key]).format(**values)

    def pick(self, pair: Pair) -> str:
        """Return the words of the language."""
        return pair[self.which]
