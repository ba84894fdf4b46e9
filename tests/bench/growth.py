"""What the work costs as a municipality grows, as ratios to a plain read of the same rows.

    make bench BENCH_CASES="1000 10000 100000"
    python -m tests.bench.growth --cases 1000000 --databases sqlite

Invented municipalities with ten events a case are imported, evaluated anew, evaluated the next day
after some cases got an event, and once for a single case: on SQLite and PostgreSQL, with the rules
as they stand and compiled, in one, two and four processes. Each step is a process of its own. What
was measured is kept in tests/bench/results/growth.json; docs/performance.md is written from it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from flows.slices import slices
from models.database import open_database, reading
from rules.dates import morning_of
from tests.bench.places import Place, place_of
from tests.bench.stopwatch import line, timed
from tests.bench.town import DAY, a_normal_day, book_of, write_extract

ROOT = Path(__file__).parents[2]
COMPILED = ROOT / "dist" / "compiled" / "unpacked"
RESULTS = Path(__file__).with_name("results") / "growth.json"
FORMS = ("pure", "compiled")
SLICES = (1, 2, 4)
NORMAL = 0.03
SHARES = (0.0, 0.01, NORMAL, 0.1, 0.3)
SHARES_AT = 10_000
"""The size of which the nightly run is measured after various shares of cases have changed."""

NOW = morning_of(DAY)
Said = dict[str, Any]


class Town(NamedTuple):
    """A municipality that is being measured."""

    cases: int
    kind: str
    place: Place
    rules: int


def main() -> None:
    """Measure, print, and keep what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--rules", type=int, default=26)
    asked = parser.parse_args()
    if not COMPILED.is_dir():
        sys.exit(f"{COMPILED.relative_to(ROOT)} is missing: run make wheel-compiled first.")
    machine: Said = {
        "cores": os.cpu_count(),
        "together": cores_together(),
        "python": platform.python_version(),
        "start": start_of_command(),
    }
    line("fristvagt --help", machine["start"], "", "hold 0.300 s")
    for cases in asked.cases:
        with tempfile.TemporaryDirectory() as folder:
            write_extract(Path(folder), cases, book_of(asked.rules))
            for kind in asked.databases:
                with place_of(kind, Path(folder)) as place:
                    town = Town(cases, kind, place, asked.rules)
                    keep(machine, town, list(measured(town, Path(folder, "extract"))))


def cores_together() -> float:
    """Return how much more two busy processes do than one: 2 where each has a core to itself."""
    work = "n = 0\nfor i in range(8_000_000): n += i * i"
    alone = _busy([work])
    return round(2 * alone / _busy([work, work]), 2)


def start_of_command() -> float:
    """Return the median seconds of `fristvagt --help`."""
    command, seconds = Path(sys.executable).with_name("fristvagt"), []
    for _ in range(5):
        with timed() as cost:
            subprocess.run([command, "--help"], check=True, capture_output=True)
        seconds.append(cost.seconds)
    return statistics.median(seconds)


def _busy(works: Sequence[str]) -> float:
    began = time.perf_counter()
    for process in [subprocess.Popen([sys.executable, "-c", work]) for work in works]:
        process.wait()
    return time.perf_counter() - began


def measured(town: Town, extract: Path) -> Iterator[Said]:
    """Give each figure as it is known, and print it."""
    print(f"\n{town.cases:,} cases on {town.kind}, {town.rules} rules")
    town.place.make("imported")
    yield _told(_step(town, "pure", "import", "imported", "--folder", str(extract)), "import")
    plain = 0.0
    for form in FORMS:
        for number in SLICES:
            name = f"{form}{number}"
            with _copy(town, "imported", name):
                full = _told(_evaluated(town, form, name, NOW, number), "full", plain)
                yield full
                if number == 1:
                    read = _told(_step(town, form, "read", name), "read")
                    plain = read["seconds"]
                    yield read
                    if form == "compiled":
                        yield _proved(town, name)
                    yield from _nights(town, form, name, full)
                    yield _told(_step(town, form, "one-case", name, at=_later(2)), "one case")


