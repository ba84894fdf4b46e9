"""The lives of invented cases, one after another in each of the municipality's places for a case.

A municipality of N cases has N slots. In each slot one case is open at a time; soon after it
ends, the next begins. So about N cases are open on any day, and the lives in one slot never depend
on another slot or on how far they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from flows.sample import events as events
from flows.sample import numbers as numbers
from flows.sample.luck import Luck
from flows.sample.numbers import JOURNAL_BEGINS, KINDS_OF_TWENTY, CaseKind
from flows.sample.story import CaseStory, Draft, FactEntry, evening_of
from rules.dates import add_months, age_on, birthday, shift_days

HOME_SUPPORT = ("home_support", "family_treatment")


def lives(seed: int, cases: int, slot: int, until: date) -> Iterator[CaseStory]:
    """Give every case of a slot that begins by `until`, in order, each with its whole life."""
    kind = KINDS_OF_TWENTY[slot % len(KINDS_OF_TWENTY)]
    luck = Luck(seed, cases, slot)
    began = shift_days(JOURNAL_BEGINS, -luck.between(1, numbers.DAYS_LIVED_BEFORE[kind]))
    year, begun_in_year = began.year, 0
    while began <= until:
        number = slot + 1 + cases * begun_in_year
        story = _live(kind, Draft(_case_ref(began, number), slot, began, began, luck))
        yield story
        began = shift_days(story.ended, luck.between(1, 12))
        begun_in_year = begun_in_year + 1 if began.year == year else 0
        year = began.year


def _case_ref(began: date, number: int) -> str:
    return f"DEMO-{began.year}-{number:04}"


def _live(kind: CaseKind, draft: Draft) -> CaseStory:
    """Let a case begin with a report, go its way, and end."""
    youngest, oldest = {"placement": (0, 16), "support": (1, 16), "intake": (0, 16)}[kind]
    if kind == "placement" and draft.luck.chance(0.6):
        youngest = 12
    age_in_days = draft.luck.between(youngest * 365 + 10, oldest * 365 + 180)
    draft.born = shift_days(draft.began, -age_in_days)
    draft.known = events.report(draft, draft.began)
    _first_facts(draft)
    events.further_reports(draft)
    return LIVES[kind](draft)


def _first_facts(draft: Draft) -> None:
    thirteen = birthday(draft.born, 13)
    group: tuple[FactEntry, ...]
    if draft.luck.chance(0.08):
        group = (FactEntry(None, "disability"),)
    elif age_on(draft.born, draft.began) >= 13:
        group = (FactEntry(None, "youth"),)
    else:
        later = FactEntry(thirteen, "youth", evening_of(thirteen))
        group = (FactEntry(None, "child"), later)
    draft.facts["target_group"] = group
    draft.facts["eighteen"] = (FactEntry(None, draft.eighteen.isoformat()),)
    draft.facts["abroad"] = (FactEntry(None, "no"),)
    draft.facts["had_placement_or_contact_person"] = (FactEntry(None, "no"),)
    draft.facts["receives_aftercare"] = (FactEntry(None, "no"),)
    draft.facts["pilot_area"] = (FactEntry(None, "none"),)
    if age_on(draft.born, draft.began) >= 6:
        percent = str(max(0, draft.luck.between(-12, 34)))
        draft.facts["school_absence_percent"] = (FactEntry(None, percent),)


def _intake(draft: Draft) -> CaseStory:
    """A case that ends without support: nothing to examine, a smaller or a full examination."""
    luck = draft.luck
    way = luck.pick({"nothing": 0.22, "small": 0.23, "full": 0.51, "moved": 0.04})
    if way == "nothing":
        return draft.finish(shift_days(draft.began, luck.between(12, 40)))
    aware = events.open_day(shift_days(draft.began, luck.between(0, 9)))
    if way == "small":
        completed = events.exploration(draft, aware)
        return draft.finish(shift_days(completed, luck.between(2, 15)))
    completed = events.assessment(draft, aware)
    if way == "moved":  # to another municipality, before the assessment was done
        return draft.finish(shift_days(completed, -luck.between(5, 40)))
    return draft.finish(shift_days(completed, luck.between(2, 18)))


def _support(draft: Draft) -> CaseStory:
    """Support at home: one measure after an assessment, often a second one beside it."""
    luck = draft.luck
    aware = events.open_day(shift_days(draft.began, luck.between(0, 9)))
    completed = events.assessment(draft, aware)
    alongside = luck.chance(0.2)
    decided = events.open_day(shift_days(aware if alongside else completed, luck.between(3, 14)))
    began = events.open_day(shift_days(decided, luck.between(0, 16)))
    ended = min(shift_days(began, luck.between(150, 680)), draft.eighteen)
    ended = max(ended, shift_days(began, 20))
    events.decision(draft, decided, "measure")
    kind = luck.pick(numbers.MEASURE_KIND)
    ref = _measure(draft, kind, began, ended, completed if alongside else None)
    if luck.chance(0.5):
        events.plan(draft, decided, ref, "child_plan")
    if luck.chance(0.3):
        also = events.open_day(shift_days(began, luck.between(30, 140)))
        if also < ended:
            events.decision(draft, shift_days(also, -1), "measure")
            _measure(draft, luck.pick(numbers.MEASURE_KIND), also, ended, None)
    _youth(draft, began, ended)
    return draft.finish(shift_days(ended, luck.between(1, 12)))


def _measure(draft: Draft, kind: str, began: date, ended: date, completed: date | None) -> str:
    ref = draft.new_ref("measure")
    facts: dict[str, str | tuple[FactEntry, ...]] = {
        "kind": kind,
        "parallel_assessment": "no" if completed is None else "yes",
    }
    if completed is not None and began < completed <= ended:
        draft.add_event("assessment_completed", completed, ref)
    interval = events.follow_ups(draft, "measure", ref, began, ended, completed)
    if interval:
        facts["follow_up_interval"] = interval
    draft.add_record("measure", ref, began, ended=ended, facts=facts)
    if kind == "contact_person":
        _had_contact_person(draft, began)
    return ref


def _had_contact_person(draft: Draft, day: date) -> None:
    known = draft.facts["had_placement_or_contact_person"]
    if len(known) == 1 or (known[1].starts or day) > day:
        entry = FactEntry(day, "yes", evening_of(day))
        draft.facts["had_placement_or_contact_person"] = (known[0], entry)


def _youth(draft: Draft, began: date, ended: date) -> str:
    """What a young person is owed besides: meetings, and a decision on aftercare."""
    group = draft.facts["target_group"]
    if group[-1].value == "youth":
        since = max(began, group[-1].starts or began)
        if since < ended:
            events.network_meetings(draft, since, ended)
    if len(draft.facts["had_placement_or_contact_person"]) == 1:
        return ""
    if add_months(draft.eighteen, -9) > ended:
        return ""
    return events.aftercare_decision(draft)


def _placement(draft: Draft) -> CaseStory:
    """A child who lives away from home, with or without support for the home meanwhile."""
    luck = draft.luck
    aware = events.open_day(shift_days(draft.began, luck.between(0, 9)))
    emergency = luck.chance(0.1)
    if emergency:
        events.assessment(draft, aware)
        decided = events.open_day(shift_days(draft.began, luck.between(1, 6)))
        began = events.open_day(shift_days(decided, luck.between(0, 2)))
    else:
        decided = events.open_day(shift_days(events.assessment(draft, aware), luck.between(2, 20)))
        began = events.open_day(shift_days(decided, luck.between(5, 31)))
    consent = "no" if luck.chance(numbers.WITHOUT_CONSENT) else "yes"
    events.proposal(draft, max(draft.began, shift_days(decided, -luck.between(1, 9))), "placement")
    events.decision(draft, decided, "placement", consent)
    ended = _placed(draft, began, consent, "yes" if emergency else "no")
    _had_contact_person(draft, began)
    _support_at_home(draft, began, ended)
    outcome = _youth(draft, began, ended)
    if outcome == "granted" and ended >= draft.eighteen:
        ended = _aftercare(draft, ended)
    return draft.finish(shift_days(ended, luck.between(2, 20)))


def _placed(draft: Draft, began: date, consent: str, emergency: str) -> date:
    """Write down where the child lives and until when."""
    luck = draft.luck
    kind = luck.pick(numbers.PLACEMENT_KIND)
    ref = draft.new_ref("placement")
    kinds: tuple[FactEntry, ...] = (FactEntry(None, kind),)
    ended = shift_days(began, luck.between(240, 1900))
    if kind == "residential_institution":
        kinds, ended = _in_an_institution(draft, ref, began)
    elif luck.chance(0.05):
        moved = events.open_day(shift_days(began, luck.between(150, 500)))
        entry = FactEntry(moved, "residential_institution", evening_of(moved))
        kinds, ended = (*kinds, entry), add_months(moved, luck.between(7, 13))
        events.decision(draft, moved, "change_of_placement", consent)
    ended = max(min(ended, draft.eighteen), shift_days(began, 30))
    interval = events.follow_ups(draft, "placement", ref, began, ended, None)
    facts: dict[str, str | tuple[FactEntry, ...]] = {
        "kind": kinds,
        "emergency": emergency,
        "with_consent": consent,
    }
    if interval:
        facts["follow_up_interval"] = interval
    draft.add_record("placement", ref, began, ended=ended, facts=facts)
    events.supervision_visits(draft, ref, began, ended)
    old_enough = age_on(draft.born, began) >= 16
    events.plan(draft, began, ref, "youth_plan" if old_enough else "child_plan")
    return ended


def _in_an_institution(draft: Draft, ref: str, began: date) -> tuple[tuple[FactEntry, ...], date]:
    """Most stay under a year, some are granted longer, some move on, some just stay."""
    luck = draft.luck
    kind = FactEntry(None, "residential_institution")
    year = add_months(began, 12)
    match luck.pick({"in time": 0.45, "extended": 0.22, "moved": 0.18, "stayed": 0.15}):
        case "extended":
            granted = events.open_day(shift_days(year, -luck.between(5, 40)))
            until = add_months(year, luck.between(2, 6))
            draft.add_event(
                "extension",
                granted,
                ref,
                until=until.isoformat(),
                approved_by="team_leader",
                rule="residential-one-year",
                reason="aftalt i sagen",
            )
            return (kind,), shift_days(until, luck.between(-30, 20))
        case "moved":
            moved = events.open_day(shift_days(year, luck.between(-90, 12)))
            events.decision(draft, shift_days(moved, -7), "change_of_placement")
            home = FactEntry(moved, "foster_family", evening_of(moved))
            return (kind, home), shift_days(moved, luck.between(200, 900))
        case "stayed":
            return (kind,), shift_days(year, luck.between(10, 120))
        case _:
            return (kind,), shift_days(year, -luck.between(1, 120))


def _support_at_home(draft: Draft, began: date, ended: date) -> None:
    luck = draft.luck
    way = luck.pick({"at once": 0.64, "late": 0.28, "never": 0.05, "waived": 0.03})
    if way == "never":
        return
    if way == "waived":
        day = events.open_day(shift_days(began, luck.between(3, 20)))
        placement = f"{draft.ref}-PL1"
        fields = {"approved_by": "team_leader", "rule": "home-support-during-placement"}
        draft.add_event("waiver", day, placement, reason="aftalt i sagen", **fields)
        return
    wait = luck.between(0, 13) if way == "at once" else luck.between(17, 110)
    start = events.open_day(shift_days(began, wait))
    if start >= ended:
        return
    kind = HOME_SUPPORT[luck.between(0, 1)]
    events.decision(draft, events.open_day(shift_days(start, -4)), "measure")
    _measure(draft, kind, start, ended, None)


def _aftercare(draft: Draft, ended: date) -> date:
    """Support beyond the eighteenth birthday. Returns the day it ends."""
    last = shift_days(ended, draft.luck.between(200, 900))
    day = shift_days(ended, 1)
    entry = FactEntry(day, "yes", evening_of(day))
    draft.facts["receives_aftercare"] = (FactEntry(None, "no"), entry)
    events.decision(draft, events.open_day(shift_days(ended, -10)), "aftercare")
    _measure(draft, "aftercare", day, last, None)
    if draft.facts["target_group"][-1].value == "youth":
        events.network_meetings(draft, day, last)
    return last


LIVES: dict[CaseKind, Callable[[Draft], CaseStory]] = {
    "intake": _intake,
    "support": _support,
    "placement": _placement,
}
