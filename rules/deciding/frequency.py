"""`at_least`: so many times in every period of a length, or in every calendar year."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date

from rules.book import Terms
from rules.case import Event
from rules.dates import Moment, add, day_of, shift_days
from rules.deadline import Status
from rules.deciding.due import Due, due_of, waiver_of
from rules.deciding.matter import Clock, Matter
from rules.deciding.phrases import Found
from rules.deciding.round import Round, counts, note_done, terms_at, terms_of, verdict


def rounds_by_frequency(matter: Matter, events: list[Event]) -> list[Round]:
    """Return the rounds of a rule with `at_least`; each reads the rule as it was at its beginning.

    In a rolling period every event from the N-th on ends a round; a calendar year is one round.
    """
    days = _counted_days(matter, events)
    on = [day_of(event.at) for event in days]
    rounds: list[Round] = []
    done: Moment | None = None
    taken, after_year = 0, False
    while True:
        clock, number = matter.clock(done, None), len(rounds) + 1
        wanted = terms_of(matter, clock).at_least
        if wanted is not None and wanted.per is None:
            year = day_of(clock.started).year
            first = max(taken if after_year else 0, bisect_left(on, date(year, 1, 1)))
            found = _round_of_year(matter, days[first:], done, year, number)
            done, after_year = date(year + 1, 1, 1), True
            closed = max(bisect_left(on, done), _taken_by(found, on))
        else:
            found = _round_in_period(matter, days, taken, done, number)
            done, after_year = found.done, False
            closed = _taken_by(found, on)
        # a year may have had its number before a change made it a round
        if found.done is None or _taken_by(found, on) > taken:
            rounds.append(found)
        if found.verdict is None:
            return rounds
        taken = closed


def _taken_by(found: Round, on: list[date]) -> int:
    return 0 if found.done is None else bisect_right(on, day_of(found.done))


def _counted_days(matter: Matter, events: list[Event]) -> list[Event]:
    """Return the events that count, one a day."""
    days: list[Event] = []
    for event in events:
        if days and day_of(event.at) <= day_of(days[-1].at):
            continue
        terms = terms_at(matter, day_of(days[-1].at if days else matter.interval.start))
        if counts(matter, event, terms):
            days.append(event)
    return days


def _ending(
    matter: Matter, events: list[Event], done: Moment | None, before: int = 0
) -> Event | None:
    """Return the event that makes up the number wanted. `before` counts those before the list."""
    for number, event in enumerate(events, start=before + 1):
        wanted = terms_of(matter, matter.clock(done, event.at)).at_least
        if wanted is not None and number >= wanted.number:
            return event
    return None


def _ended(matter: Matter, clock: Clock, number: int, due: Due, event: Event) -> Round:
    judged = verdict(event.at, due.moment)
    note_done(matter, event, due, judged)
    return Round(number, clock.started, due, event.at, judged)


def _round_in_period(
    matter: Matter, days: list[Event], taken: int, done: Moment | None, number: int
) -> Round:
    event = _ending(matter, days[taken:], done, taken)
    clock = matter.clock(done, None if event is None else event.at)
    seen = days if event is None else days[: days.index(event)]
    due = _due(matter, clock, seen, clock.as_of_on.year)
    if event is None:
        return Round(number, clock.started, due)
    return _ended(matter, clock, number, due, event)


def _round_of_year(
    matter: Matter, events: list[Event], done: Moment | None, year: int, number: int
) -> Round:
    """Return the round of a year: open until it has its number, or its time is up."""
    clock, due = _year_as_it_stood(matter, done, year)
    last = date(year, 12, 31) if due.moment is None else day_of(due.moment)
    # an extension or a pause may have lengthened the year
    until = max(last, date(year, 12, 31))
    in_time = [event for event in events if day_of(event.at) <= until]
    event = _ending(matter, in_time, done)
    if event is not None:
        clock = matter.clock(done, event.at)
        return _ended(matter, clock, number, _due(matter, clock, in_time, year), event)
    # what is waived is not missed: the round stays open, and exempted
    waived = waiver_of(matter, due.terms, last) is not None
    if last < matter.clock(done, None).as_of_on and not waived:
        matter.note("superseded", last, shift_days(last, 1))
        return Round(number, clock.started, due, None, Status.MISSED)
    return Round(number, clock.started, due)


def _year_as_it_stood(matter: Matter, done: Moment | None, year: int) -> tuple[Clock, Due]:
    """Return the clock and the deadline of a year's round, as they were while it was open."""
    now = matter.clock(done, None)
    as_of = min(now.as_of_on, date(year, 12, 31))
    while True:
        clock = Clock(now.start, now.done, now.as_of, as_of)
        due = _due(matter, clock, [], year)
        # an extension or a pause keeps the round open, and then another may follow
        later = as_of if due.moment is None else min(now.as_of_on, day_of(due.moment))
        if later <= as_of:
            return clock, due
        as_of = later


def _due(matter: Matter, clock: Clock, seen: list[Event], year: int) -> Due:
    """Return when a round is due, of which so many events were seen before."""

    def raw(terms: Terms) -> Found:
        wanted = terms.at_least
        if wanted is None:
            return Found(None, None, "", None, ("at_least",))
        if wanted.per is None:
            return Found(date(year, 12, 31), date(year, 1, 1), wanted.text, None)
        enough = len(seen) >= wanted.number
        anchor = seen[-wanted.number].at if enough else clock.start
        moment = add(anchor, wanted.per, matter.rule.calendar)
        return Found(moment, anchor, wanted.text, wanted.per)

    return due_of(matter, clock, raw, None if clock.done is None else day_of(clock.done))
