"""A line between sender and mail server that can be cut, slowed or swallow what is said.

What toxiproxy and iptables do, in Python, so that it runs on any machine without rights.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from notifications.server import MailServer
from tests.faults.serving import serving


@dataclass(frozen=True)
class Fate:
    """What befalls one connection. Bytes are counted from its beginning.

    `swallow_from` lets the conversation hang from that text of the sender's on: nothing more is
    passed on either way, and nobody is told.
    """

    cut_after: int | None = None
    cut_answers_after: int | None = None
    cut_before: bytes = b""
    swallow_from: bytes = b""
    seconds_a_byte: float = 0.0
    seconds_an_answer: float = 0.0


UNHARMED = Fate()


@contextmanager
def a_line(to: MailServer, fate_of: Callable[[int], Fate]) -> Iterator[MailServer]:
    """Put a line in front of a server; `fate_of` tells the fate of the first caller (0), and on."""
    callers = iter(range(10**9))

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fate = fate_of(next(callers))
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", to.port)
        except OSError:
            writer.transport.abort()
            return
        ends = (writer, far_writer)
        there = asyncio.ensure_future(_pass_on(reader, far_writer, fate))
        back = asyncio.ensure_future(_pass_back(far_reader, writer, fate))
        try:
            await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            there.cancel()
            back.cancel()
            for end in ends:
                end.transport.abort() if fate != UNHARMED else end.close()

    with serving(converse) as port:
        yield replace(to, port=port)


@contextmanager
def a_full_house() -> Iterator[int]:
    """Give a port whose queue of callers is full: a SYN to it is never answered."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    callers = []
    for _ in range(4):
        caller = socket.socket()
        caller.setblocking(False)
        caller.connect_ex(listener.getsockname())
        callers.append(caller)
    try:
        yield listener.getsockname()[1]
    finally:
        for one in (*callers, listener):
            one.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fate: Fate) -> None:
    passed = bytearray()
    while said := await reader.read(65536):
        for odd in filter(None, (fate.cut_before, fate.swallow_from)):
            if odd in passed + said:
                until = (passed + said).index(odd) - len(passed)
                writer.write(said[: max(until, 0)])
                await writer.drain()
                while odd == fate.swallow_from and await reader.read(65536):
                    pass
                return
        if fate.cut_after is not None and len(passed) + len(said) >= fate.cut_after:
            writer.write(said[: fate.cut_after - len(passed)])
            await writer.drain()
            return
        passed += said
        writer.write(said)
        await writer.drain()


async def _pass_back(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fate: Fate
) -> None:
    passed = 0
    while said := await reader.read(65536):
        if fate.seconds_an_answer:
            await asyncio.sleep(fate.seconds_an_answer)
        if fate.cut_answers_after is not None and passed + len(said) >= fate.cut_answers_after:
            writer.write(said[: fate.cut_answers_after - passed])
            await writer.drain()
            return
        passed += len(said)
        if not fate.seconds_a_byte:
            writer.write(said)
            await writer.drain()
            continue
        for byte in said:
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(fate.seconds_a_byte)
