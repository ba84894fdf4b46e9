"""How mails read: the same facts as text and as HTML, calm, whole, and without anything else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import html5lib
import pytest

from notifications.danish_phrases import PHRASES as DANISH
from notifications.english_phrases import PHRASES as ENGLISH
from notifications.render import LARGEST_HTML, render_digest, render_reminder
from notifications.views import Language, Outage, Standing, Why
from tests.unit.mail_views import (
    AS_OF,
    BROKEN,
    LANGUAGES,
    MISSING,
    OVER,
    SOON,
    TODAY,
    a_digest,
    a_reminder,
    an_empty_digest,
    every_mail,
)


def words_of(text: str) -> list[str]:
    """Return the words of a text, in order, without what only shapes it."""
    return re.findall(r"[\w§/.:?=-]*\w", re.sub(r"-{2,}", " ", text.lower()))


def body_of(html: str) -> Any:
    return html5lib.parse(html, namespaceHTMLElements=False).find("body")


def seen_in(html: str) -> str:
    """Return what a reader of the HTML can see, and the addresses of its links."""
    said = []
    for element in body_of(html).iter():
        said += [element.text or ""] if isinstance(element.tag, str) else []
        said += [str(element.get("href") or ""), element.tail or ""]
    return " ".join(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_and_html_hold_the_same_words_and_links(language: Language) -> None:
    # a table says once, in its headings, what the text says at each line
    names = ("case", "what", "due", "case_and_due", "caseworker", "overdue", "in_a_week", "later")
    headings = {
        word
        for name in (*names, "open_deadlines")
        for word in words_of((DANISH, ENGLISH)[language == "en"][name])
    }
    for mail in every_mail(language):
        in_text, in_html = words_of(mail.text), words_of(seen_in(mail.html))
        assert set(in_text) ^ set(in_html) <= headings | {"overskredne"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("line", [OVER, TODAY, SOON])
def test_every_fact_of_a_line_is_in_both_parts(line: Any, language: Language) -> None:
    mail = render_reminder(a_reminder(line, language=language))
    for said in (mail.text, seen_in(mail.html)):
        flowing = " ".join(said.split())
        for fact in (line.case, line.title, line.source, line.because, line.link):
            assert fact in flowing


def test_a_due_day_is_written_out_with_its_weekday() -> None:
    assert "torsdag 26. november 2026" in render_reminder(a_reminder(SOON)).text
    assert "Thursday 26 November 2026" in render_reminder(a_reminder(SOON, language="en")).text


def test_an_hour_deadline_says_the_danish_time() -> None:
    assert "tirsdag 24. november 2026 kl. 14.30" in " ".join(
        render_reminder(a_reminder(TODAY)).text.split()
    )


def test_an_empty_week_says_so() -> None:
    text = render_digest(an_empty_digest()).text
    assert "Ingen frister i Team Nord er overskredet, og ingen falder de næste 7 dage." in text
    assert "Intet venter på dig i dag." in text


def test_what_there_was_no_room_for_is_counted() -> None:
    mail = render_digest(replace(a_digest(), left_out=12))
    assert "Yderligere 12 linjer er der ikke plads til i mailen" in mail.text
    assert "Yderligere 12 linjer er der ikke plads til i mailen" in seen_in(mail.html)


def test_an_overdue_guideline_asks_for_a_reason_and_a_standard_for_the_act() -> None:
    guideline = replace(OVER, binding="starting-point")
    assert "Bed om forlængelse" in render_reminder(a_reminder(guideline)).text
    assert "Gør det, så snart du kan" in render_reminder(a_reminder(OVER)).text


def test_a_leader_is_asked_to_talk_and_not_to_do_the_work() -> None:
    mail = render_reminder(a_reminder(replace(OVER, escalated=True)))
    assert "Tag en snak med Mette Holm om, hvad der skal til." in mail.text
    assert "Gør det" not in mail.text
    assert "eller er sagen ikke din" not in mail.text
    assert "Åbn listen over frister" in seen_in(mail.html)


def test_a_head_of_department_is_asked_to_talk_to_the_team_leader() -> None:
    line = replace(OVER, escalated=True, role="department_head")
    assert "Tag en snak med teamlederen om" in render_reminder(a_reminder(line)).text
    english = render_reminder(a_reminder(line, language="en"))
    assert "Have a talk with the team leader about" in english.text


@pytest.mark.parametrize(
    ("why", "asked"),
    [
        (Why("own", "caseworker"), False),
        (Why("substitute", "", "absent", "Jonas Skov"), False),
        (Why("leader", "", "left", "Jonas Skov"), True),
        (Why("fallback", "caseworker", "unassigned"), True),
    ],
)
def test_whoever_gets_what_was_for_another_is_asked_to_pass_it_on(why: Why, asked: bool) -> None:
    mail = render_reminder(replace(a_reminder(OVER), whys=(why,)))
    assert ("Giv det videre" in mail.text) is asked


@pytest.mark.parametrize(
    ("left", "danish", "english"),
    [
        (0, "under en time", "less than an hour overdue"),
        (-1, "1 time", "1 hour overdue"),
        (-5, "5 timer", "5 hours overdue"),
    ],
)
def test_an_hour_deadline_that_is_over_says_by_how_much(
    left: int, danish: str, english: str
) -> None:
    line = replace(TODAY, standing=Standing.OVERDUE, left=left)
    text = render_reminder(a_reminder(line)).text
    assert f"Her er én frist, som er overskredet med {danish}." in text
    assert f"kl. 14.30 ({danish} over fristen)" in " ".join(text.split())
    assert english in render_reminder(a_reminder(line, language="en")).text


def test_a_line_about_a_caseworkers_load_says_whose_it_is() -> None:
    load = replace(SOON, case="", title="Højst 20 sager pr. rådgiver", staff="Gorm Eksempelsen")
    for mail in (
        render_reminder(a_reminder(load)),
        render_digest(replace(a_digest(), coming=(load,))),
    ):
        assert "Gorm Eksempelsen: Højst 20 sager pr. rådgiver" in mail.text
        assert "Sag :" not in mail.text


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((OVER,), "Her er én frist, som er overskredet med 4 dage."),
        ((SOON,), "Her er én frist, som falder om 2 dage."),
        ((OVER, OVER), "Her er 2 frister, som er overskredet. Tag gerne den øverste først."),
        ((SOON, SOON), "Her er 2 frister, der nærmer sig; den første falder om 2 dage."),
        (
            (OVER, TODAY, SOON),
            "Her er 3 frister: 1 er overskredet, 1 falder i dag og 1 nærmer sig. Tag gerne den "
            "øverste først.",
        ),
        ((BROKEN,), "Her er noget, der skal på plads."),
    ],
)
def test_the_first_sentence_says_how_many_and_when(lines: tuple[Any, ...], sentence: str) -> None:
    assert sentence in " ".join(render_reminder(a_reminder(*lines)).text.split())


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((OVER,), "Here is one deadline that is 4 days overdue."),
        ((SOON,), "Here is one deadline that falls in 2 days."),
        ((SOON, SOON), "Here are 2 deadlines coming up; the first falls in 2 days."),
    ],
)
def test_the_first_sentence_is_as_plain_in_english(lines: tuple[Any, ...], sentence: str) -> None:
    assert sentence in " ".join(render_reminder(a_reminder(*lines, language="en")).text.split())


@pytest.mark.parametrize(
    ("why", "danish", "english"),
    [
        (
            Why("own", "caseworker", cases=("4711",)),
            "Du får mailen, fordi du er sagsbehandler på sag 4711.",
            "You get this mail because you are the caseworker of case 4711.",
        ),
        (
            Why("own", "caseworker", cases=("1", "2", "3", "4")),
            "Du får mailen, fordi du er sagsbehandler på 4 sager.",
            "You get this mail because you are the caseworker of 4 cases.",
        ),
        (
            Why("own", "team_leader", cases=("4711", "4712")),
            "Du får mailen, fordi du er teamleder for sagerne 4711 og 4712.",
            "You get this mail because you are the team leader of cases 4711 and 4712.",
        ),
        (
            Why("substitute", "", "absent", "Jonas Skov", ("4711",), date(2026, 12, 1)),
            "Du får mailen, fordi du er stedfortræder for Jonas Skov, som er væk til og med "
            "tirsdag 1. december 2026 (sag 4711).",
            "You get this mail because you are the substitute for Jonas Skov, who is away up to "
            "and including Tuesday 1 December 2026 (case 4711).",
        ),
        (
            Why("leader", "", "refused", "Mette Holm", ("4711",)),
            "Du får mailen som leder, fordi Mette Holm ikke kunne få mailen leveret (sag 4711).",
            "You get this mail as a leader because Mette Holm could not have the mail delivered "
            "(case 4711).",
        ),
        (
            Why("own", "receiving_team", cases=("4711",)),
            "Du får mailen, fordi du er i modtagelsen, som har sag 4711.",
            "You get this mail because you are in the receiving team, which has case 4711.",
        ),
        (
            Why("own", "receiving_team"),
            "Du får mailen, fordi du er i modtagelsen.",
            "You get this mail because you are in the receiving team.",
        ),
        (
            Why("fallback", "caseworker", "unassigned", cases=("4711",)),
            "Mailen går til denne postkasse, fordi ingen er sagsbehandler på sag 4711.",
            "This mail goes to this mailbox because nobody is the caseworker of case 4711.",
        ),
        (
            Why("leader", "caseworker", "unassigned", cases=("4711",)),
            "Du får mailen som leder, fordi ingen er sagsbehandler på sag 4711.",
            "You get this mail as a leader because nobody is the caseworker of case 4711.",
        ),
        (
            Why("own", "co_caseworker", cases=("4711",)),
            "Du får mailen, fordi du er medsagsbehandler på sag 4711.",
            "You get this mail because you are the co-caseworker of case 4711.",
        ),
    ],
)
def test_every_mail_says_why_its_reader_gets_it(why: Why, danish: str, english: str) -> None:
    for language, sentence in (("da", danish), ("en", english)):
        view = replace(a_reminder(SOON, language="da" if language == "da" else "en"), whys=(why,))
        mail = render_reminder(view)
        assert sentence in " ".join(mail.text.split())
        assert sentence in " ".join(seen_in(mail.html).split())


def test_a_staffed_mailbox_for_answers_is_named_with_a_word_of_caution() -> None:
    answered = replace(a_reminder().footer, answered_by="svar@kommune.dk")
    text = " ".join(render_reminder(replace(a_reminder(), footer=answered)).text.split())
    assert "svaret går til svar@kommune.dk. Skriv ikke om barnet eller familien i svaret." in text
    assert "bliver ikke læst" not in text


def test_what_an_outage_delayed_says_from_when_to_when() -> None:
    down = Outage(AS_OF - timedelta(days=2), AS_OF)
    text = " ".join(render_reminder(replace(a_reminder(), outage=down)).text.split())
    assert (
        "Mailen er forsinket: Fristvagt var nede fra søndag 22. november 2026 kl. 05.10 til "
        "tirsdag 24. november 2026 kl. 05.10." in text
    )
    assert "Mailen kommer sent" not in text
    short = Outage(AS_OF - timedelta(hours=3), AS_OF)
    text = " ".join(render_reminder(replace(a_reminder(), outage=short)).text.split())
    assert "nede fra tirsdag 24. november 2026 kl. 02.10 til kl. 05.10." in text


@pytest.mark.parametrize(
    ("count", "new", "sentence"),
    [
        (1, 0, "1 frist er overskredet, og den er ikke ny siden"),
        (1, 1, "1 frist er overskredet, og den er ny siden"),
        (3, 0, "3 frister er overskredet, og ingen af dem er nye siden"),
        (3, 1, "3 frister er overskredet, og 1 er ny siden"),
        (3, 3, "3 frister er overskredet, og de er alle nye siden"),
    ],
)
def test_a_digest_says_how_many_are_new(count: int, new: int, sentence: str) -> None:
    text = render_digest(replace(a_digest(), overdue_count=count, new_count=new)).text
    assert f"{sentence} overblikket mandag 16. november 2026." in " ".join(text.split())


def test_one_digest_for_several_weeks_is_named_after_them() -> None:
    several = replace(a_digest(), first_week=46)
    assert render_digest(several).subject.startswith("Overblik uge 46-48: 2 overskredne")
    english = render_digest(replace(several, language="en"))
    assert english.subject.startswith("Overview weeks 46-48: 2 overdue")


def test_a_mail_that_may_have_arrived_is_not_called_lost() -> None:
    doubtful = replace(a_digest().undeliverable[0], in_doubt=True)
    text = " ".join(render_digest(replace(a_digest(), undeliverable=(doubtful,))).text.split())
    assert "mailen til Mette Holm er måske ikke nået frem." in text


def test_what_could_not_be_delivered_is_named_by_case_and_title_where_it_has_them() -> None:
    lost = a_digest().undeliverable[0]
    view = replace(a_digest(), undeliverable=(replace(lost, case=""), replace(lost, title="")))
    lines = render_digest(view).text.splitlines()
    assert any(line.startswith(f"- {lost.title}: ") for line in lines)
    assert any(line.startswith("- Sag 4711: mailen til Mette Holm") for line in lines)


def test_a_list_of_what_needs_the_leader_is_no_longer_than_a_mail_has_room_for() -> None:
    lost = tuple(replace(a_digest().undeliverable[0], case=str(number)) for number in range(500))
    mail = render_digest(replace(a_digest(), undeliverable=lost))
    assert "- og 460 til" in mail.text.splitlines()
    assert len(mail.html.encode()) < LARGEST_HTML


def test_the_picture_of_the_weeks_reads_as_text() -> None:
    lines = render_digest(a_digest()).text.splitlines()
    assert "40        9  ████████████████████████   20 af 29" in lines
    assert "46        0                             20 af 20" in lines


def test_what_turns_text_around_is_taken_out_of_a_title_and_nothing_else_is() -> None:
    said = "\u202eevil\u2066\x07 \u0645\u0648\u0639\u062f 👩‍👧 færøsk ð"
    mail = render_reminder(a_reminder(replace(SOON, title=said)))
    for text in (mail.text, mail.html):
        assert "evil \u0645\u0648\u0639\u062f 👩‍👧 færøsk ð" in text
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x07]", text)
    # a title that runs from right to left keeps to itself
    assert '<bdi lang="da">evil' in mail.html


def test_a_title_of_five_hundred_letters_is_whole_and_never_wider_than_the_mail() -> None:
    mail = render_reminder(a_reminder(replace(SOON, title="æ" * 500, link="")))
    assert mail.text.count("æ") >= 500
    assert max(map(len, mail.text.splitlines())) <= 78


def test_markup_in_a_title_is_shown_and_never_obeyed() -> None:
    mail = render_reminder(a_reminder(replace(SOON, title="<script>x</script> {{ 7 * 7 }} =cmd()")))
    assert body_of(mail.html).find(".//script") is None
    assert "<script>x</script> {{ 7 * 7 }} =cmd()" in seen_in(mail.html)
    assert "{{ 7 * 7 }}" in mail.text


def test_nothing_is_left_empty_or_unfilled() -> None:
    for language in LANGUAGES:
        for mail in every_mail(language):
            assert "None" not in mail.text + seen_in(mail.html)
            assert not re.search(r"\n{3,}", mail.text)
            assert max(map(len, mail.text.splitlines())) <= 110


def test_both_languages_have_the_same_phrases() -> None:
    assert DANISH.keys() == ENGLISH.keys()


def test_lines_keep_their_order_of_urgency() -> None:
    text = render_reminder(a_reminder()).text
    places = [text.index(line.case) for line in (OVER, TODAY, SOON, MISSING, BROKEN)]
    assert places == sorted(places)
    assert [standing.value for standing in Standing][:3] == ["overdue", "today", "coming"]
