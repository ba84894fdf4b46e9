"""The rounds of a rule in one interval: those that are over, and the one that is open."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from rules.book import AtLeast, Terms
from rules.case import Event
from rules.dates import (
    Duration,
    Moment,
    add,
    day_of,
    end_of,
    is_late,
    last_day_of_year,
    not_before,
    shift_days,
)
from rules.deadline import Status
from rules.deciding.due import Due, due_of
from rules.deciding.grid import next_point
from rules.deciding.matter import Clock, Matter
from rules.deciding.phrases import Found, earliest, resolve
from rules.deciding.stretches import stretches
from rules.deciding.versions import terms_for
from rules.deciding.view import field_holds, field_passes


class Round(NamedTuple):
    """One round. `verdict` is set once it is over.

    `in_place` marks a duty that holds at present, so that nothing is due.
    """

    number: int
    started: Moment
    due: Due
    done: Moment | None = None
    verdict: Status | None = None
    in_place: bool = False


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


def verdict(done: Moment, due: Moment | None) -> Status:
    """Return whether something done was in time. Without a deadline it cannot be late."""
    return Status.MET_LATE if due is not None and is_late(done, due) else Status.MET


def _rounds_of_happening(matter: Matter) -> list[Round]:
    at_least = _terms_at(matter, day_of(matter.interval.start)).at_least
    events = _events_in_window(matter)
    if at_least is not None:
        return _rounds_of_at_least(matter, at_least, events)
    return _rounds_of_events(matter, events)


def _terms_at(matter: Matter, clock_on: date) -> Terms:
    return terms_for(matter.view, matter.record, matter.rule, clock_on, matter.view.today)


def _events_in_window(matter: Matter) -> list[Event]:
    """Return the events of the right kind from `start`, less the look-back, until the stop."""
    must, start, stop = matter.rule.must, matter.interval.start, matter.interval.stop
    events = []
    for event in matter.happened(must.event):
        if not _in_window(event, start, must.look_back):
            matter.note("too early", event.kind, event.at, start, journal=event.number)
        elif stop is not None and day_of(event.at) >= stop:
            matter.note("too late to count", event.kind, event.at, stop, journal=event.number)
        else:
            events.append(event)
    return events


def _in_window(event: Event, start: Moment, look_back: Duration | str | None) -> bool:
    if isinstance(look_back, str):
        return True
    if look_back is None:
        return not_before(event.at, start)
    return not_before(event.at, add(start, look_back, times=-1))


def _counts(matter: Matter, event: Event, terms: Terms) -> bool:
    """Say whether an event passes `counts_when`, and write down why it does not."""
    if terms.counts_when is None or field_holds(event, terms.counts_when):
        return True
    if matter.steps is not None:
        failing = [
            (str(clause.fact), clause.want.text, event.fields.get(str(clause.fact)))
            for clauses in terms.counts_when.alternatives
            for clause in clauses
            if not field_passes(event, clause)
        ]
        place = matter.place("counts_when")
        matter.note(
            "does not count",
            event.kind,
            event.at,
            tuple(failing),
            place=place,
            journal=event.number,
        )
    return False


def _rounds_of_events(matter: Matter, events: list[Event]) -> list[Round]:
    """Return one round after another, each ended by the first counting event on a later day."""
    rounds: list[Round] = []
    done: Moment | None = None
    point: Moment | None = None
    for event in events:
        if done is not None and day_of(event.at) <= day_of(done):
            continue
        clock = matter.clock(done, event.at)
        if not _counts(matter, event, _terms_of(matter, clock)):
            continue
        rounds.append(_closed(matter, clock, len(rounds) + 1, event, point))
        rounds += _passed_over(matter, clock, rounds[-1], event)
        done, point = event.at, rounds[-1].due.point
        if _terms_of(matter, matter.clock(done, None)).then is None:
            return rounds
    clock = matter.clock(done, None)
    due = _due_of_event(matter, clock, point)
    return [*rounds, Round(len(rounds) + 1, clock.started, due)]


def _terms_of(matter: Matter, clock: Clock) -> Terms:
    clock_on = day_of(clock.started)
    return terms_for(matter.view, matter.record, matter.rule, clock_on, clock.as_of_on)


def _closed(matter: Matter, clock: Clock, number: int, event: Event, point: Moment | None) -> Round:
    due = _due_of_event(matter, clock, point)
    judged = verdict(event.at, due.moment)
    _note_done(matter, event, due, judged)
    return Round(number, clock.started, due, event.at, judged)


def _note_done(matter: Matter, event: Event, due: Due, judged: Status) -> None:
    if matter.steps is not None:
        fields = tuple(sorted((name, value) for name, value in event.fields.items()))
        matter.note("done", event.kind, event.at, fields, due.moment, judged, journal=event.number)


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
        matter.note("superseded", due.moment, event.at, journal=event.number)
        number = closed.number + len(missed) + 1
        missed.append(Round(number, clock.started, due, None, Status.MISSED))
        point = due.point
    return missed


def _rounds_of_at_least(matter: Matter, at_least: AtLeast, events: list[Event]) -> list[Round]:
    days: list[Event] = []
    for event in events:
        if days and day_of(event.at) <= day_of(days[-1].at):
            continue
        terms = _terms_at(matter, day_of(days[-1].at if days else matter.interval.start))
        if _counts(matter, event, terms):
            days.append(event)
    if at_least.per is None:
        return _rounds_per_year(matter, days)
    return _rounds_in_window(matter, at_least, days)


def _rounds_in_window(matter: Matter, at_least: AtLeast, days: list[Event]) -> list[Round]:
    """Return the rounds of a rolling window: each event from the N-th on moves the deadline."""
    rounds: list[Round] = []
    needed = at_least.number
    for number, event in enumerate(days[needed - 1 :], start=1):
        clock = _window_clock(matter, days, number, needed, event)
        due = _due_in_window(matter, clock, days, number, needed)
        judged = verdict(event.at, due.moment)
        _note_done(matter, event, due, judged)
        rounds.append(Round(number, clock.started, due, event.at, judged))
    number = len(rounds) + 1
    clock = _window_clock(matter, days, number, needed, None)
    due = _due_in_window(matter, clock, days, number, needed)
    return [*rounds, Round(number, clock.started, due)]


def _window_clock(
    matter: Matter, days: list[Event], number: int, needed: int, event: Event | None
) -> Clock:
    last = days[needed + number - 3].at if number > 1 else None
    return matter.clock(last, None if event is None else event.at)


def _due_in_window(
    matter: Matter, clock: Clock, days: list[Event], number: int, needed: int
) -> Due:
    first = days[number - 2].at if number > 1 else clock.start

    def raw(terms: Terms) -> Found:
        wanted = terms.at_least
        if wanted is None or wanted.per is None:
            return Found(None, None, "", None, ("at_least",))
        # a change may ask for more visits than the rule did when this window opened
        anchor = first
        if wanted.number != needed:
            seen = days[: number + needed - 2]
            enough = len(seen) >= wanted.number
            anchor = seen[-wanted.number].at if enough else clock.start
        moment = add(anchor, wanted.per, matter.rule.calendar)
        return Found(moment, anchor, wanted.text, wanted.per)

    return due_of(matter, clock, raw, None if clock.done is None else day_of(clock.done))


def _rounds_per_year(matter: Matter, days: list[Event]) -> list[Round]:
    """Return one round a calendar year, each open until it has its number or its time is up."""
    rounds: list[Round] = []
    year = day_of(matter.interval.start).year
    done: Moment | None = None
    spent: date | None = None
    while True:
        clock, due = _year_as_it_stood(matter, done, year)
        wanted = _terms_of(matter, clock).at_least
        last = last_day_of_year(year) if due.moment is None else day_of(due.moment)
        in_time = [e for e in days if _counts_for_year(e, year, last, spent)]
        enough = in_time[wanted.number - 1] if wanted and len(in_time) >= wanted.number else None
        number = len(rounds) + 1
        if enough is not None:
            due = _due_at_year_end(matter, matter.clock(done, enough.at), year)
            judged = verdict(enough.at, due.moment)
            _note_done(matter, enough, due, judged)
            rounds.append(Round(number, clock.started, due, enough.at, judged))
            spent = day_of(enough.at)
        elif last < matter.clock(done, None).as_of_on:
            matter.note("superseded", last, shift_days(last, 1))
            rounds.append(Round(number, clock.started, due, None, Status.MISSED))
        else:
            return [*rounds, Round(number, clock.started, due)]
        year += 1
        done = date(year, 1, 1)


def _year_as_it_stood(matter: Matter, done: Moment | None, year: int) -> tuple[Clock, Due]:
    """Return the clock and the deadline of a year's round, as they were while it was open."""
    now = matter.clock(done, None)
    today = now.as_of_on
    as_of = min(today, last_day_of_year(year))
    while True:
        clock = now._replace(as_of_on=as_of)
        due = _due_at_year_end(matter, clock, year)
        # an extension or a pause keeps the round open, and then another may follow
        later = as_of if due.moment is None else min(today, day_of(due.moment))
        if later <= as_of:
            return clock, due
        as_of = later


