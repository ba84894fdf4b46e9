"""The settings as Prefect's flows need them: without a path that depends on the working folder."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url

from flows.environment import setting_name
from flows.mistakes import UserMistake
from flows.settings import Settings, read_settings

FOLDERS = ("rules", "extract", "journal")


def read_whole_settings() -> Settings:
    """Return the settings of this installation.

    Prefect's worker runs each flow in a new folder: a path that begins nowhere would lead to an
    empty database there, and to an extract that is never found.
    Raises: UserMistake that names every setting with such a path.
    """
    settings = read_settings()
    found = [name for name in FOLDERS if _is_relative(getattr(settings, name))]
    address = make_url(settings.database_url)
    in_a_file = address.get_backend_name() == "sqlite" and address.database
    if in_a_file and _is_relative(Path(str(address.database))):
        found.insert(0, "database_url")
    if found:
        raise _relative(", ".join(setting_name(name) for name in found))
    return settings


def _is_relative(path: Path | None) -> bool:
    return path is not None and not path.is_absolute()


def _relative(names: str) -> UserMistake:
    return UserMistake(
        da=f"Prefects worker kører hvert flow i en ny mappe. Skriv hele stien i: {names} "
        "(sqlite:////srv/fristvagt/fristvagt.db, /srv/fristvagt/extract).",
        en=f"Prefect's worker runs each flow in a new folder. Write the whole path in: {names} "
        "(sqlite:////srv/fristvagt/fristvagt.db, /srv/fristvagt/extract).",
    )
