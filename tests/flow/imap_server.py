"""A small IMAP server for tests: the few commands that reading a bounce box needs, over TLS or not.

It keeps mails and their flags, and does to the letter what RFC 3501 asks of those commands.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import trustme

from notifications.bounce_box import ImapBox
from notifications.server import MailServer, Tls
from tests.flow.mail_server import let_sockets_close

USER, PASSWORD = "bounce", 'a "hard" word'
FETCH = re.compile(rb"FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)")


@dataclass
class Kept:
    """The mails of one mailbox by their number, which of them are flagged, and what was asked."""

    mails: dict[int, bytes] = field(default_factory=dict)
    flagged: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def add(self, content: bytes) -> int:
        """Put a mail in the mailbox."""
        number = max(self.mails, default=0) + 1
        self.mails[number] = content
        return number

    def answer(self, command: bytes) -> tuple[bytes, str]:
        """Return what is said to a command before the last line, and the last line's verdict."""
        verb, _, rest = command.partition(b" ")
        self.asked.append(command.decode().partition(" ")[0])
        match verb:
            case b"CAPABILITY":
                return b"* CAPABILITY IMAP4rev1\r\n", "OK"
            case b"LOGIN":
                escaped = PASSWORD.replace('"', '\\"')
                return b"", "OK" if rest == f'{USER} "{escaped}"'.encode() else "NO"
            case b"SELECT":
                return b"* %d EXISTS\r\n" % len(self.mails), "OK" if rest == b'"INBOX"' else "NO"
            case b"UID":
                return self._with_number(rest), "OK"
            case b"LOGOUT":
                return b"* BYE\r\n", "OK"
        return b"", "BAD"

    def _with_number(self, command: bytes) -> bytes:
        if command == b"SEARCH UNFLAGGED":
            left = [str(number) for number in sorted(self.mails) if number not in self.flagged]
            return f"* SEARCH {' '.join(left)}\r\n".encode()
        if found := FETCH.fullmatch(command):
            content = self.mails[int(found[1])][: int(found[2])]
            head = b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n" % (found[1], len(content))
            return head + content + b")\r\n"
        number = re.fullmatch(rb"STORE (\d+) \+FLAGS\.SILENT \(\\Flagged\)", command)
        assert number is not None, command
        self.flagged.add(int(number[1]))
        return b""


@contextmanager
def an_imap_server(
    *, encrypted: bool = False, certified_for: str = "localhost"
) -> Iterator[tuple[Kept, ImapBox]]:
    """Run the server on loopback, with TLS from the first byte or in clear."""
    kept = Kept()
    context = None
    if encrypted:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        _authority().issue_cert(certified_for).configure_cert(context)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> asyncio.Server:
        return await asyncio.start_server(
            lambda reader, writer: _converse(kept, reader, writer), "127.0.0.1", 0, ssl=context
        )

    server = asyncio.run_coroutine_threadsafe(start(), loop).result()
    port = server.sockets[0].getsockname()[1]
    tls = Tls.FROM_THE_START if encrypted else Tls.NONE
    pem = _authority().cert_pem.bytes().decode() if encrypted else ""
    try:
        yield kept, ImapBox(MailServer("localhost", port, tls, USER, PASSWORD, pem), "INBOX")
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await let_sockets_close()


async def _converse(kept: Kept, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        writer.write(b"* OK ready\r\n")
        while line := await reader.readline():
            tag, _, command = line.rstrip(b"\r\n").partition(b" ")
            said, verdict = kept.answer(command)
            writer.write(said + tag + f" {verdict} done\r\n".encode())
            await writer.drain()
    except ConnectionError:
        return
    finally:
        writer.close()
