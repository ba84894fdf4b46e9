"""Every setting is explained in Danish and English, and the example can be used as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.environment import setting_name
from flows.settings import Settings, read_settings, require_mail

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "deploy/env.example").read_text("utf-8")
SETTINGS = sorted(setting_name(field) for field in Settings.model_fields)
LINE = re.compile(r"^(?:# )?(FRISTVAGT_\w+)=(.*)$", re.MULTILINE)


def explanations() -> dict[str, str]:
    """What stands above each setting of the example, up to the empty line before it."""
    found = {}
    for paragraph in EXAMPLE.split("\n\n"):
        for line in LINE.finditer(paragraph):
            found[line[1]] = paragraph[: line.start()]
    return found


def test_the_example_has_every_setting_once_and_no_other() -> None:
    assert sorted(name for name, _ in LINE.findall(EXAMPLE)) == SETTINGS


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_explained_above_it_in_both_languages(name: str) -> None:
    above = explanations()[name]
    assert re.search(r"^# en: \S", above, re.MULTILINE)
    assert re.search(r"^# da: \S", above, re.MULTILINE)


@pytest.mark.parametrize("page", ["docs/operations.md", "docs/operations.da.md"])
@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_has_its_row_on_both_pages_for_operators(page: str, name: str) -> None:
    assert re.search(rf"^\| `{name}` \|", (ROOT / page).read_text("utf-8"), re.MULTILINE)


def test_the_example_works_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(EXAMPLE, "utf-8")
    monkeypatch.chdir(tmp_path)
    require_mail(read_settings())


def test_what_is_commented_out_holds_without_it_or_is_called_an_example() -> None:
    for name, value in re.findall(r"^# (FRISTVAGT_\w+)=(.*)$", EXAMPLE, re.MULTILINE):
        field = Settings.model_fields[name.removeprefix("FRISTVAGT_").lower()]
        if "(example)" in explanations()[name]:
            assert "(eksempel)" in explanations()[name]
        else:
            held = {"": "2"} if name == "FRISTVAGT_MAIL_CONNECTIONS" else {}
            assert shown(field.default, held) == value


def shown(default: object, held: dict[str, str]) -> str:
    """A default as it is written in the example."""
    text = "" if default is None else f"{default}"
    if isinstance(default, bool):
        text = str(int(default))
    return held.get(text, re.sub(r"^(\d\d:\d\d):00$", r"\1", text))
