"""A sender in a process of its own, that is killed at a named point. Run by the kill tests.

Arguments: database address, port of the mail server, the point ("" for none), the instant.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime

from flows.deliver import deliver
from models.database import open_database
from tests.flow.mail_cases import SETTINGS
from tests.flow.mail_server import server_at


def main(url: str, port: str, point: str, moment: str) -> None:
    """Deliver what is pending, and die at the point."""

    def die(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    now = datetime.fromisoformat(moment)
    deliver(open_database(url), SETTINGS, lambda: now, server=server_at(int(port)), at_point=die)


if __name__ == "__main__":
    main(*sys.argv[1:])
