"""`fristvagt serve` with a fault put into its ticks: python broken_service.py FAULT."""

from __future__ import annotations

import os
import resource
import signal
import sys
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import flows.serve
import fristvagt
from flows.evaluate import evaluate_open_cases

TICK_SECONDS, STALL_SECONDS = 0.2, 1.5


def raises(*_: Any, **__: Any) -> None:
    """Fail in a way that nobody has foreseen."""
    raise ZeroDivisionError("a value nobody should read in a log: 010115-1234")


def hangs(*_: Any, **__: Any) -> None:
    """Never come back."""
    Event().wait()


def dies(*_: Any, **__: Any) -> None:
    """Be killed while the cases are being decided, as by the kernel when memory is out."""
    os.kill(os.getpid(), signal.SIGKILL)


def starves(*arguments: Any, **options: Any) -> Any:
    """Decide the cases with hardly any memory left to take."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize(),) * 2)
    hoard = [bytearray(2**22) for _ in range(10_000)]
    return evaluate_open_cases(*arguments, **options), hoard


def main(fault: str) -> None:
    """Serve with a quick clock; the fault is in each tick, or in its evaluation."""
    serve = flows.serve.serve
    quick = {"tick_seconds": TICK_SECONDS, "stall_seconds": STALL_SECONDS}
    flows.serve.serve = partial(serve, **quick)  # type: ignore[assignment]
    match fault:
        case "raises" | "hangs":
            flows.serve.run = {"raises": raises, "hangs": hangs}[fault]  # type: ignore[assignment]
        case "dies" | "starves":
            deciding = {"dies": dies, "starves": starves}[fault]
            flows.serve.GATHERING = flows.serve.GATHERING._replace(deciding=deciding)
        case "none":
            pass
    fristvagt.main(["serve"])


if __name__ == "__main__":
    main(sys.argv[1])