def _counts_for_year(event: Event, year: int, last: date, spent: date | None) -> bool:
    """Say whether an event counts for a year, which an extension or a pause may have lengthened."""
    on = day_of(event.at)
    if spent is not None and on <= spent and on.year == year and spent.year == year:
        # it helped to fulfil the year before, which lasted into this one
        return False
    return date(year, 1, 1) <= on and (on.year == year or on <= last)


def _due_at_year_end(matter: Matter, clock: Clock, year: int) -> Due:
    def raw(terms: Terms) -> Found:
        text = terms.at_least.text if terms.at_least is not None else ""
        return Found(last_day_of_year(year), date(year, 1, 1), text, None)

    return due_of(matter, clock, raw, None if clock.done is None else day_of(clock.done))


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
    fields = _terms_at(matter, start_on).fields
    contents, today = matter.record.contents, matter.view.today
    filled = {f: contents[f] for f in fields if f in contents and contents[f] <= today}
    for field in fields:
        matter.note("field", field, filled.get(field), place=matter.place("must_contain"))
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
        clock = matter.clock(None, stretch.over)._replace(start=stretch.start)
        matter.note("stretch", matter.rule.must.form, matter.rule.must.record, stretch.start)
        due = _first_due(matter, clock)
        if stretch.over is None:
            return [*rounds, Round(number, clock.started, due)]
        judged = verdict(stretch.over, due.moment)
        matter.note("stretch over", stretch.over, due.moment, judged)
        rounds.append(Round(number, clock.started, due, stretch.over, judged))
    terms = _terms_at(matter, day_of(matter.interval.start))
    since: Moment = rounds[-1].done or matter.interval.start if rounds else matter.interval.start
    matter.note("in place", matter.rule.must.form, matter.rule.must.record, since)
    return [*rounds, Round(len(rounds) + 1, since, Due(None, (), terms), since, in_place=True)]
