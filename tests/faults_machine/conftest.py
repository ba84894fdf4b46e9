"""The figures of the faults that need a machine; what they need is said at once, never skipped."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.faults.conftest import (  # noqa: F401, the same report as of the other faults
    note,
    pytest_addoption,
    pytest_configure,
    pytest_terminal_summary,
    reckoned,
)

PROGRAMS = {
    "postfix": "postfix",
    "postqueue": "postfix",
    "spamassassin": "spamassassin",
    "faketime": "faketime",
    "fiu-run": "fiu-utils",
    "pgbouncer": "pgbouncer",
    "mount": "mount",
}
"""What must be there: program -> Debian's package."""


def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuse to begin without what is needed: a fault that was not tried is not withstood."""
    missing = sorted({package for name, package in PROGRAMS.items() if not shutil.which(name)})
    said = [f"Debian's package {package}" for package in missing]
    said += ["the rights of root (mount, Postfix)"] if os.geteuid() != 0 else []
    if said:
        raise pytest.UsageError("make faults needs " + ", ".join(said))
