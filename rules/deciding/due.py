"""The deadline of one round: what the phrase comes to, then floor, pauses, law and extensions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from rules.book import Terms
from rules.case import Event
from rules.dates import Moment, day_of, days_between, earlier, shift_days, too_late_from
from rules.deciding.matter import Clock, Matter
from rules.deciding.phrases import Found, resolve
from rules.deciding.versions import matching_changes, national_terms, terms_for

Raw = Callable[[Terms], Found]
"""What a round's own phrase comes to under some terms, before anything moves it."""


class Due:
    """A round's deadline, or the names of what is missing, and the terms it rests on.

    `point` is what the phrase came to, before pauses, the law or an extension moved it.
    """

    __slots__ = ("missing", "moment", "point", "terms")

    def __init__(
        self,
        moment: Moment | None,
        missing: tuple[str, ...],
        terms: Terms,
        point: Moment | None = None,
    ) -> None:
        """Put together what was found."""
        self.moment = moment
        self.missing = missing
        self.terms = terms
        self.point = point


def due_of(matter: Matter, clock: Clock, raw: Raw, last_done_on: date | None) -> Due:
    """Return when a round is due.

    `last_done_on` is the day the round before was done: extensions count for the round that
    was open on their day.
    """
    rule, view, record = matter.rule, matter.view, matter.record
    if matter.is_plain():
        found = raw(rule.terms)
        return Due(found.moment, found.missing, rule.terms, found.moment)
    clock_on = day_of(clock.started)
    terms = terms_for(view, record, rule, clock_on, clock.as_of_on)
    _note_changes(matter, clock_on, clock.as_of_on)
    plain = raw(terms)
    local = _moved(matter, clock, plain)
    if local.moment is None:
        _note_lacking(matter, local)
    due, missing = local.moment, local.missing
    national = national_terms(view, record, rule, clock_on, clock.as_of_on)
    if national is not None:
        due, missing = _not_later_than_law(matter, clock, due, missing, raw(national))
    extension = _extension(matter, clock, terms, last_done_on)
    if extension is not None:
        due, missing = _until(extension), ()
    return Due(due, missing, terms, plain.moment)


def _note_lacking(matter: Matter, found: Found) -> None:
    if found.missing:
        matter.note("missing", found.missing, found.text, place=matter.place("due"))
    if found.awaited:
        matter.note("awaited", found.awaited, found.text, place=matter.place("due"))


def _note_changes(matter: Matter, clock_on: date, today: date) -> None:
    if matter.steps is None:
        return
    for change in matching_changes(matter.view, matter.record, matter.rule, clock_on, today):
        if not change.off:
            matter.note("change", change.why, change.starts, change.layer, place=change.place)


def _moved(matter: Matter, clock: Clock, found: Found) -> Found:
    """Return the deadline after `not_before` and the days on which the clock stood still."""
    if found.moment is None:
        return found
    place = matter.place("then" if clock.done is not None else "due")
    matter.note("counted", found.text, found.anchor, found.moment, place=place)
    if (
        isinstance(found.moment, datetime)
        and found.anchor is not None
        and not isinstance(found.anchor, datetime)
    ):
        matter.note("counted from midnight", found.anchor, place=place)
    moment = _raised(matter, clock, found.moment)
    if isinstance(moment, datetime) or found.anchor is None:
        return found.moved(moment)
    return found.moved(_lengthened(matter, clock, day_of(found.anchor), moment))


def moved_quietly(matter: Matter, clock: Clock, found: Found) -> Moment | None:
    """Return where a deadline is moved to, without a word of it in the derivation."""
    steps, matter.steps = matter.steps, None
    moment = _moved(matter, clock, found).moment
    matter.steps = steps
    return moment


def _raised(matter: Matter, clock: Clock, moment: Moment) -> Moment:
    if matter.rule.not_before is None:
        return moment
    floor = resolve(matter, matter.rule.not_before, clock)
    if floor.moment is None or too_late_from(floor.moment) <= too_late_from(moment):
        return moment
    matter.note("not before", floor.text, floor.moment, place=matter.place("not_before"))
    return floor.moment


def _lengthened(matter: Matter, clock: Clock, anchor_on: date, due: date) -> date:
    """Return the deadline moved by each paused day from the anchor to the deadline itself."""
    for first, last in matter.pauses():
        first, last = max(first, anchor_on), min(last, clock.as_of_on)
        if first > last or first > due:
            continue
        days = days_between(first, last) + 1
        due = shift_days(due, days)
        matter.note("paused", days, first, last, due, place=matter.place("pause_while"))
    return due


def _not_later_than_law(
    matter: Matter, clock: Clock, due: Moment | None, missing: tuple[str, ...], raw: Found
) -> tuple[Moment | None, tuple[str, ...]]:
    national = moved_quietly(matter, clock, raw)
    if national is None:
        return due, missing
    if due is None or (earlier(national, due) is national and national != due):
        matter.note("law is earlier", raw.text, national, place=matter.rule.place)
        return national, ()
    return due, missing


def _extension(
    matter: Matter, clock: Clock, terms: Terms, last_done_on: date | None
) -> Event | None:
    """Return the latest valid extension given while this round was open."""
    found = None
    for event in matter.built_in("extension"):
        day = day_of(event.at)
        given_now = day > last_done_on if last_done_on else day >= day_of(clock.start)
        if not (given_now and clock.has_seen(event.at) and "until" in event.fields):
            continue
        if not approved(event, terms):
            matter.note("not approved", "extension", event.at, terms.waive_by, journal=event.number)
            continue
        found = event
    if found is not None:
        until = _until(found)
        matter.note("extended", found.at, until, terms.waive_by, journal=found.number)
    return found


def _until(extension: Event) -> date:
    until = extension.fields["until"]
    assert isinstance(until, date)
    return until


def approved(event: Event, terms: Terms) -> bool:
    """Say whether a waiver or extension was approved by the role that may."""
    return terms.waive_by is not None and event.fields.get("approved_by") == terms.waive_by


def waiver_of(matter: Matter, terms: Terms, by: date) -> Event | None:
    """Return the first valid waiver given by a day."""
    found = None
    for event in matter.built_in("waiver"):
        if day_of(event.at) > by:
            continue
        if approved(event, terms):
            found = found or event
        else:
            matter.note("not approved", "waiver", event.at, terms.waive_by, journal=event.number)
    return found
