"""The audit of the locked versions says what it asked, and never takes silence for an all-clear."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "audit.py"


@pytest.fixture(scope="module")
def audit() -> Any:
    """The script, as a module."""
    spec = importlib.util.spec_from_file_location("audit", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FINE = {"name": "jinja2", "version": "3.1.6", "vulns": []}
SKIPPED = {"name": "idna", "skip_reason": "Dependency not found on PyPI and could not be audited"}
BAD = {
    "name": "aiosmtplib",
    "version": "5.1.0",
    "vulns": [{"id": "CVE-2026-0001", "fix_versions": ["5.1.2"]}],
}


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ([FINE], 0, "asked about 1 libraries, 0 with a known vulnerability"),
        ([FINE, BAD], 1, "VULNERABLE  aiosmtplib 5.1.0: CVE-2026-0001; mended in 5.1.2"),
        ([BAD, SKIPPED], 1, "VULNERABLE  aiosmtplib 5.1.0"),
        ([FINE, SKIPPED], 3, "NOT ASKED   about 1 libraries"),
        ([SKIPPED], 3, "asked about 0 libraries"),
        ([], 3, "NOT ASKED"),
    ],
)
def test_what_was_asked_is_told_apart_from_what_was_not(
    audit: Any, found: list[dict[str, Any]], code: int, said: str
) -> None:
    answer = audit.read({"dependencies": found})
    assert answer.code == code
    assert said in "\n".join(audit.sentences(answer))


def test_an_audit_that_ends_without_an_answer_has_asked_nobody(audit: Any, tmp_path: Path) -> None:
    assert audit.ask(str(tmp_path / "there-is-none.lock"), "pypi").code == audit.NOT_ASKED
