"""What becomes of a stored fact when the next extract tells another value of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from models.facts_text import facts_text, read_facts
from rules.case import History, Value


class Told(NamedTuple):
    """When an extract was taken (`on`, a Danish day) and taken in (`at`).

    `first_told` are the facts, as (kind of record, fact), whose column the extract before this
    one did not have.
    """

    on: date
    at: datetime
    first_told: frozenset[tuple[str, str]] = frozenset()


def merge_facts(kind: str, stored: str, told: str, when: Told) -> str:
    """Return the text of facts after an extract: what changed is kept as it was the day before.

    A history that the extract itself tells takes the place of the stored one. A fact whose column
    is new in the extract holds from the beginning: the extract changed, not the case.
    """
    if stored == told:
        return stored
    old, new = read_facts(stored), read_facts(told)
    merged = {
        name: merge_fact(
            old.get(name), new.get(name), when, is_first=(kind, name) in when.first_told
        )
        for name in old.keys() | new.keys()
    }
    return facts_text({name: fact for name, fact in merged.items() if fact is not None})


def merge_fact(
    old: Value | History | None, new: Value | History | None, when: Told, *, is_first: bool = False
) -> Value | History | None:
    """Return a fact with its history: None is a fact that is, and always was, missing.

    >>> when = Told(date(2026, 11, 21), datetime(2026, 11, 21, 4))
    >>> merge_fact("no", "yes", when)[:2]
    ((None, datetime.date(2026, 11, 21)), ('no', 'yes'))
    """
    if isinstance(new, History):
        return _told_history(old, new, when)
    if _same(_latest(old), new):
        return old
    if old is None and is_first:
        return new
    before = old if isinstance(old, History) else History((None,), (old,), (None,))
    kept = [
        entry
        for entry in zip(before.days, before.values, before.known_at, strict=True)
        # a second extract of one day corrects the first
        if entry[0] is None or entry[0] < when.on
    ]
    if not kept or not _same(kept[-1][1], new):
        kept.append((when.on, new, when.at))
    if len(kept) == 1 and kept[0][0] is None:
        return kept[0][1]
    days, values, known_at = zip(*kept, strict=True)
    return History(days, values, known_at)


def _told_history(old: Value | History | None, new: History, when: Told) -> History:
    known: dict[tuple[date | None, Value | None], datetime | None]
    if isinstance(old, History):
        entries = zip(old.days, old.values, old.known_at, strict=True)
        known = {(day, value): at for day, value, at in entries}
    else:
        known = {(None, old): None}
    entry_keys = zip(new.days, new.values, strict=True)
    return new._replace(known_at=tuple(known.get(key, when.at) for key in entry_keys))


def _latest(fact: Value | History | None) -> Value | None:
    return fact.values[-1] if isinstance(fact, History) else fact


def _same(one: Value | None, other: Value | None) -> bool:
    # a yes is no 1, should the vocabulary have changed its mind about the type
    return one == other and isinstance(one, bool) == isinstance(other, bool)
