"""Typing commands as people do, in a folder and an environment of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from flows.environment import setting_name
from flows.settings import Settings
from fristvagt import main


class Answer(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Answer]


def ask_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Return what runs a command in the folder; in English unless the environment says else."""
    monkeypatch.chdir(folder)
    for field in Settings.model_fields:
        monkeypatch.delenv(setting_name(field), raising=False)
    monkeypatch.setenv("FRISTVAGT_LANGUAGE", "en")

    def ask(*arguments: str | Path) -> Answer:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        return Answer(int(left.value.code or 0), *capsys.readouterr())

    return ask
