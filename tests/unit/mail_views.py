"""Views of invented mails for the tests of how mails read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from notifications.render import Mail, render_digest, render_reminder
from notifications.views import (
    Absentee,
    CaseworkerCounts,
    DigestView,
    Footer,
    Language,
    Line,
    Muted,
    Outage,
    ReminderView,
    Standing,
    TrendWeek,
    Why,
)
from rules.dates import DENMARK

LANGUAGES: tuple[Language, ...] = ("da", "en")
AS_OF = datetime(2026, 11, 24, 5, 10, tzinfo=DENMARK)
FOOTER = Footer(AS_OF, False, "https://fristvagt.kommune.dk/deadlines?mail=0f", "0fa1b2c3")
LINK = "https://fristvagt.kommune.dk/deadlines?line="

OVER = Line(
    standing=Standing.OVERDUE,
    case="4711",
    title="Børnefaglig undersøgelse afsluttes senest 4 måneder efter at kommunen blev opmærksom",
    due=date(2026, 11, 20),
    left=-4,
    binding="law",
    source="Barnets lov § 20, stk. 3",
    because="4 måneder efter 20. juli 2026 (start: børnefaglig undersøgelse)",
    staff="Mette Holm",
    link=LINK + "aa",
)
TODAY = Line(
    standing=Standing.TODAY,
    case="2026-0815",
    title="Underretning vurderes inden 24 timer",
    due=datetime(2026, 11, 24, 14, 30, tzinfo=DENMARK),
    left=7,
    in_hours=True,
    binding="law",
    source="Barnets lov § 136, stk. 2",
    because="24 timer efter 23. november 2026 kl. 14.30 (start: underretning)",
    staff="Jonas Skov",
    link=LINK + "bb",
)
SOON = Line(
    standing=Standing.COMING,
    case="27.36.00-G01-12",
    title="Netværksmøde mindst hver 8. uge mens en indsats løber",
    due=date(2026, 11, 26),
    left=2,
    binding="starting-point",
    source="Tæt på Familien, Programbeskrivelse, s. 5",
    because="8 uger efter 1. oktober 2026 (den seneste gang)",
    staff="Mette Holm",
    link=LINK + "cc",
)
MISSING = Line(
    Standing.MISSING_FACT,
    "4712",
    "Opfølgning første gang efter 3 måneder",
    because="Mangler: besluttet tid mellem opfølgninger",
    link=LINK + "dd",
)
OVERDUE_BY_WEEK = (3, 4, 4, 6, 9, 8, 7, 5, 5, 3, 0, 2)
TREND = tuple(
    TrendWeek(week, overdue, 20 + overdue, 20)
    for week, overdue in enumerate(OVERDUE_BY_WEEK, start=36)
)
BROKEN = Line(Standing.NOT_ASSESSED, "4713", "", link=LINK + "ee")


def a_reminder(*lines: Line, language: Language = "da", name: str = "Mette Holm") -> ReminderView:
    """Return a morning mail with these lines, or with one of every kind."""
    return ReminderView(
        language=language,
        name=name,
        lines=lines or (OVER, TODAY, SOON, MISSING, BROKEN),
        whys=(
            Why("own", "caseworker", cases=("4711", "27.36.00-G01-12")),
            Why("substitute", "", "absent", "Jonas Skov", ("2026-0815",), date(2026, 12, 1)),
        ),
        for_leader=all(line.escalated for line in lines) if lines else False,
        late_since=date(2026, 11, 21),
        footer=FOOTER,
    )


def a_digest(language: Language = "da") -> DigestView:
    """Return a team leader's week with something in every block."""
    return DigestView(
        language=language,
        name="Lene Lund",
        team="Team Nord",
        week=48,
        first_week=48,
        since=date(2026, 11, 16),
        late=False,
        overdue=(replace(OVER, new=True), replace(OVER, case="4720", left=-12, staff="")),
        undeliverable=(Line(Standing.UNDELIVERABLE, "4711", SOON.title, staff="Mette Holm"),),
        not_assessed=(Line(Standing.NOT_ASSESSED, "4713", "", staff="Jonas Skov"),),
        absent=(Absentee("Jonas Skov", date(2026, 12, 1), 3),),
        caseworkers=(
            CaseworkerCounts("Mette Holm", 1, 2, 9),
            CaseworkerCounts("Jonas Skov", 0, 1, 4),
            CaseworkerCounts("", 1, 0, 0),
        ),
        coming=(TODAY, SOON),
        overdue_count=2,
        new_count=1,
        coming_count=2,
        left_out=0,
        whys=(Why("own", "team_leader"),),
        footer=FOOTER,
        muted=(Muted("4730", SOON.title, date(2026, 12, 2), "Lene Lund"),),
        trend=TREND,
    )


def an_empty_digest(language: Language = "da") -> DigestView:
    """Return a week in which nothing is wrong, of a team that has just begun."""
    blocks = ("overdue", "undeliverable", "not_assessed", "absent", "caseworkers", "coming")
    nothing: dict[str, Any] = dict.fromkeys((*blocks, "muted", "trend"), ())
    return replace(a_digest(language), **nothing, overdue_count=0, new_count=0, coming_count=0)


def a_full_digest(line: Line = OVER) -> DigestView:
    """Return a digest of the two hundred lines that a mail can carry."""
    return replace(
        a_digest(), overdue=(line,) * 100, coming=(replace(SOON, title=line.title),) * 100
    )


def every_mail(language: Language) -> list[Mail]:
    """Return one mail of each kind, with everything that it can say."""
    down = Outage(AS_OF - timedelta(days=2), AS_OF)
    doubtful = replace(a_digest().undeliverable[0], in_doubt=True)
    answered = replace(FOOTER, answered_by="frister-svar@kommune.dk", data_is_old=True)
    return [
        render_reminder(a_reminder(language=language)),
        render_reminder(a_reminder(SOON, language=language, name="")),
        render_reminder(a_reminder(replace(OVER, escalated=True), language=language)),
        render_reminder(replace(a_reminder(language=language), outage=down, footer=answered)),
        render_digest(a_digest(language)),
        render_digest(an_empty_digest(language)),
        render_digest(
            replace(
                a_digest(language),
                first_week=46,
                outage=down,
                undeliverable=(doubtful,),
                left_out=3,
                footer=answered,
            )
        ),
    ]


def the_shown_reminder(language: Language = "da") -> ReminderView:
    """Return the reminder that the README and docs/mails.md show."""
    lines = (replace(OVER, staff=""), TODAY, replace(SOON, staff=""))
    return replace(a_reminder(*lines, language=language), late_since=None)


def the_shown_digest(language: Language = "da") -> DigestView:
    """Return the digest that the README and docs/mails.md show."""
    later = replace(OVER, case="4720", due=date(2026, 11, 12), left=-12, staff="")
    return replace(
        a_digest(language),
        overdue=(later, replace(OVER, new=True)),
        absent=(Absentee("Jonas Skov", date(2026, 12, 1), 1),),
        caseworkers=(
            CaseworkerCounts("Mette Holm", 1, 1, 9),
            CaseworkerCounts("Jonas Skov", 0, 1, 4),
            CaseworkerCounts("", 1, 0, 0),
        ),
    )
