"""What a subject says: what and when, no person, no case, and calmly."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from notifications.render import render_digest, render_reminder
from notifications.views import Language
from tests.unit.mail_views import (
    BROKEN,
    LANGUAGES,
    MISSING,
    OVER,
    SOON,
    TODAY,
    a_digest,
    a_reminder,
    every_mail,
)


@pytest.mark.parametrize(
    ("lines", "danish", "english"),
    [
        ((OVER,), "Overskredet: 1 sag", "Overdue: 1 case"),
        ((OVER, replace(OVER, case="4799")), "Overskredet: 2 sager", "Overdue: 2 cases"),
        ((SOON,), "Frist om 2 dage: 1 sag", "Due in 2 days: 1 case"),
        ((replace(SOON, left=1),), "Frist i morgen: 1 sag", "Due tomorrow: 1 case"),
        ((TODAY,), "Frist om 7 timer: 1 sag", "Due in 7 hours: 1 case"),
        (
            (OVER, SOON),
            "Overskredet: 1 sag (og 1 anden)",
            "Overdue: 1 case (and 1 other)",
        ),
        ((OVER, replace(SOON, case="4711")), "Overskredet: 1 sag", "Overdue: 1 case"),
        ((MISSING,), "Mangler oplysninger: 1 sag", "Facts missing: 1 case"),
        ((BROKEN,), "Kunne ikke vurderes: 1 sag", "Could not be assessed: 1 case"),
    ],
)
def test_a_subject_says_what_and_when_without_a_person(
    lines: tuple[Any, ...], danish: str, english: str
) -> None:
    assert render_reminder(a_reminder(*lines)).subject == danish
    assert render_reminder(a_reminder(*lines, language="en")).subject == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_subjects_are_short_and_calm_and_name_nobody_and_no_case(language: Language) -> None:
    for mail in every_mail(language):
        assert len(mail.subject) <= 60
        assert "!" not in mail.subject + mail.text
        assert not re.search(r"\b[A-ZÆØÅ]{4,}\b", mail.subject)
        assert not {"Mette", "Holm", "4711", "2026-0815"} & set(mail.subject.split())


def test_a_team_with_a_long_name_is_left_out_of_the_subject_but_not_of_the_mail() -> None:
    mail = render_digest(replace(a_digest(), team="Team for børn og unge med særlige behov"))
    assert len(mail.subject) <= 60
    assert "Team for børn og unge med særlige behov" in mail.text
