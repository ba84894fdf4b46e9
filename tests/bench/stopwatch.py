"""What a stretch of work costs: seconds on the wall and of the processor, and memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Timing:
    """What a stretch of work cost, known when it is over.

    `cpu` is the processor time of this process alone; it is the figure to trust on a busy machine.
    """

    seconds = 0.0
    cpu = 0.0


@contextmanager
def timed() -> Iterator[Timing]:
    """Time what happens inside."""
    found, began, cpu = Timing(), time.perf_counter(), time.process_time()
    yield found
    found.seconds = time.perf_counter() - began
    found.cpu = time.process_time() - cpu


def own_memory() -> float:
    """Return the MB this process held at most; getrusage would tell what its parent held, too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(text.split()[1]) for text in lines if text.startswith("VmHWM")) / 1024


def line(what: str, seconds: float, ratio: str = "", hold: str = "") -> None:
    """Print one line of a table."""
    print(f"{what:<58} {seconds:>9.3f} s   {ratio:<28} {hold}", flush=True)
