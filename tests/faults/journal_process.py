"""A sender with a journal, killed after so many mails were taken. Run by the tests of restoring.

Arguments: database address, port of the mail server, folder of the journal, how many, the instant.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from flows.deliver import deliver
from models.database import open_database
from tests.flow.mail_cases import SETTINGS
from tests.flow.mail_server import server_at


def main(url: str, port: str, journal: str, number: str, moment: str) -> None:
    """Deliver what is pending, and die when the server has taken so many."""
    left = int(number)

    def die(reached: str) -> None:
        nonlocal left
        left -= reached == "answered"
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    now = datetime.fromisoformat(moment)
    settings = SETTINGS.model_copy(update={"journal": Path(journal)})
    deliver(open_database(url), settings, lambda: now, server=server_at(int(port)), at_point=die)


if __name__ == "__main__":
    main(*sys.argv[1:])
