"""Conditions as clauses of a sentence: "målgruppe er unge og løbende indsatser er mindst 1"."""

from __future__ import annotations

from collections.abc import Sequence

from rules.book import Book, Clause, Condition, RuleStatus, Test, Want
from rules.dates import shift_days
from rules.deadline import Status
from rules.reading_words import AND, NUMBERS, OR, WANTS, Pair
from rules.spoken_dates import full_day
from rules.words import STATUSES


def join(parts: Sequence[str], word: str) -> str:
    """Return several things as one.

    >>> join(["a", "b", "c"], "and")
    'a, b and c'
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


class ConditionSpeaker:
    """Says the conditions of a book's rules in one language."""

    def __init__(self, book: Book, language: str) -> None:
        """Keep the words."""
        self.book = book
        self.vocabulary = book.vocabulary
        self.language = language
        self.which = 0 if language == "da" else 1

    def say(self, condition: Condition, owner: str) -> str:
        """Return a condition. `owner` is the event or kind of record whose facts need no name."""
        said = [
            join([self.clause(clause, owner) for clause in clauses], self.pick(AND))
            for clauses in condition.alternatives
        ]
        return f", {self.pick(OR)} ".join(said)

    def clause(self, clause: Clause, owner: str) -> str:
        """Return one thing that is asked of a fact."""
        if isinstance(clause.fact, RuleStatus):
            return self.rule_status(clause.fact, clause.want)
        term = str(clause.fact) if clause.fact.record else f"{owner}.{clause.fact.name}"
        return self.want(clause.want, term, self.vocabulary.label(term, self.language))

    def rule_status(self, asked: RuleStatus, want: Want) -> str:
        """Return how another rule must stand."""
        rule = self.book.rules.get(asked.rule)
        words = STATUSES[self.language]
        said = [
            self.pick(WANTS["status"]).format(status=words[Status(str(value))])
            for value in sorted(map(str, want.values))
        ]
        title = rule.title if rule else asked.rule
        return self.pick(WANTS["rule"]).format(title=title, statuses=join(said, self.pick(OR)))

    def want(self, want: Want, term: str, fact: str) -> str:
        """Return what is asked of a fact whose label is known."""
        key, values = self.asked(want, term)
        return self.pick(WANTS[key]).format(fact=fact, **values)

    def asked(self, want: Want, term: str) -> tuple[str, dict[str, str]]:
        """Return which sentence fits, and what fills it."""
        match want.test:
            case Test.PRESENT:
                return "present", {}
            case Test.MISSING:
                return "missing", {}
            case Test.NUMBER:
                return "number", {"number": self.number(want.text)}
            case Test.DAY:
                return self.day(want)
            case Test.ANY if want.values <= {True, False} and len(want.values) == 1:
                return ("yes" if True in want.values else "no"), {}
            case Test.ANY:
                return "any", {"values": self.values(want, term, OR)}
            case Test.ALL_OF:
                several = "all of" if len(want.values) > 1 else "all of one"
                return several, {"values": self.values(want, term, AND)}
            case Test.ANY_OF:
                several = "any of" if len(want.values) > 1 else "any of one"
                return several, {"values": self.values(want, term, OR)}

    def values(self, want: Want, term: str, word: Pair) -> str:
        """Return the choices by their labels, in the order written."""
        text = want.text.removeprefix(f"{want.test} ")
        labels = [
            self.vocabulary.label(f"{term}.{name}", self.language) for name in text.split(", ")
        ]
        return join(labels, self.pick(word))

    def number(self, text: str) -> str:
        """Return a comparison of numbers in words."""
        for key, pair in NUMBERS.items():
            text = text.replace(key, pair[self.which])
        return text

    def day(self, want: Want) -> tuple[str, dict[str, str]]:
        """Return a comparison of dates; `before` and `after` leave their own day out."""
        if want.first is None:
            assert want.last is not None
            return "before", {"day": full_day(shift_days(want.last, 1), self.language)}
        if want.last is None:
            return "after", {"day": full_day(shift_days(want.first, -1), self.language)}
        return "on", {"day": full_day(want.first, self.language)}

    def pick(self, pair: Pair) -> str:
        """Return the words of the language."""
        return pair[self.which]
