"""What has changed in a rule, key by key, in words: the first part of a plan's block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from textwrap import wrap
from typing import NamedTuple, cast

from flows.rule_book.plan_words import key_word, kind_word, word
from rules.book import (
    AtLeast,
    Basis,
    Binding,
    Book,
    Change,
    Condition,
    Ladder,
    Must,
    Phrase,
    Rule,
    WhenDue,
)
from rules.dates import Calendar
from rules.differences import (
    Kind,
    RuleDifference,
    gone_changes,
    new_changes,
    terms_on,
    wordings,
)
from rules.reading import Reader
from rules.reading_words import BINDINGS
from rules.spoken_dates import short_day, short_moment
from rules.words import say_value

INDENT = " " * 9
WIDTH = 100
KEY_WIDTH = 18


class Line(NamedTuple):
    """One thing that is said of a change: its key, and the words."""

    key: str
    text: str


def change_text(difference: RuleDifference, before: Book, after: Book, language: str) -> str:
    """Return what became of a rule: its name and title, what was and is, and how it reads now."""
    rule = difference.rule
    binding = BINDINGS[rule.binding][0 if language == "da" else 1]
    head = f"{kind_word(difference.kind, language):<9}{rule.name}   {rule.title}   ({binding})"
    lines = list(change_lines(difference, before, after, language))
    return "\n".join([head, *(_laid_out(line) for line in lines)])


def change_lines(
    difference: RuleDifference, before: Book, after: Book, language: str
) -> Iterator[Line]:
    """Give, key by key, what a rule said and says, from when, why, and how it reads now."""
    if difference.kind is Kind.AFFECTED:
        yield Line("", word("asks about", language))
        return
    for one in wordings(difference):
        old = value_text(one.key, one.before, _reader(difference.before, before, language))
        new = value_text(one.key, one.after, _reader(difference.after, after, language))
        yield Line(key_word(one.key, language), f"{old}  ->  {new}")
    for change in new_changes(difference):
        yield from _change_lines(difference, change, before, after, language)
    for change in gone_changes(difference):
        yield Line(word("change gone", language), f"{_from(change, after, difference, language)}")
    if difference.kind is Kind.CHANGED and not difference.decides:
        yield Line("", word("only words", language))
    elif difference.after is not None:
        yield Line(word("reads now", language), reads_now(difference, after, language))


def reads_now(difference: RuleDifference, book: Book, language: str) -> str:
    """Return the rule as one sentence, as it reads on the day the change takes effect."""
    rule = difference.after
    assert rule is not None
    then = replace(rule, terms=terms_on(rule, difference.takes_effect_on))
    return Reader(then, book, language).obligation()


def value_text(key: str, value: object, reader: Reader) -> str:
    """Return the value of a key of a rule in words; "–" for one that is not there."""
    if key == "waive_by":
        return reader.waiver(cast("str | None", value))
    if value is None or value in ((), ""):
        return word("nothing", reader.language)
    if key == "counts_when":
        return reader.counted(cast(Condition, value))
    return _said(value, reader)


def _said(value: object, reader: Reader) -> str:
    match value:
        case Condition():
            return reader.condition(value)
        case Phrase():
            return reader.latest([value])
        case WhenDue():
            return reader.latest(value.phrases)
        case AtLeast():
            return reader.at_least(value)
        case Ladder():
            return reader.mails(value)
        case Binding():
            return BINDINGS[value][reader.which]
        case Must():
            return _must(value, reader)
        case Calendar():
            return value.name
        case tuple():
            return _several(value, reader)
    return say_value(value, reader.vocabulary, reader.language, short_moment)


def _must(must: Must, reader: Reader) -> str:
    name = must.event or must.record
    label = reader.vocabulary.label(name, reader.language) if name else must.form
    return f"{label} ({must.look_back})" if must.look_back else label


def _several(values: tuple[object, ...], reader: Reader) -> str:
    if isinstance(values[0], Basis):
        return "; ".join(basis.source for basis in cast("Sequence[Basis]", values))
    return reader.fields(cast("Sequence[str]", values))


def _reader(rule: Rule | None, book: Book, language: str) -> Reader:
    assert rule is not None
    return Reader(rule, book, language)


def _change_lines(
    difference: RuleDifference, change: Change, before: Book, after: Book, language: str
) -> Iterator[Line]:
    """Give what a change that is new says: each key as it read until then, and as it will."""
    rule = difference.before or difference.rule
    book = before if difference.before is not None else after
    day = max(difference.takes_effect_on, change.starts or difference.takes_effect_on)
    old = terms_on(rule, day)
    if change.off:
        yield Line(key_word("off", language), word("switched off", language))
    for key, value in change.new.items():
        was = value_text(key, getattr(old, key), Reader(rule, book, language))
        now = value_text(key, value, Reader(difference.rule, after, language))
        yield Line(key_word(key, language), f"{was}  ->  {now}")
    yield Line(word("from", language), _from(change, after, difference, language))
    yield Line(word("why", language), change.why)


def _from(change: Change, book: Book, difference: RuleDifference, language: str) -> str:
    """Return from when and for whom a change holds, and what it does to running clocks."""
    starts = (
        word("now on", language) if change.starts is None else short_day(change.starts, language)
    )
    parts = [starts]
    if change.until is not None:
        parts.append(word("until day", language, day=short_day(change.until, language)))
    if change.when is not None:
        condition = Reader(difference.rule, book, language).condition(change.when)
        parts.append(word("when fact", language, condition=condition))
    parts.append(word("running move" if change.move else "running keep", language))
    return "".join(parts)


def _laid_out(line: Line) -> str:
    """Return a line with its key in a column and long words below each other."""
    if not line.key:
        return INDENT + line.text
    width = WIDTH - len(INDENT) - KEY_WIDTH
    rows = wrap(line.text, width) or [""]
    first = f"{INDENT}{line.key:<{KEY_WIDTH - 1}} {rows[0]}"
    return "\n".join([first, *(f"{INDENT}{'':<{KEY_WIDTH}}{row}" for row in rows[1:])])
