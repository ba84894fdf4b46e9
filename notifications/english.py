"""The words of the mails in English: calm, kind and without blame."""

from __future__ import annotations

from datetime import date

from notifications.english_phrases import PHRASES
from notifications.views import (
    Absentee,
    CaseworkerCounts,
    DigestView,
    Footer,
    Line,
    Muted,
    Outage,
    ReminderView,
    Standing,
    TrendWeek,
    Why,
)
from notifications.wording import (
    MOST_CASES_NAMED,
    clock,
    nearest,
    number_of_cases,
    number_of_others,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
BINDING = {"law": "law", "standard": "the municipality's standard", "starting-point": "guideline"}
ROLES = {"co_caseworker": "co-caseworker"}
CAUSES = {
    "absent": "is away",
    "left": "no longer works here",
    "no address": "has no mail address that we can use",
    "unknown": "is not on the staff list",
    "refused": "could not have the mail delivered",
}


class English:
    """English."""

    def __call__(self, phrase: str) -> str:
        """Return a fixed phrase."""
        return PHRASES[phrase]

    def day(self, day: date) -> str:
        """Write a day out.

        >>> English().day(date(2026, 11, 24))
        'Tuesday 24 November 2026'
        """
        written = f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"
        moment = clock(day)
        return f"{written} at {moment:%H:%M}" if moment else written

    def greeting(self, name: str) -> str:
        """Greet someone by first name."""
        return f"Hello {name.split()[0]}"

    def left(self, line: Line) -> str:
        """Say how long is left, or how long over it is."""
        if line.in_hours and not line.left and line.standing is Standing.OVERDUE:
            return "less than an hour overdue"
        if line.in_hours:
            return _span(line.left, "hour", "hours", "within the hour")
        if line.left == 1:
            return "tomorrow"
        return _span(line.left, "day", "days", "today")

    def open(self, line: Line) -> str:
        """Say where a line's link leads."""
        return f"Open case {line.case}" if line.case else self("open")

    def reminder_subject(self, view: ReminderView) -> str:
        """Say what and when, without a person."""
        group = nearest(view.lines)
        others = number_of_others(view.lines)
        counted = _mails if group[0].standing is Standing.UNDELIVERABLE else _cases
        subject = f"{self._heading(group[0])}: {counted(number_of_cases(group))}"
        return subject + (f" (and {others} {'other' if others == 1 else 'others'})" * bool(others))

    def digest_subject(self, view: DigestView) -> str:
        """Say week and counts."""
        weeks = f"week {view.week}"
        if view.first_week != view.week:
            weeks = f"weeks {view.first_week}-{view.week}"
        subject = (
            f"Overview {weeks}: {view.overdue_count} overdue, {view.coming_count} within 7 days"
        )
        named = f"{subject} ({view.team})"
        return named if view.team and len(named) <= 60 else subject

    def summary(self, view: ReminderView) -> str:
        """Say in one sentence how many, when, and what to do."""
        dated = view.standing(Standing.OVERDUE, Standing.TODAY, Standing.COMING)
        if not dated:
            return "Here is something to put right."
        if len(dated) == 1:
            return self._only(dated[0])
        over, today, coming = (
            len(view.standing(standing))
            for standing in (Standing.OVERDUE, Standing.TODAY, Standing.COMING)
        )
        first = "Please start with the one at the top."
        if coming == len(dated):
            left = self.left(dated[0])
            return f"Here are {coming} deadlines coming up; the first falls {left}."
        if len(dated) in {over, today}:
            how = "overdue" if over else "due today"
            return f"Here are {len(dated)} deadlines that are {how}. {first}"
        parts = [f"{over} overdue"] * bool(over) + [f"{today} due today"] * bool(today)
        parts += [f"{coming} coming up"] * bool(coming)
        return f"Here are {len(dated)} deadlines: {_joined(parts)}. {first}"

    def digest_summary(self, view: DigestView) -> str:
        """Say in one sentence how the team stands."""
        over, soon = view.overdue_count, view.coming_count
        team = f" in {view.team}" if view.team else ""
        if not over and not soon:
            return f"No deadline{team} is overdue, and none falls in the next 7 days."
        if not over:
            return f"No deadline{team} is overdue. {_fall(soon, _deadlines(soon))}."
        rest = _fall(soon, str(soon)) if soon else "none falls in the next 7 days"
        return f"{_deadlines(over)}{team} {'is' if over == 1 else 'are'} overdue, and {rest}."

    def because(self, line: Line) -> str:
        """Say how the date came about; "" when nothing is known of it."""
        return f"How the date was found: {line.because}" if line.because else ""

    def source(self, line: Line) -> str:
        """Say where the rule comes from and how binding it is."""
        binding = BINDING.get(line.binding, line.binding)
        return f"Source: {line.source} ({binding})" if line.source else ""

    def ask(self, line: Line) -> str:
        """Say what to do about a line that is over; "" otherwise."""
        if line.standing is not Standing.OVERDUE:
            return ""
        if line.escalated:
            leader, staff = "the team leader", line.staff or "the team"
            near = leader if line.role == "department_head" else staff
            return f"Have a talk with {near} about what it takes."
        if line.binding == "starting-point":
            return "Ask for an extension, or write the reason in the case."
        return "Please do it as soon as you can, and record it once it is done."

    def why(self, why: Why) -> str:
        """Say why this person gets the mail."""
        if why.route == "own":
            return f"You get this mail because you are {_holding(why)}."
        about = f" ({_numbered(why.cases)})" if why.cases else ""
        until = f" up to and including {self.day(why.until)}" if why.until else ""
        if why.route == "substitute":
            away = f", who is away{until}" if until else ""
            return f"You get this mail because you are the substitute for {why.name}{away}{about}."
        if why.cause in {"unassigned", ""}:
            cause = f"nobody is {_holding(why)}"
        else:
            cause = f"{why.name or 'the recipient'} {CAUSES[why.cause]}{until}{about}"
        if why.route == "leader":
            return f"You get this mail as a leader because {cause}."
        return f"This mail goes to this mailbox because {cause}."

    def data(self, footer: Footer) -> str:
        """Say how fresh the facts are."""
        if footer.data_as_of is None:
            return ""
        said = f"The facts are from the case system as it was on {self.day(footer.data_as_of)}."
        old = " They are more than a day old, so something may have happened since."
        return said + (old if footer.data_is_old else "")

    def late(self, since: date) -> str:
        """Say that the mail comes late."""
        return f"This mail is late: some of it should have been sent on {self.day(since)}."

    def outage(self, outage: Outage) -> str:
        """Say that the mail comes late because Fristvagt was down."""
        since, until = self.day(outage.since), self.day(outage.until)
        if outage.since.date() == outage.until.date():
            until = f"{outage.until:%H:%M}"
        return f"This mail is delayed: Fristvagt was down from {since} to {until}."

    def overdue_now(self, view: DigestView) -> str:
        """Say how many are overdue, and how many of them have come since the last overview."""
        one = view.overdue_count == 1
        over = f"{_deadlines(view.overdue_count)} {'is' if one else 'are'} overdue"
        if view.since is None:
            return f"{over}; see below."
        if one:
            new = "it is new" if view.new_count else "it is not new"
        elif view.new_count in {0, view.overdue_count}:
            new = "all of them are new" if view.new_count else "none of them is new"
        else:
            new = "1 is new" if view.new_count == 1 else f"{view.new_count} are new"
        return f"{over}, and {new} since the overview of {self.day(view.since)}."

    def muted(self, one: Muted) -> str:
        """Say which reminders are held back, until when, and by whom."""
        about = f"Case {one.case}" + (f", {one.title}" if one.title else "")
        return f"{about}: up to and including {self.day(one.until)}, asked for by {one.by}."

    def told(self, one: TrendWeek) -> str:
        """Say how many reminders were sent in time."""
        return f"{one.in_time} of {one.told}" if one.told else "none"

    def answered(self, footer: Footer) -> str:
        """Say who reads an answer to the mail."""
        return (
            f"You may reply to this mail; the reply goes to {footer.answered_by}. Please write "
            "nothing about the child or the family in it."
        )

    def counts(self, one: CaseworkerCounts) -> str:
        """Say how a caseworker stands."""
        name = one.name or self("nobody")
        return (
            f"{name}: {one.overdue} overdue, {one.within_a_week} within 7 days, {one.later} later"
        )

    def absent(self, one: Absentee) -> str:
        """Say who is away with nobody in their place."""
        until = f"up to and including {self.day(one.until)}" if one.until else "for now"
        verbs = ("is", "falls") if one.deadlines == 1 else ("are", "fall")
        falling = f"{_deadlines(one.deadlines)} {verbs[0]} overdue or {verbs[1]} in the next 7 days"
        return f"{one.name} is away {until}: {falling}."

    def left_out(self, number: int) -> str:
        """Say how many lines there was no room for."""
        lines = "1 more line; it is" if number == 1 else f"{number} more lines; they are"
        return f"There was no room for {lines} on the list."

    def more(self, number: int) -> str:
        """Say how many more there are than those named."""
        return f"and {number} more"

    def undelivered(self, line: Line) -> str:
        """Say what could not be delivered."""
        name = line.staff or "the shared mailbox"
        how = "may not have arrived" if line.in_doubt else "could not be delivered"
        instead = f"; {line.told_instead} got it instead" if line.told_instead else ""
        about = ", ".join(filter(None, (line.case and f"Case {line.case}", line.title)))
        return f"{about}: the mail to {name} {how}{instead}."

    def unassessed(self, line: Line) -> str:
        """Say which case could not be assessed, and whose it is."""
        return f"Case {line.case}: {line.staff or self('nobody')}"

    def reminder_topic(self, due: date) -> str:
        """Name a thread of reminders; it stays the same while their subjects change."""
        return f"Due {self.day(due)}"

    def digest_topic(self, day: date) -> str:
        """Name a month's thread of overviews."""
        return f"Overview {MONTHS[day.month - 1]} {day.year}"

    def calendar_entry(self, title: str, case: str, due: date) -> str:
        """Say on one line of a calendar what is due."""
        moment = clock(due)
        by = f" at {moment:%H:%M}" if moment else ""
        return f"Due{by}: {title}" + (f" (case {case})" if case else "")

    def fallback(self, number: int) -> tuple[str, str]:
        """Return subject and first sentence of the plain mail sent when no other could be built."""
        verb = "is" if number == 1 else "are"
        return (
            f"Deadlines: {number} waiting for you",
            f"{_deadlines(number)} {verb} waiting for you. The mail about them could not be "
            "written, so see them on the list or in the case system.",
        )

    def _heading(self, line: Line) -> str:
        match line.standing:
            case Standing.OVERDUE:
                return "Overdue"
            case Standing.MISSING_FACT:
                return "Facts missing"
            case Standing.UNDELIVERABLE:
                return "Could not be delivered"
            case Standing.NOT_ASSESSED:
                return "Could not be assessed"
            case Standing.FLAPPING:
                return "Changes back and forth"
            case _:
                return f"Due {self.left(line)}"

    def _only(self, line: Line) -> str:
        match line.standing:
            case Standing.OVERDUE:
                return f"Here is one deadline that is {self.left(line)}."
            case Standing.TODAY:
                return "Here is one deadline that is due today."
            case _:
                return f"Here is one deadline that falls {self.left(line)}."


def _span(left: int, one: str, several: str, none: str) -> str:
    if left == 0:
        return none
    number = f"{abs(left)} {one if abs(left) == 1 else several}"
    return f"in {number}" if left > 0 else f"{number} overdue"


def _fall(number: int, said: str) -> str:
    return f"{said} {'falls' if number == 1 else 'fall'} in the next 7 days"


def _cases(number: int) -> str:
    return "1 case" if number == 1 else f"{number} cases"


def _mails(number: int) -> str:
    return "1 mail" if number == 1 else f"{number} mails"


def _deadlines(number: int) -> str:
    return "1 deadline" if number == 1 else f"{number} deadlines"


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _numbered(cases: tuple[str, ...]) -> str:
    if len(cases) > MOST_CASES_NAMED:
        return f"{len(cases)} cases"
    return ("case " if len(cases) == 1 else "cases ") + _joined(list(cases))


def _holding(why: Why) -> str:
    """How somebody holds a role: for which cases, when there are any."""
    if why.role == "receiving_team":
        about = f", which has {_numbered(why.cases)}" if why.cases else ""
        return f"in the receiving team{about}"
    about = f" of {_numbered(why.cases)}" if why.cases else ""
    return f"the {ROLES.get(why.role, why.role.replace('_', ' '))}{about}"
