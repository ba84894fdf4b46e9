"""deploy/backup and deploy/restore, as cron and a person call them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.opening import open_house
from flows.settings import Settings

ROOT = Path(__file__).parents[2]
FRISTVAGT = Path(sys.executable).with_name("fristvagt")


@pytest.fixture
def installation(tmp_path: Path) -> dict[str, str]:
    """The environment of an installation in a folder of its own, with its database."""
    url = f"sqlite:///{tmp_path}/fristvagt.db"
    open_house(Settings(database_url=url)).dispose()
    return os.environ | {
        "FRISTVAGT": str(FRISTVAGT),
        "FRISTVAGT_DATABASE_URL": url,
        "FRISTVAGT_LANGUAGE": "en",
        "PYTHONPATH": str(ROOT),
    }


def called(script: str, folder: Path, environment: dict[str, str]) -> str:
    """Call a script in the working folder of an installation; gives what it said."""
    done = subprocess.run(
        [ROOT / "deploy" / script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return f"{done.returncode} {done.stdout}{done.stderr}"


def test_what_was_backed_up_is_there_again_after_the_database_was_lost(
    installation: dict[str, str], tmp_path: Path
) -> None:
    assert called("backup", tmp_path, installation).startswith("0 ")
    (copy,) = (tmp_path / "backup").iterdir()
    assert copy.stat().st_mode & 0o077 == 0
    (tmp_path / "fristvagt.db").write_bytes(b"destroyed")
    said = called("restore", tmp_path, installation)
    assert said.startswith("0 "), said
    open_house(Settings(database_url=installation["FRISTVAGT_DATABASE_URL"])).dispose()


def test_a_restore_without_a_backup_says_what_to_name(
    installation: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "backup").mkdir()
    assert called("restore", tmp_path, installation).startswith("1 There is no backup")
