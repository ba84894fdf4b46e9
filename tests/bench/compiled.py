"""Run with the unit tests by `make test-compiled`: they must be about the compiled modules."""

from __future__ import annotations

from importlib.machinery import ExtensionFileLoader

import pytest

import rules.dates
import rules.deciding.rounds
import rules.evaluate


@pytest.mark.parametrize("module", [rules.dates, rules.deciding.rounds, rules.evaluate])
def test_what_decides_is_compiled(module: object) -> None:
    assert isinstance(module.__loader__, ExtensionFileLoader)  # type: ignore[attr-defined]
