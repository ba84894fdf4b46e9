"""The only reader of the environment: the variables that begin with FRISTVAGT_, and `.env`.

Light, because every command starts here; what the variables mean is in flows.settings.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from flows.mistakes import Language, UserMistake

PREFIX = "FRISTVAGT_"
ENV_FILE = ".env"
ENCODING = "utf-8-sig"
"""As an editor on Windows saves it: the mark it puts first would hide the first setting."""


def setting_name(field: str) -> str:
    """Return the environment variable of a setting.

    >>> setting_name("mail_url")
    'FRISTVAGT_MAIL_URL'
    """
    return PREFIX + field.upper()


def our_environment() -> Mapping[str, str | None]:
    """Return what is set for us; a variable of the environment wins over the file `.env`.

    Raises: UserMistake when the file cannot be read as text, or a line of it as a setting.
    """
    try:
        both = {**_file_values(), **os.environ}
    except UnicodeDecodeError:
        raise UserMistake(
            da=f"Filen {ENV_FILE} er ikke gemt som UTF-8. Gem den som UTF-8.",
            en=f"The file {ENV_FILE} is not saved as UTF-8. Save it as UTF-8.",
        ) from None
    return {name: value for name, value in both.items() if name.startswith(PREFIX)}


def _file_values() -> Mapping[str, str | None]:
    path = Path(ENV_FILE)
    if path.is_file():
        with path.open(encoding=ENCODING) as file:
            wrong = [str(one.original.line) for one in parse_stream(file) if one.error]
        if wrong:
            # the reader would pass over such a line, and the setting be as if it were not there
            raise _unreadable_lines(", ".join(wrong))
    return dotenv_values(ENV_FILE, encoding=ENCODING)


def _unreadable_lines(numbers: str) -> UserMistake:
    return UserMistake(
        da=f"Filen {ENV_FILE} kan ikke læses i linje {numbers}. Skriv en indstilling som "
        "NAVN=VÆRDI, og en bemærkning med # foran.",
        en=f"The file {ENV_FILE} cannot be read in line {numbers}. Write a setting as NAME=VALUE, "
        "and a remark with # in front.",
    )


def asked_language() -> Language:
    """Return the language to speak even when other settings are wrong: "da" unless "en" is set."""
    try:
        found = our_environment()
    except UserMistake:
        found = os.environ
    return "en" if found.get(setting_name("language")) == "en" else "da"


def notify_socket() -> str:
    """Return where systemd listens for how the service is; "" when it does not."""
    return os.environ.get("NOTIFY_SOCKET", "")


def prefect_tells_its_makers() -> bool:
    """Say whether the environment turns on what `keep_prefect_quiet` turns off."""
    analytics = os.environ.get("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    return analytics.lower() not in {"false", "0"} or os.environ.get("DO_NOT_TRACK", "1") == "0"


def keep_prefect_quiet() -> None:
    """Turn off, before Prefect is imported, what it and Ray tell their makers, unless set on."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # an ephemeral server on a cold machine takes longer than Prefect waits for it
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")


def environment_with(more: Mapping[str, str]) -> Mapping[str, str]:
    """Return the environment for another program, with some variables of its own."""
    return {**os.environ, **more}
