"""The mails shown in the README and docs/mails.md are those that are sent today."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pictures import FOLDER, pictures, texts
from tests.unit.mail_views import the_shown_digest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(texts()))
def test_a_text_shown_is_a_mail_as_it_reads_today(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == texts()[name], "run `make pictures`"


def test_the_figures_of_the_overview_shown_add_up() -> None:
    shown = the_shown_digest()
    assert (
        shown.overdue_count == len(shown.overdue) == sum(one.overdue for one in shown.caseworkers)
    )
    assert (
        shown.coming_count
        == len(shown.coming)
        == sum(one.within_a_week for one in shown.caseworkers)
    )
    assert [line.left for line in shown.overdue] == sorted(line.left for line in shown.overdue)


def test_there_is_a_picture_of_each_and_no_other() -> None:
    there = {path.name for path in FOLDER.iterdir()}
    assert there == {*texts(), *(f"{picture.name}.png" for picture in pictures())}


def test_the_readme_quotes_the_reminder_whole_and_the_beginning_of_the_overview() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert texts()["reminder.txt"] in readme
    beginning, _, _ = texts()["digest.txt"].partition("\nOverskredet\n---")
    assert beginning in readme


def test_every_picture_is_shown_somewhere() -> None:
    documents = (ROOT / "README.md").read_text("utf-8") + (ROOT / "docs/mails.md").read_text(
        "utf-8"
    )
    assert [path.name for path in FOLDER.iterdir() if path.name not in documents] == []
