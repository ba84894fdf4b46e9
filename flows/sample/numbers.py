"""The sizes, mixes and lateness of the invented municipality, each with where it comes from.

Source: Danmarks Statistik (placements and measures at the end of 2018 and 2023, reports in 2018
and 2022), Ankestyrelsen's Børnesagsbarometer 2019-2024, Dansk Socialrådgiverforening's survey
of caseloads in 2023. Shares without a source are ours, and say so.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

JOURNAL_BEGINS = date(2025, 7, 1)
"""The first day an extract can be asked for: from then on the number of open cases is steady."""

CaseKind = Literal["placement", "support", "intake"]

KINDS_OF_TWENTY: tuple[CaseKind, ...] = (
    *("support", "placement", "support", "intake", "support", "support", "placement"),
    *("support", "support", "intake", "support", "placement", "support", "support"),
    *("support", "intake", "placement", "support", "support", "support"),
)
"""Of twenty open cases: 4 placed, 13 with support at home, 3 in intake.

Source: 13,900 placed of 52,600 with a measure (2023), here with the cases not yet decided.
"""

DAYS_LIVED_BEFORE: dict[CaseKind, int] = {"placement": 540, "support": 420, "intake": 100}
"""How long at most a case has run when the journal begins (ours).

No case is older than barnets lov, in force from 1 January 2024: what was done under the law
before it does not count under this one.
"""

REPORT_SOURCE = {"professional": 0.69, "citizen": 0.105, "anonymous": 0.08, "police": 0.125}
"""Who reports. Source: reports in 2022 (police 12.5 %) and 2020 (anonymous 8 %)."""

MORE_REPORTS = {"0": 49_644, "1": 14_017, "2": 5_412, "3": 2_591, "4": 1_357}
"""How many further reports a child has. Source: children by number of reports in 2018."""

PLACEMENT_KIND = {
    "foster_family": 0.38,
    "kinship_care": 0.05,
    "network_care": 0.05,
    "residential_institution": 0.36,
    "residential_home": 0.11,
    "own_room": 0.025,
    "boarding_school": 0.025,
}
"""Where children are placed. Stays in an institution are short, so that on any day about as many
live there as published: foster care 63, institution 17, residential home 14, other 6 % (2018)."""

MEASURE_KIND = {
    "family_treatment": 0.24,
    "home_support": 0.18,
    "contact_person": 0.26,
    "mentor": 0.08,
    "respite": 0.10,
    "practical_support": 0.06,
    "education_support": 0.08,
}
"""What support consists of (ours)."""

WITHOUT_CONSENT = 0.24
"""Placements without consent. Source: 2,713 of 11,256 in 2018."""

REPORT_LATE = 0.07
"""Reports assessed after more than 24 hours. Source: 8 % in 2020-22, 4 % in 2023."""

ASSESSMENT_LATE = 0.50
"""Assessments that take more than four months. Source: 40 % in 2021, 66 % in 2023, 50 % in 2024."""

FIRST_FOLLOW_UP_LATE = 0.35
"""First follow-ups after more than three months. Source: 50 % in 2020-22, 25 % in 2024."""

LATER_FOLLOW_UP_LATE = 0.20
"""Later follow-ups after the day decided in the case (ours)."""

AFTERCARE_LATE = 0.62
"""Aftercare decisions after 17 1/2 years. Source: 93 % failed some requirement, mostly lateness."""

MEETING_LATE = 0.16
"""Network meetings after more than eight weeks (ours; a local standard, not counted anywhere)."""

DESKS_OF_A_TEAM = (17, 22, 15, 19, 21, 16, 18, 14)
"""How many cases each caseworker of a team has, so that some are above 20.

Source: the guideline is 20-30 and the mean 31 (2023); source 001 asks for 20. Ours is the
mean at which a municipality that strives for 20 would land.
"""
