"""What happens in an invented case: reports, follow-ups, meetings, visits, each in time or late."""

from __future__ import annotations

from datetime import date

from flows.sample import numbers as numbers
from flows.sample.story import Draft, FactEntry, evening_of, moment_text
from rules.dates import (
    MUNICIPAL,
    Duration,
    Unit,
    add,
    add_months,
    birthday,
    day_of,
    days_between,
    shift_days,
)

INTERVALS = {
    Duration(8, Unit.WEEKS): 0.15,
    Duration(3, Unit.MONTHS): 0.30,
    Duration(4, Unit.MONTHS): 0.25,
    Duration(6, Unit.MONTHS): 0.30,
}
"""Between follow-ups, when the case decides it itself."""

INTERVAL_OF = {str(interval): interval for interval in INTERVALS}
INTERVAL_SHARES = {str(interval): share for interval, share in INTERVALS.items()}

DECISION_FIELDS = (
    *("reasons", "purpose", "expected_duration", "plan_b", "step_down_plan"),
    *("childs_view", "parents_view"),
)
PROPOSAL_FIELDS = (
    *("home_alternative", "day_support", "school_hours_support"),
    *("night_support", "plan_b"),
)
PLAN_FIELDS = (
    *("concrete_goals", "sub_goals", "expected_duration", "family_support"),
    *("school_and_education", "transition_plan", "childs_wishes"),
)
WITH_CHILD = {
    "child|parents|school": 0.40,
    "child|parents|network": 0.25,
    "child|parents|provider": 0.20,
    "child|parents": 0.15,
}
WITHOUT_CHILD = {"parents|school": 0.6, "parents|provider": 0.4}


def open_day(day: date) -> date:
    """Return the day, or the next one on which the municipality works."""
    return MUNICIPAL.at_or_after(day)


def report(draft: Draft, day: date) -> str:
    """A report comes in at any hour, and is assessed: as a rule within 24 hours.

    Returns: the local moment at which it came in.
    """
    luck = draft.luck
    minute = luck.between(8 * 60, 15 * 60 + 59)
    if luck.chance(0.25):
        minute = luck.between(16 * 60, 22 * 60)
    came_in = moment_text(day, minute)
    ref = draft.new_ref("report")
    source = luck.pick(numbers.REPORT_SOURCE)
    acute = "yes" if luck.chance(0.06) else "no"
    draft.add_moment("report_assessed", _assessed(draft, day, minute), ref, acute_risk=acute)
    answered = MUNICIPAL.add(day, luck.between(7, 12) if luck.chance(0.08) else luck.between(2, 5))
    draft.add_event("receipt_sent", answered, ref)
    draft.add_record(
        "report",
        ref,
        came_in,
        ended=MUNICIPAL.add(answered, luck.between(1, 10)),
        facts={"source": source, "concerns_unborn": "no"},
    )
    return came_in