def _nights(town: Town, form: str, evaluated: str, full: Said) -> Iterator[Said]:
    """Give the nightly run after a normal day; at one size also after quieter and busier days."""
    for share in SHARES if town.cases == SHARES_AT else (NORMAL,):
        with _copy(town, evaluated, "night"):
            engine = open_database(town.place.url("night"))
            changed = a_normal_day(engine, _later(1), share)
            engine.dispose()
            night = _evaluated(town, form, "night", _later(1), 1)
            of_full = night["seconds"] / full["seconds"]
            said = night | {"share": share, "changed": changed, "of_full": of_full}
            yield _told(said, "night")


def _proved(town: Town, name: str) -> Said:
    """Let the rules as they stand recompute what the compiled ones have stored."""
    said = _step(town, "pure", "verify", name)
    if said["different"]:
        sys.exit(f"{said['different']} deadlines differ from what the pure rules decide.")
    return _told(said, f"verified, {said['cases']:,} cases, none differs")


def _later(days: int) -> datetime:
    return NOW + timedelta(days=days)


@contextmanager
def _copy(town: Town, name: str, to: str) -> Iterator[None]:
    town.place.copy(name, to)
    yield
    town.place.drop(to)


def _evaluated(town: Town, form: str, name: str, at: datetime, number: int) -> Said:
    """Evaluate in so many processes at once, each with a slice, and then the caseloads."""
    bounds: Sequence[tuple[str, str]] = [("", "")]
    if number > 1:
        engine = open_database(town.place.url(name))
        with reading(engine) as connection:
            bounds = slices(connection, number)
        engine.dispose()
    running = [
        _start(town, form, "evaluate", name, "--slice", first, beyond, at=at)
        for first, beyond in bounds
    ]
    said = [_said(process) for process in running]
    seconds = max(one["ended"] for one in said) - min(one["began"] for one in said)
    cpu = sum(one["cpu"] for one in said)
    if number > 1:
        after = _step(town, form, "caseloads", name, at=at)
        seconds, cpu = seconds + after["seconds"], cpu + after["cpu"]
    return {
        "form": form,
        "slices": number,
        "seconds": seconds,
        "cpu": cpu,
        "cases": sum(one["cases"] for one in said),
        "written": sum(one["written"] for one in said),
        "memory": sum(one["memory"] for one in said),
    }


def _step(town: Town, form: str, step: str, name: str, *more: str, at: datetime = NOW) -> Said:
    return {"form": form, **_said(_start(town, form, step, name, *more, at=at))}


def _start(
    town: Town, form: str, step: str, name: str, *more: str, at: datetime
) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", "-m", "tests.bench.step", step]
    command += ["--database", town.place.url(name), "--at", at.isoformat()]
    command += ["--rules", str(town.rules), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(form))


def environment(form: str) -> Mapping[str, str]:
    """Return the environment in which a process finds the rules as they stand, or compiled."""
    folders = [ROOT] if form == "pure" else [COMPILED, ROOT]
    return os.environ | {"PYTHONPATH": os.pathsep.join(map(str, folders))}


def _said(process: subprocess.Popen[str]) -> Said:
    answer, _ = process.communicate()
    if process.returncode:
        sys.exit("A step of the measurement failed; what it said stands above.")
    said: Said = json.loads(answer)
    return said


def _told(said: Said, what: str, plain: float = 0.0) -> Said:
    """Print one figure."""
    parts = [what, said["form"]]
    if "slices" in said:
        parts.append(f"{said['slices']} processes" if said["slices"] > 1 else "1 process")
    if "changed" in said:
        parts.append(f"{said['changed']:,} changed, {said['cases']:,} looked at")
    ratio = f"{said['seconds'] / plain:.1f} x plain read" if plain else ""
    if "of_full" in said:
        ratio = f"{said['of_full']:.1%} of the full one"
    line(", ".join(parts), said["seconds"], ratio, f"{said['memory']:.0f} MB")
    return {"what": what, **said}


def keep(machine: Said, town: Town, figures: Sequence[Said]) -> None:
    """Put what was measured in the place of what was measured before of the same municipality."""
    before = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"figures": []}
    own = {"size": town.cases, "database": town.kind, "rules": town.rules}
    others = [
        one
        for one in before["figures"]
        if (one["size"], one["database"]) != (town.cases, town.kind)
    ]
    on = datetime.now(UTC).date().isoformat()
    found = {"machine": machine, "measured_on": on, "figures": others + [own | f for f in figures]}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
