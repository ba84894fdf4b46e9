"""The same twelve standards in Fristvagt and in other engines: answers compared, costs apart.

    python -m tests.bench.engines --cases 10000

Every engine is a process of its own, without garbage collection, as Fristvagt's own evaluation is.
Loading the standards, handing over the cases and deciding are timed apart, in processor seconds of
all threads. An engine whose answers differ where it says it can answer ends the comparison.
What was measured is kept in tests/bench/results/engines.json.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.engines.standards import NAMES, Engine, answers_of, invented_rows
from tests.bench.growth import ROOT, environment
from tests.bench.step import is_compiled

RESULTS = Path(__file__).parents[1] / "results" / "engines.json"
ENGINES = (
    ("with_fristvagt", "pure"),
    ("with_fristvagt", "compiled"),
    ("with_zen", "pure"),
    ("with_rule_engine", "pure"),
    ("with_openfisca", "pure"),
    ("with_duckdb", "pure"),
    ("with_python", "pure"),
)


def main() -> None:
    """Compare all, or with --engine measure one in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--engine", default="")
    asked = parser.parse_args()
    if asked.engine:
        print(json.dumps(measured(asked.engine, asked.cases)))
        return
    print(f"\n{len(NAMES)} standards, {asked.cases:,} invented cases")
    print(f"{'':<24}{'load ms':>10}{'take us':>10}{'decide us':>11}{'times':>8}   a case")
    found = [_apart(name, form, asked.cases) for name, form in ENGINES]
    ours = min(one["decide"] for one in found if one["engine"] == "Fristvagt")
    for one in found:
        _print(one, ours)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"cases": asked.cases, "engines": found}, indent=1) + "\n")


def _apart(name: str, form: str, cases: int) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "tests.bench.engines", "--engine", name]
    run = subprocess.run(
        [*command, "--cases", str(cases)],
        env=environment(form),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def measured(name: str, cases: int) -> dict[str, Any]:
    """Return what an engine costs, having compared each of its answers with plain Python's."""
    engine: Engine = importlib.import_module(f"tests.bench.engines.{name}").ENGINE
    rows = invented_rows(cases)
    gc.collect()
    gc.disable()
    began = time.process_time()
    take = engine.load()
    loaded = time.process_time()
    decide = take(rows)
    taken = time.process_time()
    read = decide()
    decided = time.process_time()
    for row, found in zip(rows, read(), strict=True):
        expected = {k: v for k, v in answers_of(row).items() if k not in engine.cannot}
        if expected != found:
            sys.exit(f"{engine.name} answers otherwise in {row}: {found}, not {expected}")
    return {
        "engine": engine.name,
        "version": engine.version,
        "compiled": is_compiled() and engine.name == "Fristvagt",
        "standards": len(NAMES) - len(engine.cannot),
        "load": loaded - began,
        "take": (taken - loaded) / cases,
        "decide": (decided - taken) / cases,
        "cannot": engine.cannot,
        "lacks": engine.lacks,
    }


def _print(one: dict[str, Any], ours: float) -> None:
    name = f"{one['engine']} {'compiled' if one['compiled'] else one['version']}"
    times = one["decide"] / ours
    costs = f"{one['load'] * 1e3:>10.1f}{one['take'] * 1e6:>10.1f}{one['decide'] * 1e6:>11.1f}"
    print(f"{name:<24}{costs}{times:>8.2f}   {one['standards']} of {len(NAMES)} standards")


if __name__ == "__main__":
    main()
