"""The demo's page: one file that a newcomer opens, with nothing fetched from anywhere."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import asdict, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from flows.demo.page import (
    WORDS,
    Figure,
    PageMail,
    PagePerson,
    RuleFigures,
    Summary,
    Why,
    opening_mail,
    write_page,
)

WHY = Why(
    case="DEMO-2026-0012",
    title="Netværksmøde mindst hver 8. uge",
    source="Tæt på Familien, s. 5",
    step={"da": "3 dage før, til sagsbehandler", "en": "3 days before, to the caseworker"},
    lines={
        "da": [("Reglen gælder siden 1. juni", "30-koebenhavn-2015.yaml:18")],
        "en": [("The rule applies since 1 June", "30-koebenhavn-2015.yaml:18")],
    },
)
MAIL = PageMail(
    number=1,
    day="2026-09-28",
    time="07:30",
    person="SB001-1",
    kind="morning",
    subject="Frist om 3 dage: 1 sag",
    text="Hej Ane\n",
    html='<html><head></head><body>Hej <b>Ane</b></script> "æøå"</body></html>',
    file="mails/2026-09-28/0730-0001-sb001-1.eml",
    why=[WHY],
)
PEOPLE = {"SB001-1": PagePerson("Ane Eksempelsen", "caseworker", "Team Nord")}
SUMMARY = Summary(
    days=60,
    command="fristvagt demo",
    figures=[Figure("Åbne sager", "Open cases", "391")],
    rules=[RuleFigures("Vurderes inden <24> timer", 7, 1, 300, 20, 2)],
)


@pytest.fixture
def page(tmp_path: Path) -> str:
    write_page(tmp_path / "index.html", SUMMARY, [MAIL], PEOPLE, "da")
    return (tmp_path / "index.html").read_text(encoding="utf-8")


def packed(page: str) -> dict[str, list[dict[str, object]]]:
    found = re.search(r'<script id="data"[^>]*>([^<]*)</script>', page)
    assert found is not None
    unpacked: dict[str, list[dict[str, object]]] = json.loads(
        gzip.decompress(base64.b64decode(found[1]))
    )
    return unpacked


def test_the_page_asks_the_network_for_nothing(page: str) -> None:
    assert not re.search(r"""(?:src|href|action)\s*=\s*["']?\s*(?:https?:)?//""", page)
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_every_mail_is_in_it_whole(page: str) -> None:
    (mail,) = packed(page)["mails"]
    assert mail["html"] == MAIL.html
    assert mail["text"] == MAIL.text
    assert mail["why"] == json.loads(json.dumps([asdict(WHY)]))


def test_no_mail_can_break_out_of_the_page(page: str) -> None:
    assert MAIL.html not in page
    assert "&lt;24&gt;" in page


def test_it_says_that_the_data_are_invented_in_both_languages(page: str) -> None:
    assert "Opdigtede data" in page
    assert "Invented data" in page
    assert '<html lang="da">' in page


def test_every_text_on_the_page_stands_in_both_languages(page: str) -> None:
    languages = Languages()
    languages.feed(page)
    assert languages.said["da"] == languages.said["en"] > 20
    assert WORDS["da"].keys() == WORDS["en"].keys()


class Languages(HTMLParser):
    """Counts the elements in each language."""

    def __init__(self) -> None:
        super().__init__()
        self.said = {"da": 0, "en": 0}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        language = dict(attrs).get("lang")
        if language and tag != "html":
            self.said[language] += 1


def test_the_same_demo_gives_the_same_page(tmp_path: Path, page: str) -> None:
    write_page(tmp_path / "again.html", SUMMARY, [MAIL], PEOPLE, "da")
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == page


def test_it_opens_on_a_morning_mail_of_an_ordinary_day() -> None:
    monday = replace(MAIL, number=2, day="2026-09-29", why=[WHY, WHY])
    at_once = replace(monday, number=3, kind="acute")
    leaders = replace(monday, number=4, person="TL01", why=[WHY, WHY, WHY])
    people = {**PEOPLE, "TL01": PagePerson("Bo Prøvegaard", "team_leader", "Team Nord")}
    assert opening_mail([MAIL, at_once, leaders, monday], people) is monday
    assert opening_mail([], people) is None
