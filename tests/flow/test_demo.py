"""The demo, small: a week in an invented municipality through the same functions as the service."""

from __future__ import annotations

import base64
import gzip
import json
import re
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from flows.demo.first_look import DemoResult, result_text, run_demo
from flows.demo.folder import NOTE, empty_folder
from flows.mistakes import UserMistake

DAYS = 9


class Shown(NamedTuple):
    """A demo, and the mails that its page shows."""

    result: DemoResult
    folder: Path
    mails: list[dict[str, Any]]
    days_told: list[int]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    told: list[int] = []
    result = run_demo(folder, cases=40, days=DAYS, progress=told.append)
    page = result.page.read_text(encoding="utf-8")
    found = re.search(r'<script id="data"[^>]*>([^<]*)</script>', page)
    assert found is not None
    data = json.loads(gzip.decompress(base64.b64decode(found[1])))
    return Shown(result, folder, data["mails"], told)


def test_it_leaves_a_page_the_mails_the_extract_and_the_database(demo: Shown) -> None:
    names = {path.name for path in demo.folder.iterdir()} - {"fristvagt.db-wal", "fristvagt.db-shm"}
    assert names == {"index.html", "mails", "extract", "fristvagt.db", NOTE}
    assert demo.days_told == list(range(1, DAYS + 1))


def test_every_mail_that_arrived_is_on_the_page(demo: Shown) -> None:
    files = {path.relative_to(demo.folder).as_posix() for path in demo.folder.rglob("*.eml")}
    assert {mail["file"] for mail in demo.mails} == files
    assert len(demo.mails) == len(files) > 10


def test_a_mail_on_the_page_says_what_its_file_says(demo: Shown) -> None:
    for mail in demo.mails:
        raw = (demo.folder / mail["file"]).read_bytes()
        message = BytesParser(policy=policy.default).parsebytes(raw)
        assert message["Subject"] == mail["subject"]
        assert (
            message["Date"].datetime.strftime("%Y-%m-%d %H:%M") == f"{mail['day']} {mail['time']}"
        )
        body = message.get_body(("plain",))
        assert body is not None
        assert body.get_content() == mail["text"]


def test_every_reminder_says_why_in_both_languages(demo: Shown) -> None:
    for mail in demo.mails:
        assert mail["why"] or mail["kind"] == "digest", mail["subject"]
        for why in mail["why"]:
            assert len(why["lines"]["da"]) == len(why["lines"]["en"]) > 0
            assert why["title"]
            assert why["step"]["da"]
            assert any(re.fullmatch(r".+\.yaml:\d+", place) for _, place in why["lines"]["da"])


def test_leaders_get_an_overview_every_monday(demo: Shown) -> None:
    overviews = [mail for mail in demo.mails if mail["kind"] == "digest"]
    assert {mail["day"] for mail in overviews} == {"2026-03-02", "2026-03-09"}
    assert {mail["time"] for mail in overviews} == {"08:00"}


def test_morning_mails_come_at_half_past_seven_on_working_days(demo: Shown) -> None:
    mornings = [mail for mail in demo.mails if mail["kind"] == "morning"]
    assert {mail["time"] for mail in mornings} == {"07:30"}
    assert not {mail["day"] for mail in mornings} & {"2026-03-07", "2026-03-08"}


def test_the_result_says_where_to_look(demo: Shown) -> None:
    assert demo.result.page.as_posix() in result_text(demo.result, "da")
    assert "Open the page" in result_text(demo.result, "en")


def test_it_needs_no_settings_and_heeds_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRISTVAGT_DATABASE_URL", "nonsense")
    monkeypatch.setenv("FRISTVAGT_MAIL_URL", "smtp://user:password@mail.kommune.example")
    monkeypatch.setenv("FRISTVAGT_MAILS_AT", "25:99")
    assert run_demo(tmp_path / "demo", cases=3, days=1).page.is_file()


def test_another_demo_in_the_same_folder_replaces_the_first(tmp_path: Path) -> None:
    run_demo(tmp_path, cases=10, days=2)
    again = run_demo(tmp_path, cases=3, days=1)
    assert not (tmp_path / "mails" / "2026-03-03").exists()
    assert again.page.is_file()


def test_a_folder_with_anything_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "sager.xlsx").write_bytes(b"vigtigt")
    with pytest.raises(UserMistake) as refused:
        run_demo(tmp_path, cases=3, days=1)
    assert "indeholder andet end en demo" in refused.value.message("da")
    assert [path.name for path in tmp_path.iterdir()] == ["sager.xlsx"]


def test_a_demo_that_somebody_has_put_files_into_is_left_alone(tmp_path: Path) -> None:
    empty_folder(tmp_path)
    (tmp_path / "noter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UserMistake, match="left alone"):
        empty_folder(tmp_path)
    assert (tmp_path / "mails").is_dir()


@pytest.mark.parametrize(("cases", "days"), [(0, 60), (400, 0)])
def test_no_cases_and_no_days_are_refused(tmp_path: Path, cases: int, days: int) -> None:
    with pytest.raises(UserMistake, match="must be at least 1, not 0"):
        run_demo(tmp_path / "demo", cases=cases, days=days)
    assert not (tmp_path / "demo").exists()


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "note").write_text("not a folder", encoding="utf-8")
    with pytest.raises(UserMistake) as refused:
        run_demo(tmp_path / "note" / "demo", cases=3, days=1)
    assert "Der kan ikke skrives i mappen" in refused.value.message("da")
    assert str(tmp_path / "note") in refused.value.message("en")


def test_no_mail_says_that_the_service_was_down(tmp_path: Path) -> None:
    # a report came the night before: its 12 hours are over when the first extract tells of it
    result = run_demo(tmp_path / "demo", cases=200, days=1)
    mails = [path.read_bytes() for path in result.mails.rglob("*.eml")]
    texts = [BytesParser(policy=policy.default).parsebytes(mail).get_body() for mail in mails]
    assert texts
    assert not [text for text in texts if text is not None and "var nede" in text.get_content()]
