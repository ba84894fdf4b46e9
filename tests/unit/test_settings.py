"""Settings: everything wrong is told at once, in words, and no password is repeated."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from flows.environment import asked_language, setting_name
from flows.mistakes import UserMistake
from flows.settings import (
    EXPECTED,
    SHIPPED_RULES,
    Settings,
    read_settings,
    require_mail,
)


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder without .env, and an environment without our settings."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(setting_name(field), raising=False)
    return tmp_path


def test_without_any_setting_the_shipped_rules_and_a_file_beside_us_are_used() -> None:
    settings = read_settings()
    assert settings.database_url == "sqlite:///fristvagt.db"
    assert settings.rules == SHIPPED_RULES
    assert settings.language == "da"
    assert settings.mails_at == time(7, 30)


def test_the_file_env_is_read_and_the_environment_wins(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = "FRISTVAGT_LANGUAGE=en\nFRISTVAGT_DIGEST_AT=09:15\n"
    (empty_folder / ".env").write_text(env, "utf-8")
    monkeypatch.setenv("FRISTVAGT_DIGEST_AT", "10:00")
    settings = read_settings()
    assert (settings.language, settings.digest_at) == ("en", time(10, 0))
    assert asked_language() == "en"


def test_a_line_of_env_that_is_no_setting_is_told_and_not_passed_over(empty_folder: Path) -> None:
    (empty_folder / ".env").write_text("FRISTVAGT_LOG=json\nFRISTVAGT_SLICES 3\n# 4\n", "utf-8")
    with pytest.raises(UserMistake) as mistake:
        read_settings()
    assert mistake.value.en.startswith("The file .env cannot be read in line 2. ")
    assert mistake.value.da.startswith("Filen .env kan ikke læses i linje 2. ")


def test_a_name_like_no_other_is_not_taken_for_a_misspelt_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FRISTVAGT_BANANA", "1")
    monkeypatch.setenv("FRISTVAGT_MAILURL", "smtp://127.0.0.1")
    with pytest.raises(UserMistake) as mistake:
        read_settings()
    assert "FRISTVAGT_BANANA is not a setting.\n" in mistake.value.en
    assert "Did you mean FRISTVAGT_MAIL_URL?" in mistake.value.en


def test_all_wrong_settings_are_told_together_in_both_languages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = {
        "DATABASE_URL": "mysql://root:hemmeligt@db/x",
        "JOURNAL": "/nowhere/at/all",
        "MAIL_URL": "mail.kommune.example",
        "MAIL_FROM": "not an address",
        "FALLBACK_MAILBOX": "a@b, c@d",
        "PUBLIC_URL": "frister.kommune.example",
        "LANGUAGE": "no",
        "EVALUATE_AT": "02:30",
        "MAILS_AT": "06:00",
        "DIGEST_AT": "eight",
        "HOUSEKEEPING_AT": "02:15",
        "OPERATOR_MAILBOX": "drift",
        "PING_URL": "http://ping.example/hemmeligt",
        "HTTP": "8080",
        "LOG": "xml",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(f"FRISTVAGT_{name}", value)
    with pytest.raises(UserMistake) as told:
        read_settings()
    for message in (told.value.da, told.value.en):
        assert len(message.splitlines()) == 1 + len(wrong)
        assert all(f"FRISTVAGT_{name}" in message for name in wrong)
        assert "hemmeligt" not in message


@pytest.mark.parametrize("at", ["02:00", "02:30", "02:59", "02:00:01"])
def test_no_schedule_lies_in_the_hour_that_is_missing_or_double(
    at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRISTVAGT_EVALUATE_AT", at)
    with pytest.raises(UserMistake, match="FRISTVAGT_EVALUATE_AT"):
        read_settings()


def test_a_misspelt_setting_is_not_silently_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRISTVAGT_MAIL_ULR", "smtp://localhost:25")
    with pytest.raises(UserMistake, match="Did you mean FRISTVAGT_MAIL_URL"):
        read_settings()


def test_a_setting_left_empty_is_as_if_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRISTVAGT_EVALUATE_AT", "")
    assert read_settings().evaluate_at == time(5, 30)


def test_an_env_file_that_is_not_utf_8_is_told_in_words(empty_folder: Path) -> None:
    (empty_folder / ".env").write_bytes("FRISTVAGT_MAIL_FROM=Børn <a@b.dk>".encode("latin-1"))
    with pytest.raises(UserMistake, match="UTF-8"):
        read_settings()


def test_before_mail_is_sent_everything_mail_needs_must_be_set() -> None:
    with pytest.raises(UserMistake) as told:
        require_mail(Settings(mail_url="smtp://localhost:25", mail_from="Frister <a@kommune.dk>"))
    assert "FRISTVAGT_FALLBACK_MAILBOX" in told.value.da
    assert "FRISTVAGT_PUBLIC_URL" in told.value.da
    assert "FRISTVAGT_MAIL_FROM" not in told.value.da


def test_what_mail_lacks_is_told_together_with_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FRISTVAGT_SLICES", "many")
    monkeypatch.setenv("FRISTVAGT_MAIL_URL", "smtp://127.0.0.1")
    with pytest.raises(UserMistake) as told:
        read_settings(for_mail=True)
    names = [line.split()[0] for line in told.value.en.splitlines()[1:]]
    assert names == [
        "FRISTVAGT_SLICES",
        "FRISTVAGT_MAIL_FROM",
        "FRISTVAGT_FALLBACK_MAILBOX",
        "FRISTVAGT_PUBLIC_URL",
    ]


def test_passwords_are_in_no_repr() -> None:
    settings = Settings(
        database_url="postgresql://u:hemmeligt@db/x", mail_url="smtp://u:hemmeligt@mail:587"
    )
    assert "hemmeligt" not in repr(settings)
    assert "hemmeligt" not in str(settings)


def test_every_setting_says_what_is_expected_of_it() -> None:
    assert set(EXPECTED) == set(Settings.model_fields)


@pytest.mark.parametrize("url", ["https://ping.example/5d1f", "http://127.0.0.1:8000/ping/5d1f"])
def test_a_ping_goes_encrypted_or_to_this_machine(url: str) -> None:
    assert Settings(ping_url=url).ping_url == url


@pytest.mark.parametrize("address", ["off", "127.0.0.1:0", "[::1]:8080", "0.0.0.0:8080"])
def test_the_pages_have_an_address_or_none(address: str) -> None:
    assert Settings(http=address).http == address


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:////",
        "sqlite:///:memory:",
        "sqlite:///fristvagt.db?mode=ro",
        "postgresql://fristvagt:secret@db:port/fristvagt",
        "postgresql+asyncpg://db/fristvagt",
    ],
)
def test_a_database_that_would_be_forgotten_or_cannot_be_opened_is_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRISTVAGT_DATABASE_URL", url)
    with pytest.raises(UserMistake, match="DATABASE_URL cannot be read"):
        read_settings()


def test_a_blank_at_the_end_of_a_setting_names_no_other_database(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRISTVAGT_DATABASE_URL", "sqlite:///frister.db ")
    monkeypatch.setenv("FRISTVAGT_EXTRACT", " extract ")
    settings = read_settings()
    assert (settings.database_url, settings.extract) == ("sqlite:///frister.db", Path("extract"))


def test_the_first_setting_of_a_file_that_windows_saved_is_not_lost(empty_folder: Path) -> None:
    (empty_folder / ".env").write_text("FRISTVAGT_DATABASE_URL=sqlite:///a.db\n", "utf-8-sig")
    assert read_settings().database_url == "sqlite:///a.db"


def test_cases_are_not_kept_for_longer_than_the_calendar_goes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FRISTVAGT_KEEP_CLOSED_CASES_YEARS", "3650")
    with pytest.raises(UserMistake, match="from 1 to 100"):
        read_settings()
