"""Ordene i mailene på dansk: rolige, venlige og uden bebrejdelse."""

from __future__ import annotations

from datetime import date

from notifications.danish_phrases import PHRASES
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

WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)
BINDING = {"law": "lovkrav", "standard": "kommunens standard", "starting-point": "udgangspunkt"}
HOLDING = {
    "caseworker": "er sagsbehandler på",
    "co_caseworker": "er medsagsbehandler på",
    "team_leader": "er teamleder for",
    "department_head": "er afdelingschef for",
    "legal_adviser": "er jurist på",
    "receiving_team": "er i modtagelsen, som har",
}
CAUSES = {
    "absent": "er fraværende",
    "left": "ikke længere er ansat",
    "no address": "ikke har nogen mailadresse, vi kan bruge",
    "unknown": "ikke står på personalelisten",
    "refused": "ikke kunne få mailen leveret",
}


class Danish:
    """Dansk."""

    def __call__(self, phrase: str) -> str:
        """Return a fixed phrase."""
        return PHRASES[phrase]

    def day(self, day: date) -> str:
        """Write a day out.

        >>> Danish().day(date(2026, 11, 24))
        'tirsdag 24. november 2026'
        """
        written = f"{WEEKDAYS[day.weekday()]} {day.day}. {MONTHS[day.month - 1]} {day.year}"
        moment = clock(day)
        return f"{written} kl. {moment:%H.%M}" if moment else written

    def greeting(self, name: str) -> str:
        """Greet someone by first name."""
        return f"Hej {name.split()[0]}"

    def left(self, line: Line) -> str:
        """Say how long is left, or how long over it is."""
        if line.in_hours and not line.left and line.standing is Standing.OVERDUE:
            return "under en time over fristen"
        if line.in_hours:
            return _span(line.left, "time", "timer", "inden for en time")
        if line.left == 1:
            return "i morgen"
        return _span(line.left, "dag", "dage", "i dag")

    def open(self, line: Line) -> str:
        """Say where a line's link leads."""
        return f"Åbn sag {line.case}" if line.case else self("open")

    def reminder_subject(self, view: ReminderView) -> str:
        """Say what and when, without a person."""
        group = nearest(view.lines)
        others = number_of_others(view.lines)
        counted = _mails if group[0].standing is Standing.UNDELIVERABLE else _cases
        subject = f"{self._heading(group[0])}: {counted(number_of_cases(group))}"
        return subject + (f" (og {others} {'anden' if others == 1 else 'andre'})" if others else "")

    def digest_subject(self, view: DigestView) -> str:
        """Say week and counts."""
        over = "1 overskredet" if view.overdue_count == 1 else f"{view.overdue_count} overskredne"
        weeks = f"{view.week}"
        if view.first_week != view.week:
            weeks = f"{view.first_week}-{view.week}"
        subject = f"Overblik uge {weeks}: {over}, {view.coming_count} inden for 7 dage"
        named = f"{subject} ({view.team})"
        return named if view.team and len(named) <= 60 else subject

    def summary(self, view: ReminderView) -> str:
        """Say in one sentence how many, when, and what to do."""
        dated = view.standing(Standing.OVERDUE, Standing.TODAY, Standing.COMING)
        if not dated:
            return "Her er noget, der skal på plads."
        if len(dated) == 1:
            return self._only(dated[0])
        over, today, coming = (
            len(view.standing(standing))
            for standing in (Standing.OVERDUE, Standing.TODAY, Standing.COMING)
        )
        first = "Tag gerne den øverste først."
        if coming == len(dated):
            left = self.left(dated[0])
            return f"Her er {coming} frister, der nærmer sig; den første falder {left}."
        if len(dated) in {over, today}:
            how = "er overskredet" if over else "falder i dag"
            return f"Her er {len(dated)} frister, som {how}. {first}"
        parts = [f"{over} er overskredet"] * bool(over) + [f"{today} falder i dag"] * bool(today)
        parts += [f"{coming} nærmer sig"] * bool(coming)
        return f"Her er {len(dated)} frister: {_joined(parts)}. {first}"

    def digest_summary(self, view: DigestView) -> str:
        """Say in one sentence how the team stands."""
        over, soon = view.overdue_count, view.coming_count
        team = f" i {view.team}" if view.team else ""
        if not over and not soon:
            return f"Ingen frister{team} er overskredet, og ingen falder de næste 7 dage."
        if not over:
            falling = f"{_deadlines(soon)} falder de næste 7 dage."
            return f"Ingen frister{team} er overskredet. {falling}"
        rest = f"{soon} falder" if soon else "ingen falder"
        return f"{_deadlines(over)}{team} er overskredet, og {rest} de næste 7 dage."

    def because(self, line: Line) -> str:
        """Say how the date came about; "" when nothing is known of it."""
        return f"Sådan er datoen fundet: {line.because}" if line.because else ""

    def source(self, line: Line) -> str:
        """Say where the rule comes from and how binding it is."""
        binding = BINDING.get(line.binding, line.binding)
        return f"Kilde: {line.source} ({binding})" if line.source else ""

    def ask(self, line: Line) -> str:
        """Say what to do about a line that is over; "" otherwise."""
        if line.standing is not Standing.OVERDUE:
            return ""
        if line.escalated:
            near = "teamlederen" if line.role == "department_head" else line.staff or "teamet"
            return f"Tag en snak med {near} om, hvad der skal til."
        if line.binding == "starting-point":
            return "Bed om forlængelse, eller skriv begrundelsen i sagen."
        return "Gør det, så snart du kan, og registrér det, når det er sket."

    def why(self, why: Why) -> str:
        """Say why this person gets the mail."""
        if why.route == "own":
            return f"Du får mailen, fordi du {_holding(why)}."
        about = f" ({_numbered(why.cases)})" if why.cases else ""
        until = f" til og med {self.day(why.until)}" if why.until else ""
        if why.route == "substitute":
            away = f", som er væk{until}" if until else ""
            return f"Du får mailen, fordi du er stedfortræder for {why.name}{away}{about}."
        if why.cause in {"unassigned", ""}:
            cause = f"ingen {_holding(why)}"
        else:
            cause = f"{why.name or 'modtageren'} {CAUSES[why.cause]}{until}{about}"
        if why.route == "leader":
            return f"Du får mailen som leder, fordi {cause}."
        return f"Mailen går til denne postkasse, fordi {cause}."

    def data(self, footer: Footer) -> str:
        """Say how fresh the facts are."""
        if footer.data_as_of is None:
            return ""
        said = f"Oplysningerne er fra fagsystemet, som det så ud {self.day(footer.data_as_of)}."
        old = " De er mere end et døgn gamle, så noget kan være sket siden."
        return said + (old if footer.data_is_old else "")

    def late(self, since: date) -> str:
        """Say that the mail comes late."""
        return f"Mailen kommer sent: noget af den skulle være sendt {self.day(since)}."

    def outage(self, outage: Outage) -> str:
        """Say that the mail comes late because Fristvagt was down."""
        since, until = self.day(outage.since), self.day(outage.until)
        if outage.since.date() == outage.until.date():
            until = f"kl. {outage.until:%H.%M}"
        return f"Mailen er forsinket: Fristvagt var nede fra {since} til {until}."

    def overdue_now(self, view: DigestView) -> str:
        """Say how many are overdue, and how many of them have come since the last overview."""
        over = f"{_deadlines(view.overdue_count)} er overskredet"
        if view.since is None:
            return f"{over}; de står nedenfor."
        if view.overdue_count == 1:
            new = "den er ny" if view.new_count else "den er ikke ny"
        elif view.new_count in {0, view.overdue_count}:
            new = "de er alle nye" if view.new_count else "ingen af dem er nye"
        else:
            new = "1 er ny" if view.new_count == 1 else f"{view.new_count} er nye"
        return f"{over}, og {new} siden overblikket {self.day(view.since)}."

    def muted(self, one: Muted) -> str:
        """Say which reminders are held back, until when, and by whom."""
        about = f"Sag {one.case}" + (f", {one.title}" if one.title else "")
        return f"{about}: til og med {self.day(one.until)}, ønsket af {one.by}."

    def told(self, one: TrendWeek) -> str:
        """Say how many reminders were sent in time."""
        return f"{one.in_time} af {one.told}" if one.told else "ingen"

    def answered(self, footer: Footer) -> str:
        """Say who reads an answer to the mail."""
        return (
            f"Du kan svare på mailen; svaret går til {footer.answered_by}. Skriv ikke om barnet "
            "eller familien i svaret."
        )

    def counts(self, one: CaseworkerCounts) -> str:
        """Say how a caseworker stands."""
        name = one.name or self("nobody")
        soon = f"{one.within_a_week} inden for 7 dage"
        over = "1 overskredet" if one.overdue == 1 else f"{one.overdue} overskredne"
        return f"{name}: {over}, {soon}, {one.later} senere"

    def absent(self, one: Absentee) -> str:
        """Say who is away with nobody in their place."""
        until = f"til og med {self.day(one.until)}" if one.until else "indtil videre"
        falling = f"{_deadlines(one.deadlines)} falder de næste 7 dage eller er overskredet"
        return f"{one.name} er væk {until}: {falling}."

    def left_out(self, number: int) -> str:
        """Say how many lines there was no room for."""
        lines = "Yderligere 1 linje" if number == 1 else f"Yderligere {number} linjer"
        return f"{lines} er der ikke plads til i mailen; de står på listen."

    def more(self, number: int) -> str:
        """Say how many more there are than those named."""
        return f"og {number} til"

    def undelivered(self, line: Line) -> str:
        """Say what could not be delivered."""
        name = line.staff or "den fælles postkasse"
        how = "er måske ikke nået frem" if line.in_doubt else "kunne ikke leveres"
        instead = f"; {line.told_instead} fik den i stedet" if line.told_instead else ""
        about = ", ".join(filter(None, (line.case and f"Sag {line.case}", line.title)))
        return f"{about}: mailen til {name} {how}{instead}."

    def unassessed(self, line: Line) -> str:
        """Say which case could not be assessed, and whose it is."""
        return f"Sag {line.case}: {line.staff or self('nobody')}"

    def reminder_topic(self, due: date) -> str:
        """Name a thread of reminders; it stays the same while their subjects change."""
        return f"Frist {self.day(due)}"

    def digest_topic(self, day: date) -> str:
        """Name a month's thread of overviews."""
        return f"Overblik {MONTHS[day.month - 1]} {day.year}"

    def calendar_entry(self, title: str, case: str, due: date) -> str:
        """Say on one line of a calendar what is due."""
        moment = clock(due)
        by = f" kl. {moment:%H.%M}" if moment else ""
        return f"Frist{by}: {title}" + (f" (sag {case})" if case else "")

    def fallback(self, number: int) -> tuple[str, str]:
        """Return subject and first sentence of the plain mail sent when no other could be built."""
        return (
            f"Frister: {number} venter på dig",
            f"Du har {_deadlines(number)}, der venter. Mailen med dem kunne ikke skrives, så se "
            "dem på listen eller i fagsystemet.",
        )

    def _heading(self, line: Line) -> str:
        match line.standing:
            case Standing.OVERDUE:
                return "Overskredet"
            case Standing.MISSING_FACT:
                return "Mangler oplysninger"
            case Standing.UNDELIVERABLE:
                return "Kunne ikke leveres"
            case Standing.NOT_ASSESSED:
                return "Kunne ikke vurderes"
            case Standing.FLAPPING:
                return "Skifter frem og tilbage"
            case _:
                return f"Frist {self.left(line)}"

    def _only(self, line: Line) -> str:
        match line.standing:
            case Standing.OVERDUE:
                over = self.left(line).removesuffix(" over fristen")
                return f"Her er én frist, som er overskredet med {over}."
            case Standing.TODAY:
                return "Her er én frist, som falder i dag."
            case _:
                return f"Her er én frist, som falder {self.left(line)}."


def _span(left: int, one: str, several: str, none: str) -> str:
    if left == 0:
        return none
    number = f"{abs(left)} {one if abs(left) == 1 else several}"
    return f"om {number}" if left > 0 else f"{number} over fristen"


def _cases(number: int) -> str:
    return "1 sag" if number == 1 else f"{number} sager"


def _mails(number: int) -> str:
    return "1 mail" if number == 1 else f"{number} mails"


def _deadlines(number: int) -> str:
    return "1 frist" if number == 1 else f"{number} frister"


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " og " + parts[-1]


def _numbered(cases: tuple[str, ...]) -> str:
    if len(cases) > MOST_CASES_NAMED:
        return f"{len(cases)} sager"
    return ("sag " if len(cases) == 1 else "sagerne ") + _joined(list(cases))


def _holding(why: Why) -> str:
    """How somebody holds a role: for which cases, when there are any."""
    holding = HOLDING.get(why.role, f"er {why.role.replace('_', ' ')} for")
    if why.cases:
        return f"{holding} {_numbered(why.cases)}"
    return holding.removesuffix(", som har").removesuffix(" på").removesuffix(" for")
