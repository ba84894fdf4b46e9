"""A rule has the same fingerprint tomorrow, or every night would rewrite history."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRINTS = """
from flows.rule_book.rule_folder import good_book
from flows.settings import SHIPPED_RULES
from rules.fingerprint import fingerprint
print({name: fingerprint(rule) for name, rule in good_book(SHIPPED_RULES).rules.items()})
"""


def prints(hash_seed: str) -> str:
    """The fingerprints of the shipped rules, as a process with that hash seed sees them."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", PRINTS]
    answer = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return answer.stdout


def test_every_process_sees_the_same_fingerprints() -> None:
    assert prints("1") == prints("2") == prints("3")
