"""The rounds of a rule in one interval: those that are over, and the one that is open."""

from __future__ import annotations

from datetime import datetime

from rules.book import Phrase, Terms
from rules.case import Event
from rules.dates import (
    Calendar,
    Duration,
    Moment,
    add,
    day_of,
    end_of,
    not_before,
    shift_days,
)
from rules.deadline import Status
from rules.deciding.due import Due, due_of, waiver_of
from rules.deciding.frequency import rounds_by_frequency
from rules.deciding.grid import next_point
from rules.deciding.matter import Clock, Matter
from rules.deciding.phrases import Found, earliest, resolve
from rules.deciding.round import Round, counts, note_done, terms_at, terms_of, verdict
from rules.deciding.stretches import stretches


def rounds_of(matter: Matter) -> list[Round]:
    """Return the rounds of the interval, oldest first; the last is the one to look at."""
    match matter.rule.must.form:
        case "happen":
            return _rounds_of_happening(matter)
        case "ended":
            return [_round_of_ending(matter)]
        case "contain":
            return [_round_of_contents(matter)]
        case "have" | "not_exceed":
            return _rounds_of_stretches(matter)


def _rounds_of_happening(matter: Matter) -> list[Round]:
    at_least = terms_at(matter, day_of(matter.interval.start)).at_least
    events = _events_in_window(matter)
    if at_least is not None:
        return rounds_by_frequency(matter, events)
    return _rounds_of_events(matter, events)


def _events_in_window(matter: Matter) -> list[Event]:
    """Return the events of the right kind from `start`, less the look-back, until the stop."""
    must, start, stop = matter.rule.must, matter.interval.start, matter.interval.stop
    events = []
    for event in matter.happened(must.event):
        if not _in_window(event, start, must.look_back, matter.rule.calendar):
            matter.note("too early", event.kind, event.at, start, journal=event.number)
        elif stop is not None and day_of(event.at) >= stop:
            matter.note("too late to count", event.kind, event.at, stop, journal=event.number)
        else:
            events.append(event)
    return events


def _in_window(
    event: Event, start: Moment, look_back: Duration | str | None, calendar: Calendar
) -> bool:
    if isinstance(look_back, str):
        return True
    if look_back is None:
        return not_before(event.at, start)
    return not_before(event.at, add(start, look_back, calendar, times=-1))


def _rounds_of_events(matter: Matter, events: list[Event]) -> list[Round]:
    """Return one round after another, each ended by the first counting event on a later day."""
    rounds: list[Round] = []
    done: Moment | None = None
    point: Moment | None = None
    for event in events:
        if done is not None and day_of(event.at) <= day_of(done):
            continue
        clock = matter.clock(done, event.at)
        if not counts(matter, event, terms_of(matter, clock)):
            continue
        rounds.append(_closed(matter, clock, len(rounds) + 1, event, point))
        rounds += _passed_over(matter, clock, rounds[-1], event)
        done, point = event.at, rounds[-1].due.point
        if _then_after(matter, done) is None:
            return rounds
    clock = matter.clock(done, None)
    due = _due_of_event(matter, clock, point)
    return [*rounds, Round(len(rounds) + 1, clock.started, due)]


def _then_after(matter: Matter, done: Moment) -> Phrase | None:
    """Return the phrase for the round that follows one done at a moment, if one follows."""
    if not matter.rule.changes:
        return matter.rule.terms.then
    return terms_of(matter, matter.clock(done, None)).then


def _closed(matter: Matter, clock: Clock, number: int, event: Event, point: Moment | None) -> Round:
    due = _due_of_event(matter, clock, point)
    judged = verdict(event.at, due.moment)
    note_done(matter, event, due, judged)
    return Round(number, clock.started, due, event.at, judged)


def _first_due(matter: Matter, clock: Clock) -> Due:
    def raw(terms: Terms) -> Found:
        return _first_point(matter, terms, clock)

    return due_of(matter, clock, raw, None)


def _first_point(matter: Matter, terms: Terms, clock: Clock) -> Found:
    if terms.due is None:
        return Found(None, None, "", None, ("due",))
    return earliest(matter, terms.due, clock)


