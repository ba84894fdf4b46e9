"""Writes deploy/requirements.lock: of the locked versions, those that Fristvagt needs to run.

A container needs neither the tests' libraries nor the tools. Run it by `make runtime-lock` after
each change of requirements.lock; a test tells when that was forgotten.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
RUNTIME_LOCK = ROOT / "deploy" / "requirements.lock"


def runtime_lock(lock: str) -> str:
    """Return the part of a lock that the installed Fristvagt needs, each with its hashes.

    Raises: KeyError for a library that is needed and not locked.
    """
    pinned = {name_of(block): block for block in re.split(r"\n(?=\S)", lock.strip())}
    return "\n".join(pinned[name] for name in sorted(needed("fristvagt") - {"fristvagt"})) + "\n"


def name_of(block: str) -> str:
    """Return whose versions a block of a lock pins.

    >>> name_of("Jinja2==3.1.6 --hash=sha256:0")
    'jinja2'
    """
    return canonicalize_name(block.partition("==")[0].partition("[")[0])


def needed(name: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """Return a distribution and all that it needs here, by the metadata of what is installed."""
    found: set[str] = set()
    waiting = [(name, extras)]
    seen = set()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        found.add(canonicalize_name(one[0]))
        waiting += [
            (canonicalize_name(requirement.name), frozenset(requirement.extras))
            for requirement in map(Requirement, requires(one[0]) or ())
            if applies(requirement, one[1])
        ]
    return found


def applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    """Say whether a requirement holds on this machine, with these extras."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras or {""})


if __name__ == "__main__":
    RUNTIME_LOCK.write_text(runtime_lock(LOCK.read_text("utf-8")), "utf-8")
    sys.stdout.write(f"{RUNTIME_LOCK.relative_to(ROOT)} is written\n")
