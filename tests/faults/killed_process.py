"""Any work in a process of its own, killed by SIGKILL where the test says.

Where, is told by what the process asks of others, and the work knows nothing of it:

    "before commit", "after commit"     a transaction ends
    "INSERT INTO intent"                a statement that begins so is about to be sent
    "os.rename", "socket.connect"       an event of Python's audit that is listed in AUDITED
    "half a mail"                       half of a mail's bytes have gone to the mail server

A way names several: they are passed in this order, and at the last one the process is killed, or
stands still.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psutil
from aiosmtplib.protocol import SMTPProtocol
from sqlalchemy import Engine, event
from sqlalchemy.engine.default import DefaultDialect

from tests.faults.sender_process import CONTEXT
from tests.flow.service import until

KILLED, DONE = -signal.SIGKILL, 0
END_OF_MAIL = b"\r\n.\r\n"
AUDITED = frozenset({"os.rename", "os.remove", "socket.connect", "subprocess.Popen"})

Way = tuple[str, ...]


def run_and_die(way: Way, work: Callable[..., object], *given: object) -> int | None:
    """Do the work in a process that is killed at the end of the way; return how it ended.

    KILLED, or DONE when the end of the way was never reached.
    """
    process = CONTEXT.Process(target=_go, args=(way, signal.SIGKILL, work, given))
    process.start()
    process.join()
    return process.exitcode


@contextmanager
def standing_still(way: Way, work: Callable[..., object], *given: object) -> Iterator[None]:
    """Do the work in a process that stands still at the end of the way until the block is over."""
    process = CONTEXT.Process(target=_go, args=(way, signal.SIGSTOP, work, given))
    process.start()
    assert process.pid is not None
    seen = psutil.Process(process.pid)
    try:
        until(lambda: seen.status() == psutil.STATUS_STOPPED)
        yield
    finally:
        seen.send_signal(signal.SIGCONT)
        process.join()
    assert process.exitcode == DONE


def _go(way: Way, end: int, work: Callable[..., object], given: tuple[object, ...]) -> None:
    left = list(way)

    def reached(point: str) -> None:
        if left and point.startswith(left[0]):
            left.pop(0)
            if not left:
                os.kill(os.getpid(), end)

    _look_at_statements(reached)
    _look_at_commits(reached)
    _look_at_mails(reached)
    sys.addaudithook(lambda what, _: reached(what) if what in AUDITED else None)
    work(*given)


def _look_at_statements(reached: Callable[[str], None]) -> None:
    def about_to_ask(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        reached(statement.lstrip())

    event.listen(Engine, "before_cursor_execute", about_to_ask)


def _look_at_commits(reached: Callable[[str], None]) -> None:
    commit = DefaultDialect.do_commit

    def commit_and_tell(self: DefaultDialect, connection: Any) -> None:
        reached("before commit")
        commit(self, connection)
        reached("after commit")

    DefaultDialect.do_commit = commit_and_tell  # type: ignore[method-assign]


def _look_at_mails(reached: Callable[[str], None]) -> None:
    write = SMTPProtocol.write

    def write_by_half(self: SMTPProtocol, said: bytes) -> None:
        if said.endswith(END_OF_MAIL):
            assert self.transport is not None
            half = len(said) // 2
            os.write(self.transport.get_extra_info("socket").fileno(), said[:half])
            reached("half a mail")
            said = said[half:]
        write(self, said)

    SMTPProtocol.write = write_by_half  # type: ignore[method-assign]
