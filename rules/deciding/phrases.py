"""From a time phrase to a moment: which anchor it counts from, and what it comes to."""

from __future__ import annotations

from datetime import date, datetime

from rules.book import FactName, Phrase, WhenDue
from rules.case import Event
from rules.dates import Duration, Moment, add, birthday, day_of, too_late_from
from rules.deciding.matter import Clock, Matter
from rules.deciding.view import value_on


class Found:
    """What a phrase comes to: a moment, counted from an anchor; or what it still lacks.

    `text` is the phrase that decided. `amount` is the duration used, None for `on`, and
    `direction` its way (-1 is before). `missing` names facts that somebody ought to fill in,
    `awaited` what simply has not happened yet.
    """

    __slots__ = ("amount", "anchor", "awaited", "direction", "missing", "moment", "text")

    def __init__(
        self,
        moment: Moment | None,
        anchor: Moment | None,
        text: str,
        amount: Duration | None,
        missing: tuple[str, ...] = (),
        awaited: tuple[str, ...] = (),
        direction: int = 1,
    ) -> None:
        """Put together what a phrase came to."""
        self.moment = moment
        self.anchor = anchor
        self.text = text
        self.amount = amount
        self.missing = missing
        self.awaited = awaited
        self.direction = direction

    def moved(self, moment: Moment, text: str = "") -> Found:
        """Return the same with another moment, and another text if one is given."""
        text, lacking = text or self.text, (self.missing, self.awaited)
        return Found(moment, self.anchor, text, self.amount, *lacking, self.direction)


def earliest(matter: Matter, when: WhenDue, clock: Clock) -> Found:
    """Return what `due` comes to: of several phrases, the earliest that has a value."""
    best: Found | None = None
    missing: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    for phrase in when.phrases:
        found = resolve(matter, phrase, clock)
        if found.moment is None:
            missing, awaited = missing + found.missing, awaited + found.awaited
        elif best is None or best.moment is None or _sooner(found.moment, best.moment):
            best = found
    return best or Found(None, None, when.text, None, missing, awaited)


def _sooner(one: Moment, other: Moment) -> bool:
    return too_late_from(one) < too_late_from(other)


def resolve(matter: Matter, phrase: Phrase, clock: Clock, due: Moment | None = None) -> Found:
    """Return what one phrase comes to. `due` is the anchor of `after due`."""
    amount, missing_amount = amount_of(matter, phrase, clock)
    anchor, missing_anchor = anchor_of(matter, phrase, clock, due)
    if anchor is None or missing_amount:
        return _lacking(phrase, missing_anchor, missing_amount)
    if amount is None:
        return Found(anchor, anchor, phrase.text, None)
    text = phrase.text
    if isinstance(phrase.amount, FactName):
        matter.note("decided here", str(phrase.amount), amount, place=phrase.place)
        text = f"{amount} {'after' if phrase.direction > 0 else 'before'} {phrase.anchor.text}"
    moment = add(anchor, amount, matter.rule.calendar, phrase.direction)
    return Found(moment, anchor, text, amount, direction=phrase.direction)


def _lacking(phrase: Phrase, anchor: str, amount: str) -> Found:
    will_come = phrase.anchor.kind in ("event", "ended", "done", "due")
    missing = tuple(name for name in (amount, "" if will_come else anchor) if name)
    awaited = (anchor,) if anchor and will_come else ()
    return Found(None, None, phrase.text, None, missing, awaited)


def amount_of(matter: Matter, phrase: Phrase, clock: Clock) -> tuple[Duration | None, str]:
    """Return the phrase's duration, or the name of the fact that should have held it."""
    if not isinstance(phrase.amount, FactName):
        return phrase.amount, ""
    value = value_on(matter.view, matter.record, phrase.amount, clock.as_of_on)
    return (value, "") if isinstance(value, Duration) else (None, str(phrase.amount))


def anchor_of(
    matter: Matter, phrase: Phrase, clock: Clock, due: Moment | None
) -> tuple[Moment | None, str]:
    """Return the moment a phrase counts from, or the name of what is missing."""
    anchor = phrase.anchor
    match anchor.kind:
        case "start":
            return clock.start, ""
        case "done":
            return clock.done, "" if clock.done is not None else "done"
        case "due":
            return due, "" if due is not None else "due"
        case "began":
            return matter.began, ""
        case "ended":
            ended = matter.record.ended
            return (ended, "") if ended is not None else (None, f"{matter.record.kind}.ended")
        case "age":
            born = matter.view.born
            return (None, "child.born") if born is None else (birthday(born, anchor.age), "")
        case "event":
            event = _first_event_after(matter, anchor.event, clock)
            return (None, anchor.event) if event is None else (event.at, "")
        case "fact":
            return _date_fact(matter, anchor.fact, clock)


def _date_fact(matter: Matter, fact: FactName | None, clock: Clock) -> tuple[Moment | None, str]:
    if fact is None:
        return None, ""
    value = value_on(matter.view, matter.record, fact, clock.as_of_on)
    return (value, "") if isinstance(value, date) else (None, str(fact))


def _first_event_after(matter: Matter, kind: str, clock: Clock) -> Event | None:
    for event in matter.happened(kind):
        if _is_after(event.at, clock.start) and clock.has_seen(event.at):
            return event
    return None


def _is_after(moment: Moment, start: Moment) -> bool:
    if isinstance(moment, datetime) and isinstance(start, datetime):
        return moment > start
    return day_of(moment) > day_of(start)