def _assessed(draft: Draft, day: date, minute: int) -> str:
    luck = draft.luck
    if luck.chance(numbers.REPORT_LATE):
        later = minute + luck.between(80, 300)
        if later < 21 * 60:
            return moment_text(shift_days(day, 1), later)
        return moment_text(shift_days(day, 2), luck.between(9 * 60, 11 * 60))
    quick = minute + luck.between(40, 240)
    # in the evening and at night the duty team assesses, so nothing waits for the office to open
    midnight = 24 * 60
    return moment_text(shift_days(day, quick // midnight), quick % midnight)


def further_reports(draft: Draft) -> None:
    """Most children are reported once; some again and again in the year that follows."""
    for _ in range(int(draft.luck.pick(numbers.MORE_REPORTS))):
        report(draft, shift_days(draft.began, draft.luck.between(10, 400)))


def assessment(draft: Draft, aware: date) -> date:
    """The assessment that must end within four months. Returns the day it was completed."""
    luck = draft.luck
    due = add_months(aware, 4)
    late = luck.chance(numbers.ASSESSMENT_LATE)
    away = luck.between(2, 55) if late else -luck.between(1, 45)
    completed = open_day(shift_days(due, away))
    if not late and completed > due:
        completed = due
    ref = draft.new_ref("assessment")
    draft.add_record("assessment", ref, aware, ended=completed, facts={"kind": "full_assessment"})
    if late and luck.chance(0.4):
        draft.add_event("provisional_assessment", shift_days(due, -luck.between(1, 10)), ref)
    draft.add_event("assessment_completed", completed, ref)
    return completed


def exploration(draft: Draft, aware: date) -> date:
    """The smaller examination that the law sets no time for. Returns the day it was completed."""
    completed = open_day(shift_days(aware, draft.luck.between(20, 60)))
    ref = draft.new_ref("assessment")
    draft.add_record("assessment", ref, aware, ended=completed, facts={"kind": "exploration"})
    draft.add_event("assessment_completed", completed, ref)
    return completed


def decision(draft: Draft, day: date, about: str, consent: str = "yes") -> None:
    """A decision, most often complete; some fields come days later, a few never."""
    draft.add_record(
        "decision",
        draft.new_ref("decision"),
        day,
        facts={"about": about, "with_consent": consent},
        contents=_filled(draft, day, DECISION_FIELDS, missing_one=0.24),
    )


def proposal(draft: Draft, day: date, about: str) -> None:
    """What is put before the visitation meeting."""
    draft.add_record(
        "proposal",
        draft.new_ref("proposal"),
        day,
        facts={"about": about},
        contents=_filled(draft, day, PROPOSAL_FIELDS, missing_one=0.3),
    )


def plan(draft: Draft, decided: date, ref: str, kind: str) -> None:
    """The plan that follows a decision, most often within three months."""
    made = open_day(shift_days(decided, draft.luck.between(25, 105)))
    draft.add_record(
        "plan",
        draft.new_ref("plan"),
        made,
        facts={"kind": kind},
        contents=_filled(draft, made, PLAN_FIELDS, missing_one=0.3),
    )
    draft.add_event("plan_completed", made, ref)


def _filled(
    draft: Draft, day: date, fields: tuple[str, ...], *, missing_one: float
) -> dict[str, date]:
    contents = dict.fromkeys(fields, day)
    luck = draft.luck
    while luck.chance(missing_one):
        name = fields[luck.between(0, len(fields) - 1)]
        if luck.chance(0.05):
            contents.pop(name, None)
        else:
            contents[name] = MUNICIPAL.add(day, luck.between(1, 4 if luck.chance(0.6) else 20))
    return contents


def follow_ups(
    draft: Draft, kind: str, ref: str, began: date, ended: date, completed: date | None
) -> tuple[FactEntry, ...]:
    """The follow-ups of a measure or placement, from the first on as the case decides.

    `completed` is when an assessment running alongside was completed; the first
    follow-up is due then, if that is earlier than three months.
    Returns: the history of the interval decided at the first follow-up.
    """
    luck = draft.luck
    due = add_months(began, 3)
    if completed is not None and began < completed < due:
        due = completed
    decided: tuple[FactEntry, ...] = ()
    interval = Duration(6, Unit.MONTHS)
    late = numbers.FIRST_FOLLOW_UP_LATE
    while True:
        day = max(open_day(shift_days(began, 1)), _about(draft, due, late, early=18, late_by=40))
        if day > ended:
            return decided
        heard = "yes" if luck.chance(0.75) else "no"
        draft.add_event("plan_follow_up", day, ref, child_heard=heard)
        if not decided and late == numbers.FIRST_FOLLOW_UP_LATE and luck.chance(0.6):
            text = luck.pick(INTERVAL_SHARES)
            interval = INTERVAL_OF[text]
            decided = (FactEntry(day, text, evening_of(day)),)
        late = numbers.LATER_FOLLOW_UP_LATE
        due = day_of(add(day, interval))


def _about(draft: Draft, due: date, late: float, *, early: int, late_by: int) -> date:
    """Return an open day by the deadline, or after it in that share of draws."""
    luck = draft.luck
    if luck.chance(late):
        return open_day(shift_days(due, luck.between(1, late_by)))
    return MUNICIPAL.at_or_before(shift_days(due, -luck.between(0, early)))


def network_meetings(draft: Draft, began: date, ended: date) -> None:
    """Network meetings every eight weeks while the young person has a measure.

    Some are held without the young person and do not count; weeks abroad stop the clock;
    in a few cases the team leader has waived them.
    """
    luck = draft.luck
    away = _weeks_abroad(draft, began, ended) if luck.chance(0.06) else None
    waived = shift_days(began, luck.between(20, 200)) if luck.chance(0.03) else None
    last = began
    while True:
        due = shift_days(last, 56)
        if away is not None and last < away[0] <= due:
            due = shift_days(due, days_between(*away))
        day = _about(draft, due, numbers.MEETING_LATE, early=12, late_by=24)
        if day > ended:
            return
        if waived is not None and day >= waived:
            fields = {"approved_by": "team_leader", "rule": "network-meeting"}
            draft.add_event("waiver", waived, reason="aftalt i sagen", **fields)
            return
        if luck.chance(0.07):
            alone = luck.pick(WITHOUT_CHILD)
            draft.add_event("network_meeting", day, participants=alone)
            day = open_day(shift_days(day, luck.between(5, 16)))
        draft.add_event("network_meeting", day, participants=luck.pick(WITH_CHILD))
        last = day


def _weeks_abroad(draft: Draft, began: date, ended: date) -> tuple[date, date] | None:
    out = shift_days(began, draft.luck.between(30, 260))
    home = shift_days(out, 7 * draft.luck.between(2, 6))
    if home > ended:
        return None
    draft.facts["abroad"] = (
        FactEntry(None, "no"),
        FactEntry(out, "yes", evening_of(out)),
        FactEntry(home, "no", evening_of(home)),
    )
    return out, home


def supervision_visits(draft: Draft, ref: str, began: date, ended: date) -> None:
    """Visits where the child lives, most often close enough for two in any twelve months."""
    luck = draft.luck
    day = began
    wait = luck.between(90, 170)
    while (day := open_day(shift_days(day, wait))) <= ended:
        spoken = luck.chance(0.92)
        draft.add_event(
            "supervision_visit",
            day,
            ref,
            child_spoken_to="yes" if spoken else "no",
            staff_present="yes" if luck.chance(0.4) else "no",
        )
        if not spoken:  # it does not count, so the next one comes soon
            wait = luck.between(10, 40)
        else:
            wait = luck.between(120, 182) if luck.chance(0.86) else luck.between(190, 260)


def aftercare_decision(draft: Draft) -> str:
    """The decision due half a year before the child comes of age; most often late.

    Returns: granted, refused or declined_by_youth.
    """
    luck = draft.luck
    outcome = luck.pick({"granted": 0.5, "refused": 0.2, "declined_by_youth": 0.3})
    due = add_months(birthday(draft.born, 18), -6)
    away = luck.between(3, 110) if luck.chance(numbers.AFTERCARE_LATE) else -luck.between(2, 40)
    earliest = shift_days(draft.began, 32)
    day = open_day(max(earliest, shift_days(due, away)))
    draft.add_event("aftercare_offered", MUNICIPAL.at_or_before(shift_days(day, -10)))
    draft.add_event("aftercare_decided", day, outcome=outcome)
    return outcome
