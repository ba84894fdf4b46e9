"""Asks whether a locked version has a known vulnerability, and says honestly what was asked.

    .ci/audit.py requirements.lock

pip-audit ends well when it could ask about nothing: a library that its source of advisories does
not know is skipped in silence. Here each library is fine, vulnerable, or was not asked about.

Exit codes: 0 asked about all and none is vulnerable, 1 one is vulnerable, 3 not all could be asked
about, and of the others none is vulnerable.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, NamedTuple

# the lock names every version and its hash: nothing is resolved, and nothing is installed
PIP_AUDIT = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json"]

FINE, VULNERABLE, NOT_ASKED = 0, 1, 3


class Answer(NamedTuple):
    """What became of the question: libraries that are fine, vulnerable, or not asked about."""

    fine: list[str]
    vulnerable: list[str]
    not_asked: list[str]

    @property
    def code(self) -> int:
        """The exit code that says it."""
        if self.vulnerable:
            return VULNERABLE
        return NOT_ASKED if self.not_asked or not self.fine else FINE


def read(audited: dict[str, Any]) -> Answer:
    """Sort what pip-audit wrote as JSON."""
    answer = Answer([], [], [])
    for one in audited["dependencies"]:
        if "skip_reason" in one:
            answer.not_asked.append(one["name"])
        elif one["vulns"]:
            ids = ", ".join(vulnerability["id"] for vulnerability in one["vulns"])
            fixed = {version for v in one["vulns"] for version in v["fix_versions"]}
            mended = f"; mended in {', '.join(sorted(fixed))}" if fixed else ""
            answer.vulnerable.append(f"{one['name']} {one['version']}: {ids}{mended}")
        else:
            answer.fine.append(one["name"])
    return answer


def sentences(answer: Answer) -> list[str]:
    """Say it, loudest what matters most."""
    said = [f"VULNERABLE  {one}" for one in answer.vulnerable]
    if answer.code == NOT_ASKED:
        said.append(
            f"NOT ASKED   about {len(answer.not_asked)} libraries: the advisories cannot be "
            "reached from here, or do not know them. That is no proof that they are fine. Ask "
            "where they can be reached: make audit"
        )
    said.append(f"asked about {len(answer.fine) + len(answer.vulnerable)} libraries, ")
    said[-1] += f"{len(answer.vulnerable)} with a known vulnerability"
    return said


def ask(lock: str, service: str) -> Answer:
    """Ask a source of advisories ("pypi" or "osv") about every pinned version of a lock."""
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", *PIP_AUDIT, "-r", lock, "-s", service],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    try:
        return read(json.loads(done.stdout))
    except json.JSONDecodeError:  # it ended before it wrote anything: nobody answered
        return Answer([], [], ["all"])


def main(lock: str) -> int:
    """Ask the one source, and the other when it knows nothing."""
    answer = ask(lock, "pypi")
    if answer.code == NOT_ASKED:
        other = ask(lock, "osv")
        answer = other if len(other.fine) > len(answer.fine) or other.vulnerable else answer
    sys.stdout.write("\n".join(sentences(answer)) + "\n")
    return answer.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
