"""What Prefect is told of a run: counts when it went well, and of a failure its kind and place.

Prefect keeps what it is told in clear, for all who may see its pages. An error's own text may hold
a case reference or an address: a sentence written for readers goes to the worker's log, no more.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.mistakes import UserMistake
from flows.run import Ran

log = logging.getLogger(__name__)


class FailedRun(Exception):
    """What Prefect is told instead of an error: its kind and its place in the code, no value."""


class Discreet:
    """Let no error out but as a `FailedRun`; what it said is written to the worker's log."""

    def __enter__(self) -> None:
        """Begin to watch."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Replace an error; what stops a whole process passes.

        Raises: FailedRun.
        """
        if error is None or not isinstance(error, Exception) or isinstance(error, FailedRun):
            return
        place = extract_tb(trace)[-1]
        what = f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}"
        # only a mistake's sentence is written for readers; any other error may quote a row
        log.error("%s", error.en if isinstance(error, UserMistake) else what)
        raise FailedRun(f"{what}. The worker's log says more.") from None


def came_to(ran: Ran) -> State[Any]:
    """Return how a run went, in numbers; failed when there is something the operator must mend."""
    counts = dict(+ran.counts)
    if not ran.notices:
        return Completed(message=_said(counts), data=counts)
    for notice in ran.notices:
        log.error("%s", notice.en)
    number = len(ran.notices)
    return Failed(
        message=f"{number} to mend: see the worker's log, or fristvagt status. {_said(counts)}"
    )


def _said(counts: Mapping[str, int]) -> str:
    """Return counts in words.

    >>> _said({"cases": 12, "accepted": 3})
    'accepted 3, cases 12'
    """
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nothing due"