def _due_of_event(matter: Matter, clock: Clock, point: Moment | None) -> Due:
    """Return when the open round is due. `point` is where the round before lay on a grid."""

    def raw(terms: Terms) -> Found:
        if clock.done is None or terms.then is None:
            return _first_point(matter, terms, clock)
        if terms.then.anchor.kind == "due":
            closed_on, done_on = day_of(clock.done if point is None else point), day_of(clock.done)
            return next_point(matter, terms.due, terms.then, clock, closed_on, done_on)
        return resolve(matter, terms.then, clock)

    return due_of(matter, clock, raw, None if clock.done is None else day_of(clock.done))


def _passed_over(matter: Matter, clock: Clock, closed: Round, event: Event) -> list[Round]:
    """Return as missed the grid points that had passed entirely before the event."""
    then = closed.due.terms.then
    if then is None or then.anchor.kind != "due":
        return []
    missed: list[Round] = []
    on, point = day_of(event.at), closed.due.point

    def raw(terms: Terms) -> Found:
        if terms.then is None or point is None:
            return _first_point(matter, terms, clock)
        return next_point(matter, terms.due, terms.then, clock, day_of(point))

    while point is not None:
        due = due_of(matter, clock, raw, on)
        if due.moment is None or day_of(due.moment) >= on:
            break
        if waiver_of(matter, due.terms, day_of(due.moment)) is None:
            matter.note("superseded", due.moment, event.at, journal=event.number)
            number = closed.number + len(missed) + 1
            missed.append(Round(number, clock.started, due, None, Status.MISSED))
        point = due.point
    return missed


def _round_of_ending(matter: Matter) -> Round:
    interval, ended = matter.interval, matter.record.ended
    over = ended is not None and interval.ended and matter.view.at >= _instant_known(ended)
    clock = matter.clock(None, ended if over else None)
    due = _first_due(matter, clock)
    if not over or ended is None:
        return Round(1, clock.started, due)
    judged = verdict(ended, due.moment)
    matter.note("ended", matter.record.kind, ended, due.moment, judged)
    return Round(1, clock.started, due, ended, judged)


def _instant_known(moment: Moment) -> datetime:
    return moment if isinstance(moment, datetime) else end_of(shift_days(moment, -1))


def _round_of_contents(matter: Matter) -> Round:
    """Return the one round of `must_contain`: met on the day of its last field."""
    start_on = day_of(matter.interval.start)
    fields = terms_at(matter, start_on).fields
    contents, today = matter.record.contents, matter.view.today
    filled = {f: contents[f] for f in fields if f in contents and contents[f] <= today}
    for field in fields:
        matter.note(
            "field",
            f"{matter.record.kind}.{field}",
            filled.get(field),
            place=matter.place("must_contain"),
        )
    if len(filled) < len(fields):
        clock = matter.clock(None, None)
        return Round(1, clock.started, _first_due(matter, clock))
    last = max(filled.values())
    done: Moment = matter.interval.start if last <= start_on else last
    if matter.interval.stop is not None and day_of(done) >= matter.interval.stop:
        clock = matter.clock(None, None)
        return Round(1, clock.started, _first_due(matter, clock))
    clock = matter.clock(None, done)
    due = _first_due(matter, clock)
    judged = verdict(done, due.moment)
    matter.note("contents complete", done, due.moment, judged)
    return Round(1, clock.started, due, done, judged)


def _rounds_of_stretches(matter: Matter) -> list[Round]:
    """Return a round for each stretch of days with something missing, or too many of something."""
    rounds: list[Round] = []
    found = stretches(matter)
    for number, stretch in enumerate(found, start=1):
        clock = matter.clock(None, stretch.over, stretch.start)
        matter.note("stretch", matter.rule.must.form, matter.rule.must.record, stretch.start)
        due = _first_due(matter, clock)
        if stretch.over is None:
            return [*rounds, Round(number, clock.started, due)]
        judged = verdict(stretch.over, due.moment)
        matter.note("stretch over", stretch.over, due.moment, judged)
        rounds.append(Round(number, clock.started, due, stretch.over, judged))
    terms = terms_at(matter, day_of(matter.interval.start))
    since: Moment = rounds[-1].done or matter.interval.start if rounds else matter.interval.start
    matter.note("in place", matter.rule.must.form, matter.rule.must.record, since)
    return [*rounds, Round(len(rounds) + 1, since, Due(None, (), terms), since, in_place=True)]
