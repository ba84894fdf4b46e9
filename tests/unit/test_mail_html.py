"""The HTML of every mail, as Outlook's Word engine, dark screens, zoom and ears need it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import html5lib
import pytest

from notifications.frozen import Envelope, freeze
from notifications.render import LARGEST_HTML, Mail, render_digest, render_reminder
from notifications.views import Language, Line
from tests.unit.mail_views import (
    AS_OF,
    LANGUAGES,
    LINK,
    OVER,
    a_full_digest,
    a_reminder,
    every_mail,
)

WHITE, NEARLY_BLACK = "#ffffff", "#1f1f1f"
MAILS = [mail for language in LANGUAGES for mail in every_mail(language)]
OPAQUE = re.compile(r"https://fristvagt\.kommune\.dk/deadlines\?(line|mail)=[0-9a-z]+")


def every(mail: Mail, *names: str) -> Iterator[Any]:
    """Give the elements of a mail that have one of these names, or all of them."""
    for element in html5lib.parse(mail.html, namespaceHTMLElements=False).iter():
        if isinstance(element.tag, str) and (not names or element.tag in names):
            yield element


def said_in(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def styles(mail: Mail) -> str:
    """Return all that a mail says about how it looks."""
    inline = [f"{element.tag} {{ {element.get('style')} }}" for element in every(mail)]
    return "\n".join([*inline, *(said_in(style) for style in every(mail, "style"))])


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 reckons it, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_colours(css: str) -> set[str]:
    return set(re.findall(r"(?<![-\w])color:\s*(#[0-9a-f]{6})", css))


def test_contrast_is_reckoned_as_the_standard_does() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mail", MAILS)
def test_every_text_colour_can_be_read_by_day_and_by_night(mail: Mail) -> None:
    # only links have a colour; all other text has the reader's own
    dark = "".join(re.findall(r"prefers-color-scheme: dark\) \{(.*?\})\s*\}", styles(mail)))
    by_day = text_colours(styles(mail).replace(dark, ""))
    assert by_day
    assert text_colours(dark)
    assert all(contrast(colour, WHITE) >= 4.5 for colour in by_day)
    assert all(contrast(colour, NEARLY_BLACK) >= 4.5 for colour in text_colours(dark))
    assert re.findall(r"([a-z]+) \{ color", dark) == ["a"]


@pytest.mark.parametrize("mail", MAILS)
def test_bars_and_rules_can_be_seen_by_day_and_by_night(mail: Mail) -> None:
    css = styles(mail)
    drawn = set(re.findall(r"solid (#[0-9a-f]{6})", css))
    drawn |= set(re.findall(r"background-color:\s*(#[0-9a-f]{6})", css))
    drawn |= {element.get("bgcolor") for element in every(mail) if element.get("bgcolor")}
    assert drawn
    for colour in drawn:
        assert min(contrast(colour, WHITE), contrast(colour, NEARLY_BLACK)) >= 3


@pytest.mark.parametrize("mail", MAILS)
def test_the_html_is_well_formed(mail: Mail) -> None:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(mail.html)
    assert parser.errors == []


@pytest.mark.parametrize("mail", MAILS)
def test_a_screen_reader_finds_its_way(mail: Mail) -> None:
    (document,) = every(mail, "html")
    assert document.get("lang") in LANGUAGES
    assert [said_in(title) for title in every(mail, "title")] == [mail.subject]
    assert [said_in(heading) for heading in every(mail, "h1")] == [mail.subject]
    levels = [int(heading.tag[1]) for heading in every(mail, "h1", "h2", "h3")]
    assert all(next_one <= this + 1 for this, next_one in pairwise(levels))
    for table in every(mail, "table"):
        if table.get("role") != "presentation":
            assert said_in(table.find("caption"))
            assert all(cell.get("scope") in {"col", "row"} for cell in table.iter("th"))
            assert all(said_in(cell) for cell in table.iter("th"))
        else:
            assert table.find("caption") is None
            assert table.findall("./tbody/tr/th") == []


@pytest.mark.parametrize("mail", MAILS)
def test_every_link_says_where_it_goes_and_goes_to_an_opaque_name(mail: Mail) -> None:
    links = list(every(mail, "a"))
    assert links
    for link in links:
        assert OPAQUE.fullmatch(link.get("href"))
        assert len(said_in(link).split()) >= 2
        assert "http" not in said_in(link)
        assert said_in(link).lower() not in {"klik her", "læs mere", "click here", "read more"}


@pytest.mark.parametrize("mail", MAILS)
def test_nothing_is_fetched_run_or_tracked(mail: Mail) -> None:
    allowed = {"html", "head", "meta", "title", "style", "body", "table", "caption", "thead"}
    allowed |= {"tbody", "tr", "th", "td", "h1", "h2", "h3", "p", "ul", "li", "a", "b", "br"}
    allowed |= {"small", "bdi"}
    for element in every(mail):
        assert element.tag in allowed
        assert not any(str(name).startswith("on") for name in element.attrib)
        assert not {"src", "background", "ping", "srcset"} & set(element.attrib)
    assert not re.search(r"url\(|@import|expression|http", styles(mail))


@pytest.mark.parametrize("mail", MAILS)
def test_outlook_lays_it_out_with_tables_and_widths_it_understands(mail: Mail) -> None:
    css = styles(mail)
    assert not re.search(r"flex|grid|float|position|background-image|calc\(|var\(", css)
    for table in every(mail, "table"):
        assert {"width", "cellpadding", "cellspacing", "border"} <= set(table.attrib)
    for block in re.findall(r"[^{}]*\{[^{}]*line-height: \d+px[^{}]*\}", css):
        if "mso-line-height-rule" not in block:
            # small, caption and headings take over the rule of what they stand in
            assert re.search(r"small|caption|h1|h2|foot|thead|bar|p \{", block)
    for element in every(mail):
        padded = "padding" in (element.get("style") or "")
        assert not padded or element.tag in {"td", "th", "caption", "ul", "body"}


@pytest.mark.parametrize("mail", MAILS)
def test_no_text_is_smaller_than_fourteen_pixels_and_zoom_is_not_forbidden(mail: Mail) -> None:
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", styles(mail))]
    assert min(sizes) >= 14
    viewport = next(meta for meta in every(mail, "meta") if meta.get("name") == "viewport")
    assert not re.search("maximum-scale|user-scalable", viewport.get("content"))
    fixed = re.findall(r"(?<!-)width: (\d+)px", styles(mail))
    assert fixed == []


@pytest.mark.parametrize("mail", MAILS)
def test_dark_mode_is_announced_and_no_box_is_white(mail: Mail) -> None:
    schemes = [meta for meta in every(mail, "meta") if meta.get("name") == "color-scheme"]
    assert [meta.get("content") for meta in schemes] == ["light dark"]
    assert not re.search(r"#fff|white|background(-color)?: #[ef]", styles(mail))


def test_the_picture_has_its_numbers_beside_it_and_hides_its_bars_from_ears() -> None:
    mail = MAILS[4]
    bars = [table for table in every(mail, "table") if table.get("aria-hidden") == "true"]
    assert len(bars) == 11  # twelve weeks, and nothing was overdue at the end of one of them
    assert all(said_in(bar) == "" for bar in bars)
    assert max(int(bar.get("width").rstrip("%")) for bar in bars) == 100
    rows = [[said_in(cell) for cell in row] for row in every(mail, "tr")]
    assert ["40", "9", "", "20 af 29"] in rows


def test_a_digest_of_two_hundred_lines_is_shown_whole() -> None:
    mail = render_digest(a_full_digest())
    assert len(mail.html.encode()) < LARGEST_HTML
    assert mail.html.count("<small>") == 200
    assert "ikke plads" not in mail.text


def test_a_digest_too_long_for_mail_programs_leaves_lines_out_and_counts_them() -> None:
    sly = OVER.title.ljust(500, "æ")
    mail = render_digest(a_full_digest(replace(OVER, title=sly)))
    shown = mail.html.count("<small>")
    assert len(mail.html.encode()) < LARGEST_HTML
    assert 20 < shown < 200
    assert f"Yderligere {200 - shown} linjer" in mail.text
    assert f"Yderligere {200 - shown} linjer" in mail.html


def frozen(mail: Mail) -> bytes:
    """The mail as it leaves."""
    names = ("Fristovervågning", "frister@kommune.dk", "mette@kommune.dk", "<m.0.0@kommune.dk>")
    return freeze(mail, Envelope(*names, mail_id="0", at=AS_OF, language="da"))


def of_cases(number: int, **more: Any) -> tuple[Line, ...]:
    """So many lines that are over, each of another case."""
    link = LINK + 32 * "a"
    return tuple(replace(OVER, case=f"26-{n:05}", link=link, **more) for n in range(number))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_of_sixty_lines_is_shown_whole(language: Language) -> None:
    mail = render_reminder(a_reminder(*of_cases(60), language=language))
    assert len(frozen(mail)) < 100_000
    assert mail.html.count("<small>") == 60
    assert not re.search("ikke plads|no room", mail.text)


@pytest.mark.parametrize("title", [OVER.title, OVER.title.ljust(1000, "æ")], ids=["", "long"])
def test_a_reminder_of_two_thousand_lines_shows_the_first_and_counts_the_others(
    title: str,
) -> None:
    mail = render_reminder(a_reminder(*of_cases(2000, title=title)))
    shown = mail.html.count("<small>")
    assert len(frozen(mail)) < 100_000
    assert 5 < shown <= 60
    for part in (mail.text, mail.html):
        said = " ".join(part.split())
        assert "26-00000" in said
        assert "26-00060" not in said
        assert f"Yderligere {2000 - shown} linjer er der ikke plads til" in said
        assert "Her er 2000 frister" in said
    assert "2000 sager" in mail.subject
